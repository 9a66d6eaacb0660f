/** Milliseconds between two reports: on a terminal a line that is written over, in a log a line now and then. */
const TERMINAL_MS = 100
const LOG_MS = 5_000

export type Progress = {
  /** How much is done by now, in the unit that `total` has. */
  at(done: number): void
  /** The last line; without it the terminal's line is taken away. */
  end(summary?: string): void
}

/**
 * Tells on standard error how far long work has got: `importing events 1,200 of 5,393 (22 %)`. Cheap enough to be
 * called for every item. `total` is null where nobody knows it.
 */
export function startProgress(
  what: string,
  total: number | null,
  options: { write?: (text: string) => void; terminal?: boolean; monotonic?: () => number } = {},
): Progress {
  const write = options.write ?? ((text: string) => void process.stderr.write(text))
  const terminal = options.terminal ?? process.stderr.isTTY
  const monotonic = options.monotonic ?? (() => performance.now())
  let reportedMs = monotonic()
  let written = 0
  const clear = () => (terminal && written > 0 ? `\r${' '.repeat(written)}\r` : '')
  return {
    at: (done) => {
      const nowMs = monotonic()
      if (nowMs - reportedMs < (terminal ? TERMINAL_MS : LOG_MS)) return
      reportedMs = nowMs
      const line = `${what} ${done.toLocaleString('en')}${total ? ` of ${total.toLocaleString('en')} (${Math.floor((100 * done) / total)} %)` : ''}`
      write(terminal ? `${clear()}${line}` : `${line}\n`)
      written = line.length
    },
    end: (summary) => {
      write(`${clear()}${summary ? `${summary}\n` : ''}`)
      written = 0
    },
  }
}
