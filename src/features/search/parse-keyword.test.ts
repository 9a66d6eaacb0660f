import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { parseKeyword } from './parse-keyword.ts'
import { wordsOf } from './words.ts'

// A Friday.
const TODAY = '2027-03-19'

function read(text: string): { words: string[]; days: string | null; fromMinute: number | null } {
  const { words, dates } = parseKeyword(text)
  const days = dates?.days(TODAY)
  return {
    words,
    days: days ? (days.from === days.to ? days.from : `${days.from}/${days.to}`) : null,
    fromMinute: dates?.fromMinute ?? null,
  }
}

describe('a keyword', () => {
  test('is words without accents, ordinals as numbers, catalogue numbers as one word', () => {
    expect(read('Dvořák Symphony No. 9, Op. 95').words).toEqual(['dvorak', 'symphony', '9', 'op95'])
    expect(read("Beethoven's 9th").words).toEqual(['beethoven', '9'])
    expect(wordsOf('K.466 BWV 1043')).toEqual(['k466', 'bwv1043'])
  })

  test('keeps what tells events apart and leaves the rest out', () => {
    expect(read('tickets for the concerts in Berlin').words).toEqual(['berlin'])
    expect(read('Karten für Konzerte in Köln').words).toEqual(['koln'])
    // Nothing else is there.
    expect(read('the concert').words).toEqual(['the', 'concert'])
  })

  test.each([
    ['beethoven 9 tonight', ['beethoven', '9'], '2027-03-19', 1_020],
    ['mahler 5 saturday', ['mahler', '5'], '2027-03-20', null],
    ['this weekend', [], '2027-03-19/2027-03-21', null],
    ['jazz nächstes Wochenende', ['jazz'], '2027-03-26/2027-03-28', null],
    ['brahms morgen', ['brahms'], '2027-03-20', null],
    ['carnegie hall april 12', ['carnegie', 'hall'], '2027-04-12', null],
    ['carnegie hall 12 april 2028', ['carnegie', 'hall'], '2028-04-12', null],
    ['philharmonie 24.12.', ['philharmonie'], '2027-12-24', null],
    ['2027-05-01 opera', ['opera'], '2027-05-01', null],
    ['handel in december', ['handel'], '2027-12-01/2027-12-31', null],
    ['sousa march', ['sousa', 'march'], null, null],
    ['mahler 5', ['mahler', '5'], null, null],
    ['opera 31.2.2027', ['opera', '31', '2', '2027'], null, null],
    ['opera 31.2.', ['opera', '31', '2'], null, null],
    ['feb 30', ['feb', '30'], null, null],
    ['30 february', ['30', 'february'], null, null],
    ['opera 31 november 2027', ['opera', '31', 'november', '2027'], null, null],
    ['nov 31', ['nov', '31'], null, null],
    ['feb 29', [], '2028-02-29', null],
    ['opera 11/28', ['opera'], '2027-11-28', null],
    ['opera 28/11', ['opera'], '2027-11-28', null],
    ['28/11/2028', [], '2028-11-28', null],
    ['31/2', ['31', '2'], null, null],
    ['march 3', [], '2028-03-03', null],
  ] as const)('%p', (text, words, days, fromMinute) => {
    expect(read(text)).toEqual({ words: [...words], days, fromMinute })
  })

  test.each([
    ['tomorow', 'tomorrow', '2027-03-20', []],
    ['mahler 5 tommorow', 'tomorrow', '2027-03-20', ['mahler', '5']],
    ['jazz saterday', 'saturday', '2027-03-20', ['jazz']],
    ['this weekand', 'weekend', '2027-03-19/2027-03-21', []],
    ['Oper Donerstag', 'donnerstag', '2027-03-25', ['oper']],
    ['brahms am Wochenede', 'wochenende', '2027-03-19/2027-03-21', ['brahms']],
    ['decembr', 'december', '2027-12-01/2027-12-31', []],
  ] as const)('%p may have a day that is mistyped', (text, to, days, words) => {
    expect(read(text).days).toBeNull()
    const { mistypedDay } = parseKeyword(text)
    expect(mistypedDay?.to).toBe(to)
    const meant = mistypedDay!.keyword.dates!.days(TODAY)
    expect(meant.from === meant.to ? meant.from : `${meant.from}/${meant.to}`).toBe(days)
    expect(mistypedDay!.keyword.words).toEqual([...words])
  })

  test.each(['jazz sunday', 'mozart', 'dietrich', 'today and tomorow', 'arch', 'mar'])(
    '%p has no mistyped day',
    (text) => expect(parseKeyword(text).mistypedDay).toBeNull(),
  )

  test('may be anything, and never stands for more than a few words', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        const { words, dates } = parseKeyword(text)
        expect(words.length).toBeLessThanOrEqual(8)
        for (const word of words) expect(word).toMatch(/^[\p{L}\p{N}\p{M}]+$/u)
        const days = dates?.days(TODAY)
        if (days) expect(days.from <= days.to).toBe(true)
      }),
    )
  })
})
