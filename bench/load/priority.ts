import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { setPriority } from 'node:os'

/**
 * Lets a process, its threads and its children wait for others (0 to 19). Linux has priorities for threads, and beside
 * them one for a whole session, which the process has to lead; where neither is to be had, everything goes on as it was.
 */
export function yieldTo(pid: number, niceness: number): void {
  attempt(() => writeFileSync(`/proc/${pid}/autogroup`, String(niceness)))
  for (const thread of attempt(() => readdirSync(`/proc/${pid}/task`)) ?? []) {
    attempt(() => setPriority(Number(thread), niceness))
    const children = attempt(() => readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8')) ?? ''
    for (const child of children.split(' ').filter((id) => id.trim() !== '')) yieldTo(Number(child), niceness)
  }
}

/** The same for the threads of one process alone. */
export function yieldThreads(pid: number, niceness: number): void {
  for (const thread of attempt(() => readdirSync(`/proc/${pid}/task`)) ?? [])
    attempt(() => setPriority(Number(thread), niceness))
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
