import type { Layout } from '../../../shared/layout.ts'
import { HallBuilder, rectangle } from './hall-builder.ts'

/** A club without a single seat: three areas of general admission. */
export function club(): Layout {
  const hall = new HallBuilder(
    'Club',
    [
      { name: 'Dance floor', color: '#8e44ad' },
      { name: 'Balcony', color: '#2980b9' },
      { name: 'Lounge', color: '#c08a2e' },
    ],
    ['Floor', 'Upstairs'],
    22,
  )
  hall.shape({
    kind: 'polygon',
    role: 'wall',
    color: '#f3f1f5',
    border_color: '#b9b2c4',
    points: rectangle(-1_500, -300, 1_500, 2_600),
  })
  hall.shape({
    kind: 'polygon',
    role: 'stage',
    color: '#34303d',
    points: [
      [-600, -200],
      [600, -200],
      [500, 250],
      [-500, 250],
    ],
  })
  hall.shape({ kind: 'text', role: 'label', text: 'DJ', center: [0, 20], text_size: 160, color: '#ffffff' })
  hall.shape({
    kind: 'polygon',
    role: 'other',
    color: '#cbb89d',
    points: rectangle(1_180, 500, 1_440, 1_700),
  })
  hall.shape({
    kind: 'text',
    role: 'label',
    text: 'Bar',
    center: [1_310, 1_100],
    rotation: 90,
    text_size: 130,
    color: '#5f4d33',
  })
  hall.area({
    area_id: 'floor',
    name: 'Dance floor',
    category: 0,
    capacity: 600,
    outline: rectangle(-800, 400, 1_050, 1_750),
    floor: 'Floor',
  })
  hall.area({
    area_id: 'lounge',
    name: 'Lounge',
    category: 2,
    capacity: 50,
    outline: rectangle(-1_400, 400, -900, 1_750),
    floor: 'Floor',
  })
  hall.area({
    area_id: 'balcony',
    name: 'Balcony',
    category: 1,
    capacity: 150,
    outline: [
      [-1_400, 1_950],
      [1_400, 1_950],
      [1_400, 2_500],
      [-1_400, 2_500],
    ],
    floor: 'Upstairs',
  })
  return hall.finish([0, 100])
}
