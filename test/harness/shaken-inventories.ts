import { expect } from 'bun:test'
import { testDatabase, type TestDatabase } from './database.ts'
import { faultProxy, type FaultProxy } from './fault-proxy.ts'
import { ask, expectConsistent, testInventory, type TestInventory } from './inventories.ts'
import { smallHall, smallRules } from './small-hall.ts'

/** Two processes and an event that both sell. */
export type Shaken = {
  eventId: string
  /** The process whose way to the database goes through the proxy, and one beside it that has no trouble. */
  shaken: TestInventory
  calm: TestInventory
  /** Holds that the event has ever had. */
  holdsInTable(): Promise<number>
  version(): Promise<number>
  /** Closes both; fails where they left the event's tables and ledger in contradiction. */
  close(): Promise<void>
}

export type ShakenDatabase = {
  db: TestDatabase
  proxy: FaultProxy
  /** On a new event that is on sale. */
  next(): Promise<Shaken>
  close(): Promise<void>
}

export const SHAKEN_HALL = smallHall(4, 10, { standing: 20 })

/** A database with a proxy in front that loses or delays what a test wants. */
export async function shakenDatabase(): Promise<ShakenDatabase> {
  const db = await testDatabase()
  const proxy = await faultProxy(db.url)
  const numberOf = async (text: string, eventId: string): Promise<number> =>
    (await ask<{ n: number }>(db.database, text, [eventId]))[0]!.n
  let events = 0
  return {
    db,
    proxy,
    next: async () => {
      const eventId = String((events += 1))
      const shaken = testInventory(proxy.url, SHAKEN_HALL)
      const calm = testInventory(db.url, SHAKEN_HALL)
      expect(await shaken.open({ eventId, layoutHash: 'hall', rules: smallRules() })).toEqual({ version: 1 })
      return {
        ...{ eventId, shaken, calm },
        holdsInTable: () => numberOf('select count(*)::int as n from holds where event_id = $1', eventId),
        version: () => numberOf('select version as n from event_heads where event_id = $1', eventId),
        close: async () => {
          await expectConsistent(db.database, eventId)
          await shaken.close()
          await calm.close()
        },
      }
    },
    close: async () => {
      await proxy.close()
      await db.drop()
    },
  }
}
