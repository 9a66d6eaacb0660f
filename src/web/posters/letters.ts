import { readFileSync } from 'node:fs'
import * as fontkit from 'fontkit'

/**
 * Text as outlines: an SVG in an <img> cannot ask for a font, and a poster should look the same in a mail, in a link
 * preview and on a page. Server only.
 */
export type Face = 'display' | 'narrow' | 'text'
export type Line = { face: Face; text: string; size: number; x: number; baseline: number }
export type Letters = {
  /** Width of the text at this size. */
  width(face: Face, text: string, size: number): number
  /** The lines, each from (x, baseline), as the `d` of one path in tenths. */
  path(lines: readonly Line[]): string
  /** Height of a capital as a share of the size. */
  capHeight(face: Face): number
}

type Font = ReturnType<typeof openFont>
type Run = { font: Font; text: string }

/** Letters stand a little closer where they are large. */
const TRACKING: Record<Face, number> = { display: -0.025, narrow: -0.02, text: 0 }

export function createLetters(): Letters {
  const faces = new Map<Face, Font[]>()
  const fontsOf = (face: Face): Font[] => {
    let fonts = faces.get(face)
    if (!fonts) {
      fonts = (['latin', 'latin-ext'] as const).map((part) => openFont(`${face}-${part}`))
      faces.set(face, fonts)
    }
    return fonts
  }
  const shape = (face: Face, text: string, size: number) => {
    const placed: { path: { commands: PathCommand[] }; x: number; scale: number }[] = []
    let x = 0
    for (const run of runsOf(fontsOf(face), text)) {
      const scale = size / run.font.unitsPerEm
      const { glyphs, positions } = run.font.layout(run.text)
      for (const [i, glyph] of glyphs.entries()) {
        placed.push({ path: glyph.path as never, x: x + positions[i]!.xOffset * scale, scale })
        x += positions[i]!.xAdvance * scale + TRACKING[face] * size
      }
    }
    return { placed, width: x - TRACKING[face] * size }
  }
  return {
    width: (face, text, size) => shape(face, text, size).width,
    path: (lines) => {
      const pen = new Pen()
      for (const { face, text, size, x, baseline } of lines) {
        for (const glyph of shape(face, text, size).placed) {
          pen.outline(glyph.path.commands, glyph.scale, x + glyph.x, baseline)
        }
      }
      return pen.d
    },
    capHeight: (face) => {
      const font = fontsOf(face)[0]!
      return font.capHeight / font.unitsPerEm
    },
  }
}

function openFont(name: string) {
  return fontkit.create(readFileSync(new URL(`./fonts/${name}.ttf`, import.meta.url))) as fontkit.Font
}

/** Stretches of the text by the font that has their letters; what none has is left out. */
function runsOf(fonts: readonly Font[], text: string): Run[] {
  const runs: Run[] = []
  for (const letter of text) {
    const font = fonts.find((f) => f.hasGlyphForCodePoint(letter.codePointAt(0)!))
    if (!font) continue
    const last = runs.at(-1)
    if (last?.font === font) last.text += letter
    else runs.push({ font, text: letter })
  }
  return runs
}

type PathCommand = {
  command: 'moveTo' | 'lineTo' | 'quadraticCurveTo' | 'bezierCurveTo' | 'closePath'
  args: number[]
}
const VERBS = { moveTo: 'm', lineTo: 'l', quadraticCurveTo: 'q', bezierCurveTo: 'c', closePath: 'z' } as const

/**
 * Whole tenths, each point from where the last command ended: half the bytes of absolute numbers. Rounded points are
 * what the next ones start from, so nothing drifts.
 */
class Pen {
  #x = 0
  #y = 0
  #startX = 0
  #startY = 0
  d = ''

  outline(commands: readonly PathCommand[], scale: number, x: number, y: number): void {
    for (const { command, args } of commands) {
      const points = args.map((value, i) =>
        Math.round(10 * (i % 2 === 0 ? x + value * scale : y - value * scale)),
      )
      const steps = points.map((value, i) => value - (i % 2 === 0 ? this.#x : this.#y))
      this.d += VERBS[command] + steps.join(' ').replaceAll(' -', '-')
      if (command === 'closePath') [this.#x, this.#y] = [this.#startX, this.#startY]
      else [this.#x, this.#y] = points.slice(-2) as [number, number]
      if (command === 'moveTo') [this.#startX, this.#startY] = [this.#x, this.#y]
    }
  }
}
