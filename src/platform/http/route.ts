import { Type, type Static, type TSchema } from 'typebox'
import { Compile, type Validator } from 'typebox/compile'
import type { ErrorCode, Refusal } from '../../shared/errors.ts'
import type { Access, Caller } from './access.ts'

export type { Access, Caller } from './access.ts'

/** In a query: say what the call would do, and do nothing. */
export const DRY_RUN = 'dry_run'

export type Answer = {
  status: number
  /** Serialized as JSON; `undefined` sends no body. */
  json?: unknown
  headers?: Record<string, string>
}

export type Input<Params, Query, Body> = {
  params: Params
  query: Query
  body: Body
  /** Null only on public routes called without a token. */
  caller: Caller | null
  request: Request
  requestId: string
  /** The client's address, from X-Forwarded-For only behind a trusted proxy. */
  readonly address: string
}

export type RouteDefinition<P extends TSchema, Q extends TSchema, B extends TSchema> = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** With `:name` for parameters, e.g. `/v1/events/:event_id`. */
  path: string
  summary: string
  description?: string
  tag: string
  access: Access
  /** Which rate limit applies; hot and cacheable reads are `read`, what makes a new caller is `session`. */
  limit?: 'read' | 'write' | 'session' | 'none'
  params?: P
  query?: Q
  body?: B
  /** The body is a file instead, which the handler reads itself (`readBytes`). */
  file?: { contentType: string; description: string }
  /** Request headers that the contract names and what they mean, for the document. */
  headers?: Record<string, string>
  /** Name in the document; made from method and path where it is left out. */
  operationId?: string
  /** Milliseconds until the caller is told that the answer takes too long; DEADLINE_MS where it is left out. */
  deadlineMs?: number
  answers: Record<
    number,
    {
      description: string
      schema?: TSchema
      example?: unknown
      /** JSON where it is left out; several where what is asked for decides. */
      contentType?: string | readonly string[]
    }
  >
  errors: readonly ErrorCode[]
  handle(
    input: Input<Static<P>, Static<Q>, Static<B>>,
  ): Answer | Refusal | Response | Promise<Answer | Refusal | Response>
}

export type Route = Omit<RouteDefinition<TSchema, TSchema, TSchema>, 'handle'> & {
  handle(
    input: Input<never, never, never>,
  ): Answer | Refusal | Response | Promise<Answer | Refusal | Response>
  validators: { params?: Validator; query?: Validator; body?: Validator }
  /** The members that a body of this route may have: what else a client sends never reaches the handler. */
  bodyMembers?: ReadonlySet<string>
  /** What comes of `dry_run` in its query; in its body it is refused. Buyers' calls and what only reads ignore it, as any name that they do not know. */
  dryRun: 'planned' | 'refused' | 'ignored'
}

/** The body of a call that takes none. */
const NOTHING = Type.Object({})

/** Below it are the calls of the house's staff. */
const OPERATORS = '/v1/operator/'

/** The one way to write a route: its schemas validate the request, type the handler and become the document. */
export function route<P extends TSchema = TSchema, Q extends TSchema = TSchema, B extends TSchema = TSchema>(
  definition: RouteDefinition<P, Q, B>,
): Route {
  const { params, query } = definition
  const dryRun = dryRunOf(definition)
  // A body that is not asked for is read all the same where it might say that nothing is to be done.
  const body = definition.body ?? (dryRun !== 'ignored' && !definition.file ? NOTHING : undefined)
  return {
    ...(definition as unknown as Omit<Route, 'validators' | 'dryRun'>),
    dryRun,
    ...(body && isObjectSchema(body) && { bodyMembers: new Set(Object.keys(body.properties)) }),
    validators: {
      ...(params && { params: Compile(params) as unknown as Validator }),
      ...(query && { query: Compile(query) as unknown as Validator }),
      ...(body && { body: Compile(body) as unknown as Validator }),
    },
  }
}

function dryRunOf({ method, path, query }: Pick<Route, 'method' | 'path' | 'query'>): Route['dryRun'] {
  if (method === 'GET' || !path.startsWith(OPERATORS)) return 'ignored'
  const isKnown = query !== undefined && isObjectSchema(query) && Object.hasOwn(query.properties, DRY_RUN)
  return isKnown ? 'planned' : 'refused'
}

function isObjectSchema(schema: TSchema): schema is TSchema & { properties: Record<string, TSchema> } {
  return 'properties' in schema
}
