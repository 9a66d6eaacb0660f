import { Type, type Static, type TSchema } from 'typebox'
import { HOLD_SECONDS_MAX, HOLD_SECONDS_MIN } from '../../shared/hold-seconds.ts'
import { TimeSchema } from '../../shared/schemas/common.ts'

/** What one event may have. */
export const PRICE_TYPES_MAX = 50
export const PHASES_MAX = 50
export const ALLOTMENTS_MAX = 200
export const RULES_MAX = 20
/** Codes that one request or file names, and the letters of one. */
export const CODES_MAX = 5_000
/** Letters of an access code: shorter ones are found by trying. */
const CODE_LENGTH_MIN = 8
const CODE_LENGTH_MAX = 64
const SELECTORS_MAX = 20_000
const PLACES_MAX = 10_000_000
const TEXT_LENGTH_MAX = 500
const DESCRIPTION_LENGTH_MAX = 20_000
/** Minor units: a price must stay a 32-bit number with fees and taxes on top of it. */
export const FACE_AMOUNT_MAX = 500_000_000

const Optional = Type.Optional
const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const text = (maxLength = TEXT_LENGTH_MAX) => Type.String({ minLength: 1, maxLength })
const inLanguages = (maxLength: number) =>
  Type.Union(
    [
      text(maxLength),
      Type.Record(Type.String({ pattern: '^[a-z]{2,8}(-[A-Za-z0-9]{1,8})*$' }), text(maxLength)),
    ],
    {
      description: 'A text, or one a language: {"en": "…", "de": "…"}.',
    },
  )
/** Of rows and seats: written as a number as often as as a word. */
const Label = Type.Union([Type.String({ minLength: 1, maxLength: 200 }), Type.Integer()])

const SeatSelector = Type.Union(
  [
    Type.String({ minLength: 1, maxLength: 200, description: 'A seat by its id.' }),
    Type.Object(
      {
        section: Type.String({ minLength: 1, maxLength: 200 }),
        row: Optional(Label),
        rows: Optional(Type.Array(Label, { minItems: 1, maxItems: 500 })),
        seats: Optional(
          Type.Union([Label, Type.Array(Label, { minItems: 1, maxItems: 1_000 })], {
            description:
              'Numbers as they stand on the seats: "1-12", "4,7,9", [1, 2]. All of the row if left out.',
          }),
        ),
      },
      { additionalProperties: false },
    ),
  ],
  { examples: [{ section: 'Orchestra', row: 'A', seats: '1-12' }] },
)
export type SeatSelector = Static<typeof SeatSelector>
export const SeatSelectors = Type.Array(SeatSelector, { maxItems: SELECTORS_MAX })

export const CodeSchema = Type.Object({
  code: Type.String({
    minLength: CODE_LENGTH_MIN,
    maxLength: CODE_LENGTH_MAX,
    pattern: '^\\S+$',
    examples: ['PRESS-2027'],
  }),
  uses: Optional(
    Type.Union([Type.Integer({ minimum: 1, maximum: 1_000_000 }), Type.Null()], {
      description:
        'Orders that it is good for, those held at the moment included; one that expires or is given back whole gives its use back. 1 if left out; null: any number, for a code that many people share.',
    }),
  ),
})

/** How amounts and moments are written, and whether a member that nobody knows is a mistake. */
export type Dialect = { amount: TSchema; moment: TSchema; strict: boolean }

/** As everywhere in the API: minor units, RFC 3339. */
export const API: Dialect = {
  amount: Type.Integer({
    minimum: 0,
    maximum: FACE_AMOUNT_MAX,
    description: 'In minor units of the currency.',
  }),
  moment: TimeSchema,
  strict: false,
}

/** As people write: 45.00, and the clock on the venue's wall. */
export const FILE: Dialect = {
  amount: Type.Union([
    Type.Number({ minimum: 0 }),
    Type.String({ pattern: '^\\d{1,9}(\\.\\d{1,4})?$', examples: ['45.00'] }),
  ]),
  moment: Type.String({ minLength: 10, maxLength: 40 }),
  strict: true,
}

/** The members of an event's description, in the order in which a file has them. All may be left out. */
function specMembers(dialect: Dialect) {
  return { ...eventMembers(dialect), ...saleMembers(dialect), ...phaseMembers(dialect) }
}

function objectIn({ strict }: Dialect) {
  return <P extends Record<string, TSchema>>(members: P) =>
    Type.Object(members, strict ? { additionalProperties: false } : {})
}

/** What takes place, where and when. */
function eventMembers(dialect: Dialect) {
  const object = objectIn(dialect)
  const { moment } = dialect
  return {
    event_id: Optional(Type.Union([Type.String(), Type.Integer()])),
    external_id: Optional(
      Type.String({ minLength: 1, maxLength: 300, description: 'Yours; unique in your house.' }),
    ),
    status: Optional(Type.Enum(['draft', 'published', 'postponed', 'cancelled'])),
    name: Optional(inLanguages(TEXT_LENGTH_MAX)),
    description: Optional(nullable(inLanguages(DESCRIPTION_LENGTH_MAX))),
    language: Optional(
      Type.String({
        pattern: '^[a-z]{2,8}(-[A-Za-z0-9]{1,8})*$',
        description: 'Of plain texts.',
        examples: ['en', 'de-AT'],
      }),
    ),
    type: Optional(Type.String({ pattern: '^[a-z][a-z-]{0,39}$', examples: ['concert'] })),
    genres: Optional(Type.Array(text(100), { maxItems: 50 })),
    image_url: Optional(
      nullable(
        Type.String({
          pattern: '^(https?://|/)\\S+$',
          maxLength: 1_000,
          examples: ['https://example.org/a.jpg'],
        }),
      ),
    ),
    start: Optional(
      Type.String({
        minLength: 10,
        maxLength: 40,
        description: "A moment with its offset, the venue's own time, or only the venue's day.",
        examples: ['2027-05-04T20:00:00+02:00', '2027-05-04 20:00', '2027-05-04'],
      }),
    ),
    doors: Optional(nullable(moment)),
    duration_minutes: Optional(nullable(Type.Integer({ minimum: 1, maximum: 100_000 }))),
    venue: Optional(
      object({
        name: text(300),
        city: text(200),
        street: Optional(nullable(text(300))),
        region: Optional(nullable(text(200))),
        country: Optional(
          nullable(
            Type.String({ pattern: '^[A-Z]{2}$', description: 'ISO 3166-1 alpha-2.', examples: ['AT'] }),
          ),
        ),
        timezone: Optional(
          Type.String({
            maxLength: 60,
            description: 'IANA; may be left out for large cities.',
            examples: ['Europe/Vienna'],
          }),
        ),
        lat: Optional(nullable(Type.Number({ minimum: -90, maximum: 90 }))),
        lon: Optional(nullable(Type.Number({ minimum: -180, maximum: 180 }))),
      }),
    ),
    room: Optional(nullable(text(200))),
    production: Optional(nullable(object({ id: text(300), name: text(300) }))),
    performers: Optional(
      Type.Array(
        object({
          name: text(300),
          kind: Optional(Type.Enum(['person', 'group'])),
          role: Optional(nullable(text(200))),
        }),
        { maxItems: 500 },
      ),
    ),
    works: Optional(
      Type.Array(object({ title: text(), composer: Optional(nullable(text(300))) }), { maxItems: 500 }),
    ),
  }
}

/** What is sold, at which price. */
function saleMembers(dialect: Dialect) {
  const object = objectIn(dialect)
  const { amount, moment } = dialect
  const price = Type.Union([amount, Type.Record(Type.String(), nullable(amount))], {
    description: 'One price for every price type, or one for each; null: not sold at it. Face values.',
  })
  return {
    layout: Optional(
      Type.String({
        minLength: 1,
        maxLength: 1_000,
        description: 'The hash of an imported layout, or the name of a built-in hall.',
      }),
    ),
    currency: Optional(Type.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217.', examples: ['EUR'] })),
    on_sale: Optional(
      object({
        from: Optional(nullable(moment)),
        until: Optional(nullable(moment)),
      }),
    ),
    limits: Optional(
      object({
        tickets_per_buyer: Optional(Type.Integer({ minimum: 1, maximum: 1_000 })),
        hold_seconds: Optional(Type.Integer({ minimum: HOLD_SECONDS_MIN, maximum: HOLD_SECONDS_MAX })),
        extensions: Optional(Type.Integer({ minimum: 0, maximum: 100 })),
        extension_seconds: Optional(Type.Integer({ minimum: HOLD_SECONDS_MIN, maximum: HOLD_SECONDS_MAX })),
        no_orphan_seats: Optional(Type.Boolean()),
      }),
    ),
    identity: Optional(
      Type.Enum(['guest', 'email'], { description: '`email`: buyers verify a mail address first.' }),
    ),
    refund: Optional(
      object({
        allowed: Optional(Type.Boolean()),
        until: Optional(
          Type.Union([moment, Type.Null()], { description: 'Null: until a day before the start.' }),
        ),
      }),
    ),
    price_types: Optional(
      Type.Array(
        object({
          id: Type.String({ pattern: '^[a-z0-9][a-z0-9_-]{0,39}$', examples: ['adult', 'early-bird'] }),
          name: inLanguages(100),
          min: Optional(Type.Integer({ minimum: 0, maximum: 1_000, description: 'Of it an order.' })),
          max: Optional(nullable(Type.Integer({ minimum: 1, maximum: 1_000 }))),
        }),
        { minItems: 1, maxItems: PRICE_TYPES_MAX },
      ),
    ),
    prices: Optional(Type.Record(Type.String(), price, { description: "By the layout's category." })),
    fees: Optional(
      Type.Array(
        object({
          name: text(100),
          per: Type.Enum(['ticket', 'order']),
          amount: Optional(amount),
          percent: Optional(
            Type.Number({ minimum: 0, maximum: 100, description: 'Of the face value; tickets only.' }),
          ),
          refundable: Optional(Type.Boolean()),
        }),
        { maxItems: RULES_MAX },
      ),
    ),
    taxes: Optional(
      Type.Array(
        object({
          name: text(100),
          percent: Type.Number({ minimum: 0, maximum: 100 }),
          included: Type.Boolean({ description: 'Whether prices contain it; else it is added.' }),
          on: Optional(Type.Enum(['all', 'tickets', 'fees'])),
        }),
        { maxItems: RULES_MAX },
      ),
    ),
  }
}

/** To whom, and what is kept back. */
function phaseMembers(dialect: Dialect) {
  const object = objectIn(dialect)
  const { amount, moment } = dialect
  const price = Type.Union([amount, Type.Record(Type.String(), amount)])
  const code = object(CodeSchema.properties)
  const codes = Optional(Type.Array(code, { maxItems: CODES_MAX }))
  return {
    phases: Optional(
      Type.Array(
        object({
          id: Type.String({ pattern: '^[a-z0-9][a-z0-9_-]{0,39}$', examples: ['adult', 'early-bird'] }),
          from: Optional(nullable(moment)),
          until: Optional(nullable(moment)),
          access: Optional(Type.Enum(['open', 'code'])),
          tickets_per_buyer: Optional(nullable(Type.Integer({ minimum: 1, maximum: 1_000 }))),
          capacity: Optional(nullable(Type.Integer({ minimum: 1, maximum: 10_000_000 }))),
          prices: Optional(
            Type.Record(Type.String(), price, {
              description:
                'What costs something else in this phase, by category: one price for all price types that it is sold at, or one for each that is named. Face values. What has no general price is sold in no phase. Left out: they stay; {}: the general prices.',
              examples: [{ Center: { adult: 3_500 } }],
            }),
          ),
          codes,
        }),
        {
          maxItems: PHASES_MAX,
          description:
            'Where there are phases, tickets are sold within them only. `prices` or `codes` left out: they stay.',
        },
      ),
    ),
    allotments: Optional(
      Type.Array(object(allotmentMembers(dialect)), {
        maxItems: ALLOTMENTS_MAX,
        description:
          'Seats and places kept back for somebody. `seats`, `areas` or `codes` left out: they stay. Those not named end.',
      }),
    ),
    blocked: Optional(SeatSelectors),
  }
}

function allotmentMembers({ moment, strict }: Dialect) {
  const code = Type.Object(CodeSchema.properties, strict ? { additionalProperties: false } : {})
  return {
    name: text(100),
    release: Optional(nullable(moment)),
    seats: Optional(SeatSelectors),
    areas: Optional(
      Type.Record(Type.String(), Type.Integer({ minimum: 0, maximum: PLACES_MAX }), {
        description:
          'Places of areas of general admission, sold ones included, by name or `area_id`: {"Pit": 200}. An area that is not named has none.',
      }),
    ),
    codes: Optional(Type.Array(code, { maxItems: CODES_MAX })),
  }
}

/** A description as it may stand in a file. */
export const FileSpec = Type.Object(specMembers(FILE), { additionalProperties: false })
const API_MEMBERS = specMembers(API)
export const ApiSpec = Type.Object(API_MEMBERS)
const { name: _name, ...ALLOTMENT_MEMBERS } = allotmentMembers(API)
export { ALLOTMENT_MEMBERS, API_MEMBERS }

export type Amount = number | string
export type CodeSpec = { code: string; uses?: number | null }

/** Either dialect, once its schema has looked at it. */
export type Spec = Omit<
  Static<typeof FileSpec>,
  'doors' | 'on_sale' | 'refund' | 'prices' | 'fees' | 'phases' | 'allotments'
> & {
  doors?: string | null
  on_sale?: { from?: string | null; until?: string | null }
  refund?: { allowed?: boolean; until?: string | null }
  prices?: Record<string, Amount | Record<string, Amount | null>>
  fees?: { name: string; per: 'ticket' | 'order'; amount?: Amount; percent?: number; refundable?: boolean }[]
  phases?: PhaseSpec[]
  allotments?: AllotmentSpec[]
}
export type PhaseSpec = {
  id: string
  from?: string | null
  until?: string | null
  access?: 'open' | 'code'
  tickets_per_buyer?: number | null
  capacity?: number | null
  prices?: Record<string, Amount | Record<string, Amount>>
  codes?: CodeSpec[]
}
export type AllotmentSpec = {
  name: string
  release?: string | null
  seats?: SeatSelector[]
  areas?: Record<string, number>
  codes?: CodeSpec[]
}
