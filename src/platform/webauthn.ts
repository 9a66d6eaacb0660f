import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type AuthenticationResponseJSON,
  type RegistrationResponseJSON,
} from '@simplewebauthn/server'
import { sha256 } from './crypto/signing.ts'

/** Where a passkey belongs: its domain, and the origins that a page on it may have. */
export type Site = { domain: string; origins: string[] }

/** A credential as a browser's `toJSON()` gives it; nothing of it is believed before it was verified. */
export type CredentialJson = Record<string, unknown> & { id: string }

export type Passkey = { credentialId: string; publicKey: Uint8Array; signCount: number; transports: string[] }

/**
 * The site that a request was sent to. A browser makes and uses passkeys for the domain of the page alone, so a
 * forged Host header gets nobody anywhere; plain http counts on the machine itself only, as in browsers.
 */
export function siteOf(request: Request): Site {
  const { host, hostname } = new URL(request.url)
  const local = hostname === 'localhost'
  return { domain: hostname, origins: [`https://${host}`, ...(local ? [`http://${host}`] : [])] }
}

export function registrationOptions(c: {
  site: Site
  houseName: string
  userId: Uint8Array
  userName: string
  challenge: Uint8Array
  existing: readonly { credentialId: string; transports: string[] }[]
  timeoutMs: number
}): Promise<object & { challenge: string }> {
  return generateRegistrationOptions({
    rpName: c.houseName,
    rpID: c.site.domain,
    userID: new Uint8Array(c.userId),
    userName: c.userName,
    challenge: new Uint8Array(c.challenge),
    timeout: c.timeoutMs,
    attestationType: 'none',
    excludeCredentials: c.existing.map(({ credentialId, transports }) => ({ id: credentialId, transports })),
    // The passkey itself knows whose it is, so signing in asks for no name; a finger or a PIN is the second factor.
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  })
}

export function authenticationOptions(c: {
  site: Site
  challenge: Uint8Array
  timeoutMs: number
}): Promise<object & { challenge: string }> {
  return generateAuthenticationOptions({
    rpID: c.site.domain,
    challenge: new Uint8Array(c.challenge),
    timeout: c.timeoutMs,
    userVerification: 'required',
  })
}

/** The new passkey, or null for anything that was not made for this site and challenge. */
export async function verifyRegistration(
  site: Site,
  credential: CredentialJson,
  isChallenge: (challenge: string) => boolean,
): Promise<Passkey | null> {
  try {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: credential as unknown as RegistrationResponseJSON,
      expectedChallenge: isChallenge,
      expectedOrigin: site.origins,
      expectedRPID: site.domain,
    })
    if (!verified || !registrationInfo) return null
    const { id, publicKey, counter, transports } = registrationInfo.credential
    return { credentialId: id, publicKey, signCount: counter, transports: transports ?? [] }
  } catch {
    // The library throws plain errors for everything that a stranger can send.
    return null
  }
}

/** The passkey's new counter, or null for anything that it did not sign for this site and challenge. */
export async function verifyAuthentication(
  site: Site,
  credential: CredentialJson,
  passkey: Passkey,
  isChallenge: (challenge: string) => boolean,
): Promise<{ signCount: number } | null> {
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: credential as unknown as AuthenticationResponseJSON,
      expectedChallenge: isChallenge,
      expectedOrigin: site.origins,
      expectedRPID: site.domain,
      credential: {
        id: passkey.credentialId,
        publicKey: new Uint8Array(passkey.publicKey),
        counter: passkey.signCount,
        transports: passkey.transports,
      },
    })
    return verified ? { signCount: authenticationInfo.newCounter } : null
  } catch {
    return null
  }
}

/** The challenge that the browser says it signed; verified only with the rest. Null for what is none. */
export function challengeIn(
  credential: CredentialJson,
): { text: string; bytes: Uint8Array; hash: Uint8Array } | null {
  try {
    const { clientDataJSON } = credential['response'] as { clientDataJSON: string }
    const data = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString()) as { challenge?: unknown }
    if (typeof data.challenge !== 'string') return null
    const bytes = new Uint8Array(Buffer.from(data.challenge, 'base64url'))
    return { text: data.challenge, bytes, hash: sha256(bytes) }
  } catch {
    return null
  }
}
