import { X } from 'lucide-react'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState, type ReactNode } from 'react'
import { serverNow } from '../../app/context.tsx'
import { Button } from '../../components/button.tsx'
import { formatMoney, formatTime } from '../../format/format.ts'
import { useLocale, useText } from '../../i18n/text.tsx'
import { Areas } from './areas.tsx'
import { BestAvailable } from './best-available.tsx'
import { countOf } from './choice.ts'
import { CodeBox, CodeOffer } from './code-box.tsx'
import { NoticeBox } from './notice.tsx'
import type { SeatSession } from './seat-session.ts'
import { seatFacts, seatName, seatNumber, seatsTitle, sharedFacts } from './seat-words.ts'
import type { SayDone, ShowSeats } from './show-seats.ts'
import { seatsText } from './text.ts'
import { useSeatView } from './use-seat-session.ts'

type Panel = { session: SeatSession; onShow: ShowSeats; onDone: SayDone }

/** The heading of the choice, where one goes on when what was pressed is gone. */
export const CHOICE_ID = 'your-choice'

/** What is chosen, what it costs, and the one button. */
export function PanelBody({ session, onShow, onDone }: Panel) {
  const t = useText(seatsText)
  const { choice, held, code } = useSeatView(session)
  const { data } = session.hall
  const n = countOf(choice)
  return (
    <>
      <div className="flex items-baseline justify-between gap-3">
        <h2 id={CHOICE_ID} tabIndex={-1} className="display text-xl">
          {held
            ? t.heldTitle
            : data.areas.length > 0 && session.hall.seatCount === 0
              ? t.yourTickets
              : t.yourSeats}
        </h2>
        {!held && n > 0 && <span className="tabular text-sm text-muted">{t.ofMax(n, session.max)}</span>}
      </div>
      <NoticeBox {...{ session, onShow, onDone }} />
      {held ? (
        <HeldList session={session} onShow={onShow} />
      ) : (
        <>
          <CodeBox {...{ session, onShow, onDone }} />
          <ChosenList {...{ session, onShow, onDone }} />
          {data.areas.length > 0 && <Areas session={session} />}
          {n === 0 && session.hasSeats && <BestAvailable {...{ session, onShow, onDone }} />}
          <CodeOffer session={session} />
          {!code && <p className="mt-5 text-sm text-muted">{t.upTo(session.max)}</p>}
        </>
      )}
    </>
  )
}

function ChosenList({ session, onShow, onDone }: Panel) {
  const t = useText(seatsText)
  const { choice } = useSeatView(session)
  if (choice.seats.length === 0) {
    if (choice.places.length > 0) return null
    return <p className="mt-3 text-muted">{session.hasSeats ? t.emptyMap : t.emptyAreas}</p>
  }
  return (
    <ul className="mt-2 divide-y divide-line">
      {choice.seats.map(({ seat, priceType }) => (
        <ChosenSeatItem key={seat} {...{ session, seat, priceType, onShow, onDone }} />
      ))}
    </ul>
  )
}

function ChosenSeatItem({
  session,
  seat,
  priceType,
  onShow,
  onDone,
}: Panel & { seat: number; priceType: string }) {
  const t = useText(seatsText)
  const locale = useLocale()
  const { hall, prices } = session
  const types = prices.typesOf(hall.data.category[seat]!)
  const amount = session.priceOf(seat, priceType)
  const name = seatName(hall, seat, t)
  return (
    <SeatRow
      badge={seatNumber(hall, seat)}
      title={name}
      facts={seatFacts(hall, seat, t)}
      price={amount === null ? '' : formatMoney(prices.money(amount), locale)}
      onShow={() => onShow([seat])}
      remove={
        <button
          type="button"
          aria-label={t.remove(name)}
          onClick={() => {
            session.remove(seat)
            onDone(t.announce.back(name, countOf(session.view().choice)))
          }}
          className="-me-3 grid size-11 shrink-0 place-items-center rounded-full text-muted hover:bg-sunken hover:text-text"
        >
          <X aria-hidden size={18} />
        </button>
      }
    >
      {types.length > 1 && (
        <select
          aria-label={t.priceType(name)}
          value={priceType}
          onChange={(event) => session.setPriceType(seat, event.target.value)}
          className="mt-2 min-h-11 max-w-full rounded-press border border-edge bg-surface px-2 text-sm text-text"
        >
          {types.map(({ id, name: typeName }) => {
            const its = session.priceOf(seat, id)
            return (
              <option key={id} value={id}>
                {typeName}
                {its === null ? '' : `, ${formatMoney(prices.money(its), locale)}`}
              </option>
            )
          })}
        </select>
      )}
    </SeatRow>
  )
}

function HeldList({ session, onShow }: { session: SeatSession; onShow: ShowSeats }) {
  const t = useText(seatsText)
  const locale = useLocale()
  const { held } = useSeatView(session)
  const { hall } = session
  if (!held) return null
  return (
    <>
      <HeldUntil expiresAt={held.expires_at} />
      <ul className="mt-2 divide-y divide-line">
        {held.seats.map(({ seat_id, price, price_type }) => {
          const seat = hall.indexOf(seat_id)
          if (seat < 0) return null
          const type = session.prices.types.find(({ id }) => id === price_type)?.name
          return (
            <SeatRow
              key={seat_id}
              badge={seatNumber(hall, seat)}
              title={seatName(hall, seat, t)}
              facts={[
                ...seatFacts(hall, seat, t),
                ...(type && session.prices.types.length > 1 ? [type] : []),
              ]}
              price={formatMoney(price, locale)}
              onShow={() => onShow([seat])}
            />
          )
        })}
        {held.areas.map(({ area_id, name, quantity, price, price_type }) => (
          <SeatRow
            key={`${area_id} ${price_type}`}
            badge={`${quantity}×`}
            title={name}
            facts={[t.places(quantity)]}
            price={formatMoney({ ...price, amount: price.amount * quantity }, locale)}
          />
        ))}
      </ul>
    </>
  )
}

type SeatRowProps = {
  badge: string
  title: string
  facts: string[]
  price: string
  onShow?: () => void
  remove?: ReactNode
  children?: ReactNode
}

function SeatRow({ badge, title, facts, price, onShow, remove, children }: SeatRowProps) {
  const round =
    'tabular grid size-9 shrink-0 place-items-center rounded-full bg-beam text-sm font-bold text-on-beam'
  return (
    <li className="flex items-start gap-3 py-3.5">
      {onShow ? (
        <button
          type="button"
          onClick={onShow}
          aria-label={`${badge}: ${title}`}
          className={`${round} relative before:absolute before:-inset-1`}
        >
          {badge}
        </button>
      ) : (
        <span className={round}>{badge}</span>
      )}
      <div className="min-w-0 flex-1">
        <p className="font-semibold">{title}</p>
        <p className="text-sm text-muted">{facts.join(' · ')}</p>
        {children}
      </div>
      <span className="tabular pt-0.5 font-semibold">{price}</span>
      {remove && <span className="-mt-2">{remove}</span>}
    </li>
  )
}

/** Sum and button: always in sight. */
export function PanelFoot({ session, onDone }: Pick<Panel, 'session' | 'onDone'>) {
  const t = useText(seatsText)
  const locale = useLocale()
  const navigate = useNavigate()
  const { choice, held, busy } = useSeatView(session)
  const n = countOf(choice)
  const total = held ? held.total.amount : session.total()
  const toCheckout = (reservationId: string): void =>
    void navigate({ to: '/checkout/$reservationId', params: { reservationId } })
  if (!held && n === 0) return null
  const minutes = Math.round(session.event.limits.hold_seconds / 60)
  const fee = session.prices.orderFee
  return (
    <div>
      <div className="flex items-baseline justify-between gap-4">
        <span className="text-muted">
          {t.total}
          {fee > 0 && (
            <span className="block text-xs">
              {t.orderFee(formatMoney(session.prices.money(fee), locale))}
            </span>
          )}
        </span>
        <span className="tabular font-display text-2xl font-bold">
          {total === null ? '' : formatMoney(session.prices.money(total), locale)}
        </span>
      </div>
      {held ? (
        <>
          <Button kind="act" wide className="mt-3" onClick={() => toCheckout(held.reservation_id)}>
            {t.toCheckout}
          </Button>
          <Button
            kind="quiet"
            size="small"
            wide
            className="mt-1"
            busy={busy === 'release'}
            onClick={() =>
              void session.release().then(() => onDone(session.view().held ? '' : t.announce.released))
            }
          >
            {t.letGo}
          </Button>
        </>
      ) : (
        <>
          <Button
            kind="act"
            wide
            className="mt-3"
            busy={busy === 'hold'}
            onClick={() => void session.hold().then((id) => id !== null && toCheckout(id))}
          >
            {busy === 'hold' ? t.holding : choice.seats.length === 0 ? t.holdPlaces(n) : t.hold(n)}
          </Button>
          <p className="mt-2 text-center text-sm text-muted">{t.yours(minutes)}</p>
        </>
      )}
    </div>
  )
}

/** For the sheet that is not pulled up: "Row F, 12 and 13", and under it "Sector 203 · Clear view". */
export function ChoiceLine({ session }: { session: SeatSession }) {
  const t = useText(seatsText)
  const { choice, heldSeats, held } = useSeatView(session)
  const seats = held ? heldSeats : choice.seats.map(({ seat }) => seat)
  const places = held
    ? held.areas.reduce((sum, { quantity }) => sum + quantity, 0)
    : countOf(choice) - choice.seats.length
  const parts = [
    ...(seats.length > 0 ? [seatsTitle(session.hall, seats, t)] : []),
    ...(places > 0 ? [t.places(places)] : []),
  ]
  return (
    <div className="min-w-0">
      <h2 id={CHOICE_ID} tabIndex={-1} className="display text-lg">
        {parts.length > 0 ? t.and(parts) : t.yourSeats}
      </h2>
      {seats.length > 0 && (
        <p className="text-sm text-muted">{sharedFacts(session.hall, seats, t).join(' · ')}</p>
      )}
      {held && <HeldUntil expiresAt={held.expires_at} />}
    </div>
  )
}

const MINUTE_MS = 60_000

/** Until when, and for how long yet: drawn again with the minute, not with the second. */
function HeldUntil({ expiresAt }: { expiresAt: string }) {
  const t = useText(seatsText)
  const left = (): number => Math.max(0, Math.floor((Date.parse(expiresAt) - serverNow()) / MINUTE_MS))
  const [minutes, setMinutes] = useState(left)
  useEffect(() => {
    setMinutes(left())
    const timer = setInterval(() => setMinutes(left()), 1_000)
    return () => clearInterval(timer)
    // oxlint-disable-next-line react/exhaustive-deps
  }, [expiresAt])
  return (
    <p className="text-sm text-muted">
      {t.heldUntil(formatTime(expiresAt, Intl.DateTimeFormat().resolvedOptions().timeZone))}{' '}
      {t.heldFor(minutes)}
    </p>
  )
}
