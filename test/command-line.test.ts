import { expect, test } from 'bun:test'
import type { ChildProcess } from 'node:child_process'
import pg from 'pg'
import { COMMANDS } from '../src/roles/commands.ts'
import { emptyDatabase } from './harness/database.ts'
import { USHER, usher } from './harness/usher-command.ts'
import { waitFor } from './harness/wait-for.ts'

test('help lists every command, and each has examples', async () => {
  const { code, out } = await usher(['--help'])
  expect(code).toBe(0)
  for (const { usage } of COMMANDS) expect(out).toContain(usage.split(' ')[0]!)
  const help = await usher(['migrate', '--help'])
  expect(help.code).toBe(0)
  expect(help.out).toContain('Examples:\n  usher migrate')
  for (const { usage, examples } of COMMANDS) {
    const words = usage.split(/ [<[]/)[0]!
    expect(examples.length).toBeGreaterThan(0)
    for (const example of examples) expect(example).toStartWith(words)
  }
})

test('wrong input exits 2 with one clear line and no stack', async () => {
  const cases: [words: string[], env: Record<string, string>, line: RegExp][] = [
    [['migrat'], {}, /^usher: unknown command 'migrat'/],
    [['migrate', '--fast'], {}, /^usher: unknown option '--fast'/],
    [['migrate', 'twice'], {}, /^usher: too many arguments/],
    [
      ['operator', 'add', 'ada', '--role', 'catalog', '--role', 'sales'],
      {},
      /^usher: option '--role <roles>' argument 'sales' is invalid\. It is given twice\./,
    ],
    [['migrate'], { PORT: 'eighty' }, /^usher: PORT is not a whole number from 0 to 65535/],
    [['migrate'], { USHER_DATA_DIR: USHER }, /^usher: USHER_DATA_DIR: .*usher is not a folder/],
    [
      ['migrate'],
      { USHER_DATA_DIR: `${USHER}/data` },
      /^usher: USHER_DATA_DIR: .*data cannot be made: ENOTDIR/,
    ],
  ]
  for (const [words, env, line] of cases) {
    const { code, out, err } = await usher(words, env)
    expect(code).toBe(2)
    expect(out).toBe('')
    expect(err).toMatch(line)
    expect(err.trim().split('\n')).toHaveLength(1)
  }
})

test('a failure outside exits 1 with one clear line that holds no password', async () => {
  const { code, err } = await usher(['migrate'], {
    DATABASE_URL: 'postgres://usher:hunter2@127.0.0.1:1/usher',
  })
  expect(code).toBe(1)
  expect(err).toBe('usher: the database at 127.0.0.1:1 cannot be reached: connect ECONNREFUSED 127.0.0.1:1\n')
})

test('migrate says what it would do, does it, and then has nothing to do', async () => {
  const database = await emptyDatabase()
  try {
    const env = { DATABASE_URL: database.url }
    expect((await usher(['migrate', '--status'], env)).out).toMatch(
      /^0001-catalog\.sql\n[^]*\n\d+ to apply\n$/,
    )
    expect((await usher(['migrate'], env)).out).toMatch(/^applied 0001-catalog\.sql\n/)
    expect((await usher(['migrate'], env)).out).toBe('the schema is up to date\n')
  } finally {
    await database.drop()
  }
})

test('another USHER_KEY than the one that stored the keys exits 2 with one clear line', async () => {
  const database = await emptyDatabase()
  const keyOf = (byte: number): string => Buffer.alloc(32, byte).toString('base64')
  try {
    const stripe = {
      STRIPE_SECRET_KEY: 'sk_test_x',
      STRIPE_WEBHOOK_SECRET: 'whsec_x',
      STRIPE_API_BASE: 'http://127.0.0.1:1',
    }
    const env = { DATABASE_URL: database.url, USHER_KEY: keyOf(1), PORT: '0', ...stripe }
    expect((await usher(['operator', 'add', 'ada', '--role', 'admin'], env)).code).toBe(0)
    for (const words of [['api'], ['operator', 'add', 'grace', '--role', 'admin']]) {
      const { code, err } = await usher(words, { ...env, USHER_KEY: keyOf(2) })
      const line = /^usher: a stored key is wrapped by key \w+, but USHER_KEY is \w+ and [^\n]*\n$/
      expect([code, err]).toEqual([2, expect.stringMatching(line)])
    }
    const { code, err } = await usher(['api'], { ...env, USHER_KEY: 'short' })
    expect([code, err]).toEqual([2, expect.stringMatching(/^usher: USHER_KEY .*\n$/)])
  } finally {
    await database.drop()
  }
}, 60_000)

test('Ctrl-C in the middle of the demo ends it quietly, and it can be repeated', async () => {
  const database = await emptyDatabase()
  const sql = new pg.Client({ connectionString: database.url })
  await sql.connect()
  try {
    let child: ChildProcess | null = null
    const ended = usher(['demo'], { DATABASE_URL: database.url }, (started) => (child = started))
    await waitFor(
      'the first event',
      async () =>
        (await sql.query('select 1 from event_heads limit 1').catch(() => ({ rowCount: 0 }))).rowCount === 1,
      40_000,
    )
    child!.kill('SIGINT')
    const { code, err } = await ended
    expect(code).toBe(130)
    expect(err).not.toContain('usher:')
  } finally {
    await sql.end()
    await database.drop()
  }
}, 60_000)
