import { PdfCanvas, type TextStyle } from '../../platform/pdf/canvas.ts'
import { qrMatrix } from '../../platform/pdf/qr.ts'
import { momentOf, moneyText, placeText, type Moment } from './moments.ts'
import type { DeliveredTicket, Delivery } from './types.ts'
import { languageOf, TICKET_WORDS } from './words.ts'

const INK = '#14110F'
const SOFT = '#6B645E'
const PAPER = '#FAF7F2'
const WHITE = '#FFFFFF'
const VELVET = '#B3123B'
const BEAM = '#FFC83D'
const HAIRLINE = '#DDD6CC'

// In points. As narrow as a phone, so that it fills the screen; printed on A4 it grows to fit.
const WIDTH = 360
const HEIGHT_MIN = 660
const FRAME = 14
const HEAD = 46
const PADDING = 22
const LEFT = FRAME + PADDING
const RIGHT = WIDTH - LEFT
const INNER = RIGHT - LEFT
const NOTCH = 10
const QR_WIDTH = 248

/** One page a ticket: door, row and seat first, then the event, and below the tear line the code. */
export async function ticketPdf(delivery: Delivery, holder: string, createdAt: Date): Promise<Uint8Array> {
  const words = TICKET_WORDS[languageOf(delivery.locale)]
  const canvas = new PdfCanvas({
    title: words.title(delivery.event.name),
    language: languageOf(delivery.locale),
    createdAt,
  })
  const moment = momentOf(delivery.event, delivery.locale)
  for (const [i, ticket] of delivery.tickets.entries()) {
    drawTicket({ canvas, words, delivery, moment, ticket, holder, no: i + 1 })
  }
  return canvas.finish()
}

type Drawing = {
  canvas: PdfCanvas
  words: (typeof TICKET_WORDS)[keyof typeof TICKET_WORDS]
  delivery: Delivery
  moment: Moment
  ticket: DeliveredTicket
  holder: string
  no: number
}

function drawTicket(d: Drawing): void {
  const { canvas } = d
  const title = titleOf(d)
  const seatHeight = d.ticket.seat === null ? 92 : 96
  const eventHeight = Math.max(title.height, 62) + 80
  const tear = HEAD + PADDING + seatHeight + eventHeight
  const foot = tear + 26 + QR_WIDTH + (d.delivery.livemode ? 90 : 122)
  const height = Math.max(HEIGHT_MIN, foot + FRAME)
  canvas.addPage(WIDTH, height)
  canvas.fill({ x: 0, y: 0, width: WIDTH, height }, VELVET)
  drawHead(d)
  const card = { x: FRAME, width: WIDTH - 2 * FRAME }
  canvas.fill({ ...card, y: HEAD, height: height - HEAD - FRAME }, WHITE, 12)
  canvas.fill({ ...card, y: HEAD, height: 40 }, PAPER, 12)
  canvas.fill({ ...card, y: HEAD + 20, height: tear - HEAD - 20 }, PAPER)
  drawSeat(d, HEAD + PADDING)
  drawEvent(d, title, HEAD + PADDING + seatHeight)
  drawTear(canvas, tear)
  drawCode(d, tear + 26)
}

function drawHead({ canvas, words, delivery, no }: Drawing): void {
  canvas.disc(LEFT + 5, HEAD / 2 + 1, 5, BEAM)
  canvas.text('Usher', LEFT + 17, HEAD / 2 - 9, { font: 'display', size: 16, color: WHITE })
  const all = delivery.tickets.length
  canvas.text(words.ofAll(no, all), RIGHT, HEAD / 2 - 7, strong(12, WHITE), 'right')
}

function drawSeat({ canvas, words, ticket }: Drawing, y: number): void {
  const { door, section, row, seat } = ticket
  if (seat === null) {
    const isNarrow = door !== null
    const width = isNarrow ? INNER * 0.7 : INNER
    const name = section ?? words.area
    drawValue(canvas, { label: words.area, value: name, x: LEFT, y, width: width - 10 })
    if (door) drawValue(canvas, { label: words.door, value: door, x: LEFT + width, y, width: INNER - width })
    canvas.text(words.anyPlace, LEFT, y + 66, text(11, SOFT))
  } else {
    if (section) canvas.text(canvas.wrap(section, strong(14), INNER, 1)[0]!, LEFT, y - 2, strong(14))
    const columns = [
      { label: words.door, value: door },
      { label: words.row, value: row },
      { label: words.seat, value: seat },
    ].flatMap(({ label, value }) => (value === null ? [] : [{ label, value }]))
    drawColumns(canvas, columns, y + 22)
  }
}

const BIG: TextStyle = { font: 'display-strong', size: 46, color: INK }
const GAP = 16

/** As wide as each other where that does, else each as wide as it needs, all in one size. */
function drawColumns(canvas: PdfCanvas, columns: { label: string; value: string }[], y: number): void {
  const equal = INNER / columns.length
  const needed = columns.map(({ label, value }) =>
    Math.max(canvas.width(value, BIG), canvas.width(label, text(11))),
  )
  const room = INNER - GAP * (columns.length - 1)
  const scale = Math.min(1, room / needed.reduce((sum, width) => sum + width, 0))
  const isEqual = needed.every((width) => width <= equal - GAP)
  let x = LEFT
  for (const [i, { label, value }] of columns.entries()) {
    const width = isEqual ? equal - GAP : needed[i]! * scale
    drawValue(canvas, { label, value, x, y, width, size: BIG.size * scale })
    x += width + GAP
  }
}

type Value = { label: string; value: string; x: number; y: number; width: number; size?: number }

/** A small label above what is read at arm's length. */
function drawValue(canvas: PdfCanvas, { label, value, x, y, width, size = BIG.size }: Value): void {
  canvas.text(label, x, y, text(11, SOFT))
  const style = canvas.fit(value, { ...BIG, size }, width, 16)
  const shown = canvas.wrap(value, style, width, 1)[0]!
  canvas.text(shown, x - 1, y + 16 + (BIG.size - style.size) * 0.6, style)
}

type Title = { lines: string[]; style: TextStyle; height: number }

function titleOf({ canvas, delivery, moment }: Drawing): Title {
  const width = titleWidth(canvas, moment)
  for (const size of [23, 20, 17, 15]) {
    const style: TextStyle = { font: 'display', size, color: INK }
    const lines = canvas.wrap(delivery.event.name, style, width, size === 15 ? 5 : 3)
    const isCut = lines.some((line) => line.endsWith('…'))
    if (!isCut || size === 15) return { lines, style, height: lines.length * size * 1.14 }
  }
  throw new Error('one of the sizes is the last')
}

function monthLine({ month, weekday }: Moment): string {
  return `${month}, ${weekday}`
}

function titleWidth(canvas: PdfCanvas, moment: Moment): number {
  return INNER - 18 - Math.max(canvas.width(moment.day, BIG), canvas.width(monthLine(moment), strong(11)))
}

function drawEvent(d: Drawing, title: Title, y: number): void {
  const { canvas, words, delivery, moment } = d
  canvas.line(LEFT, RIGHT, y, { color: HAIRLINE, width: 0.75 })
  for (const [i, line] of title.lines.entries()) {
    canvas.text(line, LEFT, y + 14 + i * title.style.size * 1.14, title.style)
  }
  canvas.text(moment.day, RIGHT, y + 2, BIG, 'right')
  canvas.text(monthLine(moment), RIGHT, y + 52, strong(11), 'right')
  const below = y + 14 + Math.max(title.height, 52)
  const doors = moment.doors === null ? '' : `, ${words.doors(moment.doors)}`
  const { status } = delivery.event
  const note = status === 'cancelled' ? words.cancelled : status === 'postponed' ? words.postponed : null
  const when = note ?? (moment.time === null ? words.timeToCome : `${moment.time}${doors}`)
  canvas.text(when, LEFT, below + 4, strong(13, note === null ? INK : VELVET))
  const place = placeText(delivery.event)
  canvas.text(canvas.wrap(place.name, text(12), INNER, 1)[0]!, LEFT, below + 23, text(12))
  canvas.text(canvas.wrap(place.address, text(12, SOFT), INNER, 1)[0]!, LEFT, below + 39, text(12, SOFT))
}

function drawTear(canvas: PdfCanvas, y: number): void {
  canvas.line(FRAME + NOTCH + 6, WIDTH - FRAME - NOTCH - 6, y, { color: '#B9B0A5', width: 1.25, dash: 5 })
  canvas.disc(FRAME, y, NOTCH, VELVET)
  canvas.disc(WIDTH - FRAME, y, NOTCH, VELVET)
}

function drawCode({ canvas, words, delivery, ticket, holder }: Drawing, y: number): void {
  const { locale, currency, livemode } = delivery
  canvas.squares(
    { x: (WIDTH - QR_WIDTH) / 2, y, width: QR_WIDTH, height: QR_WIDTH },
    qrMatrix(ticket.code),
    INK,
  )
  const price = moneyText({ amount: ticket.amount, currency }, locale)
  const facts = [ticket.priceType, price, words.serial(ticket.serial)].filter(Boolean).join('  ·  ')
  let line = y + QR_WIDTH + 16
  const centred = (t: string, style: TextStyle, step: number): void => {
    canvas.text(canvas.wrap(t, style, INNER, 1)[0]!, WIDTH / 2, line, style, 'center')
    line += step
  }
  if (holder !== '') centred(holder, strong(13), 19)
  centred(facts, text(11.5), 18)
  for (const part of canvas.wrap(words.howTo, text(10, SOFT), INNER - 10, 2))
    centred(part, text(10, SOFT), 13)
  if (!livemode) {
    canvas.fill({ x: LEFT, y: line + 6, width: INNER, height: 22 }, BEAM, 11)
    line += 11
    centred(words.test, strong(10.5), 0)
  }
}

function text(size: number, color: string = INK): TextStyle {
  return { font: 'text', size, color }
}

function strong(size: number, color: string = INK): TextStyle {
  return { font: 'text-strong', size, color }
}
