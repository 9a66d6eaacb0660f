import type { Event } from '../api/queries.ts'

/** A phase of the sale as a buyer meets it: within the time of the whole sale, milliseconds since 1970. */
export type SalePhase = {
  id: string
  from: number
  until: number
  needsCode: boolean
  /** The lowest of the phase, where it matters in which one buys. */
  price: Event['price_from']
}

type Sale = Pick<Event, 'phases' | 'on_sale_at' | 'on_sale_until'>

/** Phases that are not over yet, the soonest first; none where the sale has no phases. */
export function phasesLeft(event: Sale, now: number): SalePhase[] {
  const opens = at(event.on_sale_at, -Infinity)
  const closes = at(event.on_sale_until, Infinity)
  return event.phases
    .map(({ id, starts_at, ends_at, access, price_from, prices }) => ({
      id,
      from: Math.max(opens, at(starts_at, -Infinity)),
      until: Math.min(closes, at(ends_at, Infinity)),
      needsCode: access === 'code',
      price: prices ? price_from : null,
    }))
    .filter(({ from, until }) => from < until && now < until)
    .toSorted((a, b) => a.from - b.from || Number(a.needsCode) - Number(b.needsCode))
}

/** Who may buy now, and which phase opens next to somebody who may not yet. */
export function saleNow(phases: readonly SalePhase[], now: number): SaleNow {
  const running = phases.filter(({ from }) => from <= now)
  if (running.some(({ needsCode }) => !needsCode)) return { who: 'everybody', next: null }
  const who = running.length > 0 ? 'code' : 'nobody'
  const next = phases.find(({ from, needsCode }) => from > now && (who === 'nobody' || !needsCode))
  return { who, next: next ?? null }
}

export type SaleNow = { who: 'everybody' | 'code' | 'nobody'; next: SalePhase | null }

function at(time: string | null, otherwise: number): number {
  return time === null ? otherwise : Date.parse(time)
}
