import { foldText as fold } from '../../src/shared/fold-text.ts'
import type { Concert } from './documents.ts'

/**
 * What people would type over the real concerts, and what they would want. The grades come from the data by these
 * rules, not from any engine:
 *
 *   3  the thing that was meant, in the place and on the day that were named
 *   1  the thing on another day or in another place; or the same composer where a certain work was meant
 *   0  everything else, and everything that is over
 */
type Is = (concert: Concert) => boolean
export type Judged = {
  typed: string
  /** The moment of typing; NOW where nothing is said. */
  now?: string
  what?: Is
  where?: Is
  when?: Is
  /** Worth a glance where `what` is not there. */
  partly?: Is
}

export const NOW = '1999-11-20T15:00:00Z'

export function gradeOf(judged: Judged, concert: Concert, now: number): number {
  if (concert.draft.listedUntil < now) return 0
  const { what, where, when, partly } = judged
  if (what && !what(concert)) return partly?.(concert) ? 1 : 0
  if ((where?.(concert) ?? true) && (when?.(concert) ?? true)) return 3
  return what ? 1 : 0
}

const lines = (concert: Concert): string[] =>
  concert.draft.works.map(({ composer, title }) => fold(`${composer ?? ''}: ${title}`))
const by =
  (composer: RegExp): Is =>
  (c) =>
    c.draft.works.some((w) => composer.test(fold(w.composer ?? '')))
const work =
  (line: RegExp): Is =>
  (c) =>
    lines(c).some((text) => line.test(text))
const who =
  (name: RegExp): Is =>
  (c) =>
    c.draft.performers.some((p) => name.test(fold(p.name)))
const conductor =
  (name: RegExp): Is =>
  (c) =>
    c.draft.performers.some((p) => name.test(fold(p.name)) && /conductor/i.test(p.role ?? ''))
const venue =
  (name: RegExp): Is =>
  (c) =>
    name.test(fold(c.draft.venue.name))
const city =
  (name: RegExp): Is =>
  (c) =>
    name.test(fold(`${c.draft.venue.city} ${c.draft.venue.metro ?? ''}`))
const on =
  (from: string, to = from): Is =>
  (c) =>
    c.draft.startsOn >= from && c.draft.startsOn <= to
const both =
  (...all: Is[]): Is =>
  (c) =>
    all.every((is) => is(c))
const genre =
  (name: RegExp): Is =>
  (c) =>
    c.draft.genres.some((g) => name.test(fold(g)))

const BEETHOVEN_9 = work(/beethoven: symphony no\.? ?9/)
const MAHLER_5 = work(/mahler: symphony no\.? *5\b/)
const NEW_WORLD = work(/dvorak: .*new world/)

export const JUDGED: readonly Judged[] = [
  // A composer and a work
  { typed: 'beethoven 9', what: BEETHOVEN_9, partly: by(/beethoven/) },
  { typed: "beethoven's ninth", what: BEETHOVEN_9, partly: by(/beethoven/) },
  {
    typed: 'Beethoven Symphony No. 5',
    what: work(/beethoven: symphony no\.? ?5\b/),
    partly: by(/beethoven/),
  },
  { typed: 'beethoven fifth', what: work(/beethoven: symphony no\.? ?5\b/), partly: by(/beethoven/) },
  { typed: 'eroica', what: work(/eroica/) },
  { typed: 'dvorak new world', what: NEW_WORLD, partly: by(/dvorak/) },
  { typed: 'Dvořák New World Symphony', what: NEW_WORLD, partly: by(/dvorak/) },
  { typed: 'new world symphony', what: NEW_WORLD },
  { typed: 'mahler 5', what: MAHLER_5, partly: by(/mahler/) },
  { typed: 'mahler 1 titan', what: work(/mahler: symphony no\.? *1\b/), partly: by(/mahler/) },
  { typed: 'mahler resurrection', what: work(/mahler: .*resurrection/), partly: by(/mahler/) },
  { typed: 'bruckner 7', what: work(/bruckner: symphony no\.? *7\b/), partly: by(/bruckner/) },
  {
    typed: 'brahms violin concerto',
    what: work(/brahms: concerto, violin(?!.*cello)/),
    partly: by(/brahms/),
  },
  { typed: 'sibelius violin concerto', what: work(/sibelius: concerto, violin/), partly: by(/sibelius/) },
  {
    typed: 'tchaikovsky piano concerto',
    what: work(/tchaikovsky: concerto, piano/),
    partly: by(/tchaikovsky/),
  },
  {
    typed: 'rachmaninoff piano concerto 2',
    what: work(/rachmaninoff: concerto, piano, no\. ?2/),
    partly: by(/rachmaninoff/),
  },
  { typed: 'rite of spring', what: work(/sacre du printemps|rite of spring/) },
  { typed: 'sacre du printemps', what: work(/sacre du printemps/) },
  { typed: 'pictures at an exhibition', what: work(/pictures at an exhibition/) },
  { typed: 'rhapsody in blue', what: work(/rhapsody in blue/) },
  { typed: 'american in paris', what: work(/american in paris/) },
  { typed: 'handel messiah', what: work(/handel.*: messiah/), partly: by(/handel/) },
  { typed: 'mozart requiem', what: work(/mozart: requiem/), partly: by(/mozart/) },
  { typed: 'verdi requiem', what: work(/verdi: requiem/), partly: by(/verdi/) },
  { typed: 'mozart jupiter', what: work(/mozart: .*jupiter/), partly: by(/mozart/) },
  { typed: 'also sprach zarathustra', what: work(/also sprach zarathustra/) },
  { typed: 'west side story', what: work(/west side story/) },
  { typed: 'daphnis et chloe', what: work(/daphnis/) },
  // Composers and performers, with and without accents
  { typed: 'Bartók', what: by(/bartok/) },
  { typed: 'bartok', what: by(/bartok/) },
  { typed: 'saint-saens', what: by(/saint-saens/) },
  { typed: 'john williams', what: (c) => by(/john williams/)(c) || who(/john williams/)(c) },
  { typed: 'richard strauss', what: by(/richard strauss/), partly: by(/strauss/) },
  { typed: 'johann strauss', what: by(/johann strauss/), partly: by(/strauss/) },
  { typed: 'yo-yo ma', what: who(/yo-yo ma/) },
  { typed: 'lang lang', what: who(/lang lang/) },
  { typed: 'anne-sophie mutter', what: who(/mutter/) },
  {
    typed: 'joshua bell tchaikovsky',
    what: both(who(/joshua bell/), by(/tchaikovsky/)),
    partly: who(/joshua bell/),
  },
  {
    typed: 'alan gilbert mahler',
    what: both(conductor(/alan gilbert/), by(/mahler/)),
    partly: conductor(/alan gilbert/),
  },
  {
    typed: 'maazel conducting wagner',
    what: both(conductor(/maazel/), by(/wagner/)),
    partly: conductor(/maazel/),
  },
  { typed: 'emanuel ax mozart', what: both(who(/emanuel ax/), by(/mozart/)), partly: who(/emanuel ax/) },
  // Mistyped, and spelt as elsewhere
  { typed: 'bethoven 7', what: work(/beethoven: symphony no\.? ?7\b/), partly: by(/beethoven/) },
  {
    typed: 'tchaikovski violin concerto',
    what: work(/tchaikovsky: concerto, violin/),
    partly: by(/tchaikovsky/),
  },
  {
    typed: 'Tschaikowsky Klavierkonzert',
    what: work(/tchaikovsky: concerto, piano/),
    partly: by(/tchaikovsky/),
  },
  { typed: 'shostakovitch 5', what: work(/shostakovich: symphony no\.? *5\b/), partly: by(/shostakovich/) },
  {
    typed: 'Schostakowitsch Sinfonie 5',
    what: work(/shostakovich: symphony no\.? *5\b/),
    partly: by(/shostakovich/),
  },
  { typed: 'rachmaninov', what: by(/rachmaninoff/) },
  { typed: 'prokofief romeo', what: work(/prokofiev: romeo and juliet/), partly: by(/prokofiev/) },
  { typed: 'mendelsohn violin', what: work(/mendelssohn: concerto, violin/), partly: by(/mendelssohn/) },
  { typed: 'mozrat', what: by(/mozart/) },
  { typed: 'dvorzak cello', what: work(/dvorak: concerto, (violon)?cello/), partly: by(/dvorak/) },
  { typed: 'itzak perlman', what: who(/itzhak perlman/) },
  { typed: 'mussorgsky', what: by(/musorgsky/) },
  { typed: 'carnegy hall', what: venue(/carnegie/) },
  // Places
  { typed: 'carnegie hall', what: venue(/carnegie/) },
  { typed: 'concerts in berlin', what: city(/berlin/) },
  { typed: 'köln', what: city(/cologne/) },
  { typed: 'tokyo suntory', what: venue(/suntory/), partly: city(/tokyo/) },
  { typed: 'mahler köln', what: both(by(/mahler/), city(/cologne/)), partly: city(/cologne/) },
  { typed: 'beethoven london', what: both(by(/beethoven/), city(/london/)), partly: city(/london/) },
  { typed: 'central park', what: venue(/central park/) },
  { typed: 'vail brahms', what: both(by(/brahms/), city(/vail/)), partly: city(/vail/) },
  { typed: 'dvorak new world carnegie', what: NEW_WORLD, where: venue(/carnegie/), partly: by(/dvorak/) },
  // Kinds
  { typed: "young people's concert", what: genre(/young people/) },
  { typed: 'chamber music mozart', what: both(genre(/chamber/), by(/mozart/)), partly: genre(/chamber/) },
  { typed: 'holiday brass', what: genre(/holiday brass/) },
  // Days
  { typed: 'beethoven 9 tonight', now: '1999-12-31T15:00:00Z', what: BEETHOVEN_9, when: on('1999-12-31') },
  { typed: 'mahler 5 saturday', now: '2001-12-04T15:00:00Z', what: MAHLER_5, when: on('2001-12-08') },
  { typed: 'this weekend', now: '2000-03-01T15:00:00Z', when: on('2000-03-03', '2000-03-05') },
  { typed: 'tonight', now: '2002-09-19T15:00:00Z', when: on('2002-09-19') },
  { typed: 'avery fisher hall december 31', what: venue(/avery fisher/), when: on('1999-12-31') },
  { typed: 'carnegie hall may 5 2011', what: venue(/carnegie/), when: on('2011-05-05') },
  { typed: 'beethoven in december', what: by(/beethoven/), when: on('1999-12-01', '1999-12-31') },
  { typed: 'mozart morgen', now: '1999-12-15T15:00:00Z', what: by(/mozart/), when: on('1999-12-16') },
  { typed: 'gergiev march 2000', what: who(/gergiev/), when: on('2000-03-01', '2000-03-31') },
  {
    typed: 'new year’s eve beethoven',
    what: both(by(/beethoven/), (c) => c.draft.startsOn.endsWith('12-31')),
    partly: by(/beethoven/),
  },
  // What somebody means without a word of it in the data
  { typed: 'moonlight sonata', what: work(/beethoven: .*op\.? ?27/) },
  { typed: 'ode to joy', what: BEETHOVEN_9 },
  { typed: 'kids concert saturday', what: genre(/young people/), when: on('1999-11-20') },
]
