import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { SeatIds } from './seat-ids.ts'

test('every id leads to its index and back, whatever its characters, and no other id leads anywhere', () => {
  const ids = fc.uniqueArray(fc.string({ maxLength: 12, unit: 'binary' }), { maxLength: 300 })
  fc.assert(
    fc.property(ids, fc.string({ unit: 'binary' }), (known, other) => {
      const seatIds = new SeatIds(known)
      expect(seatIds.size).toBe(known.length)
      known.forEach((id, i) => {
        expect(seatIds.at(i)).toBe(id)
        expect(seatIds.indexOf(id)).toBe(i)
      })
      if (!known.includes(other)) expect(seatIds.indexOf(other)).toBeUndefined()
    }),
  )
})

test('ids that differ only in the last digit do not crowd together', () => {
  const ids = Array.from({ length: 100_000 }, (_, i) => `L-${String(i).padStart(6, '0')}`)
  const seatIds = new SeatIds(ids)
  const startedMs = performance.now()
  ids.forEach((id, i) => expect(seatIds.indexOf(id)).toBe(i))
  expect(performance.now() - startedMs).toBeLessThan(5_000)
})
