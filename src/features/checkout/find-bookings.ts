import { refuse, type Refusal } from '../../shared/errors.ts'
import { isUuid, type BuyerId } from '../../shared/ids.ts'
import { findOrder, ordersOfBuyer } from './order-store.ts'
import type { Context, Order } from './types.ts'

const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

/** Time of the first page, then the sort key and id of the last item seen. */
type Cursor = [until: number, createdAt: number, orderId: string]

/** Null where there is none, where it is only being begun, and where it is somebody else's. */
export async function findBooking(ctx: Context, orderId: string, buyer: BuyerId): Promise<Order | null> {
  const order = await findOrder(ctx.database, orderId)
  return order && order.buyer === buyer && order.payment.state !== 'beginning' ? order : null
}

export async function listBookings(
  ctx: Context,
  c: { buyer: BuyerId; limit: number; cursor?: string },
): Promise<{ orders: Order[]; nextCursor: string | null } | Refusal> {
  const now = ctx.clock.now()
  const [until, createdAt, orderId] =
    c.cursor === undefined ? [now, now + 1, LAST_ID] : (parse(c.cursor) ?? [null])
  if (until === null) return refuse('malformed', 'The cursor is not one of this list.')
  const found = await ordersOfBuyer(ctx.database, {
    buyer: c.buyer,
    until: new Date(until),
    before: new Date(createdAt!),
    beforeId: orderId!,
    limit: c.limit + 1,
  })
  const orders = found.slice(0, c.limit)
  const last = orders.at(-1)
  const more = found.length > c.limit && last
  return {
    orders,
    nextCursor: more ? format([until, last.createdAt.getTime(), last.orderId]) : null,
  }
}

function format(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url')
}

function parse(text: string): Cursor | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString())
    if (!Array.isArray(value) || value.length !== 3) return null
    const [until, createdAt, orderId] = value as [unknown, unknown, unknown]
    const isTime = (t: unknown): t is number => Number.isSafeInteger(t) && Math.abs(t as number) < 8.64e15
    return isTime(until) && isTime(createdAt) && typeof orderId === 'string' && isUuid(orderId)
      ? [until, createdAt, orderId]
      : null
  } catch {
    return null
  }
}
