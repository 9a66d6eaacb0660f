import { Type } from 'typebox'
import { EventIdSchema, EventScopedIdSchema, MoneySchema, PriceSchema, TimeSchema } from './common.ts'

const SEATS_MAX = 500
const PLACES_MAX = 500

const PriceTypeId = Type.String({
  maxLength: 64,
  description: 'Of the event; its first one if it is left out.',
})
const SeatId = Type.String({ minLength: 1, maxLength: 128, examples: ['L-104-12-7'] })

export const ReservationRequestSchema = Type.Object(
  {
    event_id: EventIdSchema,
    seat_ids: Type.Optional(
      Type.Array(SeatId, { maxItems: SEATS_MAX, description: 'Seats at the first price type.' }),
    ),
    seats: Type.Optional(
      Type.Array(Type.Object({ seat_id: SeatId, price_type: Type.Optional(PriceTypeId) }), {
        maxItems: SEATS_MAX,
      }),
    ),
    best_available: Type.Optional(
      Type.Object({
        quantity: Type.Integer({ minimum: 1, maximum: PLACES_MAX }),
        category: Type.Optional(
          Type.String({ maxLength: 128, description: 'Name of a category; any if it is left out.' }),
        ),
        accessible: Type.Optional(
          Type.Boolean({ description: 'One accessible place, the others beside it.' }),
        ),
        price_type: Type.Optional(PriceTypeId),
      }),
    ),
    areas: Type.Optional(
      Type.Array(
        Type.Object({
          area_id: Type.String({ minLength: 1, maxLength: 128 }),
          quantity: Type.Integer({ minimum: 1, maximum: PLACES_MAX }),
          price_type: Type.Optional(PriceTypeId),
        }),
        { maxItems: 50 },
      ),
    ),
    access_code: Type.Optional(Type.String({ maxLength: 128 })),
  },
  {
    description: 'All or nothing. `best_available` goes alone.',
    examples: [{ event_id: '1042', seat_ids: ['L-104-12-7', 'L-104-12-8'] }],
  },
)

export const ReservationSchema = Type.Object({
  reservation_id: EventScopedIdSchema,
  event_id: EventIdSchema,
  status: Type.Union(
    ['HELD', 'PAYING', 'BOOKED', 'RELEASED', 'EXPIRED'].map((status) => Type.Literal(status)),
    { description: 'PAYING: time does not end it while a payment is under way.' },
  ),
  expires_at: TimeSchema,
  seats: Type.Array(
    Type.Object({
      seat_id: SeatId,
      section: Type.String(),
      row: Type.String(),
      number: Type.String(),
      category: Type.String(),
      price_type: Type.String(),
      price: MoneySchema,
    }),
  ),
  areas: Type.Array(
    Type.Object({
      area_id: Type.String(),
      name: Type.String(),
      quantity: Type.Integer(),
      category: Type.String(),
      price_type: Type.String(),
      price: MoneySchema,
    }),
  ),
  total: MoneySchema,
  breakdown: Type.Object(
    {
      tickets: MoneySchema,
      ticket_fees: MoneySchema,
      order_fee: MoneySchema,
      tax_included: MoneySchema,
    },
    { description: 'tickets + ticket_fees + order_fee = total; the tax is part of them.' },
  ),
  version: Type.Integer({ description: "Of the event's ledger, at which this was true." }),
})

export const SeatListSchema = Type.Object({
  event_id: EventIdSchema,
  version: Type.Integer(),
  seats: Type.Array(
    Type.Object({
      seat_id: SeatId,
      section: Type.String(),
      row: Type.String(),
      number: Type.String(),
      category: Type.String(),
      status: Type.Union(['AVAILABLE', 'HELD', 'BOOKED', 'BLOCKED'].map((status) => Type.Literal(status))),
      price: Type.Union([MoneySchema, Type.Null()]),
    }),
  ),
  areas: Type.Array(
    Type.Object({
      area_id: Type.String(),
      name: Type.String(),
      category: Type.String(),
      capacity: Type.Integer(),
      remaining: Type.Integer(),
      price: Type.Union([MoneySchema, Type.Null()]),
    }),
  ),
})

export const AvailabilitySchema = Type.Object({
  event_id: EventIdSchema,
  version: Type.Integer(),
  layout: Type.String({ description: 'Hash of the layout that the index order is of.' }),
  seats: Type.String({
    description:
      'base64; 2 bits a seat in index order, low bits first: 0 available, 1 held, 2 booked, 3 blocked.',
  }),
  areas: Type.Record(Type.String(), Type.Integer(), { description: 'What is left, by area_id.' }),
})

export const AccessCodeSchema = Type.String({ minLength: 1, maxLength: 128, examples: ['PRESS-2027-XK41'] })

export const OpenedByCodeSchema = Type.Object({
  event_id: EventIdSchema,
  opens: Type.Enum(['phase', 'allotment'], {
    description:
      'A phase: whatever is on open sale, while the phase runs. An allotment: its seats and places and no others, as long as it has any.',
  }),
  phase: Type.Union([Type.String(), Type.Null()], { description: 'Id of the phase that it opens.' }),
  is_open: Type.Boolean({
    description: 'False: the phase does not run, or the allotment is over. The code then counts for nothing.',
  }),
  version: Type.Integer(),
  layout: AvailabilitySchema.properties.layout,
  seats: Type.String({
    description:
      'As `seats` of the availability, for a hold with this code: 0 available, 1 held, 2 booked, 3 not to be had with it.',
  }),
  areas: Type.Record(Type.String(), Type.Integer(), {
    description:
      'What is left with this code, by area_id. Of an allotment: of the areas in which it has places.',
  }),
  tickets_per_buyer: Type.Integer({
    description:
      'The most tickets that one buyer may have with this code, those had or held already included: that of its phase or of the event, whichever is less.',
  }),
  prices: Type.Optional(
    Type.Array(PriceSchema, {
      description:
        'What tickets cost with this code, where phases of the sale have prices of their own; else `prices` of the event.',
    }),
  ),
})
