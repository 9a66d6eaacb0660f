import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { testDatabase, type TestDatabase } from '../../test/harness/database.ts'
import { runCommand } from '../../test/harness/run-command.ts'
import { loadConfig } from '../platform/config.ts'
import { startSandboxGateway } from '../platform/payment/sandbox/gateway.ts'
import { run as api } from './api.ts'
import { run as apply } from './apply.ts'
import { run as exportEvent } from './export-event.ts'
import { gatewayChecks, warnWithoutGateway } from './payment.ts'
import { run as worker } from './worker.ts'

let db: TestDatabase
const folder = mkdtempSync(join(tmpdir(), 'usher-payment-'))
beforeAll(async () => {
  db = await testDatabase()
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await db.drop()
})

/** Runs a command where no server has run: a fresh data folder beside the database. */
async function usher<O>(
  run: (options: O, context: never) => Promise<number | void>,
  options: O,
): Promise<string> {
  const config = loadConfig({ DATABASE_URL: db.url, USHER_DATA_DIR: folder, PORT: '1', LOG_LEVEL: 'error' })
  const { out, wrong } = await runCommand(config, run, options)
  if (wrong.length > 0) throw new Error(wrong.join('\n'))
  return out.join('\n')
}

const evening = (price: number): string => `
external_id: evening
name: An evening
type: concert
start: ${new Date().getUTCFullYear() + 1}-05-04 20:00
venue: { name: Studio, city: Vienna, country: AT, timezone: Europe/Vienna }
layout: studio
currency: EUR
price_types: [{ id: adult, name: Adult }]
prices: { Center: ${price}, Side: 30 }
`

test('an event is made, repriced and exported before any payment gateway has run', async () => {
  const file = join(folder, 'evening.yaml')
  writeFileSync(file, evening(45))
  const made = await usher(apply, { file, yes: true })
  const eventId = /Done: event (\d+) is at revision/.exec(made)?.[1]
  expect(eventId).toBeDefined()
  writeFileSync(file, evening(50))
  expect(await usher(apply, { file, yes: true })).toContain('45.00')
  expect(await usher(exportEvent, { id: eventId! })).toContain('name: An evening')
})

test('a gateway that does not run is said at the start and by readiness, which needs it for nothing else', async () => {
  const dataDir = mkdtempSync(join(folder, 'gateway-'))
  const config = loadConfig({ USHER_DATA_DIR: dataDir })
  const gateway = startSandboxGateway({ port: 0, file: ':memory:' })
  writeFileSync(
    join(dataDir, 'sandbox-gateway.json'),
    JSON.stringify({ url: gateway.url, webhookSecret: 's' }),
  )
  const said: unknown[] = []
  const log = { warn: (line: unknown) => void said.push(line) }
  await warnWithoutGateway(config, log)
  expect(said).toEqual([])
  await gateway.stop()
  await warnWithoutGateway(config, log)
  expect(said).toEqual([expect.stringMatching(/^the sandbox gateway does not answer at .*"usher serve"/)])
  const [check, ...others] = gatewayChecks(config)
  expect([check!.required, others.length]).toEqual([false, 0])
  await expect(check!.check()).rejects.toThrow('does not answer')
  expect(gatewayChecks(loadConfig({ STRIPE_SECRET_KEY: 'sk_test_x' }))).toEqual([])
})

test('what takes money says that there is no gateway yet, and does not start', async () => {
  for (const run of [api, worker])
    await expect(usher(run, {})).rejects.toThrow(
      /^no sandbox gateway has run in \S+ yet: start "usher serve" first/,
    )
})
