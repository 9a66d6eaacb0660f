import type { Answer } from '../../platform/http/route.ts'
import { SESSION_COOKIE } from './authenticate.ts'
import type { IssuedSession } from './types.ts'

/** A token in the body, or as a cookie that no script can read; `cookie` says whether buyers come by https. */
export function presentSession(
  status: 200 | 201,
  { accessToken, expiresInSeconds, userId }: IssuedSession,
  cookie: { secure: boolean } | null,
  more: Record<string, unknown> = {},
): Answer {
  const session = { token_type: 'Bearer', expires_in: expiresInSeconds, user_id: userId, ...more }
  if (!cookie) return { status, json: { access_token: accessToken, ...session } }
  const attributes = `Path=/; Max-Age=${expiresInSeconds}; HttpOnly; SameSite=Lax${cookie.secure ? '; Secure' : ''}`
  return {
    status,
    json: session,
    headers: { 'set-cookie': `${SESSION_COOKIE}=${accessToken}; ${attributes}` },
  }
}
