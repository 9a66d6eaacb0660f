import {
  linesText,
  movedBody,
  quantityOf,
  type Change,
  type EventRules,
  type EventState,
  type Hold,
  type Line,
  type Ticket,
} from '../inventory/index.ts'

/** A booking as the ledger has it. */
export type Booked = {
  orderId: string
  holdId: string
  attempt: string
  /** In the order of the hold's lines. */
  ticketIds: readonly string[]
  /** Of what the order says; null in entries from before it was noted. */
  orderHash: string | null
  version: number
}

export type RecordedTicket = { ticket: Ticket; lineNo: number }

/** Columns of a hold's row, as `holdText` joins them. */
export const HOLD_FIELDS = [
  'buyer', 'state', 'expires_at', 'lines', 'rules_version', 'order_fee', 'order_fee_tax', 'extended_count', 'attempt',
  'payment_until', 'payment_until_max', 'order_id', 'contact_hash', 'offer_no', 'code_hash',
  'allocation_no',
] as const // prettier-ignore

/**
 * What the memory of a selling process lets go and the tables keep: ended holds, reopened tickets, all keys, facts.
 * One short text a row, so that an event of a million holds stays within some hundred megabytes.
 */
export class Records {
  /** Rows of holds that have ended, by id. */
  readonly endedHolds = new Map<string, string>()
  readonly contacts = new Map<string, string>()
  /** Quantities by `<hold>:<area>`. */
  readonly holdAreas = new Map<string, number>()
  readonly tickets = new Map<string, RecordedTicket>()
  readonly bookings = new Map<string, Booked>()
  /** `request \t version \t result` by key. */
  readonly keys = new Map<string, string>()
  readonly rules = new Map<number, EventRules>()
  /** `kind \t body` by `<version>:<n>`. */
  readonly facts = new Map<string, string>()
  /** Live holds by access code; a code once used stays with 0. */
  readonly codeUses = new Map<string, number>()
  sealedTo: string | null = null
  /** The layout that the event was opened with. */
  firstLayout = ''
  serialsUsed = 0
  private readonly tallies = new Map<string, number>()
  private endedPlaces: Set<string> | null = null
  private factsInEntry = { version: 0, count: 0 }

  constructor(private readonly state: EventState) {}

  knowsHold(id: string): boolean {
    return this.endedHolds.has(id) || this.state.hold(id) !== undefined
  }

  /** Tickets of a buyer or of a verified contact that are held, in payment, or booked and not void. */
  ticketsOf(owner: string): number {
    return this.tallies.get(owner) ?? 0
  }

  /** Live tickets of a phase of the sale, or those of one owner in it. */
  ticketsOfOffer(offer: number, owner = ''): number {
    return this.ticketsOf(`${owner} in phase ${offer}`)
  }

  hadEndedHold(buyer: string, lines: readonly Line[]): boolean {
    // Late successes are rare: the index is made when the first one comes.
    if (!this.endedPlaces) {
      this.endedPlaces = new Set()
      for (const text of this.endedHolds.values()) this.endedPlaces.add(placesOfText(text))
    }
    return this.endedPlaces.has(`${buyer}\t${linesText(lines)}`)
  }

  /** Row of a hold as the table should have it, live or ended; undefined when there never was one. */
  holdRow(id: string): string | undefined {
    const live = this.state.hold(id)
    return live ? this.holdText(live) : this.endedHolds.get(id)
  }

  *holdIds(): Generator<string> {
    yield* this.endedHolds.keys()
    yield* this.state.holds.keys()
  }

  get holdCount(): number {
    return this.endedHolds.size + this.state.holds.size
  }

  holdText(hold: Hold): string {
    return joined([
      hold.buyer, hold.state, hold.expiresAt, linesText(hold.lines), hold.rulesVersion, hold.orderFee, hold.orderFeeTax,
      hold.extendedCount, hold.attempt, hold.paymentUntil, hold.paymentUntilMax, hold.orderId,
      this.contacts.get(hold.id) ?? null, hold.offer, hold.code, hold.allocation,
    ]) // prettier-ignore
  }

  /** Called once the change was applied; `before` has the holds that it names as they were before. */
  note(change: Change, before: readonly Hold[]): void {
    const { state } = this
    switch (change.k) {
      case 'open':
        this.firstLayout = change.layout
        this.rules.set(state.version, change.rules)
        return this.fact('event.opened', { layout: change.layout })
      case 'configure':
        this.rules.set(state.version, change.rules)
        return this.fact('event.configured', { rules_version: state.version })
      case 'hold':
        return this.noteHold(change)
      case 'extend':
        return this.noteKey(change.key)
      case 'release':
        return this.end(before[0]!, 'released')
      case 'expire':
        return this.end(before[0]!, 'expired')
      case 'confirm':
        return this.noteConfirm(change)
      case 'issue':
        for (const id of change.tickets) this.turn(id)
        return this.fact('tickets.issued', {
          order_id: change.order,
          hold_id: change.id,
          ticket_ids: change.tickets,
        })
      case 'cancel':
        for (const id of change.tickets) {
          this.turn(id)
          const { buyer, holdId } = this.tickets.get(id)!.ticket
          this.count(buyer, this.contacts.get(holdId), state.hold(holdId)?.offer ?? null, -1)
        }
        return this.fact('tickets.voided', {
          order_id: change.order,
          hold_id: change.id,
          ticket_ids: change.tickets,
          refund_id: change.refund,
        })
      case 'reopen':
        for (const id of change.tickets) {
          const known = this.tickets.get(id)
          if (known) known.ticket = { ...known.ticket, reopened: true }
        }
        if (!state.hold(change.id)) this.end(before[0]!, 'ended')
        return
      case 'transfer':
        return this.noteTransfer(change)
      case 'move':
        for (const [id] of change.moves) this.turn(id)
        return this.fact('tickets.moved', movedBody(change))
      case 'cancel-event':
        for (const hold of before) this.end(hold, 'released')
        return this.fact('event.cancelled', {})
      case 'relayout':
        return this.fact('event.relaid', { layout: change.layout })
      case 'seal':
        this.sealedTo = change.to
        return
      case 'begin-payment':
      case 'end-payment':
      case 'block':
      case 'unblock':
      case 'allocate':
      case 'release-allocation':
      case 'allocate-places':
        return
    }
  }

  private noteHold(change: Extract<Change, { k: 'hold' }>): void {
    if (change.contact !== undefined) this.contacts.set(change.id, change.contact)
    for (const [place, , , , , quantity] of change.lines) {
      if (place >= 0) continue
      const key = `${change.id}:${-1 - place}`
      this.holdAreas.set(key, (this.holdAreas.get(key) ?? 0) + quantity)
    }
    this.count(change.buyer, change.contact, change.offer ?? null, quantityOf(change.lines))
    if (change.code !== undefined) this.use(change.code, 1)
    this.noteKey(change.key)
  }

  private noteConfirm(change: Extract<Change, { k: 'confirm' }>): void {
    change.tickets.forEach((id, lineNo) => {
      const ticket = this.state.ticket(id)
      if (ticket) this.tickets.set(id, { ticket, lineNo })
    })
    this.serialsUsed += change.tickets.length
    this.bookings.set(change.order, {
      orderId: change.order,
      holdId: change.id,
      attempt: change.attempt,
      ticketIds: change.tickets,
      orderHash: change.hash ?? null,
      version: this.state.version,
    })
  }

  private noteTransfer({ from, to, contact, holds, tickets }: Extract<Change, { k: 'transfer' }>): void {
    const newlyCounted = new Set(contact === undefined ? [] : holds.filter((id) => !this.contacts.has(id)))
    for (const id of newlyCounted) this.contacts.set(id, contact!)
    for (const id of holds) {
      const hold = this.state.hold(id)
      if (!hold || hold.state === 'booked') continue
      this.give(from, to, newlyCounted.has(id) ? contact : undefined, hold.offer, quantityOf(hold.lines))
    }
    for (const id of tickets) {
      this.turn(id)
      const ticket = this.tickets.get(id)?.ticket
      if (!ticket || ticket.state === 'void') continue
      const offer = this.state.hold(ticket.holdId)?.offer ?? null
      this.give(from, to, newlyCounted.has(ticket.holdId) ? contact : undefined, offer, 1)
    }
  }

  // The phase as a whole has as many as before.
  private give(
    from: string,
    to: string,
    contact: string | undefined,
    offer: number | null,
    quantity: number,
  ): void {
    this.count(from, undefined, offer, -quantity)
    this.count(to, contact, offer, quantity)
  }

  private noteKey(key: Extract<Change, { k: 'extend' }>['key']): void {
    if (key) this.keys.set(key.hash, joined([key.request, this.state.version, key.result]))
  }

  private end(hold: Hold, state: 'released' | 'expired' | 'ended'): void {
    const text = this.holdText({ ...hold, state })
    this.endedHolds.set(hold.id, text)
    this.endedPlaces?.add(placesOfText(text))
    if (state !== 'ended')
      this.count(hold.buyer, this.contacts.get(hold.id), hold.offer, -quantityOf(hold.lines))
    if (hold.code !== null) this.use(hold.code, -1)
  }

  private turn(ticketId: string): void {
    const known = this.tickets.get(ticketId)
    const ticket = this.state.ticket(ticketId)
    if (known && ticket) known.ticket = ticket
  }

  private count(buyer: string, contact: string | undefined, offer: number | null, difference: number): void {
    const owners = contact === undefined ? [buyer] : [buyer, contact]
    for (const owner of owners) this.tally(owner, difference)
    if (offer === null) return
    for (const owner of ['', ...owners]) this.tally(`${owner} in phase ${offer}`, difference)
  }

  private use(code: string, difference: number): void {
    this.codeUses.set(code, (this.codeUses.get(code) ?? 0) + difference)
  }

  private tally(owner: string, difference: number): void {
    const tally = this.ticketsOf(owner) + difference
    if (tally === 0) this.tallies.delete(owner)
    else this.tallies.set(owner, tally)
  }

  private fact(kind: string, body: Record<string, unknown>): void {
    const { version } = this.state
    if (this.factsInEntry.version !== version) this.factsInEntry = { version, count: 0 }
    this.facts.set(`${version}:${this.factsInEntry.count++}`, `${kind}\t${canonical(body)}`)
  }
}

/** One flat text a row: small to keep, quick to compare, and split again only where two differ. */
export function joined(fields: readonly (string | number | boolean | null)[]): string {
  return fields.join('\t')
}

function placesOfText(text: string): string {
  const fields = text.split('\t')
  return `${fields[HOLD_FIELDS.indexOf('buyer')]}\t${fields[HOLD_FIELDS.indexOf('lines')]}`
}

/** JSON with sorted keys: jsonb keeps no order. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}
