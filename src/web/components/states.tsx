import { useEffect, useState, type ReactNode } from 'react'
import { isApiError, NetworkError } from '../api/problem.ts'
import { useOnline } from '../app/context.tsx'
import { appText } from '../app/text.ts'
import { useText } from '../i18n/text.tsx'
import { Button, ButtonLink } from './button.tsx'

/** A slow beam along the upper edge: something is coming. Shown only after a moment, so that quick answers do not flash. */
export function Loading({ label }: { label?: string }) {
  const t = useText(appText)
  return (
    <div role="status" className="loading-beam">
      <span className="sr-only">{label ?? t.loading}</span>
    </div>
  )
}

/** What happened, what it means, what can be done: never a dead end. */
export function Notice({
  title,
  children,
  actions,
  level = 1,
}: {
  title: ReactNode
  children?: ReactNode
  actions?: ReactNode
  level?: 1 | 2
}) {
  const Heading = level === 1 ? 'h1' : 'h2'
  return (
    <div className="max-w-xl py-12">
      <Heading className="display text-2xl">{title}</Heading>
      {children && <div className="mt-3 text-muted">{children}</div>}
      {actions && <div className="mt-6 flex flex-wrap gap-3">{actions}</div>}
    </div>
  )
}

/** An error in words, by what is known about it. */
export function ErrorState({
  error,
  onRetry,
  level = 1,
}: {
  error: unknown
  onRetry?: (() => void) | undefined
  level?: 1 | 2
}) {
  const t = useText(appText)
  const kind = kindOf(error)
  const again = onRetry ?? (() => location.reload())
  const isOnline = useOnline()
  const [hasWaited, setWaited] = useState(false)
  useEffect(() => {
    if (kind !== 'network') return
    if (!isOnline) setWaited(true)
    // A device may believe so while nothing answers.
    else if (hasWaited) fetch('/healthz').then(again, () => undefined)
    // Once for every time that the network comes back.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [isOnline])
  return (
    <div role="alert">
      <Notice
        level={level}
        title={t.errors[`${kind}Title`]}
        actions={
          <>
            {kind !== 'notFound' && <Button onClick={again}>{t.retry}</Button>}
            {kind === 'network' ? (
              <ButtonLink to="/orders" kind="plain">
                {t.orders}
              </ButtonLink>
            ) : (
              <ButtonLink to="/" kind={kind === 'notFound' ? 'act' : 'plain'}>
                {t.toStart}
              </ButtonLink>
            )}
          </>
        }
      >
        <p>{t.errors[kind]}</p>
      </Notice>
    </div>
  )
}

function kindOf(error: unknown): 'notFound' | 'network' | 'busy' | 'broken' {
  if (error instanceof NetworkError) return 'network'
  if (isApiError(error, 'not_found')) return 'notFound'
  if (isApiError(error) && (error.status === 503 || error.status === 429)) return 'busy'
  return 'broken'
}
