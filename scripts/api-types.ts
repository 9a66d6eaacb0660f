// Writes the web app's types of the HTTP API (src/web/api/schema.ts) from an OpenAPI document, in the shape that
// openapi-fetch reads: `bun scripts/api-types.ts http://localhost:8080/openapi.json`. openapi-typescript would do it,
// but it stands on the compiler API that TypeScript 7 no longer has.
import { writeFileSync } from 'node:fs'
import { format } from 'prettier'

type Json = null | boolean | number | string | Json[] | { [name: string]: Json }
type Schema = { [name: string]: Json }
type Operation = {
  parameters?: { name: string; in: string; required?: boolean; schema: Schema }[]
  requestBody?: { required?: boolean; content: Content }
  responses: Record<string, { content?: Content }>
}
type Content = Record<string, { schema?: Schema }>
export type Document = {
  paths: Record<string, Record<string, Operation>>
  components?: { schemas?: Record<string, Schema> }
}

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']
/** Operators' and machines' calls are not the pages' business. */
const LEFT_OUT = /^\/(metrics|healthz|readyz|docs|openapi|\.well-known)|^\/v1\/webhooks/

export async function apiTypes(document: Document): Promise<string> {
  const paths = Object.entries(document.paths)
    .filter(([path]) => !LEFT_OUT.test(path))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([path, methods]) =>
        `${JSON.stringify(path)}: {${METHODS.map((m) => `${m}${operation(methods[m])}`).join(';')}}`,
    )
  const schemas = Object.entries(document.components?.schemas ?? {}).map(
    ([name, schema]) => `${JSON.stringify(name)}: ${type(schema)}`,
  )
  const source = `// Written by scripts/api-types.ts from /openapi.json; a test holds it to the server's own document.
export interface paths {${paths.join('\n')}}
export interface components { schemas: {${schemas.join(';')}} }
`
  return format(source, { parser: 'typescript', semi: false, singleQuote: true, printWidth: 110 })
}

function operation(o: Operation | undefined): string {
  if (!o) return '?: never'
  const parameters = ['query', 'header', 'path', 'cookie'].map((where) => {
    const those = (o.parameters ?? []).filter((p) => p.in === where)
    if (those.length === 0) return `${where}?: never`
    const optional = those.every((p) => !p.required)
    const members = those.map((p) => `${JSON.stringify(p.name)}${p.required ? '' : '?'}: ${type(p.schema)}`)
    return `${where}${optional ? '?' : ''}: {${members.join(';')}}`
  })
  const body = o.requestBody
    ? `requestBody${o.requestBody.required ? '' : '?'}: {content: ${content(o.requestBody.content)}}`
    : 'requestBody?: never'
  const responses = Object.entries(o.responses).map(
    ([status, r]) =>
      `${status}: {headers: {[name: string]: unknown}; content${r.content ? `: ${content(r.content)}` : '?: never'}}`,
  )
  return `: {parameters: {${parameters.join(';')}}; ${body}; responses: {${responses.join(';')}}}`
}

function content(c: Content): string {
  return `{${Object.entries(c)
    .map(([mime, { schema }]) => `${JSON.stringify(mime)}: ${schema ? type(schema) : 'unknown'}`)
    .join(';')}}`
}

function type(s: Schema): string {
  const { $ref, const: fixed, enum: values, anyOf, oneOf, allOf } = s
  if (typeof $ref === 'string') return `components['schemas'][${JSON.stringify($ref.split('/').at(-1))}]`
  if (fixed !== undefined) return JSON.stringify(fixed)
  if (Array.isArray(values)) return values.map((v) => JSON.stringify(v)).join(' | ')
  if (Array.isArray(anyOf ?? oneOf))
    return ((anyOf ?? oneOf) as Schema[]).map((o) => `(${type(o)})`).join(' | ')
  if (Array.isArray(allOf)) return (allOf as Schema[]).map((o) => `(${type(o)})`).join(' & ')
  if (Array.isArray(s['type'])) return s['type'].map((t) => type({ ...s, type: t })).join(' | ')
  switch (s['type']) {
    case 'string':
    case 'boolean':
    case 'null':
      return s['type']
    case 'integer':
    case 'number':
      return 'number'
    case 'array':
      return arrayType(s)
    case 'object':
      return objectType(s)
    default:
      return 'unknown'
  }
}

function arrayType({ items, prefixItems }: Schema): string {
  if (Array.isArray(items ?? prefixItems) || Array.isArray(prefixItems)) {
    return `[${((prefixItems ?? items) as Schema[]).map(type).join(', ')}]`
  }
  return items ? `(${type(items as Schema)})[]` : 'unknown[]'
}

function objectType({ properties, required, additionalProperties, patternProperties }: Schema): string {
  const names = new Set((required ?? []) as string[])
  const members = Object.entries((properties ?? {}) as Record<string, Schema>).map(
    ([name, schema]) => `${JSON.stringify(name)}${names.has(name) ? '' : '?'}: ${type(schema)}`,
  )
  const rest =
    typeof additionalProperties === 'object' && additionalProperties !== null
      ? additionalProperties
      : Object.values((patternProperties ?? {}) as Record<string, Schema>)[0]
  if (rest) members.push(`[name: string]: ${members.length > 0 ? 'unknown' : type(rest as Schema)}`)
  else if (members.length === 0) members.push('[name: string]: unknown')
  return `{${members.join(';')}}`
}

if (import.meta.main) {
  const address = process.argv[2] ?? 'http://localhost:8080/openapi.json'
  const document = (await (await fetch(address)).json()) as Document
  writeFileSync(new URL('../src/web/api/schema.ts', import.meta.url), await apiTypes(document))
}
