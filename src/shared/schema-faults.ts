import { Settings } from 'typebox/system'

/** Of one value. A union says last that no branch fits, and without that its branches cannot be told apart. */
const ERRORS_MAX = 500
Settings.Set({ maxErrors: ERRORS_MAX })

/** What TypeBox says of a value that does not fit. */
export type SchemaError = {
  keyword: string
  schemaPath: string
  instancePath: string
  params: unknown
  message?: string
}
/** `at` is a JSON pointer into the value. */
export type SchemaFault = { at: string; message: string }

const EXAMPLES_MAX = 3
const NOTHING = 'must be null'

/**
 * What is wrong with a value, in words for whoever sent it: an example instead of a regular expression, the choices
 * instead of "anyOf". Of a union every branch complains: those are heard that come closest, and what they say of one place
 * becomes one sentence.
 */
export function schemaFaults(schema: unknown, errors: Iterable<SchemaError>): SchemaFault[] {
  const byPlace = new Map<string, string[]>()
  const unions: string[] = []
  for (const error of closestBranches([...errors])) {
    if (error.keyword === 'anyOf') unions.push(error.instancePath)
    else if (error.keyword !== 'boolean') note(byPlace, error.instancePath, wordsOf(schema, error))
  }
  for (const place of unions) {
    const known = [...byPlace.keys()].some((other) => other === place || other.startsWith(`${place}/`))
    if (!known) note(byPlace, place, 'is not what is expected here')
  }
  return [...byPlace].map(([at, messages]) => ({ at, message: joined(messages) }))
}

/** Without the branches that nobody meant: those of another kind than the value, where one of its kind says what is wrong. */
export function closestBranches(errors: readonly SchemaError[]): SchemaError[] {
  // A union in a branch of another one first.
  const unions = errors
    .filter(({ keyword }) => keyword === 'anyOf')
    .toSorted((a, b) => b.schemaPath.length - a.schemaPath.length)
  let left = [...errors]
  for (const union of unions) {
    const within = `${union.schemaPath}/anyOf/`
    const branchOf = ({ schemaPath }: SchemaError): number | null =>
      schemaPath.startsWith(within) ? parseInt(schemaPath.slice(within.length)) : null
    const branches = Map.groupBy(left, branchOf)
    branches.delete(null)
    const close = [...branches].map(([branch, said]) => ({ branch, closeness: closenessOf(said, union) }))
    const best = Math.max(...close.map(({ closeness }) => closeness))
    if (best === OTHER_KIND) continue
    const far = new Set(close.flatMap(({ branch, closeness }) => (closeness < best ? branch : [])))
    left = left.filter((error) => !far.has(branchOf(error)))
  }
  return left
}

const OTHER_KIND = 0
const OTHER_MEMBERS = 1
const SAME_KIND = 2

/** How near a branch is by what it says. A text of another form may have been meant as anything. */
function closenessOf(said: readonly SchemaError[], { instancePath: place }: SchemaError): number {
  const isThere = (error: SchemaError): boolean => error.instancePath === place
  const isKind = ({ keyword }: SchemaError): boolean => ['type', 'const', 'enum'].includes(keyword)
  const isForm = ({ keyword }: SchemaError): boolean => ['pattern', 'format'].includes(keyword)
  if (said.some((error) => isThere(error) && isKind(error))) return OTHER_KIND
  if (said.every((error) => isThere(error) && isForm(error))) return OTHER_KIND
  return said.some(({ keyword }) => keyword === 'const') ? OTHER_MEMBERS : SAME_KIND
}

function note(byPlace: Map<string, string[]>, place: string, message: string): void {
  const known = byPlace.get(place)
  if (!known) byPlace.set(place, [message])
  else if (!known.includes(message)) known.push(message)
}

function joined(messages: string[]): string {
  // That nothing at all would do, too, helps nobody who sent something.
  const telling = messages.length > 1 ? messages.filter((one) => one !== NOTHING) : messages
  const must = 'must be '
  if (telling.every((one) => one.startsWith(must)))
    return must + listed(telling.map((one) => one.slice(must.length)))
  return listed(telling)
}

/** One error of one branch. */
export function wordsOf(schema: unknown, { keyword, schemaPath, params, message }: SchemaError): string {
  const said = params as {
    allowedValue?: unknown
    allowedValues?: unknown[]
    limit?: unknown
    additionalProperties?: string[]
    requiredProperties?: string[]
  }
  switch (keyword) {
    case 'pattern':
    case 'format':
      return likeExamples(partOf(schema, schemaPath))
    case 'const':
      return `must be ${String(said.allowedValue)}`
    case 'enum':
      return `must be ${listed((said.allowedValues ?? []).map(String))}`
    case 'minimum':
      return `must be ${String(said.limit)} or more`
    case 'maximum':
      return `must be ${String(said.limit)} or less`
    case 'exclusiveMinimum':
      return `must be more than ${String(said.limit)}`
    case 'exclusiveMaximum':
      return `must be less than ${String(said.limit)}`
    case 'required':
      return `needs ${(said.requiredProperties ?? []).join(', ')}`
    case 'additionalProperties':
      return `does not know ${(said.additionalProperties ?? []).join(', ')}`
    default:
      return message ?? 'is not valid'
  }
}

function likeExamples(part: unknown): string {
  const { examples, description } = (part ?? {}) as { examples?: unknown[]; description?: string }
  if (!examples?.length) return 'does not have the form that is asked for'
  const meaning = description ? ` (${description.replace(/\.$/, '')})` : ''
  return `must have the form of ${listed(examples.slice(0, EXAMPLES_MAX).map(String))}${meaning}`
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}

/** The schema at a JSON pointer that begins with "#". */
function partOf(schema: unknown, pointer: string): unknown {
  let at = schema
  for (const part of pointer.split('/').slice(1)) {
    at = (at as Record<string, unknown> | undefined)?.[part.replaceAll('~1', '/').replaceAll('~0', '~')]
  }
  return at
}
