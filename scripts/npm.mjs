/** Milliseconds between two looks. */
const LOOK_AGAIN_MS = 250

/**
 * Calls `stop` when npm is gone. A signal sent to npm ends the shell between npm and its script without a word to
 * the script, and a killed npm says nothing to anybody.
 */
export function endWithNpm(stop) {
  if (!process.env.npm_lifecycle_event) return
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    stop()
  }, LOOK_AGAIN_MS)
  timer.unref()
}
