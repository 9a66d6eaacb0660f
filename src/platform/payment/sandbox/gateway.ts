import { createHash } from 'node:crypto'
import type { Server } from 'bun'
import { systemClock, systemRandom, type Clock, type Random } from '../../clock.ts'
import {
  Bank,
  FAULTY_METHODS,
  SLOW_MS,
  StripeApiError,
  declinedFailure,
  invalid,
  noSuch,
  type ApiFailure,
  type ChargeObject,
  type Intent,
} from './bank.ts'
import { Books, type Json } from './books.ts'
import { listOf, mapOf, parseForm, textOf, type Form } from './form.ts'
import { createWebhooks, type Webhooks, type WebhookTarget } from './webhooks.ts'

/** Seconds after which a connection whose answer was "lost" is closed. */
const LOST_SECONDS = 60

export type SandboxCall = 'create' | 'confirm' | 'capture' | 'cancel' | 'refund' | 'retrieve' | 'list'

/**
 * `down`: 503, nothing happens. `lost`: it happens, the answer never comes. `late`: it happens at once, the answer
 * comes after the time-out. `broken`: it happens, the answer is a 500. `limited`: 429, nothing happens.
 */
export type SandboxFault = 'down' | 'lost' | 'late' | 'broken' | 'limited'

export type SandboxOptions = {
  /** 0 picks a free one. */
  port: number
  hostname?: string
  /** The SQLite file of its books; ":memory:" forgets with the process. */
  file: string
  webhook?: WebhookTarget
  clock?: Clock
  random?: Random
}

export type SandboxGateway = {
  /** What STRIPE_API_BASE would be. */
  url: string
  port: number
  webhooks: Webhooks
  /** The next `times` calls of this kind meet the fault. */
  fail(call: SandboxCall | 'any', fault: SandboxFault, times: number): void
  /** No more faults. */
  heal(): void
  stop(): Promise<void>
}

/** A declined card is an answer too: what the bank wrote down must not be rolled back. */
type Handled = { status: number; body: Json }
type Fault = { call: SandboxCall | 'any'; fault: SandboxFault; times: number }

/**
 * A gateway that speaks the part of Stripe's API that Usher uses, over real HTTP: PaymentIntents with manual capture,
 * refunds, idempotency keys, signed webhooks, test payment methods, and faults. Any secret key is good.
 */
export function startSandboxGateway(options: SandboxOptions): SandboxGateway {
  const clock = options.clock ?? systemClock
  const books = new Books(options.file)
  const webhooks = createWebhooks(books, clock)
  webhooks.target = options.webhook ?? null
  const bank = new Bank({ books, webhooks, clock, random: options.random ?? systemRandom })
  const faults: Fault[] = []
  const gateway = new Gateway(books, bank, faults, clock)
  const server: Server<unknown> = Bun.serve({
    port: options.port,
    hostname: options.hostname ?? '127.0.0.1',
    idleTimeout: LOST_SECONDS + 10,
    fetch: (request) => gateway.answer(request),
  })
  const slowBank = setInterval(() => bank.settleDue(), 250)
  slowBank.unref?.()
  return {
    url: `http://127.0.0.1:${server.port}`,
    port: server.port!,
    webhooks,
    fail: (call, fault, times) => faults.push({ call, fault, times }),
    heal: () => faults.splice(0),
    async stop() {
      clearInterval(slowBank)
      await webhooks.stop()
      await server.stop(true)
      books.close()
    },
  }
}

class Gateway {
  readonly #books: Books
  readonly #bank: Bank
  readonly #faults: Fault[]
  readonly #clock: Clock
  /** Keys of calls that have not been answered yet. */
  readonly #running = new Set<string>()

  constructor(books: Books, bank: Bank, faults: Fault[], clock: Clock) {
    this.#books = books
    this.#bank = bank
    this.#faults = faults
    this.#clock = clock
  }

  async answer(request: Request): Promise<Response> {
    const url = new URL(request.url)
    if (url.pathname === '/sandbox/faults' && request.method === 'POST') return this.#setFaults(request)
    const text = request.method === 'POST' ? await request.text() : url.search.slice(1)
    try {
      if (!request.headers.get('authorization')?.match(/^(Bearer|Basic) ./)) {
        throw new StripeApiError({
          status: 401,
          type: 'invalid_request_error',
          message: 'You did not provide an API key.',
        })
      }
      const form = parseForm(text)
      const call = callOf(request.method, url.pathname)
      if (!call) throw noRoute(request.method, url.pathname)
      checkNames(call, form)
      const fault = this.#faultOf(call, url.pathname, form)
      if (fault === 'down') return failed({ status: 503, type: 'api_error', message: 'The bank is down.' })
      if (fault === 'limited') {
        return failed({
          status: 429,
          type: 'rate_limit_error',
          code: 'rate_limit',
          message: 'Too many requests.',
        })
      }
      const key = request.method === 'POST' ? request.headers.get('idempotency-key') : null
      const act = (): Handled => this.#handle(call, url.pathname, form)
      const response = key ? this.#once(key, url.pathname, text, act) : answered(this.#books.atomically(act))
      const slow = call === 'confirm' && this.#methodOf(url.pathname, form) === FAULTY_METHODS.slow
      if (key) this.#running.add(key)
      try {
        return await spoil(response, slow ? 'late' : fault, request.signal)
      } finally {
        if (key) this.#running.delete(key)
      }
    } catch (error) {
      if (error instanceof StripeApiError) return failed(error.failure)
      throw error
    }
  }

  #handle(call: SandboxCall, path: string, form: Form): Handled {
    const [, , kind = '', id = ''] = path.split('/')
    switch (call) {
      case 'create':
        return orDeclined(this.#bank.createIntent(form))
      case 'confirm':
        return orDeclined(this.#bank.confirm(id, form))
      case 'capture':
        return ok(this.#bank.capture(id, form))
      case 'cancel':
        return ok(this.#bank.cancel(id, form))
      case 'refund':
        return ok(this.#bank.refund(form))
      case 'retrieve':
        return ok(this.#retrieve(kind, id, form))
      case 'list':
        return ok(id === 'search' ? this.#search(form) : this.#list(kind.slice(0, -1), path, form))
    }
  }

  #retrieve(kind: string, id: string, form: Form): Json {
    if (kind === 'charges') return this.#bank.charge(id)
    if (kind === 'payment_intents') return this.#expand(this.#bank.intent(id), form)
    return this.#books.find('refund', id) ?? raise(noSuch('refund', id, 'id'))
  }

  // Stripe keeps the answer of a call that began to act, errors included; the same key with other parameters is
  // refused, and so is a second call while the first still runs. https://docs.stripe.com/api/idempotent_requests
  #once(key: string, path: string, text: string, act: () => Handled): Response {
    const paramsHash = createHash('sha256').update(`${path}\n${text}`).digest('hex')
    const before = this.#books.answerTo(key)
    if (this.#running.has(key)) {
      throw new StripeApiError({
        status: 409,
        type: 'idempotency_error',
        code: 'idempotency_key_in_use',
        message: 'There is currently another in-progress request using this Idempotent Key.',
      })
    }
    if (before) {
      if (before.paramsHash !== paramsHash) {
        throw new StripeApiError({
          status: 400,
          type: 'idempotency_error',
          message:
            'Keys for idempotent requests can only be used with the same parameters they were first used with.',
        })
      }
      return new Response(before.body, {
        status: before.status,
        headers: { 'content-type': 'application/json', 'idempotent-replayed': 'true' },
      })
    }
    // Keys of calls that were refused before they acted stay free.
    const handled = this.#books.atomically(() => {
      const result = act()
      this.#books.keepAnswer(key, paramsHash, result.status, JSON.stringify(result.body))
      return result
    })
    return answered(handled)
  }

  #faultOf(call: SandboxCall, path: string, form: Form): SandboxFault | null {
    if (call === 'confirm') {
      const method = this.#methodOf(path, form)
      if (method === FAULTY_METHODS.down) return 'down'
      if (method === FAULTY_METHODS.lost) return 'lost'
    }
    const at = this.#faults.findIndex((f) => f.call === call || f.call === 'any')
    const found = this.#faults[at]
    if (!found) return null
    found.times -= 1
    if (found.times <= 0) this.#faults.splice(at, 1)
    return found.fault
  }

  #methodOf(path: string, form: Form): string | null {
    const stored = this.#books.find<Intent>('payment_intent', path.split('/')[3] ?? '')
    return textOf(form, 'payment_method') ?? stored?.payment_method ?? null
  }

  #list(kind: string, path: string, form: Form): Json {
    this.#bank.settleDue()
    const limit = limitOf(form)
    const created = mapOf(form, 'created')
    const after = textOf(form, 'starting_after')
    const parent = textOf(form, 'payment_intent')
    const found = this.#books.list<Json>({
      kind,
      limit: limit + 1,
      createdFrom: Number(created['gte'] ?? 0),
      createdTo: Number(created['lte'] ?? Number.MAX_SAFE_INTEGER),
      ...(after && { after }),
      ...(parent && { parent }),
    })
    const data = found.slice(0, limit).map((object) => this.#expand(object, form))
    return { object: 'list', url: path, has_more: found.length > limit, data }
  }

  #search(form: Form): Json {
    this.#bank.settleDue()
    const query = textOf(form, 'query') ?? ''
    const terms = [...query.matchAll(/metadata\['([A-Za-z0-9_]+)'\]:'([^']*)'/g)]
    if (terms.length === 0) throw invalid('query', 'We were unable to parse your search query.')
    const wanted = Object.fromEntries(terms.map((term) => [term[1]!, term[2]!]))
    const data = this.#books.search<Json>('payment_intent', wanted, limitOf(form))
    return { object: 'search_result', url: '/v1/payment_intents/search', has_more: false, data }
  }

  #expand(object: Json, form: Form): Json {
    const wanted = listOf(form, 'expand').some((name) => name.endsWith('latest_charge'))
    const latest = object['latest_charge']
    if (!wanted || typeof latest !== 'string') return object
    return { ...object, latest_charge: this.#books.find<ChargeObject>('charge', latest) }
  }

  async #setFaults(request: Request): Promise<Response> {
    const wanted = (await request.json()) as Fault[]
    this.#faults.splice(0, this.#faults.length, ...wanted)
    return Response.json({ faults: this.#faults, at: this.#clock.now() })
  }
}

const CALLS: [method: string, path: RegExp, call: SandboxCall][] = [
  ['POST', /^\/v1\/payment_intents$/, 'create'],
  ['GET', /^\/v1\/payment_intents(\/search)?$/, 'list'],
  ['GET', /^\/v1\/payment_intents\/pi_\w+$/, 'retrieve'],
  ['POST', /^\/v1\/payment_intents\/pi_\w+\/confirm$/, 'confirm'],
  ['POST', /^\/v1\/payment_intents\/pi_\w+\/capture$/, 'capture'],
  ['POST', /^\/v1\/payment_intents\/pi_\w+\/cancel$/, 'cancel'],
  ['POST', /^\/v1\/refunds$/, 'refund'],
  ['GET', /^\/v1\/refunds\/re_\w+$/, 'retrieve'],
  ['GET', /^\/v1\/refunds$/, 'list'],
  ['GET', /^\/v1\/charges\/ch_\w+$/, 'retrieve'],
  ['GET', /^\/v1\/charges$/, 'list'],
]

function callOf(method: string, path: string): SandboxCall | null {
  return CALLS.find(([m, pattern]) => m === method && pattern.test(path))?.[2] ?? null
}

const NAMES: Partial<Record<SandboxCall, string>> = {
  create:
    'amount automatic_payment_methods capture_method confirm currency description expand metadata payment_method return_url',
  confirm: 'expand payment_method return_url',
  capture: 'amount_to_capture expand',
  cancel: 'cancellation_reason expand',
  refund: 'amount expand metadata payment_intent reason',
}

function checkNames(call: SandboxCall, form: Form): void {
  const known = NAMES[call]?.split(' ')
  if (!known) return
  const unknown = Object.keys(form).find((name) => !known.includes(name))
  if (unknown) throw invalid(unknown, `Received unknown parameter: ${unknown}`, 'parameter_unknown')
}

function limitOf(form: Form): number {
  const limit = Number(textOf(form, 'limit') ?? 10)
  if (!(limit >= 1 && limit <= 100)) throw invalid('limit', 'The limit is between 1 and 100.')
  return limit
}

function noRoute(method: string, path: string): StripeApiError {
  return new StripeApiError({
    status: 404,
    type: 'invalid_request_error',
    message: `Unrecognized request URL (${method}: ${path}).`,
  })
}

function errorBody(failure: ApiFailure): Json {
  const { status: _, ...error } = failure
  return { error }
}

async function spoil(response: Response, fault: SandboxFault | null, gone: AbortSignal): Promise<Response> {
  if (fault === 'late') {
    await Promise.race([Bun.sleep(SLOW_MS), aborted(gone)])
    return response
  }
  if (fault === 'lost') await Promise.race([Bun.sleep(LOST_SECONDS * 1000), aborted(gone)])
  if (fault === 'lost' || fault === 'broken') {
    return failed({ status: 500, type: 'api_error', message: 'Something went wrong on our end.' })
  }
  return response
}

function ok(body: Json): Handled {
  return { status: 200, body }
}

function orDeclined(intent: Intent): Handled {
  if (intent.status !== 'requires_payment_method' || !intent.last_payment_error) return ok(intent)
  return { status: 402, body: errorBody(declinedFailure(intent)) }
}

function answered(handled: Handled): Response {
  return Response.json(handled.body, { status: handled.status })
}

function failed(failure: ApiFailure): Response {
  return Response.json(errorBody(failure), { status: failure.status })
}

function raise(error: Error): never {
  throw error
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
