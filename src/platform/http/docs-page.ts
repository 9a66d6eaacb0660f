import { hash } from 'node:crypto'
import { ERROR_ADVICE } from '../../shared/error-advice.ts'
import { ERRORS, type ErrorCode } from '../../shared/errors.ts'
import type { OpenApiDocument } from './openapi.ts'

/* The contract as a page: rendered here once, with no script and nothing from elsewhere, so that it works offline. */

type Json = Record<string, unknown>
type Operation = {
  operationId: string
  summary: string
  description?: string
  tags: string[]
  security: Json[]
  parameters?: { name: string; in: string; required: boolean; description?: string; schema: Json }[]
  requestBody?: { required: boolean; content: Record<string, { schema: Json }> }
  responses: Record<
    string,
    {
      description: string
      content?: Record<string, { schema?: Json; example?: unknown; examples?: Record<string, unknown> }>
    }
  >
  'x-roles'?: string[]
}

const PROBLEM_TYPE = 'application/problem+json'
/** Levels of nested objects that a table shows; deeper ones are left to the document. */
const DEPTH_MAX = 5

export function apiPage(document: OpenApiDocument): string {
  const operations = operationsOf(document)
  const { title, version, description } = document['info'] as Record<string, string>
  const groups = document.tags.map((tag) => ({
    ...tag,
    operations: operations.filter(({ operation }) => operation.tags[0] === tag.name),
  }))
  const nav = groups
    .filter((group) => group.operations.length > 0)
    .map(
      (group) =>
        `<h3>${escape(group.name)}</h3><ul>${group.operations
          .map(
            ({ method, path, operation }) =>
              `<li><a href="#${operation.operationId}"><b>${method}</b> ${escape(path)}</a></li>`,
          )
          .join('')}</ul>`,
    )
  const sections = groups
    .filter((group) => group.operations.length > 0)
    .map(
      (group) =>
        `<section><h2>${escape(group.name)}</h2><p>${text(group.description)}</p>${group.operations
          .map((o) => operationSection(o, document))
          .join('')}</section>`,
    )
  return page(
    `${title!} API`,
    `<nav><p><a href="/docs/errors">Errors</a> · <a href="/openapi.json">OpenAPI document</a></p>${nav.join('')}</nav>
<main><h1>${escape(title!)} API <small>${escape(version!)}</small></h1>${paragraphs(description!)}${sections.join('')}</main>`,
  )
}

export function errorsPage(document: OpenApiDocument): string {
  const operations = operationsOf(document)
  const entries = (Object.keys(ERRORS) as ErrorCode[]).map((code) => {
    const { status, title } = ERRORS[code]
    const answering = operations.filter(({ operation }) => answers(operation, status, code))
    const links = answering.map(
      ({ method, path, operation }) =>
        `<a href="/docs#${operation.operationId}"><code>${method} ${escape(path)}</code></a>`,
    )
    const where =
      answering.length === operations.length
        ? 'Any call can answer this.'
        : links.length > 0
          ? `Answered by ${links.join(', ')}.`
          : ''
    return `<article id="${code}"><h2><code>${code}</code> <small>${status}</small></h2><p>${escape(title)}. ${text(ERROR_ADVICE[code])}</p><p class="where">${where}</p></article>`
  })
  return page(
    'Errors',
    `<nav><p><a href="/docs">All calls</a></p><ul>${Object.keys(ERRORS)
      .map((code) => `<li><a href="#${code}">${code}</a></li>`)
      .join('')}</ul></nav>
<main><h1>Errors</h1><p>Every error is <code>application/problem+json</code> with a stable <code>code</code>. Match on it and never on a text. 429 and 503 carry <code>Retry-After</code>.</p>${entries.join('')}</main>`,
  )
}

function answers(operation: Operation, status: number, code: ErrorCode): boolean {
  return operation.responses[status]?.content?.[PROBLEM_TYPE]?.examples?.[code] !== undefined
}

type Entry = { method: string; path: string; operation: Operation }

function operationsOf(document: OpenApiDocument): Entry[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation: operation as unknown as Operation,
    })),
  )
}

function operationSection({ method, path, operation }: Entry, document: OpenApiDocument): string {
  const { parameters = [], requestBody, responses } = operation
  const body = requestBody?.content['application/json']?.schema
  const rows = parameters.map(
    ({ name, in: where, required, description, schema }) =>
      `<tr><td><code>${escape(name)}</code></td><td>${where}${required ? ', required' : ''}</td><td>${typeOf(schema, document)}</td><td>${text(description ?? '')}</td></tr>`,
  )
  return `<article id="${operation.operationId}"><h3><span class="method ${method}">${method}</span> <code>${escape(path)}</code></h3>
<p><b>${escape(operation.summary)}.</b> ${text(operation.description ?? '')}</p><p class="who">${who(operation)}</p>
${rows.length > 0 ? `<table><tr><th>Parameter</th><th></th><th>Type</th><th></th></tr>${rows.join('')}</table>` : ''}
${body ? `<h4>Body${requestBody.required ? '' : ' (may be left out)'}</h4>${schemaTable(body, document)}` : ''}
<h4>Answers</h4>${Object.entries(responses)
    .map(([status, response]) => answerSection(status, response, document))
    .join('')}<p><b>Errors</b> ${Object.entries(responses).flatMap(errorLinks).join(' · ')}</p></article>`
}

function who(operation: Operation): string {
  if (operation.security.length === 0) return 'Anybody may call this.'
  const roles = operation['x-roles']
  if (roles) return `For staff with the role ${roles.map(escape).join(' or ')}.`
  return operation.security.some((scheme) => 'staff' in scheme)
    ? 'Needs a token, of a buyer or of staff.'
    : "Needs a buyer's token."
}

function answerSection(
  status: string,
  { description, content = {} }: Operation['responses'][string],
  document: OpenApiDocument,
): string {
  const [success] = Object.entries(content).flatMap(([type, c]) => (type === PROBLEM_TYPE ? [] : [c]))
  if (!success && content[PROBLEM_TYPE]) return ''
  return `<p><b>${status}</b> ${text(description)}</p>${
    success?.schema
      ? `<details><summary>Fields</summary>${schemaTable(success.schema, document)}</details>`
      : ''
  }${success?.example === undefined ? '' : `<pre>${escape(JSON.stringify(success.example, null, 2))}</pre>`}`
}

function errorLinks([status, { content = {} }]: [string, Operation['responses'][string]]): string[] {
  const codes = Object.keys(content[PROBLEM_TYPE]?.examples ?? {})
  return codes.map((code) => `<a href="/docs/errors#${code}">${status} <code>${code}</code></a>`)
}

function schemaTable(schema: Json, document: OpenApiDocument): string {
  const rows = fieldRows(resolve(schema, document), document, '', 0)
  if (rows.length === 0) return `<p>${typeOf(schema, document)}</p>`
  return `<table><tr><th>Field</th><th>Type</th><th></th></tr>${rows.join('')}</table>`
}

function fieldRows(schema: Json, document: OpenApiDocument, prefix: string, depth: number): string[] {
  const { properties, items } = schema as { properties?: Record<string, Json>; items?: Json }
  if (items && !properties) return fieldRows(resolve(items, document), document, `${prefix}[]`, depth)
  const required = new Set((schema['required'] as string[] | undefined) ?? [])
  return Object.entries(properties ?? {}).flatMap(([name, property]) => {
    const resolved = resolve(property, document)
    const path = prefix ? `${prefix}.${name}` : name
    const row = `<tr><td><code>${escape(path)}</code></td><td>${typeOf(property, document)}${required.has(name) ? '' : ', optional'}</td><td>${text((resolved['description'] as string) ?? '')}</td></tr>`
    return depth < DEPTH_MAX ? [row, ...fieldRows(resolved, document, path, depth + 1)] : [row]
  })
}

function resolve(schema: Json, document: OpenApiDocument): Json {
  const ref = schema['$ref']
  if (typeof ref !== 'string') return schema
  return document.components.schemas[ref.slice(ref.lastIndexOf('/') + 1)] ?? {}
}

function typeOf(unresolved: Json, document: OpenApiDocument): string {
  const schema = resolve(unresolved, document)
  if ('const' in schema) return `<code>${escape(JSON.stringify(schema['const']))}</code>`
  if (Array.isArray(schema['enum']))
    return schema['enum'].map((v) => `<code>${escape(JSON.stringify(v))}</code>`).join(' | ')
  const choices = (schema['anyOf'] ?? schema['oneOf']) as Json[] | undefined
  if (choices) return choices.map((choice) => typeOf(choice, document)).join(' | ')
  if (schema['type'] === 'array') return `list of ${typeOf((schema['items'] as Json) ?? {}, document)}`
  const bounds = ['minimum', 'maximum', 'minLength', 'maxLength']
    .filter((bound) => bound in schema)
    .map((bound) => `${bound} ${String(schema[bound])}`)
  const details = [schema['format'], ...bounds].filter(Boolean).map(String)
  const name = typeof schema['type'] === 'string' ? schema['type'] : 'any'
  return escape(details.length > 0 ? `${name} (${details.join(', ')})` : name)
}

function paragraphs(markdown: string): string {
  return markdown
    .split(/\n\n+/)
    .map((paragraph) => `<p>${text(paragraph)}</p>`)
    .join('')
}

/** Escaped, with `code` and **bold**. */
function text(markdown: string): string {
  return escape(markdown)
    .replace(/`([^`]+)`/g, '<code>$1</code>')
    .replace(/\*\*([^*]+)\*\*/g, '<b>$1</b>')
}

function escape(value: string): string {
  return value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

const STYLE = `:root{color-scheme:light dark;--line:#8884;--soft:#8882;--link:light-dark(#0b57d0,#8ab4f8)}
body{margin:0;font:16px/1.55 system-ui,sans-serif;display:grid;grid-template-columns:minmax(15rem,22rem) minmax(0,1fr)}
nav{padding:1rem 1.5rem;border-right:1px solid var(--line);height:100vh;overflow:auto;position:sticky;top:0;box-sizing:border-box;font-size:.85rem}
nav ul{list-style:none;padding:0;margin:0}nav li{overflow-wrap:anywhere;margin:.15rem 0}nav h3{margin:1rem 0 .3rem}
main{padding:1rem 2rem 4rem;max-width:60rem}a{color:var(--link);text-decoration:none}a:hover,a:focus{text-decoration:underline}
article{border-top:1px solid var(--line);margin-top:1.5rem;padding-top:.5rem}article:target{background:var(--soft)}
code,pre{font:.87em/1.5 ui-monospace,monospace}pre{background:var(--soft);padding:.8rem;overflow:auto;border-radius:6px}
table{border-collapse:collapse;width:100%;font-size:.9rem;display:block;overflow-x:auto}td,th{border-bottom:1px solid var(--line);padding:.3rem .6rem .3rem 0;text-align:left;vertical-align:top}
.method{font-weight:700}.who,.where{opacity:.8;font-size:.9rem}small{opacity:.7;font-weight:400}
@media(max-width:50rem){body{display:block}nav{height:auto;position:static;border:0;border-bottom:1px solid var(--line)}main{padding:1rem}}`

/** What the two pages may do: use their one style sheet, named by its hash. */
export const DOCS_POLICY = `default-src 'none'; style-src 'sha256-${hash('sha256', STYLE, 'base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(title)}</title><style>${STYLE}</style></head><body>${body}</body></html>`
}
