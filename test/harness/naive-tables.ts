import { expect } from 'bun:test'
import { placesKept, placesOf } from '../../src/features/inventory/area-places.ts'
import {
  HOLD_STATES,
  linesText,
  TICKET_STATES,
  type HouseDeltas,
  type LayoutDeltas,
  type MoveDeltas,
} from '../../src/features/inventory/commit-deltas.ts'
import type { EventState } from '../../src/features/inventory/state.ts'
import { codeTally } from '../../src/features/inventory/tallies.ts'

type Row = Record<string, unknown>

/** The inventory tables as maps, with the checks of the commit function: what deltas are compared with. */
export class NaiveTables {
  readonly seats: { status: number; hold: string | null; until: number | null; allocation: number | null }[]
  readonly areas: { capacity: number; held: number; booked: number; kept: number }[]
  /** By area and allocation. */
  readonly places = new Map<string, number>()
  readonly holds = new Map<string, Row>()
  readonly tickets = new Map<string, Row>()
  readonly keys = new Map<string, Row>()
  readonly codeUses = new Map<string, number>()
  cancelled = false
  layout: string

  constructor(state: EventState) {
    this.layout = state.layoutHash
    this.seats = [...state.statuses].map(() => ({ status: 0, hold: null, until: null, allocation: null }))
    this.areas = state.areas.map(({ capacity }) => ({ capacity, held: 0, booked: 0, kept: 0 }))
  }

  /** `deltas` in the order of commit_entry_v1's parameters from `p_seats` on. */
  commit(
    deltas: readonly string[],
    {
      house,
      moves,
      layout,
      seatCount,
    }: {
      house: HouseDeltas | null
      moves: MoveDeltas | null
      layout: LayoutDeltas | null
      /** With those that the entry adds. */
      seatCount: number
    },
  ): void {
    while (this.seats.length < seatCount)
      this.seats.push({ status: 0, hold: null, until: null, allocation: null })
    const columns = deltas.map(values)
    const next = (count: number): unknown[][] => {
      const some = columns.splice(0, count)
      return some[0]!.map((_, i) => some.map((column) => column[i]))
    }
    for (const [seat, from, fromHold, to, hold, until] of next(6)) {
      const row = this.seats[seat as number]!
      expect({ seat, status: row.status, hold: row.hold }).toEqual({
        seat,
        status: from as number,
        hold: fromHold as string | null,
      })
      Object.assign(row, { status: to, hold, until })
    }
    for (const [id, buyer, expires, lines] of next(7)) {
      expect(this.holds.has(id as string)).toBe(false)
      this.holds.set(id as string, { state: 0, buyer, expires, lines, extended: 0 })
    }
    for (const [id, from, to, expires, attempt, until, max, order, extended, buyer] of next(10)) {
      const row = this.holds.get(id as string)!
      expect(row['state']).toBe(from)
      Object.assign(row, { state: to, expires, attempt, until, max, order, extended, buyer })
    }
    for (const [area, held, booked] of next(3)) {
      this.moveArea(area as number, held as number, booked as number, 0)
    }
    for (const [key, request, result] of next(3)) {
      expect(this.keys.has(key as string)).toBe(false)
      this.keys.set(key as string, { request, result })
    }
    for (const [id, order, line, hold, buyer, seat, area, serial] of next(8)) {
      expect(this.tickets.has(id as string)).toBe(false)
      const fresh = { state: 0, refund: null, reopened: 'false', movedFrom: null }
      this.tickets.set(id as string, { order, line, hold, buyer, seat, area, serial, ...fresh })
    }
    for (const [id, from, to, refund, buyer, reopened] of next(6)) {
      const row = this.tickets.get(id as string)!
      expect({ id, state: row['state'], reopened: row['reopened'] }).toEqual({
        id,
        state: from,
        reopened: 'false',
      })
      Object.assign(row, { state: to, refund, buyer, reopened })
    }
    expect(columns).toHaveLength(0)
    if (house) this.commitHouse(house)
    if (moves) this.commitMoves(moves)
    if (layout) this.commitLayout(layout)
  }

  /** As commit_layout_v1. */
  private commitLayout({ from, to, areas }: LayoutDeltas): void {
    expect(this.layout).toBe(from)
    this.layout = to
    for (const [area, before, capacity, held, booked, kept] of areas) {
      expect(this.areas[area]?.capacity ?? null).toBe(before)
      this.areas[area] ??= { capacity, held: 0, booked: 0, kept: 0 }
      this.areas[area].capacity = capacity
      this.moveArea(area, held, booked, kept)
    }
  }

  /** As commit_moves_v1. */
  private commitMoves({ tickets, lines }: MoveDeltas): void {
    for (const [id, from] of tickets) expect(this.tickets.get(id)!['seat']).toBe(from)
    for (const [id, , seat, movedFrom] of tickets) Object.assign(this.tickets.get(id)!, { seat, movedFrom })
    const live = [...this.tickets.values()].filter(
      ({ state, seat }) => (state as number) < 2 && seat !== null,
    )
    expect(new Set(live.map(({ seat }) => seat)).size).toBe(live.length)
    for (const [id, text] of lines) this.holds.get(id)!['lines'] = text
  }

  private moveArea(area: number, held: number, booked: number, kept: number): void {
    const row = this.areas[area]!
    row.held += held
    row.booked += booked
    row.kept += kept
    expect(Math.min(row.held, row.booked, row.kept)).toBeGreaterThanOrEqual(0)
    expect(row.held + row.booked + row.kept).toBeLessThanOrEqual(row.capacity)
  }

  /** As commit_house_v1. */
  private commitHouse(house: HouseDeltas): void {
    if (house.cancelled) {
      expect(this.cancelled).toBe(false)
      this.cancelled = true
    }
    for (const [seat, from, to] of house.seats ?? []) {
      expect(this.seats[seat]!.allocation).toBe(from)
      this.seats[seat]!.allocation = to
    }
    for (const [area, held, booked, kept] of house.areas ?? []) this.moveArea(area, held, booked, kept)
    for (const [area, no, from, to] of house.places ?? []) {
      expect(this.places.get(`${area} ${no}`) ?? 0).toBe(from)
      this.places.set(`${area} ${no}`, to)
    }
    for (const [id, offer, code, allocation] of house.holds ?? [])
      Object.assign(this.holds.get(id)!, { offer, code, allocation })
    for (const [code, difference] of house.codes ?? [])
      this.codeUses.set(code, (this.codeUses.get(code) ?? 0) + difference)
  }

  expectToBe(state: EventState): void {
    this.seats.forEach((row, seat) => {
      const holder = state.hold(state.seatHold(seat) ?? '')
      expect({ seat, status: row.status, hold: row.hold }).toEqual({
        seat,
        status: state.seatStatus(seat),
        hold: state.seatHold(seat),
      })
      expect(row.allocation).toBe(state.allocationOf(seat))
      if (row.status === 1 && holder) expect(row.until).toBe(holder.expiresAt)
    })
    expect(this.cancelled).toBe(state.cancelled)
    expect(this.layout).toBe(state.layoutHash)
    expect(this.seats).toHaveLength(state.seatCount)
    for (const [code, used] of this.codeUses) expect(used).toBe(state.tally(codeTally(code)))
    expect(this.areas).toEqual(
      state.areas.map((area) => {
        const { capacity, held, booked } = area
        return { capacity, held, booked, kept: placesKept(area) }
      }),
    )
    state.areas.forEach((area, i) => {
      for (const no of [1, 2]) expect(this.places.get(`${i} ${no}`) ?? 0).toBe(placesOf(area, no))
    })
    const live = [...this.holds].filter(([, row]) => (row['state'] as number) < 3)
    expect(live.map(([id]) => id).sort()).toEqual([...state.holds.keys()].sort())
    for (const [id, row] of live) {
      const hold = state.hold(id)!
      expect({
        ...row,
        attempt: row['attempt'] ?? null,
        state: HOLD_STATES[row['state'] as number],
      }).toMatchObject({
        state: hold.state,
        buyer: hold.buyer,
        expires: hold.expiresAt,
        attempt: hold.attempt,
        extended: hold.extendedCount,
      })
      expect(row['order'] ?? null).toBe(hold.orderId)
      expect(row['lines']).toBe(linesText(hold.lines))
      expect(row['offer'] ?? null).toBe(hold.offer)
      expect(row['code'] ?? null).toBe(hold.code)
      expect(row['allocation'] ?? null).toBe(hold.allocation)
      expect(row['max'] ?? null).toBe(hold.paymentUntilMax)
      expect(row['until'] ?? null).toBe(hold.paymentUntil)
    }
    for (const ticket of state.tickets.values()) {
      const row = this.tickets.get(ticket.id)!
      expect({ ...row, state: TICKET_STATES[row['state'] as number] }).toMatchObject({
        state: ticket.state,
        order: ticket.orderId,
        buyer: ticket.buyer,
        seat: ticket.seat,
        area: ticket.area,
        serial: ticket.serial,
        refund: ticket.refundId,
        reopened: String(ticket.reopened),
        movedFrom: ticket.movedFrom,
        line: state.hold(ticket.holdId)!.ticketIds.indexOf(ticket.id),
      })
    }
  }
}

// PostgreSQL's array text as the deltas write it: numbers, null, names without quotes, quoted lines.
function values(text: string): unknown[] {
  const inner = text.slice(1, -1)
  if (inner === '') return []
  return (inner.match(/"[^"]*"|[^,]+/g) ?? []).map((one) => {
    if (one === 'null') return null
    return /^-?\d+$/.test(one) ? Number(one) : one.replaceAll('"', '')
  })
}
