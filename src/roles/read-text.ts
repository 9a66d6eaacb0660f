import { readFile } from 'node:fs/promises'
import { WrongInput } from '../platform/failure.ts'
import { mustBeReadable } from './import-events.ts'

/** A file in UTF-8, its byte order mark with it. */
export async function readText(file: string, bytesMax = Infinity): Promise<string> {
  await mustBeReadable(file)
  const bytes = await readFile(file)
  if (bytes.length > bytesMax) throw new WrongInput(`${file} is larger than ${bytesMax} bytes`)
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) throw new WrongInput(`${file} is gzip: unpack it first`)
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    const [before] = bytes.toString('utf8').split('\uFFFD', 1) as [string]
    throw new WrongInput(`${file}:${before.split('\n').length}: has a byte that is not UTF-8`, {
      cause: error,
    })
  }
}
