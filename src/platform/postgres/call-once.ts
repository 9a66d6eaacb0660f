import type pg from 'pg'
import type { Database, Statement } from './database.ts'

export type Called<Row> =
  /** `warned`: the server added a warning, e.g. that a synchronous standby did not confirm a commit. */
  | { kind: 'answered'; rows: Row[]; warned: boolean }
  /** The server refused the statement with this SQLSTATE; nothing of it happened. */
  | { kind: 'refused'; code: string; error: unknown }
  /** There was no connection to send it on: nothing of it happened, and nothing will. */
  | { kind: 'unsent'; error: unknown }
  /** Nobody knows whether it happened, or may still happen. */
  | { kind: 'unanswered'; error: unknown }

/** Milliseconds: until a connection must be free or made, and until the answer must be there. */
export type CallLimits = { connectMsMax: number; answerMsMax: number }

/**
 * Sends one statement of which it matters whether it happened, and says what is known of it: never sent twice, and a
 * connection that did not answer in time is given up with whatever it may still bring.
 */
export async function callOnce<Row>(
  database: Database,
  statement: Statement,
  values: readonly unknown[],
  { connectMsMax, answerMsMax }: CallLimits,
): Promise<Called<Row>> {
  let client: pg.PoolClient
  const connecting = database.pool.connect()
  try {
    client = await withDeadline(connecting, connectMsMax, 'connection')
  } catch (error) {
    // It may still come: then somebody else can have it.
    connecting.then(
      (late) => late.release(),
      () => {},
    )
    return { kind: 'unsent', error }
  }
  let warned = false
  let broken: Error | undefined
  const onNotice = (notice: { severity?: string | undefined }): void => {
    if (notice.severity === 'WARNING') warned = true
  }
  const onError = (error: Error): void => {
    broken = error
  }
  client.on('notice', onNotice)
  client.on('error', onError)
  try {
    const query = client.query({ ...statement, values: values as unknown[] })
    const { rows } = await withDeadline(query, answerMsMax, 'answer')
    return { kind: 'answered', rows: rows as Row[], warned }
  } catch (error) {
    const code = refusalCode(error)
    if (code !== null) return { kind: 'refused', code, error }
    broken ??= error instanceof Error ? error : new Error(String(error))
    return { kind: 'unanswered', error }
  } finally {
    client.off('notice', onNotice)
    client.off('error', onError)
    client.release(broken)
  }
}

// Classes 08 (connection), 53 (resources), 57 (operator) and 58 (system) say nothing about the statement; neither does
// what is not from the server at all.
function refusalCode(error: unknown): string | null {
  const { code, severity } = error as { code?: unknown; severity?: unknown }
  if (typeof code !== 'string' || typeof severity !== 'string') return null
  return /^(08|53|57|58)/.test(code) ? null : code
}

async function withDeadline<T>(work: Promise<T>, milliseconds: number, what: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no ${what} within ${milliseconds} ms`)), milliseconds)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
