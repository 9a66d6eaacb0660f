import { isRefusal, type Refusal } from '../../shared/errors.ts'
import type { EventId } from '../../shared/ids.ts'
import type { HouseEvent } from '../catalog/index.ts'
import type { EventRules } from '../inventory/index.ts'
import { codesOf } from './codes.ts'
import { ledgerNow } from './ledger-now.ts'
import {
  cancelsNow,
  catalogChanges,
  endedInCatalog,
  ledgerChanges,
  ledgerChangesSoFar,
  opensNow,
  relaysOut,
  seatMoves,
  type Prepared,
  type SeatMoves,
} from './plan.ts'
import { BEING_OPENED, tellRules } from './tell-rules.ts'
import type { By, Change, ControlsDeps } from './types.ts'

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
  const written = await writeCatalog(deps, prepared, by, catalogChanges(prepared))
  if (written === 'moved') return written
  const { eventId } = written
  if (plan.changes.length > 0 && wish.event.sale && wish.event.status !== 'cancelled') {
    if (relaysOut(prepared)) {
      const refused = await relayout(deps, prepared, written, by)
      if (refused) return refused
    }
    const refused = await tellLedger(deps, prepared, eventId, seatMoves(prepared))
    await noteLedger(deps, prepared, { ...written, refused }, by)
    if (refused) return refused
  }
  return (await deps.catalog.house({ eventId }))!
}

/** `revision`: null where the catalog said so already. */
type Written = { eventId: EventId; revision: number | null }

/**
 * The prices first, so that no new seat is there without one. What the plan saw may have changed since: where the ledger
 * refuses, the catalog says again what it said, and nothing is different.
 */
async function relayout(
  deps: ControlsDeps,
  prepared: Prepared,
  { eventId, revision }: Written,
  { actor }: By,
): Promise<Refusal | null> {
  const { catalog, inventory } = deps
  const untold = await tellRules(deps, eventId)
  if (untold) return untold
  const { layoutHash } = prepared.wish.event.sale!
  const refused = await inventory.relayout({ eventId, layoutHash })
  // 503: it may have been done. The same call goes on where it stood.
  if (!isRefusal(refused)) return null
  const before = prepared.current!
  if (REFUSED.has(refused.refused) && revision !== null && before.sale?.layoutHash !== layoutHash) {
    const back = byField(
      catalogChanges(prepared).map(({ field, from, to }) => ({ field, from: to, to: from })),
    )
    await catalog.writeHouse({ ...before, revision }, { actor, changes: back })
    await tellRules(deps, eventId)
  }
  return refused
}

/** What the ledger says of another layout when it has not taken it. */
const REFUSED: ReadonlySet<string> = new Set(['conflict', 'event_cancelled'])

/** What else the description changes, then the durable job: the ledger, the catalog's status, the refunds. */
async function cancel(
  deps: ControlsDeps,
  prepared: Prepared,
  by: By,
): Promise<HouseEvent | Refusal | 'moved'> {
  const { wish, current } = prepared
  const { eventId } = wish.event
  const { status } = current!
  const changes = catalogChanges(prepared).filter(({ field }) => field !== 'status')
  const other = { ...prepared, wish: { ...wish, event: { ...wish.event, status } } }
  if ((await writeCatalog(deps, other, by, changes)) === 'moved') return 'moved'
  const { reason = 'cancelled with usher apply', message = null, actor } = by
  const job = await deps.cancellations.cancelEvent({ eventId, reason, by: actor, message })
  if (isRefusal(job)) return job
  // Also where it was closed before: a job of an older version left the catalog to its caller.
  if (job.state !== 'closing') await deps.catalog.markCancelled({ eventId, actor: job.by })
  return (await deps.catalog.house({ eventId }))!
}

async function writeCatalog(
  { catalog, ids }: ControlsDeps,
  { wish }: Prepared,
  by: By,
  changes: readonly Change[],
): Promise<Written | 'moved'> {
  if (changes.length === 0) return { eventId: wish.event.eventId, revision: null }
  const sourceId = wish.event.sourceId || `usher:${ids.uuid()}`
  const written = await catalog.writeHouse(
    { ...wish.event, sourceId },
    {
      actor: by.actor,
      changes: byField(changes),
      codes: (eventId) => codesOf(wish, eventId),
    },
  )
  // Somebody else made the event of this external id meanwhile: the next look finds it.
  return written === 'taken' || written === 'moved' ? 'moved' : written
}

/** In the event's history stands what the ledger took, and nothing that it refused. */
async function noteLedger(
  { catalog, inventory }: ControlsDeps,
  prepared: Prepared,
  { eventId, revision, refused }: Written & { refused: Refusal | null },
  by: By,
): Promise<void> {
  let changes = ledgerChanges(prepared, catalogChanges(prepared))
  if (refused) {
    const [event, ledger] = await Promise.all([catalog.house({ eventId }), ledgerNow(inventory, eventId)])
    if (!event || !ledger || isRefusal(ledger)) return
    changes = ledgerChangesSoFar(prepared, event, ledger)
  }
  if (changes.length > 0)
    await catalog.noteChanges({ eventId, revision, actor: by.actor, changes: byField(changes) })
}

function byField(changes: readonly Change[]): Record<string, { from: string | null; to: string | null }> {
  return Object.fromEntries(changes.map(({ field, from, to }) => [field, { from, to }]))
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
  const numberOf = (kind: string): number =>
    event.sale!.allotments.find((allotment) => allotment.kind === kind)!.no
  const ids = (seats: readonly number[]): string[] => seats.map((seat) => layout.seats[seat]!.seat_id)
  const cutOff = leftOver(prepared, event)
  for (const { allotment, seats } of [...moves.release, ...cutOff.release]) {
    const release = (part: string[]) =>
      inventory.releaseAllocation({ eventId, allocation: allotment, seats: part })
    const refused = await inParts(ids(seats), release)
    if (refused) return refused
  }
  for (const { allotment, area, places } of [...moves.fewer, ...cutOff.fewer]) {
    const areaId = layout.areas[area]!.area_id
    const fewer = await inventory.allocatePlaces({ eventId, allocation: allotment, areaId, places })
    if (isRefusal(fewer)) return fewer
  }
  const keeps = moves.block.length + moves.allocate.length + moves.more.length > 0
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
    const no = numberOf(kind)
    const allocate = (part: string[]) => inventory.allocate({ eventId, allocation: no, seats: part })
    const refused = await inParts(ids(seats), allocate)
    if (refused) return refused
  }
  for (const { kind, area, places } of moves.more) {
    const areaId = layout.areas[area]!.area_id
    const more = await inventory.allocatePlaces({ eventId, allocation: numberOf(kind), areaId, places })
    if (isRefusal(more)) return more
  }
  const blocked = await inParts(ids(moves.block), (seats) => inventory.block({ eventId, seats }))
  if (blocked) return blocked
  return opens && keeps ? tellRules(deps, eventId) : null
}

/**
 * What the ledger keeps for allotments that an earlier call ended in the catalog alone. `event` was read after the
 * ledger: what somebody allots at the same time is in it.
 */
function leftOver({ ledger, current }: Prepared, event: HouseEvent): Pick<SeatMoves, 'release' | 'fewer'> {
  const ended = ledger ? endedInCatalog(ledger, event) : []
  const before = ended.filter((no) => !current?.sale?.allotments.some((one) => one.no === no))
  return {
    release: before.map((no) => ({ allotment: no, seats: [...(ledger!.allotted.get(no) ?? [])] })),
    fewer: before.flatMap((no) =>
      [...(ledger!.places.get(no) ?? [])].map(([area]) => ({ allotment: no, area, places: 0 })),
    ),
  }
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
