import { WrongInput } from '../platform/failure.ts'
import { isRefusal } from '../shared/errors.ts'
import type { Run } from './command.ts'
import { openCatalog } from './open-catalog.ts'

const FORMATS = ['pretix', 'usher'] as const

/** `usher export layout HASH`: what was imported, byte for byte, on standard output; another format where asked for. */
export const run: Run<{ hash: string; format?: string }> = async ({ hash, format }, { config, shutdown }) => {
  const known = FORMATS.find((name) => name === format)
  if (format !== undefined && !known) throw new WrongInput(`--format is one of ${FORMATS.join(', ')}`)
  const { catalog } = await openCatalog(config, shutdown)
  const text = await catalog.exportLayout(hash, known)
  if (isRefusal(text)) throw new WrongInput(text.detail)
  await new Promise<void>((resolve, reject) =>
    process.stdout.write(text, (error) => (error ? reject(error) : resolve())),
  )
}
