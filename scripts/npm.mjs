/** Milliseconds between two looks. */
const LOOK_AGAIN_MS = 250

// Now, and not after an installation that npm may not live to see.
const parent = process.ppid

/**
 * Calls `stop` when npm is gone: a killed npm says nothing to its script. (The scripts in package.json begin with
 * `exec`, because the shell between npm and its script would neither pass a signal on nor end.)
 */
export function endWithNpm(stop) {
  if (!process.env.npm_lifecycle_event) return
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    stop()
  }, LOOK_AGAIN_MS)
  timer.unref()
}
