import { KEY_BYTES, open, seal } from '../../platform/crypto/seal.ts'
import { statement, type Sql } from '../../platform/postgres/database.ts'
import type { OrderId } from '../../shared/ids.ts'
import type { Invoice } from './identity-types.ts'
import { keyContext, type PeopleOptions } from './people.ts'

const KEY_INSERT = statement(
  'account.retained_key_insert',
  `insert into person_keys (key_id, wrapped, wrapping_key_id, retain_until, created_at) values ($1, $2, $3, $4, $5)`,
)

const INSERT = statement(
  'account.retained_insert',
  `insert into retained_documents (document_id, order_id, key_id, sealed, retain_until, created_at)
   values ($1, $2, $3, $4, $5, $6)`,
)

const IS_KEPT = statement('account.retained_exists', `select 1 from retained_documents where order_id = $1`)

const FIND = statement(
  'account.retained_find',
  `select d.document_id as "documentId", d.sealed, k.key_id as "keyId", k.wrapped, k.wrapping_key_id as "wrappingKeyId"
     from retained_documents d join person_keys k on k.key_id = d.key_id
    where d.order_id = $1`,
)

/** Seals what the law wants kept under a key of its own, which ends with the duty to keep it. */
export async function retain(
  sql: Sql,
  invoice: Invoice,
  buyer: Record<string, unknown>,
  o: PeopleOptions,
): Promise<void> {
  if ((await sql.query(IS_KEPT, [invoice.orderId])).rowCount > 0) return
  const now = new Date(o.clock.now())
  const [keyId, documentId] = [o.ids.uuid(), o.ids.uuid()]
  const key = o.random.bytes(KEY_BYTES)
  const { wrapped, wrappingKeyId } = o.wrapping.wrap(key, keyContext(keyId))
  await sql.query(KEY_INSERT, [keyId, wrapped, wrappingKeyId, invoice.retainUntil, now])
  const body = Buffer.from(JSON.stringify({ ...invoice.body, buyer }))
  const sealed = seal(key, body, context(documentId), o.random)
  await sql.query(INSERT, [documentId, invoice.orderId, keyId, sealed, invoice.retainUntil, now])
}

export async function findRetained(
  sql: Sql,
  orderId: OrderId,
  o: Pick<PeopleOptions, 'wrapping'>,
): Promise<Record<string, unknown> | null> {
  type Row = {
    documentId: string
    sealed: Uint8Array
    keyId: string
    wrapped: Uint8Array
    wrappingKeyId: string
  }
  const row = (await sql.query<Row>(FIND, [orderId])).rows[0]
  if (!row) return null
  const key = o.wrapping.unwrap(row, keyContext(row.keyId))
  return JSON.parse(Buffer.from(open(key, row.sealed, context(row.documentId))).toString()) as Record<
    string,
    unknown
  >
}

function context(documentId: string): string {
  return `retained_documents/${documentId}`
}
