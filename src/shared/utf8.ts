/**
 * The text before the first byte that is not UTF-8; null where all of it is. A text that stands for a wrong byte
 * (U+FFFD) is right by itself, so it says nothing about where that is.
 */
export function textBeforeWrongByte(bytes: Uint8Array): string | null {
  if (decoded(bytes, {}) !== null) return null
  // Up to here all is right, but for a letter that may go on.
  let right = 0
  let wrong = bytes.length + 1
  while (wrong - right > 1) {
    const middle = (right + wrong) >> 1
    if (decoded(bytes.subarray(0, middle), { stream: true }) === null) wrong = middle
    else right = middle
  }
  return decoded(bytes.subarray(0, right), { stream: true })
}

function decoded(bytes: Uint8Array, options: TextDecodeOptions): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, options)
  } catch {
    return null
  }
}

/** "has a byte that is not UTF-8 (0xE9, byte 10 of the line)". `start`: where the line begins. */
export function wrongByteText(bytes: Uint8Array, offset: number, ofWhat: string, start = 0): string {
  const value = bytes[offset]!.toString(16).toUpperCase().padStart(2, '0')
  return `has a byte that is not UTF-8 (0x${value}, byte ${offset - start + 1} of the ${ofWhat})`
}
