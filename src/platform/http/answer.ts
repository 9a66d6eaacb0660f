import { ERRORS, isRefusal, type ErrorCode, type Refusal } from '../../shared/errors.ts'
import type { Answer } from './route.ts'

/**
 * On every answer. An API's answers are never rendered, framed or sniffed, and kept by no cache unless the route says
 * so; pages bring a content security policy of their own.
 */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
}

/** For pages that name no policy of their own: nothing from elsewhere, never in a frame. */
const PAGE_POLICY =
  "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; worker-src 'self' blob:; " +
  "object-src 'none'; base-uri 'none'; frame-ancestors 'none'"

/** Turns results into responses. What does not change from answer to answer is built once. */
export class Presenter {
  readonly #common: Headers
  #commonEntries: readonly (readonly [string, string])[]
  // Each is set anew for the answer at hand, and copied by it: that is cheaper than headers of its own for every answer.
  readonly #empty: Headers
  readonly #json: Headers
  readonly #problem: Headers

  constructor(headers: Record<string, string> = {}) {
    this.#common = new Headers({ ...SECURITY_HEADERS, ...headers })
    this.#commonEntries = [...this.#common]
    this.#empty = new Headers(this.#common)
    this.#json = new Headers(this.#common)
    this.#json.set('content-type', 'application/json')
    this.#problem = new Headers(this.#common)
    this.#problem.set('content-type', 'application/problem+json')
  }

  /** From now on every answer is the last one on its connection. */
  closeConnections(): void {
    for (const headers of [this.#common, this.#empty, this.#json, this.#problem])
      headers.set('connection', 'close')
    this.#commonEntries = [...this.#common]
  }

  present(result: Answer | Refusal | Response, requestId: string): Response {
    if (result instanceof Response) return this.#complete(result, requestId)
    if (isRefusal(result)) return this.problem(result, requestId)
    const body = result.json === undefined ? null : JSON.stringify(result.json)
    const headers = body === null ? this.#empty : this.#json
    headers.set('request-id', requestId)
    headers.set('date', dateNow())
    const response = new Response(body, { status: result.status, headers })
    for (const name in result.headers) response.headers.set(name, result.headers[name]!)
    return response
  }

  /** A refusal as application/problem+json (RFC 9457). */
  problem(refusal: Refusal, requestId: string): Response {
    const { status } = ERRORS[refusal.refused]
    this.#problem.set('request-id', requestId)
    const response = new Response(JSON.stringify(problemBody(refusal, requestId)), {
      status,
      headers: this.#problem,
    })
    if (status === 429 || status === 503)
      response.headers.set('retry-after', String(refusal.retryAfterSeconds ?? 1))
    if (status === 401) response.headers.set('www-authenticate', 'Bearer')
    return response
  }

  /** A page or a file: cached as it says itself. */
  page(response: Response, requestId: string): Response {
    const { headers } = response
    if (!headers.has('content-security-policy')) headers.set('content-security-policy', PAGE_POLICY)
    if (!headers.has('cache-control')) headers.set('cache-control', 'no-cache')
    return this.#complete(response, requestId)
  }

  #complete(response: Response, requestId: string): Response {
    const { headers } = response
    for (const [name, value] of this.#commonEntries) if (!headers.has(name)) headers.set(name, value)
    headers.set('request-id', requestId)
    // The runtime's own is up to two seconds old after a quiet moment, and countdowns follow it.
    headers.set('date', dateNow())
    return response
  }
}

let dateText = ''
let dateOfSecond = 0

/** The header `Date`, put into words once a second. */
function dateNow(): string {
  const nowMs = Date.now()
  const second = Math.floor(nowMs / 1000)
  if (second !== dateOfSecond) {
    dateOfSecond = second
    dateText = new Date(nowMs).toUTCString()
  }
  return dateText
}

export function problemBody(refusal: Refusal, requestId: string): Record<string, unknown> {
  const { status, title } = ERRORS[refusal.refused]
  const body: Record<string, unknown> = {
    type: problemType(refusal.refused),
    title,
    status,
    code: refusal.refused,
    detail: refusal.detail,
    request_id: requestId,
  }
  // Not spread: serializing a spread object takes twice as long, and a rush is made of refusals.
  for (const name in refusal.extra) body[name] = refusal.extra[name]
  return body
}

/** Where the error is explained. */
export function problemType(code: ErrorCode): string {
  return `/docs/errors#${code}`
}
