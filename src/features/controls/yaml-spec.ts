import { Compile } from 'typebox/compile'
import { isMap, isScalar, isSeq, LineCounter, parseAllDocuments, visit, type Document, type Node } from 'yaml'
import { closestBranches, schemaFaults, type SchemaError } from '../../shared/schema-faults.ts'
import { FileSpec, type Spec } from './spec.ts'
import type { Fault, Path } from './types.ts'

const FAULTS_MAX = 20
/** Of what aliases stand for: a few lines may mean billions of values. */
const ALIASES_MAX = 100
const validator = Compile(FileSpec)

/** What is wrong with a file and where: "line 12: phases[0].from: is missing". */
export type FileFault = { line: number; field: string; message: string }
/** `faultsOf` finds the lines of what is wrong with what the description says. */
export type ReadFile =
  { spec: Spec; faultsOf(faults: readonly Fault[]): FileFault[] } | { faults: FileFault[] }

/** Reads an event's description. YAML 1.2, where `no` and `2027-05-04` are texts. */
export function readFileSpec(text: string): ReadFile {
  const lines = new LineCounter()
  const documents = parseAllDocuments(text, { lineCounter: lines, uniqueKeys: true, strict: true })
  if (!Array.isArray(documents) || documents.length === 0)
    return { faults: [{ line: 1, field: '$', message: 'is empty' }] }
  const [document] = documents as Document.Parsed[]
  if (documents.length > 1)
    return {
      faults: [
        {
          line: lineAt(lines, documents[1]!.range[0]),
          field: '$',
          message: 'begins a second event: one a file',
        },
      ],
    }
  const problems = [...document!.errors, ...document!.warnings]
  if (problems.length > 0) {
    return {
      faults: problems.slice(0, FAULTS_MAX).map((problem) => ({
        line: lineAt(lines, problem.pos[0]),
        field: '$',
        message: problem.message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, ''),
      })),
    }
  }
  const lineOf = (path: Path): number => lineAt(lines, offsetOf(document!, path))
  const toFaults = (faults: readonly Fault[]): FileFault[] =>
    faults.map(({ path, message }) => ({ line: lineOf(path), field: fieldOf(path), message }))
  const value = valueOf(document!)
  if (value instanceof Error)
    return {
      faults: [{ line: lineAt(lines, offsetOfAlias(document!)), field: '$', message: value.message }],
    }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return {
      faults: [{ line: 1, field: '$', message: 'is not the description of an event: a map of its fields' }],
    }
  if (validator.Check(value)) return { spec: value as Spec, faultsOf: toFaults }
  return { faults: toFaults(faultsIn(value)) }
}

// The library throws for an alias of nothing, and for those that would take all memory.
function valueOf(document: Document.Parsed): unknown {
  try {
    return document.toJS({ maxAliasCount: ALIASES_MAX })
  } catch (error) {
    return error
  }
}

/** Where the first alias stands that means nothing, else the first one. */
function offsetOfAlias(document: Document.Parsed): number {
  const aliases: { offset: number; isLost: boolean }[] = []
  visit(document, {
    Alias: (_key, node) =>
      void aliases.push({ offset: node.range?.[0] ?? 0, isLost: node.resolve(document) === undefined }),
  })
  return (aliases.find(({ isLost }) => isLost) ?? aliases[0])?.offset ?? 0
}

/** "phases[0].from" */
export function fieldOf(path: Path): string {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('')
  return text.replace(/^\./, '') || '$'
}

// What is too much or missing is named by itself, where it stands; the rest in the words of the API.
function faultsIn(value: object): Fault[] {
  const faults = new Map<string, Fault>()
  const add = (path: Path, message: string): void =>
    void faults.set(fieldOf(path), { path, message, code: 'malformed' })
  const rest: SchemaError[] = []
  for (const error of closestBranches([...(validator.Errors(value) as Iterable<SchemaError>)])) {
    const path = pathOf(value, error.instancePath)
    const params = error.params as { additionalProperties?: string[]; requiredProperties?: string[] }
    if (params.additionalProperties)
      for (const key of params.additionalProperties) add([...path, key], 'is not known here')
    else if (params.requiredProperties)
      for (const key of params.requiredProperties) add([...path, key], 'is missing')
    else rest.push(error)
  }
  const isSaid = (place: string): boolean => [...faults.keys()].some((key) => key.startsWith(place))
  const unsaid = rest.filter(
    ({ keyword, instancePath }) => keyword !== 'anyOf' || !isSaid(fieldOf(pathOf(value, instancePath))),
  )
  for (const { at, message } of schemaFaults(validator.Type(), unsaid)) add(pathOf(value, at), message)
  return [...faults.values()].slice(0, FAULTS_MAX)
}

function pathOf(value: unknown, pointer: string): Path {
  let at: unknown = value
  return pointer
    .split('/')
    .slice(1)
    .map((part) => {
      const key = part.replaceAll('~1', '/').replaceAll('~0', '~')
      const step = Array.isArray(at) ? Number(key) : key
      at = (at as Record<string, unknown> | undefined)?.[key]
      return step
    })
}

/** Where the value or, where it is missing, the nearest thing around it begins. */
function offsetOf(document: Document.Parsed, path: Path): number {
  let node: Node | null = document.contents
  let offset = node?.range?.[0] ?? 0
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part))
      if (!pair) break
      offset = (pair.key as Node).range?.[0] ?? offset
      node = (pair.value as Node | null) ?? null
    } else if (isSeq(node)) {
      const item = node.items[Number(part)] as Node | undefined
      if (!item) break
      offset = item.range?.[0] ?? offset
      node = item
    } else break
  }
  return offset
}

function lineAt(lines: LineCounter, offset: number): number {
  return Math.max(1, lines.linePos(offset).line)
}
