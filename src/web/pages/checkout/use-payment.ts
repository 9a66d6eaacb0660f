import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { BookingBody, BookingRequestBody } from '../../../shared/schemas/bookings.ts'
import { useApi } from '../../app/context.tsx'
import { orderQuery } from '../orders/queries.ts'
import { askForPayment, type PaymentProblem } from './ask-for-payment.ts'
import { forgetIntention, keepIntention, newKey, readIntention, type Intention } from './intention.ts'
import { reservationKey } from './queries.ts'

export type PaymentStep =
  | { at: 'form'; problem: PaymentProblem | null }
  /** Sent, no answer yet. */
  | { at: 'asking' }
  /** No answer came. It is asked again by itself, with the same key. */
  | { at: 'lost'; network: boolean }
  /** The bank has not answered. */
  | { at: 'pending'; bookingId: string }
  | { at: 'gone' }
  | { at: 'paid'; bookingId: string }

export type Payment = {
  step: PaymentStep
  /** Begins a payment; does nothing while one is under way. */
  pay(body: BookingRequestBody): void
  /** Follows a payment that another tab or an earlier visit began. */
  follow(bookingId: string, reservationId: string): void
  askNow(): void
}

const LOST_WAIT_MS_MIN = 1_000
const LOST_WAIT_MS_MAX = 15_000
const POLL_MS_MIN = 1_000
const POLL_MS_MAX = 5_000

/**
 * Pays for a reservation, once. The intention is written down before it is sent; a reload, a lost answer or another
 * press goes on with it until its outcome is known.
 */
export function usePayment(
  reservationId: string,
  onNextAction: (action: NonNullable<BookingBody['next_action']>) => void,
): Payment {
  const api = useApi()
  const queryClient = useQueryClient()
  const [step, setStep] = useState<PaymentStep>(() =>
    readIntention(reservationId) ? { at: 'asking' } : { at: 'form', problem: null },
  )
  const running = useRef<AbortController | null>(null)
  const wake = useRef<() => void>(() => undefined)
  const act = useRef(onNextAction)
  act.current = onNextAction

  const run = useCallback(
    async (first: Intention) => {
      if (running.current) return
      const controller = new AbortController()
      running.current = controller
      const { signal } = controller
      let intention = first
      let waitMs = 0
      let acted = false
      setStep(first.bookingId ? { at: 'pending', bookingId: first.bookingId } : { at: 'asking' })
      const finish = (last: PaymentStep): void => {
        forgetIntention(reservationId)
        running.current = null
        setStep(last)
      }
      for (;;) {
        const outcome = await askForPayment(api, intention, signal)
        if (signal.aborted) return
        switch (outcome.is) {
          case 'paid':
            forgetIntention(reservationId)
            // The tickets are there when their page opens; that they are slow to come is no reason to stay.
            await queryClient.prefetchQuery(orderQuery(api, outcome.booking.booking_id))
            if (signal.aborted) return
            return finish({ at: 'paid', bookingId: outcome.booking.booking_id })
          case 'refused':
            // The hold may have gone on or ended meanwhile; the page shows which.
            await queryClient.invalidateQueries({ queryKey: reservationKey(reservationId) })
            return finish({ at: 'form', problem: outcome.problem })
          case 'gone':
            // Whether its time ran out or somebody let it go, only the hold itself can say.
            await queryClient.invalidateQueries({ queryKey: reservationKey(reservationId) })
            if (signal.aborted) return
            return finish({ at: 'gone' })
          case 'pending': {
            const { bookingId, nextAction } = outcome
            intention = { ...intention, bookingId }
            keepIntention(intention)
            setStep({ at: 'pending', bookingId })
            if (nextAction && !acted) act.current(nextAction)
            acted ||= nextAction !== null
            waitMs = Math.min(Math.max(waitMs * 1.3, POLL_MS_MIN), POLL_MS_MAX)
            break
          }
          case 'unknown':
            if (!intention.bookingId) setStep({ at: 'lost', network: outcome.network })
            waitMs = Math.min(
              Math.max(waitMs * 2, LOST_WAIT_MS_MIN, (outcome.retrySeconds ?? 0) * 1000),
              LOST_WAIT_MS_MAX,
            )
        }
        await pause(waitMs, signal, wake)
        if (signal.aborted) return
      }
    },
    [api, queryClient, reservationId],
  )

  useEffect(() => {
    const unfinished = readIntention(reservationId)
    if (unfinished) void run(unfinished)
    return () => {
      running.current?.abort()
      running.current = null
    }
  }, [reservationId, run])

  return {
    step,
    pay: (body) => {
      if (running.current) return
      const intention: Intention = { key: newKey(), body, bookingId: null }
      keepIntention(intention)
      void run(intention)
    },
    follow: useCallback(
      (bookingId: string, id: string) => {
        void run({ key: newKey(), body: { reservation_id: id }, bookingId })
      },
      [run],
    ),
    askNow: () => wake.current(),
  }
}

/** Waits, at most until the network comes back or the buyer asks. */
function pause(ms: number, signal: AbortSignal, wake: { current: () => void }): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      removeEventListener('online', end)
      signal.removeEventListener('abort', end)
      wake.current = () => undefined
      resolve()
    }
    const timer = setTimeout(end, ms)
    addEventListener('online', end)
    signal.addEventListener('abort', end)
    wake.current = end
  })
}
