import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { audit } from '../../src/features/audit/index.ts'
import { createAccount } from '../../src/features/account/index.ts'
import { systemClock, systemIds, systemRandom } from '../../src/platform/clock.ts'
import { wrappingKey } from '../../src/platform/crypto/seal.ts'
import { createOutboxReader } from '../../src/platform/outbox/outbox.ts'
import { startSandboxGateway } from '../../src/platform/payment/sandbox/gateway.ts'
import { createStripeProvider } from '../../src/platform/payment/stripe.ts'
import { isRefusal } from '../../src/shared/errors.ts'
import type { CancelJob } from './cancel-process.ts'
import { checkMoney } from './check-money.ts'
import { checkoutStack, type CheckoutStack } from './checkout-stack.ts'
import { waitFor } from './wait-for.ts'

const PROGRAM = fileURLToPath(new URL('./cancel-process.ts', import.meta.url))
const EVENT_ID = '1'
const SEATS_A_ROW = 20
/** Purchases at the same time while the hall is sold. */
const BUYERS_AT_ONCE = 8

export type CancelReport = {
  tickets: number
  orders: number
  /** Where the processes were killed. */
  kills: string[]
  refunded: number
  currency: string
  mails: number
  /** From asking for the cancellation to the last refund and mail, the killed processes' leases included. */
  seconds: number
  /** What must not be; empty when all is well. */
  wrong: string[]
}

/**
 * Sells `tickets` tickets in orders of one to four, cancels the event in processes that are killed (SIGKILL) one after
 * the other at `kills`, lets two that live on finish it, and compares orders, the gateway's books, the mails and the
 * ledger: every order refunded once and in full, every buyer told once.
 */
export async function cancelRun(c: {
  databaseUrl: string
  tickets: number
  kills: readonly { point: string; times: number }[]
  /** Milliseconds that the whole cancellation may take. */
  deadlineMs: number
  onProgress?: (text: string) => void
}): Promise<CancelReport> {
  const mailFolder = await mkdtemp(join(tmpdir(), 'usher-cancel-'))
  const gateway = startSandboxGateway({ port: 0, file: ':memory:' })
  const rows = Math.ceil(c.tickets / SEATS_A_ROW)
  const stack = checkoutStack({ databaseUrl: c.databaseUrl, gatewayUrl: gateway.url, rows })
  const say = c.onProgress ?? (() => {})
  const workers = new Set<Bun.Subprocess>()
  const start = (more: Pick<CancelJob, 'asks' | 'killAt'>): Bun.Subprocess => {
    const { url: gatewayUrl } = gateway
    const job: CancelJob = { ...c, gatewayUrl, mailFolder, rows, eventId: EVENT_ID, ...more }
    const child = Bun.spawn([process.execPath, PROGRAM, JSON.stringify(job)], {
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    workers.add(child)
    return child
  }
  try {
    const buyers = await sell(stack, c.tickets)
    say(`${c.tickets} tickets sold in ${buyers.size} orders`)
    const started = performance.now()
    for (const [i, killAt] of c.kills.entries()) {
      const child = start({ asks: i === 0, killAt })
      const deadline = setTimeout(() => child.kill('SIGTERM'), c.deadlineMs)
      await child.exited
      clearTimeout(deadline)
      workers.delete(child)
      if (child.signalCode !== 'SIGKILL')
        throw new Error(`no process was killed at ${killAt.point}: ${child.signalCode ?? child.exitCode}`)
      say(`killed at ${killAt.point}, ${JSON.stringify(await standing(stack))}`)
    }
    // Several at once, as in a real house.
    for (let i = 0; i < 2; i++) start({ asks: false, killAt: null })
    await waitFor('every refund and every mail', () => isOver(stack, buyers.size), c.deadlineMs)
    const seconds = Math.round((performance.now() - started) / 100) / 10
    for (const worker of workers) worker.kill('SIGKILL')
    const wrong = [
      ...(await checkOrders(stack)),
      ...(await checkGateway(stack, gateway.url)),
      ...(await checkMails(mailFolder, buyers)),
      ...(await checkMoney(stack.database, gateway.url)),
      ...(await checkLedger(stack, gateway.url)),
    ]
    const end = (await stack.checkout.cancellationOf(EVENT_ID))!
    return {
      tickets: c.tickets,
      orders: end.ordersTotal,
      kills: c.kills.map((kill) => kill.point),
      refunded: end.amountRefunded,
      currency: end.currency ?? '',
      mails: (await mailsIn(mailFolder)).length,
      seconds,
      wrong,
    }
  } finally {
    for (const worker of workers) worker.kill('SIGKILL')
    await Promise.all([...workers].map((worker) => worker.exited))
    await stack.close()
    await gateway.stop()
    await rm(mailFolder, { recursive: true, force: true })
  }
}

/** Everybody buys one to four seats, with a mail address of their own; their tickets have reached them. */
async function sell(stack: CheckoutStack, tickets: number): Promise<Set<string>> {
  const parts = { database: stack.database, clock: systemClock, ids: systemIds, random: systemRandom }
  const account = await createAccount({
    ...parts,
    masterKeys: { current: wrappingKey(new Uint8Array(32).fill(1)) },
    livemode: false,
  })
  await stack.open(EVENT_ID)
  const addresses = new Set<string>()
  const wanted: string[][] = []
  for (let at = 0; at < tickets;) {
    const count = Math.min(tickets - at, 1 + (wanted.length % 4))
    wanted.push(stack.layout.seats.slice(at, at + count).map((seat) => seat.seat_id))
    at += count
  }
  const queue = wanted.entries()
  const buyAll = async (): Promise<void> => {
    for (const [i, seats] of queue) {
      const buyer = systemIds.uuid()
      const email = `buyer-${i + 1}@example.org`
      addresses.add(email)
      await account.people.saveContact(buyer, { name: `Buyer ${i + 1}`, email })
      const hold = await stack.hold(EVENT_ID, buyer, seats)
      const reservationId = `${EVENT_ID}.${hold.holdId}`
      const booked = await stack.checkout.book({ buyer, reservationId, paymentToken: 'pm_card_visa' })
      if (isRefusal(booked) || booked.status !== 201) throw new Error('somebody could not buy')
    }
  }
  await Promise.all(Array.from({ length: BUYERS_AT_ONCE }, buyAll))
  account.close()
  // Whoever writes the mails has read on to here long ago.
  const consumer = { name: 'mail', kinds: [], handle: () => Promise.resolve() }
  const reader = createOutboxReader({ ...parts, table: 'money_outbox', consumer })
  await waitFor('the tickets to have been sent', async () => {
    await reader.runOnce()
    const { rows } = await stack.database.pool.query(
      `select 1 from outbox_positions p where p.consumer = 'mail'
          and not exists (select 1 from money_outbox o
                           where (o.xid, o.event_id, o.version, o.n) > (p.xid, p.event_id, p.version, p.n))`,
    )
    return rows.length === 1
  })
  await reader.stop()
  return addresses
}

async function standing(stack: CheckoutStack): Promise<Record<string, number>> {
  const { rows } = await stack.database.pool.query(
    `select (select count(*) from refunds where state = 'settled')::int as refunded,
            (select count(*) from refunds)::int as planned,
            (select count(*) from mail_deliveries where state = 'sent')::int as mails`,
  )
  return rows[0] as Record<string, number>
}

async function isOver(stack: CheckoutStack, buyers: number): Promise<boolean> {
  const { rows } = await stack.database.pool.query(
    `select (select state from event_cancellations where event_id = $1) as state,
            (select count(*) from mail_deliveries where kind = 'booking.event_cancelled' and state = 'sent')::int as mails`,
    [EVENT_ID],
  )
  const { state, mails } = rows[0] as { state: string; mails: number }
  return state === 'done' && mails >= buyers
}

async function checkOrders(stack: CheckoutStack): Promise<string[]> {
  const { rows } = await stack.database.pool.query(
    `select o.order_id as id, o.status, o.total, o.refunded, array_agg(r.state) as refunds
       from orders o left join refunds r using (order_id) group by o.order_id`,
  )
  return (rows as { id: string; status: string; total: number; refunded: number; refunds: string[] }[])
    .filter((o) => o.status !== 'CANCELLED' || o.refunded !== o.total || o.refunds.join() !== 'settled')
    .map(
      (o) =>
        `order ${o.id} is ${o.status}, ${o.refunded} of ${o.total} are back, refunds: ${o.refunds.join()}`,
    )
}

/** The provider's own books: one refund a charge, and of the whole of it. */
async function checkGateway(stack: CheckoutStack, url: string): Promise<string[]> {
  const { rows } = await stack.database.pool.query(`select provider_ref as ref, amount from payments`)
  const paid = new Map((rows as { ref: string; amount: number }[]).map((row) => [row.ref, row.amount]))
  const given = new Map<string, number[]>()
  type Page = { data: { id: string; payment_intent: string; amount: number }[]; has_more: boolean }
  for (let after = '', more = true; more;) {
    const response = await fetch(`${url}/v1/refunds?limit=100${after}`, {
      headers: { authorization: 'Bearer sk_test_x' },
    })
    const page = (await response.json()) as Page
    for (const { payment_intent: ref, amount } of page.data)
      given.set(ref, [...(given.get(ref) ?? []), amount])
    more = page.has_more
    after = `&starting_after=${page.data.at(-1)?.id}`
  }
  const refs = new Set([...paid.keys(), ...given.keys()])
  return [...refs]
    .filter((ref) => given.get(ref)?.join() !== String(paid.get(ref)))
    .map(
      (ref) => `charge ${ref} of ${paid.get(ref)}: given back ${given.get(ref)?.join(' and ') ?? 'nothing'}`,
    )
}

async function checkMails(folder: string, buyers: ReadonlySet<string>): Promise<string[]> {
  const count = new Map<string, number>([...buyers].map((address) => [address, 0]))
  const wrong: string[] = []
  for (const name of await mailsIn(folder)) {
    const text = await readFile(join(folder, name), 'latin1')
    const address = /^To:.*?([\w.-]+@example\.org)/im.exec(text)?.[1] ?? ''
    if (!/^Subject: Cancelled by the house/im.test(text))
      wrong.push(`a mail that says something else: ${name}`)
    count.set(address, (count.get(address) ?? 0) + 1)
  }
  for (const [address, mails] of count) if (mails !== 1) wrong.push(`${address} got ${mails} mails`)
  return wrong
}

/** A process that is killed while it writes one leaves a draft, which is no mail. */
async function mailsIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith('.eml'))
}

async function checkLedger(stack: CheckoutStack, url: string): Promise<string[]> {
  const gateway = createStripeProvider({ secretKey: 'sk_test_x', webhookSecret: 'x', apiBase: url })
  const deps = { database: stack.database, clock: systemClock }
  const report = await audit(deps, { gateway, graceMs: 0 })
  return report.findings.map((finding) => `audit: ${JSON.stringify(finding)}`)
}
