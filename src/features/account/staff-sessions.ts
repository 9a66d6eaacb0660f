import type { Clock, Ids, Random } from '../../platform/clock.ts'
import { sha256 } from '../../platform/crypto/signing.ts'
import { statement, type Database } from '../../platform/postgres/database.ts'
import { SIGNED_IN_SCOPE, STAFF_TOKEN_BYTES, STAFF_TOKEN_PREFIX } from './staff.ts'

const SESSION_MS = 12 * 3_600_000

const SESSION_INSERT = statement(
  'account.staff_session_insert',
  `insert into api_keys (api_key_id, staff_id, organiser_id, name, token_hash, scopes, created_at, expires_at)
   select $2, staff_id, organiser_id, name, $3, array['${SIGNED_IN_SCOPE}'], $4, $5
     from staff where staff_id = $1 and removed_at is null`,
)

export type StaffSession = { token: string; expiresInSeconds: number }

/** For somebody who has shown their second factor; null for whom the house does not know any more. */
export async function openStaffSession(
  { database, clock, ids, random }: { database: Database; clock: Clock; ids: Ids; random: Random },
  staffId: string,
): Promise<StaffSession | null> {
  const token = STAFF_TOKEN_PREFIX + Buffer.from(random.bytes(STAFF_TOKEN_BYTES)).toString('base64url')
  const now = clock.now()
  const values = [staffId, ids.uuid(), sha256(token), new Date(now), new Date(now + SESSION_MS)]
  const { rowCount } = await database.query(SESSION_INSERT, values)
  return rowCount === 1 ? { token, expiresInSeconds: SESSION_MS / 1000 } : null
}
