import type { Clock, Ids, Random } from '../../platform/clock.ts'
import { KEY_BYTES, open, seal, type Wrapping } from '../../platform/crypto/seal.ts'
import { statement, type Database, type Sql } from '../../platform/postgres/database.ts'
import { assert } from '../../shared/assert.ts'
import type { BuyerId, EventId } from '../../shared/ids.ts'
import { addressWithoutTag, wholeAddress } from './mail-address.ts'
import type { Contact, Mac, People } from './types.ts'

const EVENTS_PER_BUYER_MAX = 1_000
const REWRAP_BATCH = 500

const PERSON_ENSURE = statement(
  'account.person_ensure',
  `insert into persons (person_id, key_id, created_at, updated_at) values ($1, $2, $3, $3)
   on conflict (person_id) do nothing`,
)

const PERSON_KEY_INSERT = statement(
  'account.person_key_insert',
  `insert into person_keys (key_id, wrapped, wrapping_key_id, created_at) values ($1, $2, $3, $4)`,
)

type PersonRow = {
  keyId: string
  wrapped: Uint8Array
  wrappingKeyId: string
  mail: Uint8Array | null
  name: Uint8Array | null
  phone: Uint8Array | null
  locale: string | null
}

// Inner join: without its key there is no person any more.
const PERSON_FIND = statement(
  'account.person_find',
  `select k.key_id as "keyId", k.wrapped, k.wrapping_key_id as "wrappingKeyId",
          p.mail_sealed as mail, p.name_sealed as name, p.phone_sealed as phone, p.locale
     from persons p join person_keys k on k.key_id = p.key_id
    where p.person_id = $1 and p.erased_at is null`,
)

// A verified address stays: whoever has a token must not be able to send somebody's tickets elsewhere.
const PERSON_UPDATE = statement(
  'account.person_update',
  `update persons
      set mail_sealed = case when mail_verified_at is null then coalesce($2, mail_sealed) else mail_sealed end,
          mail_hash = case when mail_verified_at is null then coalesce($3, mail_hash) else mail_hash end,
          mail_hash_whole = mail_hash_whole or (mail_verified_at is null and $3::bytea is not null),
          name_sealed = coalesce($4, name_sealed),
          phone_sealed = coalesce($5, phone_sealed),
          locale = coalesce($6, locale),
          updated_at = $7
    where person_id = $1 and erased_at is null`,
)

const PERSON_ERASE = statement(
  'account.person_erase',
  `with erased as (
     update persons p
        set mail_sealed = null, mail_hash = null, mail_verified_at = null, name_sealed = null,
            phone_sealed = null, locale = null, key_id = null, updated_at = $2, erased_at = $2,
            session_generation = session_generation + 1, sessions_ended_at = $2
       from (select person_id, key_id from persons where person_id = $1 and erased_at is null for update) was
      where p.person_id = was.person_id
  returning was.key_id)
   delete from person_keys where key_id in (select key_id from erased)`,
)

// Of whom nothing was known: their token ends, too, and nothing comes back by a checkout that goes on.
const PERSON_TOMBSTONE = statement(
  'account.person_tombstone',
  `insert into persons (person_id, created_at, updated_at, erased_at, session_generation, sessions_ended_at)
   values ($1, $2, $2, $2, 1, $2) on conflict (person_id) do nothing`,
)

const BUYER_EVENT_NOTE = statement(
  'account.buyer_event_note',
  `insert into buyer_events (buyer, event_id, at) values ($1, $2, $3) on conflict do nothing`,
)

const BUYER_EVENTS = statement(
  'account.buyer_events',
  `select event_id::text as "eventId" from buyer_events where buyer = $1
    order by at desc, event_id desc limit ${EVENTS_PER_BUYER_MAX}`,
)

const CONSENT_NOTE = statement(
  'account.consent_note',
  `insert into consents (person_id, kind, version, granted, at) values ($1, $2, $3, $4, $5)
   on conflict (person_id, kind, at) do update set version = excluded.version, granted = excluded.granted`,
)

const REWRAP_FIND = statement(
  'account.person_keys_to_rewrap',
  `select key_id as "keyId", wrapped, wrapping_key_id as "wrappingKeyId"
     from person_keys where wrapping_key_id <> $1 order by key_id limit ${REWRAP_BATCH}`,
)

// In sets, for a rotation walks every person: one statement a batch.
const REWRAP_WRITE = statement(
  'account.person_keys_rewrap',
  `update person_keys k set wrapped = n.wrapped, wrapping_key_id = $3
     from unnest($1::uuid[], $2::bytea[]) as n (key_id, wrapped)
    where k.key_id = n.key_id and k.wrapping_key_id <> $3`,
)

export type PeopleOptions = {
  database: Database
  wrapping: Wrapping
  contactMac: Mac
  clock: Clock
  ids: Ids
  random: Random
}

export function createPeople(options: PeopleOptions): People {
  const { database, clock } = options
  const now = (): Date => new Date(clock.now())
  return {
    saveContact: (buyer, contact) => database.transaction((sql) => savePerson(sql, buyer, contact, options)),
    contact: (buyer) => find(buyer, options),
    noteBuyerEvent: async (buyer, eventId) => {
      await database.query(BUYER_EVENT_NOTE, [buyer, eventId, now()])
    },
    eventsOf: async (buyer) =>
      (await database.query<{ eventId: EventId }>(BUYER_EVENTS, [buyer])).rows.map((row) => row.eventId),
    noteConsent: async (buyer, kind, version, granted) => {
      await database.query(CONSENT_NOTE, [buyer, kind, version, granted, now()])
    },
    contactHash: (email) => contactHash(email, options.contactMac),
    mailHash: (email) => mailHash(email, options.contactMac),
    erase: async (buyer) => {
      await erasePerson(database, buyer, now())
    },
  }
}

/** Within the caller's transaction. False where the person was erased: they stay erased. */
export async function savePerson(
  sql: Sql,
  buyer: BuyerId,
  contact: Partial<Contact>,
  o: PeopleOptions,
): Promise<boolean> {
  const now = new Date(o.clock.now())
  const keyId = o.ids.uuid()
  const made = await sql.query(PERSON_ENSURE, [buyer, keyId, now])
  if (made.rowCount === 1) {
    const { wrapped, wrappingKeyId } = o.wrapping.wrap(o.random.bytes(KEY_BYTES), keyContext(keyId))
    await sql.query(PERSON_KEY_INSERT, [keyId, wrapped, wrappingKeyId, now])
  }
  const row = (await sql.query<PersonRow>(PERSON_FIND, [buyer])).rows[0]
  // Who was erased stays erased, also when a crashed checkout is resumed afterwards.
  if (!row) return false
  const key = o.wrapping.unwrap(row, keyContext(row.keyId))
  const sealed = (field: string, text: string | undefined): Uint8Array | null =>
    text === undefined ? null : seal(key, Buffer.from(text), fieldContext(buyer, field), o.random)
  const { email, name, phone, locale } = contact
  await sql.query(PERSON_UPDATE, [
    buyer,
    sealed('mail', email),
    email === undefined ? null : mailHash(email, o.contactMac),
    sealed('name', name),
    sealed('phone', phone),
    locale ?? null,
    now,
  ])
  return true
}

export async function erasePerson(sql: Sql, buyer: BuyerId, now: Date): Promise<void> {
  const { rowCount } = await sql.query(PERSON_TOMBSTONE, [buyer, now])
  if (rowCount === 0) await sql.query(PERSON_ERASE, [buyer, now])
}

async function find(buyer: BuyerId, o: PeopleOptions): Promise<Contact | null> {
  const row = (await o.database.query<PersonRow>(PERSON_FIND, [buyer])).rows[0]
  if (!row) return null
  const key = o.wrapping.unwrap(row, keyContext(row.keyId))
  const opened = (field: string, sealed: Uint8Array | null): string | undefined =>
    sealed === null ? undefined : Buffer.from(open(key, sealed, fieldContext(buyer, field))).toString()
  const phone = opened('phone', row.phone)
  return {
    name: opened('name', row.name) ?? '',
    email: opened('mail', row.mail) ?? '',
    locale: row.locale ?? 'en',
    ...(phone !== undefined && { phone }),
  }
}

/** Moves every person's key to the present USHER_KEY; afterwards the previous one can be taken away. */
export async function rewrapPeople(
  o: Pick<PeopleOptions, 'database' | 'wrapping'>,
  onProgress?: (done: number) => void,
): Promise<number> {
  for (let done = 0; ; onProgress?.(done)) {
    const { rows } = await o.database.query<{ keyId: string; wrapped: Uint8Array; wrappingKeyId: string }>(
      REWRAP_FIND,
      [o.wrapping.currentId],
    )
    if (rows.length === 0) return done
    const moved = rows.map((row) => {
      const context = keyContext(row.keyId)
      return o.wrapping.wrap(o.wrapping.unwrap(row, context), context)
    })
    const { rowCount } = await o.database.query(REWRAP_WRITE, [
      rows.map((row) => row.keyId),
      moved.map((m) => m.wrapped),
      o.wrapping.currentId,
    ])
    assert(rowCount > 0, 'a batch of keys was not moved')
    done += rowCount
  }
}

/** Finds a person: of the whole address, as a code is mailed to it. */
export function mailHash(email: string, mac: Mac): Uint8Array {
  return mac.sign(wholeAddress(email))
}

/** Counts what a person has, and finds nobody. */
function contactHash(email: string, mac: Mac): string {
  return Buffer.from(mac.sign(addressWithoutTag(email))).toString('base64url')
}

export function keyContext(keyId: string): string {
  return `person_keys/${keyId}`
}

export function fieldContext(buyer: BuyerId, field: string): string {
  return `persons/${buyer}/${field}`
}
