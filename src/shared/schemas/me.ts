import { Type, type Static } from 'typebox'
import { EventIdSchema, TimeSchema, UuidSchema } from './common.ts'
import { LocaleSchema, PersonNameSchema } from './sessions.ts'

const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()])

export const ProfileSchema = Type.Object({
  user_id: UuidSchema,
  kind: Type.Union([Type.Literal('guest'), Type.Literal('account')]),
  name: orNull(Type.String()),
  email: orNull(Type.String()),
  email_verified: Type.Boolean(),
  phone: orNull(Type.String()),
  locale: orNull(Type.String()),
  passkeys: Type.Integer(),
})
export type ProfileDocument = Static<typeof ProfileSchema>

export const ProfileChangeSchema = Type.Object({
  name: Type.Optional(PersonNameSchema),
  phone: Type.Optional(
    Type.String({ maxLength: 40, pattern: '^[+0-9][0-9 ()./-]*$', examples: ['+43 1 5550100'] }),
  ),
  locale: Type.Optional(LocaleSchema),
})

/** Rows as they are stored: their columns may grow without the contract's changing. */
const RowsSchema = Type.Array(Type.Object({}, { additionalProperties: true }))

export const ExportSchema = Type.Object(
  {
    made_at: TimeSchema,
    people: Type.Object(
      {
        user_id: UuidSchema,
        name: orNull(Type.String()),
        email: orNull(Type.String()),
        email_verified_at: orNull(TimeSchema),
        email_hash: orNull(
          Type.String({ description: 'What tickets are counted by; made of the address with a key.' }),
        ),
        phone: orNull(Type.String()),
        locale: orNull(Type.String()),
        created_at: orNull(TimeSchema),
        updated_at: orNull(TimeSchema),
        consents: RowsSchema,
        events: RowsSchema,
        passkeys: RowsSchema,
        guests_taken_over: RowsSchema,
      },
      { description: 'What the person told, and what was noted about them.' },
    ),
    money: Type.Object(
      { orders: RowsSchema, remembered_requests: RowsSchema },
      { description: 'Orders with their lines, payments and refunds.' },
    ),
    inventory: Type.Object({ events: RowsSchema }, { description: 'Holds and tickets, an event each.' }),
    delivery: Type.Object({ mails: RowsSchema }, { description: 'Which mails went out.' }),
    catalog: Type.Object(
      { events: Type.Array(Type.Object({ event_id: EventIdSchema, name: Type.String() })) },
      { description: 'Names of the events that the others mention.' },
    ),
  },
  { additionalProperties: true, description: 'All that is stored about the person.' },
)

export const PasskeySchema = Type.Object({
  passkey_id: Type.String(),
  created_at: TimeSchema,
  last_used_at: orNull(TimeSchema),
})

export const PasskeysSchema = Type.Object({ items: Type.Array(PasskeySchema) })
