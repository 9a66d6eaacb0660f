import { Type, type Static } from 'typebox'
import { TimeSchema, UuidSchema } from './common.ts'
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

export const ExportSchema = Type.Object(
  { made_at: TimeSchema },
  {
    additionalProperties: true,
    description:
      'All that is stored about the person: `people` (what they told), `money` (orders, payments, refunds), `inventory` (holds and tickets, an event each), `delivery` (which mails went out), `catalog` (names of the events that the others mention).',
  },
)

export const PasskeySchema = Type.Object({
  passkey_id: Type.String(),
  created_at: TimeSchema,
  last_used_at: orNull(TimeSchema),
})

export const PasskeysSchema = Type.Object({ items: Type.Array(PasskeySchema) })
