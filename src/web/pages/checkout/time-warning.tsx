import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { read } from '../../api/client.ts'
import { isApiError } from '../../api/problem.ts'
import type { Event } from '../../api/queries.ts'
import { useApi } from '../../app/context.tsx'
import { Button } from '../../components/button.tsx'
import { useText } from '../../i18n/text.tsx'
import { Spoken, WARN_MS } from './countdown.tsx'
import { newKey } from './intention.ts'
import { reservationKey, type Reservation } from './queries.ts'
import { checkoutText } from './text.ts'

/**
 * Stands in the head of the page, which is in sight wherever the buyer types. From two minutes before the end it says
 * so, aloud too, and offers more time where the event gives it; nothing below moves for it.
 */
export function TimeWarning({
  reservation,
  event,
  leftMs,
}: {
  reservation: Reservation
  event: Event | undefined
  leftMs: number
}) {
  const t = useText(checkoutText)
  const { given, isSpent, extend } = useExtension(reservation)
  const isDue = leftMs <= WARN_MS
  const offers = isDue && !isSpent && given < (event?.limits.extensions_max ?? 0)
  const until = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' }).format(
    new Date(reservation.expires_at),
  )
  // The button goes when it has been pressed: the focus goes to the words that take its place.
  const place = useRef<HTMLDivElement>(null)
  const wasPressed = useRef(false)
  useEffect(() => {
    if (offers || !wasPressed.current) return
    wasPressed.current = false
    place.current?.focus({ preventScroll: true })
  }, [offers])
  const isRefused = extend.isError && !isSpent
  return (
    <div
      ref={place}
      tabIndex={-1}
      data-speaks={isDue || given > 0 || undefined}
      className="flex min-w-0 flex-1 items-center gap-3 text-sm leading-tight font-medium outline-none"
    >
      <Spoken isDue={isDue}>{t.twoMinutes}</Spoken>
      <p role="status" className="text-done empty:-me-3">
        {given > 0 && !isDue && t.extendedTo(until)}
      </p>
      {isDue && (
        <>
          <p role={isRefused ? 'alert' : undefined} className="min-w-0 flex-1">
            {isRefused ? (
              isApiError(extend.error, 'booking_in_progress') ? (
                t.refused.booking_in_progress
              ) : (
                t.refused.other
              )
            ) : (
              <>
                {t.soon}{' '}
                <span className={offers ? 'max-sm:sr-only' : ''}>
                  {offers || !event ? t.soonThen : t.noMoreTime}
                </span>
              </>
            )}
          </p>
          {offers && (
            <Button
              kind="plain"
              size="small"
              className="shrink-0"
              busy={extend.isPending}
              onClick={() => {
                wasPressed.current = true
                extend.mutate()
              }}
            >
              {t.moreTime(Math.round((event?.limits.extension_seconds ?? 300) / 60))}
            </Button>
          )}
        </>
      )}
    </div>
  )
}

function useExtension({ reservation_id: id }: Reservation) {
  const api = useApi()
  const queryClient = useQueryClient()
  const [given, setGiven] = useState(0)
  // Kept while no answer has come, so that asking again asks for the same extension.
  const key = useRef<string | null>(null)
  const extend = useMutation({
    mutationFn: () => {
      key.current ??= newKey()
      return read(
        api.POST('/v1/reservations/{id}/extend', {
          params: { path: { id }, header: { 'Idempotency-Key': key.current } },
        }),
      )
    },
    onSuccess: (extended) => {
      key.current = null
      setGiven((count) => count + 1)
      queryClient.setQueryData(reservationKey(id), extended)
    },
    onError: () => queryClient.invalidateQueries({ queryKey: reservationKey(id) }),
  })
  return { given, isSpent: isApiError(extend.error, 'extension_limit'), extend }
}
