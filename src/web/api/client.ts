import type { Client, FetchResponse } from 'openapi-fetch'
import type { Locale } from '../i18n/text.tsx'
import { ApiError, NetworkError } from './problem.ts'
import type { paths } from './schema.ts'

/** Typed by openapi-fetch from the API's own document; the few lines that run are below. */
export type Api = Pick<Client<paths>, 'GET' | 'POST' | 'PUT' | 'DELETE'>

/** Milliseconds until a call counts as lost; the server gives up after 15 s. */
const CALL_MS_MAX = 20_000

type Plain = string | number | boolean | null | undefined
type Init = {
  params?: {
    path?: Record<string, Plain>
    query?: Record<string, Plain>
    header?: Record<string, Plain>
  }
  body?: unknown
  headers?: HeadersInit
  signal?: AbortSignal
  cache?: RequestCache
  keepalive?: boolean
}

/**
 * The client of the API. `fetch` is the browser's, or on the server one that asks the routes directly. openapi-fetch
 * itself would be 2 KB of every page's script for serializers and middleware that this API needs none of.
 */
export function createApi(options: {
  baseUrl: string
  locale: Locale
  fetch?: (request: Request) => Promise<Response>
}): Api {
  const send = options.fetch ?? ((request: Request) => fetch(request))
  const call =
    (method: string) =>
    async (template: string, { params = {}, body, headers: given, signal, ...rest }: Init = {}) => {
      const headers = new Headers(given)
      headers.set('accept-language', options.locale)
      if (body !== undefined) headers.set('content-type', 'application/json')
      for (const [name, value] of present(params.header)) headers.set(name, value)
      const timeout = AbortSignal.timeout(CALL_MS_MAX)
      const request = new Request(options.baseUrl + fill(template, params), {
        method,
        headers,
        credentials: 'same-origin',
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
        ...(body !== undefined && { body: JSON.stringify(body) }),
        ...rest,
      })
      let response: Response
      try {
        response = await send(request)
      } catch (error) {
        if (signal?.aborted) throw error
        throw new NetworkError('The network did not answer.', { cause: error })
      }
      const json = /json/.test(response.headers.get('content-type') ?? '')
      const content: unknown = response.status === 204 || !json ? undefined : await readBody(response)
      return response.ok ? { data: content, response } : { error: content, response }
    }
  return { GET: call('GET'), POST: call('POST'), PUT: call('PUT'), DELETE: call('DELETE') } as unknown as Api
}

/** An answer whose end is lost is a lost answer. */
async function readBody(response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch (error) {
    throw new NetworkError('The answer did not arrive whole.', { cause: error })
  }
}

function fill(template: string, { path = {}, query }: NonNullable<Init['params']>): string {
  const address = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(path[name])))
  const search = new URLSearchParams(present(query)).toString()
  return search === '' ? address : `${address}?${search}`
}

function present(values: Record<string, Plain> = {}): [string, string][] {
  return Object.entries(values).flatMap(([name, value]) => (value == null ? [] : [[name, String(value)]]))
}

type Answer = { data?: unknown; error?: unknown; response: Response }

/** The data of an answer; a refusal is thrown as `ApiError`. `const event = await read(api.GET('/v1/events/{event_id}', …))`. */
export async function read<A extends Answer>(call: Promise<A>): Promise<NonNullable<A['data']>> {
  const { data, error, response } = await call
  if (response.ok) return data as NonNullable<A['data']>
  const after = Number(response.headers.get('retry-after'))
  const problem = typeof error === 'object' && error !== null ? (error as Record<string, unknown>) : {}
  throw new ApiError(response.status, problem, after > 0 ? after : null)
}

export type { FetchResponse }
