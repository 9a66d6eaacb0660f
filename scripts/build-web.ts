// Builds the pages' scripts and styles into dist/web, with a compressed copy of each file; "--if-needed" does nothing
// where the last build was made from the same sources. Run by "npm run build" and by a server that starts.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants } from 'node:zlib'
import { build } from 'vite'
import { withFileLock } from '../src/platform/file-lock.ts'

process.env.NODE_ENV = 'production'
const ROOT = fileURLToPath(new URL('..', import.meta.url))
const OUT = join(ROOT, 'dist/web')
const STAMP = join(OUT, 'sources.txt')
const SOURCES = ['src/web', 'src/shared', 'vite.config.ts', 'package-lock.json']
const NOT_BUILT = /(\.test\.tsx?|\.ttf)$|^src\/web\/(server|posters\/fonts)\//
const COMPRESSED = /\.(js|css|svg|json|webmanifest|txt|map)$/
/** Another process may be building the same. */
const WAIT_MS_MAX = 120_000

const started = performance.now()
mkdirSync(join(ROOT, 'dist'), { recursive: true })
await withFileLock(join(ROOT, 'dist/.build-lock'), WAIT_MS_MAX, async () => {
  const sources = hashOfSources()
  if (process.argv.includes('--if-needed') && lastBuilt() === sources) return
  process.stderr.write('Building the web pages (once, and after they change) …\n')
  await build({ root: ROOT, configFile: join(ROOT, 'vite.config.ts'), logLevel: 'warn' })
  for (const file of filesBelow(OUT)) compress(join(OUT, file))
  writeFileSync(STAMP, sources)
  process.stderr.write(`Built the web pages in ${((performance.now() - started) / 1000).toFixed(1)} s.\n`)
})

function lastBuilt(): string | null {
  return existsSync(STAMP) ? readFileSync(STAMP, 'utf8') : null
}

function hashOfSources(): string {
  const hash = createHash('sha256')
  for (const source of SOURCES) {
    const files = statSync(join(ROOT, source)).isDirectory()
      ? filesBelow(join(ROOT, source)).map((file) => `${source}/${file}`)
      : [source]
    for (const file of files.filter((f) => !NOT_BUILT.test(f)).toSorted()) {
      hash.update(`${file}\n`).update(readFileSync(join(ROOT, file)))
    }
  }
  return hash.digest('hex')
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
}

function compress(path: string): void {
  if (!COMPRESSED.test(path)) return
  const bytes = readFileSync(path)
  // Files are compressed once and read often: this library tries harder than zlib, for four percent less.
  writeFileSync(`${path}.gz`, Bun.gzipSync(bytes, { level: 12, library: 'libdeflate' }))
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length }
  writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params }))
}
