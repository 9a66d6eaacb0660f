import { useEffect, useRef } from 'react'
import type { SeatSession } from './seat-session.ts'

/** A few words about the stock that follow it while the map is moved: written straight into the page. */
export function StockText({
  session,
  words,
  className,
}: {
  session: SeatSession
  words: () => string
  className: string
}) {
  const element = useRef<HTMLSpanElement>(null)
  const latest = useRef(words)
  useEffect(() => {
    latest.current = words
    const write = (): void => {
      const text = latest.current()
      if (element.current && element.current.textContent !== text) element.current.textContent = text
    }
    write()
    return session.subscribeTick(write)
  }, [session, words])
  return <span ref={element} className={className} />
}
