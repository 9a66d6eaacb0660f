import type { BunRequest, Server } from 'bun'
import type { Validator } from 'typebox/compile'
import { refuse, type Refusal } from '../../shared/errors.ts'
import { limitKey } from './address.ts'
import type { Caller, Input } from './route.ts'

/** Largest request body in bytes. Layouts and events come in through the command line, not through HTTP. */
export const BODY_BYTES_MAX = 256 * 1024
/** Problems named in one refusal. */
const FIELD_ERRORS_MAX = 5

export class RequestInput implements Input<unknown, unknown, unknown> {
  readonly params: unknown
  query: unknown = undefined
  body: unknown = undefined
  caller: Caller | null = null
  readonly request: BunRequest
  readonly requestId: string
  readonly #server: Server<unknown>
  readonly #addressOf: ((request: Request, peer: string) => string) | undefined
  #address: string | undefined

  constructor(
    request: BunRequest,
    params: unknown,
    requestId: string,
    server: Server<unknown>,
    addressOf: ((request: Request, peer: string) => string) | undefined,
  ) {
    this.params = params
    this.request = request
    this.requestId = requestId
    this.#server = server
    this.#addressOf = addressOf
  }

  // Looked up only when somebody asks: it costs strings, and most routes do not need it.
  get address(): string {
    if (this.#address === undefined) {
      const peer = this.#server.requestIP(this.request)?.address ?? ''
      this.#address = this.#addressOf ? this.#addressOf(this.request, peer) : limitKey(peer)
    }
    return this.#address
  }
}

/**
 * The request's JSON, or a refusal. No body at all is an empty object, so that "POST" without one works where every
 * field is optional.
 */
export async function readJson(request: Request): Promise<{ value: unknown } | Refusal> {
  const { headers } = request
  const type = headers.get('content-type')
  if (type !== null && type !== 'application/json' && !JSON_TYPE.test(type)) {
    return refuse('unsupported_media_type', `The body must be application/json, not ${type.slice(0, 80)}.`)
  }
  const length = headers.get('content-length')
  try {
    if (length !== null && length !== '0') {
      // The server below holds the sender to the announced length.
      if (Number(length) > BODY_BYTES_MAX) return tooLarge()
      return { value: await request.json() }
    }
    const text = length === '0' ? '' : await readText(request)
    if (typeof text !== 'string') return text
    return { value: text === '' ? {} : JSON.parse(text) }
  } catch {
    return refuse('malformed', 'The body is not JSON.')
  }
}

const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i

/** The body as text, never more than the limit in memory. For routes that need the bytes as they were sent. */
export async function readText(request: Request): Promise<string | Refusal> {
  if (Number(request.headers.get('content-length') ?? 0) > BODY_BYTES_MAX) return tooLarge()
  if (!request.body) return ''
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of request.body) {
    length += chunk.length
    if (length > BODY_BYTES_MAX) return tooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function tooLarge(): Refusal {
  return refuse('too_large', `The body may have ${BODY_BYTES_MAX} bytes at most.`)
}

/**
 * The query by its schema: numbers and booleans are read from their text. A name that the schema does not know is
 * left alone, so that links with somebody's tracking parameters go on working; of a repeated name the last counts.
 */
export function readQuery(validator: Validator, url: string): { value: unknown } | Refusal {
  const start = url.indexOf('?')
  // PostgreSQL's text cannot hold it, and nothing that is asked for has one.
  if (url.includes('%00')) return refuse('malformed', 'The query has a NUL character.')
  const query: Record<string, unknown> = {}
  if (start >= 0) for (const [name, value] of new URLSearchParams(url.slice(start + 1))) query[name] = value
  const value = start < 0 ? query : validator.Convert(query)
  return check(validator, value, 'query') ?? { value }
}

function holdsNul(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\0')
  if (typeof value !== 'object' || value === null) return false
  for (const name in value) {
    if (holdsNul((value as Record<string, unknown>)[name]) || (!Array.isArray(value) && name.includes('\0')))
      return true
  }
  return false
}

export function check(validator: Validator, value: unknown, where: string): Refusal | null {
  if (validator.Check(value)) {
    // PostgreSQL's text cannot hold it.
    return holdsNul(value) ? refuse('malformed', `The ${where} has a NUL character.`) : null
  }
  const errors = [...validator.Errors(value)].slice(0, FIELD_ERRORS_MAX).map((error) => ({
    field: `${where}${error.instancePath}`,
    message: error.message,
  }))
  const first = errors[0]
  const detail = `${first?.field ?? where} ${first?.message ?? 'is not valid'}.`
  return refuse('malformed', detail, { extra: { errors } })
}
