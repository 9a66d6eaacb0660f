import { expect, test } from 'bun:test'
import { contrast } from '../theme/tokens.ts'
import { FORMS } from './forms.ts'
import { createLetters } from './letters.ts'
import { PALETTES } from './palettes.ts'
import { drawPoster, POSTER_SIZE } from './poster.ts'
import { posterSubject, posterUrl, type PosterKind, type PosterSubject } from './subject.ts'

const letters = createLetters()
const KINDS = Object.keys(FORMS) as PosterKind[]
const TITLES = [
  'Mahler 5',
  'The Cherry Orchard',
  'Glinka, Tchaikovsky, Ysaye',
  'Donaudampfschifffahrtsgesellschaftskapitän',
  'A very long title of an evening that somebody could not stop naming …',
  'Dvořák',
  '?',
]
const subjects: PosterSubject[] = KINDS.flatMap((kind) =>
  TITLES.flatMap((title, i) =>
    Array.from({ length: 3 }, (_, n) => ({
      seed: `${kind}${i}${n}`,
      kind,
      title,
      foot: 'New York Philharmonic, David Geffen Hall',
    })),
  ),
)

test.each(['portrait', 'landscape'] as const)(
  'no word of a %s poster touches its forms or leaves the sheet',
  (format) => {
    const { w, h } = POSTER_SIZE[format]
    for (const subject of subjects) {
      const { words, forms } = drawPoster(subject, letters, format)
      expect(forms.h).toBeGreaterThan(h * 0.3)
      for (const box of words) {
        const meets =
          box.x < forms.x + forms.w &&
          forms.x < box.x + box.w &&
          box.y < forms.y + forms.h &&
          forms.y < box.y + box.h
        expect({ title: subject.title, meets }).toEqual({ title: subject.title, meets: false })
        expect(box.x).toBeGreaterThan(0)
        expect(box.x + box.w).toBeLessThanOrEqual(w)
        expect(box.y).toBeGreaterThan(0)
        expect(box.y + box.h).toBeLessThanOrEqual(h)
      }
    }
  },
)

test('the same subject is the same drawing; another seed is another one', () => {
  const subject = subjects[0]!
  expect(drawPoster(subject, letters).svg).toBe(drawPoster({ ...subject }, createLetters()).svg)
  expect(drawPoster(subject, letters).svg).not.toBe(drawPoster({ ...subject, seed: 'other' }, letters).svg)
})

test('a drawing has numbers only, needs no font and carries no text that could be markup', () => {
  for (const subject of subjects) {
    const { svg } = drawPoster({ ...subject, title: '<script>&' }, letters)
    expect(svg).not.toMatch(/NaN|Infinity|undefined|<text|<script|href=/)
    expect(svg.length).toBeLessThan(40_000)
  }
})

test('the words of every palette reach 4.5 on its ground', () => {
  for (const { words, ground } of PALETTES) expect(contrast(words, ground)).toBeGreaterThanOrEqual(4.5)
})

const event = {
  event_id: '1042',
  production_id: null,
  name: 'New York Philharmonic: Mozart, Haydn',
  type: 'concert',
  genres: [],
  performers: [{ name: 'New York Philharmonic', role: null }],
  venue: { name: 'David Geffen Hall' },
}

test("an orchestra's poster is of what it plays, a band's of the band", () => {
  expect(posterSubject(event)).toMatchObject({
    kind: 'classical',
    title: 'Mozart, Haydn',
    foot: 'New York Philharmonic',
  })
  const band = {
    ...event,
    name: 'The Northern Lights: Aurora Tour',
    performers: [{ name: 'The Northern Lights', role: null }],
  }
  expect(posterSubject(band)).toMatchObject({
    kind: 'music',
    title: 'The Northern Lights',
    foot: 'Aurora Tour',
  })
  expect(posterSubject({ ...event, name: 'Up: the film', type: 'film', performers: [] })).toMatchObject({
    kind: 'film',
    title: 'Up: the film',
    foot: 'David Geffen Hall',
  })
})

test('a poster changes its address with its words, and all showings of a film share one drawing', () => {
  expect(posterUrl(event)).toMatch(/^\/posters\/1042\.svg\?v=[0-9a-z]+$/)
  expect(posterUrl({ ...event, name: 'Another name' })).not.toBe(posterUrl(event))
  const showing = { ...event, production_id: 'p' }
  expect(posterSubject({ ...showing, event_id: '2' })).toEqual(posterSubject(showing))
})
