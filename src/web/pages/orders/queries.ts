import { queryOptions } from '@tanstack/react-query'
import { read, type Api } from '../../api/client.ts'
import { isApiError, NetworkError } from '../../api/problem.ts'
import { isBuyer } from '../../api/session.ts'
import { forgetOrder, keepOrder, keptOrder, keptOrders } from './kept-orders.ts'
import type { EventFacts, Order, OrderView } from './order-view.ts'
import type { Event } from '../../api/queries.ts'

/** Milliseconds between two looks at an order that is still being paid or refunded. */
const UNSETTLED_POLL_MS = 2_500

/** One order as it is now; without a network, as it was when this device saw it last. */
export function orderQuery(api: Api, bookingId: string) {
  return queryOptions({
    queryKey: ['order-view', bookingId],
    queryFn: async ({ signal }): Promise<OrderView> => {
      try {
        const order = await read(
          api.GET('/v1/bookings/{booking_id}', {
            params: { path: { booking_id: bookingId } },
            cache: 'no-store',
            signal,
          }),
        )
        const view = { ...(await factsOf(api, order, signal)), order, keptAt: null }
        await keepOrder(view)
        return view
      } catch (error) {
        if (isApiError(error, 'not_found') || isApiError(error, 'unauthorized')) await forgetOrder(bookingId)
        const kept = isUnreachable(error) ? await keptOrder(bookingId) : null
        if (!kept) throw error
        return kept
      }
    },
    retry: false,
    networkMode: 'always',
    staleTime: 0,
    refetchOnWindowFocus: 'always',
    refetchInterval: ({ state }) =>
      state.data && state.data.keptAt === null && isUnsettled(state.data.order) ? UNSETTLED_POLL_MS : false,
  })
}

/** All orders, newest first; without a network those kept on this device. */
export type ListedOrder = { order: Order; event: EventFacts | null }
export type OrderPage = { orders: ListedOrder[]; nextCursor: string | null; keptAt: number | null }

const NO_ORDERS: OrderPage = { orders: [], nextCursor: null, keptAt: null }

export async function loadOrders(api: Api, cursor: string | null, signal: AbortSignal): Promise<OrderPage> {
  try {
    // A visitor without a session has no orders; none is started for looking.
    if (!(await isBuyer(api, signal))) return NO_ORDERS
    const { items, next_cursor } = await read(
      api.GET('/v1/bookings', {
        params: { query: cursor === null ? {} : { cursor } },
        cache: 'no-store',
        signal,
      }),
    )
    return {
      orders: items.map((order) => ({ order, event: null })),
      nextCursor: next_cursor,
      keptAt: null,
    }
  } catch (error) {
    if (isApiError(error, 'unauthorized')) return NO_ORDERS
    const kept = isUnreachable(error) && cursor === null ? await keptOrders() : []
    if (kept.length === 0) throw error
    return { orders: kept, nextCursor: null, keptAt: kept[0]!.keptAt }
  }
}

export function isUnsettled(order: Order): boolean {
  return order.status === 'PENDING' || order.refunded.status === 'pending'
}

async function factsOf(
  api: Api,
  order: Order,
  signal: AbortSignal,
): Promise<Pick<OrderView, 'event' | 'doors'>> {
  const valid = order.tickets.filter((ticket) => ticket.code !== null)
  const [event, checked] = await Promise.all([
    read(api.GET('/v1/events/{event_id}', { params: { path: { event_id: order.event_id } }, signal })).catch(
      ifRefused,
    ),
    Promise.all(
      valid.map(({ code }) =>
        read(api.GET('/v1/tickets/{code}', { params: { path: { code: code! } }, signal })).catch(ifRefused),
      ),
    ),
  ])
  const doors = Object.fromEntries(
    checked.flatMap((ticket) => (ticket?.door ? [[ticket.ticket_id, ticket.door]] : [])),
  )
  return { event: event && factsOnly(event), doors }
}

function factsOnly(event: Event): EventFacts {
  const { event_id, name, status, starts_at, starts_at_precision, starts_on, doors_at } = event
  const { duration_minutes, venue, room, refund, price_types } = event
  return {
    ...{ event_id, name, status, starts_at, starts_at_precision, starts_on, doors_at },
    ...{ duration_minutes, venue, room, refund, price_types },
  }
}

/** The order can be shown without: an event that is not public, a ticket that was given back meanwhile. */
function ifRefused(error: unknown): null {
  if (isUnreachable(error) || !isApiError(error)) throw error
  return null
}

function isUnreachable(error: unknown): boolean {
  return error instanceof NetworkError || (isApiError(error) && error.status >= 500)
}
