import { expect, test } from 'bun:test'
import {
  countOf,
  lostSeats,
  NOTHING,
  placesOf,
  toggleSeat,
  totalOf,
  withPlaces,
  withPriceType,
} from './choice.ts'

test('a seat is chosen and taken back; the limit counts seats and places together', () => {
  let choice = toggleSeat(NOTHING, 9, 'adult', 3)
  choice = toggleSeat(choice, 4, 'adult', 3)
  expect(choice.seats.map(({ seat }) => seat)).toEqual([4, 9])
  choice = withPlaces(choice, 0, 'adult', 5, 3)
  expect([placesOf(choice, 0), countOf(choice)]).toEqual([1, 3])
  expect(toggleSeat(choice, 7, 'adult', 3)).toBe(choice)
  expect(toggleSeat(choice, 4, 'adult', 3).seats.map(({ seat }) => seat)).toEqual([9])
})

test('places of two price types in one area are counted apart', () => {
  let choice = withPlaces(NOTHING, 1, 'early', 2, 6)
  choice = withPlaces(choice, 1, 'regular', 1, 6)
  expect([placesOf(choice, 1), placesOf(choice, 1, 'early')]).toEqual([3, 2])
  expect(withPlaces(choice, 1, 'early', 0, 6).places).toEqual([
    { area: 1, priceType: 'regular', quantity: 1 },
  ])
})

test('the total is every price with the fee of the order once; nothing chosen costs nothing', () => {
  const price = { seat: (_: number, type: string) => (type === 'child' ? 500 : 1_000), area: () => 300 }
  const two = toggleSeat(toggleSeat(NOTHING, 1, 'adult', 9), 2, 'adult', 9)
  expect(totalOf(NOTHING, price, 250)).toBe(0)
  expect(totalOf(withPriceType(two, 2, 'child'), price, 250)).toBe(1_750)
  expect(totalOf(withPlaces(two, 0, 'adult', 2, 9), price, 0)).toBe(2_600)
  expect(totalOf(two, { ...price, seat: () => null }, 0)).toBeNull()
})

test('chosen seats that somebody else took are known', () => {
  const choice = toggleSeat(toggleSeat(NOTHING, 1, 'adult', 9), 2, 'adult', 9)
  expect(lostSeats(choice, Uint8Array.of(0, 0, 1, 2))).toEqual([2])
})
