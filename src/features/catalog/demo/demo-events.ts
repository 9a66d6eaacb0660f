import type { EventDraft } from '../event-draft.ts'
import type { ImportedEvent, ImportedVenue } from '../importing/event-record.ts'
import { addDays, localTime, weekday } from '../importing/moments.ts'

export type Film = { title: string; genre: string; minutes: number; rating: string; director: string | null }

const DAY_MINUTES = 1_440
const CLEANING_MINUTES = 25
/** Rooms of the multiplex; each begins a quarter of an hour after the one before, so that the foyer copes. */
export const ROOMS = 5
/** Days ahead for which showtimes exist. */
export const SHOW_DAYS = 5
const FIRST_SHOW_MINUTES = 13 * 60
const LAST_SHOW_MINUTES = 22 * 60 + 30

const MULTIPLEX: ImportedVenue = {
  name: 'Atlantic Multiplex',
  street: '570 Atlantic Avenue',
  city: 'Brooklyn',
  metro: 'New York',
  region: 'NY',
  country: 'US',
  timezone: 'America/New_York',
  lat: 40.684,
  lon: -73.978,
}
const STADIUM: ImportedVenue = {
  name: 'Lakefront Stadium',
  street: '1410 Lakefront Drive',
  city: 'Chicago',
  metro: null,
  region: 'IL',
  country: 'US',
  timezone: 'America/Chicago',
  lat: 41.862,
  lon: -87.617,
}
const CLUB: ImportedVenue = {
  name: 'Kesselhaus Süd',
  street: 'Am Wriezener Karree 9',
  city: 'Berlin',
  metro: null,
  region: null,
  country: 'DE',
  timezone: 'Europe/Berlin',
  lat: 52.51,
  lon: 13.436,
}

/** Showtimes from `today` on: every room plays one film of the week after the other until late. */
export function showtimes(films: readonly Film[], today: string, now: number): EventDraft[] {
  const drafts: EventDraft[] = []
  for (let ahead = 0; ahead < SHOW_DAYS; ahead += 1) {
    const day = addDays(today, ahead)
    for (let room = 1; room <= ROOMS; room += 1) {
      let minutes = FIRST_SHOW_MINUTES + (room - 1) * 15
      for (let show = 0; minutes <= LAST_SHOW_MINUTES; show += 1) {
        const film = filmOf(films, day, room, show)
        const draft = screening(film, day, room, minutes)
        if (draft.startsAt > now) drafts.push(draft)
        minutes = Math.ceil((minutes + film.minutes + CLEANING_MINUTES) / 15) * 15
      }
    }
  }
  return drafts
}

export function stadiumShow(today: string): EventDraft {
  const day = nextWeekday(addDays(today, 45), 6)
  return event({
    // One show, however often the demo runs.
    sourceId: 'demo:stadium',
    name: 'The Northern Lights: Aurora Tour',
    description:
      'Two hours under the open sky: the whole of the new album and everything that everybody can sing.',
    type: 'concert',
    genres: ['Rock', 'Stadium'],
    venue: STADIUM,
    day,
    time: '19:30',
    durationMinutes: 150,
    performers: [
      { name: 'The Northern Lights', sortName: 'northern lights', kind: 'group', role: null },
      { name: 'Halfway Home', sortName: 'halfway home', kind: 'group', role: 'support' },
    ],
  })
}

export function clubNight(today: string): EventDraft {
  const day = nextWeekday(addDays(today, 3), 5)
  return event({
    sourceId: `demo:club:${day}`,
    name: 'Spätschicht',
    description: 'House and techno until the first tram. Eighteen and over.',
    type: 'club',
    genres: ['House', 'Techno'],
    venue: CLUB,
    day,
    time: '23:00',
    durationMinutes: 420,
    performers: [
      { name: 'Mara Voss', sortName: 'voss, mara', kind: 'person', role: 'DJ' },
      { name: 'Tiefgang', sortName: 'tiefgang', kind: 'group', role: 'live' },
    ],
  })
}

// The programme changes by the week; the first show of a room is for families.
function filmOf(films: readonly Film[], day: string, room: number, show: number): Film {
  const week = Math.floor(Date.parse(`${day}T00:00:00Z`) / 86_400_000 / 7)
  const pool = show === 0 ? films.filter((film) => film.rating === 'G' || film.rating === 'PG') : films
  return pool[(week * 7 + room * 3 + show * 11) % pool.length]!
}

function screening(film: Film, day: string, room: number, minutes: number): EventDraft {
  const time = `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
  const base = event({
    sourceId: `demo:film:${day}:${room}:${time}`,
    name: film.title,
    description: `${film.genre}, ${film.minutes} minutes, rated ${film.rating}.`,
    type: 'film',
    genres: film.genre.split('/'),
    venue: MULTIPLEX,
    day,
    time,
    durationMinutes: film.minutes,
    performers: film.director
      ? [{ name: film.director, sortName: film.director.toLowerCase(), kind: 'person', role: 'director' }]
      : [],
  })
  const facts = { minutes: film.minutes, rating: film.rating, genre: film.genre, director: film.director }
  return {
    ...base,
    room: `Room ${room}`,
    production: { sourceId: `demo:film:${film.title}`, name: film.title, facts },
  }
}

function event(o: {
  sourceId: string
  name: string
  description: string
  type: string
  genres: string[]
  venue: ImportedVenue
  day: string
  time: string
  durationMinutes: number
  performers: ImportedEvent['performers']
}): ImportedEvent {
  const startsAt = localTime(o.day, o.time, o.venue.timezone)
  return {
    sourceId: o.sourceId,
    status: 'published',
    text: { default: 'en', en: { name: o.name, description: o.description } },
    type: o.type,
    genres: o.genres,
    imageUrl: null,
    venue: o.venue,
    startsAt,
    startsAtPrecision: 'time',
    startsOn: o.day,
    listedUntil: startsAt,
    doorsAt: o.durationMinutes < DAY_MINUTES ? startsAt - 30 * 60_000 : null,
    durationMinutes: o.durationMinutes,
    performers: o.performers,
    works: [],
    onSaleFrom: null,
    priceFrom: null,
    currency: null,
  }
}

function nextWeekday(from: string, day: number): string {
  return addDays(from, (day - weekday(from) + 7) % 7)
}
