/** Shorter sleeps are bridged by the stream's own buffer. */
const SLEPT_MS_MIN = 5_000

/** Calls back when the tab is seen again or the network is back. Returns how to stop that. */
export function onWake(wake: () => void): () => void {
  let hiddenAt = Infinity
  const seen = (): void => {
    if (document.visibilityState === 'hidden') {
      hiddenAt = Date.now()
    } else if (Date.now() - hiddenAt >= SLEPT_MS_MIN) {
      hiddenAt = Infinity
      wake()
    }
  }
  document.addEventListener('visibilitychange', seen)
  addEventListener('online', wake)
  addEventListener('pageshow', seen)
  return () => {
    document.removeEventListener('visibilitychange', seen)
    removeEventListener('online', wake)
    removeEventListener('pageshow', seen)
  }
}
