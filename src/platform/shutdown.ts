/** Milliseconds that everything together may take to stop: below the 30 s after which Kubernetes kills. */
const SHUTDOWN_MS_MAX = 25_000
/** Milliseconds within which a signal counts as the same one: a terminal and the launcher may both send it. */
const SAME_SIGNAL_MS = 1_000

export type Shutdown = {
  /** `stop` runs when the process ends, after everything that was added later. */
  add(what: string, stop: () => Promise<void> | void): void
  /** Resolves when the process is asked to end. */
  readonly requested: Promise<void>
  /** Asks for the end, as a signal does. */
  request(): void
  /** Stops everything, once; what fails or takes too long is reported and left. */
  run(): Promise<void>
}

export function createShutdown(onFault: (what: string, error: unknown) => void): Shutdown {
  const stops: { what: string; stop: () => Promise<void> | void }[] = []
  const { promise: requested, resolve: request } = Promise.withResolvers<void>()
  let running: Promise<void> | null = null
  let stopping = ''
  const stopAll = async (): Promise<void> => {
    for (let next = stops.pop(); next; next = stops.pop()) {
      stopping = next.what
      try {
        await next.stop()
      } catch (error) {
        onFault(next.what, error)
      }
    }
  }
  const withLimit = async (): Promise<void> => {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        onFault('shutdown', new Error(`${stopping} did not stop within ${SHUTDOWN_MS_MAX / 1000} s`))
        resolve()
      }, SHUTDOWN_MS_MAX)
    })
    await Promise.race([stopAll(), late])
    clearTimeout(timer)
  }
  return {
    add: (what, stop) => void stops.push({ what, stop }),
    requested,
    request: () => request(),
    run: () => (running ??= withLimit()),
  }
}

/** Calls `first` at the first signal that asks the process to end and `again` when somebody insists. */
export function onSignals(first: (signal: NodeJS.Signals) => void, again: () => void): void {
  let firstMs: number | null = null
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (firstMs === null) {
        firstMs = performance.now()
        first(signal)
      } else if (performance.now() - firstMs > SAME_SIGNAL_MS) again()
    })
  }
}
