import { Type } from 'typebox'

/** RFC 3339 in UTC. */
export const TimeSchema = Type.String({ format: 'date-time', examples: ['2027-03-19T19:30:00Z'] })

export const MoneySchema = Type.Object(
  {
    amount: Type.Integer({ description: 'In minor units of the currency (cents; yen have none).' }),
    currency: Type.String({ description: 'ISO 4217.', pattern: '^[A-Z]{3}$' }),
  },
  {
    description: 'Fees and taxes included unless the field says otherwise.',
    examples: [{ amount: 4500, currency: 'EUR' }],
  },
)

/** What a ticket of one category and price type costs. */
export const PriceSchema = Type.Object({
  category: Type.String(),
  category_index: Type.Integer(),
  price_type: Type.String(),
  price: MoneySchema,
  fee_included: MoneySchema,
  tax_included: MoneySchema,
})

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'

export const EventIdSchema = Type.String({
  pattern: '^[1-9][0-9]{0,15}$',
  description: 'Opaque to clients.',
  examples: ['1042'],
})

export const UuidSchema = Type.String({
  pattern: `^${UUID}$`,
  examples: ['01932d6e-7c1a-7f3e-9b52-6f1f8f2c4d10'],
})

/** Of a reservation or a ticket. */
export const EventScopedIdSchema = Type.String({
  pattern: `^[1-9][0-9]{0,15}\\.${UUID}$`,
  description: 'Opaque to clients.',
  examples: ['1042.01932d6e-7c1a-7f3e-9b52-6f1f8f2c4d10'],
})

export const LIMIT_MAX = 100
export const LIMIT_DEFAULT = 20

/** What every list takes in its query. */
export const pageQuery = {
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: LIMIT_MAX,
      description: `Items a page; ${LIMIT_DEFAULT} if it is left out.`,
    }),
  ),
  cursor: Type.Optional(
    Type.String({
      maxLength: 4_096,
      description: '`next_cursor` of the page before. Opaque; good for an hour.',
    }),
  ),
}

/** What every list answers. */
export const nextCursor = Type.Union([Type.String(), Type.Null()], {
  description: 'Null on the last page.',
})
