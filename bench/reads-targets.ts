import { EVENT_ID } from './dataset.ts'

/** Set by whoever starts the server: the hash of the event's layout. */
const LAYOUT = process.env.LAYOUT ?? ''

export type Target = {
  name: string
  path: string
  /** What the client takes. */
  encoding: 'identity' | 'gzip' | 'br'
  /** Asked with the tag of the present answer. */
  unchanged?: true
}

/** What everybody reads in a rush, in the encodings that clients ask for. */
export const TARGETS: readonly Target[] = targetsOf(LAYOUT)

export function targetsOf(layout: string): Target[] {
  const event = `/v1/events/${EVENT_ID}`
  const all = (name: string, path: string): Target[] =>
    (['identity', 'gzip', 'br'] as const).map((encoding) => ({
      name: `${name}, ${encoding === 'identity' ? 'plain' : encoding}`,
      path,
      encoding,
    }))
  return [
    ...all('availability', `${event}/availability`),
    { name: 'availability, unchanged', path: `${event}/availability`, encoding: 'gzip', unchanged: true },
    ...all('seat list', `${event}/seats`),
    ...all('layout', `/v1/layouts/${layout}`),
    { name: 'event', path: event, encoding: 'gzip' },
    ...all('event page', `/events/${EVENT_ID}`),
    { name: 'event page, unchanged', path: `/events/${EVENT_ID}`, encoding: 'br', unchanged: true },
  ]
}
