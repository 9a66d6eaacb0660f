import type { Algorithm } from '../../platform/crypto/signing.ts'
import { statement, type Database, type Sql } from '../../platform/postgres/database.ts'

export type StoredKey = {
  keyId: string
  purpose: string
  algorithm: Algorithm
  wrapped: Uint8Array
  wrappingKeyId: string
  signsFrom: Date
  verifyUntil: Date | null
}

const KEYS_LIST = statement(
  'account.keys_list',
  `select key_id as "keyId", purpose, algorithm, wrapped, wrapping_key_id as "wrappingKeyId",
          signs_from as "signsFrom", verify_until as "verifyUntil"
     from keys
    where verify_until is null or verify_until > $1
    order by signs_from desc, key_id desc`,
)

const KEYS_INSERT = statement(
  'account.keys_insert',
  `insert into keys (key_id, purpose, algorithm, wrapped, wrapping_key_id, created_at, signs_from)
   values ($1, $2, $3, $4, $5, $6, $7)`,
)

const KEYS_END = statement(
  'account.keys_end',
  `update keys set verify_until = $3 where purpose = $1 and key_id <> $2 and verify_until is null`,
)

const KEYS_FORGET = statement('account.keys_forget', `delete from keys where verify_until < $1`)

const KEYS_REWRAP = statement(
  'account.keys_rewrap',
  `update keys set wrapped = $2, wrapping_key_id = $3 where key_id = $1 and wrapping_key_id = $4`,
)

// Held to the end of the transaction: two processes that start together must not both make the first keys.
const KEYS_LOCK = statement('account.keys_lock', `select pg_advisory_xact_lock(hashtext('account.keys'))`)

export const keyStore = {
  async list(sql: Sql, now: Date): Promise<StoredKey[]> {
    return (await sql.query<StoredKey>(KEYS_LIST, [now])).rows
  },

  async insert(sql: Sql, key: Omit<StoredKey, 'verifyUntil'>, now: Date): Promise<void> {
    const { keyId, purpose, algorithm, wrapped, wrappingKeyId, signsFrom } = key
    await sql.query(KEYS_INSERT, [keyId, purpose, algorithm, wrapped, wrappingKeyId, now, signsFrom])
  },

  /** All keys of the purpose but this one stop verifying at `until`. */
  async endOthers(sql: Sql, purpose: string, keyId: string, until: Date): Promise<void> {
    await sql.query(KEYS_END, [purpose, keyId, until])
  },

  async forget(sql: Sql, now: Date): Promise<void> {
    await sql.query(KEYS_FORGET, [now])
  },

  async rewrap(sql: Sql, key: StoredKey, wrapped: Uint8Array, wrappingKeyId: string): Promise<void> {
    await sql.query(KEYS_REWRAP, [key.keyId, wrapped, wrappingKeyId, key.wrappingKeyId])
  },

  locked<T>(database: Database, work: (sql: Sql) => Promise<T>): Promise<T> {
    return database.transaction(async (sql) => {
      await sql.query(KEYS_LOCK)
      return work(sql)
    })
  },
}
