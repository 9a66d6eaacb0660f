import { parseDates, type DateWish } from './parse-dates.ts'
import { isNoise, wordsOf } from './words.ts'

/** Words of a query that are looked for; further ones are ignored. */
export const WORDS_MAX = 8

export type ParsedKeyword = {
  /** Folded, in the order typed. */
  words: string[]
  /** Whether the last word may still be being typed. */
  isLastOpen: boolean
  dates: DateWish | null
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
  }
}
