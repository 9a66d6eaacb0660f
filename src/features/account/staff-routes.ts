import { Type } from 'typebox'
import type { Caller } from '../../platform/http/route.ts'
import { route, type Route } from '../../platform/http/route.ts'
import { refuse, type Refusal } from '../../shared/errors.ts'
import { LIMIT_DEFAULT, LIMIT_MAX, nextCursor, TimeSchema, UuidSchema } from '../../shared/schemas/common.ts'
import { readOperatorLog, type OperatorLogDeps } from './operator-log.ts'
import { mayChangeFactor } from './staff-passkeys.ts'
import type { SecondFactor } from './types.ts'

const TAG = 'Operators'
const CodeBody = Type.Object({ code: Type.String({ pattern: '^[0-9]{6}$', examples: ['123456'] }) })

export const StaffSessionSchema = Type.Object({
  access_token: Type.String(),
  token_type: Type.Literal('Bearer'),
  expires_in: Type.Integer(),
})

export type StaffRouteDeps = { secondFactor: SecondFactor; log: OperatorLogDeps }

/** Signing in with a second factor, and the log of what operators did. */
export function staffRoutes(deps: StaffRouteDeps): Route[] {
  return [signInRoute(deps), beginRoute(deps), confirmRoute(deps), logRoute(deps)]
}

// Who has a second factor has no role before it, so the first three look at the caller themselves.
function staffId(caller: Caller | null): string | Refusal {
  return caller?.kind === 'staff' ? caller.id : refuse('unauthorized', "Send an operator's token.")
}

function signInRoute({ secondFactor }: StaffRouteDeps): Route {
  return route({
    method: 'POST',
    path: '/v1/operator/sessions',
    summary: 'Sign in with a token and a code',
    description:
      'For operators with a second factor: their own token opens nothing else. Five tries in 15 minutes, and no code twice.',
    tag: TAG,
    access: 'public',
    body: CodeBody,
    answers: {
      201: {
        description: 'A token for twelve hours.',
        schema: StaffSessionSchema,
      },
    },
    errors: ['unauthorized', 'wrong_code'],
    handle: async ({ body, caller }) => {
      const id = staffId(caller)
      if (typeof id !== 'string') return id
      const session = await secondFactor.signIn(id, body.code)
      if (!session) return wrongCode()
      const { token, expiresInSeconds } = session
      return {
        status: 201,
        json: { access_token: token, token_type: 'Bearer', expires_in: expiresInSeconds },
      }
    },
  })
}

function beginRoute({ secondFactor }: StaffRouteDeps): Route {
  return route({
    method: 'POST',
    path: '/v1/operator/me/totp',
    summary: 'Begin to use an authenticator app',
    description: 'Nothing changes before the first code was sent to `…/totp/confirm`.',
    tag: TAG,
    access: 'public',
    answers: {
      201: {
        description: 'Show `uri` as a QR code, or `secret` for typing in. It is shown only now.',
        schema: Type.Object({ uri: Type.String(), secret: Type.String() }),
      },
    },
    errors: ['unauthorized', 'conflict'],
    handle: async ({ caller }) => {
      const id = staffId(caller)
      if (typeof id !== 'string') return id
      const made = mayChangeFactor(caller!) ? await secondFactor.begin(id, 'operator') : null
      return made
        ? { status: 201, json: made }
        : refuse('conflict', 'There is a second factor already, or this token belongs to no person.')
    },
  })
}

function confirmRoute({ secondFactor }: StaffRouteDeps): Route {
  return route({
    method: 'POST',
    path: '/v1/operator/me/totp/confirm',
    summary: 'Require the app from now on',
    description: 'Within 10 seconds the token alone opens nothing any more but `POST /v1/operator/sessions`.',
    tag: TAG,
    access: 'public',
    body: CodeBody,
    answers: { 204: { description: 'The second factor is required.' } },
    errors: ['unauthorized', 'wrong_code'],
    handle: async ({ body, caller }) => {
      const id = staffId(caller)
      if (typeof id !== 'string') return id
      const confirmed = mayChangeFactor(caller!) && (await secondFactor.confirm(id, body.code))
      return confirmed ? { status: 204 } : wrongCode()
    },
  })
}

function logRoute({ log }: StaffRouteDeps): Route {
  return route({
    method: 'GET',
    path: '/v1/operator/log',
    summary: 'Who did what',
    description:
      'Two rows a call that could change something: `begun` before it, `answered` after it. Nobody can change or delete one. Staff of one organiser see its own.',
    tag: TAG,
    access: { staff: ['admin', 'auditor'], of: 'own' },
    query: Type.Object({
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMIT_MAX })),
      cursor: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,15}$', default: '1', examples: ['128'] })),
    }),
    answers: {
      200: {
        description: 'The newest first.',
        schema: Type.Object({ items: Type.Array(LogRowSchema), next_cursor: nextCursor }),
      },
    },
    errors: [],
    handle: async ({ query, caller }) => {
      const limit = query.limit ?? LIMIT_DEFAULT
      const before = query.cursor === undefined ? Number.MAX_SAFE_INTEGER : Number(query.cursor)
      const rows = await readOperatorLog(log, { before, organiserId: caller!.organiserId, limit })
      const items = rows.map((row) => ({
        n: row.n,
        at: row.at.toISOString(),
        call_id: row.callId,
        phase: row.phase,
        staff_id: row.staffId,
        organiser_id: row.organiserId,
        action: row.action,
        target: row.target,
        status: row.status,
        request_id: row.requestId,
      }))
      return {
        status: 200,
        json: { items, next_cursor: rows.length < limit ? null : String(rows.at(-1)!.n) },
      }
    },
  })
}

const LogRowSchema = Type.Object({
  n: Type.Integer(),
  at: TimeSchema,
  call_id: UuidSchema,
  phase: Type.Union([Type.Literal('begun'), Type.Literal('answered')]),
  staff_id: Type.String(),
  organiser_id: Type.Union([Type.String(), Type.Null()]),
  action: Type.String({ examples: ['PUT /v1/operator/events/:event_id/queue'] }),
  target: Type.Record(Type.String(), Type.String()),
  status: Type.Union([Type.Integer(), Type.Null()]),
  request_id: Type.String(),
})

function wrongCode(): Refusal {
  return refuse('wrong_code', 'This code is wrong, used or too old, or there were too many.')
}
