import { read, type Api } from '../../api/client.ts'

/** Bookings looked through for the one of a reservation: the newest. */
const BOOKINGS_LOOKED_AT_MAX = 20

/** The booking that pays or has paid for a reservation; null when there is none or nobody answers. */
export async function findBooking(
  api: Api,
  reservationId: string,
  signal: AbortSignal,
): Promise<string | null> {
  try {
    const { items } = await read(
      api.GET('/v1/bookings', {
        params: { query: { limit: BOOKINGS_LOOKED_AT_MAX } },
        cache: 'no-store',
        signal,
      }),
    )
    const found = items.find((item) => item.reservation_id === reservationId && item.status !== 'FAILED')
    return found?.booking_id ?? null
  } catch {
    return null
  }
}
