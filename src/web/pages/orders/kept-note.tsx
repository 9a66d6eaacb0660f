import { useLocale, useText } from '../../i18n/text.tsx'
import { ordersText } from './text.ts'

/** Says that what is shown comes from this device, and from when. */
export function KeptNote({ keptAt }: { keptAt: number | null }) {
  const t = useText(ordersText)
  const locale = useLocale()
  if (keptAt === null) return null
  const time = new Intl.DateTimeFormat(locale === 'de' ? 'de-DE' : 'en-GB', {
    day: 'numeric',
    month: 'long',
    hour: '2-digit',
    minute: '2-digit',
  }).format(keptAt)
  return (
    <p role="status" className="mt-3 text-sm font-medium">
      {t.kept(time)}
    </p>
  )
}
