import { describe, expect, test } from 'bun:test'
import { layoutBytes, layoutHash, type Layout } from '../../../shared/layout.ts'
import { HALLS, type HallName } from '../halls/halls.ts'
import { readLayout } from './read-layout.ts'
import { toPretix, writeLayout } from './write-layout.ts'

const seat = (seat_guid: string, x: number, more: object = {}) => ({
  seat_guid,
  seat_number: seat_guid.slice(-1),
  position: { x, y: 0 },
  category: 'Stalls',
  ...more,
})
const plan = (more: object = {}, seats: object[] = [seat('A1', 0), seat('A2', 25)]) => ({
  name: 'Hall',
  categories: [{ name: 'Stalls', color: '#7f4a91' }],
  size: { width: 400, height: 300 },
  zones: [
    {
      name: 'Ground floor',
      position: { x: 50, y: 100 },
      rows: [
        { row_number: 'A', row_label: 'Row A', seat_label: 'Chair %s', position: { x: 10, y: 20 }, seats },
      ],
      areas: [
        {
          shape: 'rectangle',
          color: '#ccc',
          position: { x: 0, y: -80 },
          rotation: 0,
          rectangle: { width: 200, height: 40 },
          text: { text: 'Stage', position: { x: 100, y: 20 } },
        },
        { shape: 'circle', position: { x: 300, y: 0 }, circle: { radius: 12 } },
      ],
    },
  ],
  ...more,
})

function read(document: unknown): Layout {
  const result = readLayout(document)
  if ('faults' in result) throw new Error(JSON.stringify(result.faults))
  return result.layout
}

function faults(document: unknown): string[] {
  const result = readLayout(document)
  return 'faults' in result ? result.faults.map((fault) => `${fault.path}: ${fault.message}`) : []
}

describe('what is wrong with a plan', () => {
  test('its shape, names that are there twice and categories that are not are told at once', () => {
    const { zones } = plan({}, [
      seat('A1', 'left' as never),
      seat('A2', 25, { category: 'Gallery' }),
      seat('A1', 50),
      seat('', 75, { category: 7 }),
      seat('', 75),
      'A5' as never,
    ])
    expect(faults({ ...plan(), zones: [...zones, null, { rows: {} }] })).toEqual([
      'zones[0].rows[0].seats[0].position.x: must be number',
      'zones[0].rows[0].seats[3].seat_guid: must not have fewer than 1 characters',
      'zones[0].rows[0].seats[3].category: must be string',
      'zones[0].rows[0].seats[4].seat_guid: must not have fewer than 1 characters',
      'zones[0].rows[0].seats[5]: must be object',
      'zones[1]: must be object',
      'zones[2].rows: must be array',
      'zones[0].rows[0].seats[1].category: there is no category "Gallery"',
      'zones[0].rows[0].seats[2].seat_guid: "A1" is the one of zones[0].rows[0].seats[0] already',
    ])
  })

  test('where the categories cannot be read, none is said to be missing', () => {
    expect(faults(plan({ categories: [{ name: 'Circle' }, { nome: 'Stalls' }] }))).toEqual([
      'categories[1]: needs name',
    ])
    expect(faults(plan({ categories: 'Stalls' }))).toEqual(['categories: must be array'])
  })

  test('an area that is sold twice, in a category that there is not, is named beside what has no shape', () => {
    const area = { general_admission: { area_id: 'S', name: 'Standing', category: 'Floor', capacity: 0 } }
    expect(faults({ ...plan(), zones: [{ areas: [area, area] }] })).toEqual([
      'zones[0].areas[0].general_admission.capacity: must be 1 or more',
      'zones[0].areas[1].general_admission.capacity: must be 1 or more',
      'zones[0].areas[0].general_admission.category: there is no category "Floor"',
      'zones[0].areas[1].general_admission.area_id: "S" is the one of zones[0].areas[0] already',
      'zones[0].areas[1].general_admission.category: there is no category "Floor"',
    ])
  })
})

describe('a plan in the pretix format', () => {
  test('positions of zone, row and seat add up', () => {
    const layout = read(plan())
    expect(layout.seats.map((s) => [s.seat_id, s.x, s.y])).toEqual([
      ['A1', 60, 120],
      ['A2', 85, 120],
    ])
    expect(layout.seats[0]).toMatchObject({
      section: 0,
      row: 'A',
      number: '1',
      row_label: 'Row A',
      seat_label: 'Chair 1',
    })
  })

  test('the stage is found by its text and becomes the focal point', () => {
    const layout = read(plan())
    expect(layout.background!.shapes[0]).toMatchObject({ kind: 'polygon', role: 'stage' })
    expect(layout.focal_point).toEqual({ x: 150, y: 40 })
    expect(readLayout(plan())).toMatchObject({ format: 'pretix' })
  })

  test('an older variant without size, row positions and uuids gets the size of what is in it', () => {
    const { size: _size, ...old } = plan()
    const layout = read({
      ...old,
      zones: [
        { position: { x: -100, y: 0 }, rows: [{ row_number: '1', seats: [seat('X1', 0), seat('X2', 30)] }] },
      ],
    })
    expect(layout.seats.map((s) => s.x)).toEqual([30, 60])
    expect(layout.size).toEqual({ width: 90, height: 30 })
    expect(layout.sections).toEqual([{ name: '' }])
  })

  test('areas of the oldest variant are boxes with a plain text', () => {
    const layout = read(
      plan({
        zones: [
          {
            position: { x: 0, y: 0 },
            rows: [{ row_number: '1', seats: [seat('X1', 0)] }],
            areas: [{ width: 100, height: 20, position: { x: 10, y: 10 }, text: 'Bar' }],
          },
        ],
      }),
    )
    expect(layout.background!.shapes.map((s) => s.kind)).toEqual(['polygon', 'text'])
  })

  test('what is wrong is named by its JSON path, all of it', () => {
    expect(faults(plan({}, [seat('A1', 0), seat('A1', 25)]))).toEqual([
      'zones[0].rows[0].seats[1].seat_guid: "A1" is the one of zones[0].rows[0].seats[0] already',
    ])
    expect(faults(plan({}, [seat('A1', 0, { category: 'Gallery' })]))).toEqual([
      'zones[0].rows[0].seats[0].category: there is no category "Gallery"',
    ])
    expect(faults(plan({}, [seat('A1', 0, { position: { x: 'left', y: 0 } })]))[0]).toStartWith(
      'zones[0].rows[0].seats[0].position.x: ',
    )
    expect(faults(plan({}, [{ seat_guid: 'A1' }]))[0]).toStartWith('zones[0].rows[0].seats[0]')
    expect(faults(plan({ zones: [] }))).toEqual([
      'zones: there is neither a seat nor a general admission area',
    ])
    expect(faults(plan({}, [seat('A1', 1e308)]))[0]).toStartWith('zones[0].rows[0].seats[0].position.x: ')
    expect(faults(plan({ size: { width: 1e9, height: 1 } }))[0]).toStartWith('size.width: ')
    for (const color of ['url(//elsewhere)', '#12345', 'red; x', ''])
      expect(faults(plan({ categories: [{ name: 'Stalls', color }] }))[0]).toStartWith(
        'categories[0].color: ',
      )
    expect(faults([])[0]).toStartWith('$')
    expect(faults(null)[0]).toStartWith('$')
  })
})

describe("Usher's superset", () => {
  const superset = plan({
    floors: ['Ground'],
    focal_point: { x: 5, y: 6 },
    background: { image_url: 'https://example.org/hall.svg' },
    zones: [
      {
        name: 'Standing',
        floor: 'Ground',
        door: 'Door 3',
        position: { x: 10, y: 10 },
        rows: [
          {
            row_number: 'W',
            seats: [
              seat('W1', 0, { accessible: true }),
              seat('W2', 40, { companion: true, restricted_view: true }),
            ],
          },
        ],
        areas: [
          {
            shape: 'rectangle',
            rotation: 90,
            position: { x: 100, y: 0 },
            rectangle: { width: 40, height: 20 },
            general_admission: { area_id: 'pit', name: 'Pit', capacity: 300, category: 'Stalls' },
          },
        ],
      },
    ],
  })

  test('areas with a capacity, marked seats, floors, focal point and background arrive', () => {
    const layout = read(superset)
    expect(layout.areas).toEqual([
      {
        area_id: 'pit',
        name: 'Pit',
        category: 0,
        capacity: 300,
        outline: [
          [110, 10],
          [110, 50],
          [90, 50],
          [90, 10],
        ],
        floor: 'Ground',
      },
    ])
    expect(layout.seats[0]!.accessible).toBe(true)
    expect(layout.seats[1]).toMatchObject({ companion: true, restricted_view: true })
    expect(layout).toMatchObject({
      floors: ['Ground'],
      focal_point: { x: 5, y: 6 },
      background: { image_url: 'https://example.org/hall.svg' },
    })
    expect(layout.sections).toEqual([{ name: 'Standing', floor: 'Ground', door: 'Door 3' }])
    expect(readLayout(superset)).toMatchObject({ format: 'usher' })
  })

  test('an area id that is there twice and a capacity of zero are refused', () => {
    const area = {
      shape: 'circle',
      circle: { radius: 5 },
      general_admission: { area_id: 'pit', name: 'Pit', capacity: 3, category: 'Stalls' },
    }
    expect(faults(plan({ zones: [{ areas: [area, area] }] }))).toEqual([
      'zones[0].areas[1].general_admission.area_id: "pit" is the one of zones[0].areas[0] already',
    ])
    const none = { ...area, general_admission: { ...area.general_admission, capacity: 0 } }
    expect(faults(plan({ zones: [{ areas: [none] }] }))[0]).toStartWith(
      'zones[0].areas[0].general_admission.capacity: ',
    )
  })

  test('as a pretix plan it keeps every seat and loses what pretix does not know', () => {
    const pretix = toPretix(superset as never, read(superset))
    expect(readLayout(pretix)).toMatchObject({ format: 'pretix' })
    expect(read(pretix).seats.map((s) => s.seat_id)).toEqual(['W1', 'W2'])
    expect(JSON.stringify(pretix)).not.toContain('general_admission')
  })
})

test('the example in the documentation is a plan of its own format', async () => {
  const page = await Bun.file(new URL('../../../../docs/layout-format.md', import.meta.url)).text()
  const example: unknown = JSON.parse(/```json\n([\s\S]*?)```/.exec(page)![1]!)
  expect(readLayout(example)).toMatchObject({ format: 'usher', warnings: [] })
  expect(read(example)).toMatchObject({
    focal_point: { x: 400, y: 40 },
    areas: [{ capacity: 300 }],
    seats: [{ x: 100, y: 300 }, {}],
  })
})

for (const name of Object.keys(HALLS) as HallName[]) {
  test(`${name}: written as a document and read again it is the same layout`, async () => {
    const layout = HALLS[name]()
    const again = read(JSON.parse(JSON.stringify(writeLayout(layout))))
    expect(await layoutHash(layoutBytes(again))).toBe(await layoutHash(layoutBytes(layout)))
  })
}
