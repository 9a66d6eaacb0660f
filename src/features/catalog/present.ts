import { hasPhasePrices, phaseShown, pricesIn, pricesUntil, type EventRules } from '../inventory/index.ts'
import { presentPicture } from '../../shared/picture.ts'
import type { LayoutPlaces } from '../../shared/layout.ts'
import type { Money } from '../../shared/money.ts'
import { saleState } from './sale-state.ts'
import type { Availability, CatalogEvent, EventPage, TicketPrice } from './types.ts'

/** A page of the list as the contract shows it. */
export function presentPage(page: EventPage): Record<string, unknown> {
  return {
    items: page.items.map((item) => ({
      event_id: item.eventId,
      production_id: item.productionId,
      name: item.name,
      type: item.type,
      genres: item.genres,
      status: item.status,
      starts_at: time(item.startsAt),
      starts_at_precision: item.startsAtPrecision,
      starts_on: item.startsOn,
      on_sale_at: time(item.onSaleFrom),
      sale: item.sale,
      venue: item.venue,
      room: item.room,
      performers: item.performers,
      image_url: item.imageUrl,
      picture: presentPicture(item.picture),
      price_from: money(item.priceFrom, item.currency),
      availability: item.availability,
      score: item.score,
    })),
    next_cursor: page.nextCursor,
    total: page.total,
    counts_capped: page.countsCapped ?? false,
    ...(page.understood && { understood: page.understood }),
    facets: page.facets,
  }
}

/** The whole event as the contract shows it. */
export function presentEvent(
  event: CatalogEvent,
  o: {
    availability: Availability
    queueState: string
    rules: EventRules | null
    places: LayoutPlaces | null
    now: number
  },
): Record<string, unknown> {
  const { venue, currency, layoutHash } = event
  const amount = (value: number): Money => ({ amount: value, currency })
  const priced = presentPrices(event, o.rules, o.now)
  return {
    event_id: event.eventId,
    production_id: event.productionId,
    organiser_id: event.organiserId,
    revision: event.revision,
    name: event.name,
    names: event.names,
    description: event.description,
    type: event.type,
    genres: event.genres,
    status: event.status,
    starts_at: time(event.startsAt),
    starts_at_precision: event.startsAtPrecision,
    starts_on: event.startsOn,
    doors_at: time(event.doorsAt),
    duration_minutes: event.durationMinutes,
    venue: {
      venue_id: venue.venueId,
      name: venue.name,
      street: venue.street,
      city: venue.city,
      metro: venue.metro,
      region: venue.region,
      country: venue.country,
      timezone: venue.timezone,
      lat: venue.lat,
      lon: venue.lon,
    },
    room: event.room,
    performers: event.performers,
    works: event.works,
    image_url: event.imageUrl,
    picture: presentPicture(event.picture),
    sale: saleState({ ...event, hasLayout: layoutHash !== null }, o.now),
    on_sale_at: time(event.onSaleFrom),
    on_sale_until: time(event.onSaleUntil),
    phases: priced.phases,
    takes_codes: (o.rules?.accessCodes?.length ?? 0) > 0,
    availability: o.availability,
    price_from: priced.price_from,
    currency,
    layout_hash: layoutHash,
    layout_url: layoutHash && `/v1/layouts/${layoutHash}`,
    places: o.places,
    categories: event.categories,
    price_types: event.priceTypes.map((type) => ({
      id: type.id,
      name: type.name,
      min_per_order: type.min,
      max_per_order: type.max,
    })),
    prices: priced.prices,
    prices_until: priced.prices_until,
    order_fee: amount(event.orderFee.amount),
    fees: event.fees.map((fee) => ({
      name: fee.name,
      per: fee.per,
      amount: amount(fee.amount),
      rate: fee.ratePpm / 1_000_000,
      refundable: fee.refundable,
    })),
    taxes: event.taxes.map((tax) => ({
      name: tax.name,
      rate: tax.ratePpm / 1_000_000,
      included: tax.included,
    })),
    limits: {
      tickets_per_buyer: (o.rules ?? event).ticketsPerBuyer,
      hold_seconds: (o.rules ?? event).holdSeconds,
      extensions_max: (o.rules ?? event).extensionsMax,
      extension_seconds: (o.rules ?? event).extensionSeconds,
      no_orphan_seats: (o.rules ?? event).orphanRule,
    },
    identity_required: event.identityRequired,
    refund: { allowed: event.refundUntil !== null, until: time(event.refundUntil) },
    queue: { state: o.queueState },
  }
}

// Where phases have prices of their own the ledger says what counts, as of the phases themselves: both turn together.
function presentPrices(event: CatalogEvent, rules: EventRules | null, now: number) {
  const { currency } = event
  const amount = (value: number): Money => ({ amount: value, currency })
  const typeId = (index: number): string =>
    rules?.priceTypes[index]?.id ?? event.priceTypes.find((type) => type.index === index)?.id ?? ''
  const present = (prices: readonly TicketPrice[]) =>
    prices.map((price) => ({
      category: event.categories.find((category) => category.index === price.category)?.name ?? '',
      category_index: price.category,
      price_type: typeId(price.priceType),
      price: amount(price.amount),
      fee_included: amount(price.fee),
      tax_included: amount(price.tax),
    }))
  const lowest = (prices: readonly TicketPrice[]): Money | null =>
    prices.length === 0 ? null : amount(Math.min(...prices.map((price) => price.amount)))
  const own = rules !== null && hasPhasePrices(rules)
  const shown = own ? pricesIn(rules, phaseShown(rules, now)) : event.prices
  const phases = (rules?.offers ?? []).map((offer) => {
    const prices = own ? pricesIn(rules!, offer) : null
    return {
      id: offer.id,
      starts_at: time(offer.startsAt),
      ends_at: time(offer.endsAt),
      access: offer.access,
      tickets_per_buyer: offer.ticketsPerBuyer ?? null,
      price_from: prices ? lowest(prices) : money(event.priceFrom, currency),
      ...(prices && { prices: present(prices) }),
    }
  })
  return {
    phases,
    price_from: own ? lowest(shown) : money(event.priceFrom, currency),
    prices: present(shown),
    prices_until: own ? time(pricesUntil(rules, now)) : null,
  }
}

function time(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString()
}

function money(amount: number | null, currency: string): Money | null {
  return amount === null ? null : { amount, currency }
}
