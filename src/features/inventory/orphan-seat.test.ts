import { expect, test } from 'bun:test'
import { smallHall } from '../../../test/harness/small-hall.ts'
import { compileHall } from './hall.ts'
import { leavesOrphan } from './orphan-seat.ts'

const hall = compileHall('hall', smallHall(2, 8))

/** A row as it is drawn: `.` free, `x` taken, `o` chosen. */
function orphans(row: string): number[] | null {
  const status = (seat: number): number => (seat < row.length && row[seat] === 'x' ? 1 : 0)
  const chosen = row.split('').flatMap((mark, seat) => (mark === 'o' ? [seat] : []))
  return leavesOrphan(hall, status, chosen)
}

test('a single seat left beside a taken one, at the end of a row or between two parts of a choice is named', () => {
  expect(orphans('x.oo....')).toEqual([1])
  expect(orphans('.oo.....')).toEqual([0])
  expect(orphans('....oo.x')).toEqual([6])
  expect(orphans('..o.o...')).toEqual([3])
  expect(orphans('.o.o.o.x')).toEqual([0, 2, 4, 6])
})

test('two free seats side by side are no orphans', () => {
  expect(orphans('..oo..xx')).toBeNull()
  expect(orphans('oooooooo')).toBeNull()
  expect(orphans('oo......')).toBeNull()
})

test('a choice that leaves one whatever it takes is allowed', () => {
  expect(orphans('x.ooxxxx')).toBeNull()
  expect(orphans('xoo.xxxx')).toBeNull()
  expect(orphans('x.oxxxxx')).toBeNull()
  // Three free, one taken of them: the middle one would leave two singles, an end none.
  expect(orphans('x.o.xxxx')).toEqual([1, 3])
})

test('a single seat that was one before is nobody’s fault', () => {
  expect(orphans('x.xoo..x')).toBeNull()
  expect(orphans('x.x.xxoo')).toBeNull()
})

test('rows do not see each other, nor does one side of an aisle the other', () => {
  expect(leavesOrphan(hall, () => 0, [7, 8])).toBeNull()
  const layout = smallHall(1, 8)
  for (let i = 4; i < 8; i++) layout.seats[i]!.x += 120
  const parted = compileHall('parted', layout)
  expect(parted.rows.map((row) => row.seats)).toEqual([
    [0, 1, 2, 3],
    [4, 5, 6, 7],
  ])
  expect(leavesOrphan(parted, () => 0, [1, 2, 3])).toBeNull()
  expect(leavesOrphan(parted, () => 0, [2, 3])).toBeNull()
  expect(leavesOrphan(parted, () => 0, [5, 6])).toEqual([4, 7])
})
