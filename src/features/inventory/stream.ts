import type { Clock } from '../../platform/clock.ts'
import { refuse, type Refusal } from '../../shared/errors.ts'
import { placesOnSale } from './availability.ts'
import type { Hall } from './hall.ts'
import type { ReadModel } from './read-model.ts'
import type { Sequencers } from './sequencers.ts'
import type { EventState } from './state.ts'

/** Streams that one process keeps; the next caller is sent to another one. */
export const SUBSCRIBERS_MAX = 15_000
/** Messages that may lie unread in front of a subscriber before it is dropped: it will come back and resume. */
export const UNREAD_MESSAGES_MAX = 32
/** Milliseconds between two messages of one event: at least, as a multiple of the last fan-out, and at most. */
export const GATHER_MS_MIN = 100
export const GATHER_FAN_OUTS = 2
export const GATHER_MS_MAX = 400
/** Milliseconds between pings, and between looks for what other processes wrote. */
export const PING_MS = 15_000
export const COMPARE_MS = 1_000
/** Messages of the past that a subscriber can resume over; one that is further behind gets a snapshot. */
export const REMEMBERED_MESSAGES_MAX = 512
/** Milliseconds for which an event's past is kept after the last reader has gone: all may be cut off at once. */
export const UNWATCHED_MS_MAX = 60_000
/** A delta that is a larger part of the snapshot than this goes as a snapshot. */
const DELTA_PART_MAX = 0.25
/** Subscribers written to before the loop may breathe. */
const SUBSCRIBERS_A_TURN = 1_000
/** Different messages to come back after that are remembered until the next change. */
const WELCOMES_MAX = 64

export type StreamDeps = {
  sequencers: Sequencers
  documents: ReadModel
  clock: Clock
  observer?: {
    onFanOut?(figures: { subscribers: number; milliseconds: number; bytes: number }): void
    onDropped?(): void
  }
}

type Subscriber = { controller: ReadableStreamDefaultController<Uint8Array>; id: string }
/** `relaid`: other seats or areas than before, which only a snapshot can say. */
type Message = { fromId: string; id: string; from: number; seats: number[]; relaid: boolean }

/** Live availability: every change of an event is encoded once for all who watch it. */
export class AvailabilityStreams {
  readonly #deps: StreamDeps
  readonly #watched = new Map<string, WatchedEvent>()
  readonly #timers: ReturnType<typeof setInterval>[] = []
  readonly #unsubscribe: () => void

  constructor(deps: StreamDeps) {
    this.#deps = deps
    this.#unsubscribe = deps.sequencers.subscribe(
      ({ state }) => this.#watched.get(state.eventId)?.changed(),
      (eventId) => this.#watched.get(eventId)?.forked(),
    )
    this.#timers.push(setInterval(() => this.#each((event) => event.ping()), PING_MS))
    this.#timers.push(
      setInterval(() => {
        this.#letGo()
        this.#each((event) => event.compare())
      }, COMPARE_MS),
    )
  }

  get subscriberCount(): number {
    let count = 0
    for (const event of this.#watched.values()) count += event.size
    return count
  }

  /** The stream from `lastEventId` on ("<version>" or "<version>-<8 hex digits>"), or from a snapshot. */
  open(state: EventState, lastEventId: string | null): Response | Refusal {
    if (this.subscriberCount >= SUBSCRIBERS_MAX) {
      return refuse('busy', 'This server watches for enough people; try again and another may answer.')
    }
    const event = this.#watched.get(state.eventId) ?? new WatchedEvent(this.#deps, state)
    this.#watched.set(state.eventId, event)
    let subscriber: Subscriber
    const stream = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          subscriber = { controller, id: lastEventId ?? '' }
          event.join(subscriber)
        },
        cancel: () => event.leave(subscriber),
      },
      new CountQueuingStrategy({ highWaterMark: UNREAD_MESSAGES_MAX }),
    )
    return new Response(stream, {
      headers: {
        'content-type': 'text/event-stream',
        'cache-control': 'no-cache, no-transform',
        // nginx would gather what must go at once.
        'x-accel-buffering': 'no',
      },
    })
  }

  /** Ends every stream; the readers come back to another process. */
  close(): void {
    this.#unsubscribe()
    for (const timer of this.#timers) clearInterval(timer)
    this.#each((event) => event.close())
    this.#watched.clear()
  }

  #letGo(): void {
    const untilMs = this.#deps.clock.monotonic() - UNWATCHED_MS_MAX
    for (const [eventId, event] of this.#watched) {
      if (event.size === 0 && event.leftMs < untilMs) this.#watched.delete(eventId)
    }
  }

  #each(work: (event: WatchedEvent) => void): void {
    for (const event of this.#watched.values()) work(event)
  }
}

/** One event that somebody watches: what they were shown last, and the next message. */
class WatchedEvent {
  readonly #deps: StreamDeps
  readonly #eventId: string
  readonly #subscribers = new Set<Subscriber>()
  /** Who came while changes were being gathered: they begin with the next message. */
  #joining: Subscriber[] = []
  #shown: Uint8Array
  #shownVersion: number
  #shownLayout: string
  #shownId: string
  #past: Message[] = []
  /** What was written for those who come back after the same message; everybody may come back at once. */
  readonly #welcomes = new Map<string, Uint8Array>()
  /** When the last reader went (monotonic). */
  #leftMs = Infinity
  #timer: ReturnType<typeof setTimeout> | null = null
  #sending = false
  #sentAtMs = -Infinity
  #fanOutMs = 0

  constructor(deps: StreamDeps, state: EventState) {
    this.#deps = deps
    this.#eventId = state.eventId
    this.#shown = state.statuses.slice()
    this.#shownVersion = state.version
    this.#shownLayout = state.layoutHash
    this.#shownId = idOf(state)
  }

  get size(): number {
    return this.#subscribers.size + this.#joining.length
  }

  get leftMs(): number {
    return this.#leftMs
  }

  join(subscriber: Subscriber): void {
    this.#leftMs = Infinity
    const memory = this.#memory()
    const behind = memory && memory.state.version !== this.#shownVersion
    if (!memory || behind || this.#sending) {
      this.#joining.push(subscriber)
      this.changed()
      return
    }
    this.#subscribers.add(subscriber)
    const bytes = this.#resume(subscriber.id, memory.state, memory.hall)
    subscriber.id = this.#shownId
    this.#write(subscriber, bytes)
  }

  leave(subscriber: Subscriber): void {
    this.#subscribers.delete(subscriber)
    const i = this.#joining.indexOf(subscriber)
    if (i >= 0) this.#joining.splice(i, 1)
    if (this.size > 0) return
    this.#leftMs = this.#deps.clock.monotonic()
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
  }

  /** The first change after a quiet moment goes at once; later ones travel together. */
  changed(): void {
    if (this.#timer || this.#sending || this.size === 0) return
    const gatherMs = Math.min(GATHER_MS_MAX, Math.max(GATHER_MS_MIN, GATHER_FAN_OUTS * this.#fanOutMs))
    const waitMs = Math.max(0, this.#sentAtMs + gatherMs - this.#deps.clock.monotonic())
    this.#timer = setTimeout(() => {
      this.#timer = null
      void this.#send()
    }, waitMs)
  }

  /** The history that was shown is not the ledger's any more: everybody begins anew. */
  forked(): void {
    this.#past = []
    this.#welcomes.clear()
    this.#shownId = ''
    void this.#deps.sequencers
      .of(this.#eventId)
      .refresh(0)
      .then(() => this.changed())
      .catch(() => undefined)
  }

  /** Others may write this event and nobody said so: the head is compared. */
  compare(): void {
    if (this.size === 0) return
    this.#deps.sequencers
      .of(this.#eventId)
      .refresh(COMPARE_MS)
      .then(() => {
        if (this.#memory()?.state.version !== this.#shownVersion) this.changed()
      })
      .catch(() => undefined)
  }

  ping(): void {
    for (const subscriber of this.#subscribers) this.#write(subscriber, PING)
  }

  close(): void {
    if (this.#timer) clearTimeout(this.#timer)
    for (const subscriber of [...this.#subscribers, ...this.#joining]) end(subscriber)
    this.#subscribers.clear()
    this.#joining = []
  }

  async #send(): Promise<void> {
    const memory = this.#memory()
    if (!memory || this.size === 0) return
    const { state, hall } = memory
    this.#sending = true
    const startedMs = this.#deps.clock.monotonic()
    const message = this.#next(state)
    const bytes = message && this.#encode(message, state, hall)
    const id = idOf(state)
    const joining = this.#joining
    this.#joining = []
    const before = [...this.#subscribers]
    // What newcomers get rests on the same moment as the message, before anything else may change the memory.
    this.#welcomes.clear()
    const welcomes = joining.map(({ id: seen }) => this.#resume(seen, state, hall))
    const snapshot =
      this.#shownId === '' || before.some((one) => one.id !== message?.fromId)
        ? this.#snapshot(state, hall)
        : null
    this.#shownId = id
    for (let i = 0; i < before.length; i++) {
      const subscriber = before[i]!
      if (subscriber.id !== id) {
        const follows = bytes && message.fromId !== '' && subscriber.id === message.fromId
        this.#write(subscriber, follows ? bytes : snapshot!)
        subscriber.id = id
      }
      if ((i + 1) % SUBSCRIBERS_A_TURN === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    for (const [i, subscriber] of joining.entries()) {
      this.#subscribers.add(subscriber)
      this.#write(subscriber, welcomes[i]!)
      subscriber.id = id
      if ((i + 1) % SUBSCRIBERS_A_TURN === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    this.#sending = false
    this.#sentAtMs = this.#deps.clock.monotonic()
    this.#fanOutMs = this.#sentAtMs - startedMs
    this.#deps.observer?.onFanOut?.({
      subscribers: before.length,
      milliseconds: this.#fanOutMs,
      bytes: bytes?.length ?? 0,
    })
    if (this.#joining.length > 0 || this.#memory()?.state.version !== this.#shownVersion) this.changed()
  }

  /** What has changed since the last message, which becomes the past; null when nothing has. */
  #next(state: EventState): Message | null {
    if (state.version === this.#shownVersion && this.#shownId === idOf(state)) return null
    const seats: number[] = []
    const { statuses } = state
    for (let seat = 0; seat < statuses.length; seat++) {
      if (statuses[seat] !== this.#shown[seat]) seats.push(seat)
    }
    const message: Message = {
      ...{ fromId: this.#shownId, id: idOf(state), from: this.#shownVersion, seats },
      relaid: state.layoutHash !== this.#shownLayout,
    }
    this.#shown = statuses.slice()
    this.#shownVersion = state.version
    this.#shownLayout = state.layoutHash
    if (message.fromId !== '') this.#past.push(message)
    if (this.#past.length > REMEMBERED_MESSAGES_MAX) this.#past.shift()
    return message
  }

  /** For one who has seen `id`: nothing new, the changes since, or a snapshot. */
  #resume(id: string, state: EventState, hall: Hall): Uint8Array {
    if (sameId(id, idOf(state))) return HELLO
    let bytes = this.#welcomes.get(id)
    if (!bytes) {
      bytes = this.#missed(id, state, hall)
      if (this.#welcomes.size < WELCOMES_MAX) this.#welcomes.set(id, bytes)
    }
    return bytes
  }

  #missed(id: string, state: EventState, hall: Hall): Uint8Array {
    const first = this.#past.findIndex((message) => sameId(id, message.fromId))
    if (first < 0) return this.#snapshot(state, hall)
    const missed = this.#past.slice(first)
    const seats = [...new Set(missed.flatMap((message) => message.seats))]
    const relaid = missed.some((message) => message.relaid)
    return this.#encode({ ...missed[0]!, id: idOf(state), seats, relaid }, state, hall)
  }

  #encode(message: Message, state: EventState, hall: Hall): Uint8Array {
    const isLarge = message.seats.length * 2 > state.seatCount * DELTA_PART_MAX
    if (message.relaid || isLarge) return this.#snapshot(state, hall)
    const areas: Record<string, number> = {}
    hall.layout.areas.forEach((area, i) => {
      areas[area.area_id] = placesOnSale(state, i)
    })
    const changes = message.seats.map((seat) => [seat, state.seatStatus(seat)])
    const data = JSON.stringify({ from: message.from, version: state.version, changes, areas })
    return encoder.encode(`event: availability\nid: ${message.id}\ndata: ${data}\n\n`)
  }

  #snapshot(state: EventState, hall: Hall): Uint8Array {
    const body = decoder.decode(this.#deps.documents.availability(state, hall).body)
    return encoder.encode(`event: snapshot\nid: ${idOf(state)}\ndata: ${body}\n\n`)
  }

  #write(subscriber: Subscriber, bytes: Uint8Array): void {
    const { controller } = subscriber
    if ((controller.desiredSize ?? 0) > 0) {
      controller.enqueue(bytes)
      return
    }
    this.#deps.observer?.onDropped?.()
    this.leave(subscriber)
    try {
      // Not closed: what lies unread would wait for the reader.
      controller.error(new Error('this reader is too slow'))
    } catch {
      // It was closed by its reader.
    }
  }

  #memory(): { state: EventState; hall: Hall } | null {
    return this.#deps.sequencers.of(this.#eventId).memory
  }
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()
const PING = encoder.encode(': ping\n\n')
/** Opens the stream for one who has missed nothing. */
const HELLO = encoder.encode('retry: 1000\n\n')

function idOf(state: EventState): string {
  return `${state.version}-${Buffer.from(state.headHash).toString('hex', 0, 4)}`
}

/** A bare version is understood, too, but cannot tell two histories apart. */
function sameId(seen: string, id: string): boolean {
  return seen === id || (!seen.includes('-') && seen !== '' && id.startsWith(`${seen}-`))
}

function end(subscriber: Subscriber): void {
  try {
    subscriber.controller.close()
  } catch {
    // It was closed by its reader.
  }
}
