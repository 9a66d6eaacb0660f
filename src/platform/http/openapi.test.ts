import { describe, expect, test } from 'bun:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Type } from 'typebox'
import { ERRORS } from '../../shared/errors.ts'
import { apiPage, errorsPage } from './docs-page.ts'
import { openApiDocument, operationIdOf } from './openapi.ts'
import { probeRoutes } from './probe-routes.ts'
import { route } from './route.ts'

const Thing = Type.Object({ thing_id: Type.String(), name: Type.Optional(Type.String()) }, { $id: 'Thing' })

const routes = [
  route({
    method: 'POST',
    path: '/v1/things/:thing_id/mend',
    summary: 'Mend a thing',
    description: 'With `glue` <fast>.',
    tag: 'Things',
    access: 'buyer',
    params: Type.Object({ thing_id: Type.String({ pattern: '^[0-9]+$' }) }),
    query: Type.Object({ dry: Type.Optional(Type.Boolean({ description: 'Only try.' })) }),
    body: Type.Object({ tool: Type.String(), with: Type.Array(Thing) }),
    headers: { 'Idempotency-Key': 'The same key acts once.' },
    answers: { 200: { description: 'Mended.', schema: Thing, example: { thing_id: '1' } } },
    errors: ['conflict', 'idempotency_mismatch'],
    handle: () => ({ status: 200 }),
  }),
  route({
    method: 'GET',
    path: '/v1/pass',
    summary: 'One or several',
    tag: 'Things',
    access: 'public',
    answers: { 200: { description: 'Signed.', contentType: ['application/one', 'application/several'] } },
    errors: [],
    handle: () => ({ status: 200 }),
  }),
  ...probeRoutes({
    checks: [],
    metrics: { text: () => Promise.resolve(''), contentType: 'text/plain' },
    metricsRoles: ['auditor'],
    monotonic: () => 0,
  }),
]

const document = openApiDocument(routes, {
  title: 'Usher',
  version: '1',
  description: 'Tickets.',
  tags: [
    { name: 'Things', description: 'All of them.' },
    { name: 'Operations', description: 'For whoever runs it.' },
  ],
})

describe('the document', () => {
  test('is valid OpenAPI 3.1', async () => {
    const result = await new Validator().validate(JSON.parse(JSON.stringify(document)) as never)
    expect(result.errors ?? []).toEqual([])
    expect(result.valid).toBe(true)
  })

  test('names every content type that a call may answer with', () => {
    const pass = document.paths['/v1/pass']!['get'] as Record<string, any>
    expect(Object.keys(pass['responses'][200].content)).toEqual(['application/one', 'application/several'])
  })

  const mend = document.paths['/v1/things/{thing_id}/mend']!['post'] as Record<string, any>

  test('names parameters, headers, body, shared schemas and who may', () => {
    expect(mend['parameters'].map((p: { in: string; name: string }) => `${p.in} ${p.name}`)).toEqual([
      'path thing_id',
      'query dry',
      'header Idempotency-Key',
    ])
    expect(mend['security']).toEqual([{ buyer: [] }, { cookie: [] }])
    expect(mend['requestBody'].content['application/json'].schema.properties.with.items).toEqual({
      $ref: '#/components/schemas/Thing',
    })
    expect(document.components.schemas['Thing']).toMatchObject({ required: ['thing_id'] })
  })

  test('lists every error that the route and the layer below can answer, with an example', () => {
    const codes = Object.values(mend['responses']).flatMap((r: any) =>
      Object.keys(r.content?.['application/problem+json']?.examples ?? {}),
    )
    expect(codes.toSorted()).toEqual(
      [
        ...[
          'conflict',
          'forbidden',
          'idempotency_mismatch',
          'internal',
          'malformed',
          'not_found',
          'rate_limited',
        ],
        ...['too_large', 'unauthorized', 'unavailable', 'unsupported_media_type'],
      ].toSorted(),
    )
  })

  test('gives every operation a name of its own', () => {
    expect(operationIdOf({ method: 'GET', path: '/v1/events/:event_id/seats' })).toBe(
      'getEventsByEventIdSeats',
    )
    expect(operationIdOf({ method: 'GET', path: '/.well-known/jwks.json' })).toBe('getWellKnownJwksJson')
  })
})

describe('the pages', () => {
  test('show every call, escaped, without a script and without anything from elsewhere', () => {
    const html = apiPage(document)
    for (const path of Object.keys(document.paths)) expect(html).toContain(path)
    expect(html).toContain('With <code>glue</code> &#60;fast&#62;.')
    for (const forbidden of ['<script', 'http://', 'https://', ' src=']) expect(html).not.toContain(forbidden)
  })

  test('explain every error at the address that problems name', () => {
    const html = errorsPage(document)
    for (const code of Object.keys(ERRORS)) expect(html).toContain(`<article id="${code}">`)
    expect(html).toContain('/docs#postThingsByThingIdMend')
  })
})
