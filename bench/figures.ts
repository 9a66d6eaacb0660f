/** What one run of one system gave for one metric. */
export type Sample = { system: string; metric: string; unit: string; value: number }

export type Row = {
  system: string
  metric: string
  unit: string
  median: number
  min: number
  max: number
  runs: number
}

/** What is written to bench/results/NAME.json. */
export type Result = {
  name: string
  commit: string
  machine: { cpu: string; cores: number }
  rows: Row[]
  claims: Claim[]
  /** The first of the claims. */
  ratio: number | null
  /** What `usher audit` said after Usher's runs. */
  audit: string
}

/** `atMost`: what is asked is a bound from above. */
export type Claim = { name: string; ratio: number; asked: number; atMost?: true }

export function median(values: readonly number[]): number {
  if (values.length === 0) throw new Error('there is no median of nothing')
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** `q` of what is sorted, from 0 to 1. */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  if (sorted.length === 0) throw new Error('there is no quantile of nothing')
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]!
}

/** One row a system and metric, in the order in which they first came. */
export function rowsOf(samples: readonly Sample[]): Row[] {
  const bySeries = new Map<string, Sample[]>()
  for (const sample of samples) {
    const key = `${sample.metric}\n${sample.system}`
    const series = bySeries.get(key)
    if (series) series.push(sample)
    else bySeries.set(key, [sample])
  }
  return [...bySeries.values()].map((series) => {
    const values = series.map((sample) => sample.value)
    const { system, metric, unit } = series[0]!
    return {
      system,
      metric,
      unit,
      median: round(median(values)),
      min: round(Math.min(...values)),
      max: round(Math.max(...values)),
      runs: values.length,
    }
  })
}

/** Enough digits for a ratio, few enough to read. */
export function round(value: number): number {
  return Number(value.toPrecision(4))
}

export const METRICS = {
  capacity: 'accepted holds',
  refusals: 'refusals',
  statements: 'SQL statements a refusal',
  soldIn: 'time until 99 % are held',
  p50: 'hold at 70 % of capacity, p50',
  p99: 'hold at 70 % of capacity, p99',
} as const

export function goodputMetric(connections: number): string {
  return `accepted holds, ${connections} connections`
}

export const USHER = 'usher'
export const FOR_UPDATE = 'for-update'
export const BARE = 'bare server'

/** At most so many SQL statements a refusal. */
const STATEMENTS_ASKED = 0.001
const CONNECTIONS_MANY = 4_096

/**
 * What the benchmark is asked to show, as ratios of medians of one session; the first is the result's `ratio`. A
 * textbook design counts with the better of its variants, with the index and without. Claims whose rows are missing
 * (a part was not run) are left out.
 */
export function claimsOf(rows: readonly Row[]): Claim[] {
  const claims: Claim[] = []
  const claim = (name: string, ratio: number | null, asked: number): void => {
    if (ratio !== null && Number.isFinite(ratio)) claims.push({ name, ratio: round(ratio), asked })
  }
  const capacity = value(rows, USHER, METRICS.capacity)
  claim(
    'accepted holds / FOR UPDATE',
    divide(
      capacity,
      best(rows, METRICS.capacity, (s) => isDesign(s, FOR_UPDATE)),
    ),
    7,
  )
  claim(
    'accepted holds / best per-buyer server',
    divide(capacity, best(rows, METRICS.capacity, isTextbook)),
    4,
  )
  claim('accepted holds / bare server', divide(capacity, value(rows, BARE, METRICS.capacity)), 0.22)
  const refusals = value(rows, USHER, METRICS.refusals)
  const bestRefusals = best(rows, METRICS.refusals, isTextbook)
  claim('refusals / best per-buyer server', divide(refusals, bestRefusals), 15)
  claim('SQL statements a refusal (at most)', value(rows, USHER, METRICS.statements), STATEMENTS_ASKED)
  const goodput = rows.filter((row) => row.system === USHER && /, \d+ connections$/.test(row.metric))
  claim(
    `goodput at ${CONNECTIONS_MANY} connections / peak`,
    goodput.length === 0
      ? null
      : divide(
          value(rows, USHER, goodputMetric(CONNECTIONS_MANY)),
          Math.max(...goodput.map((row) => row.median)),
        ),
    0.9,
  )
  claim(
    'FOR UPDATE / Usher, time until 99 % are held',
    divide(value(rows, FOR_UPDATE, METRICS.soldIn), value(rows, USHER, METRICS.soldIn)),
    6,
  )
  return claims
}

/** Whether the claim holds: statements a refusal are bounded from above, everything else from below. */
export function isMet(claim: Claim): boolean {
  const atMost = claim.atMost ?? claim.asked === STATEMENTS_ASKED
  return atMost ? claim.ratio <= claim.asked : claim.ratio >= claim.asked
}

function isTextbook(system: string): boolean {
  return system !== USHER && system !== BARE
}

/** `for-update` and `for-update + status index` are one design. */
function isDesign(system: string, design: string): boolean {
  return system === design || system.startsWith(`${design} `)
}

function value(rows: readonly Row[], system: string, metric: string): number | null {
  return rows.find((row) => row.system === system && row.metric === metric)?.median ?? null
}

function best(rows: readonly Row[], metric: string, wanted: (system: string) => boolean): number | null {
  const values = rows.filter((row) => row.metric === metric && wanted(row.system)).map((row) => row.median)
  return values.length === 0 ? null : Math.max(...values)
}

function divide(a: number | null, b: number | null): number | null {
  return a === null || b === null || b === 0 ? null : a / b
}
