import { mkdirSync } from 'node:fs'
import { userInfo } from 'node:os'
import { WrongInput } from './failure.ts'

/**
 * Makes the data folder for its owner alone. As root, PostgreSQL's user passes through it to its own folder; nobody but
 * root lists it.
 */
export function makeDataDir(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: userInfo().uid === 0 ? 0o711 : 0o700 })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const why = code === 'EEXIST' ? 'is not a folder' : `cannot be made: ${message}`
    throw new WrongInput(`USHER_DATA_DIR: ${folder} ${why}`, { cause: error })
  }
}
