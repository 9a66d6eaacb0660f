import { Type } from 'typebox'
import { route, type Caller, type Route } from '../../platform/http/route.ts'
import { siteOf, type CredentialJson } from '../../platform/webauthn.ts'
import { isRefusal, refuse, type Refusal } from '../../shared/errors.ts'
import { PasskeyAnswerSchema, PasskeyOptionsSchema } from '../../shared/schemas/sessions.ts'
import { StaffSessionSchema } from './staff-routes.ts'
import type { StaffPasskeys } from './staff-passkeys.ts'

const TAG = 'Operators'

export type StaffPasskeyRouteDeps = {
  passkeys: StaffPasskeys
  /** The token alone opens nothing from here on, also where it was just believed. */
  onRegistered: () => void
}

/** A passkey as the second factor: made with the token, and shown with it to sign in. */
export function staffPasskeyRoutes({ passkeys, onRegistered }: StaffPasskeyRouteDeps): Route[] {
  // Whoever has a second factor has no role before it, so these look at the caller themselves.
  const common = { method: 'POST', tag: TAG, access: 'public' } as const
  return [
    route({
      ...common,
      path: '/v1/operator/me/passkeys/options',
      summary: 'Begin to use a passkey',
      answers: { 200: { description: 'For the browser; good for 5 minutes.', schema: PasskeyOptionsSchema } },
      errors: ['unauthorized', 'conflict'],
      handle: async ({ caller, request }) => {
        if (!isStaff(caller)) return NO_STAFF
        const options = await passkeys.registrationOptions(caller, siteOf(request))
        return isRefusal(options) ? options : { status: 200, json: options }
      },
    }),
    route({
      ...common,
      path: '/v1/operator/me/passkeys',
      summary: 'Require a passkey from now on',
      description:
        'Within 10 seconds the token alone opens nothing any more but signing in, here with the passkey or with a code where there is an app as well.',
      body: PasskeyAnswerSchema,
      answers: {
        201: { description: 'It is required.', schema: Type.Object({ passkey_id: Type.String() }) },
      },
      errors: ['unauthorized', 'conflict', 'wrong_code'],
      handle: async ({ caller, body, request }) => {
        if (!isStaff(caller)) return NO_STAFF
        const made = await passkeys.register(caller, siteOf(request), body.credential as CredentialJson)
        if (isRefusal(made)) return made
        onRegistered()
        return { status: 201, json: { passkey_id: made.credentialId } }
      },
    }),
    route({
      ...common,
      path: '/v1/operator/sessions/passkey/options',
      summary: 'Begin to sign in with a passkey',
      answers: { 200: { description: 'For the browser; good for 5 minutes.', schema: PasskeyOptionsSchema } },
      errors: ['unauthorized'],
      handle: async ({ caller, request }) =>
        isStaff(caller)
          ? { status: 200, json: await passkeys.signInOptions(caller.id, siteOf(request)) }
          : NO_STAFF,
    }),
    route({
      ...common,
      path: '/v1/operator/sessions/passkey',
      summary: 'Sign in with a token and a passkey',
      body: PasskeyAnswerSchema,
      answers: { 201: { description: 'A token for twelve hours.', schema: StaffSessionSchema } },
      errors: ['unauthorized', 'wrong_code'],
      handle: async ({ caller, body, request }) => {
        if (!isStaff(caller)) return NO_STAFF
        const session = await passkeys.signIn(caller.id, siteOf(request), body.credential as CredentialJson)
        if (!session) return refuse('wrong_code', 'This passkey is not yours, or its challenge is too old.')
        const { token, expiresInSeconds } = session
        return {
          status: 201,
          json: { access_token: token, token_type: 'Bearer', expires_in: expiresInSeconds },
        }
      },
    }),
  ]
}

const NO_STAFF: Refusal = refuse('unauthorized', "Send an operator's token.")

function isStaff(caller: Caller | null): caller is Caller {
  return caller?.kind === 'staff'
}
