import { afterAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WrongInput } from '../failure.ts'
import { systemRandom } from '../clock.ts'
import { loadMasterKeys } from './master-key.ts'
import { open, seal, Wrapping, wrappingKey } from './seal.ts'
import {
  equalBytes,
  generateJwk,
  publicJwk,
  publicKeyOf,
  privateKeyOf,
  signEd25519,
  verifyEd25519,
} from './signing.ts'

const key = (fill: number): Uint8Array => new Uint8Array(32).fill(fill)
const plain = Buffer.from('ada@example.org')

describe('sealing', () => {
  test('opens with the same key and context only', () => {
    const sealed = seal(key(1), plain, 'persons/1/mail', systemRandom)
    expect(Buffer.from(open(key(1), sealed, 'persons/1/mail')).toString()).toBe('ada@example.org')
    expect(() => open(key(2), sealed, 'persons/1/mail')).toThrow()
    expect(() => open(key(1), sealed, 'persons/2/mail')).toThrow()
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Uint8Array.from(sealed)
      changed[at]! ^= 1
      expect(() => open(key(1), changed, 'persons/1/mail')).toThrow()
    }
  })

  test('never gives the same bytes twice', () => {
    const [a, b] = [1, 2].map(() => Buffer.from(seal(key(1), plain, '', systemRandom)).toString('hex'))
    expect(a).not.toBe(b)
  })
})

describe('wrapping', () => {
  const [old, present] = [wrappingKey(key(1)), wrappingKey(key(2))]
  const wrapped = new Wrapping({ current: old }, systemRandom).wrap(plain, 'c')

  test('a previous key still opens and the present one wraps', () => {
    const both = new Wrapping({ current: present, previous: old }, systemRandom)
    expect(Buffer.from(both.unwrap(wrapped, 'c')).toString()).toBe('ada@example.org')
    expect(both.wrap(plain, 'c').wrappingKeyId).toBe(present.id)
  })

  test('a key that is not there is named by its id, never by itself', () => {
    const without = new Wrapping({ current: present }, systemRandom)
    expect(() => without.unwrap(wrapped, 'c')).toThrow(new RegExp(`${old.id}.*USHER_KEY is ${present.id}`))
    // For whoever set it: one line, no stack, exit 2.
    expect(() => without.unwrap(wrapped, 'c')).toThrow(WrongInput)
  })
})

describe('Ed25519', () => {
  const jwk = generateJwk('EdDSA', systemRandom)

  test('signs 64 bytes that only the same bytes verify', () => {
    const signature = signEd25519(privateKeyOf(jwk), plain)
    expect(signature).toHaveLength(64)
    expect(verifyEd25519(publicKeyOf(jwk), plain, signature)).toBe(true)
    expect(verifyEd25519(publicKeyOf(jwk), Buffer.from('other'), signature)).toBe(false)
    expect(verifyEd25519(publicKeyOf(jwk), plain, signature.subarray(1))).toBe(false)
    expect(verifyEd25519(publicKeyOf(generateJwk('EdDSA', systemRandom)), plain, signature)).toBe(false)
  })

  test('shows no secret in public', () => {
    for (const algorithm of ['EdDSA', 'ES256'] as const) {
      expect(publicJwk(generateJwk(algorithm, systemRandom))).not.toHaveProperty('d')
    }
    expect(() => publicJwk(generateJwk('HS256', systemRandom))).toThrow()
  })

  test('bytes of different length are not equal', () => {
    expect([equalBytes(plain, plain), equalBytes(plain, plain.subarray(1))]).toEqual([true, false])
  })
})

describe('USHER_KEY', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'usher-key-'))
  afterAll(() => rmSync(dataDir, { recursive: true }))
  const options = { key: null, previous: null, dataDir, mayGenerate: true, random: systemRandom }

  test('is made once in development, readable by its owner alone', () => {
    const made = loadMasterKeys(options)
    expect(loadMasterKeys(options).current.id).toBe(made.current.id)
    const file = join(dataDir, 'usher.key')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(Buffer.from(readFileSync(file, 'utf8'), 'base64')).toHaveLength(32)
  })

  test('is never made in production', () => {
    expect(() => loadMasterKeys({ ...options, mayGenerate: false })).toThrow('USHER_KEY is not set')
  })

  test('comes from the environment first, with the previous one beside it', () => {
    const [a, b] = [key(7), key(8)].map((k) => Buffer.from(k).toString('base64'))
    const keys = loadMasterKeys({ ...options, key: a!, previous: b!, mayGenerate: false })
    expect([keys.current.id, keys.previous?.id]).toEqual([wrappingKey(key(7)).id, wrappingKey(key(8)).id])
  })

  test('of another length is refused without being repeated', () => {
    writeFileSync(join(dataDir, 'usher.key'), 'c2hvcnQ=')
    expect(() => loadMasterKeys(options)).toThrow('must be 32 bytes in base64')
    expect(() => loadMasterKeys({ ...options, key: 'c2hvcnQ=' })).toThrow(/^(?!.*c2hvcnQ=)/)
  })
})
