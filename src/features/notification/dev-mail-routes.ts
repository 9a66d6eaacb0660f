import { Type } from 'typebox'
import { isDirectLoopback } from '../../platform/http/address.ts'
import { route, type Route } from '../../platform/http/route.ts'
import { listMailFiles, readMailFile } from '../../platform/mail.ts'
import { refuse, type Refusal } from '../../shared/errors.ts'
import { escape } from './mail-body.ts'

const TAG = 'Development'
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"

/**
 * The mails that were written to files, for the developer: join these routes in development only. They hold sign-in
 * codes and tickets, so nobody but this machine reads them.
 */
export function devMailRoutes(folder: string): Route[] {
  return [listRoute(folder), fileRoute(folder)]
}

function listRoute(folder: string): Route {
  return route({
    method: 'GET',
    path: '/dev/mail',
    summary: 'Mails that were sent, in development',
    tag: TAG,
    access: 'public',
    answers: { 200: { description: 'A page, the newest first.', contentType: 'text/html' } },
    errors: ['forbidden'],
    handle: async ({ request, address }) => {
      const refused = unlessHere(request, address)
      if (refused) return refused
      const rows = (await listMailFiles(folder)).map(
        ({ name, writtenAt, bytes }) =>
          `<tr><td>${writtenAt.toISOString()}</td><td><a href="/dev/mail/${encodeURIComponent(name)}">${escape(name)}</a></td><td>${Math.ceil(bytes / 1024)} KB</td></tr>`,
      )
      const empty =
        '<p>No mail has been sent yet. Book something: the mail with the tickets appears here.</p>'
      const body = rows.length === 0 ? empty : `<table>${rows.join('')}</table>`
      return page(`<h1>Mail</h1>${body}`)
    },
  })
}

function fileRoute(folder: string): Route {
  return route({
    method: 'GET',
    path: '/dev/mail/:name',
    summary: 'One of these mails, as it was sent',
    tag: TAG,
    access: 'public',
    params: Type.Object({ name: Type.String({ maxLength: 200 }) }),
    answers: { 200: { description: 'The mail.', contentType: 'message/rfc822' } },
    errors: ['not_found', 'forbidden'],
    handle: async ({ params, request, address }) => {
      const refused = unlessHere(request, address)
      if (refused) return refused
      const bytes = await readMailFile(folder, params.name)
      if (!bytes) return refuse('not_found', 'There is no such mail.')
      return new Response(bytes as Uint8Array<ArrayBuffer>, {
        headers: {
          'content-type': 'message/rfc822',
          'content-disposition': `attachment; filename="${params.name}"`,
        },
      })
    },
  })
}

function unlessHere(request: Request, address: string): Refusal | null {
  if (isDirectLoopback(request, address)) return null
  return refuse(
    'forbidden',
    'Mail is shown on the machine that the server runs on. Elsewhere read the files in its data folder.',
  )
}

function page(body: string): Response {
  const style =
    'body{font:16px/1.5 system-ui;margin:40px auto;max-width:800px;padding:0 20px;background:#FAF7F2;color:#14110F}td{padding:4px 16px 4px 0;border-bottom:1px solid #DDD6CC}a{color:#B3123B}'
  return new Response(
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>Mail</title><style>${style}</style>${body}</html>`,
    { headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': POLICY } },
  )
}
