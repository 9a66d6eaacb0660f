import { expect, test } from 'bun:test'
import { manualClock } from '../../../test/harness/clock.ts'
import { CodeGuesses } from './code-guesses.ts'

const few = { ofOne: { perSecond: 1, burst: 3 }, byAddress: { perSecond: 1, burst: 5 } }

test('a buyer has some wrong codes, and then waits, with a right one, too', () => {
  const clock = manualClock()
  const guesses = new CodeGuesses(clock, few)
  const tries = (isKnown: boolean): string | undefined => guesses.of('ada', '1.1.1.1')(isKnown)?.refused
  for (let n = 0; n < 50; n++) expect(tries(true)).toBeUndefined()
  for (let n = 0; n < 3; n++) expect(tries(false)).toBeUndefined()
  expect([tries(false), tries(true)]).toEqual(['rate_limited', 'rate_limited'])
  expect(guesses.of('bo', '1.1.1.1')(true)).toBeNull()
  clock.advance(1_000)
  expect(tries(true)).toBeUndefined()
})

test('new buyers of one address bring it no new guesses, and other addresses do not wait for it', () => {
  const guesses = new CodeGuesses(manualClock(), few)
  const refused = Array.from({ length: 20 }, (_, n) => guesses.of(`buyer ${n}`, '1.1.1.1')(false) !== null)
  expect(refused.filter((no) => !no)).toHaveLength(5)
  expect(guesses.of('a new one', '1.1.1.1')(true)).toMatchObject({
    refused: 'rate_limited',
    retryAfterSeconds: 1,
  })
  expect(guesses.of('a new one', '2.2.2.2')(true)).toBeNull()
})

test('a campus in which every tenth of 5,000 mistypes once buys at once', () => {
  const guesses = new CodeGuesses(manualClock())
  for (let n = 0; n < 5_000; n++) {
    if (n % 10 === 0) expect(guesses.of(`buyer ${n}`, '1.1.1.1')(false)).toBeNull()
    expect(guesses.of(`buyer ${n}`, '1.1.1.1')(true)).toBeNull()
  }
})

test('a request whose code is looked up twice is counted once', () => {
  const guesses = new CodeGuesses(manualClock(), few)
  const tried = guesses.of('ada', '1.1.1.1')
  for (let n = 0; n < 9; n++) expect(tried(false)).toBeNull()
  expect(guesses.of('ada', '1.1.1.1')(true)).toBeNull()
})
