/**
 * The colours of both themes, by what they are for. `tokens.css` is written from this list and a test holds the two
 * together; the same test computes the contrast of every pair that may meet.
 */
export type Tokens = {
  /** The page itself, what lies on it, what is sunk into it. */
  ground: string
  surface: string
  sunken: string
  /** Words, quieter words, hairlines, and borders of things one presses or types into. */
  text: string
  muted: string
  line: string
  edge: string
  /** The one call to action and what stands on it; `link` is the same as text. */
  action: string
  'action-strong': string
  'on-action': string
  link: string
  /** What is yours: selected seats, focus on dark. The same in both themes. */
  beam: string
  'on-beam': string
  focus: string
  /** What is done, and what went wrong. */
  done: string
  danger: string
}

/** The foyer. */
export const LIGHT: Tokens = {
  ground: '#FAF7F2',
  surface: '#FFFFFF',
  sunken: '#F3EEE6',
  text: '#14110F',
  muted: '#655D54',
  line: '#E4DDD2',
  edge: '#877D71',
  action: '#B3123B',
  'action-strong': '#930C2E',
  'on-action': '#FAF7F2',
  link: '#B3123B',
  beam: '#FFC83D',
  'on-beam': '#14110F',
  focus: '#14110F',
  done: '#1F7A5A',
  danger: '#B3123B',
}

/** The house with its lights down. */
export const DARK: Tokens = {
  ground: '#14110F',
  surface: '#1D1916',
  sunken: '#0D0B0A',
  text: '#FAF7F2',
  muted: '#ADA397',
  line: '#332D28',
  edge: '#81776C',
  action: '#FFC83D',
  'action-strong': '#FFD566',
  'on-action': '#14110F',
  link: '#FFC83D',
  beam: '#FFC83D',
  'on-beam': '#14110F',
  focus: '#FFC83D',
  done: '#5CC29A',
  danger: '#FF8FA0',
}

/**
 * Price categories, dearest first, always beside a label: six that stay apart for colour-blind eyes, six more of another
 * lightness that need their patterns.
 */
export const CATEGORIES = {
  light: [
    ...['#2B67A5', '#2E7A5B', '#B5512C', '#7A4E9E', '#86670A', '#5A5F67'],
    ...['#0E2F57', '#B0368C', '#5C2C14', '#005F6B', '#5C7F1C', '#2A2328'],
  ],
  dark: [
    ...['#8FB8DE', '#6FB394', '#E2977B', '#BD9AD0', '#E3C567', '#C9C2B8'],
    ...['#4A7FC0', '#F2B6DC', '#A8713F', '#2FA6AE', '#93AB3F', '#8A8580'],
  ],
} as const

/** What may stand on what, and the contrast it needs: 4.5 for words, 3 for edges and marks (WCAG 2.2 AA). */
export const PAIRS: readonly [mark: keyof Tokens, ground: keyof Tokens, contrast: 4.5 | 3][] = [
  ...(['ground', 'surface', 'sunken'] as const).flatMap((ground) => [
    ...(['text', 'muted', 'link', 'done', 'danger'] as const).map((mark) => [mark, ground, 4.5] as const),
    ...(['edge', 'focus', 'action'] as const).map((mark) => [mark, ground, 3] as const),
  ]),
  ['on-action', 'action', 4.5],
  ['on-action', 'action-strong', 4.5],
  ['on-beam', 'beam', 4.5],
  // A chip that is on: the page's words as its ground.
  ['ground', 'text', 4.5],
].map(([mark, ground, contrast]) => [mark, ground, contrast]) as [keyof Tokens, keyof Tokens, 4.5 | 3][]

/** The text of `tokens.css`. */
export function tokensCss(): string {
  const block = (tokens: Tokens, scheme: 'light' | 'dark', indent: string): string =>
    [
      `color-scheme: ${scheme};`,
      ...Object.entries(tokens).map(([name, value]) => `--${name}: ${value.toLowerCase()};`),
      ...CATEGORIES[scheme].map((value, i) => `--category-${i}: ${value.toLowerCase()};`),
    ]
      .map((line) => indent + line)
      .join('\n')
  return `/* Written from tokens.ts by "bun src/web/theme/write-tokens.ts". */
:root {
${block(LIGHT, 'light', '  ')}
}

@media (prefers-color-scheme: dark) {
  :root:not([data-theme='light']) {
${block(DARK, 'dark', '    ')}
  }
}

:root[data-theme='dark'] {
${block(DARK, 'dark', '  ')}
}
`
}

/** Contrast of two colours by WCAG 2.2, 1 to 21. */
export function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].toSorted((x, y) => y - x) as [number, number]
  return (high + 0.05) / (low + 0.05)
}

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const channel = parseInt(hex.slice(at, at + 2), 16) / 255
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
