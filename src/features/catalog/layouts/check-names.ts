/** `path` as in `zones[0].rows[3].seats[2]`. */
export type LayoutFault = { path: string; message: string }

/**
 * Names of a plan that are there twice, and categories that are not there. The plan's shape may be wrong: then this
 * says what can be told all the same, so that whoever draws it mends everything at once.
 */
export function nameFaults(document: unknown, faultsMax: number): LayoutFault[] {
  const faults: LayoutFault[] = []
  const add = (path: string, message: string): void => {
    if (faults.length < faultsMax) faults.push({ path, message })
  }
  const onlyOnce = () => {
    const paths = new Map<unknown, string>()
    return (name: unknown, path: string, member: string): void => {
      if (typeof name !== 'string' || name === '') return
      const twin = paths.get(name)
      if (twin !== undefined) add(`${path}.${member}`, `"${name}" is the one of ${twin} already`)
      paths.set(name, path)
    }
  }
  const { categories: given, zones } = membersOf(document)
  const categories = new Set<unknown>()
  for (const [i, category] of listOf(given).entries()) {
    const { name } = membersOf(category)
    if (typeof name === 'string' && categories.has(name))
      add(`categories[${i}].name`, `"${name}" is there twice`)
    categories.add(name)
  }
  const isKnown = Array.isArray(given) && [...categories].every((name) => typeof name === 'string')
  const mustBeKnown = (name: unknown, path: string): void => {
    if (isKnown && typeof name === 'string' && !categories.has(name))
      add(path, `there is no category "${name}"`)
  }
  const seatOnce = onlyOnce()
  const areaOnce = onlyOnce()
  for (const [z, zone] of listOf(zones).entries()) {
    const { rows, areas } = membersOf(zone)
    for (const [r, row] of listOf(rows).entries()) {
      for (const [s, seat] of listOf(membersOf(row)['seats']).entries()) {
        const path = `zones[${z}].rows[${r}].seats[${s}]`
        const { seat_guid, category } = membersOf(seat)
        seatOnce(seat_guid, path, 'seat_guid')
        mustBeKnown(category, `${path}.category`)
      }
    }
    for (const [a, area] of listOf(areas).entries()) {
      const path = `zones[${z}].areas[${a}]`
      const { area_id, category } = membersOf(membersOf(area)['general_admission'])
      areaOnce(area_id, path, 'general_admission.area_id')
      mustBeKnown(category, `${path}.general_admission.category`)
    }
  }
  return faults
}

function membersOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}
