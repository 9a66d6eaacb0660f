import { createPrivateKey, createPublicKey, sign } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'bun:test'
import { CODE_LENGTH_MAX, decodeTicketCode, signTicket, type TicketContents } from './ticket-code.ts'
import {
  readVoidedList,
  ticketKeysOf,
  verifyTicket,
  writeVoidedList,
  type VoidedList,
} from './verify-ticket.ts'

/** The first test key of RFC 8032, 7.1, in PKCS #8. */
const KEY = createPrivateKey({
  key: Buffer.from(
    '302e020100300506032b6570042204209d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    'hex',
  ),
  format: 'der',
  type: 'pkcs8',
})
const signer = { keyId: '0a1b2c3d4e5f', sign: (bytes: Uint8Array) => new Uint8Array(sign(null, bytes, KEY)) }
const jwks = {
  keys: [
    { kty: 'EC', crv: 'P-256', x: 'x', y: 'y', kid: 'a-session-key' },
    { ...createPublicKey(KEY).export({ format: 'jwk' }), kid: signer.keyId, alg: 'EdDSA', use: 'sig' },
  ],
}
const keys = ticketKeysOf(jwks)
const ticket: Omit<TicketContents, 'keyId'> = {
  eventId: '1042',
  ticketId: '01932d6e-7c1a-7f3e-9b52-6f1f8f2c4d10',
  serial: 123,
  stateVersion: 4567,
  place: { kind: 'seat', no: 300 },
  livemode: true,
}
const list = (tickets: [number, number][], eventId = '1042'): VoidedList => ({
  eventId,
  since: 0,
  version: 9000,
  at: 1_800_000_000_000,
  tickets: new Map(tickets),
})
const GOLDEN =
  'DEFBWLB5JZPZECABSMWW47A2P47JWUTPD6HSYTIQPPLSHLACSLDCDTB2ROFKJQZFSFCRFURB6KYOWOYVGFLMV43SQ6C2PXTULS5AVCZEIOTYDAXTPA65WK3HAHP6CFHHKX2G6KQVU3PH7LOD2JJ3AAA'

test('a code says what was put into it, and the same contents give the same code for ever', () => {
  const code = signTicket(ticket, signer)
  expect(decodeTicketCode(code)?.ticket).toEqual({ ...ticket, keyId: signer.keyId })
  expect(code).toBe(GOLDEN)
})

test('a genuine code is valid, however it was typed', async () => {
  const code = signTicket(ticket, signer)
  const typed = (code.toLowerCase().match(/.{1,8}/g) ?? []).join(' ')
  expect(await verifyTicket(typed, { keys, eventId: '1042' })).toEqual({
    verdict: 'valid',
    ticket: { ...ticket, keyId: signer.keyId },
  })
})

test('every ticket comes back from its code, and no code is longer than the limit', () => {
  const number = fc.nat({ max: Number.MAX_SAFE_INTEGER })
  const contents = fc.record({
    eventId: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }).map(String),
    ticketId: fc.uuid(),
    serial: number,
    stateVersion: number,
    place: fc.oneof(
      fc.constant(null),
      fc.record({ kind: fc.constantFrom('seat' as const, 'area' as const), no: number }),
    ),
    livemode: fc.boolean(),
  })
  fc.assert(
    fc.property(contents, (c) => {
      const code = signTicket(c, signer)
      expect(code.length).toBeLessThanOrEqual(CODE_LENGTH_MAX)
      expect(decodeTicketCode(code)?.ticket).toEqual({ ...c, keyId: signer.keyId })
    }),
  )
})

test('a code with any one character changed is forged', async () => {
  const code = signTicket(ticket, signer)
  for (let i = 0; i < code.length; i++) {
    const other = code[i] === 'A' ? 'B' : 'A'
    const changed = code.slice(0, i) + other + code.slice(i + 1)
    const { verdict } = await verifyTicket(changed, { keys })
    // The key's id is in bytes 1 to 6: with another one it says that another key signed it.
    const isKeyId = decodeTicketCode(changed) && decodeTicketCode(changed)!.ticket.keyId !== signer.keyId
    expect([i, verdict]).toEqual([i, isKeyId ? 'unknown_key' : 'forged'])
    if (isKeyId) expect(i).toBeWithin(1, 12)
  }
})

test('what no key of ours signed is forged, whatever it is', async () => {
  const code = signTicket(ticket, signer)
  const stranger = ticketKeysOf({
    keys: [{ kty: 'OKP', crv: 'Ed25519', kid: signer.keyId, x: 'A'.repeat(43) }],
  })
  expect(await verifyTicket(code, { keys: stranger })).toEqual({ verdict: 'forged' })
  expect(await verifyTicket(code, { keys: new Map() })).toEqual({
    verdict: 'unknown_key',
    ticket: { ...ticket, keyId: signer.keyId },
  })
  for (const text of ['', 'https://example.org', 'A'.repeat(10_000), `${code}A`, code.slice(0, -1)]) {
    expect(await verifyTicket(text, { keys })).toEqual({ verdict: 'forged' })
  }
})

test('another event, a void ticket and sandbox money each have their own word', async () => {
  const verdict = async (
    t: Omit<TicketContents, 'keyId'>,
    options: Omit<Parameters<typeof verifyTicket>[1], 'keys'> = {},
  ): Promise<string> => (await verifyTicket(signTicket(t, signer), { keys, ...options })).verdict
  expect(await verdict(ticket, { eventId: '1043' })).toBe('wrong_event')
  expect(await verdict(ticket, { voided: list([[123, 5000]]) })).toBe('void')
  expect(await verdict(ticket, { voided: list([[124, 5000]]) })).toBe('valid')
  expect(await verdict(ticket, { voided: list([[123, 5000]], '1043') })).toBe('unchecked')
  expect(await verdict({ ...ticket, stateVersion: 5001 }, { voided: list([[123, 5000]]) })).toBe('valid')
  expect(await verdict({ ...ticket, livemode: false })).toBe('test')
  expect(await verdict({ ...ticket, livemode: false }, { isTest: true })).toBe('valid')
})

test('a list of void tickets is read only as it was signed', async () => {
  const signed = list([
    [1, 2],
    [3, 4],
  ])
  const jws = writeVoidedList(signed, signer)
  expect(await readVoidedList(`${jws}\n`, keys)).toEqual(signed)
  const [head, body, tag] = jws.split('.')
  const emptied = Buffer.from(Buffer.from(body!, 'base64url').toString().replace('[[1,2],[3,4]]', '[]'))
  expect(await readVoidedList(`${head}.${emptied.toString('base64url')}.${tag}`, keys)).toBeNull()
  expect(await readVoidedList(jws, new Map())).toBeNull()
  expect(await readVoidedList('not.a.list', keys)).toBeNull()
  expect(await readVoidedList(signTicket(ticket, signer), keys)).toBeNull()
})
