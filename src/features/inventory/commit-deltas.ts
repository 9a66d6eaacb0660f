import { NOTHING_KEPT, placesKept, type Area } from './area-places.ts'
import type { Change } from './changes.ts'
import { isOver, type Draft, type Hold, type Line, type TicketState } from './state.ts'
import type { HoldState } from './types.ts'

const HOLD_STATE: Record<HoldState, number> = {
  held: 0,
  paying: 1,
  booked: 2,
  released: 3,
  expired: 4,
  ended: 5,
}
const TICKET_STATE: Record<TicketState, number> = { pending: 0, valid: 1, void: 2, replaced: 3 }

export const HOLD_STATES = Object.keys(HOLD_STATE) as HoldState[]
export const TICKET_STATES = Object.keys(TICKET_STATE) as TicketState[]

export type Fact = { kind: string; body: Record<string, unknown> }

/**
 * What a draft changes, as the parameters of commit_entry_v1 from `p_seats` on: the difference between the state at
 * the expected version and the draft, one row a seat, hold, area and ticket, whatever happened in between. Arrays go
 * as PostgreSQL's array text; every element is a number, a UUID or null, except the holds' lines, which are quoted.
 */
export function commitDeltas(draft: Draft): string[] {
  return [
    ...seatDeltas(draft),
    ...holdDeltas(draft),
    ...areaDeltas(draft),
    ...keyDeltas(draft),
    ...ticketDeltas(draft),
  ]
}

function seatDeltas(draft: Draft): string[] {
  const { base } = draft
  const seats: number[] = []
  const from: number[] = []
  const fromHold: string[] = []
  const to: number[] = []
  const toHold: string[] = []
  const until: (number | string)[] = []
  for (const [seat, next] of draft.seats) {
    // Seats that the batch itself adds are inserted free; a change to them in the same entry starts from there.
    const isNew = seat >= base.seatCount
    const status = isNew ? 0 : base.seatStatus(seat)
    const holdId = isNew ? null : base.seatHold(seat)
    if (status === next.status && holdId === next.holdId) continue
    seats.push(seat)
    from.push(status)
    fromHold.push(holdId ?? 'null')
    to.push(next.status)
    toHold.push(next.holdId ?? 'null')
    until.push((next.holdId !== null && next.status === 1 && draft.hold(next.holdId)?.expiresAt) || 'null')
  }
  // A hold that was extended keeps its seats for longer.
  for (const hold of draft.changedHolds.values()) {
    const before = base.hold(hold.id)
    if (before === undefined || before.expiresAt === hold.expiresAt) continue
    if (hold.state !== 'held' && hold.state !== 'paying') continue
    for (const [seat] of hold.lines) {
      if (seat < 0 || draft.seats.has(seat)) continue
      seats.push(seat)
      from.push(1)
      fromHold.push(hold.id)
      to.push(1)
      toHold.push(hold.id)
      until.push(hold.expiresAt)
    }
  }
  return [seats, from, fromHold, to, toHold, until].map(arrayText)
}

function holdDeltas(draft: Draft): string[] {
  const added: Hold[] = []
  const changed: Hold[] = []
  for (const hold of draft.changedHolds.values()) {
    if (draft.base.hold(hold.id)) changed.push(hold)
    else {
      added.push(hold)
      if (hold.state !== 'held' || hold.extendedCount > 0) changed.push(hold)
    }
  }
  return [
    arrayText(added.map((hold) => hold.id)),
    arrayText(added.map((hold) => hold.buyer)),
    arrayText(added.map((hold) => hold.expiresAt)),
    arrayText(added.map((hold) => `"${linesText(hold.lines)}"`)),
    arrayText(added.map((hold) => hold.rulesVersion)),
    arrayText(added.map((hold) => hold.orderFee)),
    arrayText(added.map((hold) => hold.orderFeeTax)),
    arrayText(changed.map((hold) => hold.id)),
    arrayText(changed.map((hold) => HOLD_STATE[draft.base.hold(hold.id)?.state ?? 'held'])),
    arrayText(changed.map((hold) => HOLD_STATE[hold.state])),
    arrayText(changed.map((hold) => hold.expiresAt)),
    arrayText(changed.map((hold) => hold.attempt ?? 'null')),
    arrayText(changed.map((hold) => hold.paymentUntil ?? 'null')),
    arrayText(changed.map((hold) => hold.paymentUntilMax ?? 'null')),
    arrayText(changed.map((hold) => hold.orderId ?? 'null')),
    arrayText(changed.map((hold) => hold.extendedCount)),
    arrayText(changed.map((hold) => hold.buyer)),
  ]
}

function areaDeltas(draft: Draft): string[] {
  const areas: number[] = []
  const held: number[] = []
  const booked: number[] = []
  for (const delta of movedAreas(draft)) {
    if (delta.kept !== 0) continue
    areas.push(delta.area)
    held.push(delta.held)
    booked.push(delta.booked)
  }
  return [areas, held, booked].map(arrayText)
}

type AreaDelta = { area: number; held: number; booked: number; kept: number }

// Where what waits for codes changes, too, one statement changes all three: the table's check bounds their sum.
function movedAreas(draft: Draft): AreaDelta[] {
  const moved: AreaDelta[] = []
  for (const [area, next] of draft.changedAreas) {
    if (isRelaid(draft, area, next)) continue
    const delta = areaDelta(draft, area, next)
    if (delta.held !== 0 || delta.booked !== 0 || delta.kept !== 0) moved.push(delta)
  }
  return moved
}

function areaDelta(draft: Draft, area: number, next: Area): AreaDelta {
  const before = area < draft.base.areaCount ? draft.base.area(area) : null
  const kept = before?.kept === next.kept ? 0 : placesKept(next) - (before ? placesKept(before) : 0)
  return { area, held: next.held - (before?.held ?? 0), booked: next.booked - (before?.booked ?? 0), kept }
}

// Areas that are new or have another capacity: what happens to them in the same entry goes with it in one statement,
// because the table's check bounds one by the other.
function isRelaid({ base }: Draft, area: number, { capacity }: Area): boolean {
  return base.layoutHash !== '' && (area >= base.areaCount || base.area(area).capacity !== capacity)
}

function keyDeltas(draft: Draft): string[] {
  const hashes: string[] = []
  const requests: string[] = []
  const results: string[] = []
  for (const [hash, use] of draft.newKeys) {
    hashes.push(hash)
    requests.push(use.requestHash)
    results.push(use.result)
  }
  return [hashes, requests, results].map(arrayText)
}

function ticketDeltas(draft: Draft): string[] {
  const all = [...draft.changedTickets.values()]
  const added = all.filter((ticket) => !draft.base.ticket(ticket.id))
  const turned = all.filter(
    (ticket) => draft.base.ticket(ticket.id) !== undefined || ticket.state !== 'pending',
  )
  const lineNumber = (id: string, holdId: string): number =>
    draft.changedHolds.get(holdId)?.ticketIds.indexOf(id) ?? 0
  return [
    arrayText(added.map((ticket) => ticket.id)),
    arrayText(added.map((ticket) => ticket.orderId)),
    arrayText(added.map((ticket) => lineNumber(ticket.id, ticket.holdId))),
    arrayText(added.map((ticket) => ticket.holdId)),
    arrayText(added.map((ticket) => ticket.buyer)),
    arrayText(added.map((ticket) => ticket.seat ?? 'null')),
    arrayText(added.map((ticket) => ticket.area ?? 'null')),
    arrayText(added.map((ticket) => ticket.serial)),
    arrayText(turned.map((ticket) => ticket.id)),
    arrayText(turned.map((ticket) => TICKET_STATE[draft.base.ticket(ticket.id)?.state ?? 'pending'])),
    arrayText(turned.map((ticket) => TICKET_STATE[ticket.state])),
    arrayText(turned.map((ticket) => ticket.refundId ?? 'null')),
    arrayText(turned.map((ticket) => ticket.buyer)),
    arrayText(turned.map((ticket) => String(ticket.reopened))),
  ]
}

/** What commit_house_v1 applies, called by commit_entry_v2. */
export type HouseDeltas = {
  cancelled?: true
  /** Seat, allocation before, allocation after. */
  seats?: [number, number | null, number | null][]
  /** Hold, phase, code, allocation of its places of areas. */
  holds?: [string, number | null, string | null, number | null][]
  /** Code, difference of its uses. */
  codes?: [string, number][]
  /** Area, differences of what is held, booked and kept, where the last is not 0. */
  areas?: [number, number, number, number][]
  /** Area, allocation, its places before and after. */
  places?: [number, number, number, number][]
}

/** What commit_moves_v1 applies, called by commit_entry_v3. */
export type MoveDeltas = {
  /** Ticket, the seat of its row, its seat, the seat that it was moved from. */
  tickets: [string, number, number, number][]
  /** Hold, its lines as text. */
  lines: [string, string][]
}

/** What commit_layout_v1 applies, called by commit_entry_v4. */
export type LayoutDeltas = {
  /** Hashes of the layouts. */
  from: string
  to: string
  /** Area, capacity before (null: it is new) and after, differences of what is held, booked and kept. */
  areas: [number, number | null, number, number, number, number][]
}

/** What another layout leads to, beside its new seats; null where it is the same. */
export function layoutDeltas(draft: Draft): LayoutDeltas | null {
  const { base, layoutHash: to } = draft
  if (base.layoutHash === '' || base.layoutHash === to) return null
  const areas: LayoutDeltas['areas'] = []
  for (const [area, next] of draft.changedAreas) {
    if (!isRelaid(draft, area, next)) continue
    const { held, booked, kept } = areaDelta(draft, area, next)
    const before = area < base.areaCount ? base.area(area).capacity : null
    areas.push([area, before, next.capacity, held, booked, kept])
  }
  return { from: base.layoutHash, to, areas }
}

/** What moved tickets lead to; null where there are none. */
export function moveDeltas(draft: Draft): MoveDeltas | null {
  const tickets: MoveDeltas['tickets'] = []
  const lines = new Map<string, string>()
  for (const { id, holdId, seat, movedFrom, stateVersion } of draft.changedTickets.values()) {
    if (movedFrom === null || stateVersion !== draft.version) continue
    tickets.push([id, draft.base.ticket(id)?.seat ?? seat!, seat!, movedFrom])
    const hold = draft.changedHolds.get(holdId) ?? draft.base.hold(holdId)!
    lines.set(holdId, linesText(hold.lines))
  }
  return tickets.length > 0 ? { tickets, lines: [...lines] } : null
}

/** What only the house's controls lead to; null where commit_entry_v1 can carry everything. */
export function houseDeltas(draft: Draft): HouseDeltas | null {
  const house: HouseDeltas = {}
  if (draft.cancelled && !draft.base.cancelled) house.cancelled = true
  const holds: HouseDeltas['holds'] = []
  const codes = new Map<string, number>()
  for (const hold of draft.changedHolds.values()) {
    const { id, offer, code, allocation } = hold
    if (offer === null && code === null) continue
    const before = draft.base.hold(id)
    if (!before) holds.push([id, offer, code, allocation])
    const difference = (isOver(hold) ? 0 : 1) - (before ? 1 : 0)
    if (code !== null && difference !== 0) codes.set(code, (codes.get(code) ?? 0) + difference)
  }
  const moved = [...codes].filter(([, difference]) => difference !== 0)
  const seats: HouseDeltas['seats'] = []
  for (const [seat, no] of draft.changedAllocations) {
    const before = draft.base.allocationOf(seat)
    if (before !== no) seats.push([seat, before, no])
  }
  const areas = movedAreas(draft).flatMap(
    ({ area, held, booked, kept }): NonNullable<HouseDeltas['areas']> =>
      kept === 0 ? [] : [[area, held, booked, kept]],
  )
  const places = placeDeltas(draft)
  if (seats.length > 0) house.seats = seats
  if (areas.length > 0) house.areas = areas
  if (places.length > 0) house.places = places
  if (holds.length > 0) house.holds = holds
  if (moved.length > 0) house.codes = moved
  for (const _ in house) return house
  return null
}

function placeDeltas(draft: Draft): NonNullable<HouseDeltas['places']> {
  const deltas: HouseDeltas['places'] = []
  for (const [area, { kept }] of draft.changedAreas) {
    const before = area < draft.base.areaCount ? draft.base.area(area).kept : NOTHING_KEPT
    if (before === kept) continue
    const placesIn = (some: typeof kept, no: number): number => some.find((one) => one.no === no)?.places ?? 0
    for (const no of new Set([...before, ...kept].map((one) => one.no))) {
      const [from, to] = [placesIn(before, no), placesIn(kept, no)]
      if (from !== to) deltas.push([area, no, from, to])
    }
  }
  return deltas
}

/** The rare part of a commit as one document, or null. `seatIds` are those of the seats that the entry adds. */
export function commitRest(
  { draft, changes }: { draft: Draft; changes: readonly Change[] },
  seatIds: () => string[],
  factId: (n: number) => string,
  parts: { house: HouseDeltas | null; moves: MoveDeltas | null; layout: LayoutDeltas | null },
): string | null {
  const rest: Record<string, unknown> = {}
  for (const [name, part] of Object.entries(parts)) if (part) rest[name] = part
  if (draft.seatCount > draft.base.seatCount) {
    rest['first_seat'] = draft.base.seatCount
    rest['seats'] = seatIds()
  }
  const holdAreas: [string, number, number][] = []
  const contacts = new Map<string, string>()
  const facts: (Fact & { fact_id: string })[] = []
  for (const change of changes) {
    if (change.k === 'open' || change.k === 'configure') rest['rules'] = change.rules
    if (change.k === 'open') rest['areas'] = change.areas
    if (change.k === 'hold') {
      holdAreas.push(...areasOf(change.id, change.lines))
      if (change.contact !== undefined) contacts.set(change.id, change.contact)
    }
    if (change.k === 'transfer' && change.contact !== undefined) {
      for (const id of change.holds) {
        if (draft.changedHolds.get(id)?.contact === change.contact) contacts.set(id, change.contact)
      }
    }
    if (change.k === 'seal') rest['sealed'] = change.to
    const fact = factOf(draft, change)
    if (fact) facts.push({ ...fact, fact_id: factId(facts.length) })
  }
  if (holdAreas.length > 0) rest['hold_areas'] = holdAreas
  if (contacts.size > 0) rest['contacts'] = [...contacts]
  if (facts.length > 0) rest['facts'] = facts
  for (const _ in rest) return JSON.stringify(rest)
  return null
}

function areasOf(holdId: string, lines: readonly Line[]): [string, number, number][] {
  const quantities = new Map<number, number>()
  for (const line of lines) {
    if (line[0] < 0) quantities.set(-1 - line[0], (quantities.get(-1 - line[0]) ?? 0) + line[5])
  }
  return [...quantities].map(([area, quantity]) => [holdId, area, quantity])
}

// What other systems want to know; holds come and go too often and are read from the ledger itself.
function factOf(draft: Draft, change: Change): Fact | null {
  switch (change.k) {
    case 'open':
      return { kind: 'event.opened', body: { layout: change.layout } }
    case 'configure':
      return { kind: 'event.configured', body: { rules_version: draft.version } }
    case 'relayout':
      return { kind: 'event.relaid', body: { layout: change.layout } }
    case 'cancel-event':
      return { kind: 'event.cancelled', body: {} }
    case 'issue':
      return {
        kind: 'tickets.issued',
        body: { order_id: change.order, hold_id: change.id, ticket_ids: change.tickets },
      }
    case 'cancel':
      return {
        kind: 'tickets.voided',
        body: {
          order_id: change.order,
          hold_id: change.id,
          ticket_ids: change.tickets,
          refund_id: change.refund,
        },
      }
    case 'move':
      return { kind: 'tickets.moved', body: movedBody(change) }
    case 'hold':
    case 'extend':
    case 'release':
    case 'expire':
    case 'begin-payment':
    case 'end-payment':
    case 'confirm':
    case 'reopen':
    case 'transfer':
    case 'block':
    case 'unblock':
    case 'allocate':
    case 'release-allocation':
    case 'allocate-places':
    case 'seal':
      return null
  }
}

/** Of the fact `tickets.moved`; seats by their index in the layout. */
export function movedBody({ moves }: Extract<Change, { k: 'move' }>): Record<string, unknown> {
  return { tickets: moves.map(([ticketId, from, to]) => ({ ticket_id: ticketId, from, to })) }
}

/** The lines as they stand in the holds table and in the ledger. */
export function linesText(lines: readonly Line[]): string {
  let text = '['
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!
    text += `${i > 0 ? ',' : ''}[${line[0]},${line[1]},${line[2]},${line[3]},${line[4]},${line[5]}]`
  }
  return `${text}]`
}

function arrayText(values: readonly (string | number)[]): string {
  return `{${values.join(',')}}`
}
