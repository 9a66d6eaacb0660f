import { read, type Api } from '../../api/client.ts'
import { codeName } from '../../api/open-holds.ts'
import { isApiError } from '../../api/problem.ts'
import type { Event } from '../../api/queries.ts'
import type { paths } from '../../api/schema.ts'
import { asBuyer } from '../../api/session.ts'
import { SEAT_BLOCKED, unpackStatuses, type Opened } from '../../components/seat-map/availability.ts'
import type { Hall } from '../../components/seat-map/hall.ts'
import { withoutSeats, type Choice } from './choice.ts'

type ReservationRequest = paths['/v1/reservations']['post']['requestBody']['content']['application/json']

/** What an access code opens: seats and places that are kept for it, or, where `kept` is null, whatever is on open sale; at most `max` tickets a person; null prices are the event's. */
export type CodeInForce = { kept: Opened | null; max: number; prices: Event['prices'] | null }

/** Milliseconds after which it is asked again what a code opens, while seats come and go. */
const LOOK_MS = 5_000

export type TypedCodeDeps = {
  api: Api
  eventId: string
  hall: Hall
  store: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  /** It was found again, or opens something else than before. */
  onChange(code: CodeInForce): void
  /** It opens nothing any more. */
  onEnd(): void
}

/** The code that somebody has typed, kept for this tab, and what it opens. */
export class TypedCode {
  readonly #deps: TypedCodeDeps
  #inForce: CodeInForce | null = null
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(deps: TypedCodeDeps) {
    this.#deps = deps
  }

  /** What holds are made with. */
  get text(): string | null {
    return this.#deps.store.getItem(this.#name)
  }

  /** Null where it opens nothing at the moment. A code that is wrong or used up is thrown as the API's refusal. */
  async enter(text: string): Promise<CodeInForce | null> {
    const found = await this.#ask(text)
    if (!found) return null
    this.#deps.store.setItem(this.#name, text)
    return (this.#inForce = found)
  }

  /** Asks again what it opens: in another tab, or before, it was something else. */
  async look(): Promise<void> {
    const { text } = this
    if (text === null) return
    let found: CodeInForce | null
    try {
      found = await this.#ask(text)
    } catch (error) {
      // Used up, it may be by a hold of one's own that comes back.
      if (!isApiError(error, 'access_code_invalid')) return
      found = null
    }
    if (this.text !== text) return
    const before = this.#inForce
    if (!found) {
      this.forget()
      if (before) this.#deps.onEnd()
    } else if (!before || !opensSame(before, found)) {
      this.#inForce = found
      this.#deps.onChange(found)
    }
  }

  /** Seats have changed: what is kept for the code may have, too. */
  lookSoon(): void {
    if (!this.#inForce?.kept) return
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      void this.look()
    }, LOOK_MS)
  }

  forget(): void {
    this.#inForce = null
    this.#deps.store.removeItem(this.#name)
    this.stop()
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  async #ask(text: string): Promise<CodeInForce | null> {
    const { api, eventId, hall } = this.#deps
    const params = { path: { event_id: eventId } }
    const found = await asBuyer(api, () =>
      read(api.POST('/v1/events/{event_id}/access-code', { params, body: { access_code: text } })),
    )
    if (!found.is_open) return null
    const more = { max: found.tickets_per_buyer, prices: found.prices ?? null }
    if (found.opens === 'phase') return { kept: null, ...more }
    const status = unpackStatuses(found.seats)
    const seats = Uint8Array.from({ length: hall.seatCount }, (_, seat) =>
      status(seat) === SEAT_BLOCKED ? 0 : 1,
    )
    return { kept: { seats, areas: found.areas }, ...more }
  }

  get #name(): string {
    return codeName(this.#deps.eventId)
  }
}

function opensSame(a: CodeInForce, b: CodeInForce): boolean {
  if (a.max !== b.max || JSON.stringify(a.prices) !== JSON.stringify(b.prices)) return false
  if (a.kept === null || b.kept === null) return a.kept === b.kept
  const [{ seats, areas }, other] = [a.kept, b.kept]
  return (
    seats.every((one, seat) => one === other.seats[seat]) &&
    Object.entries(areas).every(([area, left]) => other.areas[area] === left)
  )
}

/** The part of a choice that can be had with the code, and the seats of it that cannot. */
export function withinCode(
  choice: Choice,
  { kept }: CodeInForce,
  { data }: Hall,
): { choice: Choice; outside: number[] } {
  if (!kept) return { choice, outside: [] }
  const outside = choice.seats.map(({ seat }) => seat).filter((seat) => kept.seats[seat] !== 1)
  const places = choice.places.filter(({ area }) => (kept.areas[data.areas[area]!.area_id] ?? 0) > 0)
  return { choice: { ...withoutSeats(choice, outside), places }, outside }
}

/** Whether what was asked for without the code can be asked for with it. */
export function fitsCode(
  { seats = [], areas = [] }: ReservationRequest,
  { kept }: CodeInForce,
  hall: Hall,
): boolean {
  if (!kept) return true
  return (
    seats.every(({ seat_id }) => kept.seats[hall.indexOf(seat_id)] === 1) &&
    areas.every(({ area_id, quantity }) => (kept.areas[area_id] ?? 0) >= quantity)
  )
}
