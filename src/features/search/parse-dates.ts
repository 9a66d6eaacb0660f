import { foldText } from '../../shared/fold-text.ts'
import { edits } from './edits.ts'

/** Days from `from` to `to`, both included, as ISO dates. */
export type Days = { from: string; to: string }
/** Days relative to the venue's today: what "saturday" means depends on it. */
export type DateWish = {
  days(today: string): Days
  /** Only what starts from this minute of the venue's day on ("tonight"), or before (`beforeMinute`). */
  fromMinute: number | null
  beforeMinute: number | null
}

const EVENING_MINUTE = 17 * 60
/** Shorter words are near too much. */
const DAY_WORD_LENGTH_MIN = 5
/** Has every day that any year has. */
const LEAP_YEAR = 2000

const WEEKDAYS: Record<string, number> = {
  monday: 1, mon: 1, montag: 1, tuesday: 2, tue: 2, tues: 2, dienstag: 2, wednesday: 3, wed: 3, mittwoch: 3,
  thursday: 4, thu: 4, thurs: 4, donnerstag: 4, friday: 5, fri: 5, freitag: 5, saturday: 6, sat: 6, samstag: 6,
  sonnabend: 6, sunday: 7, sonntag: 7,
} // prettier-ignore
const MONTHS: Record<string, number> = {
  january: 1, jan: 1, januar: 1, february: 2, feb: 2, februar: 2, march: 3, mar: 3, marz: 3, maerz: 3, april: 4, apr: 4,
  may: 5, mai: 5, june: 6, jun: 6, juni: 6, july: 7, jul: 7, juli: 7, august: 8, aug: 8, september: 9, sep: 9, sept: 9,
  october: 10, oct: 10, oktober: 10, okt: 10, november: 11, nov: 11, december: 12, dec: 12, dezember: 12, dez: 12,
} // prettier-ignore
/** Words of their own, or names, unless a day, a year or "in" stands beside them. */
const AMBIGUOUS_MONTHS = new Set([
  'march',
  'mar',
  'may',
  'mai',
  'august',
  'jan',
  'jun',
  'sep',
  'dec',
  'april',
])

const MONTH = Object.keys(MONTHS).join('|')
const WEEKDAY = Object.keys(WEEKDAYS).join('|')
const DAY_NUMBER = '(?<day>0?[1-9]|[12]\\d|3[01])(?:st|nd|rd|th|\\.)?'
const YEAR = '(?<year>(?:19|20)\\d\\d)'

/** `null`: no date, perhaps something further on is; `NO_SUCH_DAY`: meant as a date, but the calendar has none. */
type Pattern = {
  at: RegExp
  wish: (g: Record<string, string | undefined>) => DateWish['days'] | null | typeof NO_SUCH_DAY
}
const NO_SUCH_DAY = 'no such day'

/** The longest first; what is found is taken out of the text. */
const PATTERNS: Pattern[] = [
  { at: /\b(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)\b/, wish: (g) => exact(+g.year!, +g.month!, +g.day!) },
  {
    at: new RegExp(`\\b(?<day>\\d{1,2})\\.(?<month>\\d{1,2})\\.(?:${YEAR})?(?!\\d)`),
    wish: (g) => (g.year ? exact(+g.year, +g.month!, +g.day!) : next(+g.month!, +g.day!)),
  },
  {
    at: new RegExp(`\\b(?<month>1[0-2]|0?[1-9])/(?<day>3[01]|[12]\\d|0?[1-9])(?:/${YEAR})?\\b`),
    wish: (g) => (g.year ? exact(+g.year, +g.month!, +g.day!) : next(+g.month!, +g.day!)),
  },
  {
    // Where only one of the two can be the month; else the American order.
    at: new RegExp(`\\b(?<day>1[3-9]|2\\d|3[01])/(?<month>1[0-2]|0?[1-9])(?:/${YEAR})?\\b`),
    wish: (g) => (g.year ? exact(+g.year, +g.month!, +g.day!) : next(+g.month!, +g.day!)),
  },
  {
    at: new RegExp(`\\b(?:(?:${WEEKDAY}),? )?(?<name>${MONTH})\\.? ${DAY_NUMBER}(?:,? ${YEAR})?\\b`),
    wish: (g) => named(g),
  },
  {
    at: new RegExp(`\\b(?:(?:${WEEKDAY}),? )?${DAY_NUMBER} (?:of )?(?<name>${MONTH})\\b\\.?(?:,? ${YEAR})?`),
    wish: (g) => named(g),
  },
  {
    at: new RegExp(`\\b(?:in |im )?(?<name>${MONTH}) ${YEAR}\\b`),
    wish: (g) => () => monthOf(+g.year!, MONTHS[g.name!]!),
  },
  {
    at: new RegExp(`\\b(?:in|im|this|diesen) (?<name>${MONTH})\\b`),
    wish: (g) => nextMonthNamed(MONTHS[g.name!]!),
  },
  {
    at: new RegExp(`\\b(?<name>${MONTH})\\b`),
    wish: (g) => (AMBIGUOUS_MONTHS.has(g.name!) ? null : nextMonthNamed(MONTHS[g.name!]!)),
  },
  {
    at: new RegExp(`\\b(?:in )${YEAR}\\b`),
    wish: (g) => () => ({ from: `${g.year}-01-01`, to: `${g.year}-12-31` }),
  },
  {
    at: /\bnext weekend\b|\bnachstes wochenende\b/,
    wish: () => (today) => {
      const { to } = weekend(today)
      return { from: addDays(to, 5), to: addDays(to, 7) }
    },
  },
  { at: /\b(?:this |the |dieses |am )?(?:weekend|wochenende)\b/, wish: () => weekend },
  { at: /\bnext week\b|\bnachste woche\b/, wish: () => (today) => week(addDays(today, 7)) },
  { at: /\bthis week\b|\bdiese woche\b/, wish: () => (today) => ({ from: today, to: week(today).to }) },
  { at: /\bnext month\b|\bnachsten monat\b/, wish: () => (today) => followingMonth(today) },
  {
    at: /\bthis month\b|\bdiesen monat\b/,
    wish: () => (today) => ({ from: today, to: monthOf(+today.slice(0, 4), +today.slice(5, 7)).to }),
  },
  { at: /\bday after tomorrow\b|\bubermorgen\b/, wish: () => (today) => one(addDays(today, 2)) },
  { at: /\btomorrow\b|\bmorgen\b/, wish: () => (today) => one(addDays(today, 1)) },
  { at: /\b(?:today|heute|tonight|tonite)\b/, wish: () => one },
  { at: new RegExp(`\\b(?:next )(?<weekday>${WEEKDAY})\\b`), wish: (g) => onWeekday(WEEKDAYS[g.weekday!]!) },
  {
    at: new RegExp(`\\b(?:on |this |am |diesen )?(?<weekday>${WEEKDAY})\\b`),
    wish: (g) => onWeekday(WEEKDAYS[g.weekday!]!),
  },
]

/** Takes the first mention of a date out of a text; the rest is for words. Folds the text. */
export function parseDates(text: string): { rest: string; wish: DateWish | null } {
  let rest = foldText(text).replace(/\s+/g, ' ').trim()
  // "Saturday Matinee" and "New Year's Day" are names, too; a part of the day alone asks for nothing.
  const fromMinute = /\b(tonight|tonite|evening|heute abend|abend|nacht)\b/.test(rest) ? EVENING_MINUTE : null
  const beforeMinute = /\b(afternoon|matinee|nachmittag)\b/.test(rest) ? EVENING_MINUTE : null
  for (const { at, wish } of PATTERNS) {
    const match = at.exec(rest)
    const days = match && wish(match.groups ?? {})
    if (days === NO_SUCH_DAY) break
    if (!match || !days) continue
    rest = `${rest.slice(0, match.index)} ${rest.slice(match.index + match[0].length)}`
    rest = rest
      .replace(/\b(?:evening|abend|afternoon|nachmittag|night)\b/g, ' ')
      .replace(/\s+/g, ' ')
      .trim()
    return { rest, wish: { days, fromMinute, beforeMinute } }
  }
  return { rest, wish: null }
}

const DAY_WORDS = [
  ...['tomorrow', 'tonight', 'today', 'weekend', 'heute', 'morgen', 'ubermorgen', 'wochenende'],
  ...Object.keys({ ...WEEKDAYS, ...MONTHS }),
].filter((word) => word.length >= DAY_WORD_LENGTH_MIN)

/** The word of a day that this one is nearly spelled like, but is not: "saterday". */
export function dayWordNear(word: string): { word: string; edits: number } | null {
  if (word.length < DAY_WORD_LENGTH_MIN || DAY_WORDS.includes(word)) return null
  const allowed = word.length < 8 ? 1 : 2
  const [nearest] = DAY_WORDS.map((day) => ({ word: day, edits: edits(word, day) })).toSorted(
    (a, b) => a.edits - b.edits,
  )
  return nearest!.edits <= allowed ? nearest! : null
}

// The 30th of February is no February either.
function named(g: Record<string, string | undefined>): DateWish['days'] | typeof NO_SUCH_DAY {
  const month = MONTHS[g.name!]!
  return (g.year ? exact(+g.year, month, +g.day!) : next(month, +g.day!)) ?? NO_SUCH_DAY
}

function exact(year: number, month: number, day: number): DateWish['days'] | null {
  const date = dateOf(year, month, day)
  return date === null ? null : () => one(date)
}

// The next time that the calendar has this day.
function next(month: number, day: number): DateWish['days'] | null {
  if (dateOf(LEAP_YEAR, month, day) === null) return null
  return (today) => {
    const year = +today.slice(0, 4)
    // From one 29 February to the next there may be eight years.
    for (let y = year; y <= year + 8; y++) {
      const date = dateOf(y, month, day)
      if (date !== null && date >= today) return one(date)
    }
    return one(today)
  }
}

function nextMonthNamed(month: number): DateWish['days'] {
  return (today) => {
    const year = +today.slice(0, 4) + (+today.slice(5, 7) > month ? 1 : 0)
    const days = monthOf(year, month)
    return { from: days.from < today ? today : days.from, to: days.to }
  }
}

function onWeekday(weekday: number): DateWish['days'] {
  return (today) => one(addDays(today, (weekday - weekdayOf(today) + 7) % 7))
}

// From Friday on; what is left of it when it has begun.
function weekend(today: string): Days {
  const sunday = addDays(today, 7 - weekdayOf(today))
  const friday = addDays(sunday, -2)
  return { from: friday < today ? today : friday, to: sunday }
}

function week(today: string): Days {
  const monday = addDays(today, 1 - weekdayOf(today))
  return { from: monday, to: addDays(monday, 6) }
}

function followingMonth(today: string): Days {
  const [year, month] = [+today.slice(0, 4), +today.slice(5, 7)]
  return month === 12 ? monthOf(year + 1, 1) : monthOf(year, month + 1)
}

function monthOf(year: number, month: number): Days {
  const from = dateOf(year, month, 1)!
  const following = month === 12 ? dateOf(year + 1, 1, 1)! : dateOf(year, month + 1, 1)!
  return { from, to: addDays(following, -1) }
}

function one(day: string): Days {
  return { from: day, to: day }
}

function dateOf(year: number, month: number, day: number): string | null {
  const text = `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
  const at = Date.parse(`${text}T00:00:00Z`)
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== text ? null : text
}

/** Monday is 1. */
function weekdayOf(day: string): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay() || 7
}

export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
}
