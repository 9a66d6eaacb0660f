import { expect, test } from 'bun:test'
import { cardFaults, fitsLuhn, formatExpiry, formatNumber, TEST_CARDS, testCard } from './test-cards.ts'

const NOW = Date.UTC(2026, 10, 22)

test('every test card has a number that fits its check digit, and is found by it', () => {
  for (const { number, token } of TEST_CARDS) {
    expect(fitsLuhn(number)).toBe(true)
    expect(testCard(formatNumber(number))?.token).toBe(token)
    expect(cardFaults({ number, expires: '12 / 34', code: '123' }, NOW)).toEqual({})
  }
})

test('a real-looking card, a mistyped one and half of one are told apart', () => {
  const rest = { expires: '12 / 34', code: '123' }
  expect(cardFaults({ number: '5555 5555 5555 4444', ...rest }, NOW).number).toBe('not_a_test_card')
  expect(cardFaults({ number: '4242 4242 4242 4241', ...rest }, NOW).number).toBe('mistyped')
  expect(cardFaults({ number: '4242 4242', ...rest }, NOW).number).toBe('incomplete')
})

test('a card is good to the last day of its month', () => {
  const card = (expires: string) => cardFaults({ number: TEST_CARDS[0].number, expires, code: '123' }, NOW)
  expect(card('11 / 26')).toEqual({})
  expect(card('10 / 26').expires).toBe('over')
  expect(card('01 / 27')).toEqual({})
  expect(card('13 / 30').expires).toBe('incomplete')
})

test('numbers and dates are spaced while they are typed', () => {
  expect(formatNumber('42424242424')).toBe('4242 4242 424')
  expect(formatExpiry('4')).toBe('04')
  expect(formatExpiry('1229')).toBe('12 / 29')
})
