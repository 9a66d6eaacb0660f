import type { ErrorCode } from '../../shared/errors.ts'

/** A refusal of the API (application/problem+json). Look at `code`, never at text. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: ErrorCode
  readonly status: number
  /** The whole problem document: `seat_ids`, `alternatives`, `version` … */
  readonly problem: Record<string, unknown>
  /** From Retry-After, or null. */
  readonly retryAfterSeconds: number | null

  constructor(status: number, problem: Record<string, unknown>, retryAfterSeconds: number | null) {
    super(typeof problem['detail'] === 'string' ? problem['detail'] : `HTTP ${status}`)
    this.status = status
    this.code = (problem['code'] as ErrorCode | undefined) ?? (status >= 500 ? 'unavailable' : 'malformed')
    this.problem = problem
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** No answer came: the network is away, or the server is. Whether the request took effect is not known. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError'
}

export function isApiError(error: unknown, code?: ErrorCode): error is ApiError {
  return error instanceof ApiError && (code === undefined || error.code === code)
}
