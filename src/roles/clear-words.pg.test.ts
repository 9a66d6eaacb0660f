import { afterAll, beforeAll, expect, test } from 'bun:test'
import { OPERATOR_TOKEN, testApp, type TestApp } from '../../test/harness/app.ts'

let house: TestApp
beforeAll(async () => {
  house = await testApp()
})
afterAll(() => house.stop())

type Node = Record<string, unknown>

/** Every schema in which a text must match a regular expression, by its place in the document. */
function patternsIn(node: unknown, place: string, found: { place: string; schema: Node }[]): void {
  if (typeof node !== 'object' || node === null) return
  const schema = node as Node
  if (typeof schema['pattern'] === 'string' && schema['type'] === 'string') found.push({ place, schema })
  for (const [name, part] of Object.entries(schema)) patternsIn(part, `${place}/${name}`, found)
}

test('whatever a request must look like has an example that does, for the words of its refusal', async () => {
  const { paths } = (await house.call('GET', '/openapi.json')).json as { paths: Record<string, Node> }
  const found: { place: string; schema: Node }[] = []
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(methods as Record<string, Node>)) {
      const asked = (operation['parameters'] ?? []) as Node[]
      patternsIn(
        asked.filter((one) => one['in'] === 'query'),
        `${method} ${path} query`,
        found,
      )
      patternsIn(operation['requestBody'], `${method} ${path} body`, found)
    }
  }
  expect(found.length).toBeGreaterThan(20)
  for (const { place, schema } of found) {
    const examples = (schema['examples'] ?? []) as string[]
    const fits =
      examples.length > 0 && examples.every((one) => new RegExp(schema['pattern'] as string, 'u').test(one))
    expect({ place, fits }).toEqual({ place, fits: true })
  }
})

test('a query that is wrong is told in words, with an example and never a regular expression', async () => {
  const wrong: [query: string, words: RegExp][] = [
    [
      'near=999,999',
      /query\/near must have the form of 40\.77,-73\.98 \(Latitude and longitude in degrees\)/,
    ],
    ['near=95,10', /query\/near .*degrees/],
    ['near=here', /query\/near must have the form/],
    ['from=2026-13-40', /query\/from must have the form of 2027-03-19 or 2027-03-19T18:00:00Z/],
    ['from=2026-02-31', /calendar/],
    ['to=tomorrow', /query\/to must have the form/],
    ['sort=best', /query\/sort must be relevance, date, name, price, on_sale or newest/],
    ['sale=never', /query\/sale must be on_sale or soon/],
    ['limit=0', /query\/limit must be 1 or more/],
    ['limit=many', /query\/limit must be integer/],
    ['radius_km=0&near=1,1', /query\/radius_km must be more than 0/],
    ['production=x', /query\/production must have the form of [0-9a-f-]{36}/],
    ['cursor=x', /cursor/],
  ]
  for (const [query, words] of wrong) {
    const { status, json } = await house.call('GET', `/v1/events?${query}`)
    expect({ query, status, code: json.code }).toEqual({ query, status: 400, code: 'malformed' })
    expect(json.detail).toMatch(words)
    expect(JSON.stringify(json)).not.toMatch(/pattern|anyOf|\[0-9\]|\^/)
  }
})

test('so are bodies, and what staff ask for', async () => {
  const token = await house.guest()
  const wrong: [method: string, path: string, token: string, body: unknown, words: RegExp][] = [
    [
      'POST',
      '/v1/reservations',
      token,
      { event_id: 'abc', seat_ids: ['A'] },
      /body\/event_id must have the form of 1042/,
    ],
    ['POST', '/v1/reservations', token, { seat_ids: [1] }, /body needs event_id/],
    ['POST', '/v1/sessions/email', token, { email: 'nobody' }, /body\/email must have the form of \S+@\S+/],
    ['POST', '/v1/bookings', token, { reservation_id: 'x' }, /body\/reservation_id must have the form of/],
    ['GET', '/v1/operator/events?cursor=x', OPERATOR_TOKEN, undefined, /query\/cursor must have the form of/],
  ]
  for (const [method, path, as, body, words] of wrong) {
    const { status, json } = await house.call(method, path, { token: as, body })
    expect({ path, status }).toEqual({ path, status: 400 })
    expect(json.detail).toMatch(words)
    expect(JSON.stringify(json)).not.toMatch(/pattern|anyOf|\[0-9\]|\^/)
  }
})
