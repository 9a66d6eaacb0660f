import { Type, type Static } from 'typebox'
import { UuidSchema } from './common.ts'

export const SessionRequestSchema = Type.Object({
  cookie: Type.Optional(
    Type.Boolean({
      description:
        'For web pages: the token is set as an HttpOnly, SameSite cookie and left out of the answer, where no script can read it.',
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
