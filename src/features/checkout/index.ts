import { assert } from '../../shared/assert.ts'
import { cancelBooking } from './cancel-booking.ts'
import { cancelEvent, createCancellationDriver } from './cancel-event.ts'
import { cancellationStore } from './cancellation-store.ts'
import { createPaymentDriver } from './drive-payment.ts'
import { findBooking, listBookings } from './find-bookings.ts'
import { findOrder, orderOfAttempt } from './order-store.ts'
import { placeBooking } from './place-booking.ts'
import { createLoop } from './recovery.ts'
import { createRefundDriver } from './refunds.ts'
import {
  CHECKOUT_TIMES,
  type Checkout,
  type CheckoutDeps,
  type Context,
  type EventCancellations,
  type Recovery,
} from './types.ts'
import { receiveWebhook } from './webhooks.ts'

export {
  adoptOrders,
  buyersNeeded,
  clearAnswers,
  clearWebhooks,
  exportOrders,
  forgetBuyer,
  invoicesOf,
  orderIdsOf,
  whoBought,
} from './personal-data.ts'
export { RETAIN_MS } from './insert-order.ts'
export { orderHash } from './order-hash.ts'
export { reviveStuckRefunds, stuckRefunds } from './cancellation-store.ts'
export { createMovedEventConsumer } from './moved-events.ts'
export {
  createFollowMovedTickets,
  createMovedTicketsConsumer,
  type FollowMovedTickets,
} from './moved-tickets.ts'
export { checkoutRoutes } from './routes.ts'
export { createSales, type Sales, type SalesFigures } from './sales-figures.ts'
export * from './types.ts'

/** Checkout for processes that answer buyers, and the loop that finishes what is left open: workers start it. */
export function createCheckout(deps: CheckoutDeps): Checkout & EventCancellations & { recovery: Recovery } {
  const ctx = contextOf(deps)
  const payments = createPaymentDriver(ctx)
  const refunds = createRefundDriver(ctx, payments.newLease)
  const cancellations = createCancellationDriver(ctx, payments.newLease)
  return {
    book: (request) => placeBooking(ctx, payments, request),
    cancel: (request) => cancelBooking(ctx, refunds, request),
    find: (orderId, buyer) => findBooking(ctx, orderId, buyer),
    list: (c) => listBookings(ctx, c),
    bookingOf: (attempt) => orderOfAttempt(ctx.database, attempt),
    order: (orderId) => findOrder(ctx.database, orderId),
    cancellationMessage: async (eventId) =>
      (await cancellationStore.find(ctx.database, eventId))?.message ?? null,
    receiveWebhook: (provider, body, headers) => receiveWebhook(ctx, provider, body, headers),
    cancelEvent: (request) => cancelEvent(ctx, payments.newLease, request),
    cancellationOf: (eventId) => cancellationStore.progress(ctx.database, eventId),
    refundsOfCancelling: (eventId) => cancellationStore.foresee(ctx.database, eventId),
    recovery: createLoop(ctx, payments, refunds, cancellations),
  }
}

function contextOf(deps: CheckoutDeps): Context {
  const times = { ...CHECKOUT_TIMES, ...deps.times }
  assert(times.paymentMs <= times.paymentMsMax, 'the harder limit of a payment comes after the first')
  return {
    ...deps,
    times,
    onFact: deps.onFact ?? (() => {}),
    onProblem: deps.onProblem ?? (() => {}),
    probe: deps.probe ?? (() => {}),
  }
}
