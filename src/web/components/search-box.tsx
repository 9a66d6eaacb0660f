import { useQuery, keepPreviousData } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import clsx from 'clsx'
import { Search, X } from 'lucide-react'
import { useDeferredValue, useEffect, useId, useRef, useState, type KeyboardEvent } from 'react'
import { useApp } from '../app/context.tsx'
import { suggestQuery, type Suggestion } from '../api/queries.ts'
import { useText } from '../i18n/text.tsx'
import { findText } from './find-text.ts'

const SUGGESTIONS_MAX = 6
const LETTERS_MIN = 2
/** As many as the API takes. */
const LETTERS_MAX = 200
/** Milliseconds after a key before anybody is asked. */
const PAUSE_MS = 120

/**
 * The search: a form that works without a script, with suggestions while one types (the combobox pattern of the ARIA
 * practices: the focus stays in the field, the arrows walk the list, Enter takes one or searches, Escape closes).
 */
export function SearchBox({ size, initial = '' }: { size: 'page' | 'bar'; initial?: string }) {
  const t = useText(findText)
  const navigate = useNavigate()
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const [text, setText] = useState(initial)
  const [open, setOpen] = useState(false)
  const [active, setActive] = useState(-1)
  const items = useSuggestions(open ? text : '')
  const shown = open && items.length > 0
  const find = (wish: { q?: string | undefined; city?: string }): void => {
    setOpen(false)
    void navigate({
      to: '/search',
      search: (before) => ({ ...(size === 'bar' && before), q: undefined, ...wish }) as never,
    })
  }
  const search = (): void => find({ q: text.trim() || undefined })
  const take = (index: number): void => {
    const item = items[index]
    if (!item) return search()
    // A city filters; everything else is words to look for.
    if (item.kind === 'city') {
      setText('')
      return find({ city: item.text })
    }
    setText(item.text)
    find({ q: item.text })
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0 && items.length > 0) {
      event.preventDefault()
      setOpen(true)
      setActive(((active + 1 + step + items.length + 1) % (items.length + 1)) - 1)
    } else if (event.key === 'Escape' && shown) {
      event.preventDefault()
      setOpen(false)
    } else if (event.key === 'Enter' && shown && active >= 0) {
      event.preventDefault()
      take(active)
    }
  }
  const large = size === 'page'
  return (
    <search className="relative block">
      <form
        action="/search"
        onSubmit={(event) => {
          event.preventDefault()
          search()
        }}
        onBlur={(event) => event.currentTarget.contains(event.relatedTarget) || setOpen(false)}
        className={clsx('flex items-center border-text', large ? 'border-b-3' : 'border-b-2')}
      >
        <label htmlFor={`${id}-q`} className="sr-only">
          {t.searchLabel}
        </label>
        <input
          ref={input}
          id={`${id}-q`}
          name="q"
          type="search"
          enterKeyHint="search"
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          maxLength={LETTERS_MAX}
          role="combobox"
          aria-expanded={shown}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={shown && active >= 0 ? `${id}-${active}` : undefined}
          placeholder={t.searchLabel}
          value={text}
          onChange={(event) => {
            setText(event.target.value)
            setOpen(true)
            setActive(-1)
          }}
          onKeyDown={onKeyDown}
          className={clsx(
            'min-w-0 flex-1 appearance-none bg-transparent placeholder:text-muted focus-visible:outline-none [&::-webkit-search-cancel-button]:hidden',
            large
              ? 'display py-3 text-[clamp(1.5rem,7.4vw,3.4rem)] font-semibold md:py-4 md:text-6xl'
              : 'display py-2 text-2xl font-semibold md:text-3xl',
          )}
        />
        {text !== '' && (
          <button
            type="button"
            aria-label={t.clear}
            onClick={() => {
              setText('')
              input.current?.focus()
            }}
            className="grid size-11 shrink-0 place-items-center rounded-full text-muted hover:bg-sunken"
          >
            <X aria-hidden size={24} />
          </button>
        )}
        <button
          type="submit"
          aria-label={t.search}
          className="grid size-12 shrink-0 place-items-center rounded-full hover:bg-sunken md:size-16"
        >
          <Search aria-hidden className={large ? 'size-7 md:size-11' : 'size-7'} strokeWidth={2.2} />
        </button>
      </form>
      <Suggestions {...{ id, items, shown, active, take }} />
      <p role="status" className="sr-only">
        {open && text.trim().length >= LETTERS_MIN ? t.suggestions(items.length) : ''}
      </p>
    </search>
  )
}

function Suggestions(props: {
  id: string
  items: readonly Suggestion[]
  shown: boolean
  active: number
  take(index: number): void
}) {
  const { id, items, shown, active, take } = props
  const t = useText(findText)
  return (
    <ul
      id={`${id}-list`}
      role="listbox"
      aria-label={t.suggestions(items.length)}
      hidden={!shown}
      className="absolute inset-x-0 top-full z-30 mt-2 overflow-hidden rounded-read border border-line bg-surface py-2 shadow-float"
    >
      {items.map(({ text, kind, count }, i) => (
        <li
          key={`${kind} ${text}`}
          id={`${id}-${i}`}
          role="option"
          aria-selected={i === active}
          // Before the field loses the focus.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => take(i)}
          className={clsx(
            'flex cursor-pointer items-baseline gap-4 px-5 py-2.5',
            i === active ? 'bg-sunken' : 'hover:bg-sunken',
          )}
        >
          <span className="min-w-0 flex-1 truncate font-medium">{text}</span>
          <span className="tabular shrink-0 text-sm text-muted">{t.suggested[kind](count)}</span>
        </li>
      ))}
    </ul>
  )
}

function useSuggestions(text: string): readonly Suggestion[] {
  const { api } = useApp()
  const [asked, setAsked] = useState('')
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text.trim()), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [text])
  const enabled = asked.length >= LETTERS_MIN
  const { data } = useQuery({
    ...suggestQuery(api, asked, SUGGESTIONS_MAX),
    enabled,
    placeholderData: keepPreviousData,
  })
  return useDeferredValue(enabled && text !== '' ? data?.items : undefined) ?? NONE
}

const NONE: readonly Suggestion[] = []
