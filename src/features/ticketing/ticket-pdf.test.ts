import { describe, expect, test } from 'bun:test'
import { generateKeyPairSync, sign } from 'node:crypto'
import jsQR from 'jsqr'
import { calendarFile } from '../../platform/calendar.ts'
import { qrMatrix } from '../../platform/pdf/qr.ts'
import { signTicket } from '../../shared/ticket-code.ts'
import { verifyTicket } from '../../shared/verify-ticket.ts'
import { momentOf, moneyText } from './moments.ts'
import { ticketPdf } from './ticket-pdf.ts'
import type { DeliveredEvent, Delivery } from './types.ts'

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const signer = {
  keyId: '0a1b2c3d4e5f',
  sign: (bytes: Uint8Array) => new Uint8Array(sign(null, bytes, privateKey)),
}
const raw = new Uint8Array(Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url'))
const keys = new Map([[signer.keyId, raw]])
const at = new Date('2027-01-01T00:00:00Z')

const event: DeliveredEvent = {
  eventId: '5393',
  name: 'Rusałka: Lyrische Oper in drei Akten von Antonín Dvořák, Łódź',
  revision: 3,
  status: 'published',
  venue: {
    venueId: 'v',
    name: 'Großes Haus',
    street: 'Straße 1',
    city: 'Łódź',
    metro: null,
    region: null,
    country: 'PL',
    timezone: 'Europe/Warsaw',
    lat: null,
    lon: null,
  },
  room: null,
  startsAt: Date.parse('2027-03-18T18:30:00Z'),
  startsAtPrecision: 'time',
  refundUntil: null,
  startsOn: '2027-03-18',
  doorsAt: Date.parse('2027-03-18T17:45:00Z'),
  durationMinutes: 150,
}

function delivery(places: { row: string | null; seat: string | null }[], livemode = true): Delivery {
  return {
    orderId: 'o',
    buyer: 'b',
    locale: 'de-AT',
    livemode,
    currency: 'EUR',
    event,
    isPending: false,
    tickets: places.map((place, i) => ({
      ticketId: '01932d6e-7c1a-7f3e-9b52-6f1f8f2c4d10',
      serial: i + 1,
      code: codeOf(i + 1),
      door: 'C',
      section: 'Parkett',
      priceType: 'Normalpreis',
      amount: 9600,
      ...place,
    })),
  }
}

function codeOf(serial: number): string {
  return signTicket(
    {
      eventId: '5393',
      ticketId: '01932d6e-7c1a-7f3e-9b52-6f1f8f2c4d10',
      serial,
      stateVersion: 45_678,
      place: { kind: 'seat', no: 40_000 },
      livemode: true,
    },
    signer,
  )
}

type Picture = { width: number; height: number; rgba: Uint8ClampedArray }

/** The squares as pixels, with the quiet zone. */
function picture(code: string, pixels: number): Picture {
  const { size, isDark } = qrMatrix(code)
  const width = (size + 8) * pixels
  const rgba = new Uint8ClampedArray(width * width * 4).fill(255)
  for (let y = 0; y < width; y++) {
    for (let x = 0; x < width; x++) {
      const [column, row] = [Math.floor(x / pixels) - 4, Math.floor(y / pixels) - 4]
      const isInside = column >= 0 && row >= 0 && column < size && row < size
      if (isInside && isDark(column, row)) rgba.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 3)
    }
  }
  return { width, height: width, rgba }
}

describe('the QR code', () => {
  test('is read back by a scanner, is genuine, and has 49 squares a side', async () => {
    const code = codeOf(1)
    const { width, height, rgba } = picture(code, 4)
    expect(jsQR(rgba, width, height)?.data).toBe(code)
    expect((await verifyTicket(code, { keys })).verdict).toBe('valid')
    expect(qrMatrix(code).size).toBe(49)
  })

  test('is read with a drop of rain on it', () => {
    const code = codeOf(2)
    const { width, height, rgba } = picture(code, 4)
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        if (Math.hypot(x - width * 0.62, y - height * 0.55) < width * 0.11)
          rgba.fill(200, (y * width + x) * 4, (y * width + x) * 4 + 3)
      }
    }
    expect(jsQR(rgba, width, height)?.data).toBe(code)
  })
})

const pdftoppm = Bun.which('pdftoppm')
const pdftotext = Bun.which('pdftotext')

describe('the PDF', () => {
  test('has a page a ticket, for seats and for places in an area', async () => {
    const places = [
      { row: 'F', seat: '12' },
      { row: null, seat: null },
    ]
    const bytes = Buffer.from(await ticketPdf(delivery(places, false), 'Łucja Größe', at)).toString('latin1')
    expect(bytes.match(/\/Type \/Page\b/g)?.length).toBe(2)
  })

  test.skipIf(!pdftoppm)('printed, its code is read back and is genuine', async () => {
    const pdf = await ticketPdf(delivery([{ row: 'F', seat: '12' }]), 'Antonín Dvořák', at)
    const { width, height, rgba } = await render(pdf)
    const read = jsQR(rgba, width, height)?.data
    expect(read).toBe(codeOf(1))
    expect(await verifyTicket(read!, { keys, eventId: '5393' })).toMatchObject({ verdict: 'valid' })
  })

  test.skipIf(!pdftotext)('writes every letter of a name, and the seat before the event', async () => {
    const pdf = await ticketPdf(delivery([{ row: 'F', seat: '12' }]), 'Łucja Größe, Дмитрий', at)
    const child = Bun.spawn([pdftotext!, '-raw', '-', '-'], { stdin: Buffer.from(pdf), stdout: 'pipe' })
    const text = await new Response(child.stdout).text()
    for (const part of [
      'Antonín Dvořák',
      'Łódź',
      'Großes Haus',
      'Łucja Größe, Дмитрий',
      '19:30',
      'Einlass 18:45',
    ])
      expect(text.replace(/\s+/g, ' ')).toContain(part)
    expect(text.indexOf('12')).toBeLessThan(text.indexOf('Rusałka'))
  })
})

/** As pdftoppm draws it, 100 dots an inch: a binary pixmap, "P6 width height 255", then RGB. */
async function render(pdf: Uint8Array): Promise<Picture> {
  const child = Bun.spawn([pdftoppm!, '-r', '100'], { stdin: Buffer.from(pdf), stdout: 'pipe' })
  const bytes = Buffer.from(await new Response(child.stdout).arrayBuffer())
  const head = /^P6\s+(\d+)\s+(\d+)\s+255\s/.exec(bytes.subarray(0, 40).toString('latin1'))!
  const [width, height] = [Number(head[1]), Number(head[2])]
  const rgba = new Uint8ClampedArray(width * height * 4).fill(255)
  for (let i = 0; i < width * height; i++) {
    rgba.set(bytes.subarray(head[0].length + i * 3, head[0].length + i * 3 + 3), i * 4)
  }
  return { width, height, rgba }
}

describe('moments and money', () => {
  test('a time is the venue’s, a day is a day everywhere', () => {
    expect(momentOf(event, 'de')).toMatchObject({ day: '18', weekday: 'Do', time: '19:30', doors: '18:45' })
    const day = { ...event, startsAtPrecision: 'day' as const, startsAt: Date.parse('2027-03-17T23:00:00Z') }
    expect(momentOf(day, 'en-US')).toMatchObject({
      date: 'Thursday, March 18, 2027',
      time: null,
      doors: null,
    })
  })

  test('amounts have the decimals of their currency', () => {
    expect(moneyText({ amount: 4500, currency: 'JPY' }, 'en')).toBe('JP¥4,500')
    expect(moneyText({ amount: 4500, currency: 'EUR' }, 'de')).toBe('45,00\u00a0€')
  })
})

describe('the calendar', () => {
  const entry = {
    uid: 'u@tickets.usher',
    sequence: 3,
    status: 'confirmed',
    summary: 'Rusałka',
    description: '',
    location: '',
    timezone: 'Europe/Warsaw',
    stampedAt: at.getTime(),
  } as const

  test('a time is written in the venue’s zone, whose rules come along', () => {
    const file = calendarFile({
      ...entry,
      when: { startsAt: event.startsAt, endsAt: event.startsAt + 9_000_000 },
    })
    expect(file).toContain('DTSTART;TZID=Europe/Warsaw:20270318T193000')
    expect(file).toContain('DTEND;TZID=Europe/Warsaw:20270318T220000')
    expect(file).toContain('DTSTAMP:20270101T000000Z')
    expect(file).toContain('BEGIN:VTIMEZONE\r\nTZID:Europe/Warsaw')
  })

  test('a day is all day', () => {
    const file = calendarFile({ ...entry, when: { day: '2027-03-18' } })
    expect(file).toContain('DTSTART;VALUE=DATE:20270318\r\nDTEND;VALUE=DATE:20270319')
    expect(file).toContain('METHOD:PUBLISH')
  })

  test('every line ends with CR LF, the last one, too', () => {
    for (const when of [{ day: '2027-03-18' }, { startsAt: event.startsAt, endsAt: null }]) {
      const file = calendarFile({ ...entry, when })
      expect(file.endsWith('END:VCALENDAR\r\n')).toBe(true)
      expect(file.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
    }
  })

  test('what is cancelled says so', () => {
    const file = calendarFile({ ...entry, status: 'cancelled', when: { day: '2027-03-18' } })
    expect(file).toContain('METHOD:CANCEL')
    expect(file).toContain('STATUS:CANCELLED')
  })
})
