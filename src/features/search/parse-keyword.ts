import { foldText } from '../../shared/fold-text.ts'
import { dayWordNear, parseDates, type DateWish } from './parse-dates.ts'
import { isNoise, wordsOf } from './words.ts'

/** Words of a query that are looked for; further ones are ignored. */
export const WORDS_MAX = 8

export type ParsedKeyword = {
  /** Folded, in the order typed. */
  words: string[]
  /** Whether the last word may still be being typed. */
  isLastOpen: boolean
  dates: DateWish | null
  /** A word that may be a day's, mistyped, and how the whole is read then: for where nothing else is called so. */
  mistypedDay: { from: string; to: string; edits: number; keyword: ParsedKeyword } | null
}

/** "Dvořák New World tonight" → dvorak, new, world; today from the evening on. */
export function parseKeyword(text: string): ParsedKeyword {
  const { rest, wish } = parseDates(text)
  const all = wordsOf(rest)
  const telling = all.filter((word) => !isNoise(word))
  const words = [...new Set(telling.length > 0 || wish ? telling : all)].slice(0, WORDS_MAX)
  const last = words.at(-1)
  return {
    words,
    isLastOpen: last !== undefined && all.at(-1) === last && /[\p{L}\p{N}]$/u.test(text),
    dates: wish,
    mistypedDay: wish ? null : mistypedDayOf(text, words),
  }
}

function mistypedDayOf(text: string, words: readonly string[]): ParsedKeyword['mistypedDay'] {
  for (const from of words) {
    const near = dayWordNear(from)
    if (!near) continue
    const keyword = parseKeyword(foldText(text).replace(from, near.word))
    if (keyword.dates) return { from, to: near.word, edits: near.edits, keyword }
  }
  return null
}
