import { expect, test } from 'bun:test'
import { groupPlaces } from './places.ts'

const seat = (row: string, number: string, section = 'Stalls') => ({ section, row, number })

test('seats of one row are named together, in order', () => {
  const places = [seat('F', '13'), seat('F', '12'), seat('F', '9')]
  expect(groupPlaces(places, 'en')).toEqual([{ title: 'Row F, 9, 12 and 13', section: 'Stalls', count: 3 }])
  expect(groupPlaces(places, 'de')[0]!.title).toBe('Reihe F, 9, 12 und 13')
})

test('two rows and an area are three lines', () => {
  const floor = { section: 'Floor', row: null, number: null }
  const groups = groupPlaces([seat('A', '1'), seat('B', '1'), floor, floor], 'en')
  expect(groups.map(({ title }) => title)).toEqual(['Row A, 1', 'Row B, 1', '2 × Floor'])
})
