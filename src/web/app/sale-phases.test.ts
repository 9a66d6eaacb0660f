import { expect, test } from 'bun:test'
import { phasesLeft, saleNow } from './sale-phases.ts'

const H = 3_600_000
const START = Date.UTC(2027, 0, 1)
const iso = (hours: number): string => new Date(START + hours * H).toISOString()
const sale = (phases: readonly (readonly [number | null, number | null, 'open' | 'code'])[]) => ({
  on_sale_at: iso(10),
  on_sale_until: iso(100),
  phases: phases.map(([from, until, access], i) => ({
    id: `p${i}`,
    starts_at: from === null ? null : iso(from),
    ends_at: until === null ? null : iso(until),
    access,
    tickets_per_buyer: null,
    price_from: null,
  })),
})
const now = (event: ReturnType<typeof sale>, hours: number) =>
  saleNow(phasesLeft(event, START + hours * H), START + hours * H)

test('phases lie within the sale, the soonest first, without those that are over', () => {
  const event = sale([
    [40, null, 'open'],
    [0, 20, 'code'],
    [0, 10, 'open'],
  ])
  expect(phasesLeft(event, START).map(({ id, from, until }) => [id, from, until])).toEqual([
    ['p1', START + 10 * H, START + 20 * H],
    ['p0', START + 40 * H, START + 100 * H],
  ])
  expect(phasesLeft(event, START + 20 * H).map(({ id }) => id)).toEqual(['p0'])
})

test('the countdown follows the next phase: the presale, then the sale to all, over a pause between them', () => {
  const event = sale([
    [10, 20, 'code'],
    [30, null, 'open'],
  ])
  expect(now(event, 9)).toMatchObject({ who: 'nobody', next: { id: 'p0' } })
  expect(now(event, 10)).toMatchObject({ who: 'code', next: { id: 'p1' } })
  expect(now(event, 20)).toMatchObject({ who: 'nobody', next: { id: 'p1' } })
  expect(now(event, 30)).toEqual({ who: 'everybody', next: null })
  expect(now(event, 100)).toEqual({ who: 'nobody', next: null })
})

test('during a presale the next presale is nothing to wait for: whoever has no code waits for the sale to all', () => {
  const event = sale([
    [10, 20, 'code'],
    [15, 30, 'code'],
    [40, 50, 'open'],
  ])
  expect(now(event, 12)).toMatchObject({ who: 'code', next: { id: 'p2' } })
  expect(now(event, 55)).toEqual({ who: 'nobody', next: null })
})

test('a phase names its lowest price where phases have prices of their own, and none where all cost the same', () => {
  const event = sale([
    [10, 20, 'open'],
    [20, null, 'open'],
  ])
  expect(phasesLeft(event, START).map(({ price }) => price)).toEqual([null, null])
  const priced = event.phases.map((phase, i) => ({
    ...phase,
    ...{ price_from: { amount: 3_000 + i * 1_500, currency: 'EUR' }, prices: [] },
  }))
  expect(phasesLeft({ ...event, phases: priced }, START).map(({ price }) => price?.amount)).toEqual([
    3_000, 4_500,
  ])
})
