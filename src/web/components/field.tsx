import clsx from 'clsx'
import { useId, type ComponentProps, type ReactNode } from 'react'
import { appText } from '../app/text.ts'
import { useText } from '../i18n/text.tsx'
import { Select } from './select.tsx'

type Common = {
  label: ReactNode
  /** One sentence below the field. */
  hint?: ReactNode | undefined
  /** What is wrong and what to do; read out when it appears. */
  error?: ReactNode | undefined
  optional?: boolean | undefined
}

const BOX =
  'block w-full min-h-12 rounded-press border bg-surface px-3.5 text-base text-text placeholder:text-muted transition-colors duration-120'

/** A labelled input: the label above, what is wrong below, both bound to it. */
export function Field({
  label,
  hint,
  error,
  optional,
  className,
  id: givenId,
  ...rest
}: Common & ComponentProps<'input'>) {
  const ownId = useId()
  const id = givenId ?? ownId
  return (
    <FieldFrame {...{ id, label, hint, error, optional }}>
      <input
        id={id}
        className={clsx(BOX, error ? 'border-danger' : 'border-edge', className)}
        aria-invalid={error ? true : undefined}
        aria-describedby={describedBy(id, hint, error)}
        required={!optional && rest.required}
        {...rest}
      />
    </FieldFrame>
  )
}

export function SelectField({
  label,
  hint,
  error,
  optional,
  className,
  id: givenId,
  ...rest
}: Common & ComponentProps<'select'>) {
  const ownId = useId()
  const id = givenId ?? ownId
  return (
    <FieldFrame {...{ id, label, hint, error, optional }}>
      <Select
        id={id}
        className={clsx(BOX, error ? 'border-danger' : 'border-edge', className)}
        aria-invalid={error ? true : undefined}
        aria-describedby={describedBy(id, hint, error)}
        {...rest}
      />
    </FieldFrame>
  )
}

function FieldFrame({
  id,
  label,
  hint,
  error,
  optional,
  children,
}: Common & { id: string; children: ReactNode }) {
  const t = useText(appText)
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 flex items-baseline gap-2 text-sm font-semibold">
        {label}
        {optional && <span className="font-normal text-muted">{t.optional}</span>}
      </label>
      {children}
      {hint && (
        <p id={`${id}-hint`} className="mt-1.5 text-xs text-muted">
          {hint}
        </p>
      )}
      <p id={`${id}-error`} role="alert" className="mt-1.5 text-sm font-medium text-danger empty:hidden">
        {error}
      </p>
    </div>
  )
}

function describedBy(id: string, hint: unknown, error: unknown): string | undefined {
  return [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ') || undefined
}
