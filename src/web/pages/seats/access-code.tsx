import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState, type FormEvent } from 'react'
import { Button } from '../../components/button.tsx'
import { Field } from '../../components/field.tsx'
import { useText } from '../../i18n/text.tsx'
import type { SeatSession } from './seat-session.ts'
import type { SayDone, ShowSeats } from './show-seats.ts'
import { seatsText } from './text.ts'
import { useSeatView } from './use-seat-session.ts'

/** Asks for the code of a presale or an allotment, shows what it opens, and holds with it what was refused without. */
export function AccessCode({
  session,
  sent,
  onShow,
  onDone,
}: {
  session: SeatSession
  sent: string | null
  onShow: ShowSeats
  onDone: SayDone
}) {
  const t = useText(seatsText)
  const navigate = useNavigate()
  const { busy } = useSeatView(session)
  const [code, setCode] = useState(sent ?? '')
  const [isMissing, setMissing] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  // The answer to what was just pressed: the next key belongs to the code.
  useEffect(() => form.current?.querySelector('input')?.focus(), [])
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const typed = code.trim()
    setMissing(typed === '')
    if (typed === '' || busy) return
    void session.enterCode(typed).then((id) => {
      if (id !== null) return void navigate({ to: '/checkout/$reservationId', params: { reservationId: id } })
      const { held, code: inForce } = session.view()
      if (held || !inForce) return
      onShow(session.seatsOfCode())
      onDone('')
    })
  }
  return (
    <form ref={form} noValidate onSubmit={submit} className="mt-3 grid gap-3">
      <Field
        label={t.code.label}
        hint={t.code.hint}
        error={isMissing ? t.code.missing : null}
        name="access_code"
        autoComplete="off"
        autoCapitalize="characters"
        spellCheck={false}
        maxLength={128}
        value={code}
        onChange={(event) => setCode(event.target.value)}
      />
      <p>
        <Button type="submit" kind="plain" size="small" busy={busy !== null}>
          {t.code.go}
        </Button>
      </p>
    </form>
  )
}
