import { Type } from 'typebox'
import { readBytes } from '../../platform/http/request.ts'
import { route, type Route } from '../../platform/http/route.ts'
import { PICTURE_BYTES_MAX } from '../../platform/image/resize-picture.ts'
import { isRefusal, refuse } from '../../shared/errors.ts'
import { ALT_LENGTH_MAX, MEDIA_PATH, presentPicture } from '../../shared/picture.ts'
import { nullable, PictureSchema } from '../../shared/schemas/catalog.ts'
import { EventIdSchema } from '../../shared/schemas/common.ts'
import type { Pictures } from './pictures.ts'

const TAG = 'Operators'
const PATH = '/v1/operator/events/:event_id/picture'
const WRITE = { staff: ['catalog'] }
const READ = { staff: ['catalog', 'sales', 'box-office', 'auditor'] }
/** Milliseconds: a picture may come over a slow line, and others may be made before it. */
const UPLOAD_MS_MAX = 60_000
const FOR_EVER = 'public, max-age=31536000, immutable'

const EventParams = Type.Object({ event_id: EventIdSchema })
const Alt = Type.String({
  maxLength: ALT_LENGTH_MAX,
  description:
    'What the picture shows, for those who do not see it. Empty: nothing that the words beside it do not say.',
})
const ShownSchema = Type.Object({ picture: PictureSchema })

/** Pictures of events: the house's own calls, and the files themselves. */
export function pictureRoutes(pictures: Pictures): Route[] {
  return [
    readRoute(pictures),
    uploadRoute(pictures),
    describeRoute(pictures),
    removeRoute(pictures),
    mediaRoute(pictures),
  ]
}

function readRoute(pictures: Pictures): Route {
  return route({
    method: 'GET',
    path: PATH,
    summary: 'Read an event’s picture',
    tag: TAG,
    access: READ,
    params: EventParams,
    answers: {
      200: {
        description: 'The picture and where it comes from; `waiting`: it is fetched in the background.',
        schema: Type.Object({
          state: Type.Enum(['uploaded', 'fetched', 'waiting', 'none']),
          picture: nullable(PictureSchema),
        }),
      },
    },
    errors: ['not_found', 'unavailable'],
    async handle({ params }) {
      const found = await pictures.read(params.event_id)
      if (isRefusal(found)) return found
      return { status: 200, json: { state: found.state, picture: presentPicture(found.picture) } }
    },
  })
}

function uploadRoute(pictures: Pictures): Route {
  return route({
    method: 'PUT',
    path: PATH,
    summary: 'Upload an event’s picture',
    description:
      'The body is the picture itself: JPEG, PNG, WebP, AVIF or the first image of a GIF; its content decides, whatever its type says. ' +
      'It is resized, and nothing else that its file says (place, camera, names) is kept. It stays whatever is imported later.',
    tag: TAG,
    access: WRITE,
    params: EventParams,
    query: Type.Object({ alt: Type.Optional(Alt) }),
    file: {
      contentType: 'image/*',
      description: `At most ${PICTURE_BYTES_MAX} bytes and 40 million pixels.`,
    },
    deadlineMs: UPLOAD_MS_MAX,
    answers: { 200: { description: 'The picture as it is shown', schema: ShownSchema } },
    errors: ['malformed', 'not_found', 'busy', 'unavailable'],
    async handle({ params, query, request, caller }) {
      const bytes = await readBytes(request, PICTURE_BYTES_MAX)
      if (isRefusal(bytes)) return bytes
      const picture = await pictures.upload(params.event_id, {
        ...{ bytes, alt: query.alt?.trim() || null, actor: caller!.id },
      })
      return isRefusal(picture) ? picture : { status: 200, json: { picture: presentPicture(picture) } }
    },
  })
}

function describeRoute(pictures: Pictures): Route {
  return route({
    method: 'PATCH',
    path: PATH,
    summary: 'Say what an event’s picture shows',
    tag: TAG,
    access: WRITE,
    params: EventParams,
    body: Type.Object({ alt: Alt }, { examples: [{ alt: 'The quartet on the stage of the Grand Hall' }] }),
    answers: { 200: { description: 'The picture as it is shown', schema: ShownSchema } },
    errors: ['not_found', 'conflict', 'unavailable'],
    async handle({ params, body, caller }) {
      const c = { alt: body.alt.trim() || null, actor: caller!.id }
      const picture = await pictures.describe(params.event_id, c)
      return isRefusal(picture) ? picture : { status: 200, json: { picture: presentPicture(picture) } }
    },
  })
}

function removeRoute(pictures: Pictures): Route {
  return route({
    method: 'DELETE',
    path: PATH,
    summary: 'Take an event’s picture away',
    description:
      'Its poster is drawn again. What its `image_url` names is not fetched again until that is another address.',
    tag: TAG,
    access: WRITE,
    params: EventParams,
    answers: { 204: { description: 'There is none (any more)' } },
    errors: ['not_found', 'unavailable'],
    async handle({ params, caller }) {
      return (await pictures.remove(params.event_id, { actor: caller!.id })) ?? { status: 204 }
    },
  })
}

function mediaRoute({ store }: Pictures): Route {
  return route({
    method: 'GET',
    path: `${MEDIA_PATH}/:name`,
    summary: 'Read a picture’s file',
    description: 'Its address is in `picture` of an event. What is there never changes: keep it for ever.',
    tag: 'Events',
    access: 'public',
    // A page asks for dozens at once.
    limit: 'none',
    params: Type.Object({ name: Type.String({ maxLength: 100 }) }),
    answers: {
      200: { description: 'WebP, or JPEG for link previews', contentType: 'image/webp' },
      304: { description: 'Not changed: it never does' },
    },
    errors: ['not_found'],
    async handle({ params: { name }, request }) {
      const headers: Record<string, string> = {
        'content-type': name.endsWith('.jpg') ? 'image/jpeg' : 'image/webp',
        'cache-control': FOR_EVER,
        etag: `"${name}"`,
        // Link previews are shown on other people's pages.
        'cross-origin-resource-policy': 'cross-origin',
      }
      const file = await store.get(name)
      if (!file) return refuse('not_found', 'There is no such file.')
      if (request.headers.get('if-none-match')?.includes(headers['etag']!))
        return new Response(null, { status: 304, headers })
      return new Response(file.body, { headers })
    },
  })
}
