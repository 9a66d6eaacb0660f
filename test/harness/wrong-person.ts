import type { TSchema } from 'typebox'
import type { Access, Route } from '../../src/platform/http/route.ts'
import { sampleOf, type JsonSchema } from './sample-of.ts'

/** Somebody who calls: a bearer token and the roles behind it. */
export type Person = {
  name: string
  token: string | null
  kind: 'nobody' | 'buyer' | 'staff'
  roles: readonly string[]
}

export type WrongPersonOptions = {
  baseUrl: string
  routes: readonly Route[]
  /** Put in a token that is not genuine, a buyer's, and one for staff of each role: every person calls everything. */
  people: readonly Person[]
  /** Values for `:name` in paths. They need the right form, not to exist. */
  params: Record<string, string>
  /** By "POST /v1/things": what makes the request well formed where the schema alone does not say it. */
  requests?: Record<string, { query?: string; body?: unknown; headers?: Record<string, string> }>
}

export type Finding = { call: string; person: string; expected: string; got: number }

/**
 * Calls every route as every person and returns what was not as the route's `access` says: 401 without a valid token,
 * 403 as somebody who may not, and neither as somebody who may. The requests are well formed, because what is not is
 * refused before anybody asks who calls, and would hide a missing check. What belongs to an organiser is unknown to all
 * staff here, because it does not exist: `callOperatorRoutes` tries that with things that do.
 *
 * This proves the door, not the rooms: that a buyer cannot reach another buyer's things is for each feature to test.
 */
export async function callAsEverybody(
  options: WrongPersonOptions,
): Promise<{ calls: number; findings: Finding[] }> {
  const findings: Finding[] = []
  let calls = 0
  for (const route of options.routes) {
    for (const person of options.people) {
      const expected = expectation(route.access, person)
      const got = await call(route, person, options)
      calls += 1
      if (!expected.fits(got)) {
        findings.push({
          call: `${route.method} ${route.path}`,
          person: person.name,
          expected: expected.text,
          got,
        })
      }
    }
  }
  return { calls, findings }
}

type Expectation = { text: string; fits(status: number): boolean }

const UNAUTHORIZED: Expectation = { text: '401', fits: (status) => status === 401 }
const FORBIDDEN: Expectation = { text: '403', fits: (status) => status === 403 }
// Whoever may call gets what the feature says, 404 most of the time: the ids are invented.
const LET_IN: Expectation = {
  text: 'to be let in',
  fits: (status) => status !== 401 && status !== 403 && status !== 400 && status !== 405 && status < 500,
}
// The ids are invented, and that there is no such thing comes before who may do something with it.
const UNKNOWN: Expectation = { text: '404', fits: (status) => status === 404 }
// A public route may still ask for a token or a role in its own words; it must only not break.
const ANYTHING: Expectation = { text: 'no fault', fits: (status) => status < 500 && status !== 400 }

function expectation(access: Access, person: Person): Expectation {
  if (access === 'public') return ANYTHING
  if (person.kind === 'nobody') return UNAUTHORIZED
  if (access === 'caller') return LET_IN
  if (access === 'buyer') return person.kind === 'buyer' ? LET_IN : FORBIDDEN
  if (person.kind === 'staff' && access.organiserOf) return UNKNOWN
  const may = person.kind === 'staff' && access.staff.some((role) => person.roles.includes(role))
  return may ? LET_IN : FORBIDDEN
}

async function call(route: Route, person: Person, options: WrongPersonOptions): Promise<number> {
  const request = options.requests?.[`${route.method} ${route.path}`]
  const path = route.path.replace(/:(\w+)/g, (_all, name: string) => {
    const value = options.params[name]
    if (value === undefined) throw new Error(`name a value for :${name} of ${route.path}`)
    return value
  })
  const body = request?.body ?? (route.body && sample(route.body))
  const response = await fetch(`${options.baseUrl}${path}${request?.query ? `?${request.query}` : ''}`, {
    method: route.method,
    redirect: 'manual',
    headers: {
      ...request?.headers,
      ...(person.token !== null && { authorization: `Bearer ${person.token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  await response.body?.cancel()
  return response.status
}

/** A body that the schema takes: its examples, else the smallest; what these do not tell the caller must. */
function sample(schema: TSchema): unknown {
  return sampleOf(JSON.parse(JSON.stringify(schema)) as JsonSchema, {})
}
