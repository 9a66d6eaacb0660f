import { afterAll, beforeAll, expect, spyOn, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { testDatabase, type TestDatabase } from '../../test/harness/database.ts'
import { createTicketCode } from '../features/ticketing/index.ts'
import { loadConfig, type Config } from '../platform/config.ts'
import { createShutdown } from '../platform/shutdown.ts'
import { openAccount } from './open-account.ts'
import { run as verifyTicket } from './verify-ticket.ts'

let db: TestDatabase
const folder = mkdtempSync(join(tmpdir(), 'usher-verify-'))
beforeAll(async () => {
  db = await testDatabase()
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await db.drop()
})

async function verify(code: string, config: Config): Promise<{ exitCode: number; said: string }> {
  const shutdown = createShutdown(() => {})
  const lines: string[] = []
  const out = spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line))
  try {
    const exitCode = (await verifyTicket({ code, test: true }, { config, shutdown })) ?? 0
    return { exitCode, said: lines.join('\n') }
  } finally {
    out.mockRestore()
    await shutdown.run()
  }
}

test('without --keys and without a server the keys come from the database', async () => {
  const config = loadConfig({ DATABASE_URL: db.url, USHER_DATA_DIR: folder, PORT: '1' })
  const shutdown = createShutdown(() => {})
  const { account } = await openAccount(config, shutdown)
  const code = await createTicketCode(account.keys.tickets)({
    ...{ eventId: '42', ticketId: crypto.randomUUID(), serial: 7, stateVersion: 3, livemode: false },
    place: { kind: 'seat', no: 12 },
  })
  await shutdown.run()
  expect(await verify(code, config)).toEqual({ exitCode: 0, said: 'valid: ticket 7 of event 42, seat 12' })
  expect(
    await verify(`${code.slice(0, 20)}${code[20] === 'A' ? 'B' : 'A'}${code.slice(21)}`, config),
  ).toEqual({
    ...{ exitCode: 4, said: 'forged: no key of this house signed it' },
  })
})

test('with neither, one line says what is missing and what to give', async () => {
  const config = loadConfig({ USHER_DATA_DIR: join(folder, 'nothing'), PORT: '1' })
  await expect(verify('ABC', config)).rejects.toThrow(
    /^there are no keys to check with: \S+ has no database, and no house answers at \S+; name the keys with --keys/,
  )
})
