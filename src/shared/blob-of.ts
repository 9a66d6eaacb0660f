const blobs = new WeakMap<Uint8Array, Blob>()

/**
 * The bytes as a body that many answers share. Of bytes the runtime makes a copy for each answer: for seven megabytes
 * that took four times as long as sending them, and memory for every reader.
 */
export function blobOf(bytes: Uint8Array<ArrayBufferLike>): Blob {
  let blob = blobs.get(bytes)
  if (!blob) blobs.set(bytes, (blob = new Blob([bytes as Uint8Array<ArrayBuffer>])))
  return blob
}
