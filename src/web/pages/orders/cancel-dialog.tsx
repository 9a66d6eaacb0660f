import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { read } from '../../api/client.ts'
import { isApiError } from '../../api/problem.ts'
import { useApi, useApp } from '../../app/context.tsx'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { placeName, type TicketBody } from '../../components/ticket/ticket.tsx'
import { formatMoney } from '../../format/format.ts'
import { useText } from '../../i18n/text.tsx'
import { newKey } from '../checkout/intention.ts'
import { whatComesBack } from './what-comes-back.ts'
import { orderQuery } from './queries.ts'
import type { Order } from './order-view.ts'
import { ordersText } from './text.ts'

type Props = {
  order: Order
  /** Those that can still be given back. */
  tickets: readonly TicketBody[]
  onClose(): void
  onDone(count: number): void
}

/** Which tickets go back, what comes back for them and what does not, before anything happens. */
export function CancelDialog({ order, tickets, onClose, onDone }: Props) {
  const t = useText(ordersText)
  const { locale } = useApp().preferences
  const [chosen, setChosen] = useState<ReadonlySet<string>>(
    () => new Set(tickets.length === 1 ? [tickets[0]!.ticket_id] : []),
  )
  const cancel = useCancel(order, [...chosen], onDone)
  const isNone = chosen.size === 0
  const { back, stays } = whatComesBack(order, chosen)
  const money = (amount: number): string =>
    formatMoney({ amount, currency: order.total.currency }, locale, { exact: true })
  const toggle = (id: string): void => {
    const next = new Set(chosen)
    if (!next.delete(id)) next.add(id)
    setChosen(next)
  }
  return (
    <Dialog
      open
      onClose={() => !cancel.isPending && onClose()}
      title={t.giveBack}
      actions={
        <>
          <Button kind="plain" size="small" disabled={cancel.isPending} onClick={onClose}>
            {t.keep}
          </Button>
          <Button size="small" disabled={isNone} busy={cancel.isPending} onClick={() => cancel.mutate()}>
            {isNone ? t.chooseFirst : back > 0 ? t.doIt(chosen.size, money(back)) : t.doItFree(chosen.size)}
          </Button>
        </>
      }
    >
      <fieldset disabled={cancel.isPending}>
        <legend className="mb-2 font-semibold">{t.which}</legend>
        {tickets.map((ticket) => (
          <label
            key={ticket.ticket_id}
            className="flex min-h-12 items-center gap-3 border-b border-line py-2 last:border-0"
          >
            <input
              type="checkbox"
              className="size-5 shrink-0"
              checked={chosen.has(ticket.ticket_id)}
              onChange={() => toggle(ticket.ticket_id)}
            />
            <span className="flex-1">{placeName(ticket)}</span>
            <span className="tabular">{money(ticket.price.amount)}</span>
          </label>
        ))}
      </fieldset>
      <dl className="mt-4 grid gap-2 border-t border-line pt-4 empty:hidden" aria-live="polite">
        {!isNone && (
          <div className="flex justify-between gap-6 font-semibold">
            <dt>{t.comesBack}</dt>
            <dd className="tabular">{money(back)}</dd>
          </div>
        )}
        {stays > 0 && (
          <div className="flex justify-between gap-6 text-muted">
            <dt>{t.staysHere}</dt>
            <dd className="tabular">{money(stays)}</dd>
          </div>
        )}
      </dl>
      <p className="mt-4 text-sm text-muted">{t.atOnce}</p>
      <p role="alert" className="mt-3 font-medium text-danger empty:hidden">
        {cancel.isError &&
          (isApiError(cancel.error, 'refund_closed')
            ? t.cancelClosed
            : isApiError(cancel.error, 'booking_in_progress')
              ? t.cancelBusy
              : t.cancelLost)}
      </p>
    </Dialog>
  )
}

function useCancel(order: Order, ticketIds: string[], onDone: (count: number) => void) {
  const api = useApi()
  const queryClient = useQueryClient()
  // The same tickets are the same intention: asking again after a lost answer gives them back once.
  const intention = useRef({ tickets: '', key: '' })
  return useMutation({
    mutationFn: () => {
      const tickets = ticketIds.toSorted().join()
      if (intention.current.tickets !== tickets) intention.current = { tickets, key: newKey() }
      return read(
        api.POST('/v1/bookings/{booking_id}/cancel', {
          params: {
            path: { booking_id: order.booking_id },
            header: { 'Idempotency-Key': intention.current.key },
          },
          body: { ticket_ids: ticketIds },
        }),
      )
    },
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: orderQuery(api, order.booking_id).queryKey })
      onDone(ticketIds.length)
    },
  })
}
