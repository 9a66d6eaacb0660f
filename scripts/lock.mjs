// `npm run lock`: writes package-lock.json anew, away from node_modules. npm writes down only the machine's own
// packages where node_modules is already there, and `npm ci` refuses such a file on every other machine.
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'usher-lock-'))
try {
  copyFileSync(join(ROOT, 'package.json'), join(folder, 'package.json'))
  copyFileSync(join(ROOT, '.npmrc'), join(folder, '.npmrc'))
  npm(folder, ['install', '--package-lock-only', '--no-audit', '--no-fund'])
  npm(folder, ['ci', '--dry-run', '--no-audit', '--no-fund'])
  copyFileSync(join(folder, 'package-lock.json'), join(ROOT, 'package-lock.json'))
  npm(ROOT, ['install', '--no-audit', '--no-fund'])
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function npm(cwd, words) {
  const { status } = spawnSync('npm', words, { cwd, stdio: 'inherit' })
  if (status === 0) return
  process.stderr.write(
    'A package that is "Missing" above is not published in that version for every machine: choose another version.\n',
  )
  process.exitCode = 1
  throw new Error(`npm ${words.join(' ')} failed`)
}
