import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PaymentProvider, ProviderEvent } from './provider.ts'
import { startSandboxGateway, type SandboxGateway } from './sandbox/gateway.ts'
import { createStripeProvider } from './stripe.ts'

const SECRET = 'whsec_test'
const folder = mkdtempSync(join(tmpdir(), 'sandbox-'))
const file = join(folder, 'books.sqlite')
let gateway: SandboxGateway
let provider: PaymentProvider
let received: { event: ProviderEvent | null; status: number }[] = []
let answerStatus = 200
const receiver = Bun.serve({
  port: 0,
  fetch: async (request) => {
    const event = await provider.verifyWebhook(await request.text(), request.headers)
    if (event === 'malformed') throw new Error('the gateway sent what is no event')
    received.push({ event, status: answerStatus })
    return new Response(null, { status: answerStatus })
  },
})
const webhook = { url: `http://127.0.0.1:${receiver.port}/`, secret: SECRET }

function start(port = 0): void {
  gateway = startSandboxGateway({ port, file, webhook })
  provider = connect(gateway)
}

function connect(to: SandboxGateway, callMsMax = 400): PaymentProvider {
  return createStripeProvider({
    secretKey: 'sk_test_sandbox',
    webhookSecret: SECRET,
    apiBase: to.url,
    callMsMax,
  })
}

let count = 0
async function opened(token = 'pm_card_visa', amount = 4500) {
  count += 1
  const attempt = { orderId: `order-${count}`, attempt: `attempt-${count}` }
  const charge = answer(await provider.open({ ...attempt, amount, currency: 'EUR', token }))
  return { ...attempt, ref: charge.ref, amount, currency: 'EUR' }
}

function answer<T>(outcome: { kind: string; value?: T }): T {
  if (outcome.kind !== 'answered') throw new Error(JSON.stringify(outcome))
  return outcome.value as T
}

async function until(what: () => boolean | Promise<boolean>, msMax = 10_000): Promise<void> {
  const end = Date.now() + msMax
  while (!(await what())) {
    if (Date.now() > end) throw new Error('it did not happen in time')
    await Bun.sleep(10)
  }
}

beforeAll(() => start())
afterEach(() => {
  gateway.heal()
  gateway.webhooks.copies = 1
  gateway.webhooks.reversed = false
  answerStatus = 200
  received = []
})
afterAll(async () => {
  await gateway.stop()
  await receiver.stop(true)
  rmSync(folder, { recursive: true })
})

describe('a charge', () => {
  test('is opened, authorized, captured and refunded in parts', async () => {
    const c = await opened()
    expect(answer(await provider.retrieve(c.ref)).state).toBe('untouched')
    expect(answer(await provider.authorize(c)).state).toBe('authorized')
    expect(answer(await provider.capture(c))).toMatchObject({
      state: 'captured',
      amount: 4500,
      currency: 'EUR',
    })
    const part = { ref: c.ref, orderId: c.orderId, currency: 'EUR', again: false }
    expect(answer(await provider.refund({ ...part, refundId: 'r1', amount: 1500 })).state).toBe('succeeded')
    expect(answer(await provider.refund({ ...part, refundId: 'r2', amount: 3000 })).state).toBe('succeeded')
    expect((await provider.refund({ ...part, refundId: 'r3', amount: 1 })).kind).toBe('refused')
  })

  test.each([
    ['pm_card_chargeDeclined', 'generic_decline'],
    ['pm_card_chargeDeclinedInsufficientFunds', 'insufficient_funds'],
  ])('with %s is declined as %s, and stays so', async (token, code) => {
    const c = await opened(token)
    expect(answer(await provider.authorize(c))).toMatchObject({ state: 'declined', decline: { code } })
    expect(answer(await provider.authorize(c)).state).toBe('declined')
    expect(answer(await provider.retrieve(c.ref)).state).toBe('declined')
  })

  test('with a payment method that does not exist is refused', async () => {
    const outcome = await provider.open({
      orderId: 'o',
      attempt: 'a',
      amount: 1,
      currency: 'EUR',
      token: 'pm_no',
    })
    expect(outcome).toMatchObject({ kind: 'refused', code: 'resource_missing' })
  })

  test('that was voided cannot be captured, and one that was captured cannot be voided', async () => {
    const a = await opened()
    await provider.authorize(a)
    expect(answer(await provider.void(a)).state).toBe('voided')
    expect(answer(await provider.capture(a)).state).toBe('voided')
    const b = await opened()
    await provider.authorize(b)
    await provider.capture(b)
    expect(answer(await provider.void(b)).state).toBe('captured')
  })

  test('is found by its attempt and stands in the books with what was given back', async () => {
    const c = await opened()
    await provider.authorize(c)
    await provider.capture(c)
    await provider.refund({
      ref: c.ref,
      orderId: c.orderId,
      refundId: 'x',
      amount: 500,
      currency: 'EUR',
      again: false,
    })
    expect(answer(await provider.findByAttempt(c)).map((found) => found.ref)).toEqual([c.ref])
    const books = await Array.fromAsync(
      provider.charges({ since: Date.now() - 60_000, until: Date.now() + 1_000 }),
    )
    expect(books.find((charge) => charge.ref === c.ref)).toMatchObject({ state: 'captured', refunded: 500 })
  })
})

test('its books are for their owner alone, with the files beside them', () => {
  for (const name of [file, `${file}-wal`, `${file}-shm`]) expect(statSync(name).mode & 0o777).toBe(0o600)
})

describe('an idempotency key', () => {
  test('gives the same charge for the same words and refuses others', async () => {
    const words = { orderId: 'same', attempt: 'same', amount: 100, currency: 'EUR', token: 'pm_card_visa' }
    const first = answer(await provider.open(words))
    expect(answer(await provider.open(words)).ref).toBe(first.ref)
    expect((await provider.open({ ...words, amount: 101 })).kind).toBe('unknown')
  })

  test('refunds once, also when asked again after the provider forgot it', async () => {
    const c = await opened()
    await provider.authorize(c)
    await provider.capture(c)
    const r = { ref: c.ref, orderId: c.orderId, refundId: 'once', amount: 700, currency: 'EUR' }
    const first = answer(await provider.refund({ ...r, again: false }))
    expect(answer(await provider.refund({ ...r, again: false })).ref).toBe(first.ref)
    expect(answer(await provider.refund({ ...r, again: true })).ref).toBe(first.ref)
    // Set going again by a person, though the money has gone back.
    expect(answer(await provider.refund({ ...r, again: true, round: 1 })).ref).toBe(first.ref)
    expect(answer(await provider.retrieve(c.ref)).refunded).toBe(700)
  })
})

describe('a fault', () => {
  test('slow: unknown after the time-out, authorized later', async () => {
    const c = await opened('pm_sandbox_slow')
    expect((await provider.authorize(c)).kind).toBe('unknown')
    expect(answer(await provider.retrieve(c.ref)).state).toBe('processing')
    await until(async () => answer(await provider.retrieve(c.ref)).state === 'authorized')
  })

  test('lost: unknown, but the money is set aside', async () => {
    const c = await opened('pm_sandbox_lost')
    expect((await provider.authorize(c)).kind).toBe('unknown')
    expect(answer(await provider.retrieve(c.ref)).state).toBe('authorized')
  })

  test('down: unknown, and nothing has happened', async () => {
    const c = await opened('pm_sandbox_down')
    expect((await provider.authorize(c)).kind).toBe('unknown')
    expect(answer(await provider.retrieve(c.ref)).state).toBe('untouched')
  })

  test('broken and limited answers are unknown, too, and the same key succeeds afterwards', async () => {
    const c = await opened()
    gateway.fail('confirm', 'limited', 1)
    expect((await provider.authorize(c)).kind).toBe('unknown')
    gateway.fail('confirm', 'broken', 1)
    expect((await provider.authorize(c)).kind).toBe('unknown')
    expect(answer(await provider.authorize(c)).state).toBe('authorized')
  })

  test('a gateway that is not there is unknown', async () => {
    const nobody = createStripeProvider({
      secretKey: 'sk_test_x',
      webhookSecret: SECRET,
      apiBase: 'http://127.0.0.1:9',
    })
    expect((await nobody.retrieve('pi_1')).kind).toBe('unknown')
  })
})

describe('webhooks', () => {
  test('are signed, name the order and repeat until they are accepted', async () => {
    answerStatus = 500
    const c = await opened()
    await until(() => received.some(({ event }) => event?.ref === c.ref))
    answerStatus = 200
    await until(() => received.some(({ event, status }) => event?.ref === c.ref && status === 200))
    const mine = received.filter(({ event }) => event?.ref === c.ref)
    expect(new Set(mine.map(({ event }) => event!.id)).size).toBe(1)
    expect(mine[0]!.event).toMatchObject({
      kind: 'payment_intent.created',
      orderId: c.orderId,
      attempt: c.attempt,
    })
  })

  test('with a wrong signature, an old one or none are not believed', async () => {
    const body = JSON.stringify({ id: 'evt_1', type: 'x', object: 'event', data: { object: {} } })
    const verify = (headers: Record<string, string>) => provider.verifyWebhook(body, new Headers(headers))
    expect(await verify({})).toBeNull()
    expect(
      await verify({ 'stripe-signature': `t=${Math.floor(Date.now() / 1000)},v1=${'0'.repeat(64)}` }),
    ).toBeNull()
    const { sign } = await import('./sandbox/webhooks.ts')
    const now = Math.floor(Date.now() / 1000)
    expect(await verify({ 'stripe-signature': `t=${now},v1=${sign(body, now, SECRET)}` })).toMatchObject({
      id: 'evt_1',
    })
    const old = now - 3_600
    expect(await verify({ 'stripe-signature': `t=${old},v1=${sign(body, old, SECRET)}` })).toBeNull()
  })
})

test('without a secret no webhook is believed: anybody could sign with nothing', async () => {
  const open = createStripeProvider({ secretKey: 'sk_test_x', webhookSecret: '' })
  const { sign } = await import('./sandbox/webhooks.ts')
  const body = JSON.stringify({ id: 'evt_1', type: 'x', object: 'event', data: { object: {} } })
  const now = Math.floor(Date.now() / 1000)
  const headers = new Headers({ 'stripe-signature': `t=${now},v1=${sign(body, now, '')}` })
  expect(await open.verifyWebhook(body, headers)).toBeNull()
})

test('a gateway that was stopped finds its books again', async () => {
  const c = await opened()
  await provider.authorize(c)
  const port = gateway.port
  await gateway.stop()
  start(port)
  expect(answer(await provider.retrieve(c.ref)).state).toBe('authorized')
  expect(answer(await provider.capture(c)).state).toBe('captured')
})

test('a wrong secret key is our fault, and says nothing about the charge', async () => {
  const refusing = Bun.serve({
    port: 0,
    fetch: () =>
      Response.json(
        { error: { type: 'invalid_request_error', message: 'Invalid API Key' } },
        { status: 401 },
      ),
  })
  const wrong = createStripeProvider({
    secretKey: 'sk_test_wrong',
    webhookSecret: SECRET,
    apiBase: `http://127.0.0.1:${refusing.port}`,
  })
  expect(await wrong.retrieve('pi_1')).toMatchObject({ kind: 'unknown', fault: 'ours' })
  await refusing.stop(true)
})
