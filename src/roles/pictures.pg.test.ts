import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { readdirSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { openStudioEvent, OPERATOR_TOKEN, testApp, type TestApp } from '../../test/harness/app.ts'
import { waitFor } from '../../test/harness/wait-for.ts'
import { importEvents } from '../features/catalog/index.ts'
import { clearPictures } from '../features/pictures/index.ts'
import { openMediaStore } from './pictures.ts'
import { retain } from './retention.ts'

let house: TestApp
/** A stranger's server; what it answers is what the test puts here, and how often it was asked is counted. */
const stranger = new Map<string, () => Response | Promise<Response>>()
const asked = new Map<string, number>()
let server: ReturnType<typeof Bun.serve>
let photo: Buffer
beforeAll(async () => {
  server = Bun.serve({
    ...{ port: 0, hostname: '127.0.0.1' },
    fetch(request) {
      const { pathname } = new URL(request.url)
      asked.set(pathname, (asked.get(pathname) ?? 0) + 1)
      return stranger.get(pathname)?.() ?? new Response('', { status: 404 })
    },
  })
  photo = await picture(1_200, 800, '#1f7a5a')
  house = await testApp({ RATE_LIMIT: 'off', PICTURES_ALLOW_LOOPBACK: 'on' })
}, 60_000)
afterAll(async () => {
  await house.stop()
  await server.stop(true)
})

/** Other work may have the machine: what is slow is not wrong. */
const eventually = <T>(condition: () => T | Promise<T>) =>
  waitFor('what becomes of a picture', condition, 30_000)

async function picture(width: number, height: number, background: string): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background } })
    .jpeg()
    .toBuffer()
}

async function send(
  eventId: string,
  body: Uint8Array | string | undefined,
  query = '',
  method = 'PUT',
): Promise<{ status: number; json: Record<string, never> }> {
  const url = new URL(`/v1/operator/events/${eventId}/picture${query}`, house.url)
  const answer = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${OPERATOR_TOKEN}` },
    ...(body !== undefined && { body: body as never }),
  })
  const text = await answer.text()
  return { status: answer.status, json: text === '' ? null : JSON.parse(text) }
}

const shown = async (eventId: string) => (await house.call('GET', `/v1/events/${eventId}`)).json
const stateOf = async (eventId: string) =>
  (await house.call('GET', `/v1/operator/events/${eventId}/picture`, { token: OPERATOR_TOKEN })).json.state
const file = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(new URL(path, house.url), { headers })

describe('a picture that the house uploads', () => {
  test('is shown by the event, the list and the search, in sizes that may be kept for ever', async () => {
    const eventId = await openStudioEvent(house.app, { name: 'Pictured evening' })
    expect((await shown(eventId)).picture).toBeNull()
    const put = await send(eventId, photo, '?alt=Two%20players%20on%20a%20green%20stage')
    expect(put.status).toBe(200)
    await eventually(async () => (await shown(eventId)).picture !== null)
    const { picture: known } = await shown(eventId)
    expect(put.json).toEqual({ picture: known } as never)
    expect(known).toMatchObject({ alt: 'Two players on a green stage', width: 1_200, height: 800 })
    expect(known.sources.map((source: { width: number }) => source.width)).toEqual([480, 960, 1_200])
    for (const { url, width } of known.sources) {
      expect(url).toMatch(/^\/media\/[0-9a-f]{64}-\d+\.webp$/)
      const answer = await file(url)
      expect(answer.headers.get('content-type')).toBe('image/webp')
      expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
      expect(await sharp(Buffer.from(await answer.arrayBuffer())).metadata()).toMatchObject({ width })
      expect((await file(url, { 'if-none-match': answer.headers.get('etag')! })).status).toBe(304)
    }
    const preview = await file(known.preview_url)
    expect(preview.headers.get('content-type')).toBe('image/jpeg')
    await eventually(async () => {
      const { json } = await house.call('GET', '/v1/events?keyword=pictured')
      return json.items[0]?.picture?.preview_url === known.preview_url
    })
    expect(await stateOf(eventId)).toBe('uploaded')
  }, 60_000)

  test('can be described anew, replaced and taken away', async () => {
    const eventId = await openStudioEvent(house.app)
    const describe = (alt: string) =>
      house.call('PATCH', `/v1/operator/events/${eventId}/picture`, { token: OPERATOR_TOKEN, body: { alt } })
    expect(await describe('Nothing yet')).toMatchObject({ status: 409, json: { code: 'conflict' } })
    await send(eventId, photo)
    expect(await describe('A green field')).toMatchObject({ json: { picture: { alt: 'A green field' } } })
    expect((await describe(' ')).json.picture.alt).toBeNull()
    const other = await send(eventId, await picture(300, 400, '#ffc83d'))
    await eventually(async () => (await shown(eventId)).picture?.width === 300)
    expect((await shown(eventId)).picture).toEqual((other.json as never as { picture: unknown }).picture)
    expect((await send(eventId, undefined, '', 'DELETE')).status).toBe(204)
    await eventually(async () => (await shown(eventId)).picture === null)
    expect(await stateOf(eventId)).toBe('none')
    expect((await send(eventId, undefined, '', 'DELETE')).status).toBe(204)
    const { json } = await house.call('GET', `/v1/operator/events/${eventId}/changes`, {
      token: OPERATOR_TOKEN,
    })
    const fields = json.items.map((entry: { changes: { field: string }[] }) =>
      entry.changes.map(({ field }) => field).join(),
    )
    expect(fields.slice(0, 5)).toEqual(['picture', 'picture', 'picture_alt', 'picture_alt', 'picture'])
  }, 60_000)

  test('is refused when it is none, is too large or belongs to nothing, and nothing changes', async () => {
    const { eventId } = house
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="400"/>'
    for (const body of [svg, 'words', undefined])
      expect(await send(eventId, body)).toMatchObject({
        status: 415,
        json: { code: 'unsupported_media_type' },
      })
    expect(await send(eventId, photo.subarray(0, 2_000))).toMatchObject({ json: { code: 'malformed' } })
    expect(await send(eventId, Buffer.alloc(10 * 1024 * 1024 + 1))).toMatchObject({ status: 413 })
    expect(await send('999999', photo)).toMatchObject({ status: 404 })
    expect(await send(eventId, photo, `?alt=${'a'.repeat(501)}`)).toMatchObject({ status: 400 })
    expect((await shown(eventId)).picture).toBeNull()
  }, 60_000)

  test('has no file but those that were made', async () => {
    for (const path of [
      '/media/../events',
      '/media/%2e%2e%2f%2e%2e%2fetc%2fpasswd',
      `/media/${'a'.repeat(64)}`,
    ])
      expect((await file(path)).status).toBe(404)
    expect((await file(`/media/${'a'.repeat(64)}-480.webp`)).status).toBe(404)
  })
})

describe('a picture that an import names', () => {
  let imports = 0
  /** As `usher import events` does; the event's id and the summary. */
  async function imported(image: unknown, id = `picture:${(imports += 1)}`) {
    const record = {
      ...{ '@type': 'Event', '@id': id, name: `Imported ${id}`, startDate: '2031-03-01T20:00:00', image },
      location: { name: 'Hall', address: { addressLocality: 'Berlin' } },
    }
    let eventId = ''
    const summary = await importEvents(bytesOf(JSON.stringify(record)), {
      language: 'en',
      onFault: ({ message }) => {
        throw new Error(message)
      },
      save: async (drafts) => {
        const saved = await house.app.catalog.save(drafts, { actor: 'import' })
        eventId = saved[0]!.eventId
        return saved
      },
    })
    return { eventId, id, summary }
  }
  const at = (path: string): string => `http://127.0.0.1:${server.port}${path}`
  const serve = (path: string, body: Uint8Array): void =>
    void stranger.set(path, () => new Response(body as never, { headers: { 'content-type': 'text/html' } }))

  test('is fetched in the background, as text, list or ImageObject, and goes with its address', async () => {
    serve('/a', photo)
    serve('/b', await picture(640, 480, '#123456'))
    const ways = [at('/a'), [{ nothing: true }, at('/a')], { '@type': 'ImageObject', contentUrl: at('/a') }]
    for (const image of ways) {
      const { eventId, id, summary } = await imported(image)
      expect(summary).toMatchObject({ added: 1, pictures: 1 })
      await eventually(async () => (await stateOf(eventId)) === 'fetched')
      await eventually(async () => (await shown(eventId)).picture?.width === 1_200)
      expect((await imported(image, id)).summary).toMatchObject({ unchanged: 1, pictures: 0 })
    }
    // Three events name one picture: its owner is asked once.
    expect(asked.get('/a')).toBe(1)
    const { eventId, id } = await imported(at('/a'))
    await eventually(async () => (await stateOf(eventId)) === 'fetched')
    await imported(at('/b'), id)
    await eventually(async () => (await shown(eventId)).picture?.width === 640)
    await imported(undefined, id)
    await eventually(async () => (await shown(eventId)).picture === null)
  }, 60_000)

  test('gives way to what the house uploaded, and does not come back when the house takes it away', async () => {
    serve('/c', photo)
    const { eventId, id } = await imported(at('/c'))
    await eventually(async () => (await stateOf(eventId)) === 'fetched')
    await send(eventId, await picture(500, 500, '#abcdef'))
    serve('/d', photo)
    await imported(at('/d'), id)
    const { eventId: later } = await imported(at('/c'))
    await eventually(async () => (await stateOf(later)) === 'fetched')
    expect(await stateOf(eventId)).toBe('uploaded')
    await send(eventId, undefined, '', 'DELETE')
    const { eventId: last } = await imported(at('/c'))
    await eventually(async () => (await stateOf(last)) === 'fetched')
    expect(await stateOf(eventId)).toBe('none')
    expect(asked.get('/d')).toBeUndefined()
  }, 60_000)

  test('that cannot be had or leads into the house leaves the poster, and the import is done all the same', async () => {
    serve('/page', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="400" height="400"/>'))
    stranger.set('/inside', () => Response.redirect('http://169.254.169.254/latest/meta-data/'))
    const wrong = [at('/gone'), at('/page'), at('/inside'), 'http://10.0.0.1/picture.jpg']
    for (const image of wrong) {
      const { eventId, summary } = await imported(image)
      expect(summary).toMatchObject({ added: 1, refused: 0, pictures: 1 })
      await eventually(async () => (await stateOf(eventId)) === 'none')
      expect(await shown(eventId)).toMatchObject({ picture: null, image_url: image })
    }
    for (const image of ['/relative.jpg', 'data:image/png;base64,AA', 'javascript:alert(1)', 7])
      expect((await imported(image)).summary).toMatchObject({ added: 1, pictures: 0 })
    const { summary } = await importedWithout(at('/a'))
    expect(summary).toMatchObject({ added: 1, pictures: 0 })
  }, 60_000)

  async function importedWithout(image: string) {
    const record = {
      ...{ '@type': 'Event', '@id': 'without', name: 'Without', startDate: '2031-03-01T20:00:00', image },
      location: { name: 'Hall', address: { addressLocality: 'Berlin' } },
    }
    const summary = await importEvents(bytesOf(JSON.stringify(record)), {
      language: 'en',
      withoutPictures: true,
      onFault: () => {},
      save: (drafts) => house.app.catalog.save(drafts, { actor: 'import' }),
    })
    return { summary }
  }
})

test('a picture that is uploaded while others are cleared stays, though no event named it when they were listed', async () => {
  const { database, config } = house.app
  const store = openMediaStore(config)
  const [name, bytes] = [`${'c'.repeat(64)}-480.webp`, new TextEncoder().encode('picture')]
  await store.put(name, bytes)
  const nowMs = Date.now() + 2 * 24 * 3_600_000
  const path = join(config.dataDir, 'media', 'cc', name)
  const isThere = async (): Promise<boolean> => (await store.get(name)) !== null
  const clear = (list: typeof store.list): Promise<number> =>
    clearPictures({ store: { ...store, list }, database, nowMs, dryRun: false })
  await clear(async function* () {
    for await (const file of store.list()) if (file.name === name) yield file
    utimesSync(path, new Date(nowMs), new Date(nowMs))
  })
  expect(await isThere()).toBe(true)
  utimesSync(path, new Date(0), new Date(0))
  await clear(async function* () {
    for await (const file of store.list()) if (file.name === name) yield file
  })
  expect(await isThere()).toBe(false)
})

test('files that no event names are cleared after a day, and no others', async () => {
  const { database, config } = house.app
  const [kept, gone] = [await openStudioEvent(house.app), await openStudioEvent(house.app)]
  await send(kept, await picture(480, 480, '#010203'))
  await send(gone, await picture(480, 480, '#040506'))
  await send(gone, undefined, '', 'DELETE')
  const files = (): string[] =>
    readdirSync(join(config.dataDir, 'media'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
  const clear = async (dryRun: boolean): Promise<number> => {
    const lines = await retain({ database, config, guestDays: 400, dryRun })
    return lines.find(({ what }) => what.startsWith('files of pictures'))!.rows
  }
  expect(await clear(false)).toBe(0)
  const before = files()
  const old = new Date(Date.now() - 25 * 3_600_000)
  for (const path of before) utimesSync(path, old, old)
  const found = await clear(true)
  expect(found).toBeGreaterThanOrEqual(2)
  expect(files()).toEqual(before)
  expect(await clear(false)).toBe(found)
  expect(files()).toHaveLength(before.length - found)
  expect(await clear(false)).toBe(0)
  const { picture: still } = await eventually(async () => {
    const event = await shown(kept)
    return event.picture ? event : undefined
  })
  for (const { url } of still.sources) expect((await file(url)).status).toBe(200)
}, 60_000)

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text)
}
