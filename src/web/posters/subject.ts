/** What a poster shows of an event. Runs in the browser, too: the address of a poster carries a hash of it. */
export type PosterKind = 'music' | 'classical' | 'film' | 'sport' | 'theatre' | 'other'
export type PosterSubject = { seed: string; kind: PosterKind; title: string; foot: string }

type Performer = { name: string; role: string | null }
export type PosterEvent = {
  event_id: string
  production_id: string | null
  name: string
  type: string
  genres: readonly string[]
  performers: readonly Performer[]
  venue: { name: string }
}

/** A new way of drawing is a new address. */
const DRAWING_VERSION = '2'
/** The list knows the first few performers only; a poster must be the same from the list and from the whole event. */
const PERFORMERS_READ = 5
const TITLE_LENGTH_MAX = 64
const FOOT_LENGTH_MAX = 60

const KINDS: Record<string, PosterKind> = {
  film: 'film',
  sport: 'sport',
  theatre: 'theatre',
  theater: 'theatre',
  play: 'theatre',
  dance: 'theatre',
  musical: 'theatre',
  comedy: 'theatre',
  opera: 'classical',
  club: 'music',
  festival: 'music',
}
const CLASSICAL =
  /philharmon|orchest|symphon|quartet|ensemble|chamber|choir|choral|chorus|chorale|baroque|opera|conductor|violin|viola|cello|piano|soprano|tenor|organ|subscription season/i

export function posterSubject(event: PosterEvent): PosterSubject {
  const kind = kindOf(event)
  const [title, foot] = wordsOf(event, kind)
  return {
    // All showings of a film share one poster.
    seed: event.production_id ?? event.event_id,
    kind,
    title: shorten(title, TITLE_LENGTH_MAX),
    foot: shorten(foot, FOOT_LENGTH_MAX),
  }
}

/** Its address; cacheable for ever, because another title is another address. */
export function posterUrl(event: PosterEvent, format: 'svg' | 'png' = 'svg'): string {
  return `/posters/${event.event_id}.${format}?v=${posterVersion(posterSubject(event))}`
}

export function posterVersion({ seed, kind, title, foot }: PosterSubject): string {
  return hash32([DRAWING_VERSION, seed, kind, title, foot].join('\n')).toString(36)
}

/** FNV-1a: short and the same everywhere; nobody's safety hangs on it. */
export function hash32(text: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d)
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39)
  return (h ^ (h >>> 15)) >>> 0
}

function kindOf({ type, genres, performers, name }: PosterEvent): PosterKind {
  const known = KINDS[type]
  if (known) return known
  if (type !== 'concert' && type !== 'music') return 'other'
  const words = [
    name,
    ...genres,
    ...performers.slice(0, PERFORMERS_READ).flatMap((p) => [p.name, p.role ?? '']),
  ]
  return CLASSICAL.test(words.join(' ')) ? 'classical' : 'music'
}

// "New York Philharmonic: Mozart, Haydn" is a poster of Mozart and Haydn; "The Northern Lights: Aurora Tour" is one of
// the band.
function wordsOf({ name, venue, performers }: PosterEvent, kind: PosterKind): [title: string, foot: string] {
  const at = name.indexOf(': ')
  const [before, after] = at < 0 ? [name, ''] : [name.slice(0, at).trim(), name.slice(at + 2).trim()]
  const isPerformer = performers.slice(0, PERFORMERS_READ).some((performer) => performer.name === before)
  if (after !== '' && isPerformer) return kind === 'classical' ? [after, before] : [before, after]
  return [name, venue.name]
}

function shorten(text: string, length: number): string {
  if (text.length <= length) return text
  const cut = text.slice(0, length)
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), length / 2)).replace(/[\s,;:–-]+$/, '')} …`
}
