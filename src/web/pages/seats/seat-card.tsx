import { Accessibility, Check, Eye, EyeOff, UsersRound } from 'lucide-react'
import { SEAT_BLOCKED, SEAT_BOOKED, SEAT_FREE } from '../../components/seat-map/availability.ts'
import { ACCESSIBLE, COMPANION, RESTRICTED_VIEW } from '../../components/seat-map/hall.ts'
import type { Target } from '../../components/seat-map/seat-map-engine.ts'
import { formatMoney, formatNumber } from '../../format/format.ts'
import { useLocale, useText } from '../../i18n/text.tsx'
import { isChosen } from './choice.ts'
import type { SeatSession } from './seat-session.ts'
import { seatName } from './seat-words.ts'
import { Swatch } from './swatch.tsx'
import { seatsText } from './text.ts'
import { useSeatView, useStockTick } from './use-seat-session.ts'

/** What is said where one points: about a seat, a section or a standing area. */
export function TargetCard({ session, target }: { session: SeatSession; target: Target }) {
  return (
    <span className="block rounded-read border border-line bg-surface px-4 py-3 text-start text-sm text-text shadow-float">
      {target.kind === 'seat' ? (
        <SeatCard session={session} seat={target.index} />
      ) : target.kind === 'section' ? (
        <SectionCard session={session} section={target.index} />
      ) : (
        <AreaCard session={session} area={target.index} />
      )}
    </span>
  )
}

function SeatCard({ session, seat }: { session: SeatSession; seat: number }) {
  const t = useText(seatsText)
  const locale = useLocale()
  useStockTick(session)
  const { choice, heldSeats } = useSeatView(session)
  const { hall, prices, stock } = session
  const { data } = hall
  const category = prices.category(data.category[seat]!)
  const [type] = prices.typesOf(data.category[seat]!)
  const amount = type ? session.priceOf(seat, type.id) : null
  const status = stock.statuses[seat]!
  const yours = isChosen(choice, seat) || heldSeats.includes(seat)
  const flags = data.flags[seat]!
  return (
    <>
      <span className="flex items-baseline justify-between gap-6">
        <span className="text-base font-semibold">{seatName(hall, seat, t)}</span>
        {amount !== null && (yours || status === SEAT_FREE) && (
          <span className="tabular font-display text-lg font-bold">
            {formatMoney(prices.money(amount), locale)}
          </span>
        )}
      </span>
      <span className="mt-0.5 flex items-center gap-2 text-muted">
        {category && <Swatch step={category.step} />}
        {hall.section(seat).name}
        {category && category.name !== hall.section(seat).name ? ` · ${category.name}` : ''}
      </span>
      <span className="mt-1.5 flex flex-wrap gap-x-3 gap-y-1">
        {(flags & ACCESSIBLE) !== 0 && (
          <Fact icon={<Accessibility aria-hidden size={16} />}>{t.accessible}</Fact>
        )}
        {(flags & COMPANION) !== 0 && <Fact icon={<UsersRound aria-hidden size={16} />}>{t.companion}</Fact>}
        {(flags & RESTRICTED_VIEW) !== 0 ? (
          <Fact icon={<EyeOff aria-hidden size={16} />}>{t.restricted}</Fact>
        ) : (
          <Fact icon={<Eye aria-hidden size={16} />}>{t.clear}</Fact>
        )}
      </span>
      {yours ? (
        <span className="mt-1.5 flex items-center gap-1.5 font-semibold">
          <Check aria-hidden size={16} /> {t.statusYours}
        </span>
      ) : (
        status !== SEAT_FREE && (
          <span className="mt-1.5 block font-semibold">
            {stock.limited && status === SEAT_BLOCKED
              ? t.code.outside
              : status >= SEAT_BOOKED
                ? t.statusBooked
                : t.statusHeld}
          </span>
        )
      )}
    </>
  )
}

function SectionCard({ session, section }: { session: SeatSession; section: number }) {
  const t = useText(seatsText)
  const locale = useLocale()
  useStockTick(session)
  const { hall, prices, stock } = session
  const { data } = hall
  const left = stock.freeInSection[section]!
  const inSection = new Set<number>()
  for (const row of data.rows) if (row.section === section) inSection.add(data.category[row.first]!)
  const categories = prices.categories.filter(({ index }) => inSection.has(index))
  const { name, floor, door } = data.sections[section]!
  return (
    <>
      <span className="flex items-baseline justify-between gap-6">
        <span className="text-base font-semibold">{name}</span>
        <span className="tabular font-semibold">
          {left > 0 ? t.left(formatNumber(left, locale)) : stock.limited ? '' : t.soldOut}
        </span>
      </span>
      <span className="block text-muted">{[floor, door].filter(Boolean).join(' · ')}</span>
      <span className="mt-1.5 flex flex-wrap gap-x-3 gap-y-1">
        {categories.map(
          ({ index, step, price }) =>
            price && (
              <span key={index} className="tabular flex items-center gap-1.5 font-semibold">
                <Swatch step={step} />
                {formatMoney(price, locale)}
              </span>
            ),
        )}
      </span>
    </>
  )
}

function AreaCard({ session, area }: { session: SeatSession; area: number }) {
  const t = useText(seatsText)
  const locale = useLocale()
  useStockTick(session)
  const { name, area_id, category, floor } = session.hall.data.areas[area]!
  const { stock } = session
  const left = stock.areas[area_id] ?? 0
  const price = session.prices.category(category)?.price
  return (
    <>
      <span className="flex items-baseline justify-between gap-6">
        <span className="text-base font-semibold">{name}</span>
        {price && (
          <span className="tabular font-display text-lg font-bold">{formatMoney(price, locale)}</span>
        )}
      </span>
      <span className="block text-muted">
        {[floor, left > 0 ? t.left(formatNumber(left, locale)) : stock.limited ? t.code.outside : t.soldOut]
          .filter(Boolean)
          .join(' · ')}
      </span>
    </>
  )
}

function Fact({ icon, children }: { icon: React.ReactNode; children: React.ReactNode }) {
  return (
    <span className="flex items-center gap-1.5">
      {icon}
      {children}
    </span>
  )
}
