import { afterAll, beforeAll, expect, test } from 'bun:test'
import { isRefusal } from '../../src/shared/errors.ts'
import { crashRun } from '../harness/crash-run.ts'
import { testDatabase, type TestDatabase } from '../harness/database.ts'
import { expectConsistent, newId, seats } from '../harness/inventories.ts'
import { ownServer } from '../harness/own-server.ts'
import { startProcess, type RemoteInventory } from '../harness/processes.ts'
import { smallRules } from '../harness/small-hall.ts'

/** Milliseconds; processes are started and killed. */
const SLOW = 60_000
let db: TestDatabase
let three: RemoteInventory[]

beforeAll(async () => {
  db = await testDatabase()
  three = await Promise.all([1, 2, 3].map(() => startProcess(db.url, 10, 20)))
}, SLOW)
afterAll(async () => {
  for (const one of three) one.signal('SIGKILL')
  await Promise.all(three.map((one) => one.ended))
  await db.drop()
})

test('two hundred requests for the same two seats over three processes: one is taken, 199 are told which seats', async () => {
  const eventId = '101'
  await three[0]!.call('open', { eventId, layoutHash: 'hall', rules: smallRules() })
  const results = await Promise.all(
    Array.from({ length: 200 }, (_, i) =>
      three[i % 3]!.call('hold', { eventId, buyer: newId(), seats: seats('F1', 'F2') }),
    ),
  )
  expect(results.filter((one) => !isRefusal(one))).toHaveLength(1)
  const refused = results.filter(isRefusal)
  expect(refused).toHaveLength(199)
  for (const one of refused) {
    expect(one).toMatchObject({ refused: 'seats_unavailable', extra: { seat_ids: ['F1', 'F2'] } })
  }
  await expectConsistent(db.database, eventId)
})

test(
  'a process that is stopped for seconds decides again when it goes on: what was due meanwhile has ended',
  async () => {
    const eventId = '102'
    const [stopped, other] = three
    const rules = smallRules({ holdSeconds: 3, ticketsPerBuyer: 100 })
    await stopped!.call('open', { eventId, layoutHash: 'hall', rules })
    const buyer = newId()
    const early = await stopped!.call('hold', { eventId, buyer, seats: seats('A1') })
    await other!.call('hold', { eventId, buyer, seats: seats('A2') })
    // A stream of requests, so that it stops with some of them decided and not yet written.
    const stream = Array.from({ length: 60 }, async (_, i) => {
      await Bun.sleep(i)
      return stopped!.call('hold', {
        eventId,
        buyer: newId(),
        seats: seats(`${'BCDE'[i % 4]}${1 + (i >> 2)}`),
      })
    })
    await Bun.sleep(20)
    stopped!.signal('SIGSTOP')
    const meanwhile = await other!.call('hold', { eventId, buyer: newId(), seats: seats('E20') })
    expect(meanwhile).toHaveProperty('holdId')
    await Bun.sleep(6_000)
    stopped!.signal('SIGCONT')
    const results = await Promise.all(stream)
    const now = Date.now()
    for (const one of results) {
      // Whoever has asked again while it slept would be told the same: each has its seat from when it was written.
      expect(one).toHaveProperty('holdId')
      if (!isRefusal(one)) expect(one.expiresAt).toBeLessThan(now + 3_500)
    }
    expect(await stopped!.call('hold', { eventId, buyer, seats: seats('A1', 'A2', 'E20') })).toHaveProperty(
      'holdId',
    )
    if (!isRefusal(early)) {
      expect(await stopped!.call('findHold', early.holdId, eventId, buyer)).toMatchObject({
        state: 'expired',
      })
    }
    await expectConsistent(db.database, eventId)
  },
  SLOW,
)

test(
  'processes killed at random moments under load lose nothing that they acknowledged',
  async () => {
    const own = await testDatabase()
    try {
      const report = await crashRun({ url: own.url, kills: 4, everyMs: 700 })
      expect(report.wrong).toEqual([])
      expect(report.kills).toBe(4)
      expect(report.acknowledged).toBeGreaterThan(100)
      expect(report.booked).toBeGreaterThan(5)
    } finally {
      await own.drop()
    }
  },
  SLOW,
)

test(
  'a database that is killed and restarted under load loses nothing that was acknowledged, and selling goes on',
  async () => {
    const server = await ownServer()
    try {
      const kill = (round: number): Promise<void> => (round === 0 ? server.kill() : server.restart())
      const report = await crashRun({ url: server.url, kills: 2, everyMs: 1_500, kill })
      expect(report.wrong).toEqual([])
      expect(report.booked).toBeGreaterThan(5)
    } finally {
      await server.close()
    }
  },
  SLOW,
)
