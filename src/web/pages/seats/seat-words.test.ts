import { expect, test } from 'bun:test'
import type { Layout } from '../../../shared/layout.ts'
import { Hall, hallData, RESTRICTED_VIEW } from '../../components/seat-map/hall.ts'
import { seatsTitle, sharedFacts } from './seat-words.ts'
import { seatsText } from './text.ts'

const t = seatsText.en

test('a seat is named with row and seat, several by their row; under it what they share', () => {
  const hall = studio()
  expect(seatsTitle(hall, [0], t)).toBe('Row A, seat 1')
  expect(seatsTitle(hall, [0, 1], t)).toBe('Row A, 1 and 2')
  expect(sharedFacts(hall, [0, 1], t)).toEqual([hall.section(0).name, 'Clear view'])
})

test('one restricted view among clear ones is what is said of all', () => {
  const hall = studio()
  hall.data.flags[1] = RESTRICTED_VIEW
  expect(sharedFacts(hall, [0, 1], t)).toEqual([hall.section(0).name, 'Restricted view'])
  expect(sharedFacts(hall, [0], t)).toEqual([hall.section(0).name, 'Clear view'])
})

function studio(): Hall {
  const layout: Layout = {
    name: 'Studio',
    size: { width: 600, height: 600 },
    seat_radius: 22,
    categories: [{ name: 'Side', color: '#3e7f8f' }],
    floors: [],
    sections: [{ name: 'Left' }],
    seats: ['1', '2'].map((number, i) => ({
      seat_id: `L-A-${number}`,
      x: i * 60,
      y: 0,
      section: 0,
      category: 0,
      row: 'A',
      number,
    })),
    areas: [],
    focal_point: null,
  } as unknown as Layout
  return new Hall(hallData(layout))
}
