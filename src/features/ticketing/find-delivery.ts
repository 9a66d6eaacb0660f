import type { Caller } from '../../platform/http/route.ts'
import { refuse, type Refusal } from '../../shared/errors.ts'
import type { Links } from '../account/index.ts'
import type { Delivery, Ticketing } from './types.ts'

export const NO_BOOKING = refuse('not_found', 'There is no such booking.')

/** For the buyer with a token, or for whoever has a link that was signed for this path. */
export async function deliveryFor(
  { ticketing, links }: { ticketing: Pick<Ticketing, 'delivery'>; links: Links },
  bookingId: string,
  caller: Caller | null,
  request: Request,
): Promise<Delivery | Refusal> {
  const hasLink = links.verify(request.url)
  if (!hasLink && !caller) return refuse('unauthorized', 'The link has run out, or a token is missing.')
  const delivery = await ticketing.delivery(bookingId)
  const isOwner = caller?.kind === 'buyer' && caller.id === delivery?.buyer
  return delivery && (hasLink || isOwner) ? delivery : NO_BOOKING
}

export function nothingToPrint({ isPending }: Delivery): Refusal {
  return isPending
    ? refuse('conflict', 'The bank has not answered yet. The tickets are here as soon as it has.')
    : refuse('conflict', 'None of these tickets is valid any more.')
}
