import { formatMoney, formatNumber } from '../../format/format.ts'
import { useLocale, useText } from '../../i18n/text.tsx'
import { countOf, placesOf } from './choice.ts'
import type { SeatSession } from './seat-session.ts'
import { Stepper } from './stepper.tsx'
import { Swatch } from './swatch.tsx'
import { seatsText } from './text.ts'
import { useSeatView, useStockTick } from './use-seat-session.ts'

/** Standing areas: what is left, and how many of each price. */
export function Areas({ session, only }: { session: SeatSession; only?: (area: number) => boolean }) {
  const t = useText(seatsText)
  const locale = useLocale()
  useStockTick(session)
  const { choice } = useSeatView(session)
  const { hall, prices, stock } = session
  const rest = session.max - countOf(choice)
  return (
    <section className="mt-5">
      {hall.seatCount > 0 && <h3 className="text-sm font-semibold text-muted">{t.standing}</h3>}
      <ul className="divide-y divide-line">
        {hall.data.areas.map(({ area_id, name, category, floor }, area) => {
          if (only && !only(area)) return null
          const left = stock.areas[area_id] ?? 0
          const step = prices.category(category)?.step ?? 0
          return (
            <li key={area_id} id={`area-${area}`} className="py-4">
              <p className="flex items-baseline gap-2 font-semibold">
                <span className="self-center">
                  <Swatch step={step} />
                </span>
                {name}
                <span className="tabular ms-auto text-sm font-normal text-muted">
                  {left > 0
                    ? t.left(formatNumber(left, locale))
                    : stock.limited && !(area_id in stock.areas)
                      ? t.code.outside
                      : t.soldOut}
                </span>
              </p>
              {floor && <p className="text-sm text-muted">{floor}</p>}
              {left > 0 &&
                prices.typesOf(category).map(({ id, name: typeName }) => {
                  const mine = placesOf(choice, area, id)
                  return (
                    <div key={id} className="mt-2 flex items-center gap-3">
                      <span className="min-w-0 flex-1 text-sm">
                        {typeName}
                        <span className="tabular block font-semibold">
                          {formatMoney(prices.money(prices.amount(category, id)!), locale)}
                        </span>
                      </span>
                      <Stepper
                        label={`${name}, ${typeName}`}
                        value={mine}
                        max={Math.min(mine + rest, left)}
                        onChange={(quantity) => session.setPlaces(area, id, quantity)}
                      />
                    </div>
                  )
                })}
            </li>
          )
        })}
      </ul>
    </section>
  )
}
