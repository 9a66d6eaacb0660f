import { Type } from 'typebox'
import { route, type Route } from '../../platform/http/route.ts'
import { siteOf, type CredentialJson } from '../../platform/webauthn.ts'
import { isRefusal, refuse } from '../../shared/errors.ts'
import { PasskeysSchema } from '../../shared/schemas/me.ts'
import {
  PasskeyAnswerSchema,
  PasskeyOptionsSchema,
  PasskeySignInSchema,
  SignedInSchema,
} from '../../shared/schemas/sessions.ts'
import type { Identity } from './identity-types.ts'
import { eventsOf, presentSignedIn } from './identity-routes.ts'
import type { Passkeys } from './passkeys.ts'

const TAG = 'Passkeys'

export type PasskeyRouteDeps = { passkeys: Passkeys; identity: Identity; secureCookie: boolean }

/** The second way in: WebAuthn. The site is the host that the page was loaded from. */
export function passkeyRoutes(deps: PasskeyRouteDeps): Route[] {
  return [...registerRoutes(deps), ...signInRoutes(deps)]
}

function registerRoutes({ passkeys }: PasskeyRouteDeps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/me/passkeys',
      summary: 'My passkeys',
      tag: TAG,
      access: 'buyer',
      answers: { 200: { description: 'The oldest first.', schema: PasskeysSchema } },
      errors: [],
      handle: async ({ caller }) => {
        const items = (await passkeys.list(caller!.id)).map((passkey) => ({
          passkey_id: passkey.credentialId,
          created_at: passkey.createdAt.toISOString(),
          last_used_at: passkey.lastUsedAt?.toISOString() ?? null,
        }))
        return { status: 200, json: { items } }
      },
    }),
    route({
      method: 'POST',
      path: '/v1/me/passkeys/options',
      summary: 'Begin to make a passkey',
      tag: TAG,
      access: 'buyer',
      answers: { 200: { description: 'For the browser; good for 5 minutes.', schema: PasskeyOptionsSchema } },
      errors: ['conflict'],
      handle: async ({ caller, request }) => {
        const options = await passkeys.registrationOptions(caller!, siteOf(request))
        return isRefusal(options) ? options : { status: 200, json: options }
      },
    }),
    route({
      method: 'POST',
      path: '/v1/me/passkeys',
      summary: 'Keep a passkey',
      tag: TAG,
      access: 'buyer',
      body: PasskeyAnswerSchema,
      answers: {
        201: {
          description: 'From now on it opens the account.',
          schema: Type.Object({ passkey_id: Type.String() }),
        },
      },
      errors: ['conflict'],
      handle: async ({ caller, body, request }) => {
        const made = await passkeys.register(caller!, siteOf(request), body.credential as CredentialJson)
        return isRefusal(made) ? made : { status: 201, json: { passkey_id: made.credentialId } }
      },
    }),
    route({
      method: 'DELETE',
      path: '/v1/me/passkeys/:passkey_id',
      summary: 'Remove a passkey',
      tag: TAG,
      access: 'buyer',
      params: Type.Object({ passkey_id: Type.String({ maxLength: 1_400 }) }),
      answers: { 204: { description: 'It opens nothing any more. Sessions that it began go on.' } },
      errors: ['not_found'],
      handle: async ({ caller, params }) =>
        (await passkeys.remove(caller!.id, params.passkey_id))
          ? { status: 204 }
          : refuse('not_found', 'You have no such passkey.'),
    }),
  ]
}

function signInRoutes({ passkeys, identity, secureCookie }: PasskeyRouteDeps): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/sessions/passkey/options',
      summary: 'Begin to sign in with a passkey',
      description: 'Asks for no name, and names none: the passkey knows whose it is.',
      tag: TAG,
      access: 'public',
      answers: { 200: { description: 'For the browser; good for 5 minutes.', schema: PasskeyOptionsSchema } },
      errors: [],
      handle: async ({ request }) => ({ status: 200, json: await passkeys.signInOptions(siteOf(request)) }),
    }),
    route({
      method: 'POST',
      path: '/v1/sessions/passkey',
      summary: 'Sign in with a passkey',
      description: "Sent with a guest's token, the guest's holds, tickets and orders become the account's.",
      tag: TAG,
      access: 'public',
      body: PasskeySignInSchema,
      answers: { 200: { description: 'Signed in.', schema: SignedInSchema } },
      errors: ['forbidden'],
      handle: async ({ body, caller, request }) => {
        const buyer = await passkeys.verify(siteOf(request), body.credential as CredentialJson)
        const signedIn = buyer && (await identity.signIn(buyer, caller, eventsOf(body.reservation_ids)))
        // One answer for a passkey that nobody has, a wrong signature and a challenge that was used.
        if (!signedIn || isRefusal(signedIn))
          return refuse(
            'forbidden',
            'This passkey opens no account here, or its challenge is too old. Begin again.',
          )
        return presentSignedIn(signedIn, body.cookie ?? false, secureCookie)
      },
    }),
  ]
}
