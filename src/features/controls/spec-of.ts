import type { Layout } from '../../shared/layout.ts'
import type { HouseEvent, HouseSale } from '../catalog/index.ts'
import { areaName } from './area-names.ts'
import { describeSeats } from './seat-selectors.ts'
import type { LedgerNow, Places } from './types.ts'

/** How a description writes moments and amounts. */
export type Writing = {
  time(at: number, timezone: string): string
  /** Of minor units. */
  amount(amount: number, currency: string): number
}

/** An event as its description: applying it changes nothing. Empty lists are left out. */
export function specOf(
  event: HouseEvent,
  layout: Layout | null,
  ledger: LedgerNow | null,
  writing: Writing,
): Record<string, unknown> {
  const time = (at: number | null): string | null =>
    at === null ? null : writing.time(at, event.venue.timezone)
  const texts = Object.entries(event.text).flatMap(([tag, text]) =>
    typeof text === 'object' ? [[tag, text] as const] : [],
  )
  const inLanguages = (of: 'name' | 'description'): unknown => {
    const found = texts.flatMap(([tag, text]) => (text[of] === undefined ? [] : [[tag, text[of]]]))
    if (found.length === 0) return undefined
    return texts.length === 1 ? found[0]![1] : Object.fromEntries(found)
  }
  return compact({
    event_id: event.eventId,
    external_id: event.sourceId || undefined,
    status: event.status === 'ended' ? undefined : event.status,
    name: inLanguages('name'),
    description: inLanguages('description'),
    language: event.text.default,
    type: event.type,
    genres: event.genres.length > 0 ? event.genres : undefined,
    image_url: event.imageUrl ?? undefined,
    start: event.startsAtPrecision === 'day' ? event.startsOn : time(event.startsAt),
    doors: time(event.doorsAt) ?? undefined,
    duration_minutes: event.durationMinutes ?? undefined,
    venue: venueOf(event.venue),
    room: event.room,
    production: event.production && { id: event.production.sourceId, name: event.production.name },
    performers: event.performers.map(({ name, kind, role }) =>
      compact({ name, kind, role: role ?? undefined }),
    ),
    works: event.works.map(({ title, composer }) => compact({ title, composer: composer ?? undefined })),
    ...(event.sale
      ? saleOf(event.sale, time, layout, ledger, writing)
      : { on_sale: event.onSaleFrom === null ? undefined : { from: time(event.onSaleFrom) } }),
  })
}

function venueOf(venue: HouseEvent['venue']): Record<string, unknown> {
  const { name, street, city, region, country, timezone, lat, lon } = venue
  const known = Object.entries({ name, street, city, region, country, timezone, lat, lon })
  return Object.fromEntries(known.filter(([, value]) => value !== null))
}

function saleOf(
  sale: HouseSale,
  time: (at: number | null) => string | null,
  layout: Layout | null,
  ledger: LedgerNow | null,
  writing: Writing,
): Record<string, unknown> {
  const { currency } = sale
  const seatsOf = (seats: readonly number[] | undefined) =>
    layout && seats && seats.length > 0 ? describeSeats(layout, seats) : undefined
  const areasOf = (places: Places | undefined) =>
    layout && places
      ? Object.fromEntries([...places].map(([area, count]) => [areaName(layout, area), count]))
      : undefined
  return {
    layout: sale.layoutHash,
    currency,
    on_sale: { from: time(sale.onSaleFrom), until: time(sale.onSaleUntil) },
    limits: compact({
      tickets_per_buyer: sale.ticketsPerBuyer ?? ledger?.rules.ticketsPerBuyer,
      hold_seconds: sale.holdSeconds ?? ledger?.rules.holdSeconds,
      extensions: sale.extensionsMax,
      extension_seconds: sale.extensionSeconds,
      no_orphan_seats: sale.orphanRule ?? false,
    }),
    identity: sale.identityRequired,
    refund: { allowed: sale.refundable, until: time(sale.refundUntil ?? null) },
    price_types: sale.priceTypes.map(({ id, name, names, min, max }) =>
      compact({ id, name: names ? { en: name, ...names } : name, min, max }),
    ),
    prices: Object.fromEntries(
      sale.categories.map(({ name }, category) => [
        name,
        Object.fromEntries(
          sale.priceTypes.map(({ id }, type) => {
            const face = sale.faces[category]?.[type] ?? null
            return [id, face === null ? null : writing.amount(face, currency)]
          }),
        ),
      ]),
    ),
    fees: sale.fees.map(({ name, per, amount, ratePpm, refundable }) =>
      compact({
        ...{ name, per },
        amount: amount > 0 ? writing.amount(amount, currency) : undefined,
        percent: ratePpm > 0 ? ratePpm / 10_000 : undefined,
        refundable,
      }),
    ),
    taxes: sale.taxes.map(({ name, ratePpm, included, appliesTo }) => ({
      ...{ name, percent: ratePpm / 10_000, included },
      on: appliesTo,
    })),
    phases: sale.phases.map(({ id, startsAt, endsAt, access, ticketsPerBuyer, capacity, prices }) =>
      compact({
        id,
        from: time(startsAt) ?? undefined,
        until: time(endsAt) ?? undefined,
        access,
        tickets_per_buyer: ticketsPerBuyer ?? undefined,
        capacity: capacity ?? undefined,
        prices: prices.length > 0 ? byCategory(prices, (face) => writing.amount(face, currency)) : undefined,
      }),
    ),
    allotments: sale.allotments.map(({ no, kind, releaseAt }) =>
      compact({
        name: kind,
        release: time(releaseAt) ?? undefined,
        seats: seatsOf(ledger?.allotted.get(no)),
        areas: areasOf(ledger?.places.get(no)),
      }),
    ),
    blocked: ledger && !ledger.cancelled ? seatsOf(ledger.blocked) : undefined,
  }
}

function byCategory(
  prices: HouseSale['phases'][number]['prices'],
  amount: (face: number) => number,
): Record<string, Record<string, number>> {
  const categories = [...new Set(prices.map(({ category }) => category))]
  return Object.fromEntries(
    categories.map((name) => [
      name,
      Object.fromEntries(
        prices.flatMap(({ category, priceType, face }) =>
          category === name ? [[priceType, amount(face)]] : [],
        ),
      ),
    ]),
  )
}

function compact(members: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(members).filter(
      ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
    ),
  )
}
