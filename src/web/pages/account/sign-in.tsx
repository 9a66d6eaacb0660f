import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { read } from '../../api/client.ts'
import { openHolds } from '../../api/open-holds.ts'
import { isApiError } from '../../api/problem.ts'
import { forgetSession, isBuyer } from '../../api/session.ts'
import { useApi, useApp } from '../../app/context.tsx'
import { Button } from '../../components/button.tsx'
import { Field } from '../../components/field.tsx'
import { useText } from '../../i18n/text.tsx'
import { forgetAllOrders } from '../orders/kept-orders.ts'
import { PasskeyList } from './passkey-list.tsx'
import { knowsPasskeys, signInByPasskey, wasDismissed } from './passkeys.ts'
import { accountText } from './text.ts'

const EMAIL = /^[^@\s]+@[^@\s]+$/

/** Who is here: an address to confirm, a code to type in, or the name of the account and the way out of it. */
export function Account() {
  const api = useApi()
  const me = useQuery({
    queryKey: ['me'],
    queryFn: async ({ signal }) =>
      (await isBuyer(api, signal)) ? read(api.GET('/v1/me', { signal, cache: 'no-store' })) : null,
    retry: false,
  })
  // Without a network nobody can sign in; without a session one can.
  if (me.isPending || (me.isError && !isApiError(me.error, 'unauthorized'))) return null
  return me.data?.kind === 'account' ? <SignedIn email={me.data.email ?? ''} /> : <SignIn />
}

function SignIn() {
  const t = useText(accountText)
  const [email, setEmail] = useState('')
  const [code, setCode] = useState('')
  const [isWrong, setWrong] = useState(false)
  const { send, again, verify, passkey } = useSignIn(email.trim(), code)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (send.isSuccess) return verify.mutate()
    setWrong(!EMAIL.test(email.trim()))
    if (EMAIL.test(email.trim())) send.mutate()
  }
  return (
    <section aria-labelledby="account" className="mt-12 max-w-xl border-t border-line pt-6">
      <h2 id="account" className="display text-xl">
        {t.title}
      </h2>
      <p className="mt-2 text-muted">{t.why}</p>
      <form noValidate onSubmit={submit} className="mt-5 grid gap-4">
        {send.isSuccess ? (
          <>
            <p role="status">{again.isSuccess ? t.sentAgain(email.trim()) : t.sent(email.trim())}</p>
            <Field
              label={t.code}
              name="code"
              inputMode="numeric"
              autoComplete="one-time-code"
              error={verify.isError ? words(verify.error, t) : null}
              value={code}
              onChange={(event) => setCode(event.target.value)}
            />
          </>
        ) : (
          <Field
            label={t.email}
            name="email"
            type="email"
            autoComplete="email"
            error={isWrong ? t.emailWrong : send.isError ? words(send.error, t) : null}
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
        )}
        <p className="flex flex-wrap gap-3">
          <Button type="submit" kind="plain" busy={send.isPending || verify.isPending}>
            {send.isSuccess ? t.signIn : t.send}
          </Button>
          {send.isSuccess && (
            <>
              <Button
                kind="quiet"
                busy={again.isPending}
                onClick={() => {
                  setCode('')
                  verify.reset()
                  again.mutate()
                }}
              >
                {t.again}
              </Button>
              <Button
                kind="quiet"
                onClick={() => {
                  setCode('')
                  verify.reset()
                  again.reset()
                  send.reset()
                }}
              >
                {t.other}
              </Button>
            </>
          )}
          {!send.isSuccess && knowsPasskeys() && (
            <Button kind="quiet" busy={passkey.isPending} onClick={() => passkey.mutate()}>
              {t.byPasskey}
            </Button>
          )}
        </p>
        <p role="alert" className="text-sm text-danger empty:hidden">
          {passkey.isError ? passkeyWords(passkey.error, t) : again.isError && words(again.error, t)}
        </p>
      </form>
    </section>
  )
}

function useSignIn(email: string, code: string) {
  const api = useApi()
  const queryClient = useQueryClient()
  const { locale } = useApp().preferences
  // All that was read before was read as somebody else.
  const readAgain = (): Promise<void> => queryClient.invalidateQueries()
  const mailCode = () => read(api.POST('/v1/sessions/email', { body: { email, locale } }))
  const send = useMutation({ mutationFn: mailCode })
  // Its own: while it is under way or has failed, the code of the first mail can still be typed.
  const again = useMutation({ mutationFn: mailCode })
  const verify = useMutation({
    mutationFn: () =>
      read(
        api.POST('/v1/sessions/verify', {
          body: { email, code: code.trim(), reservation_ids: openHolds(), cookie: true },
        }),
      ),
    onSuccess: readAgain,
  })
  const passkey = useMutation({ mutationFn: () => signInByPasskey(api), onSuccess: readAgain })
  return { send, again, verify, passkey }
}

function SignedIn({ email }: { email: string }) {
  const t = useText(accountText)
  const api = useApi()
  const queryClient = useQueryClient()
  const signOut = useMutation({
    mutationFn: () => read(api.DELETE('/v1/sessions')),
    onSuccess: async () => {
      forgetSession()
      await forgetAllOrders()
      await queryClient.resetQueries()
    },
  })
  return (
    <>
      <section className="mt-12 flex max-w-xl flex-wrap items-center gap-x-6 gap-y-3 border-t border-line pt-6">
        <p className="flex-1">{t.signedIn(email)}</p>
        <Button kind="plain" size="small" busy={signOut.isPending} onClick={() => signOut.mutate()}>
          {t.signOut}
        </Button>
        <p role="alert" className="basis-full text-sm text-danger empty:hidden">
          {signOut.isError && t.noAnswer}
        </p>
      </section>
      <PasskeyList />
    </>
  )
}

function words(error: unknown, t: { wrongCode: string; tooMany: string; noAnswer: string }): string {
  if (isApiError(error, 'wrong_code') || isApiError(error, 'malformed')) return t.wrongCode
  return isApiError(error, 'rate_limited') ? t.tooMany : t.noAnswer
}

function passkeyWords(
  error: unknown,
  t: { noPasskey: string; passkeyStopped: string; noAnswer: string },
): string {
  if (wasDismissed(error)) return t.passkeyStopped
  return isApiError(error, 'forbidden') ? t.noPasskey : t.noAnswer
}
