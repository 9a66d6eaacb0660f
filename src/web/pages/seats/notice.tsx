import { useNavigate } from '@tanstack/react-router'
import clsx from 'clsx'
import { useEffect, useRef, type ReactNode } from 'react'
import { Button, ButtonLink } from '../../components/button.tsx'
import { useLocale, useText, type Locale } from '../../i18n/text.tsx'
import { AccessCode } from './access-code.tsx'
import { SaleOpens } from './sale-opens.tsx'
import type { SayDone, ShowSeats } from './show-seats.ts'
import type { SeatNotice, SeatSession } from './seat-session.ts'
import { chosenWords, seatsName, seatsShort, type SeatsText } from './seat-words.ts'
import { seatsText } from './text.ts'
import { useSeatView } from './use-seat-session.ts'

/** What happened, what it means, what can be done: said once, where one looks, and read out. */
export function NoticeBox({
  session,
  onShow,
  onDone,
  className,
}: {
  session: SeatSession
  onShow: ShowSeats
  onDone: SayDone
  className?: string
}) {
  const t = useText(seatsText)
  const locale = useLocale()
  const navigate = useNavigate()
  const { notice } = useSeatView(session)
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    // What was pressed may be further down than this.
    if (notice) box.current?.scrollIntoView({ block: 'nearest' })
  }, [notice])
  const offered = notice?.kind === 'lost' ? notice.offer : null
  const offeredText = offered?.join(' ')
  useEffect(() => {
    if (offered) onShow(offered)
    // Only another offer moves the map again.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [offeredText])
  const holdInstead = (seats: readonly number[]): void =>
    void session.holdInstead(seats).then((id) => {
      if (id !== null) void navigate({ to: '/checkout/$reservationId', params: { reservationId: id } })
    })
  return (
    <div ref={box} className={clsx(notice && 'my-3 border-s-3 border-beam ps-4', className)}>
      <div role="alert">
        {notice && (
          <>
            <p className="text-[0.9375rem]">{wordsOf(notice, session, t)}</p>
            <div className="mt-2 flex flex-wrap gap-2 empty:hidden">
              {actionsOf(notice, session, { t, locale }, { holdInstead, onDone })}
            </div>
          </>
        )}
      </div>
      {notice?.kind === 'code' && (
        <>
          <AccessCode {...{ session, onShow, onDone }} sent={notice.code} />
          <SaleOpens event={session.event} />
        </>
      )}
    </div>
  )
}

function wordsOf(notice: SeatNotice, session: SeatSession, t: SeatsText): string {
  const { hall } = session
  switch (notice.kind) {
    case 'lost': {
      const went = t.went(seatsName(hall, notice.seats, t), notice.seats.length)
      const offer = notice.offer ? t.offer(seatsShort(hall, notice.offer, t), notice.offer.length) : t.noOffer
      return `${went} ${offer}`
    }
    case 'refused': {
      if (notice.seats.length === 0) return t.refusedAreas
      const taken = t.refused(seatsName(hall, notice.seats, t), notice.seats.length)
      return notice.alternatives.length > 0 ? taken : `${taken} ${t.noAlternatives}`
    }
    case 'limit':
      return t.limit(session.max)
    case 'tooMany':
      return t.tooMany(notice.max, notice.had, session.view().code !== null)
    case 'typeBounds':
      return t.typeBounds(notice)
    case 'holding':
      return t.holdingAlready
    case 'orphan':
      return t.orphan(seatsShort(hall, notice.seats, t))
    case 'soldOut':
      return t.sold_out
    case 'network':
      return t.network
    case 'code':
      return notice.refused ? t.code[notice.refused] : t.code.ask
    case 'outsideCode':
      return t.code.dropped(seatsName(hall, notice.seats, t), notice.seats.length)
    case 'codeOver':
      return t.code.over
    case 'other': {
      const known: Record<string, string> = t.errors
      return known[notice.code] ?? t.errors.fallback
    }
  }
}

function actionsOf(
  notice: SeatNotice,
  session: SeatSession,
  { t, locale }: { t: SeatsText; locale: Locale },
  { holdInstead, onDone }: { holdInstead: (seats: readonly number[]) => void; onDone: SayDone },
): ReactNode {
  const { hall } = session
  switch (notice.kind) {
    case 'lost':
      return (
        notice.offer && (
          <Button
            kind="plain"
            size="small"
            onClick={() => onDone(chosenWords(session, session.takeOffer(), t, locale))}
          >
            {t.take(seatsShort(hall, notice.offer, t))}
          </Button>
        )
      )
    case 'refused':
      return notice.alternatives.map((seats) => (
        <Button key={seats.join()} kind="plain" size="small" onClick={() => holdInstead(seats)}>
          {t.instead(seatsShort(hall, seats, t))}
        </Button>
      ))
    case 'code':
      return null
    case 'outsideCode':
    case 'codeOver':
    case 'limit':
    case 'tooMany':
    case 'typeBounds':
    case 'holding':
    case 'soldOut':
    case 'other':
    case 'orphan':
    case 'network':
      if (notice.kind === 'other' && notice.code === 'identity_required')
        return (
          <ButtonLink kind="plain" size="small" to="/orders">
            {t.confirmMail}
          </ButtonLink>
        )
      if (notice.kind === 'tooMany' && notice.had > 0)
        return (
          <ButtonLink kind="plain" size="small" to="/orders">
            {t.myTickets}
          </ButtonLink>
        )
      return (
        <Button
          kind="quiet"
          size="small"
          className="px-0!"
          onClick={() => {
            session.dismiss()
            onDone('')
          }}
        >
          {t.dismiss}
        </Button>
      )
  }
}
