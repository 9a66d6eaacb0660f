import type { Denied, Outcome } from './commands.ts'
import { applyChange, type Change, type UsedKey } from './changes.ts'
import type { Hall } from './hall.ts'
import { dueAt, type Draft, type Hold, type KeyUse, type Ticket } from './state.ts'
import type { KeyedBy } from './types.ts'

/** Holds that one entry may expire: more wait for the next, so that no batch grows without bound. */
export const EXPIRED_PER_ENTRY_MAX = 1_000

/** A batch while it is decided: the draft, and what has been decided so far. */
export type Batch = {
  draft: Draft
  hall: Hall | null
  at: number
  changes: Change[]
  expired: number
  /** True when holds that are due had to be left for the next entry. */
  dueLeft: boolean
}

export function write(batch: Batch, change: Change): void {
  batch.changes.push(change)
  applyChange(batch.draft, change)
}

export function ownHold(
  batch: Batch,
  holdId: string,
  buyer: string,
): Hold | Denied | { gone: true } | { later: true } {
  const held = namedHold(batch, holdId)
  if ('gone' in held || 'later' in held) return held
  return held.buyer === buyer ? held : { denied: 'not_found' }
}

// A hold that is due has ended, also where this entry could not expire it any more.
export function namedHold(batch: Batch, holdId: string): Hold | { gone: true } | { later: true } {
  const held = batch.draft.hold(holdId)
  if (!held) return { gone: true }
  return isDue(held, batch.at) ? { later: true } : held
}

export function ticketsOf(batch: Batch, held: Hold): Ticket[] {
  return held.ticketIds.flatMap((id) => batch.draft.ticket(id) ?? [])
}

export function again(used: KeyUse, key: KeyedBy): Outcome {
  return used.requestHash === key.requestHash ? { replay: used } : { denied: 'idempotency_mismatch' }
}

export function usedKey(key: KeyedBy, result: string): UsedKey {
  return { hash: key.keyHash, request: key.requestHash, result }
}

export function isDue(hold: Hold, at: number): boolean {
  const due = dueAt(hold)
  return due !== null && due <= at
}

export function expire(batch: Batch, held: Hold): void {
  if (batch.expired >= EXPIRED_PER_ENTRY_MAX) {
    batch.dueLeft = true
    return
  }
  batch.expired += 1
  write(batch, { k: 'expire', id: held.id })
}

/** Why so many tickets more are too many for a buyer, who is one session or one mail address; null: they are not. */
export function overLimit(
  max: number,
  tallyOf: (owner: string) => number,
  { buyer, contact }: { buyer: string; contact?: string },
  quantity: number,
): Denied | null {
  const had = Math.max(tallyOf(buyer), contact === undefined ? 0 : tallyOf(contact))
  return had + quantity > max ? { denied: 'limit_exceeded', limit: { max, had } } : null
}

export function overEventLimit(
  draft: Draft,
  owner: { buyer: string; contact?: string },
  quantity: number,
): Denied | null {
  return overLimit(draft.rules.ticketsPerBuyer, (one) => draft.tally(one), owner, quantity)
}
