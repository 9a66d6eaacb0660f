import { mkdirSync } from 'node:fs'
import { userInfo } from 'node:os'

/**
 * Makes the data folder for its owner alone. As root, PostgreSQL's user passes through it to its own folder; nobody but
 * root lists it.
 */
export function makeDataDir(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: userInfo().uid === 0 ? 0o711 : 0o700 })
}
