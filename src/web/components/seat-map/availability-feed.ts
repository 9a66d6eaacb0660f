import { createParser } from 'eventsource-parser'
import {
  tagOfEtag,
  type Availability,
  type ChangedSeats,
  type DeltaBody,
  type SnapshotBody,
} from './availability.ts'

/** `live`: the stream tells; `polling`: the stream is blocked somewhere, so one asks; `lost`: neither answers. */
export type FeedState = 'starting' | 'live' | 'polling' | 'lost'

/** The server pings every 15 s. A stream that is silent for longer than this is dead, whatever the socket says. */
export const SILENCE_MS_MAX = 20_000
/** A stream that has said nothing at all after this is held back by something on the way. */
export const FIRST_WORD_MS_MAX = 4_000
export const POLL_MS = 2_000
/** While polling: how often the stream is tried again. */
export const RETRY_STREAM_MS = 60_000
const BACK_OFF_MS = [250, 1_000, 2_000, 4_000, 8_000] as const
const SNAPSHOT_MS_MAX = 10_000
/** Failures in a row after which the buyer is told. */
const LOST_AFTER = 3

export type FeedDeps = {
  /** `/v1/events/1042`, or with an origin. */
  eventUrl: string
  availability: Availability
  onChange(changed: ChangedSeats): void
  onState(state: FeedState): void
  /** The tab is seen or the network is back: what was known may be an hour old. Calls back until unsubscribed. */
  onWake: (wake: () => void) => () => void
  fetch?: (url: string, init: RequestInit) => Promise<Response>
}

/**
 * Keeps an `Availability` at what the server knows: by the stream, by asking where streams are blocked, and at once
 * after the tab slept. One loop; whatever goes wrong ends in reading a snapshot and going on.
 */
export class AvailabilityFeed {
  readonly #deps: FeedDeps
  readonly #fetch: (url: string, init: RequestInit) => Promise<Response>
  #stopped = false
  #turn = new AbortController()
  #unsubscribe: (() => void) | null = null
  #state: FeedState = 'starting'
  /** Streams in a row that brought no word. */
  #mute = 0
  #failures = 0
  #streamTriedMs = -Infinity

  constructor(deps: FeedDeps) {
    this.#deps = deps
    this.#fetch = deps.fetch ?? ((url, init) => fetch(url, init))
  }

  start(): void {
    this.#unsubscribe = this.#deps.onWake(() => this.#wake())
    void this.#run()
  }

  stop(): void {
    this.#stopped = true
    this.#unsubscribe?.()
    this.#turn.abort()
  }

  /** Drops whatever is under way and asks anew: the stream resumes after what was seen, so it brings just what is missing. */
  #wake(): void {
    this.#failures = 0
    this.#turn.abort()
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      this.#turn = new AbortController()
      const { signal } = this.#turn
      try {
        // The first picture comes from the document that many share and an edge may have; the stream goes on from it.
        if (this.#deps.availability.version < 0) await this.#readSnapshot(signal)
        if (this.#mute >= 2 && performance.now() - this.#streamTriedMs < RETRY_STREAM_MS) {
          await this.#readSnapshot(signal)
          this.#say('polling')
          this.#failures = 0
          await pause(POLL_MS, signal)
        } else {
          this.#streamTriedMs = performance.now()
          await this.#listen(signal)
        }
      } catch {
        // A turn that was ended from outside is followed by the next at once.
        if (this.#stopped || signal.aborted) continue
        this.#failures += 1
        if (this.#failures >= LOST_AFTER) this.#say('lost')
        const wait = BACK_OFF_MS[Math.min(this.#failures, BACK_OFF_MS.length) - 1]!
        await pause(wait * (0.75 + Math.random() / 2), signal).catch(() => undefined)
      }
    }
  }

  async #readSnapshot(turn: AbortSignal): Promise<void> {
    const { availability, eventUrl } = this.#deps
    const signal = AbortSignal.any([turn, AbortSignal.timeout(SNAPSHOT_MS_MAX)])
    const known = availability.tag.includes('-') ? { 'if-none-match': `W/"${availability.tag}"` } : undefined
    const response = await this.#fetch(`${eventUrl}/availability`, {
      signal,
      cache: 'no-store',
      ...(known && { headers: known }),
    })
    if (response.status === 304) return
    if (!response.ok) throw new Error(`Availability answered ${response.status}.`)
    this.#take((await response.json()) as SnapshotBody, tagOfEtag(response.headers.get('etag')))
  }

  /** One stream until it ends; a quiet return means that it is worth trying again. */
  async #listen(turn: AbortSignal): Promise<void> {
    const { availability, eventUrl } = this.#deps
    const dead = new AbortController()
    const signal = AbortSignal.any([turn, dead.signal])
    let heard = false
    let answered = false
    let timer = setTimeout(() => dead.abort(), FIRST_WORD_MS_MAX)
    const alive = (): void => {
      heard = true
      clearTimeout(timer)
      timer = setTimeout(() => dead.abort(), SILENCE_MS_MAX)
    }
    const parser = createParser({
      onEvent: ({ event, id, data }) => {
        if (event === 'snapshot') this.#take(JSON.parse(data) as SnapshotBody, id ?? '')
        else if (event === 'availability') this.#apply(JSON.parse(data) as DeltaBody, id ?? '', dead)
      },
    })
    try {
      const seen = encodeURIComponent(availability.tag)
      const response = await this.#fetch(`${eventUrl}/stream?last_event_id=${seen}`, {
        signal,
        cache: 'no-store',
        headers: { accept: 'text/event-stream' },
      })
      answered = true
      if (!response.ok || !response.body) throw new Error(`The stream answered ${response.status}.`)
      const reader = response.body.getReader()
      const decoder = new TextDecoder()
      for (;;) {
        const { done, value } = await reader.read()
        if (done) break
        alive()
        this.#mute = 0
        this.#failures = 0
        this.#say('live')
        parser.feed(decoder.decode(value, { stream: true }))
      }
    } catch (error) {
      // A network that is away says nothing about streams; an answer without a word, or none in time, does.
      if (!heard && !turn.aborted && (answered || dead.signal.aborted)) this.#mute += 1
      // Silence and gaps are no failures of the network: the next turn begins at once.
      if (!dead.signal.aborted) throw error
    } finally {
      clearTimeout(timer)
    }
    if (!heard && !turn.aborted) await pause(BACK_OFF_MS[0], turn)
  }

  #apply(body: DeltaBody, tag: string, dead: AbortController): void {
    const changed: number[] = []
    const { availability } = this.#deps
    switch (availability.applyDelta(body, tag, changed)) {
      case 'applied':
        return this.#deps.onChange(changed)
      case 'known':
        return
      case 'reload':
        // The stream is opened again without a version to resume from: it begins with a snapshot.
        availability.tag = ''
        dead.abort()
    }
  }

  #take(body: SnapshotBody, tag: string): void {
    this.#deps.onChange(this.#deps.availability.applySnapshot(body, tag))
  }

  #say(state: FeedState): void {
    if (state === this.#state) return
    this.#state = state
    this.#deps.onState(state)
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(new Error('ended'))
    const ended = (): void => {
      clearTimeout(timer)
      reject(new Error('ended'))
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', ended)
      resolve()
    }, milliseconds)
    signal.addEventListener('abort', ended, { once: true })
  })
}
