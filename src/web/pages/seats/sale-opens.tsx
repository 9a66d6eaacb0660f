import type { Event } from '../../api/queries.ts'
import { useNow } from '../../app/context.tsx'
import { dayIn, formatDay, formatTime } from '../../format/format.ts'
import { useLocale, useText } from '../../i18n/text.tsx'
import { phasesLeft } from '../../app/sale-phases.ts'
import { seatsText } from './text.ts'

/** When seats are sold to whoever has no code; nothing where they are already, or never will be. */
export function SaleOpens({ event }: { event: Event }) {
  const t = useText(seatsText)
  const locale = useLocale()
  const now = useNow(1_000)
  const from = phasesLeft(event, now).find(({ needsCode }) => !needsCode)?.from
  if (from === undefined || from <= now) return null
  const { timezone } = event.venue
  const time = new Date(from).toISOString()
  return (
    <p className="mt-3 text-sm text-muted">
      {t.code.opens}{' '}
      <time dateTime={time} className="whitespace-nowrap">
        {formatDay(dayIn(from, timezone), locale)}, {formatTime(time, timezone)}
      </time>
    </p>
  )
}
