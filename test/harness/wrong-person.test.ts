import { afterAll, expect, test } from 'bun:test'
import { Type } from 'typebox'
import { systemClock } from '../../src/platform/clock.ts'
import { route, type Access, type Caller, type Route } from '../../src/platform/http/route.ts'
import { startHttpServer, type HttpServer } from '../../src/platform/http/server.ts'
import { callAsEverybody, type Person } from './wrong-person.ts'

const servers: HttpServer[] = []
afterAll(() => Promise.all(servers.map((server) => server.stop(0))))

const CALLERS: Record<string, Caller> = {
  b: { kind: 'buyer', id: '1', roles: [] },
  s: { kind: 'staff', id: '2', roles: ['scanner'] },
}
const PEOPLE: Person[] = [
  { name: 'nobody', token: null, kind: 'nobody', roles: [] },
  { name: 'a forger', token: 'eyJ.forged.token', kind: 'nobody', roles: [] },
  { name: 'a buyer', token: 'b', kind: 'buyer', roles: [] },
  { name: 'a scanner', token: 's', kind: 'staff', roles: ['scanner'] },
]

const make = (access: Access): Route[] =>
  (['GET', 'POST'] as const).map((method) =>
    route({
      method,
      path: '/v1/things/:thing_id',
      summary: '',
      tag: '',
      access,
      ...(method === 'POST' && {
        body: Type.Object({ name: Type.String(), count: Type.Integer({ minimum: 1 }) }),
      }),
      answers: {},
      errors: [],
      handle: () => ({ status: 200, json: {} }),
    }),
  )

function serve(routes: Route[]): string {
  const server = startHttpServer({
    port: 0,
    hostname: '127.0.0.1',
    clock: systemClock,
    routes,
    authenticate: (request) => CALLERS[request.headers.get('authorization')?.slice(7) ?? ''] ?? null,
  })
  servers.push(server)
  return `http://127.0.0.1:${server.port}`
}

const ACCESSES: Access[] = ['public', 'caller', 'buyer', { staff: ['scanner'] }, { staff: ['sales'] }]

test('routes that keep their word give no finding', async () => {
  for (const access of ACCESSES) {
    const routes = make(access)
    const result = await callAsEverybody({
      baseUrl: serve(routes),
      routes,
      people: PEOPLE,
      params: { thing_id: '1' },
    })
    expect(result).toEqual({ calls: 8, findings: [] })
  }
})

test('a route that lets anybody in is found, for each person who should not be there', async () => {
  const baseUrl = serve(make('public'))
  const findings = async (access: Access): Promise<string[]> => {
    const asked = { baseUrl, routes: make(access), people: PEOPLE, params: { thing_id: '1' } }
    return (await callAsEverybody(asked)).findings.map(
      (f) => `${f.call}: ${f.person} expected ${f.expected}, got ${f.got}`,
    )
  }
  expect(await findings('buyer')).toContain('POST /v1/things/:thing_id: a forger expected 401, got 200')
  expect(await findings('buyer')).toHaveLength(6)
  expect(await findings({ staff: ['sales'] })).toHaveLength(8)
})

test('a route that lets nobody in is found', async () => {
  const baseUrl = serve(make({ staff: ['sales'] }))
  const asked = { baseUrl, routes: make('buyer'), people: PEOPLE, params: { thing_id: '1' } }
  const { findings } = await callAsEverybody(asked)
  expect(findings.map((f) => f.person)).toEqual(['a buyer', 'a buyer'])
})
