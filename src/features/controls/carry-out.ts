import { isRefusal, type Refusal } from '../../shared/errors.ts'
import type { EventId } from '../../shared/ids.ts'
import type { HouseEvent } from '../catalog/index.ts'
import type { EventRules } from '../inventory/index.ts'
import { codesOf } from './codes.ts'
import { cancelsNow, opensNow, seatMoves, type Prepared, type SeatMoves } from './plan.ts'
import { BEING_OPENED, tellRules } from './tell-rules.ts'
import type { By, ControlsDeps } from './types.ts'

/** Seats that one entry of the ledger blocks, allots or frees. */
const SEATS_AT_ONCE_MAX = 5_000

/**
 * The catalog first, then the ledger: when this stops in between, the same call or file goes on where it stood, because
 * a plan compares with both. 'moved': somebody else changed the event since it was prepared.
 */
export async function carryOut(
  deps: ControlsDeps,
  prepared: Prepared,
  by: By,
): Promise<HouseEvent | Refusal | 'moved'> {
  const { wish, current, plan } = prepared
  if (cancelsNow(prepared)) return cancel(deps, prepared, by)
  if (prepared.layout && wish.event.sale?.layoutHash !== current?.sale?.layoutHash)
    await deps.catalog.storeLayout({ layout: prepared.layout })
  const written = await writeCatalog(deps, prepared, by)
  if (written === 'moved') return written
  const { eventId } = written
  const moves = seatMoves(prepared)
  if (plan.changes.length > 0 && wish.event.sale && wish.event.status !== 'cancelled') {
    const refused = await tellLedger(deps, prepared, eventId, moves)
    if (refused) return refused
  }
  return (await deps.catalog.house({ eventId }))!
}

/** What else the description changes, then the durable job: the ledger, the catalog's status, the refunds. */
async function cancel(
  deps: ControlsDeps,
  prepared: Prepared,
  by: By,
): Promise<HouseEvent | Refusal | 'moved'> {
  const { wish, current, plan } = prepared
  const { eventId } = wish.event
  const { status } = current!
  const changes = plan.changes.filter(({ field }) => field !== 'status')
  const other = {
    ...prepared,
    wish: { ...wish, event: { ...wish.event, status } },
    plan: { ...plan, changes },
  }
  if ((await writeCatalog(deps, other, by)) === 'moved') return 'moved'
  const { reason = 'cancelled with usher apply', message = null, actor } = by
  const job = await deps.cancellations.cancelEvent({ eventId, reason, by: actor, message })
  if (isRefusal(job)) return job
  // Where a worker has the job in hand at this moment, the answer does not wait for it.
  await deps.catalog.markCancelled({ eventId, actor: job.by })
  return (await deps.catalog.house({ eventId }))!
}

async function writeCatalog(
  { catalog, ids }: ControlsDeps,
  { wish, plan }: Prepared,
  by: By,
): Promise<{ eventId: EventId } | 'moved'> {
  const isHouse = plan.changes.some(({ field }) => field !== 'ledger')
  if (!isHouse) return wish.event
  const sourceId = wish.event.sourceId || `usher:${ids.uuid()}`
  const written = await catalog.writeHouse(
    { ...wish.event, sourceId },
    {
      actor: by.actor,
      changes: Object.fromEntries(plan.changes.map(({ field, from, to }) => [field, { from, to }])),
      codes: (eventId) => codesOf(wish, eventId),
    },
  )
  // Somebody else made the event of this external id meanwhile: the next look finds it.
  return written === 'taken' || written === 'moved' ? 'moved' : written
}

async function tellLedger(
  deps: ControlsDeps,
  prepared: Prepared,
  eventId: EventId,
  moves: SeatMoves,
): Promise<Refusal | null> {
  const { inventory, catalog } = deps
  const layout = prepared.layout!
  const opens = opensNow(prepared)
  if (!opens && !prepared.ledger) return null
  const event = (await catalog.house({ eventId }))!
  const rules = catalog.houseRules(event)!
  const ids = (seats: readonly number[]): string[] => seats.map((seat) => layout.seats[seat]!.seat_id)
  for (const { allotment, seats } of moves.release) {
    const release = (part: string[]) =>
      inventory.releaseAllocation({ eventId, allocation: allotment, seats: part })
    const refused = await inParts(ids(seats), release)
    if (refused) return refused
  }
  const keeps = moves.block.length + moves.allocate.length > 0
  if (opens) {
    const first: EventRules = keeps ? { ...rules, onSaleUntil: BEING_OPENED } : rules
    const opened = await inventory.open({ eventId, layoutHash: event.sale!.layoutHash, rules: first })
    if (isRefusal(opened)) return opened
  } else {
    const refused = await tellRules(deps, eventId)
    if (refused) return refused
  }
  const unblocked = await inParts(ids(moves.unblock), (seats) => inventory.unblock({ eventId, seats }))
  if (unblocked) return unblocked
  for (const { kind, seats } of moves.allocate) {
    const { no } = event.sale!.allotments.find((allotment) => allotment.kind === kind)!
    const allocate = (part: string[]) => inventory.allocate({ eventId, allocation: no, seats: part })
    const refused = await inParts(ids(seats), allocate)
    if (refused) return refused
  }
  const blocked = await inParts(ids(moves.block), (seats) => inventory.block({ eventId, seats }))
  if (blocked) return blocked
  return opens && keeps ? tellRules(deps, eventId) : null
}

async function inParts(
  seats: readonly string[],
  work: (seats: string[]) => Promise<{ version: number } | Refusal>,
): Promise<Refusal | null> {
  for (let start = 0; start < seats.length; start += SEATS_AT_ONCE_MAX) {
    const done = await work(seats.slice(start, start + SEATS_AT_ONCE_MAX))
    if (isRefusal(done)) return done
  }
  return null
}
