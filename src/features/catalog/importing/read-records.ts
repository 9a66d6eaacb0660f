import { createGunzip } from 'node:zlib'
import { Readable } from 'node:stream'

/** The most that one record may take, in characters. */
export const RECORD_LENGTH_MAX = 4 * 1024 * 1024

/** A record with the line that it begins at, from 1; `error` where it is no JSON. */
export type SourceRecord = { line: number } & ({ value: unknown } | { error: string })

/**
 * Records of a file: one JSON object a line, or an array of them in any layout; plain or gzip, told by the first
 * bytes. Reads as it goes, so the file may be larger than the memory. A line that is no JSON does not stop the rest;
 * an array that is none does.
 */
export async function* readRecords(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<SourceRecord> {
  const text = decode(await unzipped(bytes))
  let start = ''
  // By hand, because leaving a for-await loop would close the text.
  for (let next = await text.next(); !next.done; next = await text.next()) {
    start += next.value
    if (start.trim() !== '') break
  }
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

async function* decode(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  for await (const chunk of bytes) yield decoder.decode(chunk, { stream: true })
  yield decoder.decode()
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
      yield { line, error: `is longer than ${RECORD_LENGTH_MAX} characters` }
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
      if (c === '"') this.#inString = true
      else if (c === '[' || c === '{') {
        this.#depth += 1
        if (this.#depth === 1) from = i + 1
        if (this.#depth === 2) this.#elementLine = this.line
      } else if (c === ']' || c === '}') this.#depth -= 1
      if ((c === ',' && this.#depth === 1) || (c === ']' && this.#depth === 0)) {
        const element = this.#element + chunk.slice(from, i)
        this.#element = ''
        from = i + 1
        if (element.trim() !== '') records.push(parse(element, this.#elementLine))
        if (this.#depth === 0) this.isClosed = true
      }
    }
    if (this.#depth > 0) this.#element += chunk.slice(from)
    if (this.#element.length > RECORD_LENGTH_MAX) {
      this.isBroken = true
      this.isClosed = true
      records.push({ line: this.#elementLine, error: `is longer than ${RECORD_LENGTH_MAX} characters` })
    }
    return records
  }
}

function parse(text: string, line: number): SourceRecord {
  // PostgreSQL's text cannot hold it, and no name has one.
  if (text.includes('\0') || text.includes('\\u0000')) return { line, error: 'has a NUL character' }
  try {
    return { line, value: JSON.parse(text) as unknown }
  } catch (error) {
    return { line, error: `is not JSON: ${(error as Error).message}` }
  }
}
