/** Control characters, line ends among them, and the marks that turn the direction of what follows. */
const UNPRINTED = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu
const SHORT: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** Somebody else's text as one line that moves no terminal: what is not printed is written as in JSON (`\u001b`). */
export function oneLine(text: string): string {
  return text.replace(
    UNPRINTED,
    (character) => SHORT[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
