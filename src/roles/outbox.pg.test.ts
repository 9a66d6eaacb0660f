import { afterAll, beforeAll, expect, spyOn, test } from 'bun:test'
import { testDatabase, type TestDatabase } from '../../test/harness/database.ts'
import { loadConfig } from '../platform/config.ts'
import { WrongInput } from '../platform/failure.ts'
import { createShutdown } from '../platform/shutdown.ts'
import { run as outbox } from './outbox.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
})
afterAll(() => db.drop())

async function usher(options: { retry?: string }): Promise<{ code: number; out: string[] }> {
  const shutdown = createShutdown(() => {})
  const out: string[] = []
  const spy = spyOn(console, 'log').mockImplementation((line: string) => void out.push(line))
  try {
    const code = (await outbox(options, { config: loadConfig({ DATABASE_URL: db.url }), shutdown })) ?? 0
    return { code, out }
  } finally {
    spy.mockRestore()
    await shutdown.run()
  }
}

test('a consumer that nobody knows is wrong input, and those that there are get named', async () => {
  const unknown = usher({ retry: 'nobody' })
  await expect(unknown).rejects.toThrow(
    '--retry nobody: no such consumer; there are imports, mail, moved-events, moved-tickets, pictures, search',
  )
  await expect(unknown).rejects.toBeInstanceOf(WrongInput)
})

test('one that gave up nothing has nothing to try again', async () => {
  expect(await usher({ retry: 'mail' })).toEqual({ code: 0, out: ['0 facts of "mail" are tried again.'] })
  expect(await usher({})).toEqual({ code: 0, out: ['No fact was given up.'] })
})
