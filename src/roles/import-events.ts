import { createReadStream } from 'node:fs'
import { access, constants, open, stat } from 'node:fs/promises'
import { importEvents, languageTag, type ImportSummary } from '../features/catalog/index.ts'
import { Failure, WrongInput } from '../platform/failure.ts'
import { startProgress } from '../platform/progress.ts'
import { oneLine } from '../platform/one-line.ts'
import type { Run } from './command.ts'
import { inLog } from './log-command.ts'
import { openCatalog } from './open-catalog.ts'

/** Faults that are printed one by one; the rest is only counted. */
const FAULTS_SHOWN_MAX = 100

/**
 * `usher import events FILE`: schema.org events, one JSON object a line or an array, plain or gzip. Idempotent by
 * `@id`. When some records were refused it says which and why, imports the others and exits with 2.
 */
export const run: Run<{ file: string; dryRun?: boolean; language?: string; pictures?: boolean }> = async (
  { file, dryRun = false, language: givenLanguage = 'en', pictures = true },
  { config, shutdown },
) => {
  const language = languageTag(givenLanguage)
  if (language === null)
    throw new WrongInput(`--language ${givenLanguage}: not a language tag of BCP 47, as "en" or "de-AT" are`)
  await mustBeReadable(file)
  if (file.endsWith('.gz') && !(await isGzip(file)))
    throw new WrongInput(
      `${file} is not gzip, whatever its name says: give it another one if it is plain text`,
    )
  const { catalog, database } = await openCatalog(config, shutdown)
  const progress = startProgress('importing events', null)
  let shown = 0
  const show = (kind: string) => (fault: { line: number; field: string; message: string }) => {
    shown += 1
    if (shown > FAULTS_SHOWN_MAX) return
    console.error(oneLine(`${kind}line ${fault.line}: ${fault.field}: ${fault.message}`))
  }
  const importFile = (): Promise<ImportSummary> =>
    importEvents(createReadStream(file), {
      language,
      withoutPictures: !pictures,
      save: (drafts) => catalog.save(drafts, { actor: 'import', dryRun }),
      onFault: show(''),
      onWarning: show('warning: '),
      onProgress: ({ read }) => progress.at(read),
    }).catch((error: unknown) => {
      throw isFileFault(error) ? fileFault(file, error as NodeError) : error
    })
  const summary = await (dryRun ? importFile() : inLog(database, 'import events', importFile))
  progress.end()
  if (summary.read === 0) throw new WrongInput(`${file} has no event in it`)
  if (shown > FAULTS_SHOWN_MAX) console.error(`… and ${shown - FAULTS_SHOWN_MAX} more`)
  const { read, added, changed, unchanged, refused } = summary
  console.log(
    `${dryRun ? 'dry run, nothing changed: ' : ''}${read} read: ${added} new, ${changed} changed, ${unchanged} unchanged, ${refused} refused`,
  )
  if (summary.pictures > 0) console.log(pictureLine(summary.pictures, config.picturesFetch, dryRun))
  return refused > 0 ? 2 : 0
}

function pictureLine(count: number, fetches: boolean, dryRun: boolean): string {
  if (!fetches) return `${count} name a picture, which is not fetched: PICTURES_FETCH is off`
  return `${count} name a picture, which ${dryRun ? 'would be' : 'is'} fetched by the running server in the background`
}

export async function mustBeReadable(file: string): Promise<void> {
  await access(file, constants.R_OK).catch(() => {
    throw new WrongInput(`cannot read ${file}`)
  })
  if ((await stat(file)).isDirectory()) throw new WrongInput(`${file} is a folder: name a file in it`)
}

async function isGzip(file: string): Promise<boolean> {
  const handle = await open(file)
  try {
    const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0)
    return buffer[0] === 0x1f && buffer[1] === 0x8b
  } finally {
    await handle.close()
  }
}

type NodeError = Error & { code?: unknown }

// What the machine refuses is a failure; what cannot be unpacked is another file than was meant.
function fileFault(file: string, cause: NodeError): Error {
  const words = inWords(file, cause)
  return /^E[A-Z]+$/.test(String(cause.code))
    ? new Failure(words, { cause })
    : new WrongInput(words, { cause })
}

function inWords(file: string, { code, message }: NodeError): string {
  // What a gzip file says that ends too early.
  if (code === 'Z_BUF_ERROR')
    return `${file} is cut off: what was imported before stays; import the whole file again`
  return `${file}: ${message}`
}

// Reading and unpacking fail with a code of their own; what else goes wrong is ours.
function isFileFault(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' && /^(Z_|E[A-Z]+$|ERR_ZLIB)/.test(code)
}
