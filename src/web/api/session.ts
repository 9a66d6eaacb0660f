import type { Api } from './client.ts'
import { read } from './client.ts'
import { isApiError } from './problem.ts'

/** Until when this device has a session, in milliseconds: the cookie itself no script can read. */
const UNTIL = 'usher.session'

let starting: Promise<void> | null = null

/**
 * Runs a call that needs a buyer, after starting a guest's session where this device has none. Where it is wrong about
 * that (storage that was cleared, a session that was ended elsewhere), the session that there is stays, or the call is
 * made once more with a new one.
 *
 * `const reservation = await asBuyer(api, () => read(api.POST('/v1/reservations', { body })))`
 */
export async function asBuyer<T>(api: Api, call: () => Promise<T>): Promise<T> {
  if (!hasSession()) await start(api)
  try {
    return await call()
  } catch (error) {
    if (!isApiError(error, 'unauthorized')) throw error
    forgetSession()
    await start(api)
    return call()
  }
}

/**
 * Whether there is a buyer here; nobody becomes one by being asked. A device that remembers its session is believed, so
 * a call as that buyer can be refused all the same.
 */
export async function isBuyer(api: Api, signal: AbortSignal): Promise<boolean> {
  return hasSession() || (await read(api.GET('/v1/sessions', { signal, cache: 'no-store' }))).user_id !== null
}

/** It was ended here: the next call that needs a buyer starts another. */
export function forgetSession(): void {
  localStorage.removeItem(UNTIL)
}

function hasSession(): boolean {
  return Number(localStorage.getItem(UNTIL)) > Date.now()
}

/**
 * Only one is started, also by several calls and tabs at once: two would be two buyers, and the first one's seats would be
 * somebody else's. Whoever comes second keeps what the first one got.
 */
function start(api: Api): Promise<void> {
  const begin = async (): Promise<void> => {
    if (hasSession()) return
    const session = await read(api.POST('/v1/sessions', { body: { cookie: true, keep: true } }))
    localStorage.setItem(UNTIL, String(Date.now() + session.expires_in * 1000))
  }
  starting ??= (
    typeof navigator !== 'undefined' && navigator.locks
      ? navigator.locks.request('usher-session', begin)
      : begin()
  ).finally(() => (starting = null))
  return starting
}
