import { afterAll, beforeAll, expect, test } from 'bun:test'
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { smallHall, smallRules } from '../../test/harness/small-hall.ts'
import { testDatabase, type TestDatabase } from '../../test/harness/database.ts'
import { createInventory } from '../features/inventory/index.ts'
import { systemClock, systemIds, systemRandom } from '../platform/clock.ts'

const USHER = fileURLToPath(new URL('../../usher', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'usher-audit-'))
let db: TestDatabase

beforeAll(async () => {
  db = await testDatabase()
  const layout = smallHall(2, 4)
  const inventory = createInventory({
    database: db.database,
    clock: systemClock,
    ids: systemIds,
    random: systemRandom,
    layout: () => Promise.resolve(layout),
  })
  for (const eventId of ['7', '8']) {
    await inventory.open({ eventId, layoutHash: 'hall', rules: smallRules() })
    await inventory.hold({ eventId, buyer: systemIds.uuid(), seats: [{ seatId: 'A1' }] })
  }
  await inventory.sequencers.stop()
})
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await db.drop()
})

type Said = { code: number | null; out: string; err: string }

const usher = (...words: string[]): Promise<Said> => usherAt(db.url, ...words)

function usherAt(databaseUrl: string, ...words: string[]): Promise<Said> {
  return new Promise((resolve) => {
    const env = { ...process.env, DATABASE_URL: databaseUrl, USHER_DATA_DIR: folder }
    const child = spawn(USHER, ['audit', ...words], { env, stdio: ['ignore', 'pipe', 'pipe'] })
    let out = ''
    let err = ''
    child.stdout.on('data', (text) => (out += String(text)))
    child.stderr.on('data', (text) => (err += String(text)))
    child.on('close', (code) => resolve({ code, out, err }))
  })
}

test('clean data exits 0, findings 1, and each names its row', async () => {
  const checkpoint = join(folder, 'heads.ndjson')
  const clean = await usher('--checkpoint', checkpoint)
  expect(clean).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^clean: 2 events, 4 entries, 2 holds, /),
  })
  expect(clean.err).toMatch(/heads.ndjson: 2 heads, SHA-256 [0-9a-f]{64}/)
  expect(readFileSync(checkpoint, 'utf8').split('\n')).toHaveLength(4)
  expect((await usher('--since', checkpoint)).code).toBe(0)

  const json = await usher('--json', '--event', '7')
  expect(JSON.parse(json.out)).toMatchObject({ audit: 'clean', checked: { events: 1, holds: 1 } })

  await db.database.pool.query(`update event_seats set status = 2 where event_id = 8 and seat_no = 5`)
  const found = await usher()
  expect(found.code).toBe(1)
  expect(found.out).toMatch(
    /^invariant 13: event 8, seat 5 \(B2\): the table says BOOKED, the ledger says AVAILABLE at version 2\n1 finding: /,
  )
  expect(JSON.parse((await usher('--json')).out)).toMatchObject({
    audit: [{ event_id: '8', invariant: 13, kind: 'table', what: expect.stringContaining('seat 5') }],
  })
  const refused = await usher('--checkpoint', join(folder, 'second'))
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('no checkpoint was written') })
  expect((await usher('--event', '7')).code).toBe(0)
}, 30_000)

test('wrong input and a database that is not there exit 2 with one clear line', async () => {
  const broken = join(folder, 'broken')
  writeFileSync(broken, '{"format":"something"}\n')
  const cases: [words: string[], line: RegExp][] = [
    [['--event', 'x'], /^usher: --event x: not an event's id$/],
    [['--event', '99'], /^usher: event 99 was never opened for sale: there is nothing to audit$/],
    [['--since', broken], /^usher: --since .*broken: line 1: not a checkpoint/],
    [['--since', join(folder, 'nowhere')], /^usher: --since \S*nowhere: cannot be read$/],
    [['--since', folder], /^usher: --since \S+: is a folder$/],
    [
      ['--checkpoint', '/nowhere/heads'],
      /^usher: --checkpoint \/nowhere\/heads: there is no folder \/nowhere$/,
    ],
    [['--checkpoint', folder], /^usher: --checkpoint \S+: is a folder$/],
    [['--gateway', 'localhost'], /^usher: --gateway localhost: not a URL$/],
    [['--data-dir', join(folder, 'empty')], /^usher: .*empty has no database/],
    [['--gateway', 'http://127.0.0.1:9'], /^usher: the audit could not run: /],
  ]
  const away = 'postgres://nobody@127.0.0.1:9/usher'
  const answers = [
    ...(await Promise.all(cases.map(async ([words, line]) => ({ words, line, ...(await usher(...words)) })))),
    {
      words: [away],
      line: /^usher: the audit could not run: the database does not answer: .*127\.0\.0\.1/,
      ...(await usherAt(away)),
    },
  ]
  for (const { words, line, code, out, err } of answers) {
    expect({ words, code, out }).toEqual({ words, code: 2, out: '' })
    expect(err.trim()).toMatch(line)
    expect(err.trim().split('\n')).toHaveLength(1)
  }
}, 30_000)
