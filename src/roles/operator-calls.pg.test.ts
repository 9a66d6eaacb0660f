import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { openStudioEvent, OPERATOR_TOKEN, testApp, type TestApp } from '../../test/harness/app.ts'
import { sampleOf, type JsonSchema } from '../../test/harness/sample-of.ts'
import { signInByMail } from '../../test/harness/sign-in.ts'
import { STAFF_ROLES, type StaffRole } from '../features/account/index.ts'

// With these staff get in or get their second factor. Whoever has one has no role before it, so the calls look at
// their caller themselves: everybody else is told 401.
const SIGN_IN = [
  'POST /v1/operator/me/passkeys',
  'POST /v1/operator/me/passkeys/options',
  'POST /v1/operator/me/totp',
  'POST /v1/operator/me/totp/confirm',
  'POST /v1/operator/sessions',
  'POST /v1/operator/sessions/passkey',
  'POST /v1/operator/sessions/passkey/options',
]

// What a schema alone does not say. A new call needs a line here only where its own examples do not fit together.
const BODIES: Record<string, unknown> = {
  // Its example sets prices, for which one of its roles is not enough.
  'PUT /v1/operator/events/:event_id/phases': { phases: [{ id: 'all' }] },
}
const PARAMS: Record<string, string> = {}

type Operation = {
  'x-roles'?: string[]
  'x-organiser'?: 'address' | 'own' | 'house'
  parameters?: { name: string; in: string; required: boolean; schema: JsonSchema }[]
  requestBody?: { content: Record<string, { schema: JsonSchema }> }
}
type Call = { name: string; method: string; path: string; operation: Operation }

let house: TestApp
let calls: Call[] = []
let shared: Record<string, JsonSchema> = {}
let organiserId: string

beforeAll(async () => {
  house = await testApp({ RATE_LIMIT: 'off' })
  organiserId = (await house.app.catalog.organiserOf(house.eventId))!
  // Something of it is sold, so that no call answers 404 because there is nothing to tell.
  const token = await house.guest()
  const body = { event_id: house.eventId, best_available: { quantity: 1 } }
  const held = await house.call('POST', '/v1/reservations', { token, body })
  expect((await house.pay(token, held)).status).toBe(201)
  const document = (await house.call('GET', '/openapi.json')).json
  shared = document.components.schemas
  calls = Object.entries(document.paths as Record<string, Record<string, Operation>>).flatMap(
    ([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        name: `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`,
        method: method.toUpperCase(),
        ...{ path, operation },
      })),
  )
}, 60_000)
afterAll(() => house.stop())

const operatorCalls = (): Call[] =>
  calls.filter(({ path, operation }) => path.startsWith('/v1/operator') || operation['x-roles'])

let members = 0
async function member(roles: readonly StaffRole[], organiser?: string): Promise<string> {
  const added = await house.app.account.staff.add({
    ...{ name: `member ${++members}`, roles, organiserId: organiser },
  })
  if (added.taken) throw new Error('the name is taken')
  return added.token
}

async function make(
  { name, method, path, operation }: Call,
  token: string | undefined,
  eventId: string,
): Promise<{ status: number; code: string }> {
  const value = (parameter: string): string => {
    if (parameter === 'event_id') return eventId
    const schema = operation.parameters?.find((p) => p.in === 'path' && p.name === parameter)?.schema
    return PARAMS[parameter] ?? String(sampleOf(schema ?? {}, shared))
  }
  const query = (operation.parameters ?? [])
    .filter((p) => p.in === 'query' && p.required)
    .map((p) => `${p.name}=${encodeURIComponent(String(sampleOf(p.schema, shared)))}`)
  const schema = operation.requestBody?.content['application/json']?.schema
  const body = BODIES[name] ?? (schema && sampleOf(schema, shared))
  const address = path.replace(/\{(\w+)\}/g, (_all, parameter: string) => value(parameter))
  const answer = await house.call(method, query.length > 0 ? `${address}?${query.join('&')}` : address, {
    token,
    ...(body !== undefined && { body }),
  })
  return { status: answer.status, code: String(answer.json?.code ?? '') }
}

/** What was not as expected, as text: a failing test says all of it at once. */
async function findings(
  who: Record<string, string | undefined>,
  expected: (call: Call) => string[],
  eventId = house.eventId,
): Promise<string[]> {
  const found: string[] = []
  for (const call of operatorCalls()) {
    for (const [name, token] of Object.entries(who)) {
      const { status, code } = await make(call, token, eventId)
      if (!expected(call).includes(`${status} ${code}`)) {
        found.push(
          `${call.name} as ${name}: ${status} ${code}${status === 400 ? ' (give its schema an example, or BODIES a line)' : ''}`,
        )
      }
    }
  }
  return found
}

const isSignIn = ({ name }: Call): boolean => SIGN_IN.includes(name)
const withoutRole = (): string[] => ['401 unauthorized']

describe('every call of operators in the published contract', () => {
  test('says which roles it needs, but for those with which staff sign in', () => {
    const open = operatorCalls().filter(({ operation }) => !operation['x-roles'])
    expect(open.map(({ name }) => name).toSorted()).toEqual(SIGN_IN)
    expect(operatorCalls().length).toBeGreaterThan(SIGN_IN.length)
  })

  test('is closed to nobody, to a forger and to a token that was taken away', async () => {
    const gone = await member(['admin'], organiserId)
    await house.app.account.staff.remove(`member ${members}`)
    const forged = { header: 'eyJhbGciOiJub25lIn0', payload: 'eyJyb2xlcyI6WyJhZG1pbiJdfQ' }
    const who = {
      nobody: undefined,
      'a forger': `${forged.header}.${forged.payload}.`,
      'an inventor': `usher_staff_${'A'.repeat(43)}`,
      'a member who left': gone,
    }
    expect(await findings(who, withoutRole)).toEqual([])
  }, 60_000)

  test('is closed to guests and to buyers with an account', async () => {
    const guest = await house.guest()
    const { access_token: buyer } = await signInByMail(house, 'buyer@example.org', await house.guest())
    const expected = (call: Call): string[] => (isSignIn(call) ? withoutRole() : ['403 forbidden'])
    expect(await findings({ 'a guest': guest, 'a buyer': buyer }, expected)).toEqual([])
  }, 60_000)

  test('is as if the event did not exist for staff of another organiser, whatever their role', async () => {
    const elsewhere = crypto.randomUUID()
    const who: Record<string, string> = {}
    for (const role of STAFF_ROLES) who[`the ${role} of another organiser`] = await member([role], elsewhere)
    const about = operatorCalls().filter(({ operation }) => operation['x-organiser'] === 'address')
    expect(about.length).toBeGreaterThan(0)
    for (const [name, token] of Object.entries(who)) {
      for (const call of about) {
        const theirs = await make(call, token, house.eventId)
        const unknown = await make(call, token, '999999')
        expect({ name, call: call.name, theirs, unknown }).toEqual({
          ...{ name, call: call.name },
          theirs: { status: 404, code: 'not_found' },
          unknown: { status: 404, code: 'not_found' },
        })
      }
    }
  }, 60_000)

  test("is closed to the organiser's own staff, and to the house's, without the role", async () => {
    for (const role of STAFF_ROLES.filter((role) => role !== 'admin')) {
      const [own, all] = [await member([role], organiserId), await member([role])]
      const without = operatorCalls().filter(
        (call) => !isSignIn(call) && !call.operation['x-roles']!.includes(role),
      )
      for (const call of without) {
        for (const token of [own, all]) {
          const answer = await make(call, token, house.eventId)
          expect({ call: call.name, role, answer }).toEqual({
            ...{ call: call.name, role },
            answer: { status: 403, code: 'forbidden' },
          })
        }
      }
    }
  }, 60_000)

  test("what is the whole house's is closed to an organiser's admin", async () => {
    const admin = await member(['admin'], organiserId)
    for (const call of operatorCalls().filter(({ operation }) => operation['x-organiser'] === 'house'))
      expect({ call: call.name, ...(await make(call, admin, house.eventId)) }).toMatchObject({ status: 403 })
  })

  test("lets the house's scripts in, and staff with the role at their own organiser", async () => {
    const refused: string[] = []
    for (const call of operatorCalls().filter((call) => !isSignIn(call))) {
      const roles = call.operation['x-roles'] as StaffRole[]
      const own = call.operation['x-organiser'] === 'house' ? undefined : organiserId
      const tokens: Record<string, string> = { OPERATOR_TOKEN: OPERATOR_TOKEN }
      for (const role of roles) tokens[`the ${role}`] = await member([role], own)
      for (const [name, token] of Object.entries(tokens)) {
        // What changes something gets an event of its own: the call is really carried out.
        const eventId = call.method === 'GET' ? house.eventId : await openStudioEvent(house.app)
        const { status, code } = await make(call, token, eventId)
        const isAboutAll = call.path.match(/\{/g)?.length === 1 && call.path.includes('{event_id}')
        if ([400, 401, 403, 405].includes(status) || status >= 500 || (status === 404 && isAboutAll))
          refused.push(`${call.name} as ${name}: ${status} ${code}`)
      }
    }
    expect(refused).toEqual([])
  }, 120_000)
})
