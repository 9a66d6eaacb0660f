import { labelsOf, type Hall } from '../../src/features/inventory/hall.ts'
import type { EventRules } from '../../src/features/inventory/types.ts'
import type { NaiveHold, NaiveTicket } from './naive-types.ts'

/** Seats, areas and categories of a hall, as what is sold names them. */
function namesOf(hall: Hall): string[][] {
  const { layout } = hall
  return [
    Array.from({ length: hall.seatCount }, (_, seat) => {
      const { section, row, number } = labelsOf(hall, seat)
      return [hall.seatIds.at(seat), section, row, number, hall.category[seat]].join()
    }),
    layout.areas.map(({ area_id: id, name, category }) => [id, name, category].join()),
    layout.categories.map(({ name }) => name),
  ]
}

/** What the naive ledger knows, and everything that can be counted of it: counted anew whenever it is asked for. */
export class NaiveCounts {
  rules: EventRules | null = null
  blocked = new Set<number>()
  holds: NaiveHold[] = []
  tickets: NaiveTicket[] = []
  keys = new Map<string, { request: string; result: string }>()
  at = 0
  cancelled = false
  /** Allocation by seat. */
  allocated = new Map<number, number>()
  /** What an allocation has of an area, sold ones included. */
  places: { area: number; no: number; places: number }[] = []

  constructor(public hall: Hall) {}

  /** 0 available, 1 held, 2 booked, 3 blocked: looked up in holds and tickets, not stored. */
  statusOf(seat: number): number {
    if (this.blocked.has(seat)) return 3
    return this.ownerOf(seat)?.status ?? (this.cancelled || this.allocated.has(seat) ? 3 : 0)
  }

  ownerOf(seat: number): { hold: NaiveHold; status: number } | null {
    for (const hold of this.holds) {
      if (hold.state === 'held' || hold.state === 'paying') {
        if (hold.lines.some((line) => 'seat' in line && line.seat === seat)) return { hold, status: 1 }
      }
      if (hold.state === 'booked') {
        if (this.ticketsOf(hold).some((t) => 'seat' in t.place && t.place.seat === seat && !t.reopened))
          return { hold, status: 2 }
      }
    }
    return null
  }

  areaOf(area: number): {
    capacity: number
    held: number
    booked: number
    kept: { no: number; places: number; taken: number }[]
  } {
    let held = 0
    let booked = 0
    for (const hold of this.holds) {
      if (hold.state !== 'held' && hold.state !== 'paying') continue
      for (const line of hold.lines) if ('area' in line && line.area === area) held += line.quantity
    }
    for (const ticket of this.tickets) {
      if ('area' in ticket.place && ticket.place.area === area && !ticket.reopened) booked += 1
    }
    const kept = [1, 2].flatMap((no) => {
      const places = this.placesOf(area, no)
      const taken = this.takenOf(area, no)
      return places > 0 || taken > 0 ? [{ no, places, taken }] : []
    })
    return { capacity: this.hall.layout.areas[area]!.capacity, held, booked, kept }
  }

  /** Everything stays where it is in its list, and every area has room for what it has. */
  mayBecome(next: Hall): boolean {
    const after = namesOf(next)
    const isOther = namesOf(this.hall).some((list, i) => list.some((name, n) => name !== after[i]![n]))
    const isTight = this.hall.layout.areas.some((_, i) => {
      const { held, booked } = this.areaOf(i)
      const room = next.layout.areas[i]?.capacity ?? 0
      return held + booked + this.keptFree(i, 1) + this.keptFree(i, 2) > room
    })
    return !isOther && !isTight
  }

  /** Seats that were free beside a free one and would stand alone, where taking one more or less would avoid it. */
  orphans(chosen: readonly number[]): number[] {
    const orphans: number[] = []
    for (const row of this.hall.rows) {
      const free = row.seats.map((seat) => this.statusOf(seat) === 0)
      const after = row.seats.map((seat, i) => free[i]! && !chosen.includes(seat))
      row.seats.forEach((seat, i) => {
        if (!after[i] || after[i - 1] || after[i + 1]) return
        let from = i
        let to = i
        while (free[from - 1]) from -= 1
        while (free[to + 1]) to += 1
        const taken = row.seats.slice(from, to + 1).filter((one) => chosen.includes(one)).length
        if (taken > 0 && to - from + 1 - taken > 1) orphans.push(seat)
      })
    }
    return orphans
  }

  placesOf(area: number, no: number): number {
    return this.places.find((one) => one.area === area && one.no === no)?.places ?? 0
  }

  /** Places of the area that holds with the allocation's codes have now. */
  takenOf(area: number, no: number): number {
    let taken = 0
    for (const hold of this.holds) {
      if (hold.allocation !== no) continue
      if (hold.state === 'held' || hold.state === 'paying')
        for (const line of hold.lines) if ('area' in line && line.area === area) taken += line.quantity
      for (const { place, reopened } of this.ticketsOf(hold))
        if ('area' in place && place.area === area && !reopened) taken += 1
    }
    return taken
  }

  keptFree(area: number, no: number): number {
    return Math.max(0, this.placesOf(area, no) - this.takenOf(area, no))
  }

  openPlaces(area: number): number {
    const { capacity, held, booked } = this.areaOf(area)
    return capacity - held - booked - this.keptFree(area, 1) - this.keptFree(area, 2)
  }

  hasAny(no: number): boolean {
    return [...this.allocated.values()].includes(no) || this.places.some((one) => one.no === no)
  }

  tallyOf(buyer: string): number {
    let tally = 0
    for (const hold of this.holds) {
      if (hold.buyer !== buyer || (hold.state !== 'held' && hold.state !== 'paying')) continue
      for (const line of hold.lines) tally += line.quantity
    }
    return tally + this.tickets.filter((t) => t.buyer === buyer && t.state !== 'void').length
  }

  tallyOfContact(contact: string): number {
    let tally = 0
    for (const hold of this.holds) {
      if (hold.contact !== contact) continue
      if (hold.state === 'held' || hold.state === 'paying')
        for (const line of hold.lines) tally += line.quantity
      tally += this.ticketsOf(hold).filter((t) => t.state !== 'void').length
    }
    return tally
  }

  /** Live tickets of a phase; of a buyer or a contact in it. */
  ticketsOfOffer(offer: number, owner?: { buyer?: string; contact?: string }): number {
    let count = 0
    for (const hold of this.holds) {
      if (hold.offer !== offer) continue
      if (owner?.contact !== undefined && hold.contact !== owner.contact) continue
      const of = (buyer: string): boolean => owner?.buyer === undefined || buyer === owner.buyer
      if ((hold.state === 'held' || hold.state === 'paying') && of(hold.buyer))
        for (const line of hold.lines) count += line.quantity
      if (hold.state === 'booked')
        count += this.ticketsOf(hold).filter((t) => t.state !== 'void' && of(t.buyer)).length
    }
    return count
  }

  usesOf(code: string): number {
    return this.holds.filter((hold) => hold.code === code && this.live(hold.id) === hold).length
  }

  dueAt(hold: NaiveHold): number {
    if (hold.state === 'held') return hold.expiresAt
    return hold.state === 'paying' ? hold.max! : Infinity
  }

  isFreeFor(seat: number, allocation: number | undefined): boolean {
    if (allocation === undefined) return this.statusOf(seat) === 0
    return this.allocated.get(seat) === allocation && this.statusOf(seat) === 3
  }

  live(id: string): NaiveHold | undefined {
    return this.holds.find((hold) => hold.id === id && ['held', 'paying', 'booked'].includes(hold.state))
  }

  ticketsOf(hold: NaiveHold): NaiveTicket[] {
    return hold.tickets.map((id) => this.tickets.find((ticket) => ticket.id === id)!)
  }
}
