import { route, type Answer, type Route } from '../../platform/http/route.ts'
import { refuse } from '../../shared/errors.ts'
import {
  JwksSchema,
  SessionOwnerSchema,
  SessionRequestSchema,
  SessionSchema,
  SessionStartSchema,
  type Session,
} from '../../shared/schemas/sessions.ts'
import { presentSession } from './session-answer.ts'
import type { Account, IssuedSession } from './types.ts'

const SESSION_EXAMPLE: Session = {
  access_token: 'eyJhbGciOiJFUzI1NiIsImtpZCI6IjRmMWMifQ.eyJzdWIiOiIwMTkzMmQ2ZSJ9.c2lnbmF0dXJl',
  token_type: 'Bearer',
  expires_in: 2_592_000,
  user_id: '01932d6e-7c1a-7f3e-9b52-6f1f8f2c4d10',
}

export function accountRoutes(
  account: Account,
  /** Whether buyers come by https: then the cookie says Secure. */
  { secureCookie }: { secureCookie: boolean },
): Route[] {
  const present = (session: IssuedSession, cookie: boolean, status: 200 | 201 = 201): Answer =>
    presentSession(status, session, cookie ? { secure: secureCookie } : null)
  return [
    route({
      method: 'POST',
      path: '/v1/sessions',
      summary: 'Start a guest session',
      description:
        'No account is needed to buy. The token names a new buyer and is good for 30 days; nothing is stored.',
      tag: 'Sessions',
      access: 'public',
      limit: 'session',
      body: SessionStartSchema,
      answers: {
        200: { description: 'With `keep`: the same buyer.', schema: SessionSchema, example: SESSION_EXAMPLE },
        201: { description: 'A new guest.', schema: SessionSchema, example: SESSION_EXAMPLE },
      },
      errors: [],
      handle: async ({ body, caller }) => {
        const cookie = body.cookie ?? false
        const kept = body.keep && caller?.kind === 'buyer' ? await account.refresh(caller) : null
        return kept ? present(kept, cookie, 200) : present(await account.sessions.issueGuest(), cookie)
      },
    }),
    route({
      method: 'GET',
      path: '/v1/sessions',
      summary: 'Whether there is a session',
      description:
        'For pages, which cannot read their cookie: whose session the request comes with, without starting one and without a refusal where there is none.',
      tag: 'Sessions',
      access: 'public',
      answers: { 200: { description: 'The buyer, if any.', schema: SessionOwnerSchema } },
      errors: [],
      handle: ({ caller }) => ({
        status: 200,
        json: { user_id: caller?.kind === 'buyer' ? caller.id : null },
      }),
    }),
    route({
      method: 'POST',
      path: '/v1/sessions/refresh',
      summary: 'Renew a session',
      description: 'Answers a new token for the same buyer. The old one stays good until it expires.',
      tag: 'Sessions',
      access: 'buyer',
      body: SessionRequestSchema,
      answers: {
        201: {
          description: 'The same buyer, 30 days more.',
          schema: SessionSchema,
          example: SESSION_EXAMPLE,
        },
      },
      errors: [],
      handle: async ({ body, caller }) => {
        const session = await account.refresh(caller!)
        return session
          ? present(session, body.cookie ?? false)
          : refuse('unauthorized', 'This session was ended. Sign in again.')
      },
    }),
    route({
      method: 'GET',
      path: '/.well-known/jwks.json',
      summary: 'Public keys',
      description:
        'Keys of sessions (ES256) and of tickets (EdDSA), as a JSON Web Key Set. A key stays here until all that it signed has expired.',
      tag: 'Sessions',
      access: 'public',
      answers: { 200: { description: 'A JSON Web Key Set.', schema: JwksSchema } },
      errors: [],
      handle: () => ({
        status: 200,
        json: account.keys.jwks(),
        headers: { 'cache-control': 'public, max-age=60, stale-while-revalidate=60' },
      }),
    }),
  ]
}
