import { read, type Api } from '../../api/client.ts'
import { openHolds } from '../../api/open-holds.ts'

/** Whether this browser makes and uses passkeys, and speaks of them in the API's JSON. */
export function knowsPasskeys(): boolean {
  return typeof PublicKeyCredential !== 'undefined' && 'parseRequestOptionsFromJSON' in PublicKeyCredential
}

/** Makes one in the device's own keeper and tells the account. */
export async function addPasskey(api: Api): Promise<void> {
  const options = await read(api.POST('/v1/me/passkeys/options'))
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
    options as unknown as PublicKeyCredentialCreationOptionsJSON,
  )
  const credential = jsonOf(await navigator.credentials.create({ publicKey }))
  await read(api.POST('/v1/me/passkeys', { body: { credential } }))
}

/** Asks for no name: the passkey knows whose it is. */
export async function signInByPasskey(api: Api): Promise<void> {
  const options = await read(api.POST('/v1/sessions/passkey/options'))
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
    options as unknown as PublicKeyCredentialRequestOptionsJSON,
  )
  const credential = jsonOf(await navigator.credentials.get({ publicKey }))
  await read(
    api.POST('/v1/sessions/passkey', { body: { credential, reservation_ids: openHolds(), cookie: true } }),
  )
}

/** Closing the device's question, or letting it stand too long, is no error. */
export function wasDismissed(error: unknown): boolean {
  return error instanceof DOMException && (error.name === 'NotAllowedError' || error.name === 'AbortError')
}

/** This device has one for the account already. */
export function isKnownHere(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'InvalidStateError'
}

type CredentialBody = {
  id: string
  rawId: string
  type: 'public-key'
  response: { clientDataJSON: string }
}

function jsonOf(credential: Credential | null): CredentialBody {
  return (credential as PublicKeyCredential).toJSON() as CredentialBody
}
