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
export function Field({ className, ...all }: Common & ComponentProps<'input'>) {
  const { frame, bound, rest } = useBinding(all)
  return (
    <FieldFrame {...frame}>
      <input
        {...bound}
        required={!all.optional && rest.required}
        {...rest}
        className={clsx(bound.className, className)}
      />
    </FieldFrame>
  )
}

export function SelectField({ className, ...all }: Common & ComponentProps<'select'>) {
  const { frame, bound, rest } = useBinding(all)
  return (
    <FieldFrame {...frame}>
      <Select {...bound} {...rest} className={clsx(bound.className, className)} />
    </FieldFrame>
  )
}

/** What binds a control to its words, and what is left for the control itself. */
function useBinding<Props extends Common & { id?: string | undefined }>(props: Props) {
  const { label, hint, error, optional, id: givenId, ...rest } = props
  const ownId = useId()
  const id = givenId ?? ownId
  const words = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ')
  const bound = {
    id,
    className: clsx(BOX, error ? 'border-danger' : 'border-edge'),
    'aria-invalid': error ? true : undefined,
    'aria-describedby': words || undefined,
  }
  return { frame: { id, label, hint, error, optional }, bound, rest }
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
