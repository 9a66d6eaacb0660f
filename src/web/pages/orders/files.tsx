import { useMutation, useQuery } from '@tanstack/react-query'
import { CalendarPlus, FileDown, WalletCards } from 'lucide-react'
import { read } from '../../api/client.ts'
import { useApi, useOnline } from '../../app/context.tsx'
import { Button } from '../../components/button.tsx'
import { useText } from '../../i18n/text.tsx'
import { ordersText } from './text.ts'

/** The session's cookie opens them; the server makes each when it is asked for. */
export function Files({ bookingId, isKept }: { bookingId: string; isKept: boolean }) {
  const isOnline = useOnline() && !isKept
  const t = useText(ordersText)
  const api = useApi()
  const path = { params: { path: { booking_id: bookingId } } }
  // Which wallets the house can sign for; a page without a network offers none.
  const offered = useQuery({
    queryKey: ['downloads', bookingId],
    queryFn: ({ signal }) => read(api.GET('/v1/bookings/{booking_id}/downloads', { ...path, signal })),
    enabled: isOnline,
    staleTime: Infinity,
  })
  const google = useMutation({
    mutationFn: () => read(api.GET('/v1/bookings/{booking_id}/google-wallet', path)),
    onSuccess: ({ url }) => location.assign(url),
  })
  const look =
    'aria-disabled:opacity-55 inline-flex min-h-11 items-center gap-2 rounded-press border border-edge px-4 text-sm font-semibold not-aria-disabled:hover:bg-sunken'
  // Without an address it leads nowhere; the words below say why.
  const file = (name: string) =>
    isOnline
      ? { className: look, href: `/v1/bookings/${bookingId}/${name}` }
      : { className: look, role: 'link', 'aria-disabled': true }
  return (
    <div className="no-print">
      <p className="flex flex-wrap gap-3">
        <a {...file('tickets.pdf')} target="_blank" rel="noopener">
          <FileDown aria-hidden size={18} /> {t.pdf}
        </a>
        <a {...file('calendar.ics')}>
          <CalendarPlus aria-hidden size={18} /> {t.calendar}
        </a>
        {offered.data?.apple_wallet && (
          <a {...file('apple-wallet')}>
            <WalletCards aria-hidden size={18} /> {t.appleWallet}
          </a>
        )}
        {offered.data?.google_wallet && (
          <Button
            kind="plain"
            size="small"
            disabled={!isOnline}
            busy={google.isPending}
            onClick={() => google.mutate()}
          >
            <WalletCards aria-hidden size={18} /> {t.googleWallet}
          </Button>
        )}
      </p>
      {!isOnline && <p className="mt-2 text-sm text-muted">{t.filesOffline}</p>}
      <p role="alert" className="mt-2 text-sm text-danger empty:hidden">
        {google.isError && t.walletLost}
      </p>
    </div>
  )
}
