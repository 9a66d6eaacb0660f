import type { TSchema } from 'typebox'
import { ERROR_ADVICE } from '../../shared/error-advice.ts'
import { ERRORS, type ErrorCode } from '../../shared/errors.ts'
import { problemType } from './answer.ts'
import type { Route } from './route.ts'

type Json = Record<string, unknown>
type AnswerDefinition = Route['answers'][number]

export type OpenApiOptions = {
  title: string
  version: string
  description: string
  /** In the order in which they are shown. */
  tags: { name: string; description: string }[]
}

export type OpenApiDocument = Json & {
  paths: Record<string, Record<string, Json>>
  components: { schemas: Record<string, Json>; securitySchemes: Json }
  tags: { name: string; description: string }[]
}

/** The contract as OpenAPI 3.1, made from the schemas that validate the requests. */
export function openApiDocument(routes: readonly Route[], options: OpenApiOptions): OpenApiDocument {
  const shared: Record<string, Json> = { Problem: PROBLEM }
  const paths: Record<string, Record<string, Json>> = {}
  for (const r of routes) {
    const path = (paths[r.path.replace(/:(\w+)/g, '{$1}')] ??= {})
    path[r.method.toLowerCase()] = operation(r, shared)
  }
  return {
    openapi: '3.1.1',
    info: {
      title: options.title,
      version: options.version,
      description: options.description,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: options.tags,
    paths,
    components: { schemas: shared, securitySchemes: SECURITY_SCHEMES },
  }
}

const PROBLEM: Json = {
  type: 'object',
  description: 'What went wrong (RFC 9457). Match on `code`; texts may change.',
  required: ['type', 'title', 'status', 'code', 'detail', 'request_id'],
  properties: {
    type: { type: 'string', description: 'Where the error is explained.' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', enum: Object.keys(ERRORS) },
    detail: { type: 'string', description: 'One sentence for a person.' },
    request_id: { type: 'string', description: 'Tell this to whoever runs the server.' },
    errors: {
      type: 'array',
      description: 'With 400: what is wrong where.',
      items: {
        type: 'object',
        required: ['field', 'message'],
        properties: { field: { type: 'string' }, message: { type: 'string' } },
      },
    },
    version: {
      type: 'integer',
      description: 'With a 409 that the ledger decided: the version of the event it was decided at.',
    },
    seat_ids: { type: 'array', items: { type: 'string' }, description: 'The seats that it is about.' },
    your_seat_ids: {
      type: 'array',
      items: { type: 'string' },
      description: 'Of `seat_ids`, with `seats_unavailable`: those that the caller holds or has bought.',
    },
    alternatives: {
      type: 'array',
      items: { type: 'array', items: { type: 'string' } },
      description: 'With `seats_unavailable`: the nearest seats that are free, a choice each.',
    },
    reservation_id: {
      type: 'string',
      description: 'With `held_by_you`: the reservation to go on with, the first where there are several.',
    },
    booking_id: { type: 'string', description: 'The booking that stands in the way, or that has failed.' },
    decline_code: { type: 'string', description: 'With `card_declined`: the bank’s reason, in a word.' },
    tickets_per_buyer: { type: 'integer', description: 'With `limit_exceeded`: the limit.' },
    tickets_had: { type: 'integer', description: 'With `limit_exceeded`: how many of them are had or held.' },
    price_type: {
      type: 'string',
      description: 'With `limit_exceeded`: of which an order has `min` to `max`.',
    },
    min: { type: 'integer' },
    max: { type: ['integer', 'null'] },
    refund_until: {
      type: ['string', 'null'],
      format: 'date-time',
      description: 'With `refund_closed`: until when tickets were taken back; null: never.',
    },
    event_id: {
      type: 'string',
      description: 'With `conflict`, for operators: the event that is there already.',
    },
    cannot: {
      type: 'array',
      description: 'With `conflict`, for operators: what stands in the way.',
      items: { type: 'object', additionalProperties: true },
    },
  },
  additionalProperties: true,
}

const SECURITY_SCHEMES: Json = {
  buyer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'From POST /v1/sessions.' },
  cookie: {
    type: 'apiKey',
    in: 'cookie',
    name: 'usher_session',
    description: 'The same for web pages: POST /v1/sessions with {"cookie": true}.',
  },
  staff: { type: 'http', scheme: 'bearer', description: 'From "usher operator add", or OPERATOR_TOKEN.' },
}

function operation(r: Route, shared: Record<string, Json>): Json {
  const parameters = [
    ...parametersOf(r.params, 'path', shared),
    ...parametersOf(r.query, 'query', shared),
    ...Object.entries(r.headers ?? {}).map(([name, description]) => ({
      name,
      in: 'header',
      required: false,
      description,
      schema: { type: 'string' },
    })),
  ]
  return {
    operationId: r.operationId ?? operationIdOf(r),
    summary: r.summary,
    ...(r.description && { description: r.description }),
    tags: [r.tag],
    security: securityOf(r),
    ...(parameters.length > 0 && { parameters }),
    ...(r.body && {
      requestBody: {
        required: isRequired(r.body),
        content: { 'application/json': { schema: schemaOf(r.body, shared) } },
      },
    }),
    ...(r.file && {
      requestBody: {
        required: true,
        description: r.file.description,
        content: { [r.file.contentType]: { schema: { type: 'string', format: 'binary' } } },
      },
    }),
    responses: responsesOf(r, shared),
    ...(typeof r.access === 'object' && {
      'x-roles': r.access.staff,
      // Whose the role has to be: of the organiser that the address leads to, of one's own, or of the whole house.
      'x-organiser': r.access.of ?? 'address',
    }),
  }
}

/** POST /v1/reservations/:reservation_id/extend is "postReservationsByReservationIdExtend". */
export function operationIdOf({ method, path }: Pick<Route, 'method' | 'path'>): string {
  const words = path
    .replace(/^\/v1\//, '/')
    .split('/')
    .flatMap((part) =>
      part.startsWith(':') ? ['by', ...part.slice(1).split('_')] : part.split(/[^A-Za-z0-9]+/),
    )
    .filter(Boolean)
  return method.toLowerCase() + words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join('')
}

function securityOf({ access }: Route): Json[] {
  if (access === 'public') return []
  const buyer = [{ buyer: [] }, { cookie: [] }]
  if (access === 'buyer') return buyer
  return access === 'caller' ? [...buyer, { staff: [] }] : [{ staff: [] }]
}

function parametersOf(
  schema: TSchema | undefined,
  where: 'path' | 'query',
  shared: Record<string, Json>,
): Json[] {
  const { properties = {}, required = [] } = (schema ?? {}) as {
    properties?: Record<string, TSchema & { description?: string }>
    required?: string[]
  }
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...rest } = schemaOf(property, shared) as Json & { description?: string }
    return {
      name,
      in: where,
      required: where === 'path' || required.includes(name),
      ...(description && { description }),
      schema: rest,
    }
  })
}

function isRequired(body: TSchema): boolean {
  return ((body as { required?: string[] }).required ?? []).length > 0
}

/** Every code that the route can answer with, those of the layer below included. */
export function errorsOf(r: Route): ErrorCode[] {
  const staff = typeof r.access === 'object'
  const codes: (ErrorCode | false)[] = [
    (r.body !== undefined || r.query !== undefined || r.dryRun !== 'ignored') && 'malformed',
    r.access !== 'public' && 'unauthorized',
    r.access !== 'public' && r.access !== 'caller' && 'forbidden',
    (r.params !== undefined || staff) && 'not_found',
    (r.validators.body !== undefined || r.file !== undefined) && 'too_large',
    (r.validators.body !== undefined || r.file !== undefined) && 'unsupported_media_type',
    r.limit !== 'none' && 'rate_limited',
    ...r.errors,
    'internal',
    'unavailable',
  ]
  return [...new Set(codes.filter((code) => code !== false))]
}

function responsesOf(r: Route, shared: Record<string, Json>): Json {
  const responses: Record<string, Json> = {}
  for (const [status, definition] of Object.entries(r.answers)) {
    responses[status] = {
      description: definition.description,
      headers: { 'request-id': REQUEST_ID },
      ...(contentOf(definition, shared) ?? {}),
    }
  }
  for (const [status, codes] of Map.groupBy(errorsOf(r), (code) => ERRORS[code].status)) {
    const problem = problemContent(codes)
    const known = responses[status]
    responses[status] = {
      description: known
        ? `${known['description'] as string} Or: ${codes.join(', ')}.`
        : codes.map((code) => `\`${code}\`: ${ERROR_ADVICE[code]}`).join(' '),
      headers: {
        'request-id': REQUEST_ID,
        ...(status === 429 || status === 503 ? { 'retry-after': RETRY } : {}),
      },
      content: { ...(known?.['content'] as Json | undefined), 'application/problem+json': problem },
    }
  }
  return responses
}

const REQUEST_ID = { description: 'Of this answer, for questions and logs.', schema: { type: 'string' } }
const RETRY = { description: 'Seconds.', schema: { type: 'integer' } }

function contentOf(
  { schema, example, contentType }: AnswerDefinition,
  shared: Record<string, Json>,
): Json | null {
  if (!schema && example === undefined && !contentType) return null
  const body = {
    ...(schema && { schema: schemaOf(schema, shared) }),
    ...(example !== undefined && { example }),
  }
  return {
    content: Object.fromEntries([contentType ?? 'application/json'].flat().map((type) => [type, body])),
  }
}

function problemContent(codes: ErrorCode[]): Json {
  const examples = codes.map((code) => {
    const { status, title } = ERRORS[code]
    const value = {
      type: problemType(code),
      title,
      status,
      code,
      detail: `${title}.`,
      request_id: '7c1a7f3e-1k',
    }
    return [code, { summary: title, value }]
  })
  return { schema: { $ref: '#/components/schemas/Problem' }, examples: Object.fromEntries(examples) }
}

/** The schema as plain JSON; one with an `$id` moves to the shared ones and is referred to. */
function schemaOf(schema: TSchema, shared: Record<string, Json>): Json {
  return hoist(JSON.parse(JSON.stringify(schema)), shared) as Json
}

function hoist(value: unknown, shared: Record<string, Json>): unknown {
  if (Array.isArray(value)) return value.map((item) => hoist(item, shared))
  if (typeof value !== 'object' || value === null) return value
  const { $id, ...rest } = Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, hoist(item, shared)]),
  )
  if (typeof $id !== 'string') return rest
  shared[$id] = rest
  return { $ref: `#/components/schemas/${$id}` }
}
