/** Registers the worker that opens the tickets' pages without a network: once there is something to keep. */
export function openWithoutNetwork(): void {
  if (!('serviceWorker' in navigator)) return
  navigator.serviceWorker.register('/service-worker.js').catch(() => undefined)
}
