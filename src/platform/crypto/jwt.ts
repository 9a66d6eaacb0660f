import { errors, jwtVerify, SignJWT, type JWTPayload } from 'jose'
import type { KeyObject } from 'node:crypto'

/** Seconds by which two machines' clocks may differ. */
export const CLOCK_LEEWAY_SECONDS = 5

export type SignOptions = {
  key: KeyObject
  keyId: string
  issuer: string
  audience: string
  subject: string
  issuedAtSeconds: number
  expiresAtSeconds: number
  claims: Record<string, unknown>
}

/** A compact JWT, signed with ES256. */
export function signJwt(o: SignOptions): Promise<string> {
  return new SignJWT(o.claims)
    .setProtectedHeader({ alg: 'ES256', kid: o.keyId, typ: 'JWT' })
    .setIssuer(o.issuer)
    .setAudience(o.audience)
    .setSubject(o.subject)
    .setIssuedAt(o.issuedAtSeconds)
    .setExpirationTime(o.expiresAtSeconds)
    .sign(o.key)
}

export type VerifyOptions = {
  issuer: string
  audience: string
  nowMs: number
  /** The key of that id; null where there is none (any more). */
  key(keyId: string): KeyObject | null | Promise<KeyObject | null>
}

/** The token's claims, or null for anything but a genuine, unexpired token of this issuer for this audience. */
export async function verifyJwt(token: string, o: VerifyOptions): Promise<JWTPayload | null> {
  try {
    const verified = await jwtVerify(
      token,
      async ({ kid }) => {
        const key = kid === undefined ? null : await o.key(kid)
        if (!key) throw new errors.JWKSNoMatchingKey()
        return key
      },
      {
        algorithms: ['ES256'],
        typ: 'JWT',
        issuer: o.issuer,
        audience: o.audience,
        clockTolerance: CLOCK_LEEWAY_SECONDS,
        currentDate: new Date(o.nowMs),
        requiredClaims: ['sub', 'iat', 'exp'],
      },
    )
    return verified.payload
  } catch (error) {
    // Whatever a stranger can send makes jose throw one of its own errors; anything else is a fault of ours.
    if (error instanceof errors.JOSEError) return null
    throw error
  }
}
