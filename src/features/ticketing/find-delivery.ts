import type { Caller } from '../../platform/http/route.ts'
import { refuse, type Refusal } from '../../shared/errors.ts'
import type { Account } from '../account/index.ts'
import type { Delivery, Ticketing } from './types.ts'

export const NO_BOOKING = refuse('not_found', 'There is no such booking.')

const NO_LINK = refuse('unauthorized', 'The link has run out, or a token is missing.')

/** What opens files: a buyer's token, or a link that was signed for them while there was such a buyer. */
export type LinkDeps = { account: Pick<Account, 'links' | 'isErased'> }

/** For the buyer with a token, or for whoever has a link that was signed for this path. */
export async function deliveryFor(
  { ticketing, account }: LinkDeps & { ticketing: Pick<Ticketing, 'delivery'> },
  bookingId: string,
  caller: Caller | null,
  request: Request,
): Promise<Delivery | Refusal> {
  const hasLink = account.links.verify(request.url)
  if (!hasLink && !caller) return NO_LINK
  const delivery = await ticketing.delivery(bookingId)
  // A link outlives its buyer's tokens by minutes.
  if (delivery && account.isErased(delivery.buyer)) return NO_LINK
  const isOwner = caller?.kind === 'buyer' && caller.id === delivery?.buyer
  return delivery && (hasLink || isOwner) ? delivery : NO_BOOKING
}

export function nothingToPrint({ isPending }: Delivery): Refusal {
  return isPending
    ? refuse('conflict', 'The bank has not answered yet. The tickets are here as soon as it has.')
    : refuse('conflict', 'None of these tickets is valid any more.')
}
