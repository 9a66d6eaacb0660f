import { gzipSync } from 'node:zlib'
import { LRUCache } from 'lru-cache'
import { createApi, read } from '../api/client.ts'
import { isApiError } from '../api/problem.ts'
import { createLetters } from '../posters/letters.ts'
import { drawPoster, POSTER_SIZE } from '../posters/poster.ts'
import { posterSubject, posterVersion } from '../posters/subject.ts'

export type PostersOptions = {
  askApi(request: Request): Promise<Response>
  /** Turns a drawing into pixels. */
  pngOfSvg(svg: string, width: number): Uint8Array<ArrayBuffer>
}

const ADDRESS = /^\/posters\/([1-9][0-9]{0,15}|usher)\.(svg|png)$/
const FOR_EVER = 'public, max-age=31536000, immutable'
/** Without its version in the address a poster may change with its title. */
const FOR_A_WHILE = 'public, max-age=300, s-maxage=3600, stale-while-revalidate=86400'
const POSTERS_KEPT_MAX = 4_000
const BYTES_KEPT_MAX = 64 * 1024 * 1024
/** Drawings come as vectors in an image: nothing in them runs or loads. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'"

type Drawn = { version: string; body: Uint8Array<ArrayBuffer>; gz: Uint8Array<ArrayBuffer> | null }

/** What link previews show of pages that are about no event. */
const HOUSE = { seed: 'usher', kind: 'music', title: 'Usher', foot: 'Every seat is sold once' } as const
const HOUSE_NAME = 'usher'
export const HOUSE_PREVIEW = `/posters/${HOUSE_NAME}.png?v=${posterVersion(HOUSE)}`

/** Answers /posters/{event}.svg and .png, and the house's own; null for other addresses. */
export function createPosters({
  askApi,
  pngOfSvg,
}: PostersOptions): (request: Request) => Promise<Response | null> {
  const letters = createLetters()
  const api = createApi({ baseUrl: 'http://usher.internal', locale: 'en', fetch: askApi })
  const kept = new LRUCache<string, Drawn>({
    max: POSTERS_KEPT_MAX,
    maxSize: BYTES_KEPT_MAX,
    sizeCalculation: ({ body, gz }) => body.length + (gz?.length ?? 0) + 200,
  })
  return async (request) => {
    const url = new URL(request.url)
    const [, eventId, format] = ADDRESS.exec(url.pathname) ?? []
    if (!eventId || !format) return null
    const wanted = url.searchParams.get('v')
    const key = `${eventId}.${format}`
    let drawn = kept.get(key)
    if (!drawn || drawn.version !== wanted) {
      const subject = await subjectOf(eventId)
      if (!subject) return new Response(null, { status: 404, headers: { 'cache-control': 'no-store' } })
      const version = posterVersion(subject)
      if (drawn?.version !== version) {
        drawn = { version, ...draw(subject, format) }
        kept.set(key, drawn)
      }
    }
    return send(drawn, format, wanted === drawn.version, request)
  }

  async function subjectOf(eventId: string) {
    if (eventId === HOUSE_NAME) return HOUSE
    try {
      return posterSubject(
        await read(api.GET('/v1/events/{event_id}', { params: { path: { event_id: eventId } } })),
      )
    } catch (error) {
      if (isApiError(error, 'not_found')) return null
      throw error
    }
  }

  function draw(subject: ReturnType<typeof posterSubject>, format: string): Omit<Drawn, 'version'> {
    if (format === 'png') {
      return {
        body: pngOfSvg(drawPoster(subject, letters, 'landscape').svg, POSTER_SIZE.landscape.w),
        gz: null,
      }
    }
    const body = new TextEncoder().encode(drawPoster(subject, letters).svg)
    return { body, gz: new Uint8Array(gzipSync(body, { level: 9 })) }
  }
}

function send({ body, gz, version }: Drawn, format: string, exact: boolean, request: Request): Response {
  const headers: Record<string, string> = {
    'content-type': format === 'png' ? 'image/png' : 'image/svg+xml',
    'cache-control': exact ? FOR_EVER : FOR_A_WHILE,
    etag: `W/"${version}"`,
    vary: 'accept-encoding',
    'content-security-policy': POLICY,
    // Link previews are shown on other people's pages.
    'cross-origin-resource-policy': 'cross-origin',
  }
  if (request.headers.get('if-none-match') === headers['etag'])
    return new Response(null, { status: 304, headers })
  const zipped = gz !== null && /\bgzip\b/.test(request.headers.get('accept-encoding') ?? '')
  if (zipped) headers['content-encoding'] = 'gzip'
  return new Response(zipped ? gz : body, { headers })
}
