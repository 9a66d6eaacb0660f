import { chmodSync, existsSync, linkSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Random } from '../clock.ts'
import { makeDataDir } from '../data-dir.ts'
import { WrongInput } from '../failure.ts'
import { KEY_BYTES, wrappingKey, type WrappingKeys } from './seal.ts'

const FILE_NAME = 'usher.key'

export type MasterKeyOptions = {
  /** `USHER_KEY`: 32 bytes, base64. */
  key: string | null
  /** `USHER_KEY_PREVIOUS`: opens what the key before it wrapped. */
  previous: string | null
  dataDir: string
  /** False in production: then a missing key is an error and not an invitation to make one. */
  mayGenerate: boolean
  random: Random
}

/** The keys that wrap all other keys. In development the key is made in the data folder, readable by its owner only. */
export function loadMasterKeys(options: MasterKeyOptions): WrappingKeys {
  const current = options.key === null ? fromFile(options) : parse(options.key, 'USHER_KEY')
  return {
    current: wrappingKey(current),
    ...(options.previous && { previous: wrappingKey(parse(options.previous, 'USHER_KEY_PREVIOUS')) }),
  }
}

function fromFile({ dataDir, mayGenerate, random }: MasterKeyOptions): Uint8Array {
  const file = join(dataDir, FILE_NAME)
  if (!mayGenerate) {
    throw new WrongInput(
      'USHER_KEY is not set. Make one with "openssl rand -base64 32" and keep it safe: without it nothing can be read.',
    )
  }
  if (!existsSync(file))
    writeOnce(file, `${Buffer.from(random.bytes(KEY_BYTES)).toString('base64')}\n`, dataDir)
  if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600)
  return parse(readFileSync(file, 'utf8').trim(), file)
}

// Several processes may start at once: the first link wins and everybody reads the same complete file.
function writeOnce(file: string, text: string, dataDir: string): void {
  makeDataDir(dataDir)
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, text, { mode: 0o600 })
  try {
    linkSync(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    unlinkSync(draft)
  }
}

function parse(text: string, name: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64')
  if (bytes.length !== KEY_BYTES || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) {
    throw new WrongInput(`${name} must be ${KEY_BYTES} bytes in base64, e.g. from "openssl rand -base64 32"`)
  }
  return bytes
}
