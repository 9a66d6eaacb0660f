import type { Sql } from '../../platform/postgres/database.ts'
import type { Layout } from '../../shared/layout.ts'
import { orderHash, RETAIN_MS } from '../checkout/index.ts'
import type { Line } from '../inventory/index.ts'
import type { Findings } from './findings.ts'
import {
  readLostOrders,
  readOrders,
  readSharedCharges,
  type MoneyLine,
  type MoneyOrder,
  type MoneyPayment,
  type PlaceNames,
} from './read-money.ts'
import { iso } from './rules.ts'
import { HOLD_FIELDS, type Booked, type Records } from './records.ts'

/** Money that no provider saw: recorded by staff, or nothing to pay. */
const RECORDED_TENDERS = new Set(['cash', 'terminal', 'comp', 'external'])

export type MoneyFigures = { orders: number; underWay: number }

/** The event as its ledger tells it; the layout is null where its body is not known. */
export type EventTold = { records: Records; layout: Layout | null }

/** The orders of an event against its ledger, both ways. */
export async function auditMoney(
  sql: Sql,
  eventId: string,
  told: EventTold,
  findings: Findings,
): Promise<MoneyFigures> {
  const { records } = told
  const figures: MoneyFigures = { orders: 0, underWay: 0 }
  const seen = new Set<string>()
  for await (const orders of readOrders(sql, eventId)) {
    for (const order of orders) {
      figures.orders += 1
      if (!isSettled(order)) figures.underWay += 1
      seen.add(order.order_id)
      new OrderAudit(order, told, findings).run()
    }
  }
  for (const booked of records.bookings.values()) {
    if (seen.has(booked.orderId)) continue
    findings.add(
      'money',
      8,
      `entry ${booked.version} booked hold ${booked.holdId} for order ${booked.orderId}, and there is no such order`,
      true,
    )
  }
  return figures
}

/** What no event's orders show: orders that are gone, charges that two payments claim. */
export async function auditMoneyAsAWhole(sql: Sql, findings: Findings): Promise<void> {
  for (const { orderId, namedBy } of await readLostOrders(sql))
    findings.add('money', 5, `order ${orderId} is named by ${namedBy} and does not exist`, true)
  for (const { provider_ref: ref, orders } of await readSharedCharges(sql))
    findings.add('money', 6, `charge ${ref} is claimed by more than one payment (of ${orders} orders)`)
}

function moneyKind(livemode: boolean): string {
  return livemode ? 'live money' : 'test money'
}

function isSettled(order: MoneyOrder): boolean {
  return order.payments.every((payment) => payment.settled) && order.refunds.every((refund) => refund.settled)
}

class OrderAudit {
  private readonly records: Records
  private readonly layout: Layout | null
  private readonly booked: Booked | undefined
  private readonly settled: boolean
  private readonly tickets: MoneyLine[]
  private isFound = false

  constructor(
    private readonly order: MoneyOrder,
    { records, layout }: EventTold,
    private readonly findings: Findings,
  ) {
    this.records = records
    this.layout = layout
    this.booked = records.bookings.get(order.order_id)
    this.settled = isSettled(order)
    this.tickets = order.lines.filter((line) => line.kind === 'ticket')
  }

  run(): void {
    this.auditSums()
    this.auditCharges()
    this.auditLines()
    this.auditStatus()
    this.auditTickets()
    this.auditRefunds()
    this.auditRetention()
    if (!this.isFound) this.auditWhatWasSold()
  }

  // A finding about work under way is looked at again before it is reported.
  private add(invariant: number, what: string): void {
    this.isFound = true
    this.findings.add('money', invariant, `order ${this.order.order_id}: ${what}`, !this.settled)
  }

  // An order follows its ledger a moment after a ticket was moved: what is not followed is looked at again.
  private addOfPlace(line: MoneyLine, what: string): void {
    const ticket = this.records.tickets.get(line.ticket_id ?? '')?.ticket
    const mayFollow =
      ticket !== undefined && ticket.movedFrom !== null && line.state_version !== ticket.stateVersion
    this.findings.add('money', 13, `order ${this.order.order_id}: ${what}`, mayFollow || !this.settled)
  }

  private get captured(): MoneyPayment[] {
    return this.order.payments.filter((payment) => payment.money === 'captured')
  }

  private auditSums(): void {
    const { order } = this
    const lines = sum(order.lines, (line) => line.amount)
    if (lines !== order.total) this.add(7, `its lines come to ${lines}, its total is ${order.total}`)
    if (order.payments.length === 0) this.add(8, 'it has no payment, not even one of nothing')
    for (const payment of order.payments) {
      if (payment.amount !== order.total || payment.currency !== order.currency)
        this.add(
          7,
          `payment ${payment.payment_id} is of ${payment.amount} ${payment.currency}, the order of ${order.total} ${order.currency}`,
        )
      // Its tickets are signed as what the order says: sandbox money must never make a ticket that admits somebody.
      if (payment.livemode !== order.livemode)
        this.add(
          8,
          `it says ${moneyKind(order.livemode)}, its payment ${payment.payment_id} ${moneyKind(payment.livemode)}`,
        )
    }
    const given = sum(order.refunds, (refund) => (isGivenBack(refund.state) ? refund.amount : 0))
    const perhaps = sum(order.refunds, (refund) => (refund.state === 'stuck' ? refund.amount : 0))
    if (order.refunded < given || order.refunded > given + perhaps)
      this.add(7, `it says that ${order.refunded} were refunded, its refunds come to ${given}`)
    for (const refund of order.refunds) {
      const parts = sum(refund.lines, (line) => line.amount)
      if (parts !== refund.amount)
        this.add(7, `refund ${refund.refund_id} is of ${refund.amount}, its lines come to ${parts}`)
      for (const part of refund.lines) {
        const line = order.lines.find((candidate) => candidate.line_no === part.line_no)
        if (!line || part.amount > line.amount)
          this.add(
            7,
            `refund ${refund.refund_id} gives ${part.amount} back for line ${part.line_no}, which cost ${line?.amount ?? 'nothing'}`,
          )
        // A house that cancels its event keeps no fee.
        else if (part.amount !== (refund.reason === 'event_cancelled' ? line.amount : line.refundable))
          this.add(
            7,
            `refund ${refund.refund_id} gives ${part.amount} back for line ${part.line_no}, which is worth ${line.refundable} when it comes back`,
          )
      }
    }
  }

  private auditCharges(): void {
    const { order } = this
    const charges = order.payments.filter((p) => p.money === 'captured' || p.money === 'authorized')
    if (charges.length > 1)
      this.add(6, `${charges.length} payments have money: ${charges.map((p) => p.payment_id).join(', ')}`)
    for (const payment of order.payments) {
      if (payment.money === 'captured' && payment.provider !== null && payment.provider_ref === null)
        this.add(6, `payment ${payment.payment_id} is captured, but has no charge at ${payment.provider}`)
      if (payment.provider !== null && payment.tender !== 'card')
        this.add(
          8,
          `payment ${payment.payment_id} says ${payment.tender}, but ${payment.provider} was asked for it`,
        )
      if (payment.provider === null && (payment.tender === 'card' || payment.provider_ref !== null))
        this.add(8, `payment ${payment.payment_id} is of a provider (${payment.tender}), but names none`)
      if (payment.provider === null && payment.tender === 'none' && payment.amount !== 0)
        this.add(8, `payment ${payment.payment_id} of ${payment.amount} has no tender`)
    }
  }

  // What was sold is what was held: the same places, the same prices, the same order fee.
  private auditLines(): void {
    const row = this.records.holdRow(this.order.hold_id)
    if (row === undefined) {
      this.add(4, `its hold ${this.order.hold_id} is not in the ledger of event ${this.order.event_id}`)
      return
    }
    const fields = row.split('\t')
    const field = (name: (typeof HOLD_FIELDS)[number]): string => fields[HOLD_FIELDS.indexOf(name)]!
    if (field('buyer') !== this.order.buyer)
      this.findings.add(
        'money',
        5,
        `order ${this.order.order_id}: it is of buyer ${this.order.buyer}, its hold of ${field('buyer')}`,
        true,
      )
    const held = (JSON.parse(field('lines')) as Line[]).flatMap((line) =>
      Array.from({ length: line[5] }, () => line),
    )
    if (held.length !== this.tickets.length)
      return this.add(7, `it has ${this.tickets.length} tickets, its hold ${held.length} places`)
    this.tickets.forEach((line, i) => {
      const [place, , amount, fee, tax] = held[i]!
      const [seat, area] = place >= 0 ? [place, null] : [null, -1 - place]
      if (line.seat_no !== seat || line.area_no !== area)
        this.addOfPlace(
          line,
          `line ${line.line_no} is for ${placeText(line.seat_no, line.area_no)}, its hold has ${placeText(seat, area)}`,
        )
      if (line.amount !== amount || line.fee !== fee || line.tax !== tax)
        this.add(
          7,
          `line ${line.line_no} costs ${line.amount} (fee ${line.fee}, tax ${line.tax}), its hold says ${amount} (fee ${fee}, tax ${tax})`,
        )
      // The house keeps a ticket's fee at most. What exactly, the hash of the order vouches for.
      if (line.refundable < line.amount - line.fee || line.refundable > line.amount)
        this.add(
          7,
          `line ${line.line_no} is worth ${line.refundable} when it comes back; it cost ${line.amount}, of which no more than the fee of ${line.fee} is kept`,
        )
      this.auditTexts(line, place)
    })
    const fees = this.order.lines.filter((line) => line.kind === 'fee')
    if (sum(fees, (line) => line.amount) !== Number(field('order_fee')))
      this.add(7, `its fees come to ${sum(fees, (line) => line.amount)}, its hold says ${field('order_fee')}`)
    if (sum(fees, (line) => line.tax) !== Number(field('order_fee_tax')))
      this.add(
        7,
        `the tax in its fees comes to ${sum(fees, (line) => line.tax)}, its hold says ${field('order_fee_tax')}`,
      )
    for (const line of fees)
      if (line.fee !== line.amount)
        this.add(7, `line ${line.line_no} costs ${line.amount}, of which its fee is ${line.fee}`)
  }

  // What the ticket and the invoice say: the hall's own names of the place that was held.
  private auditTexts(line: MoneyLine, place: number): void {
    if (!this.layout) return
    const names = namesOf(this.layout, place)
    for (const [column, name] of Object.entries(names) as [keyof PlaceNames, string | null][])
      if (line[column] !== name)
        this.addOfPlace(
          line,
          `line ${line.line_no} says ${column} ${textOf(line[column])}, the layout says ${textOf(name)}`,
        )
  }

  private auditStatus(): void {
    const { order, booked } = this
    const states = order.payments.map((payment) => payment.state).join(', ')
    switch (order.status) {
      case 'PENDING':
        if (this.settled) this.add(16, `it is PENDING, but its payment (${states}) has nothing left to do`)
        return
      case 'FAILED':
        for (const payment of order.payments) {
          if (payment.settled && (payment.money === 'captured' || payment.money === 'authorized'))
            this.add(
              8,
              `it FAILED and nothing is under way, but payment ${payment.payment_id} is ${payment.money}`,
            )
        }
        return
      case 'CONFIRMED':
      case 'CANCELLED':
        if (!booked) return this.add(5, `it is ${order.status}, but the ledger never booked its hold`)
        if (booked.holdId !== order.hold_id)
          this.add(13, `it is of hold ${order.hold_id}, the ledger booked ${booked.holdId} for it`)
        if (
          !order.payments.some(
            (payment) => payment.payment_id === booked.attempt && payment.state === 'confirmed',
          )
        )
          this.add(8, `the ledger booked it by the payment ${booked.attempt}, its payments are ${states}`)
        if (
          this.settled &&
          order.status === 'CANCELLED' &&
          this.tickets.some((line) => line.state !== 'void')
        )
          this.add(7, 'it is CANCELLED, but not all of its lines are void')
    }
  }

  private auditTickets(): void {
    const { order, booked, records } = this
    if (!booked) return
    if (booked.ticketIds.join() !== this.tickets.map((line) => line.ticket_id).join())
      this.add(8, 'its tickets are not those that the ledger made for it')
    const isSold = order.status === 'CONFIRMED' || order.status === 'CANCELLED'
    for (const line of this.tickets) {
      const ticket = records.tickets.get(line.ticket_id!)?.ticket
      if (!ticket) continue
      if (ticket.state === 'valid' && !this.isPaid())
        this.add(8, `ticket ${ticket.id} is valid, but no money was captured or recorded for it`)
      if (order.status === 'FAILED' && this.settled && ticket.state !== 'void')
        this.add(8, `it FAILED, but ticket ${ticket.id} is ${ticket.state}`)
      if (!isSold) continue
      if (ticket.state === 'pending')
        this.add(8, `it is ${order.status}, but ticket ${ticket.id} is still pending`)
      if (line.state === 'void' && ticket.state === 'valid')
        this.add(8, `line ${line.line_no} is void, but ticket ${ticket.id} is valid in the ledger`)
      if (line.state !== 'void' && ticket.state === 'void' && !this.isBeingVoided(line))
        this.add(8, `line ${line.line_no} is ${line.state}, but ticket ${ticket.id} is void in the ledger`)
      if (line.serial !== null && line.serial !== ticket.serial)
        this.add(
          13,
          `line ${line.line_no} has the serial ${line.serial}, ticket ${ticket.id} has ${ticket.serial}`,
        )
      // A code of another version than the ticket's admits nobody.
      if (line.state === 'valid' && ticket.state === 'valid' && line.state_version !== ticket.stateVersion)
        this.addOfPlace(
          line,
          `line ${line.line_no} has a code of version ${line.state_version}, ticket ${ticket.id} is of version ${ticket.stateVersion}`,
        )
    }
  }

  private auditRefunds(): void {
    const { order, records } = this
    const refundOfLine = new Map(
      order.refunds.flatMap((r) => r.lines.map((line) => [line.line_no, r] as const)),
    )
    for (const line of this.tickets) {
      if (order.status !== 'FAILED' && line.state === 'void' && !refundOfLine.has(line.line_no))
        this.add(7, `line ${line.line_no} is void, but nothing was refunded for it`)
      const ticket = records.tickets.get(line.ticket_id!)?.ticket
      if (!ticket || ticket.refundId === null) continue
      const refund = order.refunds.find((candidate) => candidate.refund_id === ticket.refundId)
      const payment = order.payments.find((candidate) => candidate.payment_id === ticket.refundId)
      if (!refund && !payment)
        this.add(7, `ticket ${ticket.id} was voided by refund ${ticket.refundId}, which does not exist`)
      const isBack = refund
        ? refund.state !== 'voiding' && refund.state !== 'refunding'
        : this.captured.length === 0
      if (ticket.reopened && !isBack)
        this.add(7, `the place of ticket ${ticket.id} is for sale again, but its money has not gone back`)
    }
    if (order.refunded > sum(this.captured, (payment) => payment.amount) && !this.isRecorded())
      this.add(7, `${order.refunded} were refunded, more than was captured`)
  }

  private auditRetention(): void {
    const { created_at: createdAt, retain_until: retainUntil } = this.order
    const due = createdAt.getTime() + RETAIN_MS
    if (retainUntil.getTime() !== due)
      this.add(7, `it is kept until ${iso(retainUntil.getTime())}, the law's time for it ends ${iso(due)}`)
  }

  // What no row of the ledger has: the event's name and start, categories, price types, what comes back for a line. The
  // booking's entry has the hash of all of it. Left out where one of them is named already.
  private auditWhatWasSold(): void {
    const { booked } = this
    if (!booked?.orderHash || hashOf(this.order) === booked.orderHash) return
    this.add(
      7,
      `what it says was sold is not what the ledger booked in entry ${booked.version} (event, organiser, time, reservation, tender, categories, price types, amounts, discounts, what comes back)`,
    )
  }

  private isBeingVoided(line: MoneyLine): boolean {
    return this.order.refunds.some(
      (refund) => refund.state === 'voiding' && refund.lines.some((part) => part.line_no === line.line_no),
    )
  }

  private isPaid(): boolean {
    return this.order.total === 0 || this.captured.length > 0 || this.isRecorded()
  }

  private isRecorded(): boolean {
    return this.order.payments.some(
      (payment) => payment.provider === null && RECORDED_TENDERS.has(payment.tender),
    )
  }
}

function hashOf(order: MoneyOrder): string {
  const [first] = order.payments
  return orderHash({
    orderId: order.order_id,
    organiserId: order.organiser_id,
    eventId: String(order.event_id),
    reservationId: order.reservation_id,
    total: order.total,
    currency: order.currency,
    locale: order.locale,
    livemode: order.livemode,
    eventName: order.event_name,
    startsAt: order.starts_at,
    createdAt: order.created_at,
    payment: { tender: first?.tender ?? '', provider: first?.provider ?? null },
    lines: order.lines.map((line) => ({
      lineNo: line.line_no,
      kind: line.kind,
      ticketId: line.ticket_id,
      category: line.category,
      priceTypeId: line.price_type_id,
      priceType: line.price_type,
      amount: line.amount,
      fee: line.fee,
      tax: line.tax,
      discount: line.discount,
      refundable: line.refundable,
    })),
  })
}

function isGivenBack(state: string): boolean {
  return state === 'reopening' || state === 'settled'
}

function namesOf(layout: Layout, place: number): PlaceNames {
  if (place < 0) {
    const area = layout.areas[-1 - place]
    return {
      ...{ seat_id: null, row_label: null, seat_label: null },
      ...{ area_id: area?.area_id ?? null, section: area?.name ?? null },
    }
  }
  const seat = layout.seats[place]
  return {
    ...{ seat_id: seat?.seat_id ?? null, row_label: seat?.row ?? null, seat_label: seat?.number ?? null },
    ...{ area_id: null, section: (seat && layout.sections[seat.section]?.name) ?? null },
  }
}

function textOf(name: string | null): string {
  return name === null ? 'nothing' : JSON.stringify(name)
}

function placeText(seat: number | null, area: number | null): string {
  return seat !== null ? `seat ${seat}` : `area ${area}`
}

function sum<T>(items: readonly T[], amountOf: (item: T) => number): number {
  return items.reduce((total, item) => total + amountOf(item), 0)
}
