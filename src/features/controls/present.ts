import { Type } from 'typebox'
import { EventIdSchema, MoneySchema, nextCursor, TimeSchema } from '../../shared/schemas/common.ts'
import type { Layout } from '../../shared/layout.ts'
import type { HistoryEntry, HouseEvent } from '../catalog/index.ts'
import type { EventCancellation, RefundsOfCancelling, SalesFigures } from '../checkout/index.ts'
import { opensText } from './describe.ts'
import { specOf } from './spec-of.ts'
import { ApiSpec } from './spec.ts'
import type { Change, LedgerNow } from './types.ts'

const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()])

export const SalesSchema = Type.Object({
  capacity: Type.Integer({ description: 'Seats and places of areas; 0 before the event is opened.' }),
  remaining: Type.Integer({ description: 'To be had at this moment.' }),
  orders: Type.Integer({ description: 'Of an event with thousands of them figures are some seconds old.' }),
  tickets: Type.Integer({ description: 'Valid ones.' }),
  charged: MoneySchema,
  refunded: MoneySchema,
})

const head = {
  event_id: EventIdSchema,
  organiser_id: Type.String(),
  external_id: nullable(Type.String()),
  revision: Type.Integer(),
  status: Type.Enum(['draft', 'published', 'postponed', 'cancelled', 'ended']),
  name: Type.String(),
  starts_at: TimeSchema,
  venue: Type.Object({ name: Type.String(), city: Type.String(), timezone: Type.String() }),
  sales: SalesSchema,
}

export const OperatorEventSchema = Type.Object({
  ...head,
  opened: Type.Boolean({ description: 'Whether its seats exist: published with a layout and prices.' }),
  codes: Type.Record(Type.String(), Type.Integer(), { description: 'How many codes open what.' }),
  spec: Type.Object(ApiSpec.properties, { description: 'All of it, as it is changed with PATCH.' }),
})

export const OperatorEventListSchema = Type.Object({
  items: Type.Array(Type.Object(head)),
  next_cursor: nextCursor,
})

const ChangeSchema = Type.Object({
  field: Type.String({ examples: ['prices.Orchestra.adult'] }),
  from: nullable(Type.String()),
  to: nullable(Type.String()),
})

const ReasonsSchema = Type.Array(Type.Object({ field: Type.String(), why: Type.String() }))
const warnings = Type.Array(ReasonsSchema.items, {
  description: 'What is allowed and perhaps not meant; it is done all the same.',
})

export const ChangedSchema = Type.Object({
  event: OperatorEventSchema,
  changes: Type.Array(ChangeSchema, { description: 'What is different now; empty where it was so already.' }),
  warnings,
})

export const HistorySchema = Type.Object({
  items: Type.Array(
    Type.Object({
      revision: Type.Integer({ description: 'Of the event, from there on.' }),
      at: TimeSchema,
      by: Type.String({
        description:
          'The id of a member of staff as in the log of operators, or what did it: `import`, `apply`.',
      }),
      changes: Type.Array(ChangeSchema),
    }),
  ),
  next_cursor: nextCursor,
})

export const PlannedSchema = Type.Object({
  dry_run: Type.Literal(true),
  changes: Type.Array(ChangeSchema),
  cannot: ReasonsSchema,
  warnings,
})

export const CancelPlannedSchema = Type.Object({
  ...PlannedSchema.properties,
  refunds: Type.Object(
    {
      orders: Type.Integer({ description: 'One refund each.' }),
      tickets: Type.Integer(),
      amount: nullable(MoneySchema),
      orders_in_payment: Type.Integer({ description: 'Ended; what was paid for them goes back, too.' }),
    },
    { description: 'What would go back to the buyers now, fees included.' },
  ),
})

export const CancellationSchema = Type.Object({
  event_id: EventIdSchema,
  state: Type.Enum(['none', 'closing', 'refunding', 'done'], {
    description: '`none`: nobody has cancelled it.',
  }),
  reason: nullable(Type.String()),
  requested_by: nullable(Type.String()),
  message: nullable(Type.String()),
  requested_at: nullable(TimeSchema),
  finished_at: nullable(TimeSchema),
  orders: Type.Object({
    total: Type.Integer(),
    refunded: Type.Integer(),
    failed: Type.Integer({ description: 'A person has to look: `failures` names the first hundred.' }),
    waiting: Type.Integer(),
  }),
  amount: nullable(MoneySchema),
  amount_refunded: nullable(MoneySchema),
  failures: Type.Array(
    Type.Object({ booking_id: Type.String(), step: Type.String(), reason: Type.String(), since: TimeSchema }),
  ),
})

export type Stock = { capacity: number; remaining: number }

export function presentHead(
  event: HouseEvent,
  stock: Stock | null | undefined,
  sales: SalesFigures | undefined,
): Record<string, unknown> {
  const { name, city, timezone } = event.venue
  const currency = event.sale?.currency ?? event.currency ?? 'EUR'
  return {
    event_id: event.eventId,
    organiser_id: event.organiserId,
    external_id: event.sourceId || null,
    revision: event.revision,
    status: event.status,
    name: nameIn(event),
    starts_at: new Date(event.startsAt).toISOString(),
    venue: { name, city, timezone },
    sales: {
      capacity: stock?.capacity ?? 0,
      remaining: stock?.remaining ?? 0,
      orders: sales?.orders ?? 0,
      tickets: sales?.tickets ?? 0,
      charged: { amount: sales?.charged ?? 0, currency },
      refunded: { amount: sales?.refunded ?? 0, currency },
    },
  }
}

export function presentOperatorEvent(
  event: HouseEvent,
  about: {
    layout: Layout | null
    ledger: LedgerNow | null
    stock: Stock | null | undefined
    sales: SalesFigures | undefined
  },
): Record<string, unknown> {
  const codes: Record<string, number> = {}
  for (const { opens } of event.sale?.codes ?? []) {
    const thing = opensText(opens)
    codes[thing] = (codes[thing] ?? 0) + 1
  }
  return {
    ...presentHead(event, about.stock, about.sales),
    opened: about.ledger !== null,
    codes,
    spec: specOf(event, about.layout, about.ledger, {
      time: (at) => new Date(at).toISOString(),
      amount: (minor) => minor,
    }),
  }
}

export function presentChanges(changes: readonly Change[]): Change[] {
  return changes.map(({ field, from, to }) => ({ field, from, to }))
}

export function presentHistory({ revision, at, by, changes }: HistoryEntry): Record<string, unknown> {
  return { revision, at: at.toISOString(), by, changes }
}

export function presentRefunds(foreseen: RefundsOfCancelling): Record<string, unknown> {
  const { orders, tickets, amount, currency, ordersInPayment } = foreseen
  return {
    ...{ orders, tickets, orders_in_payment: ordersInPayment },
    amount: currency === null ? null : { amount, currency },
  }
}

/** Of an event that nobody has cancelled. */
export function presentNoCancellation(eventId: string): Record<string, unknown> {
  return {
    event_id: eventId,
    state: 'none',
    ...{ reason: null, requested_by: null, message: null, requested_at: null, finished_at: null },
    orders: { total: 0, refunded: 0, failed: 0, waiting: 0 },
    ...{ amount: null, amount_refunded: null, failures: [] },
  }
}

export function presentCancellation(job: EventCancellation): Record<string, unknown> {
  const { currency } = job
  const money = (amount: number) => (currency === null ? null : { amount, currency })
  return {
    event_id: job.eventId,
    state: job.state,
    reason: job.reason,
    requested_by: job.by,
    message: job.message,
    requested_at: job.requestedAt.toISOString(),
    finished_at: job.finishedAt?.toISOString() ?? null,
    orders: {
      total: job.ordersTotal,
      refunded: job.refunded,
      failed: job.failed,
      waiting: job.waiting,
    },
    amount: money(job.amountTotal),
    amount_refunded: money(job.amountRefunded),
    failures: job.failures.map(({ orderId, step, reason, since }) => ({
      booking_id: orderId,
      step,
      reason,
      since: since.toISOString(),
    })),
  }
}

function nameIn(event: HouseEvent): string {
  const text = event.text[event.text.default]
  return typeof text === 'object' ? text.name : ''
}
