import { useState } from 'react'
import { serverNow, useApp } from '../../app/context.tsx'
import { Button } from '../../components/button.tsx'
import { placeName } from '../../components/ticket/ticket.tsx'
import { dayIn, formatDay, formatMoney, formatTime } from '../../format/format.ts'
import { useText } from '../../i18n/text.tsx'
import { CancelDialog } from './cancel-dialog.tsx'
import type { OrderView } from './order-view.ts'
import { ordersText } from './text.ts'

/** What was bought for how much, and the way to give it back. */
export function Details({ view }: { view: OrderView }) {
  const { order, event } = view
  const t = useText(ordersText)
  const { locale } = useApp().preferences
  const money = (amount: typeof order.total): string => formatMoney(amount, locale, { exact: true })
  const types = event?.price_types ?? []
  const lines = order.status === 'FAILED' ? [] : order.tickets
  return (
    <section aria-labelledby="details" className="border-t border-line pt-6">
      <h2 id="details" className="display text-xl">
        {t.details}
      </h2>
      <dl className="mt-4 grid gap-2.5">
        {lines.map((ticket) => {
          const type = types.length > 1 ? types.find(({ id }) => id === ticket.price_type)?.name : null
          const isVoid = ticket.status === 'void'
          return (
            <div key={ticket.ticket_id} className="flex items-baseline justify-between gap-6">
              <dt className={isVoid ? 'text-muted' : ''}>
                {placeName(ticket)}
                <span className="text-muted">
                  {[type, isVoid && t.givenBack]
                    .filter(Boolean)
                    .map((word) => `, ${word}`)
                    .join('')}
                </span>
              </dt>
              <dd className={`tabular ${isVoid ? 'text-muted line-through' : ''}`}>{money(ticket.price)}</dd>
            </div>
          )
        })}
        {order.breakdown.order_fee.amount > 0 && (
          <div className="flex justify-between gap-6">
            <dt>{t.orderFee}</dt>
            <dd className="tabular">{money(order.breakdown.order_fee)}</dd>
          </div>
        )}
        <div className="mt-1 flex justify-between gap-6 border-t border-line pt-3.5 font-semibold">
          <dt>{t.total}</dt>
          <dd className="tabular">{order.total.amount === 0 ? t.free : money(order.total)}</dd>
        </div>
      </dl>
      <dl className="mt-4 grid gap-1 text-sm text-muted">
        <div className="flex flex-wrap gap-x-2">
          <dt>{t.bought}</dt>
          <dd>{formatDay(order.created_at.slice(0, 10), locale)}</dd>
        </div>
        <div className="flex flex-wrap gap-x-2">
          <dt>{t.number}</dt>
          <dd className="break-all">{order.booking_id}</dd>
        </div>
      </dl>
      <GiveBack view={view} />
    </section>
  )
}

function GiveBack({ view }: { view: OrderView }) {
  const { order, event, keptAt } = view
  const t = useText(ordersText)
  const { locale } = useApp().preferences
  const [isOpen, setOpen] = useState(false)
  const [done, setDone] = useState(0)
  const valid = order.tickets.filter((ticket) => ticket.status === 'valid')
  const said = (
    <p role="status" className="font-medium text-done empty:hidden">
      {done > 0 && t.cancelDone(done)}
    </p>
  )
  if (order.status !== 'CONFIRMED' || valid.length === 0 || !event || keptAt !== null)
    return <div className="mt-6">{said}</div>
  const { until } = event.refund
  const zone = event.venue.timezone
  const when = until && `${formatDay(dayIn(until, zone), locale)}, ${formatTime(until, zone)}`
  const isPossible = event.refund.allowed && until !== null && Date.parse(until) > serverNow()
  return (
    <div className="no-print mt-6 grid gap-3">
      {said}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        {isPossible && (
          <Button kind="plain" size="small" onClick={() => setOpen(true)}>
            {t.giveBack}
          </Button>
        )}
        <p className="text-sm text-muted">
          {isPossible ? t.giveBackUntil(when!) : when ? t.giveBackOver(when) : t.giveBackNever}
        </p>
      </div>
      {isOpen && (
        <CancelDialog
          order={order}
          tickets={valid}
          onClose={() => setOpen(false)}
          onDone={(count) => {
            setOpen(false)
            setDone(count)
          }}
        />
      )}
    </div>
  )
}
