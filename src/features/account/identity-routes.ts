import { route, type Answer, type Route } from '../../platform/http/route.ts'
import { isRefusal, refuse, type Refusal } from '../../shared/errors.ts'
import { splitEventScopedId, type EventId } from '../../shared/ids.ts'
import {
  ExportSchema,
  ProfileChangeSchema,
  ProfileSchema,
  type ProfileDocument,
} from '../../shared/schemas/me.ts'
import {
  CodeRequestSchema,
  CodeSchema,
  LANGUAGE_TAG,
  LANGUAGE_TAG_LENGTH_MAX,
  SignedInSchema,
} from '../../shared/schemas/sessions.ts'
import { SESSION_COOKIE } from './authenticate.ts'
import type { Identity, Profile, SignedIn } from './identity-types.ts'
import { presentSession } from './session-answer.ts'
import type { Account } from './types.ts'

export type IdentityRouteDeps = {
  identity: Identity
  account: Pick<Account, 'endSessions'>
  /** Whether buyers come by https: then the cookie says Secure. */
  secureCookie: boolean
}

/** Signing in by a mailed code, signing out everywhere, and what a person may ask about themselves. */
export function identityRoutes(deps: IdentityRouteDeps): Route[] {
  return [codeRoute(deps), verifyRoute(deps), signOutRoute(deps), ...meRoutes(deps)]
}

function codeRoute({ identity }: IdentityRouteDeps): Route {
  return route({
    method: 'POST',
    path: '/v1/sessions/email',
    summary: 'Send a code to a mail address',
    description:
      'The answer is the same, and as quick, whether or not there is an account: nobody learns that. Send it with the token of the guest who will type the code in: then the code is good for them alone. A code lives 10 minutes and takes 3 tries; a mailbox is sent 10 a day. `locale` is the language of the mail, and whoever signs in with the code is spoken to in it from then on; without it the mail follows `Accept-Language`, as does a new account whose guest named no language.',
    tag: 'Sessions',
    access: 'public',
    body: CodeRequestSchema,
    answers: { 202: { description: 'A code is on its way, unless the mailbox was sent enough already.' } },
    errors: ['rate_limited', 'busy'],
    handle: ({ body, caller, address, request }) =>
      identity.requestCode({
        email: body.email,
        asker: caller,
        locale: body.locale ?? null,
        browserLocale: languageAsked(request),
        address,
      }) ?? { status: 202 },
  })
}

function verifyRoute({ identity, secureCookie }: IdentityRouteDeps): Route {
  return route({
    method: 'POST',
    path: '/v1/sessions/verify',
    summary: 'Sign in with the code',
    description:
      "Answers a token of the account, which is made when there is none. Sent with a guest's token, the guest's holds, tickets and orders become the account's. Together they may be more than an event's limit: they are kept, and new holds are refused.",
    tag: 'Sessions',
    access: 'public',
    body: CodeSchema,
    answers: { 200: { description: 'Signed in.', schema: SignedInSchema } },
    errors: ['wrong_code', 'rate_limited'],
    handle: async ({ body, caller, address, request }) =>
      presentSignedIn(
        await identity.verifyCode({
          email: body.email,
          code: body.code.replace(' ', ''),
          caller,
          browserLocale: languageAsked(request),
          address,
          eventIds: eventsOf(body.reservation_ids),
        }),
        body.cookie ?? false,
        secureCookie,
      ),
  })
}

function signOutRoute({ account }: IdentityRouteDeps): Route {
  return route({
    method: 'DELETE',
    path: '/v1/sessions',
    summary: 'Sign out everywhere',
    description:
      "Ends every session of the account, this one included: at once in the process that answers, in all others within 5 seconds. A guest has no account to sign out of: 409 `conflict`. Forget the guest's token, or end it by erasing the guest (`DELETE /v1/me`).",
    tag: 'Sessions',
    access: 'buyer',
    answers: { 204: { description: 'No token of this account is good any more.' } },
    errors: ['conflict'],
    handle: async ({ caller }) => {
      // Of guests there is no end: a token that one signed out would have to be remembered for as long as it lives.
      if (caller!.sessionGeneration === undefined) {
        return refuse(
          'conflict',
          "A guest has no account to sign out of. Forget the guest's token, or end it by erasing the guest: DELETE /v1/me.",
        )
      }
      await account.endSessions(caller!.id)
      return withoutCookie({ status: 204 })
    },
  })
}

function meRoutes({ identity }: IdentityRouteDeps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/me',
      summary: 'Who I am',
      tag: 'Me',
      access: 'buyer',
      answers: { 200: { description: 'The person.', schema: ProfileSchema } },
      errors: [],
      handle: async ({ caller }) => ({ status: 200, json: presentProfile(await identity.profile(caller!)) }),
    }),
    route({
      method: 'PATCH',
      path: '/v1/me',
      summary: 'Change my name, phone number or language',
      description: 'What is left out stays. The mail address is changed by signing in with another one.',
      tag: 'Me',
      access: 'buyer',
      body: ProfileChangeSchema,
      answers: { 200: { description: 'The person.', schema: ProfileSchema } },
      errors: ['conflict'],
      handle: async ({ body, caller }) => {
        const profile = await identity.change(caller!, body)
        return isRefusal(profile) ? profile : { status: 200, json: presentProfile(profile) }
      },
    }),
    route({
      method: 'GET',
      path: '/v1/me/export',
      summary: 'All that is stored about me',
      tag: 'Me',
      access: 'buyer',
      limit: 'write',
      answers: {
        200: { description: 'Everything, by the set of tables that holds it.', schema: ExportSchema },
      },
      errors: [],
      handle: async ({ caller }) => ({
        status: 200,
        json: await identity.export(caller!),
        headers: { 'content-disposition': 'attachment; filename="my-data.json"' },
      }),
    }),
    route({
      method: 'DELETE',
      path: '/v1/me',
      summary: 'Erase me',
      description:
        'Name, mail address, phone number and passkeys are gone with this answer, and all sessions end, that of a guest as well: here at once, in other processes within 5 seconds. Tickets stay good, but nobody can write to their holder any more: download them first. Orders stay without a name; the invoices that the law wants kept are sealed apart until it no longer does.',
      tag: 'Me',
      access: 'buyer',
      answers: { 204: { description: 'Erased.' } },
      errors: [],
      handle: async ({ caller }) => {
        await identity.erase(caller!)
        return withoutCookie({ status: 204 })
      },
    }),
  ]
}

export function presentSignedIn(
  signedIn: SignedIn | Refusal,
  cookie: boolean,
  secureCookie: boolean,
): Answer | Refusal {
  if (isRefusal(signedIn)) return signedIn
  return presentSession(200, signedIn, cookie ? { secure: secureCookie } : null, { moving: signedIn.moving })
}

export function eventsOf(reservationIds: readonly string[] | undefined): EventId[] {
  return [...new Set((reservationIds ?? []).flatMap((id) => splitEventScopedId(id)?.eventId ?? []))]
}

function presentProfile(profile: Profile): ProfileDocument {
  const { userId, kind, name, email, emailVerified, phone, locale, passkeys } = profile
  return { user_id: userId, kind, name, email, email_verified: emailVerified, phone, locale, passkeys }
}

function withoutCookie(answer: Answer): Answer {
  return {
    ...answer,
    headers: { 'set-cookie': `${SESSION_COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax` },
  }
}

// The first language that the browser names; good enough for two.
function languageAsked(request: Request): string {
  const first = (request.headers.get('accept-language') ?? '').split(/[,;]/, 1)[0]!.trim()
  return first.length <= LANGUAGE_TAG_LENGTH_MAX && new RegExp(LANGUAGE_TAG).test(first) ? first : 'en'
}
