import { LOCALE_NAMES, LOCALES, useText, type Locale } from '../i18n/text.tsx'
import { Select } from '../components/select.tsx'
import { useApp } from './context.tsx'
import type { Theme } from './preferences.ts'
import { appText } from './text.ts'

const THEMES: readonly Theme[] = ['system', 'light', 'dark']

export function Footer() {
  const t = useText(appText)
  const { preferences, setPreferences } = useApp()
  return (
    <footer className="mt-20 border-t border-line">
      <div className="page-gutter mx-auto flex max-w-[90rem] flex-wrap items-center gap-x-8 gap-y-4 py-8 text-sm text-muted">
        <p className="me-auto">{t.footer}</p>
        <a href="/docs" className="inline-flex min-h-11 items-center underline-offset-4 hover:underline">
          {t.forDevelopers}
        </a>
        <label className="flex items-center gap-2">
          {t.language}
          <Select
            quiet
            className="min-h-11 rounded-press border border-edge bg-ground ps-3 pe-8 text-text"
            value={preferences.locale}
            onChange={(event) => setPreferences({ locale: event.target.value as Locale })}
          >
            {LOCALES.map((locale) => (
              <option key={locale} value={locale} lang={locale}>
                {LOCALE_NAMES[locale]}
              </option>
            ))}
          </Select>
        </label>
        <label className="flex items-center gap-2">
          {t.theme}
          <Select
            quiet
            className="min-h-11 rounded-press border border-edge bg-ground ps-3 pe-8 text-text"
            value={preferences.theme}
            onChange={(event) => setPreferences({ theme: event.target.value as Theme })}
          >
            {THEMES.map((theme) => (
              <option key={theme} value={theme}>
                {t.themes[theme]}
              </option>
            ))}
          </Select>
        </label>
      </div>
    </footer>
  )
}
