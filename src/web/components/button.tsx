import { Link, type LinkComponentProps } from '@tanstack/react-router'
import clsx from 'clsx'
import type { ComponentProps } from 'react'

type Look = {
  /** `act`: the one call to action of a page. */
  kind?: 'act' | 'plain' | 'quiet'
  size?: 'normal' | 'small'
  wide?: boolean
}

function look({ kind = 'act', size = 'normal', wide }: Look): string {
  return clsx(
    'inline-flex items-center justify-center gap-2 rounded-press font-semibold transition-colors duration-120 ease-out select-none',
    'disabled:cursor-default disabled:opacity-55 aria-disabled:opacity-55',
    size === 'normal' ? 'min-h-13 px-6 text-base' : 'min-h-11 px-4 text-sm',
    kind === 'act' && 'bg-action text-on-action not-disabled:hover:bg-action-strong active:bg-action-strong',
    kind === 'plain' && 'border border-edge text-text not-disabled:hover:bg-sunken',
    kind === 'quiet' && 'text-text underline-offset-4 hover:underline',
    wide && 'w-full',
  )
}

/** While `busy` it keeps its width and words, takes no press and says so. */
export function Button({
  kind,
  size,
  wide,
  busy = false,
  className,
  type = 'button',
  onClick,
  ...rest
}: ComponentProps<'button'> & Look & { busy?: boolean }) {
  return (
    <button
      type={type}
      className={clsx(look({ kind, size, wide } as Look), busy && 'busy-bar', className)}
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
      {...rest}
    />
  )
}

/** A link that looks like a button, typed like the router's `Link`. */
export function ButtonLink({ kind, size, wide, className, ...rest }: LinkComponentProps<'a'> & Look) {
  return <Link className={clsx(look({ kind, size, wide } as Look), className as string)} {...rest} />
}
