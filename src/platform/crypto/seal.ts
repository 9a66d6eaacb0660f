import { createCipheriv, createDecipheriv, hash } from 'node:crypto'
import type { Random } from '../clock.ts'
import { WrongInput } from '../failure.ts'

/** AES-256-GCM: 12 bytes nonce, 16 bytes tag, one format byte in front. */
const FORMAT = 1
const NONCE_BYTES = 12
const TAG_BYTES = 16
export const KEY_BYTES = 32

/**
 * Seals bytes so that only the holder of `key` can read or change them. `context` is authenticated but not stored:
 * a sealed value moved to another row or column does not open there.
 */
export function seal(key: Uint8Array, plain: Uint8Array, context: string, random: Random): Uint8Array {
  const nonce = random.bytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(Buffer.from(context))
  const body = cipher.update(plain)
  cipher.final()
  return Buffer.concat([Uint8Array.of(FORMAT), nonce, cipher.getAuthTag(), body])
}

/** Throws where the key or the context is another one, or the bytes were changed. */
export function open(key: Uint8Array, sealed: Uint8Array, context: string): Uint8Array {
  if (sealed[0] !== FORMAT) throw new Error(`sealed bytes have the unknown format ${sealed[0]}`)
  const nonce = sealed.subarray(1, 1 + NONCE_BYTES)
  const tag = sealed.subarray(1 + NONCE_BYTES, 1 + NONCE_BYTES + TAG_BYTES)
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
  decipher.setAAD(Buffer.from(context))
  decipher.setAuthTag(tag)
  const plain = decipher.update(sealed.subarray(1 + NONCE_BYTES + TAG_BYTES))
  return Buffer.concat([plain, decipher.final()])
}

/** A wrapping key and its name; the name says nothing about the key. */
export type WrappingKey = { id: string; key: Uint8Array }

/** `current` wraps; `previous` opens what was wrapped before a rotation. */
export type WrappingKeys = { current: WrappingKey; previous?: WrappingKey }

export function wrappingKey(key: Uint8Array): WrappingKey {
  if (key.length !== KEY_BYTES)
    throw new Error(`a wrapping key has ${KEY_BYTES} bytes, this one has ${key.length}`)
  const id = hash('sha256', Buffer.concat([Buffer.from('wrapping key id\0'), key]), 'hex').slice(0, 16)
  return { id, key }
}

export type Wrapped = { wrapped: Uint8Array; wrappingKeyId: string }

/** Key encryption for stored keys, with the rotation of the wrapping key built in. */
export class Wrapping {
  readonly #keys: WrappingKeys
  readonly #random: Random

  constructor(keys: WrappingKeys, random: Random) {
    this.#keys = keys
    this.#random = random
  }

  get currentId(): string {
    return this.#keys.current.id
  }

  wrap(secret: Uint8Array, context: string): Wrapped {
    const { id, key } = this.#keys.current
    return { wrapped: seal(key, secret, context, this.#random), wrappingKeyId: id }
  }

  unwrap(w: Wrapped, context: string): Uint8Array {
    const { current, previous } = this.#keys
    const key = [current, previous].find((k) => k?.id === w.wrappingKeyId)
    if (!key) {
      throw new WrongInput(
        `a stored key is wrapped by key ${w.wrappingKeyId}, but USHER_KEY is ${current.id}` +
          `${previous ? ` and USHER_KEY_PREVIOUS is ${previous.id}` : ' and USHER_KEY_PREVIOUS is not set'}`,
      )
    }
    return open(key.key, w.wrapped, context)
  }
}
