import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hash,
  sign,
  timingSafeEqual,
  verify,
  type KeyObject,
} from 'node:crypto'
import type { Random } from '../clock.ts'

export type Algorithm = 'ES256' | 'EdDSA' | 'HS256'

/** A key as a JSON Web Key, the form in which it is stored (wrapped) and, without its secret, published. */
export type Jwk = { kty: string; crv?: string; x?: string; y?: string; d?: string; k?: string }

export function generateJwk(algorithm: Algorithm, random: Random): Jwk {
  switch (algorithm) {
    case 'ES256':
      return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }) as Jwk
    case 'EdDSA':
      return generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }) as Jwk
    case 'HS256':
      return { kty: 'oct', k: Buffer.from(random.bytes(32)).toString('base64url') }
  }
}

/** The members that may be shown to anybody. */
export function publicJwk({ kty, crv, x, y }: Jwk): Jwk {
  if (kty === 'oct') throw new Error('a symmetric key has no public part')
  return { kty, ...(crv && { crv }), ...(x && { x }), ...(y && { y }) }
}

export function privateKeyOf(jwk: Jwk): KeyObject {
  return createPrivateKey({ key: jwk as never, format: 'jwk' })
}

export function publicKeyOf(jwk: Jwk): KeyObject {
  return createPublicKey({ key: publicJwk(jwk) as never, format: 'jwk' })
}

export function signEd25519(key: KeyObject, bytes: Uint8Array): Uint8Array {
  return new Uint8Array(sign(null, bytes, key))
}

export function verifyEd25519(key: KeyObject, bytes: Uint8Array, signature: Uint8Array): boolean {
  return signature.length === 64 && verify(null, bytes, key, signature)
}

export function hmacSha256(key: Uint8Array, data: string | Uint8Array): Uint8Array {
  return new Uint8Array(createHmac('sha256', key).update(data).digest())
}

export function sha256(data: string | Uint8Array): Uint8Array {
  return new Uint8Array(hash('sha256', data, 'buffer'))
}

/** In a time that does not depend on where the two differ. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}
