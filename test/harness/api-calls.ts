import { sampleOf, type JsonSchema } from './sample-of.ts'

type Parameter = { name: string; in: string; schema: JsonSchema }
type Operation = {
  parameters?: Parameter[]
  requestBody?: { content: Record<string, { schema: JsonSchema }> }
  responses: Record<string, { content?: Record<string, unknown> }>
}
export type ApiDocument = {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, JsonSchema> }
}

/** A call that the published document knows, with the smallest body that it takes. */
export type ApiCall = {
  method: string
  /** As the document has it, with `{name}` for what `address` fills in. */
  path: string
  body: unknown
  operation: Operation
  /** With these values in it, and samples where none is given. */
  address(values: Record<string, string>): string
}

export function apiCalls({ paths, components }: ApiDocument): ApiCall[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const schema = operation.requestBody?.content['application/json']?.schema
      const parameter = (name: string): JsonSchema =>
        operation.parameters?.find((one) => one.in === 'path' && one.name === name)?.schema ?? {}
      return {
        ...{ method: method.toUpperCase(), path, operation },
        body: schema && sampleOf(schema, components.schemas),
        address: (values: Record<string, string>) =>
          path.replace(
            /\{(\w+)\}/g,
            (_all, name: string) => values[name] ?? String(sampleOf(parameter(name), components.schemas)),
          ),
      }
    }),
  )
}
