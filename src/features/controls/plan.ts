import type { Layout } from '../../shared/layout.ts'
import type { CodeDraft, HouseEvent } from '../catalog/index.ts'
import {
  compileHall,
  faultOfRelayout,
  placesLeft,
  placesOf,
  withKept,
  type Area,
  type EventRules,
} from '../inventory/index.ts'
import { areaName } from './area-names.ts'
import { describe, opensText } from './describe.ts'
import type { Change, LedgerNow, Limits, Places, Plan, Wish } from './types.ts'

/** Seats that a reason names one by one. */
const SEATS_NAMED_MAX = 5

export type Situation = {
  current: HouseEvent | null
  /** What holds now where the event names none. */
  limits: Limits
  ledger: LedgerNow | null
  wish: Wish
  /** All codes as they will be, hashed; for a new event as many as there will be. */
  codes: CodeDraft[]
  /** What the ledger would sell by. */
  rules: EventRules | null
  /** Of the wish's layout. */
  layout: Layout | null
  layoutName(hash: string): string
  now: number
}

/** Everything needed to say what will change and to change it. */
export type Prepared = Situation & { plan: Plan }

/** Seats that have to change hands, by index. */
export type SeatMoves = {
  release: { allotment: number; seats: number[] }[]
  unblock: number[]
  allocate: { kind: string; seats: number[] }[]
  block: number[]
  /** Places of areas that allotments are to have, which is fewer or more than now. */
  fewer: { allotment: number; area: number; places: number }[]
  more: { kind: string; area: number; places: number }[]
}

/** What is now and what will be, and what of it cannot be. */
export function planOf(s: Situation): Plan {
  const { current, wish } = s
  const ofCatalog = catalogChanges(s)
  const ofLedger = ledgerChanges(s, ofCatalog)
  const changes = [...ofCatalog, ...ofLedger]
  const cannot = refusals(s)
  if (current?.status === 'cancelled' && changes.length > 0)
    cannot.unshift({ field: 'status', why: 'the event is cancelled, which is for good' })
  // An import said so: the ledger and the buyers do not know yet.
  if (cancelsNow(s) && current?.status === 'cancelled')
    changes.push({ field: 'ledger', from: 'sells', to: 'cancelled, with refunds' })
  const { organiserId } = wish.event
  const eventId = current?.eventId ?? null
  return { eventId, organiserId, name: nameOf(wish.event), changes, cannot, warnings: warningsOf(s) }
}

/** What the catalog will say differently. */
export function catalogChanges(s: Situation): Change[] {
  const { current, wish } = s
  const before = current ? describe(inForce(current, s.limits), s.layoutName) : new Map<string, string>()
  const after = describe(wish.event, s.layoutName)
  return [...compare(before, after), ...codeChanges(current?.sale?.codes ?? [], s.codes)]
}

/** With the limits that it leaves to the house: writing them down is no change, for they hold already. */
function inForce(event: HouseEvent, { ticketsPerBuyer, holdSeconds }: Limits): HouseEvent {
  const { sale } = event
  if (!sale) return event
  return {
    ...event,
    sale: {
      ...sale,
      ticketsPerBuyer: sale.ticketsPerBuyer ?? ticketsPerBuyer,
      holdSeconds: sale.holdSeconds ?? holdSeconds,
    },
  }
}

/** What only the ledger can say is done, beside the catalog's: seats, the opening, rules that were not told. */
export function ledgerChanges(s: Situation, ofCatalog: readonly Change[]): Change[] {
  const { current, ledger, rules, wish } = s
  const changes = [...layoutChanges(s), ...seatChanges(s)]
  const isBehind =
    ledger &&
    rules &&
    wish.event.status !== 'cancelled' &&
    (!sameRules(ledger.rules, rules) || endedInCatalog(ledger, current).length > 0)
  if (isBehind && ofCatalog.length + changes.length === 0)
    changes.push({ field: 'ledger', from: 'sells by older rules', to: 'sells by these' })
  if (opensNow(s)) changes.push(opening(s))
  return changes
}

/** Numbers of allotments that the ledger still has, because the call that ended them was cut off. */
export function endedInCatalog({ rules, allotted, places }: LedgerNow, event: HouseEvent | null): number[] {
  const there = new Set(event?.sale?.allotments.map(({ no }) => no))
  const kept = new Set([...rules.allocations.map(({ no }) => no), ...allotted.keys(), ...places.keys()])
  return [...kept].filter((no) => !there.has(no))
}

/** What has become of the seats where the ledger refused to go on: `event` and `ledger` are as they are now. */
export function ledgerChangesSoFar(s: Situation, event: HouseEvent, ledger: LedgerNow): Change[] {
  const { blocked, allotted, places } = s.wish
  const noOf = (kind: string) => event.sale?.allotments.find((one) => one.kind === kind)?.no ?? 0
  const wish: Wish = {
    ...s.wish,
    ...(blocked && { blocked: [...ledger.blocked] }),
    allotted: new Map(
      [...allotted.keys()].map((kind) => [kind, [...(ledger.allotted.get(noOf(kind)) ?? [])]]),
    ),
    places: new Map([...places.keys()].map((kind) => [kind, ledger.places.get(noOf(kind)) ?? NO_PLACES])),
  }
  const seats = seatChanges({ ...s, wish }, ledger)
  if (opensNow(s)) return [...seats, opening(s)]
  return ledger.layoutHash === s.wish.event.sale?.layoutHash ? [...layoutChanges(s), ...seats] : seats
}

function opening(s: Situation): Change {
  const { seats, areas } = s.layout!
  const places = areas.reduce((sum, { capacity }) => sum + capacity, 0)
  const parts = [
    ...(seats.length > 0 ? [`${seats.length} seats`] : []),
    ...(places > 0 ? [`${places} places`] : []),
  ]
  return { field: 'sale', from: null, to: `opened with ${parts.join(' and ')}` }
}

/** Whether this begins the event's ledger: it is published, has prices, and was not opened before. */
export function opensNow({ ledger, wish, layout }: Situation): boolean {
  return ledger === null && wish.event.status === 'published' && wish.event.sale !== null && layout !== null
}

/** Whether this gives an event on sale another layout. */
export function relaysOut({ ledger, wish, layout }: Situation): boolean {
  const { sale, status } = wish.event
  return (
    ledger !== null &&
    sale !== null &&
    layout !== null &&
    status !== 'cancelled' &&
    sale.layoutHash !== ledger.layoutHash
  )
}

/** What of a sale another layout changes: how many seats there are, and the capacities of areas. */
function layoutChanges(s: Situation): Change[] {
  if (!relaysOut(s)) return []
  const { current, ledger, layout, wish } = s
  const changes: Change[] = []
  const { layoutHash } = wish.event.sale!
  // The catalog says so already: the call before this one was cut off.
  if (current?.sale?.layoutHash === layoutHash)
    changes.push({ field: 'layout', from: s.layoutName(ledger!.layoutHash), to: s.layoutName(layoutHash) })
  const [had, more] = [ledger!.hall.seatCount, layout!.seats.length - ledger!.hall.seatCount]
  if (more > 0)
    changes.push({ field: 'layout.seats', from: `${had} seats`, to: `${had + more} seats (${more} more)` })
  layout!.areas.forEach(({ capacity }, area) => {
    const before = ledger!.areas[area]?.capacity
    if (before !== capacity)
      changes.push({
        field: `layout.areas.${areaName(layout!, area)}`,
        from: before === undefined ? null : `${before} places`,
        to: `${capacity} places`,
      })
  })
  return changes
}

/** Whether this ends the event for its buyers. */
export function cancelsNow({ current, ledger, wish }: Situation): boolean {
  if (wish.event.status !== 'cancelled') return false
  return current?.status !== 'cancelled' || (ledger !== null && !ledger.cancelled)
}

export function seatMoves(s: Situation): SeatMoves {
  const { current, ledger, wish, now } = s
  const blocked = new Set(ledger?.blocked)
  const moves: SeatMoves = { ...placeMoves(s), release: [], unblock: [], allocate: [], block: [] }
  for (const { no, kind } of current?.sale?.allotments ?? []) {
    const has = ledger?.allotted.get(no) ?? []
    const stays = wish.event.sale?.allotments.some((allotment) => allotment.no === no)
    const wanted = stays && !isReleased(wish, kind, now) ? (wish.allotted.get(kind) ?? has) : stays ? has : []
    const seats = without(has, wanted)
    if (seats.length > 0) moves.release.push({ allotment: no, seats })
  }
  for (const [kind, wanted] of wish.allotted) {
    if (isReleased(wish, kind, now)) continue
    const no = current?.sale?.allotments.find((allotment) => allotment.kind === kind)?.no
    const seats = without(wanted, (no !== undefined && ledger?.allotted.get(no)) || [])
    if (seats.length > 0) moves.allocate.push({ kind, seats })
  }
  // A seat that goes from these to an allotment is free for a moment in between.
  moves.unblock = wish.blocked ? without([...blocked], wish.blocked) : []
  moves.block = wish.blocked ? wish.blocked.filter((seat) => !blocked.has(seat)) : []
  return moves
}

const NO_PLACES: Places = new Map()

function placeMoves({ current, ledger, wish, now }: Situation): Pick<SeatMoves, 'fewer' | 'more'> {
  const moves: Pick<SeatMoves, 'fewer' | 'more'> = { fewer: [], more: [] }
  for (const { no, kind } of current?.sale?.allotments ?? []) {
    const has = ledger?.places.get(no) ?? NO_PLACES
    const stays = wish.event.sale?.allotments.some((allotment) => allotment.no === no)
    const named = isReleased(wish, kind, now) ? has : (wish.places.get(kind) ?? has)
    const wanted = stays ? named : NO_PLACES
    for (const [area, count] of has) {
      const places = wanted.get(area) ?? 0
      if (places < count) moves.fewer.push({ allotment: no, area, places })
    }
  }
  for (const [kind, wanted] of wish.places) {
    if (isReleased(wish, kind, now)) continue
    const no = current?.sale?.allotments.find((allotment) => allotment.kind === kind)?.no
    const has = (no !== undefined && ledger?.places.get(no)) || NO_PLACES
    for (const [area, places] of wanted)
      if (places > (has.get(area) ?? 0)) moves.more.push({ kind, area, places })
  }
  return moves
}

/** What was released has gone on open sale by itself: its seats are not asked for again. */
function isReleased({ event }: Wish, kind: string, now: number): boolean {
  const releaseAt = event.sale?.allotments.find((allotment) => allotment.kind === kind)?.releaseAt ?? null
  return releaseAt !== null && releaseAt <= now
}

/** Whether two sets of rules say the same, however their members are ordered. */
export function sameRules(a: EventRules, b: EventRules): boolean {
  return canonical(a) === canonical(b)
}

function compare(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): Change[] {
  const changes: Change[] = []
  for (const [field, to] of after) {
    const from = before.get(field) ?? null
    if (from !== to) changes.push({ field, from, to })
  }
  for (const [field, from] of before) if (!after.has(field)) changes.push({ field, from, to: null })
  return changes
}

function codeChanges(before: readonly CodeDraft[], after: readonly CodeDraft[]): Change[] {
  const things = [...new Set([...before, ...after].map(({ opens }) => opensText(opens)))]
  return things.flatMap((field): Change[] => {
    const of = (codes: readonly CodeDraft[]) =>
      new Map(codes.flatMap(({ hash, uses, opens }) => (opensText(opens) === field ? [[hash, uses]] : [])))
    const [old, next] = [of(before), of(after)]
    const added = [...next].filter(([hash]) => !old.has(hash)).length
    const gone = [...old].filter(([hash]) => !next.has(hash)).length
    const changed = [...next].filter(([hash, uses]) => old.has(hash) && old.get(hash) !== uses).length
    if (added + gone + changed === 0) return []
    const how = [added && `${added} new`, gone && `${gone} end`, changed && `${changed} with other uses`]
    const from = old.size === 0 ? null : codesText([...old.values()])
    const to = next.size === 0 ? 'no codes' : codesText([...next.values()])
    return [{ field, from, to: `${to} (${how.filter(Boolean).join(', ')})` }]
  })
}

/** "1 code, good for 1 order", "10 codes, good for 1 or any number of orders each". */
function codesText(uses: readonly (number | null)[]): string {
  const numbers = [...new Set(uses)].toSorted((a, b) => (a ?? Infinity) - (b ?? Infinity))
  const words = numbers.map((one) => (one === null ? 'any number of' : String(one))).join(' or ')
  const orders = numbers.length === 1 && numbers[0] === 1 ? 'order' : 'orders'
  return uses.length === 1
    ? `1 code, good for ${words} ${orders}`
    : `${uses.length} codes, good for ${words} ${orders} each`
}

/** `after`: what is left of allotments that end; nothing where it is left out. */
function seatChanges(s: Situation, after?: LedgerNow): Change[] {
  const { ledger, wish, current } = s
  const changes: Change[] = []
  const seats = (n: number): string | null => (n === 0 ? null : n === 1 ? '1 seat' : `${n} seats`)
  const add = (field: string, has: readonly number[], wanted: readonly number[]): void => {
    const [more, fewer] = [without(wanted, has).length, without(has, wanted).length]
    if (more + fewer === 0) return
    const how = [more > 0 ? `${more} more` : '', fewer > 0 ? `${fewer} fewer` : ''].filter(
      (part) => part !== '',
    )
    changes.push({
      field,
      from: seats(has.length),
      to:
        has.length === 0 || wanted.length === 0
          ? seats(wanted.length)
          : `${seats(wanted.length)} (${how.join(', ')})`,
    })
  }
  const noOf = (kind: string) =>
    current?.sale?.allotments.find((allotment) => allotment.kind === kind)?.no ?? 0
  for (const { no, kind } of current?.sale?.allotments ?? []) {
    if (!wish.event.sale?.allotments.some((allotment) => allotment.no === no))
      add(`allotments.${kind}.seats`, ledger?.allotted.get(no) ?? [], after?.allotted.get(no) ?? [])
  }
  for (const [kind, wanted] of wish.allotted)
    if (!isReleased(wish, kind, s.now))
      add(`allotments.${kind}.seats`, ledger?.allotted.get(noOf(kind)) ?? [], wanted)
  if (wish.blocked) add('blocked', ledger?.blocked ?? [], wish.blocked)
  return [...changes, ...placeChanges(s, after)]
}

function placeChanges({ ledger, wish, current, layout, now }: Situation, after?: LedgerNow): Change[] {
  const changes: Change[] = []
  const places = (n: number): string | null => (n === 0 ? null : n === 1 ? '1 place' : `${n} places`)
  const add = (kind: string, has: Places = NO_PLACES, wanted: Places = NO_PLACES): void => {
    for (const area of new Set([...has.keys(), ...wanted.keys()])) {
      const [from, to] = [places(has.get(area) ?? 0), places(wanted.get(area) ?? 0)]
      const field = `allotments.${kind}.areas.${areaName(layout!, area)}`
      if (from !== to) changes.push({ field, from, to })
    }
  }
  const allotments = current?.sale?.allotments ?? []
  for (const { no, kind } of allotments) {
    if (!wish.event.sale?.allotments.some((allotment) => allotment.no === no))
      add(kind, ledger?.places.get(no), after?.places.get(no))
  }
  for (const [kind, wanted] of wish.places) {
    const no = allotments.find((allotment) => allotment.kind === kind)?.no ?? 0
    if (!isReleased(wish, kind, now)) add(kind, ledger?.places.get(no), wanted)
  }
  return changes
}

function refusals(s: Situation): Plan['cannot'] {
  const { current, ledger, wish } = s
  const { event } = wish
  const cannot: Plan['cannot'] = []
  const no = (field: string, why: string): void => void cannot.push({ field, why })
  if (current && event.status !== current.status) {
    if (event.status === 'draft')
      no(
        'status',
        ledger ? 'it is on sale: cancel or postpone it instead' : 'it is published: others know it',
      )
    if (event.status === 'cancelled' && current.status === 'draft')
      no('status', 'it was never published: there is nothing to cancel')
    if (event.status === 'postponed' && current.status === 'draft') no('status', 'it was never published')
  }
  if (!current && event.status !== 'draft' && event.status !== 'published')
    no('status', 'a new event is a draft or published')
  const fault = relaysOut(s)
    ? faultOfRelayout(ledger!.areas, ledger!.hall, compileHall(event.sale!.layoutHash, s.layout!))
    : null
  if (fault !== null)
    no('layout', `it is on sale with ${s.layoutName(ledger!.layoutHash)}. ${fault.replace(/\.$/, '')}`)
  if (ledger && event.sale && event.sale.currency !== ledger.rules.currency)
    no('currency', `it was opened in ${ledger.rules.currency}, and its orders are in it`)
  if (startsInThePast(s)) no('start', 'is in the past')
  const moves = seatMoves(s)
  const keeps = moves.block.length + moves.allocate.length + moves.more.length
  if (!ledger && !opensNow(s) && keeps > 0)
    no(
      moves.block.length + moves.allocate.length > 0 ? 'blocked' : 'allotments',
      'seats and places are kept back in the sale: publish the event with prices first, or with this',
    )
  if (ledger) refuseTaken(s, moves, ledger, no)
  if (fault === null) refuseTooMany(s, moves, no)
  for (const { kind, releaseAt } of event.sale?.allotments ?? []) {
    const before = current?.sale?.allotments.find((allotment) => allotment.kind === kind)
    if (releaseAt !== null && releaseAt <= s.now && before?.releaseAt !== releaseAt)
      no(`allotments.${kind}.release`, 'is in the past: nothing could be kept back for it')
  }
  return cannot
}

/** What has begun already can be changed all the same, but for its start. */
function startsInThePast({ current, wish: { event }, now }: Situation): boolean {
  const { startsAt, startsAtPrecision } = event
  if (current?.startsAt === startsAt && current.startsAtPrecision === startsAtPrecision) return false
  return latestStart(event) <= now
}

/** Of an event whose day alone is known: the end of that day. */
function latestStart({ startsAt, startsAtPrecision, listedUntil }: HouseEvent): number {
  return startsAtPrecision === 'day' ? listedUntil : startsAt
}

/** What is done as it is asked for, and is said because it may not be meant. */
function warningsOf(s: Situation): Plan['warnings'] {
  const { wish, codes, now } = s
  const { event } = wish
  const { sale } = event
  if (!sale || event.status === 'cancelled') return []
  const warnings: Plan['warnings'] = []
  const say = (field: string, why: string): void => void warnings.push({ field, why })
  // Of a postponed event nobody knows it.
  const start = event.status === 'postponed' ? Infinity : latestStart(event)
  if (sale.refundable && (sale.refundUntil ?? 0) > start)
    say('refund.until', 'is after the start: tickets are taken back from who was there')
  for (const { id, access, endsAt } of sale.phases) {
    const hasCode = codes.some(({ opens }) => 'phase' in opens && opens.phase === id)
    if (access === 'code' && !hasCode && (endsAt === null || endsAt > now))
      say(`phases.${id}.codes`, 'there is no code yet: nobody can buy in this phase')
  }
  for (const { kind, releaseAt } of sale.allotments) {
    if (releaseAt !== null && releaseAt > start)
      say(`allotments.${kind}.release`, 'is after the start: what is left of it is never sold')
    if (isReleased(wish, kind, now) && wantsMore(s, kind))
      say(`allotments.${kind}.release`, 'has passed: nothing more is kept for it, unless it gets a later one')
  }
  return warnings
}

/** Whether the description names seats or places for the allotment that it does not have. */
function wantsMore({ current, ledger, wish }: Situation, kind: string): boolean {
  const no = current?.sale?.allotments.find((allotment) => allotment.kind === kind)?.no
  const seats = (no !== undefined && ledger?.allotted.get(no)) || []
  const places = (no !== undefined && ledger?.places.get(no)) || NO_PLACES
  return (
    without(wish.allotted.get(kind) ?? [], seats).length > 0 ||
    [...(wish.places.get(kind) ?? [])].some(([area, count]) => count > (places.get(area) ?? 0))
  )
}

function refuseTaken(
  s: Situation,
  moves: SeatMoves,
  ledger: LedgerNow,
  no: (field: string, why: string) => void,
): void {
  const named = (seats: number[]): string => {
    const ids = seats.slice(0, SEATS_NAMED_MAX).map((seat) => s.layout!.seats[seat]!.seat_id)
    return seats.length > ids.length
      ? `${ids.join(', ')} and ${seats.length - ids.length} more`
      : ids.join(', ')
  }
  const takenBlock = moves.block.filter((seat) => ledger.taken(seat))
  if (takenBlock.length > 0) no('blocked', `sold or held at this moment: ${named(takenBlock)}`)
  const released = new Set(moves.release.flatMap(({ seats }) => seats))
  const [blocked, unblocked] = [new Set(ledger.blocked), new Set(moves.unblock)]
  const ownerOf = new Map(
    [...ledger.allotted].flatMap(([key, seats]) => seats.map((seat) => [seat, key] as const)),
  )
  for (const { kind, seats } of moves.allocate) {
    const taken = seats.filter((seat) => ledger.taken(seat))
    if (taken.length > 0) no(`allotments.${kind}.seats`, `sold or held at this moment: ${named(taken)}`)
    const others = seats.filter((seat) => ownerOf.has(seat) && !released.has(seat))
    if (others.length > 0) no(`allotments.${kind}.seats`, `in another allotment: ${named(others)}`)
    // Whoever blocked them had a reason: a code must not sell a broken seat because a list is older than that.
    const stillBlocked = seats.filter((seat) => blocked.has(seat) && !unblocked.has(seat))
    if (stillBlocked.length > 0)
      no(`allotments.${kind}.seats`, `blocked: ${named(stillBlocked)}; unblock first what it is to have`)
  }
  const kept = moves.block.filter((seat) => ownerOf.has(seat) && !released.has(seat))
  if (kept.length > 0) no('blocked', `in an allotment: ${named(kept)}`)
}

/** Allotments may have what nobody else has: fewer of one are there for another. */
function refuseTooMany(
  { ledger, layout, current }: Situation,
  { fewer, more }: SeatMoves,
  no: (field: string, why: string) => void,
): void {
  if (more.length === 0) return
  const areas = layout!.areas.map(({ capacity }, area): Area => {
    const { held = 0, booked = 0, kept = [] } = ledger?.areas[area] ?? {}
    return { capacity, held, booked, kept }
  })
  const keep = (number: number, area: number, places: number): void => {
    areas[area] = withKept(areas[area]!, number, { places: places - placesOf(areas[area]!, number) })
  }
  for (const { allotment, area, places } of fewer) keep(allotment, area, places)
  more.forEach(({ kind, area, places }, i) => {
    const known = current?.sale?.allotments.find((allotment) => allotment.kind === kind)?.no
    // One that has no number yet is like no other.
    keep(known ?? -1 - i, area, places)
    const lacking = -placesLeft(areas[area]!, null)
    if (lacking > 0)
      no(
        `allotments.${kind}.areas.${areaName(layout!, area)}`,
        `${lacking} more than are left: others are sold, held or in another allotment`,
      )
  })
}

function nameOf(event: HouseEvent): string {
  const text = event.text[event.text.default]
  return typeof text === 'object' ? text.name : ''
}

function without(seats: readonly number[], others: readonly number[]): number[] {
  const gone = new Set(others)
  return seats.filter((seat) => !gone.has(seat))
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  )
}
