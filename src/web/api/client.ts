import createClient, { type Client, type FetchResponse } from 'openapi-fetch'
import type { Locale } from '../i18n/text.tsx'
import { ApiError, NetworkError } from './problem.ts'
import type { paths } from './schema.ts'

export type Api = Client<paths>

/** Milliseconds until a call counts as lost; the server gives up after 15 s. */
const CALL_MS_MAX = 20_000

/** The typed client of the API. `fetch` is the browser's, or on the server one that asks the routes directly. */
export function createApi(options: {
  baseUrl: string
  locale: Locale
  fetch?: (request: Request) => Promise<Response>
}): Api {
  const send = options.fetch ?? ((request: Request) => fetch(request))
  return createClient<paths>({
    baseUrl: options.baseUrl,
    credentials: 'same-origin',
    headers: { 'accept-language': options.locale },
    fetch: async (request) => {
      try {
        return await send(
          new Request(request, {
            signal: AbortSignal.any([request.signal, AbortSignal.timeout(CALL_MS_MAX)]),
          }),
        )
      } catch (error) {
        if (request.signal.aborted) throw error
        throw new NetworkError('The network did not answer.', { cause: error })
      }
    },
  })
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
