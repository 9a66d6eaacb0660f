import type { Availability, ChangedSeats, Opened } from './availability.ts'
import type { FeedState } from './availability-feed.ts'
import type { MapWorker } from './map-worker.ts'
import { onWake } from './wakes.ts'

export type StockFeedDeps = {
  /** `https://…/v1/events/1042` */
  eventUrl: string
  availability: Availability
  onChange(changed: ChangedSeats): void
  onState(state: FeedState): void
}

/** `show`: what the holder of a code may have, and nothing else. */
export type StockFeed = { show(opened: Opened | null): void; stop(): void }

/**
 * Keeps what is free as the server knows it. The worker that draws the map reads the stream and tells what came of it,
 * so that the page neither reads nor takes apart a thousand changes a second; without a worker the page does it all.
 */
export function followStock(worker: MapWorker | null, deps: StockFeedDeps): StockFeed {
  const { eventUrl, availability, onChange, onState } = deps
  if (worker) {
    const feed = worker.listen(eventUrl, {
      news: (news) => onChange(availability.follow(news)),
      state: onState,
    })
    const asleep = onWake(() => feed.wake())
    return {
      show: (opened) => feed.show(opened),
      stop() {
        asleep()
        feed.stop()
      },
    }
  }
  let stopped = false
  let stop = (): void => undefined
  void import('./availability-feed.ts').then(({ AvailabilityFeed }) => {
    if (stopped) return
    const feed = new AvailabilityFeed({ ...deps, onWake })
    stop = () => feed.stop()
    feed.start()
  })
  return {
    show(opened) {
      availability.show(opened)
      onChange(null)
    },
    stop() {
      stopped = true
      stop()
    },
  }
}
