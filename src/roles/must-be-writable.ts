import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { WrongInput } from '../platform/failure.ts'

/** Said of the file that an option names before work that may take an hour, not after it. */
export function mustBeWritable(option: string, file: string): void {
  const refuse = (why: string): never => {
    throw new WrongInput(`${option} ${file}: ${why}`)
  }
  const folder = dirname(file)
  if (!existsSync(folder)) refuse(`there is no folder ${folder}`)
  if (existsSync(file) && statSync(file).isDirectory()) refuse('is a folder')
  if (!isAllowed(existsSync(file) ? file : folder, constants.W_OK)) refuse('cannot be written')
}

export function isAllowed(path: string, mode: number): boolean {
  try {
    accessSync(path, mode)
    return true
  } catch {
    return false
  }
}
