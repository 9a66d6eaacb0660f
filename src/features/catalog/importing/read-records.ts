import { createGunzip } from 'node:zlib'
import { Readable } from 'node:stream'
import { textBeforeWrongByte, wrongByteText } from '../../../shared/utf8.ts'

/** The most that one record may take, in bytes. */
export const RECORD_LENGTH_MAX = 4 * 1024 * 1024

/** How much of a record is shown before a byte that is no text, in characters. */
const CONTEXT_LENGTH = 40

/** A record with the line that it begins at, from 1; `error` where it is no JSON in UTF-8. */
export type SourceRecord = { line: number } & ({ value: unknown } | { error: string })

/**
 * Records of a file: one JSON object a line, or an array of them in any layout; plain or gzip, told by the first
 * bytes. Reads as it goes, so the file may be larger than the memory. A line that is no JSON does not stop the rest;
 * an array that is none does.
 *
 * What cuts records apart is ASCII, and no byte of another letter looks like it in UTF-8. So the file is cut as bytes,
 * a character each, and every record is decoded for itself: one that is not UTF-8 does not stop the rest either.
 */
export async function* readRecords(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<SourceRecord> {
  const text = asCharacters(await unzipped(bytes))
  let start = ''
  // By hand, because leaving a for-await loop would close the text.
  for (let next = await text.next(); !next.done; next = await text.next()) {
    start += next.value
    if (start.length > BYTE_ORDER_MARK.length && withoutMark(start).trim() !== '') break
  }
  start = withoutMark(start)
  const all = prefixed(start, text)
  yield* start.trimStart().startsWith('[') ? elements(all) : lines(all)
}

async function unzipped(bytes: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
  const iterator = bytes[Symbol.asyncIterator]()
  const first = await iterator.next()
  const rest = async function* () {
    if (!first.done) yield first.value
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value
  }
  const isGzip = !first.done && first.value[0] === 0x1f && first.value[1] === 0x8b
  if (!isGzip) return rest()
  const source = Readable.from(rest())
  const gunzip = createGunzip()
  source.on('error', (error) => gunzip.destroy(error))
  return source.pipe(gunzip) as AsyncIterable<Uint8Array>
}

/** As `asCharacters` gives it. */
const BYTE_ORDER_MARK = '\u00ef\u00bb\u00bf'

function withoutMark(start: string): string {
  return start.startsWith(BYTE_ORDER_MARK) ? start.slice(BYTE_ORDER_MARK.length) : start
}

async function* asCharacters(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  for await (const { buffer, byteOffset, byteLength } of bytes)
    yield Buffer.from(buffer, byteOffset, byteLength).toString('latin1')
}

async function* prefixed(start: string, rest: AsyncIterable<string>): AsyncGenerator<string> {
  yield start
  yield* rest
}

async function* lines(text: AsyncIterable<string>): AsyncGenerator<SourceRecord> {
  let line = 1
  let open = ''
  for await (const chunk of text) {
    const parts = (open + chunk).split('\n')
    open = parts.pop()!
    if (open.length > RECORD_LENGTH_MAX) {
      yield { line, error: `is longer than ${RECORD_LENGTH_MAX} bytes` }
      return
    }
    for (const part of parts) {
      if (part.trim() !== '') yield parse(part, line)
      line += 1
    }
  }
  if (open.trim() !== '') yield parse(open, line)
}

// Cuts the array at the commas between its elements; what is inside an element is left to JSON.parse.
async function* elements(text: AsyncIterable<string>): AsyncGenerator<SourceRecord> {
  const cut = new ElementCutter()
  for await (const chunk of text) {
    for (const record of cut.feed(chunk)) {
      yield record
      if ('error' in record && cut.isBroken) return
    }
  }
  if (!cut.isClosed) yield { line: cut.line, error: 'the file ends in the middle of the array' }
}

class ElementCutter {
  line = 1
  isClosed = false
  isBroken = false
  #depth = 0
  #inString = false
  #escaped = false
  /** After the first letter of an element: what it begins with is on its line. */
  #isInElement = false
  #element = ''
  #elementLine = 1

  feed(chunk: string): SourceRecord[] {
    const records: SourceRecord[] = []
    let from = 0
    for (let i = 0; i < chunk.length; i += 1) {
      const c = chunk[i]!
      if (c === '\n') this.line += 1
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false
        else if (c === '\\') this.#escaped = true
        else if (c === '"') this.#inString = false
        continue
      }
      if (!this.#isInElement && this.#depth === 1 && !/[ \t\r\n,\]]/.test(c)) {
        this.#isInElement = true
        this.#elementLine = this.line
      }
      if (c === '"') this.#inString = true
      else if (c === '[' || c === '{') {
        this.#depth += 1
        if (this.#depth === 1) from = i + 1
      } else if (c === ']' || c === '}') this.#depth -= 1
      if ((c === ',' && this.#depth === 1) || (c === ']' && this.#depth === 0)) {
        const element = this.#element + chunk.slice(from, i)
        this.#element = ''
        this.#isInElement = false
        from = i + 1
        if (element.trim() !== '') records.push(parse(element, this.#elementLine))
        if (this.#depth === 0) this.isClosed = true
      }
    }
    if (this.#depth > 0) this.#element += chunk.slice(from)
    if (this.#element.length > RECORD_LENGTH_MAX) {
      this.isBroken = true
      this.isClosed = true
      records.push({ line: this.#elementLine, error: `is longer than ${RECORD_LENGTH_MAX} bytes` })
    }
    return records
  }
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true })

function parse(characters: string, line: number): SourceRecord {
  const bytes = Buffer.from(characters.replace(/^[ \t\r\n]+/, ''), 'latin1')
  let text: string
  try {
    text = UTF_8.decode(bytes)
  } catch {
    const before = textBeforeWrongByte(bytes)!
    const error = wrongByteText(bytes, Buffer.byteLength(before), 'record')
    const context = before.slice(-CONTEXT_LENGTH)
    return { line, error: context === '' ? error : `${error}, after: ${context}` }
  }
  // PostgreSQL's text cannot hold it, and no name has one.
  if (text.includes('\0') || text.includes('\\u0000')) return { line, error: 'has a NUL character' }
  try {
    return { line, value: JSON.parse(text) as unknown }
  } catch (error) {
    return { line, error: `is not JSON: ${(error as Error).message}` }
  }
}
