import { expect, test } from 'bun:test'
import { seatsText } from './text.ts'

test('seats of a lettered row are named shortly; a numbered row is called one, so that no two numbers stand side by side', () => {
  expect(seatsText.en.shortSeats('F', ['12', '13'])).toBe('F 12 and 13')
  expect(seatsText.en.shortSeats('1', ['18', '19'])).toBe('Row 1, 18 and 19')
  expect(seatsText.de.shortSeats('1', ['18', '19'])).toBe('Reihe 1, 18 und 19')
})
