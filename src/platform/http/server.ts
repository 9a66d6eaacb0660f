import type { BunRequest, Server } from 'bun'
import type { Validator } from 'typebox/compile'
import { ERRORS, isRefusal, refuse, type Refusal } from '../../shared/errors.ts'
import type { Clock } from '../clock.ts'
import type { Access, Answer, Caller, Input, Route } from './route.ts'

/** Largest request body in bytes. Layouts and events come in through the command line, not through HTTP. */
export const BODY_BYTES_MAX = 256 * 1024
/** Seconds after which a silent connection is closed. */
export const IDLE_SECONDS_MAX = 60

export type HttpServerOptions = {
  port: number
  hostname?: string
  reusePort?: boolean
  routes: readonly Route[]
  clock: Clock
  /** The caller whom the request's token names; null without a token or with a bad one. */
  authenticate(request: Request): Caller | null | Promise<Caller | null>
  /** A refusal when the address or the caller asks too often. */
  limit?(kind: 'read' | 'write', address: string, caller: Caller | null): Refusal | null | Promise<Refusal | null>
  /** Client's address; `peer` is the connection's. */
  address?(request: Request, peer: string): string
  onAnswer?(route: Route, status: number, milliseconds: number, requestId: string): void
  onFault?(error: unknown, route: Route, requestId: string): void
  /** Static files and pages for what no route answers. */
  fallback?(request: Request): Response | Promise<Response>
  /** Added to every answer. */
  headers?: Record<string, string>
}

type Handler = (request: BunRequest, server: Server<unknown>) => Promise<Response>

/** Starts the server. `stop()` on the result waits for requests in flight. */
export function startHttpServer(options: HttpServerOptions): Server<unknown> {
  const table: Record<string, Record<string, Handler>> = {}
  for (const r of options.routes) {
    const methods = (table[r.path] ??= {})
    if (methods[r.method]) throw new Error(`two routes for ${r.method} ${r.path}`)
    methods[r.method] = handler(r, options)
  }
  return Bun.serve({
    port: options.port,
    hostname: options.hostname ?? '0.0.0.0',
    reusePort: options.reusePort ?? false,
    maxRequestBodySize: BODY_BYTES_MAX,
    idleTimeout: IDLE_SECONDS_MAX,
    routes: table as never,
    fetch: (request) => notRouted(request, options, table),
    error: (error) => {
      options.onFault?.(error, UNKNOWN_ROUTE, '-')
      return problem(refuse('internal', 'The server made a mistake.'), '-', options.headers)
    },
  })
}

const UNKNOWN_ROUTE = { method: 'GET', path: '-' } as Route

let requestCount = 0
const requestPrefix = Bun.randomUUIDv7().slice(9, 18).replace('-', '')

/** Unique per process start; short, because it is on every answer and in every log line. */
function nextRequestId(): string {
  requestCount += 1
  return `${requestPrefix}-${requestCount.toString(36)}`
}

function handler(r: Route, options: HttpServerOptions): Handler {
  const { clock } = options
  const limit = r.limit ?? (r.method === 'GET' ? 'read' : 'write')
  return async (request, server) => {
    const startedMs = clock.monotonic()
    const requestId = nextRequestId()
    let response: Response
    try {
      const result = await answer(r, limit, request, server, requestId, options)
      response = present(result, requestId, options.headers)
    } catch (error) {
      options.onFault?.(error, r, requestId)
      response = problem(
        refuse('internal', 'The server made a mistake; it has been noted. Try again.'),
        requestId,
        options.headers,
      )
    }
    options.onAnswer?.(r, response.status, clock.monotonic() - startedMs, requestId)
    return response
  }
}

// In the contract's order: 400 malformed, 401, then what the handler finds (404, 403, 409 …).
async function answer(
  r: Route,
  limit: 'read' | 'write' | 'none',
  request: BunRequest,
  server: Server<unknown>,
  requestId: string,
  options: HttpServerOptions,
): Promise<Answer | Refusal | Response> {
  const input: Input<unknown, unknown, unknown> = {
    params: request.params,
    query: undefined,
    body: undefined,
    caller: null,
    request,
    requestId,
    address: '',
  }
  if (limit !== 'none' && options.limit) {
    const peer = server.requestIP(request)?.address ?? ''
    input.address = options.address ? options.address(request, peer) : peer
  }
  const { validators } = r
  if (validators.params && !validators.params.Check(input.params)) {
    return refuse('not_found', 'There is nothing at this address.')
  }
  if (validators.query) {
    const query = parseQuery(request.url)
    const wrong = check(validators.query, query, 'query')
    if (wrong) return wrong
    input.query = query
  }
  if (validators.body) {
    const body = await readJson(request)
    if (isRefusal(body)) return body
    const wrong = check(validators.body, body, 'body')
    if (wrong) return wrong
    input.body = body
  }
  const found = options.authenticate(request)
  input.caller = found instanceof Promise ? await found : found
  const denied = mayCall(r.access, input.caller)
  if (denied) return denied
  if (limit !== 'none' && options.limit) {
    const refused = options.limit(limit, input.address, input.caller)
    const tooMany = refused instanceof Promise ? await refused : refused
    if (tooMany) return tooMany
  }
  return r.handle(input as Input<never, never, never>)
}

function mayCall(access: Access, caller: Caller | null): Refusal | null {
  if (access === 'public') return null
  if (!caller) return refuse('unauthorized', 'Send a valid token as "Authorization: Bearer <token>".')
  if (access === 'buyer') {
    return caller.kind === 'buyer' ? null : refuse('forbidden', 'Only a buyer may do that.')
  }
  return caller.kind === 'staff' && access.staff.some((role) => caller.roles.includes(role))
    ? null
    : refuse('forbidden', `Only staff with the role ${access.staff.join(' or ')} may do that.`)
}

async function readJson(request: Request): Promise<unknown> {
  try {
    return await request.json()
  } catch {
    return refuse('malformed', 'The body is not JSON.')
  }
}

function parseQuery(url: string): Record<string, unknown> {
  const start = url.indexOf('?')
  if (start < 0) return {}
  const query: Record<string, unknown> = {}
  for (const [name, value] of new URLSearchParams(url.slice(start + 1))) query[name] = value
  return query
}

function check(validator: Validator, value: unknown, where: string): Refusal | null {
  if (validator.Check(value)) return null
  const errors = [...validator.Errors(value)].slice(0, 5).map((error) => ({
    field: `${where}${error.instancePath}`,
    message: error.message,
  }))
  const first = errors[0]
  return refuse('malformed', `${first?.field ?? where} ${first?.message ?? 'is not valid'}.`, { extra: { errors } })
}

function present(
  result: Answer | Refusal | Response,
  requestId: string,
  common: Record<string, string> | undefined,
): Response {
  if (result instanceof Response) {
    for (const name in common) if (!result.headers.has(name)) result.headers.set(name, common[name]!)
    result.headers.set('request-id', requestId)
    return result
  }
  if (isRefusal(result)) return problem(result, requestId, common)
  const headers: Record<string, string> = { ...common, 'request-id': requestId }
  if (result.json === undefined) {
    return new Response(null, { status: result.status, headers: Object.assign(headers, result.headers) })
  }
  headers['content-type'] = 'application/json'
  return new Response(JSON.stringify(result.json), {
    status: result.status,
    headers: Object.assign(headers, result.headers),
  })
}

/** A refusal as application/problem+json (RFC 9457). */
export function problem(refusal: Refusal, requestId: string, common?: Record<string, string>): Response {
  const { status, title } = ERRORS[refusal.refused]
  const headers: Record<string, string> = {
    ...common,
    'content-type': 'application/problem+json',
    'request-id': requestId,
  }
  if (status === 429 || status === 503) headers['retry-after'] = String(refusal.retryAfterSeconds ?? 1)
  if (status === 401) headers['www-authenticate'] = 'Bearer'
  return new Response(
    JSON.stringify({
      type: `/docs/errors#${refusal.refused}`,
      title,
      status,
      code: refusal.refused,
      detail: refusal.detail,
      request_id: requestId,
      ...refusal.extra,
    }),
    { status, headers },
  )
}

async function notRouted(
  request: Request,
  options: HttpServerOptions,
  table: Record<string, Record<string, Handler>>,
): Promise<Response> {
  const requestId = nextRequestId()
  const path = new URL(request.url).pathname
  const methods = Object.entries(table).find(([pattern]) => matches(pattern, path))?.[1]
  if (methods) {
    const allow = Object.keys(methods).join(', ')
    const response = problem(
      refuse('method_not_allowed', `This address knows ${allow}.`),
      requestId,
      options.headers,
    )
    response.headers.set('allow', allow)
    return response
  }
  if (options.fallback) return options.fallback(request)
  return problem(refuse('not_found', 'There is nothing at this address.'), requestId, options.headers)
}

function matches(pattern: string, path: string): boolean {
  const a = pattern.split('/')
  const b = path.split('/')
  return a.length === b.length && a.every((part, i) => part.startsWith(':') || part === b[i])
}
