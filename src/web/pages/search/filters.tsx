import { useNavigate } from '@tanstack/react-router'
import clsx from 'clsx'
import { SlidersHorizontal, X } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import type { EventList } from '../../api/queries.ts'
import { chipLook } from '../../components/chip.tsx'
import { findText } from '../../components/find-text.ts'
import { Select } from '../../components/select.tsx'
import { formatDay, formatMoney } from '../../format/format.ts'
import { useLocale, useText } from '../../i18n/text.tsx'
import { readSearch, SALES, SORTS, WHENS, type SearchFilter } from './search-filter.ts'
import { searchText } from './text.ts'

/** Minor units. */
const PRICES = [2_000, 4_000, 7_500, 15_000]
const GENRES_MAX = 12

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

type Option = readonly [value: string, label: string]

function Choices({ filter, facets, currency }: Props) {
  const t = useText(searchText)
  const locale = useLocale()
  const typeName = useTypeName()
  const set = useSetFilter()
  const facet = (
    all: EventList['facets']['city'],
    chosen: string | undefined,
    name = (value: string) => value,
  ) => {
    const known = chosen === undefined || all.some(({ value }) => value === chosen)
    return (known ? all : [{ value: chosen, count: 0 }, ...all]).map(({ value, count }): Option => [
      value,
      `${name(value)} (${count})`,
    ])
  }
  const price = (amount: number): Option => [
    String(amount),
    formatMoney({ amount, currency: currency ?? 'USD' }, locale),
  ]
  const { when, type, genre, city, price_max, sale, sort } = filter
  // Each with the word for "does not matter" and what may be chosen instead.
  const choices: [keyof SearchFilter, string, string | number | undefined, string, readonly Option[]][] = [
    ['type', t.kind, type, t.all, facet(facets.type, type, typeName)],
    ['genre', t.genre, genre, t.all, facet(facets.genre.slice(0, GENRES_MAX), genre)],
    ['city', t.city, city, t.all, facet(facets.city, city)],
    ['price_max', t.price, price_max, t.anyPrice, PRICES.map(price)],
    ['sale', t.sale, sale, t.sales.any, SALES.map((name) => [name, t.sales[name]])],
    ['sort', t.sort, sort, t.sorts.date, SORTS.map((name) => [name, t.sorts[name]])],
  ]
  const day = (name: 'from' | 'to') => (
    <Labelled label={t[name]}>
      <input
        type="date"
        className={BOX}
        value={filter[name] ?? ''}
        min={name === 'to' ? filter.from : undefined}
        onChange={(e) => set({ [name]: e.target.value, when: '' })}
      />
    </Labelled>
  )
  const choice = (
    name: keyof SearchFilter,
    label: string,
    value: string | number | undefined,
    any: string,
    options: readonly Option[],
  ) => (
    <Labelled key={name} label={label}>
      <Select
        className={BOX}
        value={String(value ?? '')}
        onChange={(e) => set({ [name]: e.target.value, ...(name === 'when' && { from: '', to: '' }) })}
      >
        <option value="">{any}</option>
        {options.map(([option, text]) => (
          <option key={option} value={option}>
            {text}
          </option>
        ))}
      </Select>
    </Labelled>
  )
  const whens = WHENS.map((name): Option => [name, t.whens[name]])
  return (
    <>
      {choice('when', t.when, when, t.anyTime, whens)}
      <div className="grid grid-cols-2 gap-3 lg:grid-cols-1">
        {day('from')}
        {day('to')}
      </div>
      {choices.map((c) => choice(...c))}
    </>
  )
}

const BOX = 'min-h-12 w-full rounded-press border border-edge bg-surface px-3.5'

function Labelled({ label, children }: { label: string; children: ReactNode }) {
  return (
    <label className="block">
      <span className="mb-1.5 block text-sm font-semibold">{label}</span>
      {children}
    </label>
  )
}

function useTypeName(): (type: string) => string {
  const { types } = useText(findText)
  return (type) => (types as Record<string, string>)[type] ?? type
}

/** What is set, each with a way to take it back. */
function Active({ filter, currency }: { filter: SearchFilter; currency: string | null }) {
  const t = useText(searchText)
  const typeName = useTypeName()
  const locale = useLocale()
  const set = useSetFilter()
  const names: Partial<Record<keyof SearchFilter, string>> = {
    ...(filter.when && { when: t.whens[filter.when] }),
    ...(filter.from && { from: `${t.from} ${formatDay(filter.from, locale)}` }),
    ...(filter.to && { to: `${t.to} ${formatDay(filter.to, locale)}` }),
    ...(filter.type && { type: typeName(filter.type) }),
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
      onClick={() => set({ [name]: '' })}
      className={chipLook(true)}
    >
      {label}
      <X aria-hidden size={14} />
    </button>
  ))
}

/** Values as they stand in the address; an empty one takes the filter away. */
function useSetFilter(): (change: { [K in keyof SearchFilter]?: string }) => void {
  const navigate = useNavigate({ from: '/search' })
  return (change) =>
    void navigate({
      search: (before) => readSearch({ ...before, ...change }),
      resetScroll: false,
      replace: true,
    })
}
