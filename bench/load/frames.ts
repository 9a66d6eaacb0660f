/** What Chromium's trace says about one span of work. */
export type TraceEvent = {
  name: string
  ph: string
  /** Microseconds. */
  ts: number
  dur?: number
  /** Processor time within `dur`. */
  tdur?: number
  pid: number
  tid: number
  args?: { name?: string }
}

type Quantiles = { p50: number; p95: number; p99: number; max: number }

export type FrameFigures = {
  frames: number
  /** Processor time of the page's main thread from one animation frame to the next; null where there was no frame. */
  mainThreadMs: Quantiles | null
  mainThreadWallMs: Quantiles | null
  /** Of the script that answers a frame. */
  animationFrameMs: Quantiles | null
  /** Processor time of all workers together. */
  workerMs: number
}

/**
 * All that ran on the page's main thread in each frame: input, script, style, messages from the network alike. Threads
 * are slowed down by spinning, so processor time has the slowdown in it and leaves out what others took of the machine.
 */
export function frameFigures(events: readonly TraceEvent[]): FrameFigures {
  const threads = new Map(
    events.filter(({ name }) => name === 'thread_name').map((e) => [`${e.pid} ${e.tid}`, e.args?.name ?? '']),
  )
  const threadOf = (e: TraceEvent): string => `${e.pid} ${e.tid}`
  const main = mostFrequent(
    events
      .filter((e) => e.name === 'FireAnimationFrame' && threads.get(threadOf(e)) === 'CrRendererMain')
      .map(threadOf),
  )
  // The two names are of the same task, one inside of the other.
  const tasks = events.filter((e) => e.ph === 'X' && e.name === 'ThreadControllerImpl::RunTask' && e.dur)
  const workers = tasks.filter((e) => threads.get(threadOf(e))?.startsWith('DedicatedWorker'))
  const workerMs = workers.reduce((sum, { tdur = 0 }) => sum + tdur, 0) / 1_000
  const drawing = events
    .filter((e) => e.name === 'FireAnimationFrame' && e.dur !== undefined && threadOf(e) === main)
    .toSorted((a, b) => a.ts - b.ts)
  if (drawing.length < 2) {
    return { frames: 0, mainThreadMs: null, mainThreadWallMs: null, animationFrameMs: null, workerMs }
  }
  const own = tasks.filter((e) => threadOf(e) === main)
  const between = drawing.slice(1).map((frame, i) => {
    const from = drawing[i]!.ts + drawing[i]!.dur!
    const to = frame.ts + frame.dur!
    const sum = { cpu: 0, wall: 0 }
    for (const { ts, dur = 0, tdur = dur } of own) {
      const shared = Math.max(0, Math.min(ts + dur, to) - Math.max(ts, from)) / 1_000
      sum.wall += shared
      sum.cpu += shared * (tdur / dur)
    }
    return sum
  })
  return {
    frames: between.length,
    mainThreadMs: quantiles(between.map(({ cpu }) => cpu)),
    mainThreadWallMs: quantiles(between.map(({ wall }) => wall)),
    animationFrameMs: quantiles(drawing.map(({ dur, tdur }) => (tdur ?? dur!) / 1_000)),
    workerMs,
  }
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return round(sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? 0)
}

export function round(value: number): number {
  return Math.round(value * 100) / 100
}

function quantiles(values: readonly number[]): Quantiles {
  return {
    p50: quantile(values, 0.5),
    p95: quantile(values, 0.95),
    p99: quantile(values, 0.99),
    max: quantile(values, 1),
  }
}

function mostFrequent(names: readonly string[]): string | null {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? null
}
