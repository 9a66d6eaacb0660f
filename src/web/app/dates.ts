import type { EventFilter } from '../api/queries.ts'
import { addDays, dayIn, weekdayOf } from '../format/format.ts'

/** What "tonight" and "this weekend" mean at a place whose clock is `timezone`. */
export type WhenName = 'tonight' | 'weekend' | 'week' | 'month'

const FRIDAY = 5
const SUNDAY = 0

export function daysOf(
  when: WhenName,
  now: number,
  timezone: string,
): Required<Pick<EventFilter, 'from' | 'to'>> {
  const today = dayIn(now, timezone)
  switch (when) {
    case 'tonight':
      return { from: today, to: today }
    case 'weekend': {
      const weekday = weekdayOf(today)
      const friday = weekday === SUNDAY || weekday >= FRIDAY ? today : addDays(today, FRIDAY - weekday)
      return { from: friday, to: weekday === SUNDAY ? today : addDays(friday, (7 - weekdayOf(friday)) % 7) }
    }
    case 'week':
      return { from: today, to: addDays(today, 6) }
    case 'month':
      return { from: today, to: addDays(today, 29) }
  }
}
