import { useEffect, useState } from 'react'
import { useNow } from '../../app/context.tsx'
import { useText } from '../../i18n/text.tsx'
import { checkoutText } from './text.ts'

/** Milliseconds before the end at which the countdown speaks. */
export const WARN_MS = 120_000
const RADIUS = 10
const LENGTH = 2 * Math.PI * RADIUS

/** What is left, as a quiet ring with the minutes beside it. `fullMs` is the whole circle. */
export function CountdownRing({ leftMs, fullMs }: { leftMs: number; fullMs: number }) {
  const t = useText(checkoutText)
  const share = Math.min(1, leftMs / fullMs)
  const isShort = leftMs <= WARN_MS
  return (
    <p
      role="timer"
      aria-label={t.timeLeft}
      className={`flex items-center gap-2.5 font-semibold tabular ${isShort ? 'text-danger' : ''}`}
    >
      <svg aria-hidden width="28" height="28" viewBox="0 0 28 28" fill="none" strokeWidth="3.5">
        <circle cx="14" cy="14" r={RADIUS} className="stroke-line" />
        <circle
          cx="14"
          cy="14"
          r={RADIUS}
          stroke="currentColor"
          strokeDasharray={LENGTH}
          strokeDashoffset={LENGTH * (1 - share)}
          transform="rotate(-90 14 14)"
        />
      </svg>
      <span>{minutesAndSeconds(leftMs)}</span>
    </p>
  )
}

/** Milliseconds until `at` by the server's clock, not below 0; `onEnd` is called once when it gets there. */
export function useTimeLeft(at: number | null, onEnd: () => void): number {
  const now = useNow(1_000)
  const left = at === null ? Infinity : Math.max(0, at - now)
  const isOver = left === 0
  useEffect(() => {
    if (isOver) onEnd()
    // Its identity changes with every render; the end comes once.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [isOver])
  return left
}

/** Says a sentence once, when `isDue` becomes true, to those who listen instead of look. */
export function Spoken({ isDue, children }: { isDue: boolean; children: string }) {
  const [said, setSaid] = useState('')
  useEffect(() => setSaid(isDue ? children : ''), [isDue, children])
  return (
    <p role="status" className="sr-only">
      {said}
    </p>
  )
}

/** "7:48". */
export function minutesAndSeconds(ms: number): string {
  const seconds = Math.ceil(ms / 1000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
