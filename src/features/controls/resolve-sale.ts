import type { Layout } from '../../shared/layout.ts'
import type { HouseEvent, HouseSale, PhaseDraft, PhasePrice } from '../catalog/index.ts'
import { toMinorUnits } from './amounts.ts'
import { FACE_AMOUNT_MAX, type Amount, type AllotmentSpec, type PhaseSpec, type Spec } from './spec.ts'
import type { Path, Report, ResolveContext, Wish } from './types.ts'

const PPM_PER_PERCENT = 10_000
const STANDARD_PRICE_TYPE = { id: 'standard', name: 'Standard' }
const EXTENSIONS_MAX = 1
const EXTENSION_SECONDS = 300

type SaleContext = Omit<ResolveContext, 'layout'> & {
  event: HouseEvent
  hash: string
  layout: Layout
  momentOf(value: string | null, path: Path): number | null
}

/** How tickets are sold, as the description wants it; its codes go to the wish. Null where it cannot be sold so. */
export function resolveSale(spec: Spec, c: SaleContext, wish: Wish, report: Report): HouseSale | null {
  const before = c.current?.sale ?? null
  const currency = spec.currency ?? before?.currency ?? c.current?.currency ?? c.event.currency
  if (!currency) {
    report(['currency'], 'is missing: prices need it')
    return null
  }
  const amountOf = (amount: Amount, path: Path): number => {
    const minor = c.amounts === 'minor' ? Number(amount) : toMinorUnits(amount, currency)
    if (minor === null) report(path, `"${amount}" is no amount of ${currency}`)
    else if (minor > FACE_AMOUNT_MAX) report(path, `is more than a ticket may cost`)
    return Math.min(minor ?? 0, FACE_AMOUNT_MAX)
  }
  const priceTypes = priceTypesOf(spec, before, report)
  const faces = facesOf(spec, c.layout, priceTypes, before, amountOf, report)
  const { categories } = c.layout
  const sold = { categories, priceTypes, faces }
  const until = spec.on_sale?.until
  const sale: HouseSale = {
    ...limitsOf(spec, c, before),
    layoutHash: c.hash,
    currency,
    onSaleFrom: c.event.onSaleFrom,
    onSaleUntil:
      until === undefined ? (before?.onSaleUntil ?? null) : c.momentOf(until, ['on_sale', 'until']),
    ...refundOf(spec, c, before),
    ...sold,
    fees: spec.fees ? feesOf(spec.fees, amountOf, report) : (before?.fees ?? []),
    taxes:
      spec.taxes?.map(({ name, percent, included, on }) => ({
        name,
        ratePpm: Math.round(percent * PPM_PER_PERCENT),
        included,
        appliesTo: on ?? 'all',
      })) ??
      before?.taxes ??
      [],
    phases: (spec.phases ? phasesOf(spec.phases, c, before, wish, report) : (before?.phases ?? [])).map(
      (phase, i) => {
        const given = spec.phases?.[i]?.prices
        const path = ['phases', i, 'prices']
        return {
          ...phase,
          prices: given ? phasePrices(given, path, sold, amountOf, report) : stillSold(phase, sold),
        }
      },
    ),
    allotments: spec.allotments
      ? allotmentsOf(spec.allotments, c, before, wish, report)
      : (before?.allotments ?? []),
    codes: before?.codes ?? [],
  }
  sale.codes = sale.codes.filter(({ opens }) =>
    'phase' in opens
      ? sale.phases.some(({ id, access }) => id === opens.phase && access === 'code')
      : sale.allotments.some(({ kind }) => kind === opens.allotment),
  )
  if (sale.onSaleFrom !== null && sale.onSaleUntil !== null && sale.onSaleFrom >= sale.onSaleUntil)
    report(['on_sale', 'until'], 'is not after the beginning of the sale')
  return sale
}

// What an event leaves to the house is written down once it is sold, so that another setting does not change a sale.
function limitsOf(
  { limits, identity }: Spec,
  { limits: inForce }: SaleContext,
  before: HouseSale | null,
): Pick<
  HouseSale,
  'ticketsPerBuyer' | 'holdSeconds' | 'extensionsMax' | 'extensionSeconds' | 'orphanRule' | 'identityRequired'
> {
  return {
    ticketsPerBuyer: limits?.tickets_per_buyer ?? before?.ticketsPerBuyer ?? inForce.ticketsPerBuyer,
    holdSeconds: limits?.hold_seconds ?? before?.holdSeconds ?? inForce.holdSeconds,
    extensionsMax: limits?.extensions ?? before?.extensionsMax ?? EXTENSIONS_MAX,
    extensionSeconds: limits?.extension_seconds ?? before?.extensionSeconds ?? EXTENSION_SECONDS,
    orphanRule: limits?.no_orphan_seats ?? before?.orphanRule ?? false,
    identityRequired: identity ?? before?.identityRequired ?? 'guest',
  }
}

function refundOf(
  { refund }: Spec,
  c: SaleContext,
  before: HouseSale | null,
): Pick<HouseSale, 'refundable' | 'refundUntil'> {
  const until =
    refund?.until === undefined ? before?.refundUntil : c.momentOf(refund.until, ['refund', 'until'])
  return {
    refundable: refund?.allowed ?? before?.refundable ?? true,
    ...(until !== undefined && until !== null && { refundUntil: until }),
  }
}

function priceTypesOf(
  { price_types: given }: Spec,
  before: HouseSale | null,
  report: Report,
): HouseSale['priceTypes'] {
  if (!given) return before && before.priceTypes.length > 0 ? before.priceTypes : [STANDARD_PRICE_TYPE]
  mustBeUnique(
    given.map(({ id }) => id),
    'price_types',
    'id',
    report,
  )
  return given.map(({ id, name, min, max }, i) => {
    if (max !== undefined && max !== null && (min ?? 0) > max)
      report(['price_types', i, 'min'], 'is more than max')
    return {
      ...{ id, ...namesOf(name, (message) => report(['price_types', i, 'name'], message)) },
      ...(min && { min }),
      ...(max && { max }),
    }
  })
}

/** In the language of tickets and for readers of any other: the English name, or else the first one. */
function namesOf(
  given: string | Record<string, string>,
  report: (message: string) => void,
): { name: string; names?: Record<string, string> } {
  if (typeof given === 'string') return { name: given }
  const { en, ...others } = given
  const name = en ?? Object.values(others)[0]
  if (name === undefined || 'default' in others) report('needs a text for each language: { en: …, de: … }')
  return { name: name ?? '', ...(Object.keys(others).length > 0 && { names: others }) }
}

function facesOf(
  spec: Spec,
  layout: Layout,
  priceTypes: HouseSale['priceTypes'],
  before: HouseSale | null,
  amountOf: (amount: Amount, path: Path) => number,
  report: Report,
): (number | null)[][] {
  const prices = spec.prices ?? {}
  for (const [category, given] of Object.entries(prices)) {
    if (layout.categories.some(({ name }) => name === category)) continue
    const names = layout.categories.map(({ name }) => `"${name}"`).join(', ')
    report(['prices', category], `the layout has no such category; there are ${names}`)
    // Nobody is to learn of the second mistake when the first is mended.
    if (typeof given !== 'object') amountOf(given, ['prices', category])
    else
      for (const [id, amount] of Object.entries(given)) if (amount) amountOf(amount, ['prices', category, id])
  }
  const used = new Set([
    ...layout.seats.map((seat) => seat.category),
    ...layout.areas.map((area) => area.category),
  ])
  return layout.categories.map(({ name }, index) => {
    const given = prices[name]
    const old = before?.categories.findIndex((category) => category.name === name) ?? -1
    const forAll = given === undefined || typeof given === 'object' ? null : amountOf(given, ['prices', name])
    const row = priceTypes.map(({ id }): number | null => {
      if (given === undefined) {
        const type = before?.priceTypes.findIndex((priceType) => priceType.id === id) ?? -1
        return before?.faces[old]?.[type] ?? null
      }
      if (typeof given !== 'object') return forAll
      const amount = given[id]
      return amount === undefined || amount === null ? null : amountOf(amount, ['prices', name, id])
    })
    if (typeof given === 'object') {
      for (const id of Object.keys(given)) {
        if (!priceTypes.some((type) => type.id === id))
          report(['prices', name, id], 'there is no such price type', 'unknown_price_type')
      }
    }
    if (used.has(index) && row.every((face) => face === null))
      report(['prices'], `"${name}" has no price: every category that has seats or areas needs one`)
    return row
  })
}

function feesOf(
  fees: NonNullable<Spec['fees']>,
  amountOf: (amount: Amount, path: Path) => number,
  report: Report,
): HouseSale['fees'] {
  return fees.map(({ name, per, amount, percent, refundable }, i) => {
    if (per === 'order' && percent)
      report(['fees', i, 'percent'], 'is for fees per ticket; a fee per order is an amount')
    return {
      name,
      per,
      amount: amount === undefined ? 0 : amountOf(amount, ['fees', i, 'amount']),
      ratePpm: Math.round((percent ?? 0) * PPM_PER_PERCENT),
      refundable: refundable ?? false,
    }
  })
}

function phasesOf(
  phases: PhaseSpec[],
  c: SaleContext,
  before: HouseSale | null,
  wish: Wish,
  report: Report,
): HouseSale['phases'] {
  mustBeUnique(
    phases.map(({ id }) => id),
    'phases',
    'id',
    report,
  )
  return phases.map((phase, i) => {
    const old = before?.phases.find(({ id }) => id === phase.id)
    const startsAt = c.momentOf(phase.from ?? null, ['phases', i, 'from'])
    const endsAt = c.momentOf(phase.until ?? null, ['phases', i, 'until'])
    if (startsAt !== null && endsAt !== null && startsAt >= endsAt)
      report(['phases', i, 'until'], 'is not after the beginning of the phase')
    const access = phase.access ?? (phase.codes ? 'code' : (old?.access ?? 'open'))
    if (phase.codes && access === 'open')
      report(['phases', i, 'codes'], 'are for phases whose access is "code"')
    if (phase.codes) {
      mustBeUnique(
        phase.codes.map(({ code }) => code),
        `phases[${i}].codes`,
        'code',
        report,
      )
      wish.codes.push({ path: ['phases', i, 'codes'], opens: { phase: phase.id }, codes: phase.codes })
    }
    return {
      no: old?.no ?? 0,
      id: phase.id,
      startsAt,
      endsAt,
      access,
      ticketsPerBuyer: phase.tickets_per_buyer ?? null,
      capacity: phase.capacity ?? null,
      prices: old?.prices ?? [],
    }
  })
}

type Sold = Pick<HouseSale, 'categories' | 'priceTypes' | 'faces'>

const NOT_SOLD = 'has no general price, and what is not sold in general is sold in no phase'

function phasePrices(
  given: NonNullable<PhaseSpec['prices']>,
  path: Path,
  { categories, priceTypes, faces }: Sold,
  amountOf: (amount: Amount, path: Path) => number,
  report: Report,
): PhasePrice[] {
  return Object.entries(given).flatMap(([category, price]) => {
    const row = faces[categories.findIndex(({ name }) => name === category)]
    if (!row) {
      const names = categories.map(({ name }) => `"${name}"`).join(', ')
      report([...path, category], `the layout has no such category; there are ${names}`)
      return []
    }
    if (typeof price !== 'object') {
      const face = amountOf(price, [...path, category])
      const types = priceTypes.filter((_type, i) => row[i] !== null)
      if (types.length === 0) report([...path, category], NOT_SOLD)
      return types.map(({ id }) => ({ category, priceType: id, face }))
    }
    return Object.entries(price).map(([id, amount]) => {
      const type = priceTypes.findIndex((priceType) => priceType.id === id)
      if (type < 0) report([...path, category, id], 'there is no such price type', 'unknown_price_type')
      else if (row[type] === null) report([...path, category, id], NOT_SOLD)
      return { category, priceType: id, face: amountOf(amount, [...path, category, id]) }
    })
  })
}

/** A phase's prices without those of what has no general price any more. */
function stillSold({ prices }: PhaseDraft, { categories, priceTypes, faces }: Sold): PhasePrice[] {
  const faceOf = ({ category, priceType }: PhasePrice): number | null | undefined => {
    const row = faces[categories.findIndex(({ name }) => name === category)]
    return row?.[priceTypes.findIndex(({ id }) => id === priceType)]
  }
  return prices.filter((price) => typeof faceOf(price) === 'number')
}

function allotmentsOf(
  allotments: AllotmentSpec[],
  c: SaleContext,
  before: HouseSale | null,
  wish: Wish,
  report: Report,
): HouseSale['allotments'] {
  mustBeUnique(
    allotments.map(({ name }) => name),
    'allotments',
    'name',
    report,
  )
  return allotments.map(({ name, release, codes }, i) => {
    const old = before?.allotments.find(({ kind }) => kind === name)
    if (codes) {
      mustBeUnique(
        codes.map(({ code }) => code),
        `allotments[${i}].codes`,
        'code',
        report,
      )
      wish.codes.push({ path: ['allotments', i, 'codes'], opens: { allotment: name }, codes })
    }
    return {
      no: old?.no ?? 0,
      kind: name,
      releaseAt:
        release === undefined ? (old?.releaseAt ?? null) : c.momentOf(release, ['allotments', i, 'release']),
    }
  })
}

function mustBeUnique(values: string[], list: string, member: string, report: Report): void {
  const path = list
    .split(/[.[\]]+/)
    .filter((part) => part !== '')
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part))
  values.forEach((value, i) => {
    if (values.indexOf(value) !== i) report([...path, i, member], `"${value}" is there twice`)
  })
}
