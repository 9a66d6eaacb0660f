import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
// Not in node_modules, which npm ci removes.
const LOCK = join(ROOT, '.installing')
const NODE_MAJOR_MIN = 20
const LOOK_AGAIN_MS = 200

/**
 * Installs what package-lock.json names, where node_modules has not got just that. Plain Node, no dependency: it is
 * the first thing that runs in a fresh clone. Two at once are safe: the second waits for the first.
 */
export function installIfNeeded() {
  const major = Number(process.versions.node.split('.')[0])
  if (major < NODE_MAJOR_MIN)
    fail(`Node ${NODE_MAJOR_MIN} or later is needed, this is ${process.versions.node}`)
  if (isInstalled()) return
  let told = false
  while (!takeLock()) {
    if (!told) process.stderr.write('Waiting for another process that installs dependencies …\n')
    told = true
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_AGAIN_MS)
    if (isInstalled()) return
  }
  try {
    if (!isInstalled()) install()
  } finally {
    rmSync(LOCK, { force: true })
  }
}

function install() {
  process.stderr.write('Installing dependencies (once, and after they change) …\n')
  npm(['ci', '--no-audit', '--no-fund'])
  // Where the user's npm does not run install scripts, the binaries that they fetch or link are missing.
  if (!bunRuns()) npm(['rebuild', '--ignore-scripts=false', '--no-audit', '--no-fund'])
  if (!bunRuns()) fail('the runtime (npm package "bun") was installed but does not run on this machine')
}

/** Whether every package of the lock file is there in its version; packages for other machines need not be. */
function isInstalled() {
  try {
    const wanted = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).packages
    const there = JSON.parse(readFileSync(join(ROOT, 'node_modules/.package-lock.json'), 'utf8')).packages
    return (
      existsSync(join(ROOT, 'node_modules/.bin/bun')) &&
      Object.entries(wanted).every(([path, { version, optional }]) => {
        if (path === '') return true
        return there[path] ? there[path].version === version : optional === true
      })
    )
  } catch {
    return false
  }
}

function bunRuns() {
  return spawnSync(join(ROOT, 'node_modules/.bin/bun'), ['--version'], { stdio: 'ignore' }).status === 0
}

/** npm's own output goes to standard error: what a command prints may be piped. */
function npm(words) {
  const done = spawnSync('npm', words, {
    cwd: ROOT,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  })
  if (done.error) fail(`npm is needed to install the dependencies: ${done.error.message}`)
  if (done.status !== 0) fail(`"npm ${words.join(' ')}" failed; its messages are above`)
}

function takeLock() {
  try {
    writeFileSync(LOCK, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
    // Left behind by an installation that was killed.
    if (!isAlive(holder())) rmSync(LOCK, { force: true })
    return false
  }
}

function holder() {
  try {
    return Number(readFileSync(LOCK, 'utf8'))
  } catch {
    return 0
  }
}

function isAlive(pid) {
  if (pid === 0) return true
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function fail(message) {
  process.stderr.write(`usher: ${message}\n`)
  process.exit(1)
}
