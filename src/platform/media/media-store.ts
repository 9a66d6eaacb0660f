/**
 * Files that are served for years under names that say what is in them. One of them never changes, so whoever writes
 * the same name again changes nothing. Files in a folder are one kind; an object store fits as well.
 */
export interface MediaStore {
  /** A file that is there already counts as new from now on: `list` tells its age. */
  put(name: string, bytes: Uint8Array): Promise<void>
  /** Null: there is no such file. */
  get(name: string): Promise<MediaFile | null>
  /** In no order; half-written ones that a crash left, too. */
  list(): AsyncIterable<{ name: string; writtenAt: Date }>
  /** Unless it was put again at `before` or later: somebody is about to name it. Whether it is gone. */
  removeOld(name: string, before: Date): Promise<boolean>
}

export type MediaFile = { body: Blob | ReadableStream<Uint8Array>; bytes: number }
