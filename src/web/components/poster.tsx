import clsx from 'clsx'
import { useState } from 'react'
import type { EventItem } from '../api/queries.ts'
import { posterUrl, type PosterEvent } from '../posters/subject.ts'

type Picture = NonNullable<EventItem['picture']>

/** Width by height: a card's frame, and the widest that a page gives a picture of its own shape. */
const CARD = 5 / 7
const WIDEST = 16 / 9
/** About as wide as a card is, in rem. */
const CARD_REM = 12

/** An event's own picture, else its drawn poster. Where nobody says what it shows it is decoration. */
export function Poster({
  event,
  eager = false,
  className,
  sizes,
}: {
  event: PosterEvent & Pick<EventItem, 'image_url' | 'picture'>
  /** Above the fold: loaded at once. */
  eager?: boolean
  className?: string
  /** How wide the page shows it. A picture keeps its own shape then; without it fills a card's frame. */
  sizes?: string
}) {
  // What cannot be loaded is drawn.
  const [failed, setFailed] = useState<string | null>(null)
  const { picture, image_url: named } = event
  const own = picture ? picture.sources[0]!.url : named?.startsWith('/') ? named : null
  const isOwn = own !== null && own !== failed
  const shown = isOwn ? picture : null
  const shape = shown ? shapeOf(shown) : CARD
  const fail = (): void => setFailed(own)
  return (
    <img
      // Before this script ran it may have failed already.
      ref={(image) => {
        if (isOwn && eager && image?.complete && !image.naturalWidth) fail()
      }}
      onError={fail}
      src={isOwn ? own : posterUrl(event)}
      srcSet={shown?.sources.map(({ url, width }) => `${url} ${width}w`).join()}
      sizes={sizes ?? `${Math.max(CARD_REM, (CARD_REM / CARD) * shape)}rem`}
      alt={shown?.alt ?? ''}
      width={shown?.width ?? 300}
      height={shown?.height ?? 420}
      style={sizes && shown ? { aspectRatio: Math.min(WIDEST, Math.max(CARD, shape)) } : undefined}
      loading={eager ? 'eager' : 'lazy'}
      fetchPriority={eager ? 'high' : 'auto'}
      decoding="async"
      className={clsx('block aspect-5/7 w-full rounded-press bg-sunken object-cover', className)}
    />
  )
}

export function shapeOf({ width, height }: Picture): number {
  return width / height
}
