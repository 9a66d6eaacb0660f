import { apiPage, DOCS_POLICY, errorsPage } from './docs-page.ts'
import { openApiDocument, type OpenApiOptions } from './openapi.ts'
import { route, type Route } from './route.ts'

/** The contract of `routes` as a document and as pages; made once, when the server starts. */
export function docsRoutes(routes: readonly Route[], options: OpenApiOptions): Route[] {
  const document = openApiDocument(routes, options)
  const json = JSON.stringify(document)
  const pages = { '/docs': apiPage(document), '/docs/errors': errorsPage(document) }
  const cached = { 'cache-control': 'public, max-age=300' }
  return [
    route({
      method: 'GET',
      path: '/openapi.json',
      summary: 'This document',
      tag: 'Operations',
      access: 'public',
      answers: { 200: { description: 'OpenAPI 3.1.' } },
      errors: [],
      handle: () => new Response(json, { headers: { ...cached, 'content-type': 'application/json' } }),
    }),
    ...Object.entries(pages).map(([path, html]) =>
      route({
        method: 'GET',
        path,
        summary: 'The contract for people',
        tag: 'Operations',
        access: 'public',
        answers: { 200: { description: 'A page.', contentType: 'text/html' } },
        errors: [],
        handle: () =>
          new Response(html, {
            headers: {
              ...cached,
              'content-type': 'text/html; charset=utf-8',
              'content-security-policy': DOCS_POLICY,
            },
          }),
      }),
    ),
  ]
}
