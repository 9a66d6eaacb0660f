import type { Wrapping } from '../../platform/crypto/seal.ts'
import { open } from '../../platform/crypto/seal.ts'
import { statement, type Sql } from '../../platform/postgres/database.ts'
import type { BuyerId } from '../../shared/ids.ts'
import { fieldContext, keyContext, mailHash } from './people.ts'
import type { Mac } from './types.ts'

const PERSONS_PER_BATCH = 500

type OldRow = { buyer: BuyerId; mail: Uint8Array; keyId: string; wrapped: Uint8Array; wrappingKeyId: string }

const OLD = statement(
  'account.old_mail_hashes',
  `select p.person_id as buyer, p.mail_sealed as mail, k.key_id as "keyId", k.wrapped,
          k.wrapping_key_id as "wrappingKeyId"
     from persons p join person_keys k on k.key_id = p.key_id
    where not p.mail_hash_whole and p.mail_hash is not null and p.mail_sealed is not null and p.person_id > $1
    order by p.person_id limit ${PERSONS_PER_BATCH}`,
)

// Whoever wrote the address anew meanwhile is not touched. Two accounts of one address, which code that did not stop
// could have made, stay two: the one that is found by it, and the one that its passkeys open.
const WRITE = statement(
  'account.whole_mail_hashes_write',
  `update persons p set mail_hash = n.mail_hash, mail_hash_whole = true
     from unnest($1::uuid[], $2::bytea[], $3::bytea[]) as n (person_id, mail_hash, mail_sealed)
    where p.person_id = n.person_id and not p.mail_hash_whole and p.mail_sealed = n.mail_sealed
      and (p.mail_verified_at is null or not exists (
            select 1 from persons o
             where o.mail_hash = n.mail_hash and o.mail_verified_at is not null and o.person_id <> p.person_id))`,
)

/**
 * Hashes of addresses that left out the tag are made anew, from the address that the person gave or proved: so everybody
 * keeps their account, and nobody gets in by another address. May be repeated, and stopped at any time.
 */
export async function makeMailHashesWhole(c: {
  database: Sql
  wrapping: Pick<Wrapping, 'unwrap'>
  contactMac: Mac
}): Promise<number> {
  let last = '00000000-0000-0000-0000-000000000000'
  for (let done = 0; ;) {
    const { rows } = await c.database.query<OldRow>(OLD, [last])
    if (rows.length === 0) return done
    last = rows.at(-1)!.buyer
    const hashes = rows.map((row) => {
      const key = c.wrapping.unwrap(row, keyContext(row.keyId))
      return mailHash(
        Buffer.from(open(key, row.mail, fieldContext(row.buyer, 'mail'))).toString(),
        c.contactMac,
      )
    })
    const { rowCount } = await c.database.query(WRITE, [
      rows.map((row) => row.buyer),
      hashes,
      rows.map((row) => row.mail),
    ])
    done += rowCount
  }
}
