// `npm run check`: types, lint, format, arrows, unused code, lock file; all at once, what failed at the end.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installIfNeeded } from './install.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const CHECKS = [
  ['types', 'tsc', '--pretty', 'false'],
  ['lint', 'oxlint', '--format=unix'],
  ['format', 'prettier', '--check', '--log-level=warn', '--cache', '.'],
  [
    'arrows',
    'depcruise',
    ...['src', 'test', 'bench', 'scripts'].filter((folder) => existsSync(join(ROOT, folder))),
  ],
  ['unused code', 'knip', '--no-progress'],
]

installIfNeeded()
const wrong = []
await Promise.all(CHECKS.map(([what, program, ...words]) => check(what, program, words)))
for (const fault of lockFileFaults()) {
  wrong.push('lock file')
  process.stdout.write(`package-lock.json: ${fault}\n`)
}
process.stdout.write(
  wrong.length === 0 ? 'check: all is well\n' : `check: ${[...new Set(wrong)].sort().join(', ')} failed\n`,
)
process.exit(wrong.length === 0 ? 0 : 1)

async function check(what, program, words) {
  const { code, output } = await run(program, words)
  if (code === 0) return
  wrong.push(what)
  process.stdout.write(`\n── ${what} (npx ${program}) ──\n${output.trim()}\n\n`)
}

function run(program, words) {
  return new Promise((resolve) => {
    const child = spawn(join(ROOT, 'node_modules/.bin', program), words, { cwd: ROOT })
    let output = ''
    const take = (chunk) => (output += chunk)
    child.stdout.on('data', take)
    child.stderr.on('data', take)
    child.on('error', (error) => resolve({ code: 1, output: error.message }))
    child.on('close', (code) => resolve({ code: code ?? 1, output }))
  })
}

/** `npm ci` refuses a lock file without the packages for other machines, and npm leaves out what it could not find. */
function lockFileFaults() {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'))
  const faults = []
  for (const [path, { optionalDependencies = {}, resolved }] of Object.entries(packages)) {
    if (resolved) faults.push(`${path} names a download address; leave them to the user's npm`)
    for (const name of Object.keys(optionalDependencies)) {
      const there = [`${path}/node_modules/${name}`, `node_modules/${name}`].some((at) => packages[at])
      if (!there)
        faults.push(
          `${path} wants ${name}, which is missing: choose a version whose packages are all published`,
        )
    }
  }
  return faults
}
