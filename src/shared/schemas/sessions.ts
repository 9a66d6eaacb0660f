import { Type, type Static } from 'typebox'
import { EventScopedIdSchema, UuidSchema } from './common.ts'

export const SessionRequestSchema = Type.Object({
  cookie: Type.Optional(
    Type.Boolean({
      description:
        'For web pages: the token is set as an HttpOnly, SameSite cookie and left out of the answer, where no script can read it.',
    }),
  ),
})

export const SessionStartSchema = Type.Object({
  ...SessionRequestSchema.properties,
  keep: Type.Optional(
    Type.Boolean({
      description:
        'Where the request comes with a good session, that one is renewed instead (200): a page that cannot read its cookie asks so.',
    }),
  ),
})

export const SessionSchema = Type.Object({
  access_token: Type.Optional(
    Type.String({ description: 'A JWT. Opaque to clients. Left out where a cookie was asked for.' }),
  ),
  token_type: Type.Literal('Bearer'),
  expires_in: Type.Integer({ description: 'Seconds.' }),
  user_id: UuidSchema,
})
export type Session = Static<typeof SessionSchema>

export const SessionOwnerSchema = Type.Object({
  user_id: Type.Union([UuidSchema, Type.Null()], {
    description: 'null: there is no session, or none that is good.',
  }),
})

export const JwksSchema = Type.Object({
  keys: Type.Array(
    Type.Object({
      kid: Type.String(),
      kty: Type.String(),
      alg: Type.String(),
      use: Type.String(),
      crv: Type.Optional(Type.String()),
      x: Type.Optional(Type.String()),
      y: Type.Optional(Type.String()),
    }),
  ),
})

export const EmailSchema = Type.String({
  maxLength: 254,
  // As strict as a mail server's envelope, so that nothing of it can become another header or another receiver.
  pattern: '^[^@\\s<>,;:"()\\[\\]\\\\]+@[^@\\s<>,;:"()\\[\\]\\\\]+$',
  examples: ['ada@example.org'],
})

const CONTROLS = '\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029'
const DIRECTIONS = '\\u202a-\\u202e\\u2066-\\u2069'

/** A person's name. It stands in the head of mails and on tickets, so it is one line, and reads as it is written. */
export const PersonNameSchema = Type.String({
  maxLength: 200,
  pattern: `^(?=.*\\S)[^${CONTROLS}${DIRECTIONS}]*$`,
  description:
    'One line that is not blank, without characters that control something or turn the direction of writing.',
  examples: ['Ada Lovelace'],
})

/**
 * A language tag as BCP 47 writes it: language, script, region, variants, extensions, private use. The grammar has room
 * for languages of up to eight letters, and every one that is registered has two or three.
 */
export const LANGUAGE_TAG =
  '^[A-Za-z]{2,3}(-[A-Za-z]{3}){0,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?(-([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*(-[0-9A-WYZa-wyz](-[A-Za-z0-9]{2,8})+)*(-[Xx](-[A-Za-z0-9]{1,8})+)?$'

export const LANGUAGE_TAG_LENGTH_MAX = 35

export const LocaleSchema = Type.String({
  maxLength: LANGUAGE_TAG_LENGTH_MAX,
  pattern: LANGUAGE_TAG,
  description:
    'A language tag (BCP 47). Mails and tickets are in German or English: in English for all others.',
  examples: ['de-AT'],
})

export const CodeRequestSchema = Type.Object({
  email: EmailSchema,
  locale: Type.Optional(LocaleSchema),
})

/** Reservations that a guest may name when signing in. */
const RESERVATIONS_NAMED_MAX = 20

const reservationIds = Type.Optional(
  Type.Array(EventScopedIdSchema, {
    maxItems: RESERVATIONS_NAMED_MAX,
    description:
      "The guest's open reservations. Name them where several processes serve one house: what was bought is known everywhere, a hold only where it was made.",
  }),
)

export const CodeSchema = Type.Object({
  email: EmailSchema,
  code: Type.String({ pattern: '^[0-9]{3} ?[0-9]{3}$', examples: ['042137'] }),
  reservation_ids: reservationIds,
  cookie: SessionRequestSchema.properties.cookie,
})

export const SignedInSchema = Type.Object({
  ...SessionSchema.properties,
  moving: Type.Boolean({
    description:
      "True while some of the guest's things could not be moved to the account; it goes on by itself within seconds.",
  }),
})
export type SignedIn = Static<typeof SignedInSchema>

/** Options for `navigator.credentials`, as JSON (WebAuthn level 3); pass them on as they are. */
export const PasskeyOptionsSchema = Type.Object(
  { challenge: Type.String() },
  { additionalProperties: true, description: 'For `PublicKeyCredential.parse…OptionsFromJSON()`.' },
)

const credential = Type.Object(
  {
    id: Type.String({ maxLength: 1_400 }),
    rawId: Type.String({ maxLength: 1_400 }),
    type: Type.Literal('public-key'),
    response: Type.Object(
      { clientDataJSON: Type.String({ maxLength: 8_000 }) },
      { additionalProperties: true },
    ),
  },
  { additionalProperties: true, description: '`credential.toJSON()`.' },
)

export const PasskeyAnswerSchema = Type.Object({ credential })

export const PasskeySignInSchema = Type.Object({
  credential,
  reservation_ids: reservationIds,
  cookie: SessionRequestSchema.properties.cookie,
})
