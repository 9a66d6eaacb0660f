import { afterAll, afterEach, beforeEach, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { emptyDatabase } from '../../../test/harness/database.ts'
import { openDatabase, statement } from './database.ts'
import { migrate, MigrationError, pendingMigrations } from './migrate.ts'

let database: Awaited<ReturnType<typeof emptyDatabase>>
let dir: string
const made: string[] = []

beforeEach(async () => {
  database = await emptyDatabase()
  dir = mkdtempSync(join(tmpdir(), 'usher-migrations-'))
  made.push(dir)
})
afterEach(() => database.drop())
afterAll(() => made.forEach((folder) => rmSync(folder, { recursive: true, force: true })))

const file = (name: string, text: string) => writeFileSync(join(dir, name), text)

test('files are applied once, in the order of their names', async () => {
  file('0002-more.sql', 'alter table things add column more int;')
  file('0001-things.sql', 'create table things (n int); insert into things values (1);')
  expect(await pendingMigrations(database.url, dir)).toEqual(['0001-things.sql', '0002-more.sql'])
  expect(await migrate(database.url, dir)).toEqual({
    applied: ['0001-things.sql', '0002-more.sql'],
    before: 0,
  })
  expect(await migrate(database.url, dir)).toEqual({ applied: [], before: 2 })
  expect(await ask('select n, more from things')).toEqual([{ n: 1, more: null }])
})

test('several processes at once: each file is applied by one of them', async () => {
  file('0001-slow.sql', 'create table once (n int); select pg_sleep(0.2);')
  file('0002-index.sql', '-- no-transaction\ncreate index concurrently if not exists once_n on once (n);')
  const results = await Promise.all([1, 2, 3, 4].map(() => migrate(database.url, dir)))
  expect(results.flatMap(({ applied }) => applied).sort()).toEqual(['0001-slow.sql', '0002-index.sql'])
  expect(await ask(`select indisvalid from pg_index where indexrelid = 'once_n'::regclass`)).toEqual([
    { indisvalid: true },
  ])
})

test('a file that fails leaves nothing behind and names its line', async () => {
  file('0001-good.sql', 'create table good (n int);')
  file('0002-bad.sql', 'create table half (n int);\n\nselect nothing_like_this;\n')
  await expect(migrate(database.url, dir)).rejects.toThrow(
    /^migrations\/0002-bad\.sql:3: column "nothing_like_this"/,
  )
  await migrate(database.url, dir).catch(() => {})
  expect(
    await ask(`select to_regclass('good') is not null as good, to_regclass('half') is not null as half`),
  ).toEqual([{ good: true, half: false }])
  file('0002-bad.sql', 'create table half (n int);')
  expect((await migrate(database.url, dir)).applied).toEqual(['0002-bad.sql'])
})

test('a file that was changed after it was applied is refused by name', async () => {
  file('0001-things.sql', 'create table things (n int);')
  await migrate(database.url, dir)
  file('0001-things.sql', 'create table things (n bigint);')
  await expect(migrate(database.url, dir)).rejects.toThrow(MigrationError)
  await expect(migrate(database.url, dir)).rejects.toThrow(/0001-things\.sql was changed after/)
})

test('a database that is ahead is fine, unless its newer migration says that older code must stop', async () => {
  file('0001-things.sql', 'create table things (n int);')
  file('0002-newer.sql', 'alter table things add column more int;')
  file(
    '0003-breaking.sql',
    '-- Moves the column.\n-- older-code-must-stop\nalter table things drop column more;',
  )
  await migrate(database.url, dir)
  rmSync(join(dir, '0002-newer.sql'))
  expect((await migrate(database.url, dir)).applied).toEqual([])
  rmSync(join(dir, '0003-breaking.sql'))
  await expect(migrate(database.url, dir)).rejects.toThrow(/ahead of this Usher: it has 0003-breaking\.sql/)
})

test('two files with one number, and a name that is not one, are refused', async () => {
  file('0001-things.sql', 'select 1;')
  file('0001-others.sql', 'select 1;')
  await expect(migrate(database.url, dir)).rejects.toThrow(
    /0001-things\.sql: the number is taken by 0001-others\.sql/,
  )
  rmSync(join(dir, '0001-others.sql'))
  file('2-Short.sql', 'select 1;')
  await expect(migrate(database.url, dir)).rejects.toThrow(/2-Short\.sql: the name must look like/)
})

test('an open database can be migrated too, and keeps its own settings', async () => {
  file('0001-things.sql', 'create table things (n int);')
  const open = openDatabase({ url: database.url, connectionsMax: 1, statementTimeoutMs: 1_234 })
  try {
    await migrate(open, dir)
    const { rows } = await open.query(statement('test.timeout', 'show statement_timeout'))
    expect(rows).toEqual([{ statement_timeout: '1234ms' }])
  } finally {
    await open.close()
  }
})

test("the repository's own migrations apply to an empty database", async () => {
  const { applied } = await migrate(database.url)
  expect(applied[0]).toBe('0001-catalog.sql')
  expect(await pendingMigrations(database.url)).toEqual([])
})

async function ask(sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}
