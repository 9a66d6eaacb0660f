import { afterAll, beforeAll, expect, test } from 'bun:test'
import { systemIds } from '../../platform/clock.ts'
import { statement } from '../../platform/postgres/database.ts'
import { startSandboxGateway, type SandboxGateway } from '../../platform/payment/sandbox/gateway.ts'
import { checkoutStack, type CheckoutStack } from '../../../test/harness/checkout-stack.ts'
import { testDatabase, type TestDatabase } from '../../../test/harness/database.ts'
import { waitFor } from '../../../test/harness/wait-for.ts'
import { isRefusal } from '../../shared/errors.ts'
import { perform } from './effects.ts'
import { forgetBuyer } from './personal-data.ts'
import type { Payment } from './payment-store.ts'
import type { Context } from './types.ts'

let db: TestDatabase
let gateway: SandboxGateway
let stack: CheckoutStack
beforeAll(async () => {
  db = await testDatabase()
  gateway = startSandboxGateway({ port: 0, file: ':memory:' })
  stack = checkoutStack({ databaseUrl: db.url, gatewayUrl: gateway.url })
})
afterAll(async () => {
  await stack.close()
  await gateway.stop()
  await db.drop()
})

test('what a payment has booked is booked also while the seats of its guest go to an account', async () => {
  const { inventory } = stack
  const [eventId, guest, account, attempt, orderId] = [
    '7001',
    ...Array.from({ length: 4 }, systemIds.uuid),
  ] as [...[string, string, string, string, string]]
  await stack.open(eventId)
  const { holdId } = await stack.hold(eventId, guest, ['A1'])
  const paying = { eventId, holdId, buyer: guest, attempt, paymentMs: 60_000, paymentMsMax: 120_000 }
  const ticketIds = [systemIds.uuid()]
  for (const done of [
    await inventory.beginPayment(paying),
    await inventory.confirm({ eventId, holdId, attempt, orderId, ticketIds }),
    // The order follows the seats: until then it is the guest's.
    await inventory.transfer({ eventId, from: guest, to: account }),
  ]) {
    expect(isRefusal(done)).toBe(false)
  }
  const payment = { eventId, holdId, buyer: guest, paymentId: attempt, orderId, state: 'ending' }
  const result = await perform({ inventory } as unknown as Context, payment as unknown as Payment)
  expect(result).toEqual({ event: 'booked' })
  const other = { ...payment, paymentId: systemIds.uuid() }
  expect((await perform({ inventory } as unknown as Context, other as unknown as Payment)).event).toBe(
    'ended',
  )
})

test('a payment that was begun goes on also while the seats of its guest go to an account', async () => {
  const { inventory } = stack
  const [guest, account, attempt] = [systemIds.uuid(), systemIds.uuid(), systemIds.uuid()]
  const eventId = '7003'
  await stack.open(eventId)
  const { holdId } = await stack.hold(eventId, guest, ['A1'])
  const times = { paymentMs: 60_000, paymentMsMax: 120_000 }
  for (const done of [
    await inventory.beginPayment({ eventId, holdId, buyer: guest, attempt, ...times }),
    await inventory.transfer({ eventId, from: guest, to: account }),
  ]) {
    expect(isRefusal(done)).toBe(false)
  }
  const again = (paymentId: string) =>
    perform(
      { inventory, times } as unknown as Context,
      { eventId, holdId, buyer: guest, paymentId, state: 'beginning' } as unknown as Payment,
    )
  expect(await again(attempt)).toEqual({ event: 'begun' })
  expect((await again(systemIds.uuid())).event).toBe('begin_refused')
})

test('where the buyer is sent back to goes when the payment settles, also of a buyer who was erased meanwhile', async () => {
  const { checkout, database } = stack
  const [eventId, buyer] = ['7002', systemIds.uuid()]
  await stack.open(eventId)
  const { holdId } = await stack.hold(eventId, buyer, ['A1'])
  const returnUrl = 'https://shop.example/back?person=ada'
  const reservationId = `${eventId}.${holdId}`
  const placed = await checkout.book({ buyer, reservationId, paymentToken: 'pm_sandbox_slow', returnUrl })
  if (isRefusal(placed)) throw new Error(placed.detail)
  const { orderId } = placed.order
  const kept = async (): Promise<unknown> => (await database.query(RETURN_URL, [orderId])).rows[0]
  await forgetBuyer(database, buyer)
  // The provider may still have to be told.
  expect([placed.order.status, await kept()]).toEqual(['PENDING', { url: returnUrl, settled: false }])
  checkout.recovery.start()
  const settled = await waitFor('the payment to settle', async () => {
    const row = (await kept()) as { url: string | null; settled: boolean }
    return row.settled ? row : null
  })
  expect(settled).toEqual({ url: null, settled: true })
})

const RETURN_URL = statement(
  'test.return_url',
  `select return_url as url, settled_at is not null as settled from payments where order_id = $1`,
)
