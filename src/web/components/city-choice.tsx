import { useQuery } from '@tanstack/react-query'
import { MapPin } from 'lucide-react'
import { useApp } from '../app/context.tsx'
import { appText } from '../app/text.ts'
import { eventsQuery } from '../api/queries.ts'
import { useText } from '../i18n/text.tsx'
import { Select } from './select.tsx'

/** Where one looks: asked once, kept, guessed from nothing. */
export function CityChoice() {
  const t = useText(appText)
  const { api, preferences, setPreferences } = useApp()
  const { data } = useQuery(eventsQuery(api, { limit: 1 }))
  const cities = (data?.facets.city ?? []).map(({ value }) => value)
  const known =
    preferences.city !== null && !cities.includes(preferences.city) ? [preferences.city, ...cities] : cities
  return (
    <label className="flex min-h-11 min-w-0 items-center gap-1.5 rounded-press ps-2 text-sm font-medium hover:bg-sunken">
      <MapPin aria-hidden size={18} className="shrink-0" />
      <span className="sr-only">{t.city}</span>
      <Select
        quiet
        className="min-h-11 max-w-40 min-w-0 truncate rounded-press bg-transparent"
        value={preferences.city ?? ''}
        onChange={(event) => setPreferences({ city: event.target.value || null })}
      >
        <option value="">{t.anyCity}</option>
        {known.map((city) => (
          <option key={city}>{city}</option>
        ))}
      </Select>
    </label>
  )
}
