import { afterAll, beforeAll, expect, test } from 'bun:test'
import { openStudioEvent, setPhases, testApp, type Answer, type TestApp } from '../../test/harness/app.ts'

let house: TestApp
let eventId: string
beforeAll(async () => {
  // With limits, as people meet them.
  house = await testApp()
  eventId = await openStudioEvent(house.app)
  const codes = [{ code: 'right-code-2030', uses: null }]
  await setPhases(house, eventId, [{ id: 'friends', access: 'code', codes }])
}, 60_000)
afterAll(() => house.stop())

const hold = (token: string, code?: string, at = eventId): Promise<Answer> =>
  house.call('POST', '/v1/reservations', {
    token,
    body: { event_id: at, best_available: { quantity: 1 }, ...(code && { access_code: code }) },
  })

test('whoever mistypes a few times gets in with the right code; whoever guesses waits, whatever they try then', async () => {
  const [clumsy, guesser] = [await house.guest(), await house.guest()]
  for (const code of ['right-cod', 'rigth-code-2030', 'right-code-203'])
    expect((await hold(clumsy, code)).json.code).toBe('access_code_invalid')
  expect((await hold(clumsy, 'Right-Code-2030')).status).toBe(201)

  const answers = await Promise.all(Array.from({ length: 15 }, (_, n) => hold(guesser, `guess ${n}`)))
  expect(answers.filter(({ json }) => json.code === 'access_code_invalid')).toHaveLength(10)
  const late = answers.filter(({ status }) => status === 429)
  expect(late).toHaveLength(5)
  for (const { json, headers } of late) {
    expect(json.code).toBe('rate_limited')
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
  }
  expect((await hold(guesser, 'right-code-2030')).status).toBe(429)
  // Without a code nothing is counted, and where there are no codes none is wrong.
  expect((await hold(guesser)).json.code).toBe('access_code_required')
  expect((await hold(guesser, 'any', house.eventId)).status).toBe(201)
  expect((await hold(clumsy, 'right-code-2030')).status).toBe(201)
}, 30_000)
