import clsx from 'clsx'
import type { ComponentProps, ReactNode } from 'react'

/** How a chip looks; also for links. */
export function chipLook(on = false): string {
  return clsx(
    'inline-flex min-h-9 shrink-0 items-center gap-2 rounded-full border px-4 text-sm font-medium whitespace-nowrap transition-colors duration-120',
    on ? 'border-text bg-text text-ground' : 'border-edge text-text hover:bg-sunken',
  )
}

/** A choice that is on or off. */
export function Chip({ on = false, className, ...rest }: ComponentProps<'button'> & { on?: boolean }) {
  return <button type="button" aria-pressed={on} className={clsx(chipLook(on), className)} {...rest} />
}

/** Says something, cannot be pressed. */
export function Tag({
  tone = 'plain',
  children,
}: {
  tone?: 'plain' | 'done' | 'danger' | 'beam'
  children: ReactNode
}) {
  return (
    <span
      className={clsx(
        'inline-flex items-center gap-1.5 rounded-full text-sm font-medium',
        tone === 'plain' && 'text-muted',
        tone === 'done' && 'text-done',
        tone === 'danger' && 'text-danger',
        tone === 'beam' && 'bg-beam px-2.5 py-0.5 text-on-beam',
      )}
    >
      {children}
    </span>
  )
}
