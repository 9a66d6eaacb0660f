import { useState } from 'react'
import { Button } from '../../components/button.tsx'
import { SelectField } from '../../components/field.tsx'
import { ACCESSIBLE } from '../../components/seat-map/hall.ts'
import { formatMoney, formatNumber } from '../../format/format.ts'
import { useLocale, useText } from '../../i18n/text.tsx'
import { seatsTitle } from './seat-words.ts'
import type { SayDone, ShowSeats } from './show-seats.ts'
import type { SeatSession } from './seat-session.ts'
import { Stepper } from './stepper.tsx'
import { seatsText } from './text.ts'
import { useSeatView, useOpenCategories } from './use-seat-session.ts'

/** For people who do not want to choose: say how many and where, see them, pay. */
export function BestAvailable({
  session,
  onShow,
  onDone,
}: {
  session: SeatSession
  onShow: ShowSeats
  onDone: SayDone
}) {
  const t = useText(seatsText)
  const locale = useLocale()
  const [looking, setLooking] = useState(false)
  useOpenCategories(session, looking)
  const { busy } = useSeatView(session)
  const { prices, stock, hall } = session
  const [wanted, setQuantity] = useState(2)
  const quantity = Math.min(wanted, session.max)
  const [category, setCategory] = useState('')
  const [wantedType, setPriceType] = useState('')
  const [accessible, setAccessible] = useState(false)
  const open = prices.categories.filter(
    ({ index, price }) => price !== null && stock.freeInCategory[index]! > 0,
  )
  const chosen = open.find(({ name }) => name === category)
  // Wherever the seats may be, there has to be that price.
  const types = prices.types.filter(({ id }) =>
    (chosen ? [chosen] : open).every(({ index }) => prices.amount(index, id) !== null),
  )
  const priceType = (types.find(({ id }) => id === wantedType) ?? types[0] ?? prices.types[0])?.id ?? ''
  const find = async (): Promise<void> => {
    const found = await session.holdBest({
      quantity,
      category: chosen?.name ?? null,
      accessible,
      priceType,
    })
    if (!found) return
    const { heldSeats } = session.view()
    onShow(heldSeats)
    onDone(t.announce.held(seatsTitle(hall, heldSeats, t)))
  }
  return (
    <section className="mt-6 border-t border-line pt-5" aria-labelledby="best-available">
      <h3 id="best-available" className="text-lg font-semibold">
        {t.best}
      </h3>
      <p className="mt-1 text-sm text-muted">{t.bestHint}</p>
      <div className="mt-4 flex items-center justify-between gap-4">
        <span className="text-sm font-semibold">{t.howMany}</span>
        <Stepper
          label={t.howMany}
          value={quantity}
          min={1}
          max={session.max}
          onChange={(n) => setQuantity(Math.max(1, Math.min(session.max, n)))}
        />
      </div>
      <div
        className="mt-4"
        // What is left of each category is said to whoever looks at the list, and moves nothing before.
        onPointerEnter={() => setLooking(true)}
        onPointerLeave={() => setLooking(false)}
        onFocus={() => setLooking(true)}
        onBlur={() => setLooking(false)}
      >
        <SelectField
          label={t.where}
          value={chosen?.name ?? ''}
          onChange={(event) => setCategory(event.target.value)}
        >
          <option value="">{t.anywhere}</option>
          {open.map(({ index, name, price }) => (
            <option key={index} value={name}>
              {name}, {formatMoney(price!, locale)},{' '}
              {t.left(formatNumber(stock.freeInCategory[index]!, locale))}
            </option>
          ))}
        </SelectField>
      </div>
      {types.length > 1 && (
        <div className="mt-4">
          <SelectField label={t.who} value={priceType} onChange={(event) => setPriceType(event.target.value)}>
            {types.map(({ id, name }) => (
              <option key={id} value={id}>
                {chosen
                  ? `${name}, ${formatMoney(prices.money(prices.amount(chosen.index, id)!), locale)}`
                  : name}
              </option>
            ))}
          </SelectField>
        </div>
      )}
      {hall.data.flags.some((flags) => flags & ACCESSIBLE) && (
        <label className="mt-3 flex min-h-11 items-center gap-3 text-sm">
          <input
            type="checkbox"
            className="size-5"
            checked={accessible}
            onChange={(event) => setAccessible(event.target.checked)}
          />
          {t.needAccessible}
        </label>
      )}
      <Button kind="plain" wide className="mt-4" busy={busy === 'best'} onClick={() => void find()}>
        {busy === 'best' ? t.finding : t.find(quantity)}
      </Button>
    </section>
  )
}
