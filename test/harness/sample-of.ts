export type JsonSchema = {
  $ref?: string
  type?: string
  const?: unknown
  enum?: unknown[]
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  allOf?: JsonSchema[]
  examples?: unknown[]
  example?: unknown
  default?: unknown
  properties?: Record<string, JsonSchema>
  required?: string[]
  items?: JsonSchema
  minItems?: number
  minLength?: number
  minimum?: number
  format?: string
}

/** A value that a published schema takes: its example where it has one, else the smallest thing. */
export function sampleOf(schema: JsonSchema, shared: Record<string, JsonSchema>): unknown {
  const referred = schema.$ref?.replace('#/components/schemas/', '')
  if (referred !== undefined) return sampleOf(shared[referred]!, shared)
  const given = [schema.example, schema.examples?.[0], schema.const, schema.default, schema.enum?.[0]]
  const first = given.find((value) => value !== undefined)
  if (first !== undefined) return first
  const choice = (schema.anyOf ?? schema.oneOf)?.[0]
  if (choice) return sampleOf(choice, shared)
  if (schema.allOf) {
    return Object.assign({}, ...schema.allOf.map((part) => sampleOf(part, shared))) as unknown
  }
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(
        (schema.required ?? []).map((name) => [name, sampleOf(schema.properties?.[name] ?? {}, shared)]),
      )
    case 'array':
      return Array.from({ length: schema.minItems ?? 0 }, () => sampleOf(schema.items ?? {}, shared))
    case 'integer':
    case 'number':
      return schema.minimum ?? 1
    case 'boolean':
      return true
    case 'null':
      return null
    default:
      if (schema.format === 'date-time') return '2030-03-19T19:30:00Z'
      if (schema.format === 'date') return '2030-03-19'
      return 'x'.repeat(Math.max(1, schema.minLength ?? 1))
  }
}
