import { Type } from 'typebox'
import type { Clock } from '../../platform/clock.ts'
import { route, type Route } from '../../platform/http/route.ts'
import type { AppleWallet } from '../../platform/wallet/apple.ts'
import type { GoogleWallet } from '../../platform/wallet/google.ts'
import { isRefusal, refuse } from '../../shared/errors.ts'
import { UuidSchema } from '../../shared/schemas/common.ts'
import { deliveryFor, nothingToPrint, type LinkDeps } from './find-delivery.ts'
import { ticketPasses } from './ticket-passes.ts'
import type { Ticketing } from './types.ts'

/** Where tickets can be kept on a phone; null: not offered, because nothing is there to sign them with. */
export type Wallets = { apple: AppleWallet | null; google: GoogleWallet | null }

export type WalletRouteDeps = LinkDeps & {
  ticketing: Ticketing
  clock: Clock
  wallets: Wallets
  houseName: string
}

const BookingParams = Type.Object({ booking_id: UuidSchema })
const PRIVATE = { 'cache-control': 'private, no-store' }

/** Passes for the wallets of phones. */
export function walletRoutes(deps: WalletRouteDeps): Route[] {
  return [appleRoute(deps), googleRoute(deps)]
}

const NOT_OFFERED = refuse('not_found', 'This house offers no passes for this wallet.')

function appleRoute(deps: WalletRouteDeps): Route {
  return route({
    method: 'GET',
    path: '/v1/bookings/:booking_id/apple-wallet',
    summary: 'The tickets for Apple Wallet',
    description:
      'One ticket is a `.pkpass`, several are a `.pkpasses` with one pass each. For the buyer with a token, or with a link from `GET /v1/bookings/{booking_id}/downloads`.',
    tag: 'Tickets',
    access: 'public',
    params: BookingParams,
    answers: {
      200: {
        description: 'Signed.',
        contentType: ['application/vnd.apple.pkpass', 'application/vnd.apple.pkpasses'],
      },
    },
    errors: ['unauthorized', 'not_found', 'conflict'],
    handle: async ({ params, caller, request }) => {
      const { apple } = deps.wallets
      if (!apple) return NOT_OFFERED
      const delivery = await deliveryFor(deps, params.booking_id, caller, request)
      if (isRefusal(delivery)) return delivery
      if (delivery.tickets.length === 0) return nothingToPrint(delivery)
      const { bytes, contentType, filename } = await apple.file(ticketPasses(delivery, deps.houseName))
      return new Response(bytes as Uint8Array<ArrayBuffer>, {
        headers: {
          ...PRIVATE,
          'content-type': contentType,
          'content-disposition': `attachment; filename="${filename}"`,
        },
      })
    },
  })
}

function googleRoute(deps: WalletRouteDeps): Route {
  return route({
    method: 'GET',
    path: '/v1/bookings/:booking_id/google-wallet',
    summary: 'A link that keeps the tickets in Google Wallet',
    description: 'The link carries the tickets, signed: it is for the buyer alone.',
    tag: 'Tickets',
    access: 'buyer',
    params: BookingParams,
    answers: {
      200: { description: 'For the buyer’s browser to open.', schema: Type.Object({ url: Type.String() }) },
    },
    errors: ['not_found', 'conflict'],
    handle: async ({ params, caller }) => {
      const { google } = deps.wallets
      if (!google) return NOT_OFFERED
      const delivery = await deps.ticketing.delivery(params.booking_id)
      if (delivery?.buyer !== caller!.id) return refuse('not_found', 'There is no such booking.')
      if (delivery.tickets.length === 0) return nothingToPrint(delivery)
      const passes = ticketPasses(delivery, deps.houseName)
      const url = await google.saveLink(delivery.event.eventId, passes, deps.clock.now())
      return { status: 200, json: { url }, headers: PRIVATE }
    },
  })
}
