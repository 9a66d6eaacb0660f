import clsx from 'clsx'
import { ChevronDown } from 'lucide-react'
import type { ComponentProps } from 'react'

/** The browser's own select with our arrow: nothing opens as well on every phone. */
export function Select({
  className,
  quiet = false,
  ...rest
}: ComponentProps<'select'> & { quiet?: boolean }) {
  return (
    <span className={clsx('relative inline-flex min-w-0 items-center', !quiet && 'w-full')}>
      <select
        className={clsx('appearance-none', quiet ? 'field-sizing-content pe-6' : 'w-full pe-10', className)}
        {...rest}
      />
      <ChevronDown
        aria-hidden
        size={16}
        className={clsx('pointer-events-none absolute', quiet ? 'end-1' : 'end-3.5')}
      />
    </span>
  )
}
