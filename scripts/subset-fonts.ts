// Cuts the pages' and the posters' fonts out of the published variable ones: only the letters of western and central
// European languages, only the axes that are used. Run it after a change of the lists below; its output is committed.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import subsetFont from 'subset-font'

const ROOT = new URL('..', import.meta.url)
/** Basic Latin and what typography adds to it; the pages load the rest only where a text has it. */
const LATIN = range(0x20, 0x7e) + range(0xa0, 0xff) + 'ŒœŠšŽžŸı–—‘’‚“”„†•…‰‹›€™−×→←↑↓·½¼¾ẞ'
const LATIN_MORE = range(0x100, 0x17f) + range(0x1c4, 0x1cc) + 'ȘșȚțẀẁẂẃẄẅ'

const BRICOLAGE = '@fontsource-variable/bricolage-grotesque/files/bricolage-grotesque'
const INTER = '@fontsource-variable/inter/files/inter'

type Cut = {
  to: string
  from: string
  letters: string
  axes?: Record<string, number | Range>
  outlines?: true
}
type Range = { min: number; max: number; default: number }

const CUTS: Cut[] = [
  // One optical size, for what is set large: names and dates.
  ...(['latin', 'latin-ext'] as const).map((part): Cut => ({
    to: `src/web/theme/fonts/bricolage-${part}.woff2`,
    from: `${BRICOLAGE}-${part}-standard-normal.woff2`,
    letters: part === 'latin' ? LATIN : LATIN_MORE,
    axes: { opsz: 48, wdth: 100, wght: { min: 400, max: 700, default: 400 } },
  })),
  ...(['latin', 'latin-ext'] as const).map((part): Cut => ({
    to: `src/web/theme/fonts/inter-${part}.woff2`,
    from: `${INTER}-${part}-wght-normal.woff2`,
    letters: part === 'latin' ? LATIN : LATIN_MORE,
    axes: { wght: { min: 400, max: 700, default: 400 } },
  })),
  // For posters, whose letters are drawn as outlines.
  ...(['latin', 'latin-ext'] as const).flatMap((part): Cut[] => {
    const letters = part === 'latin' ? LATIN : LATIN_MORE
    return [
      {
        to: `src/web/posters/fonts/display-${part}.ttf`,
        from: `${BRICOLAGE}-${part}-standard-normal.woff2`,
        letters,
        axes: { opsz: 96, wdth: 100, wght: 700 },
        outlines: true,
      },
      {
        to: `src/web/posters/fonts/narrow-${part}.ttf`,
        from: `${BRICOLAGE}-${part}-standard-normal.woff2`,
        letters,
        axes: { opsz: 96, wdth: 75, wght: 700 },
        outlines: true,
      },
      {
        to: `src/web/posters/fonts/text-${part}.ttf`,
        from: `${INTER}-${part}-wght-normal.woff2`,
        letters,
        axes: { wght: 600 },
        outlines: true,
      },
    ]
  }),
]

mkdirSync(new URL('src/web/theme/fonts/', ROOT), { recursive: true })
mkdirSync(new URL('src/web/posters/fonts/', ROOT), { recursive: true })
for (const { to, from, letters, axes, outlines } of CUTS) {
  const cut = await subsetFont(readFileSync(new URL(`node_modules/${from}`, ROOT)), letters, {
    targetFormat: outlines ? 'truetype' : 'woff2',
    variationAxes: axes as never,
  })
  writeFileSync(new URL(to, ROOT), cut)
  process.stdout.write(`${to}: ${(cut.length / 1024).toFixed(1)} KB\n`)
}

function range(from: number, to: number): string {
  return String.fromCodePoint(...Array.from({ length: to - from + 1 }, (_, i) => from + i))
}
