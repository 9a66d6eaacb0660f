import { GLYPH_COLUMNS, GLYPH_PIXELS } from './shaders.ts'

/** A canvas that is never shown; in a worker there is no other. */
export type Drawing = HTMLCanvasElement | OffscreenCanvas

const CELL_WIDTH = 30
const CELL_HEIGHT = 56
/** Codes are bytes and 0 is empty. */
const CODES_MAX = 255
/** Seat numbers longer than this are left to the card. */
export const NUMBER_LENGTH_MAX = 4

export type NumberGlyphs = {
  canvas: Drawing
  /** Four codes a seat. */
  codes: Uint8Array
  /** Of a cell in the atlas, and in letter heights: as the shader wants it. */
  box: [number, number, number, number]
}

/** Draws every letter that seat numbers use once, and says which ones each seat shows. */
export function numberGlyphs(numbers: readonly string[]): NumberGlyphs {
  const codeOf = new Map<string, number>()
  const codes = new Uint8Array(numbers.length * NUMBER_LENGTH_MAX)
  numbers.forEach((number, seat) => {
    if (number.length > NUMBER_LENGTH_MAX) return
    for (let i = 0; i < number.length; i++) {
      const letter = number[i]!
      let code = codeOf.get(letter)
      if (code === undefined) codeOf.set(letter, (code = codeOf.size + 1))
      if (code <= CODES_MAX) codes[seat * NUMBER_LENGTH_MAX + i] = code
    }
  })
  const rows = Math.ceil((codeOf.size + 1) / GLYPH_COLUMNS)
  const canvas = drawing(CELL_WIDTH * GLYPH_COLUMNS, CELL_HEIGHT * rows)
  const ink = whiteOnBlack(canvas)
  ink.font = `600 ${GLYPH_PIXELS}px Inter, system-ui, sans-serif`
  ink.textAlign = 'center'
  ink.textBaseline = 'alphabetic'
  for (const [letter, code] of codeOf) {
    const x = (code % GLYPH_COLUMNS) * CELL_WIDTH + CELL_WIDTH / 2
    const y = Math.floor(code / GLYPH_COLUMNS) * CELL_HEIGHT + CELL_HEIGHT / 2 + GLYPH_PIXELS * 0.36
    ink.fillText(letter, x, y, CELL_WIDTH - 2)
  }
  return {
    canvas,
    codes,
    box: [1 / GLYPH_COLUMNS, 1 / rows, CELL_WIDTH / GLYPH_PIXELS, CELL_HEIGHT / GLYPH_PIXELS],
  }
}

export type Face = 'name' | 'small' | 'big'
export type Letter = { x: number; y: number; width: number; height: number; advance: number }

const FACES: Record<Face, { weight: number; pixels: number; family: string }> = {
  name: { weight: 600, pixels: 13, family: 'Inter, system-ui, sans-serif' },
  small: { weight: 500, pixels: 11, family: 'Inter, system-ui, sans-serif' },
  // Grows with the hall: drawn large and made smaller.
  big: { weight: 700, pixels: 64, family: '"Bricolage Grotesque", Inter, sans-serif' },
}
const ATLAS_WIDTH = 1024
const PADDING = 2

/** The letters of all labels of a hall, each face at the size in which it is shown. */
export class LabelAtlas {
  readonly canvas: Drawing
  readonly #letters = new Map<string, Letter>()
  readonly #ratio: number

  constructor(texts: Record<Face, Iterable<string>>, pixelRatio: number) {
    this.canvas = drawing(1, 1)
    this.#ratio = pixelRatio
    const measure = pen(this.canvas)
    const placed: { letter: string; face: Face; at: Letter }[] = []
    let [x, y, shelf] = [PADDING, PADDING, 0]
    for (const face of ['big', 'name', 'small'] as const) {
      const { pixels } = FACES[face]
      const size = face === 'big' ? pixels : pixels * pixelRatio
      measure.font = this.#font(face)
      for (const letter of new Set([...texts[face]].flatMap((text) => Array.from(text)))) {
        const advance = measure.measureText(letter).width
        const width = Math.ceil(advance) + 2
        const height = Math.ceil(size * 1.35)
        if (x + width + PADDING > ATLAS_WIDTH) [x, y, shelf] = [PADDING, y + shelf + PADDING, 0]
        const at = { x, y, width, height, advance }
        this.#letters.set(`${face} ${letter}`, at)
        placed.push({ letter, face, at })
        x += width + PADDING
        shelf = Math.max(shelf, height)
      }
    }
    this.canvas.width = ATLAS_WIDTH
    this.canvas.height = y + shelf + PADDING
    const ink = whiteOnBlack(this.canvas)
    ink.textBaseline = 'alphabetic'
    for (const { letter, face, at } of placed) {
      ink.font = this.#font(face)
      ink.fillText(letter, at.x + 1, at.y + Math.round(at.height * 0.76))
    }
  }

  /** CSS pixels of one texel of a face. */
  texel(face: Face): number {
    return face === 'big' ? 1 : 1 / this.#ratio
  }

  letters(face: Face, text: string): Letter[] {
    return Array.from(text).flatMap((letter) => this.#letters.get(`${face} ${letter}`) ?? [])
  }

  /** In CSS pixels; of the big face in texels. */
  width(face: Face, text: string): number {
    return this.letters(face, text).reduce((sum, { advance }) => sum + advance, 0) * this.texel(face)
  }

  height(face: Face): number {
    return FACES[face].pixels
  }

  #font(face: Face): string {
    const { weight, pixels, family } = FACES[face]
    return `${weight} ${face === 'big' ? pixels : pixels * this.#ratio}px ${family}`
  }
}

function drawing(width: number, height: number): Drawing {
  if (typeof OffscreenCanvas !== 'undefined') return new OffscreenCanvas(width, height)
  return Object.assign(document.createElement('canvas'), { width, height })
}

function pen(canvas: Drawing): CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D {
  // The letters are read back once: a graphics card would only be in the way.
  return canvas.getContext('2d', { willReadFrequently: true }) as
    CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D
}

function whiteOnBlack(canvas: Drawing): ReturnType<typeof pen> {
  const ink = pen(canvas)
  ink.fillStyle = '#000'
  ink.fillRect(0, 0, canvas.width, canvas.height)
  ink.fillStyle = '#fff'
  return ink
}
