import type { Clock, Ids, Random } from '../../platform/clock.ts'
import { KEY_BYTES, open, seal, type Wrapping } from '../../platform/crypto/seal.ts'
import { statement, type Database } from '../../platform/postgres/database.ts'
import { totpStep, totpUri } from '../../platform/totp.ts'
import { keyContext } from './people.ts'
import type { SecondFactor } from './types.ts'
import { SIGNED_IN_SCOPE } from './staff.ts'
import { openStaffSession } from './staff-sessions.ts'

const SECRET_BYTES = 20
const TRIES_MAX = 5
const TRIES_MS = 15 * 60_000

const KEY_INSERT = statement(
  'account.staff_key_insert',
  `insert into person_keys (key_id, wrapped, wrapping_key_id, created_at) values ($1, $2, $3, $4)`,
)

// A confirmed secret is not replaced: whoever has the token alone must not be able to bring their own.
const SECRET_WRITE = statement(
  'account.totp_write',
  `insert into staff_totp as t (staff_id, key_id, secret, created_at)
   select staff_id, $2, $3, $4 from staff where staff_id = $1 and removed_at is null
   on conflict (staff_id) do update set key_id = excluded.key_id, secret = excluded.secret,
                                        created_at = excluded.created_at, tries = 0
    where t.confirmed_at is null`,
)

// The try is counted before the code is looked at. Before it is confirmed ($5) a code is good for confirming alone.
const TRY = statement(
  'account.totp_try',
  `with t as (
     update staff_totp
        set tries = case when tries_from > $2 then tries + 1 else 1 end,
            tries_from = case when tries_from > $2 then tries_from else $3 end
      where staff_id = $1 and (tries_from is null or tries_from <= $2 or tries < $4)
        and (confirmed_at is not null or $5)
  returning staff_id, key_id, secret)
   select t.secret, k.key_id as "keyId", k.wrapped,
          k.wrapping_key_id as "wrappingKeyId"
     from t join person_keys k using (key_id) join staff s using (staff_id)
    where s.removed_at is null`,
)

const USED = statement(
  'account.totp_used',
  `update staff_totp set last_step = $2, tries = 0, confirmed_at = coalesce(confirmed_at, $3)
    where staff_id = $1 and (last_step is null or last_step < $2) and key_id = $4`,
)

const RESET = statement(
  'account.staff_factors_reset',
  `with s as (select staff_id from staff where name = $1 and removed_at is null),
        codes as (delete from staff_totp t using s where t.staff_id = s.staff_id returning t.key_id, t.staff_id),
        keys as (delete from person_keys where key_id in (select key_id from codes)),
        passkeys as (delete from staff_passkeys p using s where p.staff_id = s.staff_id returning p.staff_id),
        gone as (select staff_id from codes union select staff_id from passkeys),
        sessions as (update api_keys set revoked_at = $2
                      where staff_id in (select staff_id from gone) and '${SIGNED_IN_SCOPE}' = any(scopes)
                        and revoked_at is null)
   select staff_id from gone`,
)

type Row = {
  secret: Uint8Array
  keyId: string
  wrapped: Uint8Array
  wrappingKeyId: string
}

export type SecondFactorDeps = {
  database: Database
  wrapping: Wrapping
  clock: Clock
  ids: Ids
  random: Random
}

/** Time-based codes as staff's second factor. */
export function createSecondFactor(deps: SecondFactorDeps): SecondFactor {
  const { database, clock, ids, random } = deps
  const begin: SecondFactor['begin'] = async (staffId, name) => {
    const now = new Date(clock.now())
    const [keyId, key] = [ids.uuid(), random.bytes(KEY_BYTES)]
    const secret = random.bytes(SECRET_BYTES)
    const { wrapped, wrappingKeyId } = deps.wrapping.wrap(key, keyContext(keyId))
    const sealed = seal(key, secret, context(staffId), random)
    const written = await database.transaction(async (sql) => {
      if ((await sql.query(SECRET_WRITE, [staffId, keyId, sealed, now])).rowCount === 0) return false
      await sql.query(KEY_INSERT, [keyId, wrapped, wrappingKeyId, now])
      return true
    })
    return written ? totpUri(secret, 'Usher', name) : null
  }
  return {
    begin,
    confirm: (staffId, code) => check(deps, staffId, { code, confirms: true }),
    signIn: async (staffId, code) =>
      (await check(deps, staffId, { code, confirms: false })) ? openStaffSession(deps, staffId) : null,
    reset: async (name) => (await database.query(RESET, [name, new Date(clock.now())])).rowCount > 0,
  }
}

async function check(
  deps: SecondFactorDeps,
  staffId: string,
  { code, confirms }: { code: string; confirms: boolean },
): Promise<boolean> {
  const now = deps.clock.now()
  const values = [staffId, new Date(now - TRIES_MS), new Date(now), TRIES_MAX, confirms]
  const row = (await deps.database.query<Row>(TRY, values)).rows[0]
  if (!row) return false
  const key = deps.wrapping.unwrap(row, keyContext(row.keyId))
  const step = totpStep(open(key, row.secret, context(staffId)), code, now)
  if (step === null) return false
  // Of the secret that the code was for: it may have been replaced meanwhile.
  const used = await deps.database.query(USED, [staffId, step, new Date(now), row.keyId])
  return used.rowCount === 1
}

function context(staffId: string): string {
  return `staff_totp/${staffId}`
}
