export type Encoding = 'br' | 'gzip' | 'identity'

/** Different headers that are remembered: browsers send a handful. */
const REMEMBERED_MAX = 200
const remembered = new Map<string, Encoding>()

/** The first of brotli and gzip that the client takes. */
export function preferredEncoding(accepted: string | null): Encoding {
  if (accepted === null || accepted === '') return 'identity'
  let encoding = remembered.get(accepted)
  if (encoding === undefined) {
    encoding = choose(accepted)
    if (remembered.size < REMEMBERED_MAX) remembered.set(accepted, encoding)
  }
  return encoding
}

function choose(accepted: string): Encoding {
  const taken = new Set(
    accepted.split(',').flatMap((part) => {
      const [name, ...rest] = part
        .trim()
        .toLowerCase()
        .split(/\s*;\s*/)
      return rest.some((p) => /^q=0(\.0*)?$/.test(p)) ? [] : name!
    }),
  )
  return taken.has('br') ? 'br' : taken.has('gzip') ? 'gzip' : 'identity'
}
