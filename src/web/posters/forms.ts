import type { Palette } from './palettes.ts'
import type { PosterKind } from './subject.ts'

/** Where forms may be; the poster clips them to it. */
export type Zone = { x: number; y: number; w: number; h: number }
/** Numbers from 0 to 1, always the same for the same poster. */
export type Random = () => number
type Form = (zone: Zone, palette: Palette, random: Random) => string

/** One family of forms a kind, each with a few ways of being laid out. */
export const FORMS: Record<PosterKind, readonly Form[]> = {
  music: [rings, quarterArcs, arches, twoRings],
  classical: [swell, swellBars, staff, swell, strings],
  film: [nestedFrames, filmStrip, frameGrid],
  sport: [lanes, trackBend, perspectiveLanes],
  theatre: [folds, openCurtain],
  other: [dots, blocks],
}

function rings({ x, y, w, h }: Zone, { form, accent }: Palette, random: Random): string {
  const cx = x + w * (0.2 + random() * 0.6)
  const cy = y + h * (0.45 + random() * 0.4)
  const step = h * (0.085 + random() * 0.03)
  const out = Array.from({ length: 12 }, (_, i) =>
    circle(cx, cy, step * (i + 1), form, step * Math.max(0.16, 0.56 - i * 0.045)),
  )
  return out.join('') + disc(cx, cy, step * 0.5, accent)
}

function quarterArcs({ x, y, w, h }: Zone, { form, accent }: Palette, random: Random): string {
  const right = random() < 0.5
  const cx = right ? x + w : x
  const cy = y + h
  const n = 6 + Math.floor(random() * 3)
  const reach = Math.hypot(w, h) * 0.92
  const lit = Math.floor(random() * n)
  return Array.from({ length: n }, (_, i) =>
    circle(cx, cy, (reach * (i + 0.7)) / n, i === lit ? accent : form, (reach / n) * 0.5),
  ).join('')
}

function arches({ x, y, w, h }: Zone, { form, accent }: Palette, random: Random): string {
  const columns = 3 + Math.floor(random() * 2)
  const side = w / columns
  const rows = Math.ceil(h / side)
  const lit = Math.floor(random() * columns * rows)
  let out = ''
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const turn = Math.floor(random() * 4)
      const color = row * columns + column === lit ? accent : form
      const [cx, cy] = [
        [0, 0],
        [1, 0],
        [1, 1],
        [0, 1],
      ][turn] as [number, number]
      const left = x + column * side
      const top = y + row * side
      const [px, py] = [left + cx * side, top + cy * side]
      const sweep = (r: number): string => quarter(px, py, cx === 0 ? r : -r, cy === 0 ? r : -r)
      out += `<path d="${sweep(side * 0.96)}" fill="${color}"/>`
    }
  }
  return out
}

function twoRings({ x, y, w, h }: Zone, { form, accent }: Palette, random: Random): string {
  const step = Math.min(w, h) * 0.06
  const one = [x + w * (0.28 + random() * 0.08), y + h * (0.4 + random() * 0.15)] as const
  const two = [x + w * (0.68 + random() * 0.08), y + h * (0.62 + random() * 0.15)] as const
  const set = ([cx, cy]: readonly [number, number], color: string): string =>
    Array.from({ length: 7 }, (_, i) => circle(cx, cy, step * (i + 0.8), color, step * 0.34)).join('')
  return set(one, form) + set(two, accent)
}

function swell({ x, y, w, h }: Zone, { form, accent }: Palette, random: Random): string {
  const n = 9 + Math.floor(random() * 6)
  const gap = h / (n + 0.5)
  const peak = x + w * (0.25 + random() * 0.5)
  const wide = w * (0.16 + random() * 0.16)
  const lit = random() < 0.5 ? Math.floor(n * (0.3 + random() * 0.5)) : -1
  const rise = Math.min(h * 0.42, gap * (3 + random() * 3))
  return Array.from({ length: n }, (_, i) => {
    const share = i / (n - 1)
    // The first line may rise to the zone's edge, no further; the last ones lie still.
    const base = y + rise * 0.98 + (h - rise) * share * 0.97
    const height = rise * (1 - share) ** 1.15
    const drift = (i - n / 2) * w * 0.008
    const point = (px: number): number =>
      base -
      height * Math.exp(-(((px - peak - drift) / wide) ** 2)) +
      Math.sin(px / (w * 0.13) + i * 0.5) * gap * 0.09
    return curve(x - 10, x + w + 10, point, i === lit ? accent : form, 1.4 + share * gap * 0.34)
  }).join('')
}

function staff({ x, y, w, h }: Zone, { form, accent }: Palette, random: Random): string {
  const gap = h / 16
  const groups = 2
  const tilt = (random() - 0.5) * h * 0.3
  const bend = h * (0.06 + random() * 0.08)
  let out = ''
  for (let group = 0; group < groups; group += 1) {
    const top = y + h * (0.16 + group * 0.46)
    const line =
      (i: number) =>
      (px: number): number =>
        top +
        i * gap +
        tilt * ((px - x) / w - 0.5) +
        Math.sin(((px - x) / w) * Math.PI * 1.6 + group * 2) * bend
    for (let i = 0; i < 5; i += 1) out += curve(x - 10, x + w + 10, line(i), form, h * 0.009)
    const notes = 3 + Math.floor(random() * 3)
    for (let note = 0; note < notes; note += 1) {
      const px = x + (w * (note + 0.5 + (random() - 0.5) * 0.5)) / notes
      const step = Math.floor(random() * 9) / 2
      out += disc(px, line(step)(px), gap * 0.46, note === 1 && group === 0 ? accent : form)
    }
  }
  return out
}

function swellBars({ x, y, w, h }: Zone, { form, accent }: Palette, random: Random): string {
  const n = 15 + Math.floor(random() * 8)
  const pitch = w / n
  const peak = 0.2 + random() * 0.6
  const wide = 0.14 + random() * 0.12
  const lit = Math.round(peak * (n - 1))
  return Array.from({ length: n }, (_, i) => {
    const share = 0.12 + 0.8 * Math.exp(-(((i / (n - 1) - peak) / wide) ** 2)) + 0.08 * Math.sin(i * 1.7)
    const bar = Math.max(0.06, share) * h * 0.94
    return rect(x + (i + 0.2) * pitch, y + h - bar, pitch * 0.6, bar, i === lit ? accent : form)
  }).join('')
}

function strings({ x, y, w, h }: Zone, { form, accent }: Palette, random: Random): string {
  const n = 6 + Math.floor(random() * 3)
  const lit = Math.floor(random() * n)
  const bow = (random() < 0.5 ? -1 : 1) * h * (0.1 + random() * 0.1)
  const lines = Array.from({ length: n }, (_, i) => {
    const at = x + (w * (i + 0.7)) / (n + 0.4)
    // One of them sounds.
    const wave = i === lit ? w * 0.045 : 0
    const d = `M${n1(at)} ${n1(y - 5)}Q${n1(at - wave * 2)} ${n1(y + h / 2)} ${n1(at)} ${n1(y + h + 5)}`
    const back = `M${n1(at)} ${n1(y - 5)}Q${n1(at + wave * 2)} ${n1(y + h / 2)} ${n1(at)} ${n1(y + h + 5)}`
    const stroke = `fill="none" stroke="${i === lit ? accent : form}" stroke-width="${n1(1.5 + i * w * 0.006)}"`
    return `<path d="${d}" ${stroke}/>${wave ? `<path d="${back}" ${stroke}/>` : ''}`
  })
  const across = `<path d="M${n1(x - 10)} ${n1(y + h * 0.55 - bow)}L${n1(x + w + 10)} ${n1(y + h * 0.55 + bow)}" stroke="${form}" stroke-width="${n1(h * 0.055)}"/>`
  return lines.join('') + across
}

function nestedFrames({ x, y, w, h }: Zone, { form, ground, accent }: Palette, random: Random): string {
  const n = 5 + Math.floor(random() * 2)
  const towardX = 0.2 + random() * 0.6
  const towardY = 0.25 + random() * 0.5
  return Array.from({ length: n }, (_, i) => {
    const share = 0.92 * 0.72 ** i
    const [fw, fh] = [w * share, Math.min(h * 0.94, w * 0.68) * share]
    const left = x + (w - fw) * (i === 0 ? 0.5 : towardX)
    const top = y + (h - fh) * (i === 0 ? 0.5 : towardY)
    const color = i === n - 1 ? accent : i % 2 === 0 ? form : ground
    return rect(left, top, fw, fh, color)
  }).join('')
}

function filmStrip({ x, y, w, h }: Zone, { form, ground, accent }: Palette, random: Random): string {
  const strip = w * 0.5
  const frames = 5
  const fh = (h * 1.5) / frames
  const angle = (random() < 0.5 ? -1 : 1) * (8 + random() * 14)
  const lit = 1 + Math.floor(random() * 3)
  const left = x + (w - strip) * (0.3 + random() * 0.4)
  const top = y - h * 0.25
  let out = rect(left, top, strip, h * 1.5, form)
  for (let i = 0; i < frames; i += 1) {
    out += rect(
      left + strip * 0.2,
      top + fh * (i + 0.09),
      strip * 0.6,
      fh * 0.82,
      i === lit ? accent : ground,
    )
    for (let hole = 0; hole < 4; hole += 1) {
      const hy = top + fh * (i + (hole + 0.3) / 4)
      out += rect(left + strip * 0.06, hy, strip * 0.08, fh * 0.12, ground)
      out += rect(left + strip * 0.86, hy, strip * 0.08, fh * 0.12, ground)
    }
  }
  return `<g transform="rotate(${n1(angle)} ${n1(x + w / 2)} ${n1(y + h / 2)})">${out}</g>`
}

function frameGrid({ x, y, w, h }: Zone, { form, accent }: Palette, random: Random): string {
  const columns = 3
  const pad = w * 0.067
  const gap = w * 0.035
  const side = (w - 2 * pad - (columns - 1) * gap) / columns
  const fh = side * 0.7
  const rows = Math.max(2, Math.floor((h - pad + gap) / (fh + gap)))
  const lit = Math.floor(random() * columns * rows)
  return Array.from({ length: columns * rows }, (_, i) => {
    const left = x + pad + (i % columns) * (side + gap)
    const top = y + h - pad - fh - (rows - 1 - Math.floor(i / columns)) * (fh + gap)
    // A film in stills: a light that wanders from frame to frame.
    const at = ((i / (columns * rows)) * 1.2 - 0.1) * side
    const inner =
      i === lit
        ? rect(left, top, side, fh, accent)
        : rect(left, top, side, fh, form) + rect(left + Math.max(0, at), top, side * 0.12, fh, accent)
    return inner
  }).join('')
}

function lanes({ x, y, w, h }: Zone, { form, accent }: Palette, random: Random): string {
  const n = 8
  const lean = w * (0.35 + random() * 0.45) * (random() < 0.5 ? -1 : 1)
  const pitch = (w + Math.abs(lean)) / n
  const lit = 2 + Math.floor(random() * (n - 4))
  const from = x - Math.max(0, lean)
  return Array.from({ length: n + 1 }, (_, i) => {
    const left = from + i * pitch
    const wide = pitch * (0.3 + (i / n) * 0.4)
    const points = [left + lean, y, left + lean + wide, y, left + wide, y + h, left, y + h]
    return `<polygon points="${points.map(n1).join(' ')}" fill="${i === lit ? accent : form}"/>`
  }).join('')
}

function trackBend({ x, y, w, h }: Zone, { form, accent }: Palette, random: Random): string {
  const right = random() < 0.5
  const lit = 1 + Math.floor(random() * 4)
  const pitch = Math.min(w, h) * 0.115
  const inner = pitch * 1.2
  const cx = right ? x + w * 0.3 : x + w * 0.7
  const cy = y + h * 0.52
  return Array.from({ length: 6 }, (_, i) => {
    const r = inner + i * pitch
    const far = right ? x - 20 : x + w + 20
    const sweep = right ? 1 : 0
    const d = `M${n1(far)} ${n1(cy - r)}H${n1(cx)}A${n1(r)} ${n1(r)} 0 0 ${sweep} ${n1(cx)} ${n1(cy + r)}H${n1(far)}`
    return `<path d="${d}" fill="none" stroke="${i === lit ? accent : form}" stroke-width="${n1(pitch * 0.55)}"/>`
  }).join('')
}

function perspectiveLanes({ x, y, w, h }: Zone, { form, accent }: Palette, random: Random): string {
  const vx = x + w * (0.25 + random() * 0.5)
  const n = 7
  const lit = 1 + Math.floor(random() * (n - 2))
  const spread = w * 2.2
  return Array.from({ length: n }, (_, i) => {
    const left = vx - spread / 2 + (spread / n) * i
    const wide = (spread / n) * 0.56
    const top = (offset: number): number => vx + (left + offset - vx) * 0.04
    const points = [top(0), y, top(wide), y, left + wide, y + h, left, y + h]
    return `<polygon points="${points.map(n1).join(' ')}" fill="${i === lit ? accent : form}"/>`
  }).join('')
}

function folds({ x, y, w, h }: Zone, { form, accent }: Palette, random: Random): string {
  const n = 10 + Math.floor(random() * 4)
  const pitch = w / n
  const lit = Math.floor(n * (0.25 + random() * 0.5))
  const high = 0.4 + random() * 0.35
  const peak = 0.3 + random() * 0.4
  return Array.from({ length: n }, (_, i) => {
    const left = x + i * pitch
    const hem = y + h * (1 - (1 - high) * Math.exp(-(((i / (n - 1) - peak) / 0.26) ** 2)))
    const bow = pitch * (0.25 + random() * 0.35)
    const d = `M${n1(left)} ${n1(y)}Q${n1(left + bow)} ${n1((y + hem) / 2)} ${n1(left)} ${n1(hem)}H${n1(left + pitch * 0.62)}Q${n1(left + pitch * 0.62 + bow)} ${n1((y + hem) / 2)} ${n1(left + pitch * 0.62)} ${n1(y)}Z`
    return `<path d="${d}" fill="${i === lit ? accent : form}"/>`
  }).join('')
}

function openCurtain({ x, y, w, h }: Zone, { form, accent }: Palette, random: Random): string {
  const n = 5
  const gap = 0.16 + random() * 0.12
  const half = (w * (1 - gap)) / 2
  const side = (mirror: boolean): string =>
    Array.from({ length: n }, (_, i) => {
      const at = (share: number): number => (mirror ? x + w - share : x + share)
      const top = (half * 1.25 * i) / n
      const waist = (half * 0.42 * i) / n
      const pitchTop = (half * 1.25) / n
      const pitchWaist = (half * 0.42) / n
      const foot = (half * 0.8 * i) / n
      const pitchFoot = (half * 0.8) / n
      const my = y + h * 0.66
      const d = [
        `M${n1(at(top))} ${n1(y)}`,
        `C${n1(at(top))} ${n1(y + h * 0.4)} ${n1(at(waist))} ${n1(y + h * 0.5)} ${n1(at(waist))} ${n1(my)}`,
        `L${n1(at(foot))} ${n1(y + h)}H${n1(at(foot + pitchFoot * 0.7))}L${n1(at(waist + pitchWaist * 0.7))} ${n1(my)}`,
        `C${n1(at(waist + pitchWaist * 0.7))} ${n1(y + h * 0.5)} ${n1(at(top + pitchTop * 0.72))} ${n1(y + h * 0.4)} ${n1(at(top + pitchTop * 0.72))} ${n1(y)}Z`,
      ].join('')
      return `<path d="${d}" fill="${form}"/>`
    }).join('')
  return (
    disc(x + w / 2, y + h * 0.74, Math.min(w, h) * (0.1 + random() * 0.05), accent) + side(false) + side(true)
  )
}

function dots({ x, y, w, h }: Zone, { form, accent }: Palette, random: Random): string {
  const columns = 8
  const pitch = w / columns
  const rows = Math.ceil(h / pitch)
  const [px, py] = [random() * columns, random() * rows]
  return Array.from({ length: columns * rows }, (_, i) => {
    const [column, row] = [i % columns, Math.floor(i / columns)]
    const far = Math.hypot(column - px, row - py)
    const r = pitch * (0.09 + 0.36 * Math.abs(Math.cos(far * 0.5)))
    return disc(x + (column + 0.5) * pitch, y + (row + 0.5) * pitch, r, far < 0.8 ? accent : form)
  }).join('')
}

function blocks({ x, y, w, h }: Zone, { form, accent }: Palette, random: Random): string {
  const n = 6
  const lit = Math.floor(random() * n)
  return Array.from({ length: n }, (_, i) => {
    const wide = w * (0.2 + random() * 0.75)
    return rect(
      i % 2 === 0 ? x : x + w - wide,
      y + (h / n) * i,
      wide,
      (h / n) * 0.72,
      i === lit ? accent : form,
    )
  }).join('')
}

function circle(cx: number, cy: number, r: number, color: string, wide: number): string {
  return `<circle cx="${n1(cx)}" cy="${n1(cy)}" r="${n1(r)}" fill="none" stroke="${color}" stroke-width="${n1(wide)}"/>`
}

function disc(cx: number, cy: number, r: number, color: string): string {
  return `<circle cx="${n1(cx)}" cy="${n1(cy)}" r="${n1(r)}" fill="${color}"/>`
}

function rect(x: number, y: number, w: number, h: number, color: string): string {
  return `<rect x="${n1(x)}" y="${n1(y)}" width="${n1(w)}" height="${n1(h)}" fill="${color}"/>`
}

/** A quarter of a disc with its corner in (x, y). */
function quarter(x: number, y: number, dx: number, dy: number): string {
  const r = Math.abs(dx)
  return `M${n1(x)} ${n1(y)}H${n1(x + dx)}A${n1(r)} ${n1(r)} 0 0 ${dx * dy > 0 ? 1 : 0} ${n1(x)} ${n1(y + dy)}Z`
}

const CURVE_POINTS = 36

function curve(from: number, to: number, at: (x: number) => number, color: string, wide: number): string {
  const points = Array.from({ length: CURVE_POINTS + 1 }, (_, i) => {
    const px = from + ((to - from) * i) / CURVE_POINTS
    return `${n1(px)} ${n1(at(px))}`
  })
  return `<polyline points="${points.join(' ')}" fill="none" stroke="${color}" stroke-width="${n1(wide)}" stroke-linejoin="round"/>`
}

function n1(value: number): string {
  return String(Math.round(value * 10) / 10)
}
