import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as fontkit from 'fontkit'
import PDFDocument from 'pdfkit'

/** Both families whole (Open Font License), not their Latin parts: names have letters from all over. */
const FONT_FILES = {
  text: '@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf',
  'text-strong': '@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf',
  display: '@expo-google-fonts/bricolage-grotesque/700Bold/BricolageGrotesque_700Bold.ttf',
  'display-strong': '@expo-google-fonts/bricolage-grotesque/800ExtraBold/BricolageGrotesque_800ExtraBold.ttf',
} as const

export type Font = keyof typeof FONT_FILES
/** Size in points, color as #RRGGBB. */
export type TextStyle = { font: Font; size: number; color: string }
export type Box = { x: number; y: number; width: number; height: number }

/** What draws in points from the top left; y of a text is the top of its line. Only the glyphs used are embedded. */
export class PdfCanvas {
  readonly #document: PDFKit.PDFDocument
  readonly #chunks: Uint8Array[] = []
  readonly #finished: Promise<void>

  constructor(options: { title: string; language: string; createdAt: Date }) {
    const document = new PDFDocument({
      autoFirstPage: false,
      margin: 0,
      lang: options.language,
      displayTitle: true,
      info: { Title: options.title, Creator: 'Usher', CreationDate: options.createdAt },
    })
    document.on('data', (chunk: Uint8Array) => this.#chunks.push(chunk))
    this.#finished = new Promise((resolve, reject) => document.once('end', resolve).once('error', reject))
    for (const font of Object.keys(FONT_FILES) as Font[]) document.registerFont(font, load(font) as never)
    this.#document = document
  }

  addPage(width: number, height: number): void {
    this.#document.addPage({ size: [width, height], margin: 0 })
  }

  fill({ x, y, width, height }: Box, color: string, radius = 0): void {
    this.#document.roundedRect(x, y, width, height, radius).fill(color)
  }

  disc(x: number, y: number, radius: number, color: string): void {
    this.#document.circle(x, y, radius).fill(color)
  }

  line(x1: number, x2: number, y: number, style: { color: string; width: number; dash?: number }): void {
    const d = this.#document.save().lineWidth(style.width).strokeColor(style.color)
    if (style.dash) d.dash(style.dash, { space: style.dash })
    d.moveTo(x1, y).lineTo(x2, y).stroke().restore()
  }

  /** Dark squares of `matrix` in the box, joined into one path, so that no viewer draws hairlines between them. */
  squares(
    { x, y, width }: Box,
    matrix: { size: number; isDark(x: number, y: number): boolean },
    color: string,
  ): void {
    const { size } = matrix
    const module = width / size
    for (let row = 0; row < size; row++) {
      for (let from = 0; from < size; from++) {
        let to = from
        while (to < size && matrix.isDark(to, row)) to += 1
        if (to > from) this.#document.rect(x + from * module, y + row * module, (to - from) * module, module)
        from = to
      }
    }
    this.#document.fill(color)
  }

  text(
    text: string,
    x: number,
    y: number,
    style: TextStyle,
    align: 'left' | 'center' | 'right' = 'left',
  ): void {
    const width = align === 'left' ? 0 : this.width(text, style)
    const left = align === 'left' ? x : align === 'right' ? x - width : x - width / 2
    this.#use(text, style)
      .fillColor(style.color)
      .text(text, left, y, { lineBreak: false, features: FEATURES })
  }

  width(text: string, style: TextStyle): number {
    return this.#use(text, style).widthOfString(text, { features: FEATURES })
  }

  /** The largest size up to the style's at which the text fits, and not below `sizeMin`. */
  fit(text: string, style: TextStyle, width: number, sizeMin: number): TextStyle {
    // A hair less than what fits, so that rounding does not cut the last letter.
    const size = Math.min(style.size, (0.995 * style.size * width) / this.width(text, style))
    return { ...style, size: Math.max(size, sizeMin) }
  }

  /** Lines no wider than `width`, at most `linesMax`; what is left over is cut with an ellipsis. */
  wrap(text: string, style: TextStyle, width: number, linesMax: number): string[] {
    const lines: string[] = []
    let line = ''
    for (const word of text.trim().split(/\s+/)) {
      const longer = line === '' ? word : `${line} ${word}`
      if (line === '' || this.width(longer, style) <= width) line = longer
      else {
        lines.push(line)
        line = word
      }
    }
    lines.push(line)
    const kept = lines.slice(0, linesMax)
    if (lines.length > linesMax) kept[linesMax - 1] += '…'
    return kept.map((l) => this.#cut(l, style, width))
  }

  async finish(): Promise<Uint8Array> {
    this.#document.end()
    await this.#finished
    return Buffer.concat(this.#chunks)
  }

  #cut(line: string, style: TextStyle, width: number): string {
    if (this.width(line, style) <= width) return line
    const chars = Array.from(LETTERS.segment(line.replace(/…$/, '')), ({ segment }) => segment)
    while (chars.length > 1 && this.width(`${chars.join('')}…`, style) > width) chars.pop()
    return `${chars.join('').trimEnd()}…`
  }

  // The display family has no Greek and no Cyrillic: such a text is set in the other one as a whole.
  #use(text: string, { font, size }: TextStyle): PDFKit.PDFDocument {
    const isMissing = font.startsWith('display') && !hasAll(font, text)
    return this.#document.font(isMissing ? 'text-strong' : font).fontSize(size)
  }
}

/** What a reader sees as one letter, accents included. */
const LETTERS = new Intl.Segmenter()
const FEATURES = ['kern', 'liga', 'tnum'] as unknown as PDFKit.Mixins.OpenTypeFeatures[]

function hasAll(font: Font, text: string): boolean {
  return Array.from(text).every((char) => load(font).hasGlyphForCodePoint(char.codePointAt(0)!))
}

const loaded = new Map<Font, fontkit.Font>()

// Reading a font's tables costs more than drawing a ticket: once a process. Documents take their own subsets of it.
function load(font: Font): fontkit.Font {
  const known = loaded.get(font)
  if (known) return known
  const opened = fontkit.create(
    readFileSync(fileURLToPath(import.meta.resolve(FONT_FILES[font]))),
  ) as fontkit.Font
  loaded.set(font, opened)
  return opened
}
