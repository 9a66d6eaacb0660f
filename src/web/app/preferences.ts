import { isLocale, preferredLocale, type Locale } from '../i18n/text.tsx'

/**
 * What a visitor has chosen. Cookies, so that the server can write the right page at once; they say nothing about who
 * somebody is.
 */
export type Preferences = { locale: Locale; theme: Theme; city: string | null }
export type Theme = 'system' | 'light' | 'dark'

const COOKIES = { locale: 'usher_lang', theme: 'usher_theme', city: 'usher_city' } as const
const SECONDS = 365 * 86_400
const CITY_LENGTH_MAX = 80

export function readPreferences(cookies: string | null, acceptLanguage: string | null): Preferences {
  const value = (name: string): string | undefined => {
    const found = (cookies ?? '').split(/;\s*/).find((part) => part.startsWith(`${name}=`))
    try {
      return found && decodeURIComponent(found.slice(name.length + 1))
    } catch {
      return undefined
    }
  }
  const locale = value(COOKIES.locale) ?? ''
  const theme = value(COOKIES.theme)
  const city = value(COOKIES.city)
  return {
    locale: isLocale(locale) ? locale : preferredLocale(acceptLanguage),
    theme: theme === 'light' || theme === 'dark' ? theme : 'system',
    city: city && city.length <= CITY_LENGTH_MAX ? city : null,
  }
}

/** Null takes the choice back. */
export function keepPreference(name: keyof typeof COOKIES, value: string | null): void {
  const secure = location.protocol === 'https:' ? '; Secure' : ''
  const age = value === null ? 0 : SECONDS
  // The Cookie Store is not there on every phone that people buy tickets with.
  document.cookie = `${COOKIES[name]}=${encodeURIComponent(value ?? '')}; Path=/; Max-Age=${age}; SameSite=Lax${secure}`
}

export function showTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme
}
