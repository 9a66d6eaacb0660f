import type { Layout } from '../../shared/layout.ts'
import type { SeatSelector } from './spec.ts'
import type { Path, Report } from './types.ts'

/** Indices of the seats that are meant, each once, in the layout's order; what fits no seat is reported. */
export function selectSeats(
  layout: Layout,
  selectors: readonly SeatSelector[],
  path: Path,
  report: Report,
): number[] {
  const seats = new Set<number>()
  let byId: Map<string, number> | undefined
  selectors.forEach((selector, i) => {
    if (typeof selector === 'string') {
      byId ??= new Map(layout.seats.map((seat, index) => [seat.seat_id, index]))
      const index = byId.get(selector)
      if (index === undefined) report([...path, i], `the layout has no seat "${selector}"`, 'unknown_seat')
      else seats.add(index)
    } else for (const index of seatsOf(layout, selector, [...path, i], report)) seats.add(index)
  })
  return [...seats].toSorted((a, b) => a - b)
}

function seatsOf(
  layout: Layout,
  selector: Exclude<SeatSelector, string>,
  path: Path,
  report: Report,
): number[] {
  const { section, row, rows, seats } = selector
  const sections = new Set(layout.sections.flatMap(({ name }, i) => (name === section ? [i] : [])))
  if (sections.size === 0) {
    report([...path, 'section'], `the layout has no section "${section}"`, 'unknown_seat')
    return []
  }
  const labels = [...(rows ?? []), ...(row === undefined ? [] : [row])].map(String)
  const wanted = labels.length === 0 ? null : new Set(labels)
  const inRows = layout.seats.flatMap((seat, i) =>
    sections.has(seat.section) && (wanted === null || wanted.has(seat.row)) ? [i] : [],
  )
  for (const label of labels) {
    if (!inRows.some((i) => layout.seats[i]!.row === label))
      report(
        [...path, row === undefined ? 'rows' : 'row'],
        `"${section}" has no row "${label}"`,
        'unknown_seat',
      )
  }
  if (seats === undefined || inRows.length === 0) return inRows
  const known = new Set(inRows.map((i) => layout.seats[i]!.number))
  const numbers = new Set<string>()
  for (const part of [seats].flat().flatMap((label) => String(label).split(','))) {
    const found = numbersOf(part.trim(), known)
    if ('missing' in found)
      report(
        [...path, 'seats'],
        `there is no seat "${found.missing}" there${extentOf(known)}`,
        'unknown_seat',
      )
    else for (const number of found) numbers.add(number)
  }
  return inRows.filter((i) => numbers.has(layout.seats[i]!.number))
}

const isNumber = (label: string): boolean => /^\d{1,6}$/.test(label)

/** A number as it stands on the seat, or "1-12": both are seats, and so is what there is between them. */
function numbersOf(part: string, known: ReadonlySet<string>): string[] | { missing: string } {
  if (known.has(part)) return [part]
  const range = /^(\d{1,6})\s*-\s*(\d{1,6})$/.exec(part)
  if (!range) return { missing: part }
  const numbers = [...known].filter(isNumber)
  const ends = range.slice(1).map(Number)
  const missing = ends.find((end) => !numbers.some((number) => Number(number) === end))
  if (missing !== undefined) return { missing: String(missing) }
  const [from, to] = ends as [number, number]
  return from > to
    ? { missing: part }
    : numbers.filter((number) => Number(number) >= from && Number(number) <= to)
}

/** The first and the last number there, for whoever named another one. */
function extentOf(known: ReadonlySet<string>): string {
  const numbers = [...known].filter(isNumber).map(Number)
  return numbers.length === 0 ? '' : `: it has ${Math.min(...numbers)} to ${Math.max(...numbers)}`
}

/** The same seats as short selectors, for a person to read: whole sections, whole rows, ranges of numbers. */
export function describeSeats(layout: Layout, seats: readonly number[]): SeatSelector[] {
  const chosen = new Set(seats)
  const groups = new Map<string, { section: number; row: string; all: number[] }>()
  layout.seats.forEach((seat, i) => {
    const key = `${seat.section}\n${seat.row}`
    const group = groups.get(key)
    if (group) group.all.push(i)
    else groups.set(key, { section: seat.section, row: seat.row, all: [i] })
  })
  return [...groups.values()].flatMap(({ section, row, all }): SeatSelector[] => {
    const found = all.filter((i) => chosen.has(i))
    if (found.length === 0) return []
    const { name } = layout.sections[section]!
    const isNamed = name !== '' && layout.sections.filter((other) => other.name === name).length === 1
    const numbers = all.map((i) => layout.seats[i]!.number)
    if (!isNamed || new Set(numbers).size !== numbers.length)
      return found.map((i) => layout.seats[i]!.seat_id)
    if (found.length === all.length) return [{ section: name, row }]
    return [
      {
        section: name,
        row,
        seats: ranges(
          found.map((i) => layout.seats[i]!.number),
          new Set(numbers),
        ),
      },
    ]
  })
}

// A range may only span numbers that are all chosen or do not exist in the row.
function ranges(chosen: string[], all: ReadonlySet<string>): string {
  if (chosen.some((number) => !/^\d{1,6}$/.test(number))) return chosen.join(',')
  const numbers = chosen.map(Number).toSorted((a, b) => a - b)
  const isChosen = new Set(numbers)
  const parts: [number, number][] = []
  for (const number of numbers) {
    const last = parts.at(-1)
    let fits = last !== undefined
    for (let n = (last?.[1] ?? 0) + 1; fits && n < number; n++) fits = isChosen.has(n) || !all.has(String(n))
    if (last && fits) last[1] = number
    else parts.push([number, number])
  }
  return parts.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(',')
}
