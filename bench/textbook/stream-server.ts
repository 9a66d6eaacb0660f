// Live availability in two ways that differ in one thing: `SENDER=once` is Usher's stream, where a message is encoded
// once for all who watch; `SENDER=each` encodes it for each of them, as `response.write(JSON.stringify(…))` in a loop
// does. Both on Usher's ledger and HTTP layer; anybody may hold.
import {
  AvailabilityStreams,
  createInventory,
  inventoryRoutes,
  ReadModel,
  type InventoryService,
} from '../../src/features/inventory/index.ts'
import { GATHER_FAN_OUTS, GATHER_MS_MAX, GATHER_MS_MIN } from '../../src/features/inventory/stream.ts'
import { systemClock, systemIds, systemRandom } from '../../src/platform/clock.ts'
import { probeRoutes } from '../../src/platform/http/probe-routes.ts'
import { startHttpServer } from '../../src/platform/http/server.ts'
import { openDatabase } from '../../src/platform/postgres/database.ts'
import { createMetrics } from '../../src/platform/metrics.ts'
import { syntheticHall } from '../synthetic-hall.ts'

const SUBSCRIBERS_A_TURN = 1_000

const layout = syntheticHall(Number(process.env.SEATS))
const inventory = createInventory({
  database: openDatabase({ url: process.env.DATABASE_URL! }),
  clock: systemClock,
  ids: systemIds,
  random: systemRandom,
  layout: () => Promise.resolve(layout),
})
const documents = new ReadModel(systemClock)
const streams = new AvailabilityStreams({ sequencers: inventory.sequencers, documents, clock: systemClock })
const open = process.env.SENDER === 'each' ? encodingForEach(inventory, documents) : null
startHttpServer({
  port: Number(process.env.PORT),
  routes: [
    ...inventoryRoutes({
      inventory,
      documents,
      streams: open ? Object.assign(streams, { open }) : streams,
      bookingOf: () => Promise.resolve(null),
      isPublic: () => Promise.resolve(true),
    }),
    ...probeRoutes({
      checks: [],
      metrics: createMetrics(),
      metricsRoles: [],
      monotonic: () => systemClock.monotonic(),
    }),
  ],
  clock: systemClock,
  authenticate: () => ({ kind: 'buyer', id: systemIds.uuid(), roles: [] }),
})

/** Gathers and compares as Usher does; only the encoding is repeated. */
function encodingForEach(
  { sequencers }: InventoryService,
  snapshots: ReadModel,
): AvailabilityStreams['open'] {
  const encoder = new TextEncoder()
  const controllers = new Set<ReadableStreamDefaultController<Uint8Array>>()
  let shown: Uint8Array | null = null
  let version = 0
  let timer: ReturnType<typeof setTimeout> | null = null
  let sentAtMs = -Infinity
  let fanOutMs = 0
  const changed = (): void => {
    const gatherMs = Math.min(GATHER_MS_MAX, Math.max(GATHER_MS_MIN, GATHER_FAN_OUTS * fanOutMs))
    timer ??= setTimeout(() => void send(), Math.max(0, sentAtMs + gatherMs - performance.now()))
  }
  const send = async (): Promise<void> => {
    const memory = sequencers.of('1').memory
    const startedMs = performance.now()
    if (!memory || !shown) return
    const { state } = memory
    const seats: number[] = []
    for (let seat = 0; seat < shown.length; seat++) if (state.statuses[seat] !== shown[seat]) seats.push(seat)
    const changes = seats.map((seat): [number, number] => [seat, state.seatStatus(seat)])
    const from = version
    const message = { from, version: state.version, changes, areas: {} }
    const id = idOf(state)
    shown = state.statuses.slice()
    version = state.version
    let i = 0
    for (const controller of controllers) {
      controller.enqueue(
        encoder.encode(`event: availability\nid: ${id}\ndata: ${JSON.stringify(message)}\n\n`),
      )
      i += 1
      if (i % SUBSCRIBERS_A_TURN === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    sentAtMs = performance.now()
    fanOutMs = sentAtMs - startedMs
    timer = null
    if (memory.state.version !== version) changed()
  }
  sequencers.subscribe(changed)
  return (state) => {
    shown ??= state.statuses.slice()
    version ||= state.version
    const { body } = snapshots.availability(state, sequencers.of('1').memory!.hall)
    const hello = encoder.encode(
      `event: snapshot\nid: ${idOf(state)}\ndata: ${new TextDecoder().decode(body)}\n\n`,
    )
    let mine: ReadableStreamDefaultController<Uint8Array>
    const stream = new ReadableStream<Uint8Array>(
      {
        start(controller) {
          mine = controller
          controllers.add(controller)
          controller.enqueue(hello)
        },
        cancel: () => void controllers.delete(mine),
      },
      new CountQueuingStrategy({ highWaterMark: 32 }),
    )
    return new Response(stream, {
      headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-cache, no-transform' },
    })
  }
}

function idOf(state: { version: number; headHash: Uint8Array }): string {
  return `${state.version}-${Buffer.from(state.headHash).toString('hex', 0, 4)}`
}
