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
  /** Six steps, dearest first. */
  categories: Rgb[]
  dark: boolean
}

/** Price categories have this many colours; further ones begin again, with another pattern beside them. */
export const CATEGORY_COLORS = 6

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

function parseHex(hex: string): Rgb {
  const full = hex.length === 4 ? `#${hex[1]}${hex[1]}${hex[2]}${hex[2]}${hex[3]}${hex[3]}` : hex
  const part = (at: number): number => parseInt(full.slice(at, at + 2), 16) / 255
  return /^#[0-9a-f]{6}/i.test(full) ? [part(1), part(3), part(5)] : [0.5, 0.5, 0.5]
}
