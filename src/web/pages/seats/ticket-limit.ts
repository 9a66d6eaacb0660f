import type { Event } from '../../api/queries.ts'
import type { CodeInForce } from './code-in-force.ts'

/** The most tickets that one person may have as things stand: with the code, or in the phase that is open to everybody. */
export function ticketLimit(
  { limits, phases }: Pick<Event, 'limits' | 'phases'>,
  code: Pick<CodeInForce, 'max'> | null,
  now: number,
): number {
  if (code) return code.max
  const running = phases.find(
    ({ access, starts_at, ends_at }) =>
      access === 'open' &&
      (starts_at === null || Date.parse(starts_at) <= now) &&
      (ends_at === null || now < Date.parse(ends_at)),
  )
  return Math.min(limits.tickets_per_buyer, running?.tickets_per_buyer ?? Infinity)
}
