import bricolage from '../../theme/fonts/bricolage-latin.woff2?url'
import inter from '../../theme/fonts/inter-latin.woff2?url'
import type { Layout } from '../../../shared/layout.ts'
import { Availability, type ChangedSeats, type Opened, type StockNews } from './availability.ts'
import { AvailabilityFeed, type FeedState } from './availability-feed.ts'
import { Hall, hallData, type HallData } from './hall.ts'
import type { Programs } from './programs.ts'
import { MapPainter, openCanvas, WORDS_MS, type PaintOrder, type PaintStart } from './map-painter.ts'

/**
 * Reads a layout and what is free, and draws them away from the main thread: neither fifty thousand seats nor a thousand
 * changes a second hold up a slow phone's fingers. One worker is for one layout; it may draw on one canvas after the
 * other, and listen to one event after the other.
 */
export type MapRequest =
  /** What is free of the event is asked for along with the layout: somebody will listen. */
  | { kind: 'read'; url: string; eventUrl: string }
  /** `since`: the version that is known already. */
  | { kind: 'listen'; id: number; eventUrl: string; since: number }
  /** What was heard may be old: the tab slept, or the network was away. */
  | { kind: 'wake'; id: number }
  /** What a code opens, and nothing else; null: what is on open sale. */
  | { kind: 'show'; id: number; opened: Opened | null }
  | { kind: 'mute'; id: number }
  | { kind: 'canvas'; canvas: OffscreenCanvas }
  | { kind: 'start'; id: number; start: PaintStart }
  | { kind: 'order'; id: number; order: PaintOrder }
  | { kind: 'stop'; id: number }
  | { kind: 'frames' }

export type MapAnswer =
  /** What is free comes along where it is there in time. */
  | { kind: 'hall'; hall: HallData; news: StockNews | null }
  | { kind: 'failed'; reason: string }
  | { kind: 'stock'; id: number; news: StockNews }
  | { kind: 'feed'; id: number; state: FeedState }
  /** The first frame is on the canvas. */
  | { kind: 'drawn'; id: number }
  /** This device cannot draw here, or cannot any more. */
  | { kind: 'unable'; id: number }
  | { kind: 'frames'; drawn: number }

/** Milliseconds that the first letters wait for their fonts. */
const FONTS_MS_MAX = 400
/** Milliseconds that the plan waits for what is free: both are needed before anything is shown. */
const STOCK_MS_MAX = 300
/** Milliseconds in which changes are gathered for the page: it finds seats by them and says what is left, but draws none. */
const TELL_MS = 250

let hall: Hall | null = null
let programs: Programs | null = null
let painter: MapPainter | null = null
let reading: Promise<void> = Promise.resolve()
let opening: Promise<void> = reading
let current = 0
let scene: Extract<PaintOrder, { kind: 'scene' }> | null = null
let drawing = false
let announced = true
let frames = 0
/** What came while fonts were loading. */
let waiting: PaintOrder[] | null = null
const fonts = loadFonts()
let heard: Heard | null = null
let feedState: FeedState = 'starting'
/** Who listens to it; 0 for nobody yet. */
let listener = 0
/** Seats that the listener has not been told of. */
const untold = new Set<number>()
let telling: ReturnType<typeof setTimeout> | undefined
let relabelling: ReturnType<typeof setTimeout> | undefined

addEventListener('message', ({ data }: MessageEvent<MapRequest>) => {
  switch (data.kind) {
    case 'read':
      reading = read(data.url, data.eventUrl).catch((error: unknown) =>
        post({ kind: 'failed', reason: String(error) }),
      )
      return
    case 'listen':
      listen(data.id, data.eventUrl, data.since)
      return
    case 'wake':
      if (data.id === listener) heard?.wake()
      return
    case 'show':
      if (data.id === listener) heard?.show(data.opened)
      return
    case 'mute':
      if (data.id === listener) mute()
      return
    case 'canvas':
      // The plan first: whoever waits for it does not wait for the graphics card.
      opening = reading.then(() => open(data.canvas))
      return
    case 'start':
      void start(data.id, data.start)
      return
    case 'order':
      if (data.id === current) take(data.order)
      return
    case 'stop':
      if (data.id === current) painter = null
      return
    case 'frames':
      post({ kind: 'frames', drawn: frames })
  }
})

async function read(url: string, eventUrl: string): Promise<void> {
  const early = fetch(`${eventUrl}/availability`, { cache: 'no-store' })
  // Whoever takes it sees the failure.
  early.catch(() => undefined)
  const response = await fetch(url)
  if (!response.ok) throw new Error(`The layout answered ${response.status}.`)
  const data = hallData((await response.json()) as Layout)
  hall = new Hall(data)
  const stock = await new Promise<Availability | null>((resolve) => {
    setTimeout(() => resolve(null), STOCK_MS_MAX)
    hear(data, eventUrl, early, resolve)
  })
  post({ kind: 'hall', hall: data, news: stock?.newsOf(null) ?? null })
}

type Heard = {
  eventUrl: string
  stock: Availability
  feed: AvailabilityFeed
  wake(): void
  show(opened: Opened | null): void
}

/** Reads what is free, whether or not somebody listens already. */
function hear(
  { section, category, sections, categories }: HallData,
  eventUrl: string,
  early?: Promise<Response>,
  onFirst?: (stock: Availability) => void,
): void {
  heard?.feed.stop()
  const stock = new Availability(section, category, sections.length, categories.length)
  let first = early
  const onChange = (changed: ChangedSeats): void => {
    if (heard !== one) return
    painter?.take({ kind: 'stock', news: stock.newsOf(changed) })
    drawSoon()
    // Words follow more slowly than seats: once more when it is their turn.
    relabelling ??= setTimeout(() => {
      relabelling = undefined
      drawSoon()
    }, WORDS_MS * 1.1)
    tell(changed)
  }
  const feed = new AvailabilityFeed({
    eventUrl,
    availability: stock,
    onChange(changed) {
      onFirst?.(stock)
      onChange(changed)
    },
    onState(state) {
      feedState = state
      if (heard === one && listener > 0) post({ kind: 'feed', id: listener, state })
    },
    onWake(wake) {
      one.wake = wake
      return () => (one.wake = () => undefined)
    },
    fetch(url, init) {
      const answer = url.endsWith('/availability') ? first : undefined
      first = undefined
      return answer ?? fetch(url, init)
    },
  })
  const one: Heard = {
    ...{ eventUrl, stock, feed, wake: () => undefined },
    show(opened) {
      stock.show(opened)
      onChange(null)
    },
  }
  heard = one
  feedState = 'starting'
  feed.start()
}

/** All at once, single seats a few times a second: each message takes the time of the page's fingers. */
function tell(changed: ChangedSeats): void {
  for (const seat of changed ? Array.from(changed) : []) untold.add(seat)
  if (changed === null) return say(null)
  telling ??= setTimeout(() => say([...untold]), TELL_MS)
}

function say(changed: ChangedSeats): void {
  clearTimeout(telling)
  telling = undefined
  untold.clear()
  if (heard && listener > 0) post({ kind: 'stock', id: listener, news: heard.stock.newsOf(changed) })
}

function listen(id: number, eventUrl: string, since: number): void {
  if (!hall) return
  listener = id
  if (heard?.eventUrl !== eventUrl) return hear(hall.data, eventUrl)
  if (feedState !== 'starting') post({ kind: 'feed', id, state: feedState })
  const { stock } = heard
  if (stock.version >= 0 && stock.version !== since) say(null)
}

function mute(): void {
  listener = 0
  heard?.feed.stop()
  heard = null
}

function open(canvas: OffscreenCanvas): void {
  programs = openCanvas(canvas)
  canvas.addEventListener('webglcontextlost', (event) => {
    event.preventDefault()
    post({ kind: 'unable', id: current })
  })
}

async function start(id: number, begin: PaintStart): Promise<void> {
  current = id
  scene = null
  waiting = []
  await Promise.all([fonts, opening])
  // Another map was opened meanwhile.
  if (current !== id) return
  if (!programs || !hall) return post({ kind: 'unable', id })
  try {
    // What was heard since the page said what it knew.
    const stock = heard && heard.stock.version >= 0 ? heard.stock.newsOf(null) : begin.stock
    painter = new MapPainter(programs, hall, { ...begin, stock })
  } catch (error) {
    console.warn(error)
    return post({ kind: 'unable', id })
  }
  announced = false
  const orders: PaintOrder[] = waiting
  waiting = null
  orders.forEach(take)
}

function take(order: PaintOrder): void {
  if (waiting) return void waiting.push(order)
  if (order.kind !== 'scene') return painter?.take(order)
  // Only the newest view is drawn: a slow graphics card skips frames and never falls behind.
  scene = order
  drawSoon()
}

/** Also when seats changed and nobody moved the view: the page has nothing to do for it. */
function drawSoon(): void {
  if (drawing || !scene || !painter) return
  drawing = true
  requestAnimationFrame(draw)
}

function draw(): void {
  drawing = false
  if (!scene || !painter) return
  try {
    painter.take(scene)
  } catch (error) {
    console.warn(error)
    painter = null
    return post({ kind: 'unable', id: current })
  }
  frames += 1
  if (announced) return
  announced = true
  post({ kind: 'drawn', id: current })
  programs?.compileRest()
  painter.prepareNear()
}

async function loadFonts(): Promise<void> {
  const faces = [
    new FontFace('Inter', `url(${inter})`, { weight: '400 700' }),
    new FontFace('Bricolage Grotesque', `url(${bricolage})`, { weight: '400 700' }),
  ]
  const set = (self as unknown as { fonts: FontFaceSet }).fonts
  for (const face of faces) set.add(face)
  const late = new Promise((resolve) => setTimeout(resolve, FONTS_MS_MAX))
  await Promise.race([Promise.allSettled(faces.map((face) => face.load())), late])
}

function post(answer: MapAnswer): void {
  ;(self as unknown as { postMessage(message: MapAnswer): void }).postMessage(answer)
}
