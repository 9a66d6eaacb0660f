import { QueryClient } from '@tanstack/react-query'
import { ApiError } from '../api/problem.ts'

const TRIES_MAX = 3
const WAIT_MS_MAX = 8_000

/**
 * On the server nothing is asked twice: the page has to be written. Without a network a question fails and says so
 * instead of waiting for one; when it is back, what is shown is asked again.
 */
export function createQueryClient({ retries }: { retries: boolean }): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        networkMode: 'always',
        refetchOnReconnect: true,
        retry: retries ? mayRetry : false,
        retryDelay: (count, error) =>
          error instanceof ApiError && error.retryAfterSeconds !== null
            ? Math.min(error.retryAfterSeconds * 1000, WAIT_MS_MAX)
            : Math.min(500 * 2 ** count, WAIT_MS_MAX),
      },
      mutations: { networkMode: 'always' },
    },
  })
}

/** A refusal stays one; a busy server and a lost network may answer the next time. */
function mayRetry(count: number, error: unknown): boolean {
  if (error instanceof ApiError && error.status < 500 && error.status !== 429) return false
  return count < TRIES_MAX && navigator.onLine
}
