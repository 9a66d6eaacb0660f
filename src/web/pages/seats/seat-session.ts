import { isApiError, NetworkError } from '../../api/problem.ts'
import type { Api } from '../../api/client.ts'
import { read } from '../../api/client.ts'
import type { Event } from '../../api/queries.ts'
import type { paths } from '../../api/schema.ts'
import { holdName } from '../../api/open-holds.ts'
import { asBuyer } from '../../api/session.ts'
import { serverNow } from '../../app/context.tsx'
import { Availability, SEAT_FREE, type ChangedSeats } from '../../components/seat-map/availability.ts'
import type { FeedState } from '../../components/seat-map/availability-feed.ts'
import type { Hall } from '../../components/seat-map/hall.ts'
import type { MapWorker } from '../../components/seat-map/map-worker.ts'
import { nearestLike, orphansOf } from '../../components/seat-map/neighbours.ts'
import { followStock, type StockFeed } from '../../components/seat-map/stock-feed.ts'
import type { ErrorCode } from '../../../shared/errors.ts'
import {
  countOf,
  isChosen,
  lostSeats,
  NOTHING,
  toggleSeat,
  totalOf,
  withoutSeats,
  withPlaces,
  withPriceType,
  type Choice,
} from './choice.ts'
import { phasesLeft, saleNow } from '../../app/sale-phases.ts'
import { fitsCode, TypedCode, withinCode, type CodeInForce } from './code-in-force.ts'
import { PriceBook } from './price-book.ts'
import { ticketLimit } from './ticket-limit.ts'

export type Reservation = paths['/v1/reservations']['post']['responses'][201]['content']['application/json']
type ReservationRequest = paths['/v1/reservations']['post']['requestBody']['content']['application/json']

/** What the page has to say beside the choice. */
export type SeatNotice =
  /** Somebody took seats that were chosen; `offer` are the nearest like them. */
  | { kind: 'lost'; seats: number[]; offer: number[] | null; samePrice: boolean }
  /** The server refused: these seats were taken a moment before. Each alternative is a whole choice. */
  | { kind: 'refused'; seats: number[]; alternatives: number[][] }
  | { kind: 'limit' }
  /** The server refused: one person may have `max`, and has or holds `had` of them. */
  | { kind: 'tooMany'; max: number; had: number }
  /** An order has from `min` to `max` tickets at this price. */
  | { kind: 'typeBounds'; name: string; min: number; max: number | null }
  /** Another seat was wanted while these are held: they would have to go first. */
  | { kind: 'holding' }
  | { kind: 'orphan'; seats: number[] }
  | { kind: 'soldOut' }
  | { kind: 'network' }
  /** A code can be typed; `refused` says why it has to be, or what is wrong with `code`, which was typed before. */
  | { kind: 'code'; code: string | null; refused: CodeRefusal | null }
  /** These seats were chosen and are none of those that the code opens. */
  | { kind: 'outsideCode'; seats: number[] }
  /** What was kept for the code is on open sale. */
  | { kind: 'codeOver' }
  | { kind: 'other'; code: ErrorCode }

/** `not_now`: of the page's own making, for a code whose phase does not run. */
export type CodeRefusal = 'access_code_required' | 'access_code_invalid' | 'access_code_used_up' | 'not_now'

export type BestWish = { quantity: number; category: string | null; accessible: boolean; priceType: string }

export type SeatView = {
  choice: Choice
  notice: SeatNotice | null
  busy: 'hold' | 'best' | 'release' | 'code' | null
  /** Held already: found by "best available", or from an earlier visit. */
  held: Reservation | null
  heldSeats: number[]
  feed: FeedState
  /** The code that holds are made with. */
  code: CodeInForce | null
}

export type SeatSessionDeps = {
  api: Api
  event: Event
  hall: Hall
  /** Reads the stream of what is free, if there is one. */
  worker: MapWorker | null
  origin: string
  newKey: () => string
  store: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
}

/** Milliseconds between two looks of the page's words at the stock; the map itself follows every change. */
const STOCK_MS = 500

/**
 * One visit to an event's seats: what is free, what is chosen, what was lost, what is held. It lives outside of React;
 * the page subscribes to `view`, the map to every change.
 */
export class SeatSession {
  event: Event
  readonly hall: Hall
  /** As of now, and with the code that was typed. */
  prices: PriceBook
  readonly stock: Availability
  readonly #deps: SeatSessionDeps
  #feed: StockFeed | null = null
  readonly #viewListeners = new Set<() => void>()
  readonly #stockListeners = new Set<(changed: ChangedSeats) => void>()
  readonly #tickListeners = new Set<() => void>()
  #view: SeatView = {
    ...{ choice: NOTHING, notice: null, busy: null, held: null, heldSeats: [], feed: 'starting', code: null },
  }
  #tick = 0
  #tickTimer: ReturnType<typeof setTimeout> | null = null
  readonly #code: TypedCode
  /** The key of the hold under way, kept while its outcome is unknown: asking again cannot act twice. */
  #pending: { body: string; key: string } | null = null
  /** What was refused without a code, to be asked for again with it. */
  #asked: { busy: 'hold' | 'best'; body: ReservationRequest } | null = null

  constructor(deps: SeatSessionDeps) {
    this.#deps = deps
    this.event = deps.event
    this.hall = deps.hall
    this.prices = new PriceBook(deps.event)
    const { data } = deps.hall
    this.#code = new TypedCode({
      ...{ api: deps.api, eventId: deps.event.event_id, hall: deps.hall, store: deps.store },
      onChange: (code) => this.#showCode(code),
      onEnd: () => {
        this.leaveCode()
        this.#set({ notice: { kind: 'codeOver' } })
      },
    })
    this.stock = new Availability(data.section, data.category, data.sections.length, data.categories.length)
  }

  start(): void {
    const { worker, origin, event } = this.#deps
    this.#feed = followStock(worker, {
      eventUrl: `${origin}/v1/events/${event.event_id}`,
      availability: this.stock,
      onChange: (changed) => this.#stockChanged(changed),
      onState: (feed) => this.#set({ feed }),
    })
    const inPhases = event.phases.length > 0
    const isNew = inPhases && this.#code.text === null && this.#deps.store.getItem(this.#storeName) === null
    if (isNew && event.takes_codes && saleNow(phasesLeft(event, serverNow()), serverNow()).who === 'nobody')
      this.offerCode()
    void this.#findEarlierHold()
    void this.#code.look()
  }

  stop(): void {
    this.#feed?.stop()
    this.#code.stop()
    if (this.#tickTimer) clearTimeout(this.#tickTimer)
  }

  /** The event was read again: another phase of its sale may have other prices. */
  update(event: Event): void {
    this.event = event
    this.#setPrices()
    // What the code opens may cost something else, too.
    void this.#code.look()
  }

  #setPrices(): void {
    this.prices = this.prices.with(this.event, this.#view.code?.prices ?? undefined)
    this.#set({})
  }

  readonly view = (): SeatView => this.#view
  readonly subscribe = (listener: () => void): (() => void) => listen(this.#viewListeners, listener)
  readonly subscribeStock = (listener: (changed: ChangedSeats) => void): (() => void) =>
    listen(this.#stockListeners, listener)
  /** A number that rises while the stock changes, a few times a second at most. */
  readonly tick = (): number => this.#tick
  readonly subscribeTick = (listener: () => void): (() => void) => listen(this.#tickListeners, listener)

  /** The categories that have seats left, as bits. */
  readonly openCategories = (): number =>
    this.stock.freeInCategory.reduce((bits, left, i) => (left > 0 ? bits | (1 << (i & 31)) : bits), 0)

  get max(): number {
    return ticketLimit(this.event, this.#view.code, serverNow())
  }

  /** Whether there are seats with a number to be had at all: a code may open standing places alone. */
  get hasSeats(): boolean {
    const kept = this.#view.code?.kept
    return this.hall.seatCount > 0 && (!kept || kept.seats.includes(1))
  }

  isFree(seat: number): boolean {
    return this.stock.statuses[seat] === SEAT_FREE
  }

  priceOf(seat: number, type: string): number | null {
    return this.prices.amount(this.hall.data.category[seat]!, type)
  }

  total(choice: Choice = this.#view.choice): number | null {
    const { areas } = this.hall.data
    return totalOf(
      choice,
      {
        seat: (seat, type) => this.priceOf(seat, type),
        area: (area, type) => this.prices.amount(areas[area]!.category, type),
      },
      this.prices.orderFee,
    )
  }

  /** Says what became of it: `taken` is somebody else's; of `refused` a notice says why, where there is something to say. */
  toggle(seat: number): 'chosen' | 'taken back' | 'refused' | 'taken' | 'not sold' {
    const { choice, held, busy } = this.#view
    if (busy) return 'refused'
    if (held) {
      this.#set({ notice: { kind: 'holding' } })
      return 'refused'
    }
    const had = isChosen(choice, seat)
    if (!had && !this.isFree(seat)) return 'taken'
    const [type] = this.prices.typesOf(this.hall.data.category[seat]!)
    if (!type) return 'not sold'
    const next = toggleSeat(choice, seat, type.id, this.max)
    if (next === choice) {
      this.#set({ notice: { kind: 'limit' } })
      return 'refused'
    }
    this.#choose(next)
    return had ? 'taken back' : 'chosen'
  }

  remove(seat: number): void {
    this.#choose(withoutSeats(this.#view.choice, [seat]))
  }

  setPriceType(seat: number, type: string): void {
    this.#set({ choice: withPriceType(this.#view.choice, seat, type) })
  }

  setPlaces(area: number, type: string, quantity: number): void {
    const left = this.stock.areas[this.hall.data.areas[area]!.area_id] ?? 0
    const before = this.#view.choice
    const next = withPlaces(before, area, type, Math.min(quantity, left), this.max)
    const limited = quantity > 0 && countOf(next) === countOf(before) && countOf(next) >= this.max
    this.#choose(next)
    if (limited) this.#set({ notice: { kind: 'limit' } })
  }

  /** Takes the seats that were offered for lost ones; those that it got. */
  takeOffer(): number[] {
    const { notice, choice } = this.#view
    if (notice?.kind !== 'lost' || !notice.offer) return []
    let next = choice
    for (const seat of notice.offer) {
      const [type] = this.prices.typesOf(this.hall.data.category[seat]!)
      if (type && this.isFree(seat)) next = toggleSeat(next, seat, type.id, this.max)
    }
    this.#choose(next)
    return notice.offer.filter((seat) => isChosen(next, seat))
  }

  dismiss(): void {
    this.#set({ notice: null })
  }

  /** Holds what is chosen. The reservation's id, or null with a notice. */
  async hold(): Promise<string | null> {
    const { choice } = this.#view
    const { areas } = this.hall.data
    const held = await this.#reserve('hold', {
      event_id: this.event.event_id,
      ...(choice.seats.length > 0 && {
        seats: choice.seats.map(({ seat, priceType }) => ({
          seat_id: this.hall.seatId(seat),
          price_type: priceType,
        })),
      }),
      ...(choice.places.length > 0 && {
        areas: choice.places.map(({ area, priceType, quantity }) => ({
          area_id: areas[area]!.area_id,
          quantity,
          price_type: priceType,
        })),
      }),
    })
    if (held) this.#show(held)
    return held?.reservation_id ?? null
  }

  /** Chooses these seats instead and holds them at once. */
  holdInstead(seats: readonly number[]): Promise<string | null> {
    const typeBefore = this.#view.choice.seats.map(({ priceType }) => priceType)
    const chosen = seats.map((seat, i) => {
      const types = this.prices.typesOf(this.hall.data.category[seat]!)
      const kept = types.find(({ id }) => id === typeBefore[i]) ?? types[0]
      return { seat, priceType: kept?.id ?? '' }
    })
    this.#choose({ ...this.#view.choice, seats: chosen })
    return this.hold()
  }

  /** Has the server choose and hold; the seats are shown before anybody pays. */
  async holdBest(wish: BestWish): Promise<boolean> {
    const held = await this.#reserve('best', {
      event_id: this.event.event_id,
      best_available: {
        quantity: wish.quantity,
        price_type: wish.priceType,
        ...(wish.category !== null && { category: wish.category }),
        ...(wish.accessible && { accessible: true }),
      },
    })
    if (held) this.#show(held)
    return held !== null
  }

  /** Somebody has a code and says so by themselves. */
  offerCode(): void {
    this.#set({ notice: { kind: 'code', code: null, refused: null } })
  }

  /**
   * Shows what the code opens and nothing else; what was refused without it, or with another, is asked for again where it
   * is among that. The reservation's id, as `hold` answers it.
   */
  async enterCode(code: string): Promise<string | null> {
    if (this.#view.busy) return null
    this.#set({ busy: 'code' })
    let found: CodeInForce | null
    try {
      found = await this.#code.enter(code)
    } catch (error) {
      this.#set({ busy: null, notice: this.#refusal(error, code) })
      return null
    }
    this.#set({ busy: null, notice: found ? null : { kind: 'code', code, refused: 'not_now' } })
    if (!found) return null
    this.#showCode(found)
    const asked = this.#asked
    if (!asked || !fitsCode(asked.body, found, this.hall)) return null
    const held = await this.#reserve(asked.busy, asked.body)
    if (held) this.#show(held)
    return asked.busy === 'hold' ? (held?.reservation_id ?? null) : null
  }

  /** Back to what is on open sale. */
  leaveCode(): void {
    const { code, choice } = this.#view
    this.#asked = null
    this.#code.forget()
    this.#feed?.show(null)
    // What is kept for the code is nobody else's.
    this.#set({ code: null, notice: null, choice: code?.kept ? NOTHING : choice })
    this.#setPrices()
  }

  /** The seats that are kept for the code, by number. */
  seatsOfCode(): number[] {
    const kept = this.#view.code?.kept?.seats ?? []
    return Array.from(kept.keys()).filter((seat) => kept[seat] === 1)
  }

  /** Lets held seats go. */
  async release(): Promise<void> {
    const { held } = this.#view
    if (!held) return
    this.#set({ busy: 'release' })
    const { api } = this.#deps
    try {
      await read(api.DELETE('/v1/reservations/{id}', { params: { path: { id: held.reservation_id } } }))
      this.#deps.store.removeItem(this.#storeName)
      this.#set({ held: null, heldSeats: [], busy: null, notice: null })
    } catch (error) {
      if (isApiError(error, 'not_found')) this.#set({ held: null, heldSeats: [], busy: null })
      else this.#set({ busy: null, notice: noticeOf(error) })
    }
  }

  async #reserve(busy: 'hold' | 'best', wish: ReservationRequest): Promise<Reservation | null> {
    if (this.#view.busy) return null
    this.#set({ busy, notice: null })
    this.#asked = null
    const code = this.#code.text
    const body = { ...wish, ...(code !== null && { access_code: code }) }
    const text = JSON.stringify(body)
    const key = this.#pending?.body === text ? this.#pending.key : this.#deps.newKey()
    this.#pending = { body: text, key }
    const { api } = this.#deps
    try {
      const held = await asBuyer(api, () =>
        read(api.POST('/v1/reservations', { body, params: { header: { 'Idempotency-Key': key } } })),
      )
      this.#pending = null
      this.#deps.store.setItem(this.#storeName, held.reservation_id)
      this.#set({ busy: null })
      return held
    } catch (error) {
      // Whether a call that nobody answered took effect is not known: the same key asks for its outcome.
      if (isApiError(error) && error.status < 500) this.#pending = null
      if (isApiError(error) && isCodeRefusal(error.code)) {
        this.leaveCode()
        this.#asked = { busy, body: wish }
      }
      this.#set({ busy: null, notice: this.#refusal(error, code) })
      this.#loseTaken()
      return null
    }
  }

  #refusal(error: unknown, code: string | null): SeatNotice {
    if (!isApiError(error)) return noticeOf(error)
    if (isCodeRefusal(error.code)) return { kind: 'code', code, refused: error.code }
    const seatsIn = (value: unknown): number[] =>
      Array.isArray(value) ? value.map((id) => this.hall.indexOf(String(id))).filter((seat) => seat >= 0) : []
    switch (error.code) {
      case 'seats_unavailable': {
        const seats = seatsIn(error.problem['seat_ids'])
        const given = error.problem['alternatives']
        const alternatives = (Array.isArray(given) ? given : [])
          .map(seatsIn)
          .filter((choice) => choice.length > 0)
        this.#set({ choice: withoutSeats(this.#view.choice, seats) })
        return { kind: 'refused', seats, alternatives }
      }
      case 'orphan_seat':
        return { kind: 'orphan', seats: seatsIn(error.problem['seat_ids']) }
      case 'limit_exceeded':
        return limitNotice(error.problem, this)
      case 'sold_out':
        this.#code.lookSoon()
        return { kind: 'soldOut' }
      default:
        return noticeOf(error)
    }
  }

  #showCode(code: CodeInForce): void {
    const { choice, outside } = withinCode(this.#view.choice, code, this.hall)
    this.#set({
      ...{ code, choice },
      ...(outside.length > 0 && { notice: { kind: 'outsideCode', seats: outside } as const }),
    })
    this.#setPrices()
    this.#feed?.show(code.kept)
  }

  #show(held: Reservation): void {
    const heldSeats = held.seats.map(({ seat_id }) => this.hall.indexOf(seat_id)).filter((seat) => seat >= 0)
    this.#set({ held, heldSeats, choice: NOTHING, notice: null })
  }

  async #findEarlierHold(): Promise<void> {
    const id = this.#deps.store.getItem(this.#storeName)
    if (!id) return
    try {
      const held = await read(this.#deps.api.GET('/v1/reservations/{id}', { params: { path: { id } } }))
      if (held.status === 'HELD') this.#show(held)
      else this.#deps.store.removeItem(this.#storeName)
    } catch (error) {
      if (isApiError(error, 'not_found')) this.#deps.store.removeItem(this.#storeName)
    }
  }

  get #storeName(): string {
    return holdName(this.event.event_id)
  }

  #choose(choice: Choice): void {
    // Of kept seats any may be taken.
    const orphans =
      this.event.limits.no_orphan_seats && !this.#view.code?.kept
        ? orphansOf(
            this.hall,
            (seat) => this.isFree(seat),
            choice.seats.map(({ seat }) => seat),
          )
        : []
    const { notice } = this.#view
    // A loss stays in sight until it is made good; other words belong to the choice before this one.
    const stays =
      notice?.kind === 'lost' &&
      countOf(choice) < this.max &&
      !notice.offer?.some((seat) => isChosen(choice, seat))
    const next: SeatNotice | null =
      orphans.length > 0 ? { kind: 'orphan', seats: orphans } : stays ? notice : null
    this.#set({ choice, notice: next })
  }

  #stockChanged(changed: ChangedSeats): void {
    for (const listener of this.#stockListeners) listener(changed)
    this.#tickTimer ??= setTimeout(() => {
      this.#tickTimer = null
      this.#tick += 1
      for (const listener of this.#tickListeners) listener()
    }, STOCK_MS)
    this.#code.lookSoon()
    // While a hold is under way the seats may have changed because they are becoming ours.
    if (this.#view.busy === null) this.#loseTaken()
  }

  #loseTaken(): void {
    const { choice, notice } = this.#view
    const taken = lostSeats(choice, this.stock.statuses)
    const offerGone = notice?.kind === 'lost' && notice.offer?.some((seat) => !this.isFree(seat))
    if (taken.length === 0 && !offerGone) return
    const kept = withoutSeats(choice, taken)
    const before = notice?.kind === 'lost' ? notice.seats : []
    const seats = [...new Set([...before, ...taken])]
    const keptSeats = kept.seats.map(({ seat }) => seat)
    const offer = nearestLike(this.hall, (seat) => this.isFree(seat), seats, keptSeats)
    this.#set({ choice: kept, notice: { kind: 'lost', seats, offer, samePrice: true } })
  }

  #set(change: Partial<SeatView>): void {
    this.#view = { ...this.#view, ...change }
    for (const listener of this.#viewListeners) listener()
  }
}

function isCodeRefusal(code: string): code is CodeRefusal {
  return code === 'access_code_required' || code === 'access_code_invalid' || code === 'access_code_used_up'
}

function limitNotice(
  { price_type, min, max, tickets_per_buyer, tickets_had }: Record<string, unknown>,
  { prices, max: limit }: Pick<SeatSession, 'prices' | 'max'>,
): SeatNotice {
  if (price_type === undefined)
    return { kind: 'tooMany', max: Number(tickets_per_buyer ?? limit), had: Number(tickets_had ?? 0) }
  const name = prices.types.find(({ id }) => id === price_type)?.name ?? ''
  return { kind: 'typeBounds', name, min: Number(min), max: max === null ? null : Number(max) }
}

function noticeOf(error: unknown): SeatNotice {
  if (error instanceof NetworkError) return { kind: 'network' }
  return { kind: 'other', code: isApiError(error) ? error.code : 'internal' }
}

function listen<L>(listeners: Set<L>, listener: L): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
