import { FORMS, type Random, type Zone } from './forms.ts'
import type { Face, Letters, Line } from './letters.ts'
import { PALETTES } from './palettes.ts'
import { hash32, type PosterSubject } from './subject.ts'

/** A poster for a wall, and one as wide as a link preview. */
export type PosterFormat = 'portrait' | 'landscape'
export const POSTER_SIZE = { portrait: { w: 300, h: 420 }, landscape: { w: 1200, h: 630 } } as const

type Sheet = {
  w: number
  h: number
  margin: number
  /** The column in which words are set. */
  column: number
  sizes: readonly number[]
  titleHeightMax: number
  footSize: number
  /** Between words and forms. */
  gap: number
}
const SHEETS: Record<PosterFormat, Sheet> = {
  portrait: {
    ...POSTER_SIZE.portrait,
    margin: 20,
    column: 260,
    sizes: [66, 60, 54, 48, 43, 38, 34, 30, 27, 24, 21],
    titleHeightMax: 178,
    footSize: 13,
    gap: 20,
  },
  landscape: {
    ...POSTER_SIZE.landscape,
    margin: 64,
    column: 560,
    sizes: [128, 112, 100, 88, 78, 68, 60, 52, 46],
    titleHeightMax: 400,
    footSize: 28,
    gap: 44,
  },
}
const LEADING = 0.98
const FOOT_LEADING = 1.3
const FOOT_LINES_MAX = 2
const LINES_MAX = 5
/** The narrow face is taken where it lets the title be this much larger. */
const NARROW_GAIN = 1.3

export type Poster = { svg: string; words: Zone[]; forms: Zone }

/**
 * A poster in the Swiss manner: words large on a grid, one family of forms a kind, colours from the seed. Words and
 * forms have zones that do not meet, so no title ever runs into a drawing. Pure: the same subject, the same bytes.
 */
export function drawPoster(
  subject: PosterSubject,
  letters: Letters,
  format: PosterFormat = 'portrait',
): Poster {
  const sheet = SHEETS[format]
  const random = randomOf(subject.seed)
  const palette = PALETTES[Math.floor(random() * PALETTES.length)]!
  const arrangement =
    format === 'landscape' ? 'beside' : pick(['top', 'bottom', 'split', 'split'] as const, random)
  const title = setTitle(subject.title, sheet, letters)
  const foot = wrap(subject.foot, 'text', sheet.footSize, sheet.column, letters).slice(0, FOOT_LINES_MAX)
  const { lines, forms } = compose(arrangement, title, foot, sheet, letters)
  const draw = pick(FORMS[subject.kind], random)
  const words = lines.map((line) => boxOf(line, letters))
  const { w, h } = sheet
  const clip = `c${hash32(subject.seed).toString(36)}`
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${w} ${h}" width="${w}" height="${h}">`,
    `<clipPath id="${clip}"><rect x="${forms.x}" y="${forms.y}" width="${forms.w}" height="${forms.h}"/></clipPath>`,
    `<rect width="${w}" height="${h}" fill="${palette.ground}"/>`,
    `<g clip-path="url(#${clip})">${draw(forms, palette, random)}</g>`,
    `<path transform="scale(.1)" d="${letters.path(lines)}" fill="${palette.words}"/></svg>`,
  ].join('')
  return { svg, words, forms }
}

type Title = { face: Face; size: number; lines: string[] }

/**
 * As large as it fits: the broad face, or the narrow one where long words would make the broad one small. A word that
 * fits at no size is broken.
 */
function setTitle(text: string, sheet: Sheet, letters: Letters): Title {
  const broad = fit('display', text, sheet, letters)
  const narrow = fit('narrow', text, sheet, letters)
  if (broad && (!narrow || narrow.size < broad.size * NARROW_GAIN)) return broad
  if (narrow) return narrow
  const size = sheet.sizes.at(-1)!
  const lines = wrap(text, 'narrow', size, sheet.column, letters)
  return { face: 'narrow', size, lines: lines.slice(0, LINES_MAX) }
}

function fit(face: Face, text: string, sheet: Sheet, letters: Letters): Title | null {
  for (const size of sheet.sizes) {
    const words = text.split(/\s+/)
    if (words.some((word) => letters.width(face, word, size) > sheet.column)) continue
    const lines = wrap(text, face, size, sheet.column, letters)
    const height = titleHeight({ face, size, lines }, letters)
    if (lines.length <= LINES_MAX && height <= sheet.titleHeightMax) return { face, size, lines }
  }
  return null
}

function wrap(text: string, face: Face, size: number, column: number, letters: Letters): string[] {
  const lines: string[] = []
  for (const word of text.split(/\s+/).flatMap((w) => broken(w, face, size, column, letters))) {
    const longer = lines.length > 0 ? `${lines.at(-1)} ${word}` : ''
    if (longer !== '' && letters.width(face, longer, size) <= column) lines[lines.length - 1] = longer
    else lines.push(word)
  }
  return lines
}

function broken(word: string, face: Face, size: number, column: number, letters: Letters): string[] {
  const parts: string[] = []
  let rest = Array.from(word)
  while (letters.width(face, rest.join(''), size) > column && rest.length > 1) {
    let length = rest.length - 1
    while (length > 1 && letters.width(face, `${rest.slice(0, length).join('')}-`, size) > column) length -= 1
    parts.push(`${rest.slice(0, length).join('')}-`)
    rest = rest.slice(length)
  }
  return [...parts, rest.join('')]
}

function titleHeight({ face, size, lines }: Title, letters: Letters): number {
  return letters.capHeight(face) * size + (lines.length - 1) * size * LEADING + descent(size)
}

/** Below the last baseline, for the letters that hang. */
function descent(size: number): number {
  return size * 0.22
}

function compose(
  arrangement: 'top' | 'bottom' | 'split' | 'beside',
  title: Title,
  foot: readonly string[],
  sheet: Sheet,
  letters: Letters,
): { lines: Line[]; forms: Zone } {
  const { w, h, margin, footSize, gap } = sheet
  const footLine = footSize * FOOT_LEADING
  const footCap = letters.capHeight('text') * footSize
  const footHeight = footCap + (foot.length - 1) * footLine + descent(footSize)
  const high = titleHeight(title, letters)
  const titleAt = (top: number): Line[] =>
    title.lines.map((text, i) => ({
      face: title.face,
      text,
      size: title.size,
      // A large letter stands a little inside of its box; this brings it onto the margin.
      x: margin - title.size * 0.04,
      baseline: top + letters.capHeight(title.face) * title.size + i * title.size * LEADING,
    }))
  const footAt = (top: number): Line[] =>
    foot.map((text, i) => ({
      face: 'text',
      text,
      size: footSize,
      x: margin,
      baseline: top + footCap + i * footLine,
    }))
  const between = footSize * 0.7
  switch (arrangement) {
    case 'top': {
      const top = margin + high + between + footHeight + gap
      return {
        lines: [...titleAt(margin), ...footAt(margin + high + between)],
        forms: { x: 0, y: top, w, h: h - top },
      }
    }
    case 'bottom': {
      const top = h - margin - footHeight - between - high
      return {
        lines: [...titleAt(top), ...footAt(top + high + between)],
        forms: { x: 0, y: 0, w, h: top - gap },
      }
    }
    case 'split': {
      const top = margin + high + gap * 0.8
      const footTop = h - margin - footHeight
      return {
        lines: [...titleAt(margin), ...footAt(footTop)],
        forms: { x: 0, y: top, w, h: footTop - gap * 0.8 - top },
      }
    }
    case 'beside': {
      const left = margin + sheet.column + gap
      return {
        lines: [...titleAt(margin), ...footAt(h - margin - footHeight)],
        forms: { x: left, y: 0, w: w - left, h },
      }
    }
  }
}

function boxOf({ face, text, size, x, baseline }: Line, letters: Letters): Zone {
  const cap = letters.capHeight(face) * size
  return { x, y: baseline - cap, w: letters.width(face, text, size), h: cap + descent(size) }
}

function pick<T>(from: readonly T[], random: Random): T {
  return from[Math.floor(random() * from.length)]!
}

/** Mulberry32: small, and good enough for drawing. */
function randomOf(seed: string): Random {
  let state = hash32(seed)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
