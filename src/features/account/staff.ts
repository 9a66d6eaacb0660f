import type { Clock, Ids, Random } from '../../platform/clock.ts'
import { sha256 } from '../../platform/crypto/signing.ts'
import type { Caller } from '../../platform/http/route.ts'
import { statement, type Database } from '../../platform/postgres/database.ts'
import { isUuid } from '../../shared/ids.ts'
import { STAFF_ROLES, type Staff, type StaffMember, type StaffRole } from './types.ts'

/** Makes a token recognizable, to its owner and to whoever scans repositories for secrets. */
export const STAFF_TOKEN_PREFIX = 'usher_staff_'
export const STAFF_TOKEN_BYTES = 32
/** Of tokens that were given for a second factor. */
export const SIGNED_IN_SCOPE = 'signed-in'

const STAFF_INSERT = statement(
  'account.staff_insert',
  `insert into staff (staff_id, name, organiser_id, created_at) values ($1, $2, $3, $4)
   on conflict (name) where removed_at is null do nothing`,
)

const STAFF_ROLES_INSERT = statement(
  'account.staff_roles_insert',
  `insert into staff_roles (staff_id, role, granted_at) select $1, role, $3 from unnest($2::text[]) as role`,
)

const API_KEY_INSERT = statement(
  'account.api_key_insert',
  `insert into api_keys (api_key_id, staff_id, organiser_id, name, token_hash, created_at)
   values ($1, $2, $3, $4, $5, $6)`,
)

const STAFF_LIST = statement(
  'account.staff_list',
  `select s.staff_id as "staffId", s.name, s.organiser_id as "organiserId",
          coalesce(array_agg(r.role order by r.role) filter (where r.role is not null), '{}') as roles
     from staff s left join staff_roles r using (staff_id)
    where s.removed_at is null
    group by s.staff_id order by s.name`,
)

const STAFF_REMOVE = statement(
  'account.staff_remove',
  `with gone as (
     update staff set removed_at = $3
      where removed_at is null and (name = $1 or staff_id = $2) returning staff_id),
   revoked as (
     update api_keys set revoked_at = $3 where staff_id in (select staff_id from gone) and revoked_at is null)
   select staff_id from gone`,
)

const STAFF_BY_TOKEN = statement(
  'account.staff_by_token',
  `select s.staff_id as "staffId", s.name, s.organiser_id as "organiserId",
          array(select role from staff_roles r where r.staff_id = s.staff_id) as roles,
          not ('${SIGNED_IN_SCOPE}' = any(k.scopes)) and (exists (
            select 1 from staff_totp t where t.staff_id = s.staff_id and t.confirmed_at is not null)
            or exists (select 1 from staff_passkeys p where p.staff_id = s.staff_id)) as "lacksFactor"
     from api_keys k join staff s using (staff_id)
    where k.token_hash = $1 and k.revoked_at is null and s.removed_at is null
      and (k.expires_at is null or k.expires_at > $2)`,
)

type StaffRow = { staffId: string; name: string; organiserId: string | null; roles: StaffRole[] }

export type StaffOptions = { database: Database; clock: Clock; ids: Ids; random: Random }

export function createStaff({ database, clock, ids, random }: StaffOptions): Staff {
  return {
    add: async ({ name, roles, organiserId }) => {
      const staffId = ids.uuid()
      const token = STAFF_TOKEN_PREFIX + Buffer.from(random.bytes(STAFF_TOKEN_BYTES)).toString('base64url')
      const now = new Date(clock.now())
      const added = await database.transaction(async (sql) => {
        const { rowCount } = await sql.query(STAFF_INSERT, [staffId, name, organiserId ?? null, now])
        if (rowCount === 0) return false
        await sql.query(STAFF_ROLES_INSERT, [staffId, [...new Set(roles)], now])
        const hashed = sha256(token)
        await sql.query(API_KEY_INSERT, [ids.uuid(), staffId, organiserId ?? null, name, hashed, now])
        return true
      })
      if (!added) return { taken: true }
      return {
        taken: false,
        token,
        member: { staffId, name, roles: [...roles], ...(organiserId && { organiserId }) },
      }
    },
    list: async () => (await database.query<StaffRow>(STAFF_LIST)).rows.map(memberOf),
    remove: async (nameOrId) => {
      const id = isUuid(nameOrId) ? nameOrId : null
      const { rows } = await database.query(STAFF_REMOVE, [nameOrId, id, new Date(clock.now())])
      return rows.length > 0
    },
  }
}

/** The member of staff whose token it is, or null. Asks the database: callers remember the answer for a while. */
export async function findStaffByToken(
  token: string,
  { database, clock }: Pick<StaffOptions, 'database' | 'clock'>,
): Promise<Caller | null> {
  type Row = StaffRow & { lacksFactor: boolean }
  const { rows } = await database.query<Row>(STAFF_BY_TOKEN, [sha256(token), new Date(clock.now())])
  const row = rows[0]
  if (!row) return null
  return {
    kind: 'staff',
    id: row.staffId,
    // Without the second factor they are known, so that they can sign in, and may do nothing.
    roles: row.lacksFactor ? [] : effectiveRoles(row.roles),
    ...(row.organiserId !== null && { organiserId: row.organiserId }),
  }
}

/** An admin may do what anybody may, so that a route names only the roles that its work belongs to. */
export function effectiveRoles(roles: readonly StaffRole[]): readonly StaffRole[] {
  return roles.includes('admin') ? STAFF_ROLES : roles
}

function memberOf({ staffId, name, organiserId, roles }: StaffRow): StaffMember {
  return { staffId, name, roles, ...(organiserId !== null && { organiserId }) }
}
