import clsx from 'clsx'
import { useRef, useState, type PointerEvent, type ReactNode, type Ref } from 'react'

/** Pixels of pulling that open or close it; less is a tap. */
const PULL_PIXELS = 36

type Props = {
  ref?: Ref<HTMLDivElement>
  open: boolean
  onOpen(open: boolean): void
  labels: { more: string; less: string }
  title: ReactNode
  children: ReactNode
  foot: ReactNode
}

/** On a phone: what is chosen, at the lower edge of the map; pulled up it shows all of it. */
export function PullSheet({ ref, open, onOpen, labels, title, children, foot }: Props) {
  const startY = useRef<number | null>(null)
  const [pull, setPull] = useState(0)
  const pulled = useRef(false)
  const handle = {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      startY.current = event.clientY
      pulled.current = false
      event.currentTarget.setPointerCapture(event.pointerId)
    },
    onPointerMove: (event: PointerEvent) => {
      if (startY.current === null) return
      const by = event.clientY - startY.current
      if (Math.abs(by) > 6) pulled.current = true
      setPull(open ? Math.max(0, by) : Math.min(0, by))
    },
    onPointerUp: () => {
      if (Math.abs(pull) > PULL_PIXELS) onOpen(pull < 0)
      startY.current = null
      setPull(0)
    },
    onPointerCancel: () => {
      startY.current = null
      setPull(0)
    },
  }
  return (
    <div
      ref={ref}
      className={clsx(
        'absolute inset-x-0 bottom-0 z-20 flex max-h-[82%] flex-col rounded-t-read border-t border-line bg-surface shadow-float',
        pull === 0 && 'transition-transform duration-240 ease-place',
      )}
      style={{ transform: `translateY(${open ? pull : pull * 0.25}px)` }}
    >
      <button
        type="button"
        aria-expanded={open}
        aria-label={open ? labels.less : labels.more}
        className="flex h-7 w-full shrink-0 touch-none items-center justify-center focus-visible:-outline-offset-3"
        onClick={() => !pulled.current && onOpen(!open)}
        {...handle}
      >
        <span aria-hidden className="h-1 w-10 rounded-full bg-edge" />
      </button>
      {open ? (
        <div className="min-h-0 flex-1 overflow-y-auto overscroll-contain px-5 pb-4">{children}</div>
      ) : (
        <div className="touch-none px-5">{title}</div>
      )}
      <div
        className={clsx(
          'px-5 pb-[max(1rem,env(safe-area-inset-bottom))] empty:pb-3',
          open && 'border-t border-line pt-3',
        )}
      >
        {foot}
      </div>
    </div>
  )
}
