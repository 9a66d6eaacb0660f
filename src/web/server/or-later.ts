import { ApiError } from '../api/problem.ts'

/** Seconds after which what could not be read is worth another try. */
export const RETRY_SECONDS = 2

/** What is made of the API's answers and is no page; where the API has none at this moment, says so (503). */
export async function orLater(made: Promise<Response | null>): Promise<Response | null> {
  try {
    return await made
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 503) throw error
    return new Response('This could not be made in time. Try again in a moment.\n', {
      status: 503,
      headers: {
        'content-type': 'text/plain; charset=utf-8',
        'cache-control': 'no-store',
        'retry-after': String(RETRY_SECONDS),
      },
    })
  }
}
