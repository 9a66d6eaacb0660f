import { afterAll, expect, test } from 'bun:test'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { withFileLock } from './file-lock.ts'

const folder = mkdtempSync(join(tmpdir(), 'usher-lock-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('one at a time, also within a process', async () => {
  let inside = 0
  let most = 0
  const work = async (): Promise<void> => {
    inside += 1
    most = Math.max(most, inside)
    await Promise.resolve()
    inside -= 1
  }
  await Promise.all([1, 2, 3, 4, 5].map(() => withFileLock(join(folder, 'a'), 10_000, work)))
  expect(most).toBe(1)
})

test('whoever waits too long is told so; a killed holder leaves nothing behind', async () => {
  const path = join(folder, 'b')
  const holder = join(folder, 'holder.ts')
  const source = fileURLToPath(new URL('./file-lock.ts', import.meta.url))
  writeFileSync(
    holder,
    `import { withFileLock } from ${JSON.stringify(source)}
     await withFileLock(${JSON.stringify(path)}, 1_000, () => { console.log('held'); setInterval(() => {}, 1_000); return new Promise(() => {}) })`,
  )
  const child = spawn(process.execPath, [holder], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  await new Promise((resolve) => child.stdout.once('data', resolve))
  await expect(withFileLock(path, 100, () => Promise.resolve())).rejects.toThrow(/has kept .* locked/)
  child.kill('SIGKILL')
  await ended
  expect(await withFileLock(path, 5_000, () => Promise.resolve('mine'))).toBe('mine')
})
