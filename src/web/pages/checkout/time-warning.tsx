import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
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

/** From two minutes before the end: says so, aloud too, and offers more time where the event gives it. */
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
  const canExtend = !isSpent && given < (event?.limits.extensions_max ?? 0)
  const until = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' }).format(
    new Date(reservation.expires_at),
  )
  return (
    <>
      <Spoken isDue={isDue}>{t.twoMinutes}</Spoken>
      <p role="status" className="text-sm font-medium text-done">
        {given > 0 && !isDue && <span className="mt-4 block">{t.extendedTo(until)}</span>}
      </p>
      {isDue && (
        <div className="mt-4 flex flex-wrap items-center gap-x-6 gap-y-3 rounded-read border border-edge px-5 py-4">
          <p className="flex-1 basis-60 font-medium">
            {t.soon}
            {!canExtend && event && <span className="block font-normal text-muted">{t.noMoreTime}</span>}
          </p>
          {canExtend && (
            <Button kind="plain" size="small" busy={extend.isPending} onClick={() => extend.mutate()}>
              {t.moreTime(Math.round((event?.limits.extension_seconds ?? 300) / 60))}
            </Button>
          )}
          {extend.isError && !isSpent && (
            <p role="alert" className="basis-full text-sm text-danger">
              {isApiError(extend.error, 'booking_in_progress')
                ? t.refused.booking_in_progress
                : t.refused.other}
            </p>
          )}
        </div>
      )}
    </>
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
