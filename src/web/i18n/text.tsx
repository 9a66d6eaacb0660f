import { createContext, useContext } from 'react'

export const LOCALES = ['en', 'de'] as const
export type Locale = (typeof LOCALES)[number]

/** Names of the languages in themselves. */
export const LOCALE_NAMES: Record<Locale, string> = { en: 'English', de: 'Deutsch' }
/** Both are read from left to right; a language that is not says so here, and every page turns round. */
export const DIRECTION: Record<Locale, 'ltr' | 'rtl'> = { en: 'ltr', de: 'ltr' }

type Message = string | ((...words: never[]) => string)
export type Messages = { readonly [name: string]: Message | Messages }
/** The same names with any text, and functions of the same words. */
type Shape<M> = {
  readonly [K in keyof M]: M[K] extends string
    ? string
    : M[K] extends (...words: infer W) => string
      ? (...words: W) => string
      : Shape<M[K]>
}
export type Texts<M extends Messages = Messages> = { readonly en: M; readonly de: Shape<M> }

/** A page's words in every language, kept beside the page. Each language is written, not translated word by word. */
export function texts<const M extends Messages>(all: { en: M; de: Shape<M> }): Texts<M> {
  return all as Texts<M>
}

export const LocaleContext = createContext<Locale>('en')

export function useLocale(): Locale {
  return useContext(LocaleContext)
}

/** `const t = useText(seatsText)`, then `t.title` or `t.left(4)`. */
export function useText<M extends Messages>(all: Texts<M>): Shape<M> {
  return all[useContext(LocaleContext)] as Shape<M>
}

export function isLocale(tag: string): tag is Locale {
  return (LOCALES as readonly string[]).includes(tag)
}

/** The first language of an Accept-Language header that there is, else English. */
export function preferredLocale(header: string | null): Locale {
  const wishes = (header ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', ...rest] = part
        .trim()
        .toLowerCase()
        .split(/\s*;\s*/)
      const q = rest.find((r) => r.startsWith('q='))
      return { language: tag.split('-')[0]!, q: q ? Number(q.slice(2)) || 0 : 1 }
    })
    .filter(({ q }) => q > 0)
    .toSorted((a, b) => b.q - a.q)
  return wishes.map(({ language }) => language).find(isLocale) ?? 'en'
}
