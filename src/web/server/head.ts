import type { QueryClient } from '@tanstack/react-query'
import type { Api } from '../api/client.ts'
import { eventQuery, type Event } from '../api/queries.ts'
import { eventTitle } from '../app/event-name.ts'
import { appText } from '../app/text.ts'
import { formatMoney, formatWhen } from '../format/format.ts'
import type { Locale } from '../i18n/text.tsx'
import { eventText } from '../pages/event/text.ts'
import { homeText } from '../pages/home/text.ts'
import { searchText } from '../pages/search/text.ts'
import { posterUrl } from '../posters/subject.ts'
import type { Head } from './document.ts'
import { headText } from './head-text.ts'
import { HOUSE_PREVIEW } from './posters.ts'

export type HeadInput = {
  status: 200 | 404 | 503
  routeId: string
  /** With the query that matters. */
  path: string
  origin: string
  queryClient: QueryClient
  api: Api
  locale: Locale
}

/** What search engines and link previews read before any script runs. */
export function headOf(input: HeadInput): Head {
  const { errors } = appText[input.locale]
  if (input.status !== 200)
    return { ...NOTHING, title: input.status === 404 ? errors.notFoundTitle : errors.busyTitle }
  switch (input.routeId) {
    case '/':
      return homeHead(input)
    case '/search':
      return searchHead(input)
    case '/events/$eventId':
      return eventHead(input)
    default:
      return NOTHING
  }
}

const NOTHING: Head = {
  title: 'Usher',
  description: '',
  canonical: null,
  image: null,
  type: 'website',
  jsonLd: [],
}

function homeHead({ origin, locale }: HeadInput): Head {
  const t = homeText[locale]
  const site = {
    '@context': 'https://schema.org',
    '@type': 'WebSite',
    name: 'Usher',
    url: `${origin}/`,
    potentialAction: {
      '@type': 'SearchAction',
      target: { '@type': 'EntryPoint', urlTemplate: `${origin}/search?q={search_term_string}` },
      'query-input': 'required name=search_term_string',
    },
  }
  return {
    ...NOTHING,
    title: t.title,
    description: headText[locale].home,
    canonical: `${origin}/`,
    image: housePreview(origin, locale),
    jsonLd: [site],
  }
}

function searchHead({ origin, path, locale }: HeadInput): Head {
  const t = searchText[locale]
  const query = new URLSearchParams(path.split('?')[1] ?? '')
  const what = [query.get('q'), query.get('genre'), query.get('city')].filter(Boolean).join(', ')
  const title = what === '' ? `${t.everything} · Usher` : t.titleFor(what)
  return {
    ...NOTHING,
    title,
    description: headText[locale].home,
    canonical: origin + path,
    image: housePreview(origin, locale),
  }
}

function housePreview(origin: string, locale: Locale): Head['image'] {
  return { url: origin + HOUSE_PREVIEW, type: 'image/png', alt: headText[locale].previewAlt }
}

function eventHead({ origin, path, queryClient, api, locale }: HeadInput): Head {
  const event = queryClient.getQueryData<Event>(eventQuery(api, path.split('/')[2]!).queryKey)
  if (!event) return NOTHING
  const t = eventText[locale]
  const when = formatWhen(event, event.venue.timezone, locale)
  return {
    title: eventTitle(event, locale, t.tickets),
    description: descriptionOf(event, when, locale),
    canonical: `${origin}/events/${event.event_id}`,
    image: event.picture
      ? { url: origin + event.picture.preview_url, type: 'image/jpeg', alt: event.picture.alt }
      : { url: origin + posterUrl(event, 'png'), type: 'image/png', alt: null },
    type: 'event',
    jsonLd: [eventLd(event, origin)],
  }
}

/** What of this is true depends on the hall and on the prices. */
function descriptionOf(event: Event, when: string, locale: Locale): string {
  const t = headText[locale]
  const { order_fee: orderFee, places, prices, venue } = event
  const sentences = [
    t.event(event.name, when, venue.name, venue.city),
    (places?.seats ?? 0) > 0 && t.seats,
    prices.length > 0 && (orderFee.amount > 0 ? t.pricesAndOrder(formatMoney(orderFee, locale)) : t.prices),
  ]
  return sentences.filter(Boolean).join(' ')
}

const TYPES: Record<string, string> = {
  concert: 'MusicEvent',
  club: 'MusicEvent',
  opera: 'MusicEvent',
  festival: 'Festival',
  film: 'ScreeningEvent',
  theatre: 'TheaterEvent',
  dance: 'DanceEvent',
  comedy: 'ComedyEvent',
  sport: 'SportsEvent',
}
const STATUS = {
  published: 'EventScheduled',
  ended: 'EventScheduled',
  postponed: 'EventPostponed',
  cancelled: 'EventCancelled',
} as const

/** The event as schema.org describes one, with what can be bought. */
function eventLd(event: Event, origin: string): object {
  const url = `${origin}/events/${event.event_id}`
  const { venue, price_from: price } = event
  return {
    '@context': 'https://schema.org',
    '@type': TYPES[event.type] ?? 'Event',
    '@id': url,
    url,
    name: event.name,
    ...(event.description !== null && { description: event.description }),
    startDate: event.starts_at_precision === 'day' ? event.starts_on : event.starts_at,
    ...(event.doors_at !== null && { doorTime: event.doors_at }),
    ...(event.duration_minutes !== null && {
      duration: `PT${event.duration_minutes}M`,
      endDate: new Date(Date.parse(event.starts_at) + event.duration_minutes * 60_000).toISOString(),
    }),
    eventStatus: `https://schema.org/${STATUS[event.status]}`,
    eventAttendanceMode: 'https://schema.org/OfflineEventAttendanceMode',
    image: picturesOf(event).map((url) => origin + url),
    location: {
      '@type': 'Place',
      name: venue.name,
      address: {
        '@type': 'PostalAddress',
        ...(venue.street !== null && { streetAddress: venue.street }),
        addressLocality: venue.city,
        ...(venue.region !== null && { addressRegion: venue.region }),
        ...(venue.country !== null && { addressCountry: venue.country }),
      },
      ...(venue.lat !== null &&
        venue.lon !== null && {
          geo: { '@type': 'GeoCoordinates', latitude: venue.lat, longitude: venue.lon },
        }),
    },
    ...whoAndWhat(event),
    ...(price && {
      offers: {
        '@type': 'AggregateOffer',
        url,
        priceCurrency: price.currency,
        lowPrice: decimal(price),
        highPrice: decimal({
          ...price,
          amount: Math.max(...event.prices.map((p) => p.price.amount), price.amount),
        }),
        availability: `https://schema.org/${availabilityOf(event)}`,
        ...(event.on_sale_at !== null && { validFrom: event.on_sale_at }),
        ...(event.prices_until !== null && { priceValidUntil: event.prices_until }),
      },
    }),
  }
}

/** A film is presented and has a director; everything else is performed. */
function whoAndWhat({ type, name, performers, works }: Event): object {
  if (type === 'film') {
    const directors = performers.filter(({ role }) => role === 'director')
    return {
      workPresented: {
        '@type': 'Movie',
        name: works[0]?.title ?? name,
        ...(directors.length > 0 && { director: directors.map(personOf) }),
      },
    }
  }
  return {
    ...(performers.length > 0 && { performer: performers.map(personOf) }),
    ...(works.length > 0 && {
      workPerformed: works.map(({ title, composer }) => ({
        '@type': 'CreativeWork',
        name: title,
        ...(composer !== null && { author: { '@type': 'Person', name: composer } }),
      })),
    }),
  }
}

function personOf({ name, kind }: Event['performers'][number]): object {
  return { '@type': kind === 'person' ? 'Person' : 'PerformingGroup', name }
}

/** The largest, and the one for link previews. */
function picturesOf(event: Event): string[] {
  const { picture } = event
  return picture ? [picture.sources.at(-1)!.url, picture.preview_url] : [posterUrl(event, 'png')]
}

function availabilityOf({ availability, sale, on_sale_at: from }: Event): string {
  if (sale === 'announced' && from !== null) return 'PreSale'
  if (sale === 'ended' || availability === 'sold_out') return 'SoldOut'
  return availability === 'few_left' ? 'LimitedAvailability' : 'InStock'
}

function decimal({ amount, currency }: { amount: number; currency: string }): string {
  const digits =
    new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
  return (amount / 10 ** digits).toFixed(digits)
}
