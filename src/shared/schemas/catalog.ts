import { Type } from 'typebox'
import {
  EventIdSchema,
  MoneySchema,
  PriceSchema,
  TimeSchema,
  UuidSchema,
  nextCursor,
  pageQuery,
} from './common.ts'

export const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()])

/** PostgreSQL knows no year 0, and no offset beyond 15 hours; nobody lives beyond 14. */
const DAY = '(?!0000)\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])'
const DayOrTime = (description: string) =>
  Type.String({
    pattern: `^${DAY}([T ]([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d(\\.\\d+)?)?(Z|[+-](0\\d|1[0-4]):[0-5]\\d))?$`,
    maxLength: 40,
    description,
    examples: ['2027-03-19', '2027-03-19T18:00:00Z'],
  })

export const EventQuerySchema = Type.Object(
  {
    keyword: Type.Optional(
      Type.String({
        maxLength: 200,
        description:
          'Words of the name, performers, works, composers, venue or city, and days: "beethoven 9 tonight". Mistyped words are corrected.',
        examples: ['dvorak new world', 'mahler 5 saturday'],
      }),
    ),
    city: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        description:
          'Or the city around it. Capitals and accents do not matter; many German names are known, too.',
        examples: ['Vienna', 'wien'],
      }),
    ),
    from: Type.Optional(DayOrTime("A bare date means the venue's day. Without it the list begins now.")),
    to: Type.Optional(DayOrTime("A bare date means the venue's whole day.")),
    genre: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        description: 'Capitals do not matter, here and in `type`.',
      }),
    ),
    type: Type.Optional(Type.String({ maxLength: 40, examples: ['concert', 'film'] })),
    near: Type.Optional(
      Type.String({
        pattern: '^-?\\d{1,2}(\\.\\d+)?, ?-?\\d{1,3}(\\.\\d+)?$',
        maxLength: 60,
        description: 'Latitude and longitude in degrees.',
        examples: ['40.77,-73.98'],
      }),
    ),
    radius_km: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, maximum: 20_100, description: '25 if it is left out.' }),
    ),
    price_max: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 2_147_483_647,
        description: 'In minor units; compared with `price_from`.',
      }),
    ),
    production: Type.Optional(UuidSchema),
    sale: Type.Optional(
      Type.Enum(['on_sale', 'soon'], {
        description: '`on_sale`: can be bought now; `soon`: the sale begins at a known time to come.',
      }),
    ),
    sort: Type.Optional(
      Type.Enum(['relevance', 'date', 'name', 'price', 'on_sale', 'newest'], {
        description:
          'With a keyword `relevance`, else `date`, if it is left out. `on_sale`: the next sale first; `newest`: the latest announcement first.',
      }),
    ),
    ...pageQuery,
  },
  { additionalProperties: true },
)

const Status = Type.Enum(['published', 'postponed', 'cancelled', 'ended'])
const Precision = Type.Enum(['time', 'day'], {
  description: '`day`: only the day is known, and `starts_at` is where it begins at the venue.',
})
const AvailabilityWord = Type.Enum(['available', 'few_left', 'sold_out'], {
  description: '`few_left`: a tenth or less. May be 5 s old.',
})
const Sale = Type.Enum(['announced', 'on_sale', 'ended'])
const PerformerSchema = Type.Object({
  name: Type.String(),
  kind: Type.Enum(['person', 'group']),
  role: nullable(Type.String()),
})
const day = Type.String({ pattern: `^${DAY}$`, description: "The venue's day." })

const imageUrl = {
  description: 'What the organiser named; `picture` is what was fetched from there or uploaded.',
}

export const PictureSchema = Type.Object(
  {
    alt: nullable(
      Type.String({ description: 'What it shows; null: nothing that the words beside it do not say.' }),
    ),
    width: Type.Integer({ description: 'Pixels of the largest, as height.' }),
    height: Type.Integer(),
    sources: Type.Array(Type.Object({ url: Type.String(), width: Type.Integer() }), {
      description: 'WebP, the smallest first, all of one shape. Another picture has other addresses.',
    }),
    preview_url: Type.String({ description: 'JPEG of 1200 × 630 pixels for link previews.' }),
  },
  { description: 'Addresses are below this server’s; what is there never changes.' },
)

export const EventItemSchema = Type.Object({
  event_id: EventIdSchema,
  production_id: nullable(UuidSchema),
  name: Type.String(),
  type: Type.String(),
  genres: Type.Array(Type.String()),
  status: Status,
  starts_at: TimeSchema,
  starts_at_precision: Precision,
  starts_on: day,
  on_sale_at: nullable(TimeSchema),
  sale: Sale,
  venue: Type.Object({
    name: Type.String(),
    city: Type.String(),
    country: nullable(Type.String()),
    timezone: Type.String(),
  }),
  room: nullable(Type.String()),
  performers: Type.Array(PerformerSchema, { description: 'The first few.' }),
  image_url: nullable(Type.String(imageUrl)),
  picture: nullable(PictureSchema),
  price_from: nullable(MoneySchema),
  availability: AvailabilityWord,
  score: Type.Number({ description: 'How well the keyword fits the name; 0 without one.' }),
})

const facet = Type.Array(Type.Object({ value: Type.String(), count: Type.Integer() }))

export const EventListSchema = Type.Object({
  items: Type.Array(EventItemSchema),
  next_cursor: nextCursor,
  total: Type.Integer({ description: 'Events that fit the filters, on all pages.' }),
  counts_capped: Type.Boolean({
    description: 'More than 10,000 fit: `total` and the counts of the facets mean "at least".',
  }),
  understood: Type.Optional(
    Type.Object(
      {
        words: Type.Array(Type.String()),
        corrected: Type.Array(Type.Object({ from: Type.String(), to: Type.String() })),
        ignored: Type.Array(Type.String(), { description: 'Words that no event has.' }),
        days: nullable(Type.Object({ from: Type.String(), to: Type.String() })),
      },
      { description: 'How the keyword was read.' },
    ),
  ),
  facets: Type.Object({ city: facet, genre: facet, type: facet }),
})

export const EventSchema = Type.Object({
  event_id: EventIdSchema,
  production_id: nullable(UuidSchema),
  organiser_id: UuidSchema,
  revision: Type.Integer({ description: 'Rises with every change of the event.' }),
  name: Type.String(),
  names: Type.Record(Type.String(), Type.String(), {
    description: 'By language; `default` names one of them.',
  }),
  description: nullable(Type.String()),
  type: Type.String(),
  genres: Type.Array(Type.String()),
  status: Status,
  starts_at: TimeSchema,
  starts_at_precision: Precision,
  starts_on: day,
  doors_at: nullable(TimeSchema),
  duration_minutes: nullable(Type.Integer()),
  venue: Type.Object({
    venue_id: UuidSchema,
    name: Type.String(),
    street: nullable(Type.String()),
    city: Type.String(),
    metro: nullable(Type.String()),
    region: nullable(Type.String()),
    country: nullable(Type.String({ description: 'ISO 3166-1 alpha-2.' })),
    timezone: Type.String({ description: 'IANA.' }),
    lat: nullable(Type.Number()),
    lon: nullable(Type.Number()),
  }),
  room: nullable(Type.String()),
  performers: Type.Array(PerformerSchema),
  works: Type.Array(Type.Object({ title: Type.String(), composer: nullable(Type.String()) })),
  image_url: nullable(Type.String(imageUrl)),
  picture: nullable(PictureSchema),
  sale: Sale,
  on_sale_at: nullable(TimeSchema),
  on_sale_until: nullable(TimeSchema),
  phases: Type.Array(
    Type.Object({
      id: Type.String(),
      starts_at: nullable(TimeSchema),
      ends_at: nullable(TimeSchema),
      access: Type.Enum(['open', 'code']),
      tickets_per_buyer: nullable(
        Type.Integer({
          description:
            'The most tickets that one buyer may have in this phase; null: as many as of the event.',
        }),
      ),
      price_from: nullable(MoneySchema),
      prices: Type.Optional(
        Type.Array(PriceSchema, {
          description:
            'All that is sold in this phase, where any phase has prices of its own; else `prices` of the event.',
        }),
      ),
    }),
    {
      description:
        'Phases of the sale within `on_sale_at` and `on_sale_until`: `code` is for holders of an access code. None: the whole time is open to all.',
    },
  ),
  takes_codes: Type.Boolean({
    description: 'Some access code opens a phase, or kept seats or places of it.',
  }),
  availability: AvailabilityWord,
  price_from: nullable(MoneySchema),
  currency: Type.String(),
  layout_hash: nullable(Type.String()),
  layout_url: nullable(Type.String()),
  places: nullable(
    Type.Object(
      {
        seats: Type.Integer({ description: 'Seats with a number of their own.' }),
        areas: Type.Integer({ description: 'Areas where one stands or sits freely.' }),
        wheelchair: Type.Integer({ description: 'Of the seats.' }),
        companion: Type.Integer({ description: 'Of the seats.' }),
      },
      { description: 'How many places of each kind the layout has, sold or not; null without one.' },
    ),
  ),
  categories: Type.Array(
    Type.Object({
      index: Type.Integer({ description: "In the layout's categories." }),
      name: Type.String(),
      color: Type.String(),
    }),
  ),
  price_types: Type.Array(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      min_per_order: Type.Integer(),
      max_per_order: nullable(Type.Integer()),
    }),
  ),
  prices: Type.Array(PriceSchema, {
    description:
      'Where phases have prices of their own: those of the phase that runs, or of the next one where none does, as `price_from`.',
  }),
  prices_until: nullable(
    Type.String({
      format: 'date-time',
      description: 'When `prices` and `price_from` change next, because a phase begins or ends.',
    }),
  ),
  order_fee: MoneySchema,
  fees: Type.Array(
    Type.Object({
      name: Type.String(),
      per: Type.Enum(['ticket', 'order']),
      amount: MoneySchema,
      rate: Type.Number({ description: 'Share of the face value: 0.05 is 5 %.' }),
      refundable: Type.Boolean(),
    }),
  ),
  taxes: Type.Array(Type.Object({ name: Type.String(), rate: Type.Number(), included: Type.Boolean() })),
  limits: Type.Object({
    tickets_per_buyer: Type.Integer(),
    hold_seconds: Type.Integer(),
    extensions_max: Type.Integer(),
    extension_seconds: Type.Integer(),
    no_orphan_seats: Type.Boolean(),
  }),
  identity_required: Type.Enum(['guest', 'email']),
  refund: Type.Object({ allowed: Type.Boolean(), until: nullable(TimeSchema) }),
  queue: Type.Object({ state: Type.String() }),
})
