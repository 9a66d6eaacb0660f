import { expect, test } from 'bun:test'
import { createApi, read } from './client.ts'
import { ApiError, NetworkError } from './problem.ts'

function apiThat(answer: (request: Request) => Response | Promise<Response>) {
  const asked: Request[] = []
  const api = createApi({
    baseUrl: 'http://usher.test',
    locale: 'de',
    fetch: async (request) => {
      asked.push(request)
      return answer(request)
    },
  })
  return { api, asked }
}

test('a call fills the path, the query, the headers and the body', async () => {
  const { api, asked } = apiThat(() => Response.json({ ok: true }))
  await api.GET('/v1/events/{event_id}/seats', {
    params: { path: { event_id: 'a/b' }, query: { section: 'A & B' } },
  })
  await api.POST('/v1/reservations', {
    params: { header: { 'Idempotency-Key': 'k' } },
    body: { event_id: '1', seat_ids: ['A-1'] },
  })
  const [get, post] = asked as [Request, Request]
  expect(get.url).toBe('http://usher.test/v1/events/a%2Fb/seats?section=A+%26+B')
  expect(get.headers.get('accept-language')).toBe('de')
  expect(post.method).toBe('POST')
  expect(post.headers.get('idempotency-key')).toBe('k')
  expect(await post.json()).toEqual({ event_id: '1', seat_ids: ['A-1'] })
})

test('a refusal is an ApiError with its code, what it says and when to come again', async () => {
  const problem = { code: 'seats_unavailable', detail: 'Gone.', seat_ids: ['A-1'] }
  const { api } = apiThat(() =>
    Response.json(problem, {
      status: 409,
      headers: { 'content-type': 'application/problem+json', 'retry-after': '3' },
    }),
  )
  const error = await read(api.GET('/v1/events')).catch((e: unknown) => e)
  expect(error).toBeInstanceOf(ApiError)
  expect(error).toMatchObject({ code: 'seats_unavailable', status: 409, problem, retryAfterSeconds: 3 })
})

test('an answer that is not JSON, as a proxy gives one, is still an error with a code', async () => {
  const { api } = apiThat(() => new Response('<h1>Bad gateway</h1>', { status: 502 }))
  expect(await read(api.GET('/v1/events')).catch((e: unknown) => e)).toMatchObject({
    code: 'unavailable',
    status: 502,
  })
})

test('no answer, or half of one, is a NetworkError; a call that was given up is not', async () => {
  const lost = apiThat(() => Promise.reject(new TypeError('fetch failed')))
  expect(await lost.api.GET('/v1/events').catch((e: unknown) => e)).toBeInstanceOf(NetworkError)
  const half = apiThat(() => new Response('{"items":', { headers: { 'content-type': 'application/json' } }))
  expect(await half.api.GET('/v1/events').catch((e: unknown) => e)).toBeInstanceOf(NetworkError)
  const controller = new AbortController()
  controller.abort()
  const error = await lost.api.GET('/v1/events', { signal: controller.signal }).catch((e: unknown) => e)
  expect(error).not.toBeInstanceOf(NetworkError)
})

test('204 has no data and is no error', async () => {
  const { api } = apiThat(() => new Response(null, { status: 204 }))
  const params = { path: { id: '1' } }
  expect(await read(api.DELETE('/v1/reservations/{id}', { params }))).toBeUndefined()
})
