import { texts, type Locale } from '../i18n/text.tsx'

/** Places in words: "Row F, 12 and 13" with the section beside it, "2 × Floor". */
export type Place = {
  section: string | null
  row: string | null
  number: string | null
  area?: string | null
}
export type PlaceGroup = { title: string; section: string | null; count: number }

export const placeText = texts({
  en: {
    row: (row: string, seats: string) => `Row ${row}, ${seats}`,
    seats: (seats: string) => `Seat ${seats}`,
  },
  de: {
    row: (row: string, seats: string) => `Reihe ${row}, ${seats}`,
    seats: (seats: string) => `Platz ${seats}`,
  },
})

/** Those of one row together, in the order in which they come. */
export function groupPlaces(places: readonly Place[], locale: Locale): PlaceGroup[] {
  const groups = new Map<string, { first: Place; numbers: string[]; count: number }>()
  for (const place of places) {
    const key = place.number === null ? `area ${place.section}` : `${place.section}/${place.row}`
    const group = groups.get(key) ?? { first: place, numbers: [], count: 0 }
    group.count += 1
    if (place.number !== null) group.numbers.push(place.number)
    groups.set(key, group)
  }
  const t = placeText[locale]
  return [...groups.values()].map(({ first, numbers, count }) => {
    if (numbers.length === 0) return { title: `${count} × ${first.section ?? ''}`, section: null, count }
    const seats = listOf(
      numbers.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true })),
      locale,
    )
    return { title: first.row ? t.row(first.row, seats) : t.seats(seats), section: first.section, count }
  })
}

const SEPARATOR: Record<Locale, string> = { en: ' and ', de: ' und ' }

function listOf(words: readonly string[], locale: Locale): string {
  return words.length < 2 ? words.join('') : words.slice(0, -1).join(', ') + SEPARATOR[locale] + words.at(-1)
}
