import { ChevronLeft, ChevronRight } from 'lucide-react'
import { useId, useRef, type ReactNode } from 'react'
import type { Showings } from '../app/group.ts'
import { useText } from '../i18n/text.tsx'
import { homeText } from '../pages/home/text.ts'
import { EventCard } from './event-card.tsx'

/** Cards in a row that scrolls by thumb, by key and by two quiet buttons. */
export function EventRow({
  title,
  more,
  groups,
  show,
  eager = 0,
}: {
  title: string
  /** The link to all of them. */
  more?: ReactNode
  groups: readonly Showings[]
  show: 'day' | 'times' | 'sale'
  /** How many posters are above the fold. */
  eager?: number
}) {
  const t = useText(homeText)
  const id = useId()
  const row = useRef<HTMLUListElement>(null)
  const scroll = (pages: number): void => {
    const list = row.current
    if (!list) return
    const forwards = getComputedStyle(list).direction === 'rtl' ? -1 : 1
    list.scrollBy({ left: list.clientWidth * 0.8 * pages * forwards, behavior: 'smooth' })
  }
  const arrow = 'grid size-11 place-items-center rounded-full hover:bg-sunken'
  return (
    <section aria-labelledby={id} className="mt-10 md:mt-12">
      <header className="mb-4 flex items-baseline gap-3">
        <h2 id={id} className="display flex-1 text-2xl">
          {title}
        </h2>
        {more}
        <div className="hidden self-center md:flex" aria-hidden>
          <button type="button" tabIndex={-1} className={arrow} title={t.earlier} onClick={() => scroll(-1)}>
            <ChevronLeft size={20} className="rtl:-scale-x-100" />
          </button>
          <button type="button" tabIndex={-1} className={arrow} title={t.later} onClick={() => scroll(1)}>
            <ChevronRight size={20} className="rtl:-scale-x-100" />
          </button>
        </div>
      </header>
      <ul
        ref={row}
        className="scroll-row -mx-(--gutter) flex scroll-px-(--gutter) gap-4 px-(--gutter) pt-2 pb-2 md:gap-5"
      >
        {groups.map((showings, i) => (
          <li
            key={showings.first.event_id}
            className="w-36 shrink-0 snap-start sm:w-44 xl:w-[calc((100%-5*1.25rem)/6)]"
          >
            <EventCard showings={showings} show={show} eager={i < eager} />
          </li>
        ))}
      </ul>
    </section>
  )
}
