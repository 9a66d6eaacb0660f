import { useNavigate } from '@tanstack/react-router'
import clsx from 'clsx'
import { SlidersHorizontal, X } from 'lucide-react'
import { useState } from 'react'
import type { WhenName } from '../../app/dates.ts'
import type { EventList } from '../../api/queries.ts'
import { chipLook } from '../../components/chip.tsx'
import { Field, SelectField } from '../../components/field.tsx'
import { findText } from '../../components/find-text.ts'
import { formatDay, formatMoney } from '../../format/format.ts'
import { useLocale, useText } from '../../i18n/text.tsx'
import type { SearchFilter } from './search-filter.ts'
import { searchText } from './text.ts'

const WHENS: readonly WhenName[] = ['tonight', 'weekend', 'week', 'month']
/** Minor units. */
const PRICES = [2_000, 4_000, 7_500, 15_000]
const GENRES_MAX = 12
const SORTS = ['price', 'name', 'on_sale', 'newest'] as const

type Props = { filter: SearchFilter; facets: EventList['facets']; currency: string | null }

/** A column on a desk; on a phone a button opens it, and what is set stands as chips below. */
export function Filters({ filter, facets, currency }: Props) {
  const t = useText(searchText)
  const [open, setOpen] = useState(false)
  return (
    <div className="mb-6">
      <div className="flex flex-wrap items-center gap-2 lg:hidden">
        <button
          type="button"
          aria-expanded={open}
          aria-controls="filters"
          onClick={() => setOpen(!open)}
          className={chipLook(open)}
        >
          <SlidersHorizontal aria-hidden size={16} />
          {t.filters}
        </button>
        <Active filter={filter} currency={currency} />
      </div>
      <div id="filters" className={clsx('space-y-5 max-lg:mt-4', !open && 'max-lg:hidden')}>
        <Choices filter={filter} facets={facets} currency={currency} />
      </div>
    </div>
  )
}

function Choices({ filter, facets, currency }: Props) {
  const t = useText(searchText)
  const find = useText(findText)
  const locale = useLocale()
  const set = useSetFilter()
  const counted = ({ value, count }: { value: string; count: number }, name = value): string =>
    `${name} (${count})`
  const withChosen = (all: EventList['facets']['city'], chosen: string | undefined) =>
    chosen === undefined || all.some(({ value }) => value === chosen)
      ? all
      : [{ value: chosen, count: 0 }, ...all]
  const typeName = (type: string): string => (find.types as Record<string, string>)[type] ?? type
  return (
    <>
      <SelectField
        label={t.when}
        value={filter.when ?? ''}
        onChange={(e) =>
          set({ when: (e.target.value || undefined) as WhenName, from: undefined, to: undefined })
        }
      >
        <option value="">{t.anyTime}</option>
        {WHENS.map((when) => (
          <option key={when} value={when}>
            {t.whens[when]}
          </option>
        ))}
      </SelectField>
      <div className="grid grid-cols-2 gap-3 lg:grid-cols-1">
        <Field
          label={t.from}
          type="date"
          value={filter.from ?? ''}
          onChange={(e) => set({ from: e.target.value || undefined, when: undefined })}
        />
        <Field
          label={t.to}
          type="date"
          value={filter.to ?? ''}
          min={filter.from}
          onChange={(e) => set({ to: e.target.value || undefined, when: undefined })}
        />
      </div>
      <SelectField
        label={t.kind}
        value={filter.type ?? ''}
        onChange={(e) => set({ type: e.target.value || undefined })}
      >
        <option value="">{t.all}</option>
        {withChosen(facets.type, filter.type).map((f) => (
          <option key={f.value} value={f.value}>
            {counted(f, typeName(f.value))}
          </option>
        ))}
      </SelectField>
      <SelectField
        label={t.genre}
        value={filter.genre ?? ''}
        onChange={(e) => set({ genre: e.target.value || undefined })}
      >
        <option value="">{t.all}</option>
        {withChosen(facets.genre.slice(0, GENRES_MAX), filter.genre).map((f) => (
          <option key={f.value} value={f.value}>
            {counted(f)}
          </option>
        ))}
      </SelectField>
      <SelectField
        label={t.city}
        value={filter.city ?? ''}
        onChange={(e) => set({ city: e.target.value || undefined })}
      >
        <option value="">{t.all}</option>
        {withChosen(facets.city, filter.city).map((f) => (
          <option key={f.value} value={f.value}>
            {counted(f)}
          </option>
        ))}
      </SelectField>
      <SelectField
        label={t.price}
        value={filter.price_max ?? ''}
        onChange={(e) => set({ price_max: Number(e.target.value) || undefined })}
      >
        <option value="">{t.anyPrice}</option>
        {PRICES.map((amount) => (
          <option key={amount} value={amount}>
            {formatMoney({ amount, currency: currency ?? 'USD' }, locale)}
          </option>
        ))}
      </SelectField>
      <SelectField
        label={t.sale}
        value={filter.sale ?? ''}
        onChange={(e) => set({ sale: (e.target.value || undefined) as SearchFilter['sale'] })}
      >
        <option value="">{t.sales.any}</option>
        <option value="on_sale">{t.sales.on_sale}</option>
        <option value="soon">{t.sales.soon}</option>
      </SelectField>
      <SelectField
        label={t.sort}
        value={filter.sort ?? ''}
        onChange={(e) => set({ sort: (e.target.value || undefined) as SearchFilter['sort'] })}
      >
        <option value="">{t.sorts.date}</option>
        {SORTS.map((sort) => (
          <option key={sort} value={sort}>
            {t.sorts[sort]}
          </option>
        ))}
      </SelectField>
    </>
  )
}

/** What is set, each with a way to take it back. */
function Active({ filter, currency }: { filter: SearchFilter; currency: string | null }) {
  const t = useText(searchText)
  const find = useText(findText)
  const locale = useLocale()
  const set = useSetFilter()
  const names: Partial<Record<keyof SearchFilter, string>> = {
    ...(filter.when && { when: t.whens[filter.when] }),
    ...(filter.from && { from: `${t.from} ${formatDay(filter.from, locale)}` }),
    ...(filter.to && { to: `${t.to} ${formatDay(filter.to, locale)}` }),
    ...(filter.type && { type: (find.types as Record<string, string>)[filter.type] ?? filter.type }),
    ...(filter.genre && { genre: filter.genre }),
    ...(filter.city && { city: filter.city }),
    ...(filter.price_max && {
      price_max: `${t.price} ${formatMoney({ amount: filter.price_max, currency: currency ?? 'USD' }, locale)}`,
    }),
    ...(filter.sale && { sale: t.sales[filter.sale] }),
  }
  return Object.entries(names).map(([name, label]) => (
    <button
      key={name}
      type="button"
      aria-label={t.remove(label)}
      onClick={() => set({ [name]: undefined })}
      className={chipLook(true)}
    >
      {label}
      <X aria-hidden size={14} />
    </button>
  ))
}

function useSetFilter(): (change: { [K in keyof SearchFilter]?: SearchFilter[K] | undefined }) => void {
  const navigate = useNavigate({ from: '/search' })
  return (change) =>
    void navigate({
      search: (before) =>
        Object.fromEntries(
          Object.entries({ ...before, ...change }).filter(([, v]) => v !== undefined),
        ) as SearchFilter,
      resetScroll: false,
      replace: true,
    })
}
