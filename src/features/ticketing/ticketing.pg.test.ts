import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ticketStack, type TicketStack } from '../../../test/harness/ticket-stack.ts'
import { readVoidedList, ticketKeysOf, verifyTicket } from '../../shared/verify-ticket.ts'

let stack: TicketStack
let folder: string

beforeAll(async () => {
  stack = await ticketStack()
  folder = await mkdtemp(join(tmpdir(), 'usher-tickets-'))
})
afterAll(async () => {
  await stack.close()
  await rm(folder, { recursive: true })
})

function get(path: string, token?: string): Promise<Response> {
  return fetch(
    `${stack.url}${path}`,
    token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } },
  )
}

async function keys() {
  return ticketKeysOf(await (await get('/.well-known/jwks.json')).json())
}

async function codesOf(orderId: string): Promise<string[]> {
  return (await stack.ticketing.delivery(orderId))!.tickets.map((ticket) => ticket.code)
}

async function scanner(organiserId?: string): Promise<string> {
  const name = `scanner-${Math.random()}`
  const added = await stack.account.staff.add({ name, roles: ['scanner'], organiserId })
  if (added.taken) throw new Error('the name is taken')
  return added.token
}

describe('downloads', () => {
  test('the buyer gets a PDF with a page a ticket and a calendar entry; nobody else learns that they exist', async () => {
    const { orderId, token } = await stack.buy(['A1', 'A2'])
    const pdf = await get(`/v1/bookings/${orderId}/tickets.pdf`, token)
    expect(pdf.status).toBe(200)
    expect(pdf.headers.get('content-type')).toBe('application/pdf')
    expect(pdf.headers.get('cache-control')).toBe('private, no-store')
    const bytes = Buffer.from(await pdf.arrayBuffer()).toString('latin1')
    expect(bytes.startsWith('%PDF-')).toBe(true)
    expect(bytes.match(/\/Type \/Page\b/g)?.length).toBe(2)
    const calendar = await (await get(`/v1/bookings/${orderId}/calendar.ics`, token)).text()
    expect(calendar).toContain(`UID:${orderId}@tickets.usher`)
    expect(calendar).toContain('DTSTART;TZID=Europe/Vienna:21000102T200000')
    const { accessToken: stranger } = await stack.account.sessions.issueGuest()
    for (const file of ['tickets.pdf', 'calendar.ics', 'downloads']) {
      expect((await get(`/v1/bookings/${orderId}/${file}`)).status).toBe(401)
      expect((await get(`/v1/bookings/${orderId}/${file}`, stranger)).status).toBe(404)
      expect((await get(`/v1/bookings/${orderId}/${file}`, await scanner())).status).toBeGreaterThanOrEqual(
        403,
      )
    }
  })

  test('a signed link works without a token, for its file and its booking alone', async () => {
    const { orderId, token } = await stack.buy(['A1'])
    const other = await stack.buy(['A1'])
    const links = (await (await get(`/v1/bookings/${orderId}/downloads`, token)).json()) as Record<
      string,
      string
    >
    expect((await get(links.tickets_pdf!)).status).toBe(200)
    expect((await get(links.calendar_ics!)).status).toBe(200)
    expect((await get(links.tickets_pdf!.replace('tickets.pdf', 'calendar.ics'))).status).toBe(401)
    expect((await get(links.tickets_pdf!.replace(orderId, other.orderId))).status).toBe(401)
    expect((await get(`${links.tickets_pdf!}x`)).status).toBe(401)
  })

  test('tickets that were all given back cannot be printed, and the calendar entry is cancelled', async () => {
    const { orderId, token, buyer } = await stack.buy(['A1'])
    const before = await (await get(`/v1/bookings/${orderId}/calendar.ics`, token)).text()
    await stack.checkout.cancel({ buyer, orderId })
    expect((await get(`/v1/bookings/${orderId}/tickets.pdf`, token)).status).toBe(409)
    const calendar = await (await get(`/v1/bookings/${orderId}/calendar.ics`, token)).text()
    expect(calendar).toContain('STATUS:CANCELLED')
    expect(sequenceOf(calendar)).toBeGreaterThan(sequenceOf(before))
  })
})

function sequenceOf(calendar: string): number {
  return Number(/SEQUENCE:(\d+)/.exec(calendar)?.[1])
}

describe('codes', () => {
  test('a code is checked by its owner and at the door, not by others and not by another organiser', async () => {
    const { orderId, token, eventId } = await stack.buy(['B3'])
    const [code] = await codesOf(orderId)
    const seen = await get(`/v1/tickets/${code}`, token)
    expect(seen.status).toBe(200)
    expect(await seen.json()).toMatchObject({
      event_id: eventId,
      event_name: 'An evening',
      status: 'valid',
      verdict: 'test',
      livemode: false,
      section: 'Stalls',
      row: 'B',
      number: '3',
    })
    const { accessToken: stranger } = await stack.account.sessions.issueGuest()
    expect((await get(`/v1/tickets/${code}`)).status).toBe(401)
    expect((await get(`/v1/tickets/${code}`, stranger)).status).toBe(404)
    expect((await get(`/v1/tickets/${code}`, await scanner())).status).toBe(200)
    expect((await get(`/v1/tickets/${code}`, await scanner('house'))).status).toBe(200)
    expect((await get(`/v1/tickets/${code}`, await scanner('another'))).status).toBe(404)
    // The last letter carries few bits and may be the same; any letter of the signature's middle will do.
    const at = code!.length - 40
    const forged = code!.slice(0, at) + (code![at] === 'A' ? 'B' : 'A') + code!.slice(at + 1)
    expect((await get(`/v1/tickets/${forged}`, token)).status).toBe(404)
  })

  test('with the published keys and the list of void tickets a scanner decides without a network', async () => {
    const { orderId, buyer, eventId, order } = await stack.buy(['A1', 'A2'])
    const codes = await codesOf(orderId)
    const check = { keys: await keys(), eventId, isTest: true }
    const door = await scanner()
    const list = async (since = 0) =>
      readVoidedList(
        await (await get(`/v1/operator/events/${eventId}/voided?since=${since}`, door)).text(),
        check.keys,
      )
    const empty = (await list())!
    expect(empty.tickets.size).toBe(0)
    const [gone] = order.lines
    await stack.checkout.cancel({ buyer, orderId, ticketIds: [`${eventId}.${gone!.ticketId}`] })
    const voided = (await list(empty.version))!
    const verdicts = codes.map(async (code) => (await verifyTicket(code, { ...check, voided })).verdict)
    expect((await Promise.all(verdicts)).toSorted()).toEqual(['valid', 'void'])
    expect((await list(voided.version))!.tickets.size).toBe(0)
    const remaining = await codesOf(orderId)
    expect(remaining).toHaveLength(1)
    expect(codes).toContain(remaining[0]!)
  })

  test('the list is for staff, and only of their own organiser’s events', async () => {
    const { eventId, token } = await stack.buy(['A1'])
    const path = `/v1/operator/events/${eventId}/voided`
    expect((await get(path)).status).toBe(401)
    expect((await get(path, token)).status).toBe(403)
    expect((await get(path, await scanner('another'))).status).toBe(404)
    expect((await get(path, await scanner('house'))).headers.get('content-type')).toBe('application/jose')
  })
})

describe('usher verify-ticket', () => {
  const usher = async (...args: string[]): Promise<{ exitCode: number; said: string }> => {
    const main = join(import.meta.dir, '../../main.ts')
    const child = Bun.spawn([process.execPath, main, 'verify-ticket', ...args], {
      stdout: 'pipe',
      stderr: 'pipe',
    })
    const said = (await new Response(child.stdout).text()) + (await new Response(child.stderr).text())
    return { exitCode: await child.exited, said: said.trim() }
  }

  test('says in words what a code is worth, with an exit code each', async () => {
    const { orderId, buyer, eventId } = await stack.buy(['A1'])
    const [code] = await codesOf(orderId)
    const files = {
      keys: join(folder, 'keys.json'),
      voided: join(folder, 'void.jws'),
      codes: join(folder, 'codes'),
    }
    await writeFile(files.keys, await (await get('/.well-known/jwks.json')).text())
    await writeFile(files.codes, `${code}\nAAAA\n`)
    await stack.checkout.cancel({ buyer, orderId })
    await writeFile(files.voided, (await stack.ticketing.voidedList(eventId, 0))!)
    const at = ['--keys', files.keys]
    const outcomes = await Promise.all([
      usher(code!, ...at, '--test', '--event', eventId),
      usher(code!, ...at, '--test', '--voided', files.voided),
      usher(code!.replace(/^...../, 'DAAAA'), ...at),
      usher(code!, ...at, '--event', '7'),
      usher(code!, ...at),
      usher(files.codes, ...at, '--test'),
      usher(code!, '--keys', files.codes),
    ])
    expect(outcomes.map(({ exitCode }) => exitCode)).toEqual([0, 3, 4, 5, 6, 4, 2])
    const words = outcomes.map(({ said }) => said.split(':')[0])
    expect(words.slice(0, 6)).toEqual(['valid', 'void', 'forged', 'wrong event', 'test', 'valid'])
  }, 30_000)
})
