import { afterAll, expect, test } from 'bun:test'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { COMMANDS } from '../src/roles/commands.ts'
import { testDatabase } from './harness/database.ts'
import { usher } from './harness/usher-command.ts'

const folder = mkdtempSync(join(tmpdir(), 'usher-words-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const oneLine = (text: RegExp) => expect.stringMatching(new RegExp(`^usher: ${text.source}\\n$`))

test('a group of commands says what it is for and shows examples, and one line tells what is missing', async () => {
  const groups = [...new Set(COMMANDS.map(({ usage }) => usage.split(' ')))]
    .filter(([, second]) => second !== undefined && !/^[<[]/.test(second))
    .map(([first]) => first!)
  expect(new Set(groups)).toEqual(new Set(['operator', 'organiser', 'keys', 'import', 'export', 'search']))
  for (const group of new Set(groups)) {
    const { code, out } = await usher([group, '--help'])
    expect(code).toBe(0)
    expect(out).not.toContain('…\n')
    expect(out).toContain(`Examples:\n  usher ${group} `)
    const missing = await usher([group])
    expect([missing.code, missing.out, missing.err]).toEqual([
      2,
      '',
      oneLine(new RegExp(`${group} needs one of its commands: .*; "usher ${group} --help" explains them`)),
    ])
  }
  expect((await usher(['--help'])).out).not.toContain('…')
  expect((await usher(['operator'])).err).toContain('add, list, remove, reset-factor')
  expect((await usher(['operator', 'lst'])).err).toMatch(/^usher: unknown command 'lst'/)
}, 60_000)

test('a command that cannot begin a house makes none where USHER_DATA_DIR is wrong', async () => {
  const nowhere = join(folder, 'mistyped')
  const commands = [
    ...[
      ['operator', 'list'],
      ['operator', 'remove', 'ada'],
      ['operator', 'reset-factor', 'ada'],
    ],
    ...[['organiser', 'list'], ['keys', 'rotate', 'ticket'], ['keys', 'rewrap'], ['refunds'], ['outbox']],
    ...[
      ['retention', '--dry-run'],
      ['export', 'event', '1'],
      ['export', 'layout', '0'.repeat(64)],
    ],
    ...[
      ['search', 'rebuild'],
      ['voided-list', '1'],
      ['migrate', '--status'],
    ],
  ]
  for (const words of commands) {
    const { code, err } = await usher(words, { USHER_DATA_DIR: nowhere })
    expect([words, code, err]).toEqual([
      words,
      2,
      `usher: there is nothing at ${nowhere}: is USHER_DATA_DIR right? Or set DATABASE_URL\n`,
    ])
    expect(existsSync(nowhere)).toBe(false)
  }
}, 60_000)

test('what a file or a word says moves no terminal', async () => {
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  const place = { name: 'Hall', address: { addressLocality: 'Berlin' } }
  const event = { '@type': 'Event', '@id': 'x', name: 'x', location: place, startDate: 'bad\u001b[2J\n' }
  const database = await testDatabase()
  try {
    const env = { DATABASE_URL: database.url }
    const events = file('events.ndjson', `${JSON.stringify(event)}\n\u001b]0;owned\u0007\n`)
    const imported = await usher(['import', 'events', events, '--dry-run'], env)
    expect(imported.err).toContain('line 1: startDate: "bad\\u001b[2J\\n" is neither a date')
    expect(imported.err).toContain('line 2: $: is not JSON')
    const yaml = file(
      'event.yaml',
      `name: "\\e[2J\\u202Eevil"\ntype: "concert"\nstart: 2027-05-04 20:00\nvenue: { name: Hall, city: Berlin }\n`,
    )
    const planned = await usher(['apply', yaml, '--dry-run'], env)
    expect(planned.out).toContain('  + name: \\u001b[2J\\u202eevil\n')
    const plan = await usher(['import', 'layout', file('plan.json', '{"name": \u009b1m')], env)
    const word = await usher(['\u001b[31mred'])
    const name = await usher(['operator', 'add', 'ada\u001b[2J', '--role', 'admin'], env)
    const listed = await usher(['operator', 'list'], env)
    expect(listed.out).toContain('\tada\\u001b[2J\tadmin\t')
    for (const { out, err } of [imported, planned, plan, word, name, listed]) {
      expect(out + err).not.toBe('')
      expect(out + err).not.toMatch(/[^\P{Cc}\n\t]|\u202e/u)
    }
  } finally {
    await database.drop()
  }
}, 60_000)

test('a file that cannot be written is one line of wrong input, before anything is looked for', async () => {
  expect(readdirSync(folder)).not.toContain('missing')
  const env = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' }
  const { code, err } = await usher(['voided-list', '1', '--out', join(folder, 'missing', 'x')], env)
  const line = `usher: --out ${join(folder, 'missing', 'x')}: there is no folder ${join(folder, 'missing')}\n`
  expect([code, err]).toEqual([2, line])
  const isFolder = await usher(['voided-list', '1', '--out', folder], env)
  expect([isFolder.code, isFolder.err]).toEqual([2, `usher: --out ${folder}: is a folder\n`])
})

test('of an event that there is not no refund is said to be all right', async () => {
  const database = await testDatabase()
  try {
    for (const more of [[], ['--retry']]) {
      const words = ['refunds', '--event', '99999999', ...more]
      const { code, out, err } = await usher(words, { DATABASE_URL: database.url })
      expect([code, out, err]).toEqual([2, '', 'usher: there is no event 99999999\n'])
    }
  } finally {
    await database.drop()
  }
}, 30_000)

test('a database that answers with a refusal was reached, and its refusal is said', async () => {
  const database = await testDatabase()
  try {
    const url = new URL(database.url)
    url.pathname = '/no-such-house'
    const { code, err } = await usher(['migrate'], { DATABASE_URL: url.href })
    const line = `usher: the database at ${url.host} refused the connection: database "no-such-house" does not exist\n`
    expect([code, err]).toEqual([1, line])
  } finally {
    await database.drop()
  }
}, 30_000)

test('USHER_KEY_PREVIOUS is not spoken of as something to take away where none is set', async () => {
  const database = await testDatabase()
  try {
    const keyOf = (byte: number): string => Buffer.alloc(32, byte).toString('base64')
    const env = { DATABASE_URL: database.url, USHER_KEY: keyOf(1) }
    const { code, out } = await usher(['keys', 'rewrap'], env)
    expect([code, out]).toEqual([
      0,
      "0 people's keys moved: USHER_KEY_PREVIOUS is not set, so USHER_KEY wraps all\n",
    ])
    const changed = { ...env, USHER_KEY: keyOf(2), USHER_KEY_PREVIOUS: keyOf(1) }
    expect((await usher(['keys', 'rewrap'], changed)).out).toBe(
      "0 people's keys moved; USHER_KEY_PREVIOUS can be taken away\n",
    )
  } finally {
    await database.drop()
  }
}, 30_000)

test('a new key is said to be published when it is, and only where such keys are', async () => {
  const database = await testDatabase()
  try {
    const env = { DATABASE_URL: database.url }
    const rotated = async (purpose: string) => (await usher(['keys', 'rotate', purpose], env)).out
    expect(await rotated('ticket')).toMatch(
      /^key [0-9a-f]{12} is made: running servers publish it in \/\.well-known\/jwks\.json within a minute \(a cache may take one more\), and it signs for ticket in two minutes\n$/,
    )
    expect(await rotated('cursor')).toMatch(
      /^key [0-9a-f]{12} is made: running servers know it within a minute, and it signs for cursor in two minutes\n$/,
    )
  } finally {
    await database.drop()
  }
}, 30_000)
