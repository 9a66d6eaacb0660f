import { ACCESSIBLE, COMPANION, RESTRICTED_VIEW, type Hall } from '../../components/seat-map/hall.ts'
import type { useText } from '../../i18n/text.tsx'
import type { seatsText } from './text.ts'

export type SeatsText = ReturnType<typeof useText<(typeof seatsText)['en']>>

/** "Row F", or what stands on the ticket instead. */
export function rowName(hall: Hall, seat: number, t: SeatsText): string {
  return hall.data.rowLabels[hall.data.rowOf[seat]!] ?? t.row(hall.row(seat).label)
}

export function seatNumber(hall: Hall, seat: number): string {
  return hall.data.seatLabels[seat] ?? hall.numbers[seat] ?? ''
}

/** "Row F, seat 12". */
export function seatName(hall: Hall, seat: number, t: SeatsText): string {
  return `${rowName(hall, seat, t)}, ${hall.data.seatLabels[seat] ?? t.seat(seatNumber(hall, seat))}`
}

/** "Row F, 12 and 13", rows one after the other. */
export function seatsName(hall: Hall, seats: readonly number[], t: SeatsText): string {
  return t.and(
    byRow(hall, seats).map((row) =>
      t.rowSeats(
        rowName(hall, row[0]!, t),
        row.map((seat) => seatNumber(hall, seat)),
      ),
    ),
  )
}

/** "F 12 and 13". */
export function seatsShort(hall: Hall, seats: readonly number[], t: SeatsText): string {
  return t.and(
    byRow(hall, seats).map((row) =>
      t.shortSeats(
        hall.row(row[0]!).label,
        row.map((seat) => seatNumber(hall, seat)),
      ),
    ),
  )
}

/** Section and what one should know about the place. */
export function seatFacts(hall: Hall, seat: number, t: SeatsText): string[] {
  const flags = hall.data.flags[seat]!
  return [
    hall.section(seat).name,
    ...(flags & ACCESSIBLE ? [t.accessible] : []),
    ...(flags & COMPANION ? [t.companion] : []),
    flags & RESTRICTED_VIEW ? t.restricted : t.clear,
  ]
}

function byRow(hall: Hall, seats: readonly number[]): number[][] {
  const rows = new Map<number, number[]>()
  for (const seat of seats.toSorted((a, b) => a - b)) {
    const row = hall.data.rowOf[seat]!
    rows.set(row, [...(rows.get(row) ?? []), seat])
  }
  const numeric = new Intl.Collator(undefined, { numeric: true })
  for (const row of rows.values())
    row.sort((a, b) => numeric.compare(seatNumber(hall, a), seatNumber(hall, b)))
  return [...rows.values()]
}
