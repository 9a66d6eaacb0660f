import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What the build left for a page's head: addresses of its script, its style sheets and what they will ask for. */
export type PageAssets = {
  script: string
  /** Runs before it, where a page has something to begin at once. */
  early: string | null
  /** What every page looks like, to be written into it: the first paint waits for nothing else. */
  style: string
  /** A page's own, beside that. */
  styles: string[]
  preloads: string[]
  fonts: string[]
}

export type Assets = {
  /** For the page whose component is in `source`, e.g. "src/web/pages/home/page.tsx". */
  forPage(source: string | null): PageAssets
  /** SHA-256 of the style that is written into pages, as a content security policy names it. */
  styleHash: string
  /** A built file, compressed as the client takes it; null: there is none of that name. */
  serve(path: string, request: Request): Response | null
}

type Chunk = {
  file: string
  css?: string[]
  imports?: string[]
  assets?: string[]
  isEntry?: boolean
  src?: string
}
type File = {
  type: string
  raw: Uint8Array
  gz: Uint8Array | null
  br: Uint8Array | null
  etag: string
  hashed: boolean
}

const TYPES: Record<string, string> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  ico: 'image/x-icon',
  woff2: 'font/woff2',
  json: 'application/json',
  webmanifest: 'application/manifest+json',
  txt: 'text/plain; charset=utf-8',
}
const FOR_EVER = 'public, max-age=31536000, immutable'
const FOR_A_DAY = 'public, max-age=86400, stale-while-revalidate=604800'
const ENTRY = 'src/web/client.tsx'
const EARLY: Record<string, string> = { 'src/web/pages/seats/page.tsx': 'src/web/map-start.ts' }
/** The fonts that every page sets its first words in. */
const FIRST_FONTS = /\/(inter|bricolage)-latin-(?!ext-)[^/]*\.woff2$/

/** Reads the build into memory: some hundred kilobytes, each file with the copies that were compressed with it. */
export function readAssets(folder: string): Assets {
  const manifest = JSON.parse(readFileSync(join(folder, '.vite/manifest.json'), 'utf8')) as Record<
    string,
    Chunk
  >
  const files = new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter(
        (path) =>
          TYPES[extension(path)] !== undefined && !path.includes('/.vite/') && !path.endsWith('sources.txt'),
      )
      .map((path) => [path.slice(folder.length), readFile(path)] as const),
  )
  const fonts = [...files.keys()].filter((path) => FIRST_FONTS.test(path))
  const pages = new Map<string | null, PageAssets>()
  const style = (manifest[ENTRY]?.css ?? [])
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n')
    .trim()
  return {
    forPage(source) {
      let found = pages.get(source)
      if (!found) pages.set(source, (found = pageAssets(manifest, source, { fonts, style })))
      return found
    },
    styleHash: `sha256-${createHash('sha256').update(style).digest('base64')}`,
    serve(path, request) {
      const file = files.get(path)
      return file ? sendFile(file, request) : null
    },
  }
}

function pageAssets(
  manifest: Record<string, Chunk>,
  source: string | null,
  { fonts, style }: { fonts: string[]; style: string },
): PageAssets {
  const entry = manifest[ENTRY]
  if (!entry) throw new Error(`the build has no ${ENTRY}`)
  const chunks = new Set<Chunk>()
  const add = (chunk: Chunk | undefined): void => {
    if (!chunk || chunks.has(chunk)) return
    chunks.add(chunk)
    for (const name of chunk.imports ?? []) add(manifest[name])
  }
  // First in the list of what to fetch: it is small, and what it begins takes longest.
  const early = manifest[EARLY[source ?? ''] ?? '']
  add(early)
  add(entry)
  if (source !== null) add(manifest[source])
  const all = [...chunks]
  return {
    script: `/${entry.file}`,
    early: early ? `/${early.file}` : null,
    style,
    styles: [...new Set(all.flatMap((chunk) => chunk.css ?? []))]
      .filter((file) => !entry.css?.includes(file))
      .map((file) => `/${file}`),
    preloads: all.filter((chunk) => chunk !== entry && chunk !== early).map((chunk) => `/${chunk.file}`),
    fonts,
  }
}

function readFile(path: string): File {
  const raw = readFileSync(path)
  const copy = (suffix: string): Uint8Array | null =>
    existsSync(path + suffix) ? readFileSync(path + suffix) : null
  return {
    type: TYPES[extension(path)]!,
    raw,
    gz: copy('.gz'),
    br: copy('.br'),
    etag: `W/"${createHash('sha256').update(raw).digest('base64url').slice(0, 22)}"`,
    hashed: path.includes('/assets/'),
  }
}

function sendFile(file: File, request: Request): Response {
  const headers: Record<string, string> = {
    'content-type': file.type,
    'cache-control': file.hashed ? FOR_EVER : FOR_A_DAY,
    etag: file.etag,
    vary: 'accept-encoding',
  }
  if (request.headers.get('if-none-match') === file.etag) return new Response(null, { status: 304, headers })
  const accepted = request.headers.get('accept-encoding') ?? ''
  const [encoding, body] =
    file.br && /\bbr\b/.test(accepted)
      ? (['br', file.br] as const)
      : file.gz && /\bgzip\b/.test(accepted)
        ? (['gzip', file.gz] as const)
        : ([null, file.raw] as const)
  if (encoding) headers['content-encoding'] = encoding
  return new Response(body as Uint8Array<ArrayBuffer>, { headers })
}

function extension(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1)
}
