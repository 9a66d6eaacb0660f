import { afterAll, describe, expect, test } from 'bun:test'
import { connect } from 'node:net'
import { Type } from 'typebox'
import { refuse } from '../../shared/errors.ts'
import { systemClock } from '../clock.ts'
import { createRequestLimits, RATE_LIMITS } from '../rate-limit.ts'
import { probeRoutes } from './probe-routes.ts'
import { BODY_BYTES_MAX } from './request.ts'
import { route, type Caller, type Route } from './route.ts'
import { startHttpServer, type HttpServer, type HttpServerOptions } from './server.ts'

const servers: HttpServer[] = []
afterAll(() => Promise.all(servers.map((server) => server.stop(0))))

const CALLERS: Record<string, Caller> = {
  buyer: { kind: 'buyer', id: 'b', roles: [] },
  scanner: { kind: 'staff', id: 's', roles: ['scanner'] },
}

function serve(routes: Route[], more: Partial<HttpServerOptions> = {}): string {
  const server = startHttpServer({
    port: 0,
    hostname: '127.0.0.1',
    routes,
    clock: systemClock,
    authenticate: (request) => CALLERS[request.headers.get('authorization')?.slice(7) ?? ''] ?? null,
    ...more,
  })
  servers.push(server)
  return `http://127.0.0.1:${server.port}`
}

const common = { summary: 's', tag: 't', access: 'public', answers: {}, errors: [] } as const

const echo = route({
  ...common,
  method: 'POST',
  path: '/v1/echo',
  body: Type.Object({ text: Type.Optional(Type.String()) }),
  handle: ({ body }) => ({ status: 200, json: body }),
})

const things = route({
  ...common,
  method: 'GET',
  path: '/v1/things/:thing_id',
  params: Type.Object({ thing_id: Type.String({ pattern: '^[0-9]+$' }) }),
  query: Type.Object({
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10 })),
    open: Type.Optional(Type.Boolean()),
    q: Type.Optional(Type.String()),
  }),
  handle: ({ params, query }) => ({ status: 200, json: { params, query } }),
})

const post = (
  url: string,
  body: RequestInit['body'],
  type: string | null = 'application/json',
): Promise<Response> =>
  fetch(url, { method: 'POST', body: body ?? null, ...(type && { headers: { 'content-type': type } }) })

async function problem(response: Response): Promise<Record<string, unknown>> {
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  const body = (await response.json()) as Record<string, unknown>
  expect(body['status']).toBe(response.status)
  expect(body['request_id']).toBe(response.headers.get('request-id')!)
  expect(body['type']).toBe(`/docs/errors#${body['code'] as string}`)
  return body
}

describe('bodies', () => {
  const base = serve([echo])
  const url = `${base}/v1/echo`

  test('JSON comes in, also with a charset and without a content type', async () => {
    for (const type of [
      'application/json',
      'application/json; charset=utf-8',
      'application/merge-patch+json',
    ]) {
      expect(await (await post(url, '{"text":"ä"}', type)).json()).toEqual({ text: 'ä' })
    }
    const typeless = await fetch(url, { method: 'POST', body: new TextEncoder().encode('{"text":"x"}') })
    expect(await typeless.json()).toEqual({ text: 'x' })
  })

  test('a member that the route does not name is ignored: nobody has checked it', async () => {
    expect(await (await post(url, '{"text":"x","status":"cancelled"}', 'application/json')).json()).toEqual({
      text: 'x',
    })
  })

  test('a body that is not UTF-8 is malformed, announced or not, and never taken for something else', async () => {
    const bytes = Buffer.from('{"text":"Caf\u00e9"}', 'latin1')
    const stream = new ReadableStream({
      start(controller) {
        controller.enqueue(bytes)
        controller.close()
      },
    })
    for (const body of [bytes, stream]) {
      const response = await post(url, body)
      expect(response.status).toBe(400)
      expect((await problem(response))['detail']).toContain('UTF-8')
    }
    expect(await (await post(url, Buffer.from('{"text":"Caf\u00e9 \u{1f3ad}"}'))).json()).toEqual({
      text: 'Café 🎭',
    })
  })

  test('half of a surrogate pair is no character: malformed wherever it stands, and a whole pair is fine', async () => {
    for (const text of ['\\ud800x', 'x\\udc00', '\\udc00\\ud800']) {
      const response = await post(url, `{"text":"${text}"}`)
      expect(response.status).toBe(400)
      expect((await problem(response))['detail']).toContain('surrogate')
    }
    expect(await (await post(url, '{"text":"\\ud83c\\udfad"}')).json()).toEqual({ text: '🎭' })
  })

  test('a compressed body is told that it is compressed, not that it is no JSON', async () => {
    for (const encoding of ['gzip', 'br']) {
      const response = await fetch(url, {
        method: 'POST',
        body: Bun.gzipSync(new TextEncoder().encode('{"text":"x"}')),
        headers: { 'content-type': 'application/json', 'content-encoding': encoding },
      })
      expect(response.status).toBe(415)
      const said = await problem(response)
      expect(said['code']).toBe('unsupported_media_type')
      expect(said['detail']).toContain(`content-encoding: ${encoding}`)
    }
    const plain = await fetch(url, {
      method: 'POST',
      body: '{bad',
      headers: { 'content-type': 'application/json', 'content-encoding': 'identity' },
    })
    expect((await problem(plain))['code']).toBe('malformed')
  })

  test('no body at all is an empty object', async () => {
    expect(await (await fetch(url, { method: 'POST' })).json()).toEqual({})
  })

  test('another content type is refused, so that no foreign form can post here', async () => {
    const response = await post(url, 'text=1', 'application/x-www-form-urlencoded')
    expect(response.status).toBe(415)
    expect((await problem(response))['code']).toBe('unsupported_media_type')
  })

  test('what is not JSON is malformed', async () => {
    for (const body of ['{bad', 'null', '[]', '"x"', '{"text":1}']) {
      const response = await post(url, body)
      expect(response.status).toBe(400)
      expect((await problem(response))['code']).toBe('malformed')
    }
  })

  test('a wrong field is named', async () => {
    const body = await problem(await post(url, '{"text":1}'))
    expect(body['errors']).toEqual([{ field: 'body/text', message: 'must be string' }])
  })

  test('a body over the limit is refused, announced or not', async () => {
    const large = JSON.stringify({ text: 'x'.repeat(BODY_BYTES_MAX) })
    const announced = await post(url, large)
    expect(announced.status).toBe(413)
    expect((await problem(announced))['code']).toBe('too_large')
    const chunks = new ReadableStream({
      start(controller) {
        for (let at = 0; at < large.length; at += 50_000) {
          controller.enqueue(new TextEncoder().encode(large.slice(at, at + 50_000)))
        }
        controller.close()
      },
    })
    const streamed = await post(url, chunks as never)
    expect(streamed.status).toBe(413)
    expect((await problem(streamed))['code']).toBe('too_large')
  })
})

describe('addresses and queries', () => {
  const base = serve([things], {
    fallback: () => new Response('<p>page', { headers: { 'content-type': 'text/html' } }),
  })

  test('numbers and booleans are read from the query, unknown names are left alone', async () => {
    const response = await fetch(`${base}/v1/things/7?limit=5&open=true&q=12&utm_source=x`)
    expect(await response.json()).toMatchObject({
      params: { thing_id: '7' },
      query: { limit: 5, open: true, q: '12' },
    })
  })

  test('a body with a NUL character anywhere is malformed: no text of the database can hold it', async () => {
    const url = serve([
      route({
        ...common,
        method: 'POST',
        path: '/v1/any',
        body: Type.Unknown(),
        handle: () => ({ status: 204 }),
      }),
    ])
    for (const body of [{ name: 'A\0B' }, { a: [{ b: ['\0'] }] }, { 'x\0': 1 }, '\0']) {
      const response = await post(`${url}/v1/any`, JSON.stringify(body))
      expect(response.status).toBe(400)
      expect((await problem(response))['code']).toBe('malformed')
    }
    expect((await post(`${url}/v1/any`, JSON.stringify({ name: '\\u0000', n: null }))).status).toBe(204)
  })

  test('a query that the schema refuses is malformed', async () => {
    for (const query of ['limit=0', 'limit=11', 'limit=x', 'limit=', 'open=maybe']) {
      expect((await fetch(`${base}/v1/things/7?${query}`)).status).toBe(400)
    }
  })

  test('an id of the wrong form is not found', async () => {
    expect((await fetch(`${base}/v1/things/x`)).status).toBe(404)
  })

  test('another method is told which there are', async () => {
    const response = await fetch(`${base}/v1/things/7`, { method: 'DELETE' })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('GET, HEAD, OPTIONS')
    expect((await problem(response))['code']).toBe('method_not_allowed')
    const options = await fetch(`${base}/v1/things/7`, { method: 'OPTIONS' })
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'GET, HEAD, OPTIONS'])
  })

  test('HEAD answers the head of GET', async () => {
    const response = await fetch(`${base}/v1/things/7`, { method: 'HEAD' })
    expect(response.status).toBe(200)
    expect(response.headers.get('request-id')).toBeTruthy()
    expect(await response.text()).toBe('')
  })

  test('pages are served outside the API only', async () => {
    const page = await fetch(`${base}/anything`)
    expect(await page.text()).toBe('<p>page')
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'")
    const missing = await fetch(`${base}/v1/nothing`)
    expect(missing.status).toBe(404)
    expect((await problem(missing))['code']).toBe('not_found')
  })

  test('every answer has the security headers', async () => {
    for (const path of ['/v1/things/7', '/v1/things/x', '/v1/nothing', '/page']) {
      const { headers } = await fetch(base + path)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
      expect(headers.get('cache-control')).toMatch(/no-store|no-cache/)
      expect(headers.get('request-id')).toBeTruthy()
    }
  })
})

describe('who may', () => {
  const answer = { ...common, handle: () => ({ status: 200, json: {} }) }
  const base = serve([
    route({ ...answer, method: 'GET', path: '/buyer', access: 'buyer' }),
    route({ ...answer, method: 'GET', path: '/staff', access: { staff: ['scanner', 'sales'] } }),
    route({ ...answer, method: 'GET', path: '/sales', access: { staff: ['sales'] } }),
  ])
  const status = async (path: string, who?: string): Promise<number> =>
    (await fetch(base + path, who ? { headers: { authorization: `Bearer ${who}` } } : {})).status

  test('without a token, with a bad one, as a buyer, as staff with and without the role', async () => {
    expect([
      await status('/buyer'),
      await status('/buyer', 'nobody'),
      await status('/buyer', 'buyer'),
    ]).toEqual([401, 401, 200])
    expect(await status('/buyer', 'scanner')).toBe(403)
    expect([
      await status('/staff'),
      await status('/staff', 'buyer'),
      await status('/staff', 'scanner'),
    ]).toEqual([401, 403, 200])
    expect(await status('/sales', 'scanner')).toBe(403)
  })

  test('a 401 says what kind of token is meant', async () => {
    const response = await fetch(`${base}/buyer`)
    expect(response.headers.get('www-authenticate')).toBe('Bearer')
    expect((await problem(response))['code']).toBe('unauthorized')
  })
})

describe('faults', () => {
  const never = Promise.withResolvers<never>()
  const faults: unknown[] = []
  const base = serve(
    [
      route({
        ...common,
        method: 'GET',
        path: '/throws',
        handle: () => Promise.reject(new Error('password is x')),
      }),
      route({
        ...common,
        method: 'GET',
        path: '/unprintable',
        handle: () => ({ status: 200, json: { n: 1n } }),
      }),
      route({ ...common, method: 'GET', path: '/hangs', deadlineMs: 50, handle: () => never.promise }),
      route({
        ...common,
        method: 'GET',
        path: '/busy',
        handle: () => refuse('busy', 'Wait.', { retryAfterSeconds: 3 }),
      }),
    ],
    { onFault: (error) => faults.push(error) },
  )

  test('a fault of ours is a 500 that tells nothing about the inside', async () => {
    for (const path of ['/throws', '/unprintable']) {
      const response = await fetch(base + path)
      expect(response.status).toBe(500)
      const body = await problem(response)
      expect(body['code']).toBe('internal')
      expect(JSON.stringify(body)).not.toContain('password')
    }
    expect(faults).toHaveLength(2)
  })

  test('who waits too long is told so once, with when to come back', async () => {
    const response = await fetch(`${base}/hangs`)
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('2')
    const { code, detail } = await problem(response)
    expect([code, detail]).toEqual(['unavailable', expect.stringContaining('too long')])
  })

  test('503 carries the seconds to wait', async () => {
    expect((await fetch(`${base}/busy`)).headers.get('retry-after')).toBe('3')
  })

  test('bytes that are no HTTP close the connection and nothing else', async () => {
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(Number(new URL(base).port), '127.0.0.1', () => socket.write('NONSENSE\r\n\r\n'))
      let text = ''
      socket.on('data', (chunk) => (text += chunk.toString()))
      socket.on('close', () => resolve(text))
    })
    expect(answer).toStartWith('HTTP/1.1 400')
    expect((await fetch(`${base}/busy`)).status).toBe(503)
  })
})

describe('while the database is silent', () => {
  let begun = 0
  let silentMs = 0
  const gate = Promise.withResolvers<null>()
  const hangs = {
    ...common,
    handle: () => {
      begun += 1
      return new Promise<never>(() => {})
    },
  }
  const away = {
    ...common,
    method: 'POST',
    path: '/v1/away',
    handle: () => Promise.reject(new Error('gone')),
  } as const
  const routes = [
    route({ ...hangs, method: 'GET', path: '/v1/reads' }),
    route({ ...hangs, method: 'POST', path: '/v1/writes' }),
    route(away),
  ]
  const more = { silentMs: () => silentMs, isOutage: (error: unknown) => error instanceof Error }
  const base = serve(routes, more)
  const locked = serve(routes, { ...more, authenticate: () => gate.promise })
  const told = async (answer: Response | Promise<Response>): Promise<unknown> => {
    const { code, detail } = await problem(await answer)
    expect(code).toBe('unavailable')
    return detail
  }

  test('who waits hears after some seconds what is certain: reading changes nothing, writing may still happen', async () => {
    silentMs = 60_000
    const startedMs = performance.now()
    const [read, written] = await Promise.all([
      told(fetch(`${base}/v1/reads`)),
      told(fetch(`${base}/v1/writes`, { method: 'POST' })),
    ])
    expect(read).toContain('has changed nothing')
    expect(written).toContain('may still be done')
    expect(performance.now() - startedMs).toBeWithin(3_250, 7_000)
    expect(begun).toBe(2)
  }, 30_000)

  test('what was never begun has changed nothing, and is not begun afterwards', async () => {
    begun = 0
    silentMs = 60_000
    expect(await told(fetch(`${locked}/v1/writes`, { method: 'POST' }))).toContain('has changed nothing')
    gate.resolve(null)
    await told(fetch(`${locked}/v1/away`, { method: 'POST' }))
    expect(begun).toBe(0)
  }, 30_000)

  test('a connection that ends says of a writing call that it may still happen', async () => {
    expect(await told(fetch(`${base}/v1/away`, { method: 'POST' }))).toContain('may still be done')
  })
})

test('too many requests of one address are refused with the seconds to wait, before the body is read', async () => {
  const rate = { perSecond: 0.5, burst: 3 }
  const many = { perSecond: 1_000, burst: 1_000 }
  const limits = createRequestLimits(systemClock, { ...RATE_LIMITS, address: { read: many, write: rate } })
  const base = serve([echo, things], { limits })
  const statuses = []
  for (let n = 0; n < 3; n += 1) statuses.push((await post(`${base}/v1/echo`, '{}')).status)
  expect(statuses).toEqual([200, 200, 200])
  const refused = await post(`${base}/v1/echo`, '{bad')
  expect(refused.status).toBe(429)
  expect(refused.headers.get('retry-after')).toBe('2')
  expect((await problem(refused))['code']).toBe('rate_limited')
  expect((await fetch(`${base}/v1/things/7`)).status).toBe(200)
})

test('one buyer over the limit does not stop another at the same address', async () => {
  const many = { perSecond: 1_000, burst: 1_000 }
  const limits = createRequestLimits(systemClock, {
    ...RATE_LIMITS,
    caller: { read: many, write: { perSecond: 0.1, burst: 1 } },
  })
  const base = serve([echo], { limits })
  const as = async (who: string): Promise<number> =>
    (await fetch(`${base}/v1/echo`, { method: 'POST', headers: { authorization: `Bearer ${who}` } })).status
  expect([await as('buyer'), await as('buyer'), await as('scanner'), await as('')]).toEqual([
    200, 429, 200, 200,
  ])
})

test('a stopping server finishes what it has begun', async () => {
  const gate = Promise.withResolvers<void>()
  const entered = Promise.withResolvers<void>()
  const server = startHttpServer({
    port: 0,
    hostname: '127.0.0.1',
    clock: systemClock,
    authenticate: () => null,
    routes: [
      route({
        ...common,
        method: 'GET',
        path: '/slow',
        handle: async () => {
          entered.resolve()
          await gate.promise
          return { status: 200, json: { done: true } }
        },
      }),
    ],
  })
  const url = `http://127.0.0.1:${server.port}/slow`
  const answer = fetch(url)
  await entered.promise
  const stopped = server.stop(5_000)
  gate.resolve()
  expect(await (await answer).json()).toEqual({ done: true })
  await stopped
  await expect(fetch(url)).rejects.toThrow()
})

describe('probes', () => {
  let down = false
  let stopping = false
  const seen: string[] = []
  const probes = probeRoutes({
    checks: [
      {
        name: 'postgres',
        required: true,
        check: () => (down ? Promise.reject(new Error('host x')) : Promise.resolve('embedded')),
      },
      { name: 'redis', required: false, check: () => Promise.reject(new Error('gone')) },
    ],
    metrics: { text: () => Promise.resolve('usher_up 1\n'), contentType: 'text/plain; version=0.0.4' },
    metricsRoles: ['auditor'],
    stopping: () => stopping,
    monotonic: () => 0,
    onFault: (_error, name) => seen.push(name),
  })
  const base = serve(probes)

  test('readiness names each engine and goes on with less where it can', async () => {
    const response = await fetch(`${base}/readyz`)
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({
      status: 'degraded',
      engines: [
        { name: 'postgres', state: 'up', required: true, milliseconds: 0, detail: 'embedded' },
        { name: 'redis', state: 'down', required: false, milliseconds: 0 },
      ],
    })
    expect(seen).toContain('redis')
  })

  test('without a required engine it is not ready but alive', async () => {
    down = true
    const response = await fetch(`${base}/readyz`)
    expect(response.status).toBe(503)
    const text = await response.text()
    expect(text).toContain('not_ready')
    expect(text).not.toContain('host x')
    expect((await fetch(`${base}/healthz`)).status).toBe(200)
    down = false
  })

  test('a process that ends says so', async () => {
    stopping = true
    expect(await (await fetch(`${base}/readyz`)).json()).toMatchObject({ status: 'stopping' })
    stopping = false
  })

  test('metrics are free on this machine and need a role through a proxy', async () => {
    const read = async (headers: Record<string, string> = {}): Promise<[number, string]> => {
      const response = await fetch(`${base}/metrics`, { headers })
      const text = await response.text()
      return [response.status, response.ok ? text : JSON.parse(text).code]
    }
    const proxied = (who?: string): Promise<[number, string]> =>
      read({ 'x-forwarded-for': '127.0.0.1', ...(who && { authorization: `Bearer ${who}` }) })
    CALLERS['auditor'] = { kind: 'staff', id: 'a', roles: ['auditor'] }
    // What they show is of the whole house.
    CALLERS['opera'] = { kind: 'staff', id: 'o', roles: ['admin', 'auditor'], organiserId: 'opera' }
    expect(await read()).toEqual([200, 'usher_up 1\n'])
    expect(await proxied()).toEqual([401, 'unauthorized'])
    expect(await proxied('scanner')).toEqual([403, 'forbidden'])
    expect(await proxied('auditor')).toEqual([200, 'usher_up 1\n'])
    expect(await proxied('opera')).toEqual([403, 'forbidden'])
  })
})
