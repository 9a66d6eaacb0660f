import { Type, type Static } from 'typebox'
import {
  EventIdSchema,
  EventScopedIdSchema,
  MoneySchema,
  TimeSchema,
  UuidSchema,
  nextCursor,
} from './common.ts'

export const KEY_LENGTH_MAX = 255
export const TICKETS_PER_CANCEL_MAX = 500

const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()])

export const BookingRequestSchema = Type.Object({
  reservation_id: EventScopedIdSchema,
  payment_token: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 255,
      description: 'Names the means of payment at the provider. Not needed where nothing is to be paid.',
      examples: ['pm_card_visa'],
    }),
  ),
  payment_provider: Type.Optional(Type.String({ maxLength: 40, examples: ['stripe'] })),
  idempotency_key: Type.Optional(Type.String({ minLength: 1, maxLength: KEY_LENGTH_MAX })),
  buyer: Type.Optional(
    Type.Object({
      name: Type.Optional(Type.String({ maxLength: 200 })),
      email: Type.Optional(Type.String({ maxLength: 254, pattern: '^[^@\\s]+@[^@\\s]+$' })),
      locale: Type.Optional(Type.String({ maxLength: 35, pattern: '^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$' })),
    }),
  ),
  return_url: Type.Optional(Type.String({ maxLength: 2000, pattern: '^https?://' })),
})
export type BookingRequestBody = Static<typeof BookingRequestSchema>

export const CancelRequestSchema = Type.Object({
  ticket_ids: Type.Optional(
    Type.Array(EventScopedIdSchema, { minItems: 1, maxItems: TICKETS_PER_CANCEL_MAX, uniqueItems: true }),
  ),
})

const PlaceSchema = Type.Object({
  seat_id: nullable(Type.String()),
  area_id: nullable(Type.String()),
  section: nullable(Type.String()),
  row: nullable(Type.String()),
  number: nullable(Type.String()),
  category: nullable(Type.String()),
  price_type: nullable(Type.String()),
  price: MoneySchema,
})

const TicketSchema = Type.Object({
  ticket_id: EventScopedIdSchema,
  status: Type.Union([Type.Literal('pending'), Type.Literal('valid'), Type.Literal('void')]),
  code: nullable(Type.String({ description: 'The signed text of the QR code, once the ticket is valid.' })),
  serial: nullable(Type.Integer()),
  ...PlaceSchema.properties,
})

export const BookingSchema = Type.Object({
  booking_id: UuidSchema,
  status: Type.Union([
    Type.Literal('PENDING'),
    Type.Literal('CONFIRMED'),
    Type.Literal('FAILED'),
    Type.Literal('CANCELLED'),
  ]),
  event_id: EventIdSchema,
  event_name: Type.String(),
  starts_at: nullable(TimeSchema),
  reservation_id: EventScopedIdSchema,
  seats: Type.Array(PlaceSchema, { description: 'Numbered seats, a line each.' }),
  areas: Type.Array(Type.Object({ ...PlaceSchema.properties, quantity: Type.Integer() })),
  total: MoneySchema,
  breakdown: Type.Object({
    tickets: MoneySchema,
    order_fee: MoneySchema,
    fees: MoneySchema,
    tax: MoneySchema,
  }),
  tickets: Type.Array(TicketSchema),
  payment: Type.Object({
    provider: nullable(Type.String()),
    status: Type.Enum(['none', 'pending', 'authorized', 'captured', 'declined', 'returned']),
  }),
  refunded: Type.Object({
    status: Type.Enum(['none', 'pending', 'partial', 'full']),
    ...MoneySchema.properties,
  }),
  failure: nullable(Type.Object({ code: Type.String(), decline_code: nullable(Type.String()) })),
  next_action: nullable(
    Type.Union([
      Type.Object({ type: Type.Literal('redirect'), url: Type.String() }),
      Type.Object({ type: Type.Literal('stripe'), client_secret: Type.String() }),
    ]),
  ),
  livemode: Type.Boolean({
    description: 'False where the money was the sandbox’s: such tickets admit nobody live.',
  }),
  created_at: TimeSchema,
  settled_at: nullable(TimeSchema),
  cancelled_at: nullable(TimeSchema),
})
export type BookingBody = Static<typeof BookingSchema>

export const BookingPageSchema = Type.Object({ items: Type.Array(BookingSchema), next_cursor: nextCursor })
