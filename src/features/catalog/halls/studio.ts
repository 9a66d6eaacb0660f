import type { Layout } from '../../../shared/layout.ts'
import { HallBuilder, onArc, rectangle, rowLetters, type NewSeat } from './hall-builder.ts'

const SEAT_PITCH = 54
const ROW_PITCH = 100

/** A black box of 200 seats on three sides of a thrust stage. */
export function studio(): Layout {
  const hall = new HallBuilder(
    'Studio',
    [
      { name: 'Center', color: '#b4503c' },
      { name: 'Side', color: '#3e7f8f' },
    ],
    [],
    22,
  )
  hall.shape({
    kind: 'polygon',
    role: 'wall',
    color: '#f7f5f3',
    border_color: '#c5bdb3',
    points: rectangle(-1_150, -200, 1_150, 1_960),
  })
  hall.shape({
    kind: 'polygon',
    role: 'stage',
    color: '#e5d9c6',
    border_color: '#b59f74',
    points: rectangle(-450, 0, 450, 1_020),
  })
  hall.shape({
    kind: 'text',
    role: 'label',
    text: 'Stage',
    center: [0, 500],
    text_size: 110,
    color: '#7a673e',
  })
  for (const side of [-1, 1] as const) sideBlock(hall, side)
  centerBlock(hall)
  return hall.finish([0, 560])
}

function sideBlock(hall: HallBuilder, side: -1 | 1): void {
  const word = side < 0 ? 'Left' : 'Right'
  const section = hall.section(word[0]!, word, undefined, word)
  for (let row = 0; row < 4; row += 1) {
    const seats = Array.from({ length: 12 }, (_, i): NewSeat => {
      const y = 130 + (i + 0.5) * SEAT_PITCH + Math.floor(i / 6) * 90
      return { number: String(i + 1), x: side * (640 + row * ROW_PITCH), y, category: 1 }
    })
    hall.row(section, rowLetters(row), seats)
  }
}

// Six rows of seventeen, and a wheelchair place with its companion's at the end of the first.
function centerBlock(hall: HallBuilder): void {
  const section = hall.section('C', 'Center', undefined, 'Foyer')
  const centerY = -2_400
  for (let row = 0; row < 6; row += 1) {
    const radius = 1_240 - centerY + row * ROW_PITCH
    const seats = Array.from({ length: 17 }, (_, i): NewSeat => {
      const [x, y] = onArc(centerY, radius, ((i - 8) * SEAT_PITCH) / radius)
      return { number: String(i + 1), x, y, category: 0 }
    })
    if (row === 0) {
      const [x, y] = onArc(centerY, radius, (8 * SEAT_PITCH + 70) / radius)
      const [x2, y2] = onArc(centerY, radius, (8 * SEAT_PITCH + 150) / radius)
      seats.push(
        { number: '18', x, y, category: 0, companion: true },
        { number: '19', x: x2, y: y2, category: 0, accessible: true },
      )
    }
    hall.row(section, rowLetters(row), seats)
  }
}
