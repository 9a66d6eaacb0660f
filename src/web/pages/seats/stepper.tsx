import { Minus, Plus } from 'lucide-react'
import { useText } from '../../i18n/text.tsx'
import { seatsText } from './text.ts'

/** One more, one less, with the number between. */
export function Stepper({
  label,
  value,
  min = 0,
  max,
  onChange,
}: {
  label: string
  value: number
  min?: number
  max: number
  onChange(value: number): void
}) {
  const t = useText(seatsText)
  const button =
    'grid size-11 place-items-center rounded-press border border-edge text-text not-disabled:hover:bg-sunken disabled:opacity-40'
  return (
    <div role="group" aria-label={label} className="flex items-center gap-1">
      <button
        type="button"
        className={button}
        aria-label={`${t.less}: ${label}`}
        disabled={value <= min}
        onClick={() => onChange(value - 1)}
      >
        <Minus aria-hidden size={18} />
      </button>
      <output aria-live="polite" className="tabular w-9 text-center text-base font-semibold">
        {value}
      </output>
      {/* Not disabled at the limit: the press says why there are no more. */}
      <button
        type="button"
        className={button}
        aria-label={`${t.more}: ${label}`}
        aria-disabled={value >= max || undefined}
        onClick={() => onChange(value + 1)}
      >
        <Plus aria-hidden size={18} />
      </button>
    </div>
  )
}
