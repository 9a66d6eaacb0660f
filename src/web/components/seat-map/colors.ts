/** Parts of 0 to 1. */
export type Rgb = readonly [number, number, number]

export type MapColors = {
  ground: Rgb
  surface: Rgb
  sunken: Rgb
  text: Rgb
  muted: Rgb
  line: Rgb
  edge: Rgb
  beam: Rgb
  onBeam: Rgb
  danger: Rgb
  /** Numbers on a free seat. */
  ink: Rgb
  /** One for each of the first steps, dearest first. */
  categories: Rgb[]
  dark: boolean
}

/** How much of the quiet outline's colour a sold-out section has. */
export const QUIET = 0.6

/** Price categories have this many colours, and as many patterns; further ones begin again with other patterns. */
export const CATEGORY_COLORS = 12
/** So many colours are told apart by all eyes; more need their patterns. */
export const SAFE_COLORS = 6

/** Which colour a category has that is the `step`th dearest. */
export function colorOf(step: number): number {
  return step % CATEGORY_COLORS
}

/** Which pattern: another one for each category of the same colour. */
export function patternOf(step: number): number {
  return (step + Math.floor(step / CATEGORY_COLORS) * 5) % CATEGORY_COLORS
}

/** The page's own colours, as they are at this moment. */
export function readColors(element: Element): MapColors {
  const style = getComputedStyle(element)
  const color = (name: string): Rgb => parseHex(style.getPropertyValue(`--${name}`).trim())
  const ground = color('ground')
  const dark = ground[0] + ground[1] + ground[2] < 1.5
  return {
    ground,
    surface: color('surface'),
    sunken: color('sunken'),
    text: color('text'),
    muted: color('muted'),
    line: color('line'),
    edge: color('edge'),
    beam: color('beam'),
    onBeam: color('on-beam'),
    danger: color('danger'),
    ink: dark ? color('on-beam') : [1, 1, 1],
    categories: Array.from({ length: CATEGORY_COLORS }, (_, i) => color(`category-${i}`)),
    dark,
  }
}

/** Calls back when the theme changes, by choice or by the device. */
export function onThemeChange(changed: () => void): () => void {
  const device = matchMedia('(prefers-color-scheme: dark)')
  const observer = new MutationObserver(changed)
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
  device.addEventListener('change', changed)
  return () => {
    observer.disconnect()
    device.removeEventListener('change', changed)
  }
}

export function mix(a: Rgb, b: Rgb, t: number): Rgb {
  return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t]
}

/** A section from far away: the more of it is left, the stronger its colour. The shader does the same. */
export function shadeOf(
  share: number,
  own: Rgb,
  on: boolean,
  { ground, edge }: Pick<MapColors, 'ground' | 'edge'>,
): Rgb {
  const left = share <= 0 ? 0 : 0.2 + 0.8 * Math.sqrt(share)
  return mix(mix(ground, edge, 0.55 * QUIET), own, left * (on ? 1 : 0.12))
}

/** Of these two the one that can be read on `ground`. */
export function readableOn(ground: Rgb, a: Rgb, b: Rgb): Rgb {
  return Math.abs(lightness(a) - lightness(ground)) >= Math.abs(lightness(b) - lightness(ground)) ? a : b
}

function lightness([r, g, b]: Rgb): number {
  return 0.3 * r + 0.59 * g + 0.11 * b
}

function parseHex(hex: string): Rgb {
  const full = hex.length === 4 ? `#${hex[1]}${hex[1]}${hex[2]}${hex[2]}${hex[3]}${hex[3]}` : hex
  const part = (at: number): number => parseInt(full.slice(at, at + 2), 16) / 255
  return /^#[0-9a-f]{6}/i.test(full) ? [part(1), part(3), part(5)] : [0.5, 0.5, 0.5]
}
