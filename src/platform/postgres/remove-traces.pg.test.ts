import { afterAll, beforeAll, expect, test } from 'bun:test'
import pg from 'pg'
import { emptyDatabase, testDatabase, type TestDatabase } from '../../../test/harness/database.ts'
import { removeTraces } from './remove-traces.ts'

let db: TestDatabase
let elsewhere: Awaited<ReturnType<typeof emptyDatabase>>

beforeAll(async () => {
  db = await testDatabase()
  elsewhere = await emptyDatabase()
  await db.database.query({ name: 'make', text: 'create table letters (body text)' })
})
afterAll(async () => {
  await db.drop()
  await elsewhere.drop()
})

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  return client
}

/** Rows and dead rows of the table, as its pages have them. */
async function rowsInPages(client: pg.Client): Promise<number> {
  await client.query('create extension if not exists pgstattuple')
  const { rows } = await client.query<{ n: string }>(
    "select tuple_count + dead_tuple_count as n from pgstattuple('letters')",
  )
  return Number(rows[0]!.n)
}

for (const [who, begin] of [
  ['reads here', { url: () => db.url, first: 'select 1' }],
  ['writes in another database', { url: () => elsewhere.url, first: 'select pg_current_xact_id()' }],
] as const) {
  test(`what was deleted leaves the pages though somebody ${who} who began before, once they have ended`, async () => {
    const client = await connected(db.url)
    const other = await connected(begin.url())
    try {
      await client.query("insert into letters values ('a'), ('b')")
      await other.query('begin isolation level repeatable read')
      await other.query(begin.first)
      await client.query('delete from letters')
      const notes: string[] = []
      const removed = removeTraces({
        url: db.url,
        rewrite: ['letters'],
        vacuum: [],
        onNote: (note) => notes.push(note),
      })
      await Bun.sleep(300)
      expect(await rowsInPages(client)).toBe(2)
      await other.query('commit')
      await removed
      expect(notes).toEqual([])
      expect(await rowsInPages(client)).toBe(0)
    } finally {
      await client.end()
      await other.end()
    }
  })
}

test('whoever does not end is waited for in vain, and that is said', async () => {
  const other = await connected(db.url)
  try {
    await other.query('begin isolation level repeatable read')
    await other.query('select 1')
    await db.database.query({
      name: 'change',
      text: 'delete from letters where pg_current_xact_id() is null',
    })
    const notes: string[] = []
    await removeTraces({ url: db.url, rewrite: ['letters'], vacuum: [], onNote: (note) => notes.push(note) })
    expect(notes).toEqual([expect.stringContaining('a transaction that began before has not ended')])
  } finally {
    await other.end()
  }
}, 30_000)
