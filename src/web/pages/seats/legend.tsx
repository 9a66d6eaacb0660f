import { Accessibility, Eye } from 'lucide-react'
import type { Dispatch } from 'react'
import { Chip } from '../../components/chip.tsx'
import { RESTRICTED_VIEW } from '../../components/seat-map/hall.ts'
import { formatMoney } from '../../format/format.ts'
import { useLocale, useText } from '../../i18n/text.tsx'
import type { PriceBook } from './price-book.ts'
import type { SeatFilter } from './seat-filter.ts'
import type { SeatSession } from './seat-session.ts'
import { Swatch } from './swatch.tsx'
import { seatsText } from './text.ts'

type Props = { session: SeatSession; filter: SeatFilter; onFilter: Dispatch<SeatFilter> }

/** Prices as the key to the colours and as filters in one; the same row over map and list. */
export function Legend({ session, filter, onFilter }: Props) {
  const t = useText(seatsText)
  const locale = useLocale()
  const { data } = session.hall
  const used = usedCategories(session.prices, data.category, data.areas)
  const hasRestricted = data.flags.some((flags) => flags & RESTRICTED_VIEW)
  const hasAccessible = data.flags.some((flags) => flags & ~RESTRICTED_VIEW)
  const toggle = (index: number): void =>
    onFilter({
      ...filter,
      categories: filter.categories.includes(index)
        ? filter.categories.filter((c) => c !== index)
        : [...filter.categories, index],
    })
  return (
    <div role="group" aria-label={t.filters} className="scroll-row fade-ends flex gap-2 p-1">
      {used.map(({ index, name, step, price }) => (
        <Chip
          key={index}
          on={filter.categories.includes(index)}
          onClick={() => toggle(index)}
          className="min-h-11 bg-ground aria-pressed:bg-text"
          title={price ? `${name}, ${formatMoney(price, locale)}` : name}
        >
          <Swatch step={step} />
          <span className="sr-only">{name}, </span>
          <span className="tabular">{price ? formatMoney(price, locale) : name}</span>
        </Chip>
      ))}
      {hasAccessible && (
        <Chip
          on={filter.accessible}
          onClick={() => onFilter({ ...filter, accessible: !filter.accessible })}
          className="min-h-11 bg-ground aria-pressed:bg-text"
          title={t.filterAccessible}
          aria-label={t.filterAccessible}
        >
          <Accessibility aria-hidden size={18} />
        </Chip>
      )}
      {hasRestricted && (
        <Chip
          on={filter.clearView}
          onClick={() => onFilter({ ...filter, clearView: !filter.clearView })}
          className="min-h-11 bg-ground aria-pressed:bg-text"
        >
          <Eye aria-hidden size={18} /> {t.filterClear}
        </Chip>
      )}
    </div>
  )
}

function usedCategories(
  prices: PriceBook,
  seats: Uint8Array,
  areas: readonly { category: number }[],
): PriceBook['categories'] {
  const used = new Set<number>([...new Set(seats), ...areas.map(({ category }) => category)])
  return prices.categories.filter(({ index, price }) => used.has(index) && price !== null)
}
