import { expect, test } from 'bun:test'
import {
  Availability,
  SEAT_BOOKED,
  SEAT_FREE,
  SEAT_HELD,
  tagOfEtag,
  type SnapshotBody,
} from './availability.ts'

test('a snapshot says what is free in each section and category', () => {
  const { live, snapshot } = house()
  expect(live.applySnapshot(snapshot([0, 1, 2, 3, 0, 0]), '4-aaaaaaaa')).toBeNull()
  expect([...live.statuses]).toEqual([0, 1, 2, 3, 0, 0])
  expect([...live.freeInSection]).toEqual([1, 2])
  expect([...live.freeInCategory]).toEqual([2, 1])
  expect(live.version).toBe(4)
})

test('a later snapshot names only the seats that differ', () => {
  const { live, snapshot } = house()
  live.applySnapshot(snapshot([0, 1, 2, 3, 0, 0]), '4-aaaaaaaa')
  expect(live.applySnapshot(snapshot([0, 0, 2, 3, 0, 1], 9), '9-bbbbbbbb')).toEqual([1, 5])
  expect(live.version).toBe(9)
})

test('seats that the house is just adding are not free before the sale knows them, nor those of another plan here', () => {
  const { live, snapshot } = house()
  live.applySnapshot(snapshot([0, 0, 0, 0]), '4-aaaaaaaa')
  expect([...live.statuses]).toEqual([0, 0, 0, 0, 3, 3])
  live.applySnapshot({ ...snapshot([0, 1, 0, 0, 0, 2, 0, 0, 0], 5), layout: 'larger' }, '5-bbbbbbbb')
  expect([...live.statuses]).toEqual([0, 1, 0, 0, 0, 2])
  expect(live.layout).toBe('larger')
})

test('a change that follows what was seen is applied', () => {
  const { live, snapshot } = house()
  live.applySnapshot(snapshot([0, 0, 0, 0, 0, 0]), '4-aaaaaaaa')
  const changed: number[] = []
  const body = {
    from: 4,
    version: 6,
    changes: [
      [1, SEAT_HELD],
      [2, SEAT_FREE],
      [5, SEAT_BOOKED],
    ] as [number, number][],
    areas: { floor: 7 },
  }
  expect(live.applyDelta(body, '6-cccccccc', changed)).toBe('applied')
  expect(changed).toEqual([1, 5])
  expect([...live.freeInSection]).toEqual([2, 2])
  expect(live).toMatchObject({ version: 6, tag: '6-cccccccc', areas: { floor: 7 } })
})

test('a gap asks for a snapshot and changes nothing', () => {
  const { live, snapshot } = house()
  live.applySnapshot(snapshot([0, 0, 0, 0, 0, 0]), '4-aaaaaaaa')
  const changed: number[] = []
  expect(live.applyDelta({ from: 5, version: 6, changes: [[0, 1]], areas: {} }, '6-cccccccc', changed)).toBe(
    'reload',
  )
  expect([changed.length, live.statuses[0], live.version]).toEqual([0, 0, 4])
})

test('what was seen already, or is older, is left alone', () => {
  const { live, snapshot } = house()
  live.applySnapshot(snapshot([0, 0, 0, 0, 0, 0]), '4-aaaaaaaa')
  const change = { from: 4, version: 5, changes: [[0, 1]] as [number, number][], areas: {} }
  expect(live.applyDelta(change, '5-bbbbbbbb', [])).toBe('applied')
  expect(live.applyDelta(change, '5-bbbbbbbb', [])).toBe('known')
  expect(live.applyDelta({ from: 2, version: 3, changes: [[0, 0]], areas: {} }, '3-dddddddd', [])).toBe(
    'known',
  )
  expect(live.statuses[0]).toBe(1)
})

test('another hash at the same version is another history: a snapshot is needed', () => {
  const { live, snapshot } = house()
  live.applySnapshot(snapshot([0, 0, 0, 0, 0, 0]), '4-aaaaaaaa')
  expect(live.applyDelta({ from: 3, version: 4, changes: [[0, 1]], areas: {} }, '4-ffffffff', [])).toBe(
    'reload',
  )
})

test('a snapshot of a restored house counts although its version is lower', () => {
  const { live, snapshot } = house()
  live.applySnapshot(snapshot([1, 1, 1, 1, 1, 1], 90), '90-aaaaaaaa')
  expect(live.applySnapshot(snapshot([0, 1, 1, 1, 1, 1], 12), '12-bbbbbbbb')).toEqual([0])
  expect(live).toMatchObject({ version: 12, tag: '12-bbbbbbbb' })
})

test('nothing is applied before the first snapshot', () => {
  const { live } = house()
  expect(live.applyDelta({ from: 0, version: 1, changes: [], areas: {} }, '1-aaaaaaaa', [])).toBe('reload')
})

test('an ETag names version and hash', () => {
  expect(tagOfEtag('W/"12-8b4fc41c"')).toBe('12-8b4fc41c')
  expect(tagOfEtag(null)).toBe('')
})

// Six seats: two sections of three, two categories.
function house() {
  const live = new Availability(Uint16Array.of(0, 0, 0, 1, 1, 1), Uint8Array.of(0, 0, 1, 1, 0, 1), 2, 2)
  const snapshot = (statuses: number[], version = 4): SnapshotBody => {
    const packed = new Uint8Array(Math.ceil(statuses.length / 4))
    statuses.forEach((status, seat) => (packed[seat >> 2]! |= status << ((seat & 3) * 2)))
    return { version, layout: 'x', seats: btoa(String.fromCharCode(...packed)), areas: {} }
  }
  return { live, snapshot }
}

test('with a code its kept seats are free and nothing else is, through changes and snapshots, until it is left', () => {
  const { live, snapshot } = house()
  live.applySnapshot(snapshot([0, 1, 3, 3, 3, 0]), '4-aaaaaaaa')
  live.show({ seats: Uint8Array.of(0, 0, 1, 1, 0, 0), areas: { floor: 2 } })
  expect([...live.statuses]).toEqual([3, 1, 0, 0, 3, 3])
  expect([...live.freeInSection]).toEqual([1, 1])
  expect(live).toMatchObject({ limited: true, areas: { floor: 2 } })
  // One is held, one is let go by the house; somebody else's becomes free.
  const changes = [
    [1, SEAT_FREE],
    [2, SEAT_HELD],
    [3, SEAT_FREE],
  ] as [number, number][]
  live.applyDelta({ from: 4, version: 5, changes, areas: { floor: 9 } }, '5-bbbbbbbb', [])
  expect([...live.statuses]).toEqual([3, 3, 1, 3, 3, 3])
  expect(live.areas).toEqual({ floor: 2 })
  live.applySnapshot(snapshot([0, 0, 3, 2, 3, 0], 9), '9-cccccccc')
  expect([...live.statuses]).toEqual([3, 3, 0, 2, 3, 3])
  const page = house().live
  page.follow(live.newsOf(null))
  expect([...page.statuses]).toEqual([...live.statuses])
  expect(page.limited).toBe(true)
  live.show(null)
  expect([...live.statuses]).toEqual([0, 0, 3, 2, 3, 0])
  expect(live.limited).toBe(false)
})
