import { Secret, TOTP } from 'otpauth'

const PERIOD_SECONDS = 30
/** Steps before and after now in which a code still counts: clocks differ, fingers are slow. */
const WINDOW = 1

/** `otpauth://` for authenticator apps, and the secret for typing in. RFC 6238, six digits, SHA-1 as all apps have it. */
export function totpUri(secret: Uint8Array, issuer: string, label: string): { uri: string; secret: string } {
  const totp = make(secret, issuer, label)
  return { uri: totp.toString(), secret: totp.secret.base32 }
}

/** The time step that the code belongs to; null for a wrong one. Compared in constant time by the library. */
export function totpStep(secret: Uint8Array, code: string, nowMs: number): number | null {
  const delta = make(secret, '', '').validate({ token: code, timestamp: nowMs, window: WINDOW })
  return delta === null ? null : Math.floor(nowMs / 1000 / PERIOD_SECONDS) + delta
}

/** For tests: the code that an app shows at that time. */
export function totpCode(base32: string, nowMs: number): string {
  return new TOTP({ secret: Secret.fromBase32(base32), period: PERIOD_SECONDS }).generate({
    timestamp: nowMs,
  })
}

function make(secret: Uint8Array, issuer: string, label: string): TOTP {
  return new TOTP({
    issuer,
    label,
    period: PERIOD_SECONDS,
    secret: new Secret({ buffer: new Uint8Array(secret).buffer }),
  })
}
