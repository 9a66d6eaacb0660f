import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, setPriority } from 'node:os'

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

/**
 * Gives one thread a processor to itself: these processes, with their threads and children, share the others. False where
 * there is no second processor, or where the system has no `taskset`: then everything goes on as it was.
 */
export function giveProcessor(thread: number, others: readonly number[]): boolean {
  const processors = availableParallelism()
  if (processors < 2) return false
  const move = (pid: number, list: string, ...options: string[]): boolean =>
    spawnSync('taskset', [...options, '-p', '-c', list, String(pid)]).status === 0
  const family = new Set<number>()
  const add = (pid: number): void => {
    family.add(pid)
    for (const task of attempt(() => readdirSync(`/proc/${pid}/task`)) ?? []) {
      const children = attempt(() => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8')) ?? ''
      for (const child of children.split(' ').filter((id) => id.trim() !== '')) add(Number(child))
    }
  }
  others.forEach(add)
  for (const pid of family) move(pid, `1-${processors - 1}`, '-a')
  if (!move(thread, '0')) return false
  // Others on the machine may still be sent there: before them it goes, where one may say so.
  spawnSync('chrt', ['--rr', '-p', '1', String(thread)])
  return true
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
