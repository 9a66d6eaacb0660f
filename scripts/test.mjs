// `npm test [-- PATTERN …]`: every test there is. The last line says how many passed and failed.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installIfNeeded } from './install.mjs'
import { endWithNpm } from './npm.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const BUN = join(ROOT, 'node_modules/.bin/bun')
/** Milliseconds for one test; those that start processes and databases say so themselves where they need more. */
const TEST_MS_MAX = 30_000
/** Test files at a time: each is a process, and most talk to one PostgreSQL. */
const FILES_AT_ONCE = 2

installIfNeeded()
endWithNpm(() => process.kill(process.pid, 'SIGTERM'))
const patterns = process.argv.slice(2)
const results = [await bunTests()]
await run(BUN, ['scripts/stop-test-server.ts'])
const passed = sum('passed')
const failed = sum('failed')
process.stdout.write(`${passed} passed, ${failed} failed\n`)
process.exit(failed > 0 || passed === 0 ? 1 : 0)

/** Each file in a global object of its own, so that none leans on what another left behind. */
async function bunTests() {
  const folder = mkdtempSync(join(tmpdir(), 'usher-test-'))
  const report = join(folder, 'report.xml')
  try {
    const code = await run(BUN, [
      'test',
      `--parallel=${FILES_AT_ONCE}`,
      `--timeout=${TEST_MS_MAX}`,
      '--only-failures',
      '--reporter=junit',
      `--reporter-outfile=${report}`,
      ...(patterns.length > 0 ? patterns : ['src', 'test', 'bench', 'scripts']),
    ])
    return counted(report, code)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A run that fails without a failed test (a file that does not load, a crash) counts as one failure. */
function counted(report, code) {
  const text = existsSync(report) ? readFileSync(report, 'utf8') : ''
  const head = /<testsuites\b[^>]*>/.exec(text)?.[0] ?? ''
  const number = (name) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(head)?.[1] ?? 0)
  const failed = number('failures') + number('errors')
  return {
    passed: Math.max(0, number('tests') - failed - number('skipped')),
    failed: code !== 0 && failed === 0 ? 1 : failed,
  }
}

function run(program, words) {
  return new Promise((resolve) => {
    const child = spawn(program, words, { cwd: ROOT, stdio: 'inherit' })
    const forward = (signal) => child.kill(signal)
    process.on('SIGINT', forward).on('SIGTERM', forward)
    child.on('error', () => resolve(1))
    child.on('exit', (code) => {
      process.off('SIGINT', forward).off('SIGTERM', forward)
      resolve(code ?? 1)
    })
  })
}

function sum(name) {
  return results.reduce((total, result) => total + result[name], 0)
}
