import { ChevronLeft, ChevronRight } from 'lucide-react'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { useText } from '../../i18n/text.tsx'
import { ticketText } from './text.ts'
import './ticket.css'

/** Tickets side by side, one at a time: by swipe, by the arrows, by the arrow keys. */
export function TicketRow({ children }: { children: readonly ReactNode[] }) {
  const t = useText(ticketText)
  const row = useRef<HTMLUListElement>(null)
  const [shown, setShown] = useState(0)
  const count = children.length
  const goTo = (index: number): void => {
    const { current } = row
    const item = current?.children[Math.max(0, Math.min(count - 1, index))]
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches
    item?.scrollIntoView({ behavior: calm ? 'auto' : 'smooth', block: 'nearest', inline: 'center' })
  }
  useEffect(() => {
    const { current } = row
    if (!current) return
    const seen = new IntersectionObserver(
      (entries) => {
        const inView = entries.find((entry) => entry.isIntersecting)
        if (inView) setShown([...current.children].indexOf(inView.target))
      },
      { root: current, threshold: 0.6 },
    )
    for (const item of current.children) seen.observe(item)
    return () => seen.disconnect()
  }, [count])
  return (
    <section aria-label={t.tickets}>
      <ul
        ref={row}
        className="ticket-row rounded-read"
        tabIndex={count > 1 ? 0 : undefined}
        onKeyDown={(event) => {
          const forward =
            getComputedStyle(event.currentTarget).direction === 'rtl' ? 'ArrowLeft' : 'ArrowRight'
          if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return
          event.preventDefault()
          goTo(shown + (event.key === forward ? 1 : -1))
        }}
      >
        {children.map((child, i) => (
          <li key={i} className="grid" aria-label={t.ticketOf(i + 1, count)}>
            {child}
          </li>
        ))}
      </ul>
      {count > 1 && (
        <div className="mt-3 flex items-center justify-center gap-4 text-[#faf7f2]">
          <Arrow label={t.previous} disabled={shown === 0} onClick={() => goTo(shown - 1)}>
            <ChevronLeft aria-hidden className="rtl:rotate-180" />
          </Arrow>
          <p role="status" className="min-w-32 text-center text-sm font-medium tabular">
            {t.ticketOf(shown + 1, count)}
          </p>
          <Arrow label={t.next} disabled={shown === count - 1} onClick={() => goTo(shown + 1)}>
            <ChevronRight aria-hidden className="rtl:rotate-180" />
          </Arrow>
        </div>
      )}
    </section>
  )
}

function Arrow({
  label,
  disabled,
  onClick,
  children,
}: {
  label: string
  disabled: boolean
  onClick(): void
  children: ReactNode
}) {
  return (
    <button
      type="button"
      aria-label={label}
      // It stays focusable at the ends: the focus must not fall away from under the finger.
      aria-disabled={disabled}
      onClick={disabled ? undefined : onClick}
      className="grid size-11 place-items-center rounded-full border border-current aria-disabled:opacity-40"
    >
      {children}
    </button>
  )
}
