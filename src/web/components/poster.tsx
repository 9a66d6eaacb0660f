import clsx from 'clsx'
import { posterUrl, type PosterEvent } from '../posters/subject.ts'

/** An event's own picture, else its drawn poster. Decoration: the words beside it say the same. */
export function Poster({
  event,
  eager = false,
  className,
}: {
  event: PosterEvent & { image_url: string | null }
  /** Above the fold: loaded at once. */
  eager?: boolean
  className?: string
}) {
  return (
    <img
      src={event.image_url ?? posterUrl(event)}
      alt=""
      width={300}
      height={420}
      loading={eager ? 'eager' : 'lazy'}
      fetchPriority={eager ? 'high' : 'auto'}
      decoding="async"
      className={clsx('block aspect-5/7 w-full rounded-press bg-sunken object-cover', className)}
    />
  )
}
