import { afterAll, beforeAll, expect, test } from 'bun:test'
import { newId, serveInventory, twoInventories } from '../../../test/harness/inventories.ts'
import { smallHall, smallRules } from '../../../test/harness/small-hall.ts'
import { waitFor } from '../../../test/harness/wait-for.ts'
import { GATHER_MS_MAX, GATHER_MS_MIN, UNREAD_MESSAGES_MAX } from './stream.ts'

const layout = smallHall(10, 20, { standing: 50 })
const { here: inventory, elsewhere } = await twoInventories(layout)
const { server, streams, stop } = serveInventory(inventory)

beforeAll(async () => {
  await inventory.open({ eventId: '1', layoutHash: 'hall', rules: smallRules({ ticketsPerBuyer: 500 }) })
})
afterAll(stop)

type Message = { event: string; id: string; data: Record<string, unknown> }

/** Reads the stream as a browser would, and keeps the seats' states as a page would. */
function watch(lastEventId?: string) {
  const abort = new AbortController()
  const messages: Message[] = []
  const seats = new Map<number, number>()
  const run = async (): Promise<void> => {
    const response = await fetch(new URL('/v1/events/1/stream', server.url), {
      signal: abort.signal,
      ...(lastEventId !== undefined && { headers: { 'last-event-id': lastEventId } }),
    })
    let text = ''
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const fields = Object.fromEntries(
          text
            .slice(0, end)
            .split('\n')
            .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
        )
        text = text.slice(end + 2)
        if (fields['data'])
          take({ event: fields['event']!, id: fields['id']!, data: JSON.parse(fields['data']) })
      }
    }
  }
  const take = (message: Message): void => {
    messages.push(message)
    if (message.event === 'snapshot') {
      const bytes = Buffer.from(message.data['seats'] as string, 'base64')
      for (let seat = 0; seat < 200; seat++) seats.set(seat, (bytes[seat >> 2]! >> ((seat & 3) * 2)) & 3)
    } else for (const [seat, status] of message.data['changes'] as [number, number][]) seats.set(seat, status)
  }
  run().catch(() => undefined)
  return { messages, seats, stop: () => abort.abort() }
}

const hold = (...ids: string[]) =>
  inventory.hold({ eventId: '1', buyer: newId(), seats: ids.map((seatId) => ({ seatId })) })

test('begins with a snapshot, then every change follows the one before without a gap', async () => {
  const page = watch()
  await waitFor('the stream', () => page.messages.length === 1)
  expect(page.messages[0]!.event).toBe('snapshot')
  for (let i = 1; i <= 20; i++) await hold(`A${i}`)
  await waitFor('the stream', () => [...page.seats.values()].filter((status) => status === 1).length === 20)
  let version = page.messages[0]!.data['version']
  for (const message of page.messages.slice(1)) {
    expect(message.data['from']).toBe(version)
    version = message.data['version']
    expect(message.id.startsWith(`${version as number}-`)).toBe(true)
  }
  page.stop()
})

test('of an area it says what is left for everybody: without the places that are kept', async () => {
  const rules = smallRules({ ticketsPerBuyer: 500, allocations: [{ no: 1, kind: 'fans', releaseAt: null }] })
  await inventory.configure({ eventId: '1', rules })
  const page = watch()
  await waitFor('the stream', () => page.messages.length === 1)
  const kept = { eventId: '1', allocation: 1, areaId: 'standing' }
  await inventory.allocatePlaces({ ...kept, places: 30 })
  await waitFor('the stream', () => page.messages.length === 2)
  expect(page.messages[1]!.data).toMatchObject({ changes: [], areas: { standing: 20 } })
  await inventory.allocatePlaces({ ...kept, places: 0 })
  await waitFor('the stream', () => page.messages.length === 3)
  expect(page.messages[2]!.data).toMatchObject({ areas: { standing: 50 } })
  page.stop()
})

test('resumes from the last id with exactly what was missed, and from an unknown one with a snapshot', async () => {
  const before = watch()
  await waitFor('the stream', () => before.messages.length === 1)
  await hold('B1')
  await waitFor('the stream', () => before.messages.length === 2)
  const seen = before.messages[1]!.id
  await hold('B2')
  await waitFor('the stream', () => before.messages.length === 3)
  await hold('B3')
  await waitFor('the stream', () => before.messages.length === 4)
  const after = watch(seen)
  const byVersion = watch(seen.split('-')[0])
  const elsewhere = watch(`${seen.split('-')[0]}-00000000`)

  await waitFor(
    'the stream',
    () => after.messages.length === 1 && byVersion.messages.length === 1 && elsewhere.messages.length === 1,
  )
  expect(after.messages[0]!.data).toMatchObject({
    from: Number(seen.split('-')[0]),
    changes: [
      [21, 1],
      [22, 1],
    ],
  })
  expect(byVersion.messages[0]!.data['changes']).toEqual(after.messages[0]!.data['changes'] as never)
  expect(elsewhere.messages[0]!.event).toBe('snapshot')
  for (const page of [before, after, byVersion, elsewhere]) page.stop()
})

test('a quiet event sends a change at once, a busy one gathers them', async () => {
  const page = watch()
  await waitFor('the stream', () => page.messages.length === 1)
  // A busy machine may be late for its own reasons: one change of several that comes at once is enough.
  const waits: number[] = []
  for (let i = 1; i <= 8 && Math.min(...waits) >= GATHER_MS_MIN; i++) {
    const seen = page.messages.length
    await Bun.sleep(GATHER_MS_MAX + 50)
    await hold(`E${i}`)
    const answeredMs = performance.now()
    await waitFor('the stream', () => page.messages.length > seen)
    waits.push(performance.now() - answeredMs)
  }
  expect(Math.min(...waits)).toBeLessThan(GATHER_MS_MIN)
  const before = page.messages.length
  for (let i = 1; i <= 20; i++) await hold(`C${i}`)
  await waitFor('the stream', () => page.seats.get(59) === 1)
  expect(page.messages.length - before).toBeLessThan(20)
  page.stop()
  await waitFor('the stream', () => streams.subscriberCount === 0)
})

test('a change that another process wrote arrives within two seconds', async () => {
  const page = watch()
  await waitFor('the stream', () => page.messages.length === 1)
  await elsewhere.hold({ eventId: '1', buyer: newId(), seats: [{ seatId: 'D1' }] })
  await waitFor('the stream', () => page.seats.get(60) === 1)
  page.stop()
})

test('whoever is cut off comes back to what was missed, also after all have gone', async () => {
  const pages = [watch(), watch()]
  await waitFor('the streams', () => pages.every((page) => page.messages.length === 1))
  await hold('F1')
  await waitFor('the streams', () => pages.every((page) => page.messages.length === 2))
  const seen = pages[0]!.messages[1]!
  for (const page of pages) page.stop()
  await waitFor('nobody', () => streams.subscriberCount === 0)
  await hold('F2')
  const back = [watch(seen.id), watch(seen.id), watch()]
  await waitFor('the streams', () => back.every((page) => page.messages.length > 0))
  for (const page of back.slice(0, 2)) {
    expect(page.messages[0]).toMatchObject({
      event: 'availability',
      data: { from: seen.data['version'], changes: [[101, 1]] },
    })
  }
  expect(back[2]!.messages[0]!.event).toBe('snapshot')
  for (const page of back) page.stop()
  await waitFor('nobody', () => streams.subscriberCount === 0)
})

test('a reader who does not read is let go', async () => {
  const state = inventory.sequencers.of('1').memory!.state
  const slow = streams.open(state, null) as Response
  const page = watch()
  await waitFor('the stream', () => page.messages.length === 1 && streams.subscriberCount === 2)
  for (let i = 0; streams.subscriberCount === 2 && i < 2 * UNREAD_MESSAGES_MAX; i++) {
    const seen = page.messages.length
    const held = await hold('G1')
    await waitFor('the change', () => page.messages.length > seen)
    if ('refused' in held) throw new Error(held.detail)
    await inventory.release(held.holdId, '1', held.buyer)
    await waitFor('the seat', () => page.seats.get(120) === 0)
  }
  expect(streams.subscriberCount).toBe(1)
  await expect(slow.body!.getReader().read()).rejects.toThrow('too slow')
  page.stop()
})

test('the seats come in the encoding that the client takes', async () => {
  const plain = await fetch(new URL('/v1/events/1/seats', server.url), {
    headers: { 'accept-encoding': 'identity' },
  })
  expect(plain.headers.get('content-encoding')).toBeNull()
  const text = await plain.text()
  for (const [accepted, encoding] of [
    ['br', 'br'],
    ['gzip', 'gzip'],
    ['gzip, deflate, br, zstd', 'br'],
    ['br;q=0, gzip', 'gzip'],
  ] as const) {
    for (const path of ['/v1/events/1/seats', '/v1/events/1/availability']) {
      const response = await fetch(new URL(path, server.url), { headers: { 'accept-encoding': accepted } })
      expect(response.headers.get('content-encoding')).toBe(encoding)
      expect(response.headers.get('vary')).toBe('accept-encoding')
      const body = await response.text()
      if (path.endsWith('/seats')) expect(body).toBe(text)
    }
  }
})
