import { Database } from 'bun:sqlite'
import { Failure } from './failure.ts'

/** Milliseconds between two tries at a lock that somebody else has. */
const RETRY_MS = 25

/**
 * Runs `work` while no other process (and no other caller in this one) is inside a lock on the same file.
 *
 * The lock is SQLite's, and so the operating system's: it ends with the process, however that ends. A lock file
 * with a process id in it would be left behind by SIGKILL and then be mistaken for somebody else's.
 */
export async function withFileLock<T>(path: string, waitMsMax: number, work: () => Promise<T>): Promise<T> {
  const started = performance.now()
  for (;;) {
    const lock = tryLock(path)
    if (lock) {
      try {
        return await work()
      } finally {
        lock.close(true)
      }
    }
    if (performance.now() - started > waitMsMax) {
      throw new Failure(`another process has kept ${path} locked for ${Math.round(waitMsMax / 1000)} s`)
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
  }
}

function tryLock(path: string): Database | null {
  const lock = new Database(path, { create: true })
  try {
    lock.run('PRAGMA busy_timeout = 0')
    lock.run('BEGIN EXCLUSIVE')
    return lock
  } catch (error) {
    lock.close(true)
    if ((error as { code?: string }).code?.startsWith('SQLITE_BUSY')) return null
    throw error
  }
}
