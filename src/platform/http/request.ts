import type { BunRequest, Server } from 'bun'
import type { Validator } from 'typebox/compile'
import { isRefusal, refuse, type Refusal } from '../../shared/errors.ts'
import { schemaFaults, type SchemaError } from '../../shared/schema-faults.ts'
import { limitKey } from './address.ts'
import { DRY_RUN, type Caller, type Input } from './route.ts'

/** Largest request body in bytes. Layouts and events come in through the command line, not through HTTP. */
export const BODY_BYTES_MAX = 256 * 1024
/** Problems named in one refusal. */
const FIELD_ERRORS_MAX = 5

export class RequestInput implements Input<unknown, unknown, unknown> {
  readonly params: unknown
  query: unknown = undefined
  body: unknown = undefined
  caller: Caller | null = null
  /** Its handler was called: from here on nobody else knows what was done. */
  begun = false
  /** Its caller was told something, be it that this takes too long. */
  answered = false
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
 * A refusal of what is no JSON by its head; else what the body is read to, which rejects where it is none. No body at
 * all is an empty object, so that "POST" without one works where every field is optional.
 */
export function readJson(request: Request): Refusal | Promise<unknown> {
  const { headers } = request
  const type = headers.get('content-type')
  if (type !== null && type !== 'application/json' && !JSON_TYPE.test(type)) {
    return refuse('unsupported_media_type', `The body must be application/json, not ${type.slice(0, 80)}.`)
  }
  const length = headers.get('content-length')
  if (length === null) return readChunkedJson(request)
  if (length === '0') return Promise.resolve({})
  // The server below holds the sender to the announced length.
  return Number(length) > BODY_BYTES_MAX ? tooLarge() : request.json()
}
async function readChunkedJson(request: Request): Promise<unknown> {
  const text = await readText(request)
  if (typeof text !== 'string') throw new Unreadable(text)
  return text === '' ? {} : JSON.parse(text)
}

class Unreadable extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.detail)
  }
}

/** What to tell a caller whose body could not be read to JSON. */
export function unreadable(error: unknown, { headers }: Request): Refusal {
  if (error instanceof Unreadable) return error.refusal
  // Looked at only here: compressed bytes are never JSON, and other bodies need not pay for the question.
  const encoding = headers.get('content-encoding')
  if (encoding === null || encoding === 'identity') return refuse('malformed', 'The body is not JSON.')
  const detail = `Compressed bodies (content-encoding: ${encoding.slice(0, 40)}) are not read here; send it as it is.`
  return refuse('unsupported_media_type', detail)
}

const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i

/** The body as text, never more than the limit in memory. For routes that need the bytes as they were sent. */
export async function readText(request: Request): Promise<string | Refusal> {
  const bytes = await readBytes(request, BODY_BYTES_MAX)
  return isRefusal(bytes) ? bytes : bytes.toString('utf8')
}

/** The body as it was sent, never more than `bytesMax` of it in memory. */
export async function readBytes(request: Request, bytesMax: number): Promise<Buffer | Refusal> {
  if (Number(request.headers.get('content-length') ?? 0) > bytesMax) return tooLarge(bytesMax)
  if (!request.body) return Buffer.alloc(0)
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of request.body) {
    length += chunk.length
    if (length > bytesMax) return tooLarge(bytesMax)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function tooLarge(bytesMax = BODY_BYTES_MAX): Refusal {
  return refuse('too_large', `The body may have ${bytesMax} bytes at most.`)
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
  const value = start < 0 ? query : converted(validator, query)
  return check(validator, value, 'query') ?? { value }
}

/**
 * An operator's call that only plans is told from one that acts by `dry_run` alone: what writes and does not know it,
 * or not spelt so, refuses it, however little other names in a query mean.
 */
export function refuseDryRun(url: string, isKnown: boolean): Refusal | null {
  const start = url.indexOf('?')
  if (start < 0) return null
  for (const name of new URLSearchParams(url.slice(start + 1)).keys()) {
    if (!isDryRun(name) || (isKnown && name === DRY_RUN)) continue
    return noDryRun(`query/${name}`, isKnown ? `is written ${DRY_RUN}` : NO_DRY_RUN)
  }
  return null
}

/** The same for its body: what a body says is done, so there it would be read as nothing. */
export function refuseDryRunIn(body: unknown, isKnown: boolean): Refusal | null {
  if (typeof body !== 'object' || body === null) return null
  const name = Object.keys(body).find(isDryRun)
  if (name === undefined) return null
  return noDryRun(`body/${name}`, isKnown ? `belongs in the query: ?${DRY_RUN}=true` : NO_DRY_RUN)
}

const NO_DRY_RUN = 'is not known here: this call has no dry run'

function isDryRun(name: string): boolean {
  return name.replace(/[-_]/g, '').toLowerCase() === 'dryrun'
}

function noDryRun(field: string, message: string): Refusal {
  return refuse('malformed', `${field} ${message}. Nothing was done.`, {
    extra: { errors: [{ field, message }] },
  })
}

// What stands for no number stays text, and is refused: the conversion makes 1 of "1.5" where a whole one is wanted.
function converted(validator: Validator, query: Record<string, unknown>): unknown {
  const value = validator.Convert({ ...query }) as Record<string, unknown>
  for (const name in value) {
    const text = query[name]
    const isNumber = typeof value[name] === 'number' && typeof text === 'string'
    if (isNumber && (text.trim() === '' || Number(text) !== value[name])) value[name] = text
  }
  return value
}

/** What the decoder puts where bytes are no UTF-8. */
const REPLACEMENT = '\uFFFD'

/** Half of a surrogate pair, which JSON can write as an escape: no bytes stand for it, and it would be stored as another. */
const SURROGATE = '\uD800'

/** The first character that no text may have; asked of every body, so all are looked for in one walk. */
function spoiltBy(value: unknown): string | null {
  if (typeof value === 'string') {
    if (value.includes('\0')) return '\0'
    if (value.includes(REPLACEMENT)) return REPLACEMENT
    return value.isWellFormed() ? null : SURROGATE
  }
  if (typeof value !== 'object' || value === null) return null
  const isArray = Array.isArray(value)
  for (const name in value) {
    const spoilt = spoiltBy((value as Record<string, unknown>)[name]) ?? (isArray ? null : spoiltBy(name))
    if (spoilt !== null) return spoilt
  }
  return null
}

export function check(validator: Validator, value: unknown, where: string): Refusal | null {
  if (validator.Check(value)) {
    const spoilt = spoiltBy(value)
    if (spoilt === null) return null
    // PostgreSQL's text cannot hold it.
    if (spoilt === '\0') return refuse('malformed', `The ${where} has a NUL character.`)
    if (spoilt === SURROGATE) return refuse('malformed', `The ${where} has half of a surrogate pair.`)
    // A link has been through many hands; a body has not.
    if (where !== 'body') return null
    return refuse('malformed', 'The body is not UTF-8, or has the replacement character U+FFFD.')
  }
  const errors = schemaFaults(validator.Type(), validator.Errors(value) as Iterable<SchemaError>)
    .slice(0, FIELD_ERRORS_MAX)
    .map(({ at, message }) => ({ field: `${where}${at}`, message }))
  const first = errors[0]
  const detail = `${first?.field ?? where} ${first?.message ?? 'is not valid'}.`
  return refuse('malformed', detail, { extra: { errors } })
}
