import { foldText } from '../../shared/fold-text.ts'
import { edits, editsAllowed } from './edits.ts'

/** Characters of a text that are looked at, and words of it that are kept. */
const TEXT_LENGTH_MAX = 4_000
const WORD_LENGTH_MAX = 40

/** "Op. 95", "K.466", "BWV 1043" are one word each: a number alone is that of a symphony. */
const CATALOGUES = /\b(op|opus|k|kv|bwv|d|hob|wwv|rv|bb|sz|woo|s)\s*\.?\s*(\d+[a-z]?)\b/g
const ORDINAL = /^(\d+)(st|nd|rd|th|te|ter|tes|ten)$/

/** Words as they are kept and looked for: folded, numbers without "no." and ordinal endings. */
export function wordsOf(text: string): string[] {
  const folded = foldText(text.slice(0, TEXT_LENGTH_MAX))
    .replace(/['’`]s\b/g, '')
    .replace(/['’`]/g, ' ')
    .replace(
      CATALOGUES,
      (_all, kind: string, number: string) => ` ${kind.replace('opus', 'op').replace('kv', 'k')}${number} `,
    )
    .replace(/\b(?:no|nr|nos|num|number|nummer)\b\.?\s*(?=\d)/g, ' ')
    .replace(/#(?=\d)/g, ' ')
  const words: string[] = []
  for (const match of folded.matchAll(/[\p{L}\p{N}]+/gu)) {
    const word = match[0].slice(0, WORD_LENGTH_MAX)
    words.push(ORDINAL.exec(word)?.[1] ?? word)
  }
  return words
}

/** Words that say nothing about which event is meant; ignored in a query where anything else is left. */
const NOISE = new Set(
  `a an the of in at on and or by with for to from near feat featuring plays playing play played performs performing
   tickets ticket concert concerts event events show shows live gig performance performances program programme music
   der die das den dem des ein eine einer im am um und oder von vom mit fur zu zum zur bei auf spielt spielen
   karten karte konzerte tickets veranstaltung veranstaltungen musik auffuhrung le la les du de di no`.split(
    /\s+/,
  ),
)

export function isNoise(word: string): boolean {
  return NOISE.has(word)
}

/**
 * Other words for the same: spellings of names in other languages, what a city is called elsewhere, terms of music in
 * English and German, kinds of events, numbers as words. Each word of a query is looked for as itself and as these; of a
 * list of words all must be there, of lists with `|` between them one.
 */
const SAME: Record<string, string> = {
  // Names
  tschaikowsky: 'tchaikovsky', tschaikowski: 'tchaikovsky', chaikovsky: 'tchaikovsky', tchaikowsky: 'tchaikovsky',
  schostakowitsch: 'shostakovich', rachmaninow: 'rachmaninoff', rachmaninov: 'rachmaninoff', rakhmaninov: 'rachmaninoff',
  strawinsky: 'stravinsky', strawinski: 'stravinsky', prokofjew: 'prokofiev', prokofieff: 'prokofiev',
  mussorgsky: 'musorgsky', mussorgski: 'musorgsky', moussorgsky: 'musorgsky', korsakow: 'korsakov',
  haendel: 'handel', schonberg: 'schoenberg', schoenberg: 'schonberg', skrjabin: 'scriabin', skryabin: 'scriabin',
  saens: 'saens', dvorzak: 'dvorak', janacek: 'janacek',
  // Cities
  wien: 'vienna', munchen: 'munich', muenchen: 'munich', koln: 'cologne', koeln: 'cologne', prag: 'prague',
  rom: 'rome', mailand: 'milan', florenz: 'florence', venedig: 'venice', turin: 'turin', lissabon: 'lisbon',
  athen: 'athens', warschau: 'warsaw', krakau: 'krakow', moskau: 'moscow', brussel: 'brussels', bruxelles: 'brussels',
  kopenhagen: 'copenhagen', zuerich: 'zurich', luzern: 'luzerne', lucerne: 'luzerne', duesseldorf: 'dusseldorf',
  hannover: 'hannover', hanover: 'hannover', peking: 'beijing', tokio: 'tokyo', seul: 'seoul', mexiko: 'mexico',
  roma: 'rome', milano: 'milan', firenze: 'florence', lisboa: 'lisbon', praha: 'prague', moskva: 'moscow',
  leningrad: 'leningrad', nyc: 'new york', manhattan: 'manhattan', la: 'la', basle: 'basel', kyiv: 'kyiv',
  lubeck: 'luebeck', bombay: 'mumbai', kolkata: 'calcutta',
  // Terms
  sinfonie: 'symphony', symphonie: 'symphony', sinfonia: 'symphony', symphonies: 'symphony', sym: 'symphony',
  konzert: 'concerto|concert', klavier: 'piano', geige: 'violin', violine: 'violin', bratsche: 'viola', flote: 'flute',
  floete: 'flute', klarinette: 'clarinet', oboe: 'oboe', trompete: 'trumpet', posaune: 'trombone', orgel: 'organ',
  harfe: 'harp', chor: 'chorus', choir: 'chorus', ouverture: 'overture', ouvertuere: 'overture', walzer: 'waltz',
  kammermusik: 'chamber', streichquartett: 'string quartet', klavierkonzert: 'piano concerto',
  violinkonzert: 'violin concerto', cellokonzert: 'cello concerto', klaviersonate: 'piano sonata',
  klavierquintett: 'piano quintet', hornkonzert: 'horn concerto', quintett: 'quintet', quartett: 'quartet',
  messe: 'mass', lieder: 'songs', oper: 'opera', dirigent: 'conductor', dirigiert: 'conductor',
  conducting: 'conductor', conducts: 'conductor', conducted: 'conductor', kids: 'young', children: 'young',
  kinder: 'young', weihnachten: 'christmas', xmas: 'christmas', unvollendete: 'unfinished',
  'phil': 'philharmonic', philharmoniker: 'philharmonic', zauberflote: 'magic flute', walkure: 'walkure',
  fruhlingsopfer: 'sacre', feuervogel: 'firebird', planeten: 'planets', weltall: 'world',
  // Kinds of events
  kino: 'film', kinos: 'film', cinema: 'film', movie: 'film', movies: 'film', filme: 'film', films: 'film',
  klassik: 'classical', klassisch: 'classical', klassische: 'classical', theater: 'theatre', theatre: 'theater',
  // Numbers
  first: '1', second: '2', third: '3', fourth: '4', fifth: '5', sixth: '6', seventh: '7', eighth: '8', ninth: '9',
  tenth: '10', one: '1', two: '2', three: '3', four: '4', five: '5', six: '6', seven: '7', eight: '8', nine: '9',
  erste: '1', zweite: '2', dritte: '3', vierte: '4', funfte: '5', sechste: '6', siebte: '7', achte: '8', neunte: '9',
  neunten: '9', funften: '5', siebten: '7', achten: '8',
} // prettier-ignore

/** Lists of words, any of which stands for the word; the word itself is not among them. */
export function sameAs(word: string): string[][] {
  const other = Object.hasOwn(SAME, word) ? SAME[word] : undefined
  return other === undefined || other === word ? [] : other.split('|').map((group) => group.split(' '))
}

/** Words with other names that are spelled nearly like this one, the nearest alone: "nineth" is near "ninth". */
export function nearestNames(word: string): { word: string; edits: number }[] {
  const near = Object.keys(SAME)
    .filter(
      (name) => name.length >= NAME_LENGTH_MIN && Math.abs(name.length - word.length) <= editsAllowed(word),
    )
    .map((name) => ({ word: name, edits: edits(word, name) }))
  const least = Math.min(editsAllowed(word), ...near.map((name) => name.edits))
  return near.filter((name) => name.edits === least)
}

/** Shorter names are near too much. */
const NAME_LENGTH_MIN = 4

/** What makes a number mean a work of a kind. */
const FORMS = new Set(
  `symphony concerto sonata quartet quintet trio suite overture partita prelude dance dances rhapsody serenade
   nocturne mass brandenburg`.split(/\s+/),
)

export function isForm(word: string): boolean {
  return FORMS.has(word)
}

export function isNumber(word: string): boolean {
  return /^\d{1,3}$/.test(word)
}

/** The same for both orders: "mahler 5" and "5 mahler" mean one thing. */
export function pairOf(a: string, b: string): string {
  return a < b ? `${a}~${b}` : `${b}~${a}`
}
