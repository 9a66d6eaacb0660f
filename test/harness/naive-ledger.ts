import type { Command, HoldCommand } from '../../src/features/inventory/commands.ts'
import type { Price } from '../../src/features/inventory/types.ts'
import { NaiveCounts } from './naive-counts.ts'
import type { HouseCommand, NaiveHold, NaiveLine, NaiveOutcome, NaiveTicket, Place } from './naive-types.ts'

/**
 * The rules of the ledger written down a second time, as plainly as possible: nothing is incremental, everything
 * that can be counted is counted again at every command. What the real arbiter is compared with.
 */
export class NaiveLedger extends NaiveCounts {
  private phaseOf(
    code: string | undefined,
  ): { offer?: number; code?: string; allocation?: number } | NaiveOutcome {
    const { offers, accessCodes = [] } = this.rules!
    const known = accessCodes.find((one) => one.hash === code)
    if (offers.length === 0 && accessCodes.length === 0) return {}
    if (code !== undefined && !known) return { is: 'access_code_invalid' }
    const running = offers
      .map((offer, i) => ({ ...offer, no: offer.no ?? i + 1 }))
      .filter((o) => this.at >= (o.startsAt ?? -Infinity) && this.at < (o.endsAt ?? Infinity))
    if (known?.allocation !== undefined && this.hasAny(known.allocation)) {
      if (this.usesOf(known.hash) >= (known.uses ?? Infinity)) return { is: 'access_code_used_up' }
      return { allocation: known.allocation, code: known.hash }
    }
    if (offers.length === 0) return {}
    if (known && running.some((o) => o.no === known.offer)) {
      if (this.usesOf(known.hash) >= (known.uses ?? Infinity)) return { is: 'access_code_used_up' }
      return { offer: known.offer!, code: known.hash }
    }
    const open = running.find((o) => o.access === 'open')
    if (open) return { offer: open.no }
    return { is: !known && running.length > 0 ? 'access_code_required' : 'not_on_sale' }
  }

  private overOffer(
    c: { offer?: number | undefined; code?: string | undefined; buyer: string; contact?: string },
    count: number,
  ): NaiveOutcome | null {
    const code = this.rules!.accessCodes?.find((one) => one.hash === c.code)
    if (code && this.usesOf(code.hash) >= (code.uses ?? Infinity)) return { is: 'access_code_used_up' }
    const phase = this.rules!.offers.find((offer, i) => (offer.no ?? i + 1) === c.offer)
    if (!phase) return null
    const max = phase.ticketsPerBuyer ?? Infinity
    const known = c.contact === undefined ? 0 : this.ticketsOfOffer(c.offer!, { contact: c.contact })
    const had = Math.max(this.ticketsOfOffer(c.offer!, { buyer: c.buyer }), known)
    if (had + count > max) return { is: 'limit_exceeded', limit: { max, had } }
    return this.ticketsOfOffer(c.offer!) + count > (phase.capacity ?? Infinity) ? { is: 'sold_out' } : null
  }

  private overLimit(c: { buyer: string; contact?: string }, count: number): NaiveOutcome | null {
    const max = this.rules?.ticketsPerBuyer ?? 0
    const had = Math.max(this.tallyOf(c.buyer), c.contact === undefined ? 0 : this.tallyOfContact(c.contact))
    return had + count > max ? { is: 'limit_exceeded', limit: { max, had } } : null
  }

  /** `found`: the seats that the arbiter chose for a best-available wish; whether they may be is checked here. */
  run(command: Command, at: number, found: readonly number[] | null): NaiveOutcome {
    this.at = at
    for (const hold of this.holds) if (this.dueAt(hold) <= at) hold.state = 'expired'
    this.releaseDue()
    switch (command.k) {
      case 'hold':
        return this.hold(command, found)
      case 'extend': {
        const before = this.repeated(command.key)
        if (before) return before
        const hold = this.live(command.holdId)
        if (!hold) return { is: this.cancelled ? 'event_cancelled' : 'gone' }
        if (hold.buyer !== command.buyer) return { is: 'not_found' }
        const busy = this.busy(hold)
        if (busy) return busy
        if (hold.extended >= this.rules!.extensionsMax) return { is: 'extension_limit' }
        hold.extended += 1
        hold.expiresAt += this.rules!.extensionSeconds * 1000
        this.remember(command.key, `${hold.id}:${hold.expiresAt}:${hold.extended}`)
        return { is: 'ok' }
      }
      case 'release': {
        const hold = this.live(command.holdId)
        if (!hold) return { is: 'gone' }
        if (hold.buyer !== command.buyer) return { is: 'not_found' }
        const busy = this.busy(hold)
        if (busy) return busy
        hold.state = 'released'
        return { is: 'ok' }
      }
      case 'expire':
        return { is: 'ok' }
      case 'begin-payment': {
        const hold = this.live(command.holdId)
        if (!hold) return { is: this.cancelled ? 'event_cancelled' : 'gone' }
        if (hold.buyer !== command.buyer) return { is: 'not_found' }
        if (hold.attempt === command.attempt) return { is: 'ok' }
        const busy = this.busy(hold)
        if (busy) return busy
        hold.state = 'paying'
        hold.attempt = command.attempt
        hold.until = at + command.paymentMs
        hold.max = at + command.paymentMsMax
        return { is: 'ok' }
      }
      case 'end-payment': {
        const hold = this.live(command.holdId)
        if (!hold) return { is: 'gone' }
        if (hold.state === 'booked' && hold.attempt === command.attempt) return { is: 'already_booked' }
        if (hold.state !== 'paying' || hold.attempt !== command.attempt) return { is: 'ok' }
        hold.state = hold.expiresAt <= at ? 'expired' : 'held'
        hold.attempt = hold.until = hold.max = null
        return { is: 'ok' }
      }
      case 'confirm':
        return this.confirm(command)
      case 'issue': {
        const hold = this.live(command.holdId)
        if (!hold) return { is: 'gone' }
        if (hold.state !== 'booked' || hold.order !== command.orderId) return { is: 'conflict' }
        for (const ticket of this.ticketsOf(hold)) if (ticket.state === 'pending') ticket.state = 'valid'
        return { is: 'ok' }
      }
      case 'cancel':
        return this.cancel(command)
      case 'reopen':
        return this.reopen(command)
      case 'hold-again':
        return this.holdAgain(command)
      case 'transfer': {
        for (const hold of this.holds) {
          const over = hold.state === 'released' || hold.state === 'expired' || hold.state === 'ended'
          if (hold.buyer !== command.from || over) continue
          hold.buyer = command.to
          hold.contact ??= command.contact
        }
        for (const ticket of this.tickets) {
          if (ticket.buyer === command.from && !ticket.reopened) ticket.buyer = command.to
        }
        return { is: 'ok' }
      }
      default:
        return this.house(command, at)
    }
  }

  private house(command: HouseCommand, at: number): NaiveOutcome {
    switch (command.k) {
      case 'open':
        this.rules ??= command.rules
        return { is: 'ok' }
      case 'configure':
        if (!this.rules) return { is: 'not_found' }
        this.rules = command.rules
        this.releaseDue()
        return { is: 'ok' }
      case 'block': {
        const failed = command.seats.filter((seat) => [1, 2].includes(this.statusOf(seat)))
        if (failed.length > 0) return { is: 'seats_unavailable', seats: failed }
        for (const seat of command.seats) if (this.statusOf(seat) === 0) this.blocked.add(seat)
        return { is: 'ok' }
      }
      case 'unblock': {
        if (this.cancelled) return { is: 'event_cancelled' }
        const kept = command.seats.filter((seat) => this.allocated.has(seat) && !this.ownerOf(seat))
        if (kept.length > 0) return { is: 'conflict', seats: kept }
        for (const seat of command.seats) this.blocked.delete(seat)
        return { is: 'ok' }
      }
      case 'move':
        return this.move(command)
      case 'allocate': {
        if (this.cancelled) return { is: 'event_cancelled' }
        const allocation = this.rules?.allocations.find((one) => one.no === command.no)
        if (!allocation) return { is: 'not_found' }
        if (allocation.releaseAt !== null && allocation.releaseAt <= at) return { is: 'conflict' }
        const wanted = command.seats.filter((seat) => this.allocated.get(seat) !== command.no)
        const failed = wanted.filter((seat) => this.statusOf(seat) !== 0)
        if (failed.length > 0) return { is: 'seats_unavailable', seats: failed }
        for (const seat of wanted) this.allocated.set(seat, command.no)
        return { is: 'ok' }
      }
      case 'release-allocation':
        if (this.cancelled) return { is: 'event_cancelled' }
        for (const [seat, no] of [...this.allocated])
          if (no === command.no && (!command.seats || command.seats.includes(seat)))
            this.allocated.delete(seat)
        if (!command.seats) this.places = this.places.filter((one) => one.no !== command.no)
        return { is: 'ok' }
      case 'allocate-places': {
        const { area, no, places } = command
        if (this.cancelled) return { is: 'event_cancelled' }
        const before = this.places
        const open = this.openPlaces(area)
        const more = places > this.placesOf(area, no)
        const allocation = this.rules?.allocations.find((one) => one.no === no)
        if (more && !allocation) return { is: 'not_found' }
        if (more && (allocation!.releaseAt ?? Infinity) <= at) return { is: 'conflict' }
        this.places = before.filter((one) => one.area !== area || one.no !== no)
        if (places > 0) this.places.push({ area, no, places })
        if (more && this.openPlaces(area) < 0) {
          this.places = before
          if (open < 0) throw new Error('more is sold than there is')
          return { is: 'sold_out' }
        }
        return { is: 'ok' }
      }
      case 'relayout': {
        if (!this.rules) return { is: 'not_found' }
        if (this.hall.layoutHash === command.hall.layoutHash) return { is: 'ok' }
        if (this.cancelled) return { is: 'event_cancelled' }
        if (!this.mayBecome(command.hall)) return { is: 'conflict' }
        this.hall = command.hall
        return { is: 'ok' }
      }
      case 'cancel-event':
        if (!this.rules) return { is: 'not_found' }
        for (const hold of this.holds)
          if (this.live(hold.id) && hold.state !== 'booked') hold.state = 'released'
        this.cancelled = true
        return { is: 'ok' }
      case 'seal':
        return { is: 'ok' }
    }
  }

  private move({ moves: asked, block }: Extract<Command, { k: 'move' }>): NaiveOutcome {
    if (this.cancelled) return { is: 'event_cancelled' }
    const ticketOf = (seat: number): NaiveTicket | undefined =>
      this.tickets.find((t) => 'seat' in t.place && t.place.seat === seat && !t.reopened)
    const wasMoved = (from: number, to: number): boolean =>
      ticketOf(to)?.state === 'valid' && ticketOf(to)?.movedFrom === from
    const validOn = (seat: number): string | null =>
      ticketOf(seat)?.state === 'valid' ? ticketOf(seat)!.id : null
    const emptied = asked.map(({ from }) => from).filter((seat) => !asked.some(({ to }) => to === seat))
    const unnamed = asked.every(({ ticket }) => ticket === undefined)
    const isRepeat =
      unnamed &&
      asked.every(({ from, to }) => wasMoved(from, to)) &&
      emptied.length > 0 &&
      emptied.every((seat) => validOn(seat) === null)
    const moves = isRepeat ? [] : asked.filter(({ ticket, to }) => unnamed || validOn(to) !== ticket)
    if (moves.length === 0) return { is: 'ok' }
    const leaving = moves.map(({ from }) => from)
    const unsold = moves.flatMap(({ from, ticket }) =>
      validOn(from) === null || (ticket !== undefined && validOn(from) !== ticket) ? [from] : [],
    )
    const taken = moves.flatMap(({ to }) =>
      [1, 2].includes(this.statusOf(to)) && !leaving.includes(to) ? [to] : [],
    )
    const is = unsold.length > 0 ? 'conflict' : 'seats_unavailable'
    if (unsold.length + taken.length > 0) return { is, seats: [...new Set([...unsold, ...taken])] }
    const moved = moves.map(({ from, to }) => ({ ticket: ticketOf(from)!, from, to }))
    for (const { ticket, from, to } of moved) {
      const hold = this.holds.find((one) => one.id === ticket.hold)!
      const lineOf = hold.lines.flatMap((line, i) => Array.from({ length: line.quantity }, () => i))
      const i = lineOf[hold.tickets.indexOf(ticket.id)]!
      hold.lines[i] = { ...hold.lines[i]!, seat: to }
      ticket.place = { seat: to }
      ticket.movedFrom = from
      this.blocked.delete(to)
    }
    for (const { from } of moved) {
      if (!block || moved.some(({ to }) => to === from)) continue
      this.blocked.add(from)
      this.allocated.delete(from)
    }
    return { is: 'ok' }
  }

  private releaseDue(): void {
    for (const { no, releaseAt } of this.cancelled ? [] : (this.rules?.allocations ?? [])) {
      if (releaseAt === null || releaseAt > this.at) continue
      for (const [seat, of] of [...this.allocated]) if (of === no) this.allocated.delete(seat)
      this.places = this.places.filter((one) => one.no !== no)
    }
  }

  private busy(hold: NaiveHold): NaiveOutcome | null {
    if (hold.state === 'paying') return { is: 'booking_in_progress', attempt: hold.attempt! }
    return hold.state === 'booked' ? { is: 'already_booked', order: hold.order! } : null
  }

  private repeated(key: HoldCommand['key']): NaiveOutcome | null {
    const use = key && this.keys.get(key.keyHash)
    if (!use) return null
    return use.request === key.requestHash
      ? { is: 'repeated', result: use.result }
      : { is: 'idempotency_mismatch' }
  }

  private remember(key: HoldCommand['key'], result: string): void {
    if (key) this.keys.set(key.keyHash, { request: key.requestHash, result })
  }

  private hold(command: HoldCommand, found: readonly number[] | null): NaiveOutcome {
    const before = this.repeated(command.key)
    if (before) return before
    if (this.live(command.id)) return { is: 'ok' }
    const { rules, hall } = this
    if (!rules) return { is: 'not_on_sale' }
    if (this.cancelled) return { is: 'event_cancelled' }
    if (rules.onSaleFrom !== null && this.at < rules.onSaleFrom) return { is: 'not_on_sale' }
    if (rules.onSaleUntil !== null && this.at >= rules.onSaleUntil) return { is: 'not_on_sale' }
    const phase = this.phaseOf(command.code)
    if ('is' in phase) return phase
    const { allocation, ...access } = phase
    let seats: readonly number[] = command.seats
    let types = command.seatTypes
    if (command.best) {
      const { best } = command
      const free = this.freeFor(best.category, allocation)
      const ordinary = free.filter((seat) => hall.flags[seat] === 0)
      const company = free.filter((seat) => !(hall.flags[seat]! & 1))
      const enough = best.accessible
        ? free.length > company.length && company.length >= best.quantity - 1
        : ordinary.length >= best.quantity
      if (!enough) return { is: 'sold_out' }
      // Which seats are best is for other tests; here: as many as asked, all different, all to be had.
      const from = best.accessible ? free : ordinary
      const ok = found?.length === best.quantity && new Set(found).size === found.length
      if (found && (!ok || found.some((seat) => !from.includes(seat)))) return { is: 'a wrong best choice' }
      seats = found ?? from.slice(0, best.quantity)
      types = seats.map(() => best.type)
    } else {
      const taken = seats.filter((seat) => !this.isFreeFor(seat, allocation))
      if (taken.length > 0) {
        const ownerOf = (seat: number): NaiveHold | undefined =>
          this.blocked.has(seat) ? undefined : this.ownerOf(seat)?.hold
        const own = taken.filter((seat) => ownerOf(seat)?.buyer === command.buyer)
        if (own.length < taken.length)
          return { is: 'seats_unavailable', seats: taken, ...(own.length > 0 && { own }) }
        const held = own.map((seat) => ownerOf(seat)!).find((one) => one.state !== 'booked')
        const named = held ? { holdId: held.id } : { order: ownerOf(own[0]!)!.order! }
        return { is: 'held_by_you', seats: taken, ...named }
      }
    }
    const lines: NaiveLine[] = []
    const wishes = [
      ...seats.map((seat, i) => ({ seat, type: types[i]!, quantity: 1, category: hall.category[seat]! })),
      ...command.areas.map((a) => ({ ...a, category: hall.layout.areas[a.area]!.category })),
    ]
    for (const { category, ...wish } of wishes) {
      const phase = rules.offers.find((one, i) => access.offer === (one.no ?? i + 1))
      const ofTicket = (p: Price): boolean => p.category === category && p.priceType === wish.type
      const price = rules.prices.some(ofTicket)
        ? [...(phase?.prices ?? []), ...rules.prices].find(ofTicket)
        : undefined
      if (!price) return { is: 'unknown_price_type' }
      lines.push({ ...wish, amount: price.amount, fee: price.fee, tax: price.tax })
    }
    const count = (some: NaiveLine[]): number => some.reduce((sum, line) => sum + line.quantity, 0)
    const tooMany = this.overLimit(command, count(lines))
    if (tooMany) return tooMany
    for (const [i, type] of rules.priceTypes.entries()) {
      const n = count(lines.filter((line) => line.type === i))
      if (n > 0 && (n < type.min || n > (type.max ?? Infinity))) return { is: 'limit_exceeded', priceType: i }
    }
    const { buyer, contact } = command
    const over = this.overOffer({ ...access, buyer, ...(contact !== undefined && { contact }) }, count(lines))
    if (over) return over
    for (let i = 0; i < hall.layout.areas.length; i++) {
      const wanted = count(lines.filter((line) => 'area' in line && line.area === i))
      const left = allocation === undefined ? this.openPlaces(i) : this.keptFree(i, allocation)
      if (wanted > 0 && wanted > left) return { is: 'sold_out' }
    }
    if (rules.orphanRule && !command.best && allocation === undefined) {
      const orphans = this.orphans(seats)
      if (orphans.length > 0) return { is: 'orphan_seat', seats: orphans }
    }
    const { amount: fee, tax: feeTax } = rules.orderFee
    const expiresAt = this.at + rules.holdSeconds * 1000
    this.add({
      id: command.id,
      buyer: command.buyer,
      contact: command.contact,
      ...access,
      ...(command.areas.length > 0 && { allocation }),
      expiresAt,
      lines,
      fee,
      feeTax,
    })
    this.remember(command.key, `${command.id}:${expiresAt}`)
    return { is: 'ok' }
  }

  private add(
    hold: Pick<
      NaiveHold,
      'id' | 'buyer' | 'contact' | 'offer' | 'code' | 'allocation' | 'expiresAt' | 'lines' | 'fee' | 'feeTax'
    >,
    paying: Partial<NaiveHold> = {},
  ): void {
    if (hold.fee === 0) hold.feeTax = 0
    const fresh = { extended: 0, attempt: null, until: null, max: null, order: null, tickets: [] }
    this.holds.push({ state: 'held', ...fresh, ...hold, ...paying })
  }

  private freeFor(category: number | null, allocation: number | undefined): number[] {
    return [...this.hall.category.keys()].filter(
      (seat) =>
        this.isFreeFor(seat, allocation) && (category === null || this.hall.category[seat] === category),
    )
  }

  private confirm(command: Extract<Command, { k: 'confirm' }>): NaiveOutcome {
    const hold = this.live(command.holdId)
    if (!hold) return { is: this.cancelled ? 'event_cancelled' : 'gone' }
    if (hold.state === 'booked' && hold.attempt === command.attempt && hold.order === command.orderId) {
      return { is: 'ok' }
    }
    if (hold.state !== 'paying' || hold.attempt !== command.attempt) return { is: 'conflict' }
    const places = hold.lines.flatMap((line): Place[] =>
      'seat' in line
        ? [{ seat: line.seat }]
        : Array.from({ length: line.quantity }, () => ({ area: line.area })),
    )
    if (places.length !== command.ticketIds.length) return { is: 'conflict' }
    places.forEach((place, i) => {
      this.tickets.push({
        id: command.ticketIds[i]!,
        hold: hold.id,
        order: command.orderId,
        buyer: hold.buyer,
        place,
        serial: this.tickets.length + 1,
        state: 'pending',
        refund: null,
        reopened: false,
        movedFrom: null,
      })
    })
    hold.state = 'booked'
    hold.order = command.orderId
    hold.tickets = [...command.ticketIds]
    hold.until = hold.max = null
    return { is: 'ok' }
  }

  private cancel(command: Extract<Command, { k: 'cancel' }>): NaiveOutcome {
    const hold = this.live(command.holdId)
    if (!hold) return { is: 'gone' }
    if (hold.state !== 'booked' || hold.order !== command.orderId) return { is: 'conflict' }
    const named = command.ticketIds.map((id) => this.ticketsOf(hold).find((ticket) => ticket.id === id))
    for (const ticket of named) {
      if (!ticket || (ticket.state === 'void' && ticket.refund !== command.refundId))
        return { is: 'conflict' }
    }
    for (const ticket of named) {
      ticket!.state = 'void'
      ticket!.refund = command.refundId
    }
    return { is: 'ok' }
  }

  private reopen(command: Extract<Command, { k: 'reopen' }>): NaiveOutcome {
    const hold = this.live(command.holdId)
    if (!hold) return { is: 'gone' }
    const named = command.ticketIds.map((id) => this.tickets.find((t) => t.id === id && t.hold === hold.id))
    for (const ticket of named) {
      if (ticket?.state !== 'void' || ticket.refund !== command.refundId) return { is: 'conflict' }
    }
    for (const ticket of named) ticket!.reopened = true
    if (named.length > 0 && this.ticketsOf(hold).every((ticket) => ticket.reopened)) hold.state = 'ended'
    return { is: 'ok' }
  }

  private holdAgain(command: Extract<Command, { k: 'hold-again' }>): NaiveOutcome {
    if (this.live(command.id)) return { is: 'ok' }
    if (this.cancelled) return { is: 'event_cancelled' }
    const lines = command.lines.map(([place, type, amount, fee, tax, quantity]): NaiveLine => {
      const where = place >= 0 ? { seat: place } : { area: -1 - place }
      return { ...where, type, amount, fee, tax, quantity }
    })
    const allocation = this.rules!.accessCodes?.find((one) => one.hash === command.code)?.allocation
    const isTaken = (seat: number): boolean =>
      !this.isFreeFor(seat, undefined) && (allocation === undefined || !this.isFreeFor(seat, allocation))
    const taken = lines.flatMap((l) => ('seat' in l && isTaken(l.seat) ? [l.seat] : []))
    if (taken.length > 0) return { is: 'seats_unavailable', seats: taken }
    for (let i = 0; i < this.hall.layout.areas.length; i++) {
      const wanted = lines.reduce((n, l) => n + ('area' in l && l.area === i ? l.quantity : 0), 0)
      const kept = allocation === undefined ? 0 : this.keptFree(i, allocation)
      if (wanted > this.openPlaces(i) + kept) return { is: 'seats_unavailable' }
    }
    const count = lines.reduce((sum, line) => sum + line.quantity, 0)
    const tooMany = this.overLimit(command, count)
    if (tooMany) return tooMany
    const over = this.overOffer(command, count)
    if (over) return over
    const max = this.at + command.paymentMsMax
    const { id, buyer, offer, code, orderFee: fee, orderFeeTax: feeTax } = command
    const paying = {
      state: 'paying' as const,
      attempt: command.attempt,
      until: this.at + command.paymentMs,
      max,
    }
    const places = lines.some((line) => 'area' in line)
    const of = places && allocation !== undefined && this.hasAny(allocation) ? allocation : undefined
    this.add(
      {
        id,
        buyer,
        contact: command.contact,
        offer,
        code,
        allocation: of,
        expiresAt: max,
        lines,
        fee,
        feeTax,
      },
      paying,
    )
    return { is: 'ok' }
  }
}
