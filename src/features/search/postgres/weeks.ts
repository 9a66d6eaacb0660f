/**
 * Every term of an event is in the index twice: as it is, and with the week in which the event starts ("beethoven" and
 * `beethoven@2e3d`). So the matches of one week are found without touching any other, the soonest weeks first, and what
 * is rare is found in one look over all weeks. Far weeks are looked through in blocks: a beginning of the number
 * (`'beethoven@2e':*`) are 256 weeks.
 *
 * `search_terms_by_week` (migrations) writes the same numbers.
 */
const WEEK_MS = 604_800_000
const FIRST_MS = Date.UTC(1800, 0, 1)
const WEEKS_MAX = 16_384
const DIGITS = 4
/**
 * Weeks that are looked through one by one. Looking at a block costs as much as its most frequent word, however few
 * events have all words; a week costs as little as its rarest.
 */
const WEEKS_ONE_BY_ONE = 104
/** Stands for the week in a query until it is known; in no term. */
export const PLACE = '\u001f'

export type Span = { lo: number; hi: number }

/** A term within the text form of a query, of a week that takes the place of `PLACE'`. */
export function quote(term: string): string {
  return `'${term.replaceAll(PLACE, ' ').replaceAll('\\', '\\\\').replaceAll("'", "''")}${PLACE}'`
}

/** What takes the place of `PLACE'` for all weeks at once. */
export const EVERY_WEEK = "'"

/** What takes the place of `PLACE'`, and since when (milliseconds) an event must start to be meant by it. */
export type Window = { ending: string; since: number }

/** The first weeks of a span one by one, then all others at once: for what is in few events of all weeks together. */
export function firstWeeksOf(span: Span, weeks: number): Window[] {
  const rest = Math.max(span.lo, FIRST_MS + (weekOf(span.lo) + weeks) * WEEK_MS)
  if (weeks === 0 || rest >= span.hi) {
    return weeks === 0 && span.lo < span.hi ? [{ ending: EVERY_WEEK, since: span.lo }] : weeksOf(span)
  }
  return [...weeksOf({ lo: span.lo, hi: rest }), { ending: EVERY_WEEK, since: rest }]
}

/** The weeks of a span (milliseconds), the soonest first. */
export function weeksOf({ lo, hi }: Span): Window[] {
  if (lo >= hi) return []
  const [first, last] = [weekOf(lo), weekOf(hi - 1)]
  const windows: Window[] = []
  for (let week = first; week <= last;) {
    const block = blockAt(week, week - first)
    const digits = week.toString(16).padStart(DIGITS, '0')
    windows.push({
      ending: block.digits === DIGITS ? `@${digits}'` : `@${digits.slice(0, block.digits)}':*`,
      since: lo,
    })
    week += block.weeks
  }
  return windows
}

// The longest that begins here and is not longer than all before it together.
function blockAt(week: number, before: number): { weeks: number; digits: number } {
  let block = { weeks: 1, digits: DIGITS }
  while (block.digits > 1) {
    const weeks = block.weeks * 16
    if (before < WEEKS_ONE_BY_ONE || weeks > before || week % weeks !== 0) break
    block = { weeks, digits: block.digits - 1 }
  }
  return block
}

// The first and the last hold everything before and after, too.
function weekOf(ms: number): number {
  return Math.min(WEEKS_MAX - 1, Math.max(0, Math.floor((ms - FIRST_MS) / WEEK_MS)))
}
