import { Type, type Static } from 'typebox'
import {
  EventIdSchema,
  EventScopedIdSchema,
  MoneySchema,
  TimeSchema,
  UuidSchema,
  nextCursor,
} from './common.ts'
import { EmailSchema, LocaleSchema, PersonNameSchema } from './sessions.ts'

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
      name: Type.Optional(PersonNameSchema),
      email: Type.Optional(EmailSchema),
      locale: Type.Optional(LocaleSchema),
    }),
  ),
  return_url: Type.Optional(
    Type.String({ maxLength: 2000, pattern: '^https?://', examples: ['https://tickets.example.org/thanks'] }),
  ),
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
  refundable: Type.Object(MoneySchema.properties, {
    description: 'What comes back when this ticket is given back: its price without the fees that stay.',
  }),
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
  breakdown: Type.Object(
    {
      tickets: MoneySchema,
      ticket_fees: MoneySchema,
      order_fee: MoneySchema,
      order_fee_refundable: Type.Object(MoneySchema.properties, {
        description: 'Of the order’s fee, what comes back with its last ticket.',
      }),
      tax_included: MoneySchema,
    },
    {
      description:
        'As in the reservation: tickets + ticket_fees + order_fee = total; the tax is part of them.',
    },
  ),
  tickets: Type.Array(TicketSchema),
  payment: Type.Object({
    provider: nullable(Type.String()),
    status: Type.Enum(['none', 'pending', 'authorized', 'captured', 'declined', 'returned', 'refunded']),
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
  version: nullable(
    Type.Integer({
      description: "The event's version at which the tickets became valid, or were moved last; null before.",
    }),
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

const SEAT_EXAMPLE = {
  seat_id: 'stalls-a-12',
  area_id: null,
  section: 'Stalls',
  row: 'A',
  number: '12',
  category: 'Front',
  price_type: 'adult',
  price: { amount: 4500, currency: 'EUR' },
}
const EUR = (amount: number) => ({ amount, currency: 'EUR' })

export const BOOKING_EXAMPLE: BookingBody = {
  booking_id: '01932d70-2f60-7a53-8b1c-54c3e6a0b7d1',
  status: 'CONFIRMED',
  event_id: '1042',
  event_name: 'Mahler, Symphony No. 2',
  starts_at: '2027-03-19T19:30:00.000Z',
  reservation_id: '1042.01932d6e-7c1a-7f3e-9b52-6f1f8f2c4d10',
  seats: [SEAT_EXAMPLE],
  areas: [],
  total: EUR(4650),
  breakdown: {
    tickets: EUR(4100),
    ticket_fees: EUR(400),
    order_fee: EUR(150),
    order_fee_refundable: EUR(0),
    tax_included: EUR(304),
  },
  tickets: [
    {
      ticket_id: '1042.01932d70-2f61-7c0e-9d2f-1b7e7a3c5f20',
      status: 'valid',
      code: 'AQAAABI6ZTI',
      serial: 17,
      ...SEAT_EXAMPLE,
      refundable: EUR(4100),
    },
  ],
  payment: { provider: 'stripe', status: 'captured' },
  refunded: { status: 'none', amount: 0, currency: 'EUR' },
  failure: null,
  next_action: null,
  version: 3,
  livemode: false,
  created_at: '2026-11-22T10:00:00.000Z',
  settled_at: '2026-11-22T10:00:01.000Z',
  cancelled_at: null,
}
