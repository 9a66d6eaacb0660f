import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { KeyRound } from 'lucide-react'
import { read } from '../../api/client.ts'
import { isApiError } from '../../api/problem.ts'
import { useApi, useApp } from '../../app/context.tsx'
import { Button } from '../../components/button.tsx'
import { formatDay } from '../../format/format.ts'
import { useText } from '../../i18n/text.tsx'
import { addPasskey, isKnownHere, knowsPasskeys, wasDismissed } from './passkeys.ts'
import { accountText } from './text.ts'

const KEY = ['passkeys']

/** The passkeys that open this account: look, add, remove. */
export function PasskeyList() {
  const t = useText(accountText)
  const api = useApi()
  const queryClient = useQueryClient()
  const { locale } = useApp().preferences
  const list = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => read(api.GET('/v1/me/passkeys', { signal, cache: 'no-store' })),
  })
  const refresh = (): Promise<void> => queryClient.invalidateQueries({ queryKey: KEY })
  const add = useMutation({ mutationFn: () => addPasskey(api), onSuccess: refresh })
  const remove = useMutation({
    mutationFn: (id: string) =>
      read(api.DELETE('/v1/me/passkeys/{passkey_id}', { params: { path: { passkey_id: id } } })),
    onSuccess: refresh,
  })
  const items = list.data?.items ?? []
  const day = (time: string): string => formatDay(time.slice(0, 10), locale)
  return (
    <section aria-labelledby="passkeys" className="mt-8 max-w-xl">
      <h2 id="passkeys" className="display text-xl">
        {t.passkeys}
      </h2>
      <p className="mt-2 text-muted">{t.passkeysWhy}</p>
      {items.length > 0 && (
        <ul className="mt-4 border-t border-line">
          {items.map((passkey, i) => (
            <li key={passkey.passkey_id} className="flex items-center gap-4 border-b border-line py-3">
              <KeyRound aria-hidden size={20} className="shrink-0" />
              <span className="min-w-0 flex-1">
                <span className="block">{t.passkeyMade(i + 1, day(passkey.created_at))}</span>
                <span className="block text-sm text-muted">
                  {passkey.last_used_at ? t.passkeyUsed(day(passkey.last_used_at)) : t.passkeyUnused}
                </span>
              </span>
              <Button
                kind="quiet"
                size="small"
                aria-label={t.passkeyRemoveName(i + 1)}
                busy={remove.isPending && remove.variables === passkey.passkey_id}
                onClick={() => remove.mutate(passkey.passkey_id)}
              >
                {t.passkeyRemove}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {knowsPasskeys() && (
        <p className="mt-4">
          <Button kind="plain" size="small" busy={add.isPending} onClick={() => add.mutate()}>
            {t.passkeyAdd}
          </Button>
        </p>
      )}
      <p role="status" className="mt-3 text-sm font-medium text-done empty:hidden">
        {add.isSuccess && t.passkeyAdded}
      </p>
      <p role="alert" className="mt-3 text-sm text-danger empty:hidden">
        {faultOf(add.error ?? remove.error ?? list.error, t)}
      </p>
    </section>
  )
}

type Words = { passkeyStopped: string; passkeyKnown: string; noAnswer: string }

function faultOf(error: unknown, t: Words): string | null {
  if (error === null) return null
  if (wasDismissed(error)) return t.passkeyStopped
  return isKnownHere(error) || isApiError(error, 'conflict') ? t.passkeyKnown : t.noAnswer
}
