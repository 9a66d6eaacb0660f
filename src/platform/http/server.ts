import type { BunRequest, Server } from 'bun'
import type { Validator } from 'typebox/compile'
import { isRefusal, refuse, type Refusal } from '../../shared/errors.ts'
import type { Clock } from '../clock.ts'
import { pathOf } from './address.ts'
import type { RequestLimits } from '../rate-limit.ts'
import { mayCall } from './access.ts'
import { Presenter } from './answer.ts'
import { Deadlines, type Overdue } from './deadlines.ts'
import {
  check,
  readJson,
  readQuery,
  refuseDryRun,
  refuseDryRunIn,
  RequestInput,
  unreadable,
} from './request.ts'
import type { Answer, Caller, Route } from './route.ts'

/** Seconds after which a silent connection is closed. */
export const IDLE_SECONDS_MAX = 60
/** Milliseconds after which a caller is told that the answer takes too long. */
export const DEADLINE_MS = 15_000
/** Milliseconds that requests in flight get to finish when the server stops. */
export const STOP_GRACE_MS = 10_000
/**
 * Milliseconds without a request after which nobody is taken to be using an open connection any more, and milliseconds
 * that a stopping server waits for them at most.
 */
const QUIET_MS = 250
const DRAIN_MS_MAX = 3_000
/** What Bun itself takes before it cuts the connection: a little more than a picture. Other routes read less: `BODY_BYTES_MAX`. */
const BODY_BYTES_CUT = 12 * 1024 * 1024

export type HttpServerOptions = {
  port: number
  hostname?: string
  reusePort?: boolean
  routes: readonly Route[]
  clock: Clock
  /** The caller whom the request's token names; null without a token or with a bad one. */
  authenticate(request: Request): Caller | null | Promise<Caller | null>
  /**
   * The same from memory, for limits: null without a token, undefined for a token that has to be verified. Without it
   * every token counts as one that was not seen before.
   */
  recognize?: ((request: Request) => Caller | null | undefined) | undefined
  limits?: RequestLimits | undefined
  /** Client's address; `peer` is the connection's. */
  address?: ((request: Request, peer: string) => string) | undefined
  onAnswer?: (route: Route, status: number, milliseconds: number, requestId: string) => void
  onFault?: (error: unknown, route: Route, requestId: string) => void
  /** Whether an error is nobody's mistake: the database is away, and what became of the request is not known. */
  isOutage?: (error: unknown) => boolean
  /** Milliseconds for which the database was asked and told nobody anything: whoever waits is not let wait on. */
  silentMs?: () => number
  /** Static files and pages, for what no route answers and what is not below /v1/. */
  fallback?: (request: Request) => Response | Promise<Response>
  /** Added to every answer, beside the security headers. */
  headers?: Record<string, string>
}

export type HttpServer = {
  readonly port: number
  readonly url: URL
  /**
   * Says on every answer that it is the connection's last; after a quiet moment takes no new connection, lets requests in
   * flight finish for a while, then closes what is open (streams, too).
   */
  stop(graceMs?: number): Promise<void>
}

type Limit = NonNullable<Route['limit']>

type Handler = (request: BunRequest, server: Server<unknown>) => Promise<Response>

type Context = HttpServerOptions & { presenter: Presenter; deadlines: Deadlines }

export function startHttpServer(options: HttpServerOptions): HttpServer {
  const presenter = new Presenter(options.headers)
  const deadlines = new Deadlines(() => options.clock.monotonic(), options.silentMs)
  const context: Context = { ...options, presenter, deadlines }
  const table: Record<string, Record<string, Handler>> = {}
  for (const r of options.routes) {
    const methods = (table[r.path] ??= {})
    if (methods[r.method]) throw new Error(`two routes for ${r.method} ${r.path}`)
    methods[r.method] = handler(r, context)
  }
  const patterns = patternsOf(table)
  const server = Bun.serve({
    port: options.port,
    hostname: options.hostname ?? '0.0.0.0',
    reusePort: options.reusePort ?? false,
    maxRequestBodySize: BODY_BYTES_CUT,
    idleTimeout: IDLE_SECONDS_MAX,
    routes: table as never,
    fetch: (request) => notRouted(request, context, patterns),
    error: (error) => {
      options.onFault?.(error, NO_ROUTE, '-')
      return presenter.problem(refuse('internal', 'The server made a mistake.'), '-')
    },
  })
  return {
    port: server.port!,
    url: server.url,
    stop: async (graceMs = STOP_GRACE_MS) => {
      const startedMs = options.clock.monotonic()
      const endsAtMs = startedMs + graceMs
      presenter.closeConnections()
      // Bun cuts idle connections together with the listening socket, and requests that are just arriving on them.
      await untilQuiet(options.clock, Math.min(endsAtMs, startedMs + DRAIN_MS_MAX))
      const stopped = server.stop()
      while (deadlines.inFlight > 0 && options.clock.monotonic() < endsAtMs) await Bun.sleep(5)
      await server.stop(true)
      await stopped
      deadlines.close()
    },
  }
}

const NO_PARAMS = {}

const NO_ROUTE = { method: 'GET', path: '-' } as Route

let requestCount = 0
const requestPrefix = Bun.randomUUIDv7().slice(9, 18).replace('-', '')

/** Unique per process start; short, because it is on every answer and in every log line. */
function nextRequestId(): string {
  requestCount += 1
  return `${requestPrefix}-${requestCount.toString(36)}`
}

async function untilQuiet(clock: Clock, endsAtMs: number): Promise<void> {
  for (let before = -1; before !== requestCount && clock.monotonic() < endsAtMs;) {
    before = requestCount
    await Bun.sleep(Math.min(QUIET_MS, Math.max(0, endsAtMs - clock.monotonic())))
  }
}

function handler(r: Route, context: Context): Handler {
  const { clock, presenter, deadlines } = context
  const deadlineMs = r.deadlineMs ?? DEADLINE_MS
  const limit = r.limit ?? (r.method === 'GET' ? 'read' : 'write')
  const hasParams = r.path.includes(':')
  return (request, server) =>
    new Promise((resolve) => {
      const startedMs = clock.monotonic()
      // Bun makes the parameters when they are asked for, even where a path has none.
      const params = hasParams ? request.params : NO_PARAMS
      const input = new RequestInput(request, params, nextRequestId(), server, context.address)
      const finish = (response: Response): void => {
        // Whoever comes second, the answer or the deadline, comes too late.
        if (!deadlines.done(entry)) return
        input.answered = true
        context.onAnswer?.(r, response.status, clock.monotonic() - startedMs, input.requestId)
        resolve(response)
      }
      const entry = deadlines.add(startedMs + deadlineMs, (why) =>
        finish(presenter.problem(unanswered(why, r, input), input.requestId)),
      )
      void respond(r, limit, input, context, finish)
    })
}

/** Never rejects. Waits only for what is a promise: most answers come out of memory, and every wait has its price. */
async function respond(
  r: Route,
  limit: Limit,
  input: RequestInput,
  context: Context,
  finish: (response: Response) => void,
): Promise<void> {
  const { presenter, limits } = context
  let response: Response
  try {
    const known = limits && limit !== 'none' ? recognize(input.request, context) : undefined
    let result: Result | null = limits ? tooOften(limits, limit, known, input) : null
    result ??= wellFormed(r, input)
    if (!result && r.validators.body) {
      const sent = readJson(input.request)
      let body: unknown
      if (sent instanceof Promise) {
        try {
          body = await sent
        } catch (error) {
          result = unreadable(error, input.request)
        }
      } else result = sent
      result ??= takeBody(r, r.validators.body, body, input)
    }
    if (!result) {
      const found = known === undefined ? context.authenticate(input.request) : known
      const caller = found instanceof Promise ? await found : found
      if (limits && known === undefined) result = tooOftenToo(limits, limit, caller, input)
      result ??= handle(r, input, caller)
    }
    response = presenter.present(result instanceof Promise ? await result : result, input.requestId)
  } catch (error) {
    const isOutage = context.isOutage?.(error) ?? false
    if (!isOutage) context.onFault?.(error, r, input.requestId)
    response = presenter.problem(isOutage ? unanswered('silent', r, input) : FAULT, input.requestId)
  }
  finish(response)
}

/** Seconds after which a database that does not answer is worth another try. */
const RETRY_SECONDS = 2
const REASONS: Record<Overdue, string> = {
  late: 'The answer took too long',
  silent: 'The database does not answer at this moment',
}
const UNANSWERED = {
  undone: unansweredAs('and this request has changed nothing. Try again.'),
  unknown: unansweredAs(
    'and this may still be done. Ask again, with the same Idempotency-Key where you sent one.',
  ),
}

function unansweredAs(what: string): Record<Overdue, Refusal> {
  const as = (why: Overdue): Refusal =>
    refuse('unavailable', `${REASONS[why]}, ${what}`, { retryAfterSeconds: RETRY_SECONDS })
  return { late: as('late'), silent: as('silent') }
}

/** What is certain of a request that nobody can answer in time: what only reads, or was not begun, did nothing. */
function unanswered(why: Overdue, { method }: Route, { begun }: RequestInput): Refusal {
  return UNANSWERED[begun && method !== 'GET' ? 'unknown' : 'undone'][why]
}

const FAULT = refuse('internal', 'The server made a mistake; it has been noted. Try again.')

type Result = Answer | Refusal | Response | Promise<Answer | Refusal | Response>

function recognize(request: Request, { recognize: known }: Context): Caller | null | undefined {
  if (known) return known(request)
  return request.headers.has('authorization') || request.headers.has('cookie') ? undefined : null
}

// Asked before anything else, so that a flood costs neither parsing nor a signature.
function tooOften(
  limits: RequestLimits,
  limit: Limit,
  known: Caller | null | undefined,
  input: RequestInput,
): Refusal | null {
  if (limit === 'none') return null
  const { address } = input
  if (limit === 'session') return limits.session(address)
  if (known === undefined) return limits.token(address)
  return known === null ? limits.anonymous(limit, address) : limits.caller(limit, known, address)
}

// A token was verified, and only now it is known whose call it is.
function tooOftenToo(
  limits: RequestLimits,
  limit: Limit,
  caller: Caller | null,
  input: RequestInput,
): Refusal | null {
  if (limit === 'none' || limit === 'session') return null
  return caller ? limits.caller(limit, caller, input.address) : limits.badToken(input.address)
}

// In the contract's order: 400 malformed (here and in `takeBody`), 401, then what the handler finds (404, 403, 409 …).
function wellFormed({ validators, dryRun }: Route, input: RequestInput): Refusal | null {
  if (isSpoilt(input.params) || (validators.params && !validators.params.Check(input.params))) {
    return refuse('not_found', 'There is nothing at this address.')
  }
  // Asked only of operators' calls: making the address into a text takes a microsecond.
  const misread = dryRun === 'ignored' ? null : refuseDryRun(input.request.url, dryRun === 'planned')
  if (misread) return misread
  if (validators.query) {
    const query = readQuery(validators.query, input.request.url)
    if (isRefusal(query)) return query
    input.query = query.value
  }
  return null
}

/** PostgreSQL's text cannot hold a NUL character: nothing is at an address with one. */
function isSpoilt(params: unknown): boolean {
  for (const name in params as Record<string, string>)
    if ((params as Record<string, string>)[name]!.includes('\0')) return true
  return false
}

function takeBody(
  { bodyMembers, dryRun }: Route,
  validator: Validator,
  body: unknown,
  input: RequestInput,
): Refusal | null {
  const misread = dryRun === 'ignored' ? null : refuseDryRunIn(body, dryRun === 'planned')
  if (misread) return misread
  input.body = bodyMembers ? onlyKnown(body, bodyMembers) : body
  return check(validator, input.body, 'body')
}

/** The body without members that the route does not know: nobody has checked them, so nobody may act on them. */
function onlyKnown(body: unknown, known: ReadonlySet<string>): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body
  for (const name in body) {
    if (!known.has(name)) return Object.fromEntries(Object.entries(body).filter(([one]) => known.has(one)))
  }
  return body
}

function handle(r: Route, input: RequestInput, caller: Caller | null): Result {
  input.caller = caller
  const refused = mayCall(r.access, caller, input.params)
  if (refused instanceof Promise) return refused.then((no) => no ?? begin(r, input))
  return refused ?? begin(r, input)
}

function begin(r: Route, input: RequestInput): Result {
  // Its caller was told that nothing was done.
  if (input.answered) return UNANSWERED.undone.late
  input.begun = true
  return r.handle(input as never)
}

async function notRouted(
  request: Request,
  { presenter, fallback, onFault }: Context,
  patterns: Patterns,
): Promise<Response> {
  const requestId = nextRequestId()
  const path = pathOf(request.url)
  const methods = methodsAt(patterns, path)
  if (methods) {
    const known = Object.keys(methods)
    const allow = [...known, ...(methods['GET'] ? ['HEAD'] : []), 'OPTIONS'].join(', ')
    if (request.method === 'OPTIONS') return presenter.present({ status: 204, headers: { allow } }, requestId)
    const response = presenter.problem(
      refuse('method_not_allowed', `This address knows ${known.join(', ')}.`),
      requestId,
    )
    response.headers.set('allow', allow)
    return response
  }
  const reads = request.method === 'GET' || request.method === 'HEAD'
  if (fallback && reads && !path.startsWith('/v1/')) {
    try {
      return presenter.page(await fallback(request), requestId)
    } catch (error) {
      onFault?.(error, NO_ROUTE, requestId)
      return presenter.problem(FAULT, requestId)
    }
  }
  return presenter.problem(refuse('not_found', 'There is nothing at this address.'), requestId)
}

/** The routes by the first part of their path: pages are asked for as often as anything, and are no route. */
type Patterns = Map<string, { parts: string[]; methods: Record<string, Handler> }[]>

function patternsOf(table: Record<string, Record<string, Handler>>): Patterns {
  const patterns: Patterns = new Map()
  for (const [pattern, methods] of Object.entries(table)) {
    const parts = pattern.split('/')
    const some = patterns.get(parts[1]!) ?? []
    some.push({ parts, methods })
    patterns.set(parts[1]!, some)
  }
  return patterns
}

function methodsAt(patterns: Patterns, path: string): Record<string, Handler> | undefined {
  const end = path.indexOf('/', 1)
  const some = patterns.get(end < 0 ? path.slice(1) : path.slice(1, end))
  if (!some) return undefined
  const parts = path.split('/')
  return some.find((one) => matches(one.parts, parts))?.methods
}

function matches(pattern: readonly string[], path: readonly string[]): boolean {
  return (
    pattern.length === path.length && pattern.every((part, i) => part.startsWith(':') || part === path[i])
  )
}
