import { ACCESSIBLE, COMPANION, RESTRICTED_VIEW, type Hall } from '../../components/seat-map/hall.ts'
import { formatMoney } from '../../format/format.ts'
import type { Locale, useText } from '../../i18n/text.tsx'
import { countOf } from './choice.ts'
import type { SeatSession } from './seat-session.ts'
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

/** "Row F, seat 12" of one, "Row F, 12 and 13" of more. */
export function seatsTitle(hall: Hall, seats: readonly number[], t: SeatsText): string {
  return seats.length === 1 ? seatName(hall, seats[0]!, t) : seatsName(hall, seats, t)
}

/** What all of them share: "Sector 203 · Clear view". */
export function sharedFacts(hall: Hall, seats: readonly number[], t: SeatsText): string[] {
  const facts = seats.map((seat) => seatFacts(hall, seat, t))
  const sections = [...new Set(facts.map(([section]) => section!))]
  const others = [...new Set(facts.flatMap(([, ...rest]) => rest))]
  // One seat with a restricted view is said; that the others have a clear one then is not.
  return [t.and(sections), ...others.filter((fact) => fact !== t.clear || !others.includes(t.restricted))]
}

/** "Row F, 12 and 13 chosen. 4 in all, $80." */
export function chosenWords(
  session: SeatSession,
  seats: readonly number[],
  t: SeatsText,
  locale: Locale,
): string {
  if (seats.length === 0) return ''
  const total = formatMoney(session.prices.money(session.total() ?? 0), locale)
  return t.announce.chosen(seatsTitle(session.hall, seats, t), countOf(session.view().choice), total)
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
