import { mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import type { MediaFile, MediaStore } from './media-store.ts'

/** Folders hold this many letters of the names in them, so that none of them grows long. */
const FOLDER_LETTERS = 2
/** A file while it is written, or what a crash left of one. */
const HALF_WRITTEN = /\.[0-9a-f-]{36}\.part$/

/**
 * The store in a folder that all processes of the house share. `isName` decides what a name looks like; anything else
 * is not there, whatever a path might lead to.
 */
export function createFileStore(folder: string, isName: RegExp): MediaStore {
  const pathOf = (name: string): string => {
    if (!isName.test(name)) throw new Error('no name of the media store')
    return join(folder, name.slice(0, FOLDER_LETTERS), name)
  }
  const isOurs = (name: string): boolean => isName.test(name.replace(HALF_WRITTEN, ''))
  return {
    async put(name, bytes) {
      const path = pathOf(name)
      const now = new Date()
      if (await touch(path, now)) return
      await mkdir(join(folder, name.slice(0, FOLDER_LETTERS)), { recursive: true, mode: 0o700 })
      const half = `${path}.${crypto.randomUUID()}.part`
      try {
        const file = await open(half, 'wx', 0o600)
        try {
          await file.writeFile(bytes)
          // The event is told of the file only when a power cut cannot take it away again.
          await file.sync()
        } finally {
          await file.close()
        }
        await rename(half, path)
      } catch (error) {
        await rm(half, { force: true })
        throw error
      }
    },

    async get(name): Promise<MediaFile | null> {
      if (!isName.test(name)) return null
      const body = Bun.file(pathOf(name))
      // Its size is read here; what is sent later is the same file, because nobody ever writes it again.
      return (await body.exists()) ? { body, bytes: body.size } : null
    },

    async *list() {
      for (const part of await namesIn(folder)) {
        for (const name of await namesIn(join(folder, part))) {
          if (!isOurs(name)) continue
          const found = await stat(join(folder, part, name)).catch(() => null)
          if (found?.isFile()) yield { name, writtenAt: found.mtime }
        }
      }
    },

    async removeOld(name, before) {
      if (!isOurs(name)) return false
      const path = join(folder, name.slice(0, FOLDER_LETTERS), name)
      // Out of the way before its age is read: whoever puts it from here on writes a file of their own.
      const aside = `${path.replace(HALF_WRITTEN, '')}.${crypto.randomUUID()}.part`
      if (!(await moved(path, aside))) return false
      const isNew = (await stat(aside)).mtime >= before
      await (isNew ? rename(aside, path) : rm(aside, { force: true }))
      return !isNew
    },
  }
}

async function touch(path: string, at: Date): Promise<boolean> {
  return utimes(path, at, at).then(
    () => true,
    () => false,
  )
}

async function moved(from: string, to: string): Promise<boolean> {
  return rename(from, to).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false
      throw error
    },
  )
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => [])
}
