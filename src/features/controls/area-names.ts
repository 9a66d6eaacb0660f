import type { Layout } from '../../shared/layout.ts'
import type { Path, Report } from './types.ts'

/** Of areas named by id, or by a name that one alone has; what fits none is reported. */
export function selectPlaces(
  layout: Layout,
  named: Readonly<Record<string, number>>,
  path: Path,
  report: Report,
): Map<number, number> {
  const places = new Map<number, number>()
  for (const [name, count] of Object.entries(named)) {
    const area = areaCalled(layout, name)
    const { capacity } = layout.areas[area] ?? { capacity: Infinity }
    if (area < 0)
      report([...path, name], `the layout has no area "${name}"${areasText(layout)}`, 'unknown_area')
    else if (places.has(area)) report([...path, name], 'is the same area as another one')
    else if (count > capacity) report([...path, name], `has ${capacity} places`)
    else places.set(area, count)
  }
  return places
}

/** Its name, where that names it; otherwise its id. */
export function areaName(layout: Layout, area: number): string {
  const { area_id: id, name } = layout.areas[area]!
  return areaCalled(layout, name) === area ? name : id
}

function areaCalled({ areas }: Layout, called: string): number {
  const byId = areas.findIndex((area) => area.area_id === called)
  if (byId >= 0) return byId
  const byName = areas.flatMap(({ name }, i) => (name === called ? [i] : []))
  return byName.length === 1 ? byName[0]! : -1
}

function areasText(layout: Layout): string {
  if (layout.areas.length === 0) return ''
  return `; there are ${layout.areas.map((_, i) => `"${areaName(layout, i)}"`).join(', ')}`
}
