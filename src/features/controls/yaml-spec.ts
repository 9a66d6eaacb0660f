import { Compile } from 'typebox/compile'
import { isMap, isScalar, isSeq, LineCounter, parseAllDocuments, type Document, type Node } from 'yaml'
import { closestBranches, wordsOf, type SchemaError } from '../../shared/schema-faults.ts'
import { FileSpec, type Spec } from './spec.ts'
import type { Fault, Path } from './types.ts'

const FAULTS_MAX = 20
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
  const value: unknown = document!.toJS({ maxAliasCount: 100 })
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return {
      faults: [{ line: 1, field: '$', message: 'is not the description of an event: a map of its fields' }],
    }
  if (validator.Check(value)) return { spec: value as Spec, faultsOf: toFaults }
  return { faults: toFaults(schemaFaults(value)) }
}

/** "phases[0].from" */
export function fieldOf(path: Path): string {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('')
  return text.replace(/^\./, '') || '$'
}

// Of a union every branch that does not fit complains: only what lies deepest says what is meant.
function schemaFaults(value: unknown): Fault[] {
  const faults = new Map<string, Fault>()
  for (const error of closestBranches([...(validator.Errors(value) as Iterable<SchemaError>)])) {
    const path = pathOf(value, error.instancePath)
    const params = error.params as { additionalProperties?: string[]; requiredProperties?: string[] }
    const at = (key: string, message: string) =>
      faults.set(fieldOf([...path, key]), { path: [...path, key], message, code: 'malformed' })
    if (params.additionalProperties)
      for (const key of params.additionalProperties) at(key, 'is not known here')
    else if (params.requiredProperties) for (const key of params.requiredProperties) at(key, 'is missing')
    else if (!faults.has(fieldOf(path)) && error.keyword !== 'anyOf')
      faults.set(fieldOf(path), { path, message: wordsOf(validator.Type(), error), code: 'malformed' })
    else if (error.keyword === 'anyOf' && ![...faults.keys()].some((key) => key.startsWith(fieldOf(path))))
      faults.set(fieldOf(path), { path, message: 'is not what is expected here', code: 'malformed' })
  }
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
