import { KeyRound } from 'lucide-react'
import { Button } from '../../components/button.tsx'
import { useText } from '../../i18n/text.tsx'
import type { SeatSession } from './seat-session.ts'
import type { SayDone, ShowSeats } from './show-seats.ts'
import { seatsText } from './text.ts'
import { useSeatView, useStockTick } from './use-seat-session.ts'

/** For whoever was given a code, at events that have some. */
export function CodeOffer({ session }: { session: SeatSession }) {
  const t = useText(seatsText)
  const { code, notice } = useSeatView(session)
  if (!session.event.takes_codes || code || notice?.kind === 'code') return null
  return (
    <Button kind="quiet" size="small" className="mt-4 px-0!" onClick={() => session.offerCode()}>
      <KeyRound aria-hidden size={18} /> {t.code.have}
    </Button>
  )
}

/** What the code that was typed opens, and the way out of it. */
export function CodeBox({
  session,
  onShow,
  onDone,
}: {
  session: SeatSession
  onShow: ShowSeats
  onDone: SayDone
}) {
  const t = useText(seatsText)
  const { code } = useSeatView(session)
  if (!code) return null
  return (
    <div className="my-3 border-s-3 border-beam ps-4">
      <p className="text-[0.9375rem]">
        <CodeWords session={session} /> {t.code.upTo(session.max)}
      </p>
      <div className="mt-2 flex flex-wrap gap-2">
        {code.kept && session.hasSeats && (
          <Button kind="plain" size="small" onClick={() => onShow(session.seatsOfCode())}>
            {t.code.show}
          </Button>
        )}
        <Button
          kind="quiet"
          size="small"
          className={code.kept && session.hasSeats ? '' : 'px-0!'}
          onClick={() => {
            session.leaveCode()
            onDone('')
          }}
        >
          {t.code.leave}
        </Button>
      </div>
    </div>
  )
}

/** "6 places are free for your code …", as it is now; nothing without a code. */
export function CodeWords({ session }: { session: SeatSession }) {
  const t = useText(seatsText)
  useStockTick(session)
  const { code } = useSeatView(session)
  if (!code) return null
  if (!code.kept) return t.code.phase
  const seats = session.seatsOfCode().filter((seat) => session.isFree(seat)).length
  return t.code.kept(Object.values(code.kept.areas).reduce((sum, left) => sum + left, seats))
}
