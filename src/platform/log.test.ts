import { expect, test } from 'bun:test'
import { createLog, type LogOptions } from './log.ts'

function logged(work: (log: ReturnType<typeof createLog>) => void, options: LogOptions = {}): string[] {
  const lines: string[] = []
  work(createLog({ ...options, write: (line) => lines.push(line) }))
  return lines
}

test('a line is JSON with time, level, request id and message', () => {
  const [line] = logged((log) => log.child({ request_id: 'r-1' }).info({ event_id: '7' }, 'held'))
  expect(JSON.parse(line!)).toEqual({
    level: 'info',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    request_id: 'r-1',
    event_id: '7',
    msg: 'held',
  })
})

test('personal data and secrets are not written, in fields, in texts or in errors', () => {
  const jwt = `eyJhbGciOiJFUzI1NiJ9.${'a'.repeat(20)}.${'b'.repeat(20)}`
  const fault = Object.assign(new Error('key for ada@example.org exists'), {
    detail: 'Key (phone)=(+49 30 1234) already exists.',
    cause: new Error('postgres://usher:hunter2@127.0.0.1/usher is away'),
  })
  const text = logged((log) => {
    log.info({ buyer: { name: 'Ada Lovelace', email: 'ada@example.org' } }, 'order')
    log.info({ request: { headers: { authorization: 'Bearer hunter2', cookie: 'hunter2' } } }, 'asked')
    log.warn(`mail to ada@example.org failed with ${jwt} and sk_live_hunter2hunter2`)
    log.error({ err: fault }, 'failed')
  }).join('')
  expect(text).not.toMatch(/Ada|Lovelace|example\.org|hunter2|eyJ|1234/)
  expect(text).toContain('exists')
  expect(text.match(/\[redacted\]/g)!.length).toBeGreaterThanOrEqual(7)
})

test('for people it is one short line, and the stack of an error below it', () => {
  const lines = logged((log) => log.error({ event_id: '7', err: new Error('gone') }, 'failed'), {
    pretty: true,
  })
  expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d error failed event_id=7\nError: gone\n/)
})

test('a level below the set one is not written', () => {
  expect(logged((log) => log.info('quiet'), { level: 'warn' })).toEqual([])
})
