import { readFile } from 'node:fs/promises'
import { WrongInput } from '../platform/failure.ts'
import { textBeforeWrongByte, wrongByteText } from '../shared/utf8.ts'
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
    const offset = Buffer.byteLength(textBeforeWrongByte(bytes)!)
    const start = offset === 0 ? 0 : bytes.lastIndexOf('\n', offset - 1) + 1
    const line = bytes.subarray(0, offset).toString('latin1').split('\n').length
    throw new WrongInput(`${file}:${line}: ${wrongByteText(bytes, offset, 'line', start)}`, { cause: error })
  }
}
