import type { Api } from './client.ts'
import { read } from './client.ts'
import { isApiError } from './problem.ts'

let starting: Promise<void> | null = null

/**
 * Runs a call that needs a buyer. The session is an HttpOnly cookie, so the page learns that there is none from a 401;
 * it then starts a guest's and asks once more. Only one is started, also by several calls and tabs at once: two would
 * be two buyers, and the first one's seats would be somebody else's.
 *
 * `const reservation = await asBuyer(api, () => read(api.POST('/v1/reservations', { body })))`
 */
export async function asBuyer<T>(api: Api, call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    if (!isApiError(error, 'unauthorized')) throw error
    starting ??= startSession(api).finally(() => (starting = null))
    await starting
    return call()
  }
}

async function startSession(api: Api): Promise<void> {
  const begin = async (): Promise<void> => {
    // Another tab may have started one while this one waited for the lock.
    const known = await api.GET('/v1/bookings', { params: { query: { limit: 1 } } })
    if (known.response.status === 401) await read(api.POST('/v1/sessions', { body: { cookie: true } }))
  }
  await (typeof navigator !== 'undefined' && navigator.locks
    ? navigator.locks.request('usher-session', begin)
    : begin())
}
