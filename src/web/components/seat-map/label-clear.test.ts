import { expect, test } from 'bun:test'
import { clearFrom, type RowLabel } from './label-clear.ts'

const FAR = 0.1

test('of two labels in one gap the first is shown, the other once there is room for both', () => {
  const labels = [label(0, 0), label(50, 0)]
  // Middles 50 apart in layout units are 20 pixels apart at this scale, which is the width of a label.
  expect([...clearFrom(labels, noSeats, FAR)]).toEqual([FAR, 0.4])
  // Beside each other from the beginning, or above each other.
  expect([...clearFrom([label(0, 0), label(201, 0)], noSeats, FAR)]).toEqual([FAR, FAR])
  expect([...clearFrom([label(0, 0), label(0, 111)], noSeats, FAR)]).toEqual([FAR, FAR])
})

test('a label that is not shown yet hides none behind it, and one at the very same place stays away', () => {
  const [first, second, third] = clearFrom([label(0, 0), label(50, 0), label(180, 0)], noSeats, FAR)
  expect([first, second]).toEqual([FAR, 0.4])
  // Beside the second it would have room from 20 / 130 only; it is clear of the first from 20 / 180.
  expect(third).toBeCloseTo(20 / 180)
  expect([...clearFrom([label(0, 0), label(0, 0)], noSeats, FAR)]).toEqual([FAR, Infinity])
})

test('a label lies on no seat: seats grow with the hall, letters do not', () => {
  // The seat's edge is 40 from the label's middle, which is 10 pixels wide to each side.
  expect([...clearFrom([label(0, 0)], seatsAt([50, 0]), FAR)]).toEqual([0.25])
  expect([...clearFrom([label(0, 0)], seatsAt([50, 200]), FAR)]).toEqual([FAR])
  expect([...clearFrom([label(0, 0)], seatsAt([5, 0]), FAR)]).toEqual([Infinity])
})

test('the distance from its row counts in pixels', () => {
  // Away from each other: 24 pixels apart however far away one is.
  const [left, right] = [label(0, 0, -12), label(0, 0, 12)]
  expect([...clearFrom([left, right], noSeats, FAR)]).toEqual([FAR, FAR])
  // Towards each other: clear once the gap is 20 + 24 pixels wide.
  expect([...clearFrom([label(0, 0, 12), label(100, 0, -12)], noSeats, FAR)]).toEqual([FAR, 0.44])
})

function label(x: number, y: number, dx = 0): RowLabel {
  return { text: 'AA', x, y, dx, dy: 0, width: 20, height: 11 }
}

function seatsAt(...places: [number, number][]) {
  return {
    x: Float32Array.from(places, ([x]) => x),
    y: Float32Array.from(places, ([, y]) => y),
    seatRadius: 10,
  }
}

const noSeats = seatsAt([1e6, 1e6])
