import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { auditBench, type AuditBench } from '../../../test/harness/audit-bench.ts'
import { systemIds } from '../../platform/clock.ts'
import { createStripeProvider } from '../../platform/payment/stripe.ts'
import { isRefusal } from '../../shared/errors.ts'
import { joinEventScopedId } from '../../shared/ids.ts'

const uuid = (): string => systemIds.uuid()
let bench: AuditBench
beforeAll(async () => {
  bench = await auditBench()
})
afterAll(() => bench.close())

describe('honest data', () => {
  test('an event that has seen a bit of everything gives no finding', async () => {
    const { eventId } = await bench.busyEvent()
    const report = await bench.run({ eventId })
    expect(report.findings).toEqual([])
    expect(report.figures).toMatchObject({ events: 1, holds: 5, tickets: 3, orders: 2, ordersUnderWay: 0 })
  })
})

describe('a checkpoint', () => {
  test('sees a tail that was cut off together with everything that it had made', async () => {
    const eventId = bench.newEvent()
    await bench.stack.open(eventId)
    await bench.stack.hold(eventId, uuid(), ['A1'])
    const { heads } = await bench.run({ eventId })
    expect(heads).toEqual([{ eventId, version: 2, hash: expect.stringMatching(/^[0-9a-f]{64}$/) }])
    await bench.cutTail(eventId, 1)
    await bench.sql(`delete from holds where event_id = $1`, [eventId])
    await bench.sql(
      `update event_seats set status = 0, hold_id = null, held_until = null where event_id = $1`,
      [eventId],
    )
    expect(await bench.findings(eventId)).toEqual([])
    expect(await bench.findings(eventId, { since: heads })).toEqual([
      `event ${eventId}, the ledger ends at version 1, the checkpoint saw version 2: entries were cut off`,
    ])
  })

  test('sees a ledger that was written anew with right hashes, and one that is gone', async () => {
    const eventId = bench.newEvent()
    await bench.stack.open(eventId)
    const { heads } = await bench.run({ eventId })
    const other = heads.map((head) => ({ ...head, hash: 'a'.repeat(64) }))
    expect(await bench.findings(eventId, { since: other })).toEqual([
      `event ${eventId}, entry 1 is not the one that the checkpoint saw: the ledger was rewritten`,
    ])
    const gone = bench.newEvent()
    const found = await bench.findings(gone, { since: [{ eventId: gone, version: 3, hash: 'a'.repeat(64) }] })
    expect(found[0]).toMatch(/the ledger ends at version 0, the checkpoint saw version 3/)
  })

  test('is still contained in a ledger that went on', async () => {
    const { eventId } = await bench.busyEvent()
    const { heads } = await bench.run({ eventId })
    await bench.stack.hold(eventId, uuid(), ['I1'])
    expect(await bench.findings(eventId, { since: heads })).toEqual([])
  })
})

describe("the provider's books", () => {
  const provider = () =>
    createStripeProvider({
      secretKey: 'sk_test_x',
      webhookSecret: 'x',
      apiBase: bench.gateway.url,
      callMsMax: 2_000,
    })
  const compared = async (): Promise<string[]> =>
    (await bench.findings(undefined, { gateway: provider() })).filter((what) => /^order|^charge/.test(what))

  test('name a charge whose payment is called cash', async () => {
    const sold = await bench.busyEvent()
    await bench.sql(
      `update payments set tender = 'cash', provider = null, provider_ref = null where order_id = $1`,
      [sold.orderId],
    )
    expect((await compared()).filter((what) => what.includes(sold.orderId))).toEqual([
      expect.stringMatching(/charge pi_\w+: stripe took the money, the payment says that it was cash/),
    ])
  })

  test('agree with the payments, until one of them is changed', async () => {
    const sold = await bench.busyEvent()
    // Other tests of this file have tampered with their orders; only this one's counts.
    const ours = async (): Promise<string[]> =>
      (await compared()).filter((what) => what.includes(sold.orderId))
    expect(await ours()).toEqual([])
    const { rows } = await bench.db.database.pool.query(
      `select provider_ref from payments where order_id = $1`,
      [sold.orderId],
    )
    const ref = (rows[0] as { provider_ref: string }).provider_ref
    await bench.sql(`update payments set money = 'returned' where order_id = $1`, [sold.orderId])
    expect(await ours()).toEqual([
      expect.stringMatching(
        /charge pi_\w+: \d+ are captured and kept, the payment says that its money is returned/,
      ),
    ])
    await bench.sql(`update payments set money = 'captured', provider_ref = 'pi_gone' where order_id = $1`, [
      sold.orderId,
    ])
    expect(await ours()).toContainEqual(expect.stringContaining('stripe has no charge pi_gone'))
    await bench.sql(`update payments set provider_ref = $2 where order_id = $1`, [sold.orderId, ref])
    await bench.sql(`update refunds set amount = amount - 1 where order_id = $1`, [sold.orderId])
    expect(await ours()).toEqual([expect.stringMatching(/\d+ were given back, the refunds say \d+/)])
  })

  test('a charge that no payment knows, and a second one of the same order, are named', async () => {
    const sold = await bench.busyEvent()
    const attempt = { orderId: sold.orderId, attempt: uuid() }
    const amount = { amount: 5_000, currency: 'EUR' }
    const charge = await provider().open({ ...attempt, ...amount, token: 'pm_card_visa' })
    if (charge.kind !== 'answered') throw new Error(charge.detail)
    const { ref } = charge.value
    await provider().authorize({ ...attempt, ref })
    await provider().capture({ ...attempt, ...amount, ref })
    const found = await compared()
    expect(found).toContainEqual(`charge ${ref} (order ${sold.orderId}) is captured, and no payment knows it`)
    expect(found).toContainEqual(expect.stringMatching(`order ${sold.orderId} was charged 2 times`))
  })
})

describe('beside processes that sell', () => {
  test('a sale that goes on meanwhile raises no false alarm', async () => {
    const eventId = bench.newEvent()
    await bench.stack.open(eventId)
    let isOver = false
    const buyers = Array.from({ length: 6 }, async (_, n) => {
      for (let i = 0; !isOver; i++) {
        const who = uuid()
        const hold = await bench.stack.hold(eventId, who, [`${'ABCDEF'[n]}${1 + (i % 20)}`])
        const reservationId = joinEventScopedId(eventId, hold.holdId)
        const booked = await bench.stack.checkout.book({
          buyer: who,
          reservationId,
          paymentToken: 'pm_card_visa',
        })
        if (isRefusal(booked)) throw new Error(booked.detail)
        const back = await bench.stack.checkout.cancel({ buyer: who, orderId: booked.order.orderId })
        expect(back).toMatchObject({ status: 200 })
      }
    })
    const versions: number[] = []
    // Where the machine is busy, audits may be quicker than the sale.
    while (versions.length < 8 || new Set(versions).size < 5) {
      const report = await bench.run({ eventId })
      expect(report.findings).toEqual([])
      versions.push(report.heads[0]!.version)
    }
    isOver = true
    await Promise.all(buyers)
    expect(await bench.findings(eventId)).toEqual([])
  }, 30_000)

  test('work under way is looked at twice, and reported only when it stays', async () => {
    const sold = await bench.busyEvent()
    // As a worker that died between two steps would leave it, or one that is in the middle of it.
    await bench.sql(`update payments set next_at = now() where order_id = $1`, [sold.orderId])
    await bench.sql(`update order_lines set state = 'void' where order_id = $1 and line_no = 0`, [
      sold.orderId,
    ])
    const mend = () =>
      bench.sql(`update order_lines set state = 'valid' where order_id = $1 and line_no = 0`, [sold.orderId])
    const mended = await bench.run({ eventId: sold.eventId }, async () => void (await mend()))
    expect(mended.findings).toEqual([])
    await bench.sql(`update order_lines set state = 'void' where order_id = $1 and line_no = 0`, [
      sold.orderId,
    ])
    expect(await bench.findings(sold.eventId)).toEqual([
      expect.stringContaining(`line 0 is void, but ticket ${sold.ticketIds[0]} is valid in the ledger`),
      expect.stringContaining('line 0 is void, but nothing was refunded for it'),
    ])
  })
})

describe('what belongs to no event', () => {
  test('an answer that names an order which is gone is a finding', async () => {
    const order = uuid()
    await bench.sql(
      `insert into idempotent_answers (caller, route, event_id, key_hash, request_hash, order_id, created_at)
       values ($1, 'bookings', 1, $1, $1, $1, now())`,
      [order],
    )
    expect(await bench.findings()).toContain(
      `order ${order} is named by a remembered answer and does not exist`,
    )
  })

  test('an event that was never opened cannot be audited, and says so', async () => {
    expect(bench.findings('999999')).rejects.toThrow('event 999999 was never opened for sale')
  })
})
