import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MEDIA_NAME } from '../../shared/picture.ts'
import { createFileStore } from './file-store.ts'

const root = mkdtempSync(join(tmpdir(), 'usher-media-'))
afterAll(() => rmSync(root, { recursive: true }))
const folder = join(root, 'media')
const store = createFileStore(folder, MEDIA_NAME)

const LATER = new Date('2100-01-01')
const nameOf = (letter: string): string => `${letter.repeat(64)}-480.webp`
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const read = async (name: string): Promise<string | undefined> => {
  const file = await store.get(name)
  return file ? await new Response(file.body).text() : undefined
}
const names = async (): Promise<string[]> => (await Array.fromAsync(store.list())).map(({ name }) => name)

test('what was put can be read, and a name keeps its first bytes', async () => {
  await store.put(nameOf('a'), bytes('one'))
  await store.put(nameOf('a'), bytes('another'))
  expect(await read(nameOf('a'))).toBe('one')
  expect((await store.get(nameOf('a')))?.bytes).toBe(3)
  expect(await names()).toEqual([nameOf('a')])
  expect(statSync(join(folder, 'aa', nameOf('a'))).mode & 0o077).toBe(0)
})

test('nothing outside the folder can be named, read, written or removed', async () => {
  writeFileSync(join(root, 'secret'), 'secret')
  for (const name of ['../secret', '../../secret', '/etc/passwd', 'aa', '', `${nameOf('a')}/../../secret`]) {
    expect(await store.get(name)).toBeNull()
    expect(await store.removeOld(name, LATER)).toBe(false)
    expect(await store.put(name, bytes('x')).catch((error: Error) => error.message)).toContain('no name')
  }
  expect(readdirSync(root).toSorted()).toEqual(['media', 'secret'])
})

test('putting what is there makes it new again, so that it is not cleared while an event is about to name it', async () => {
  const old = new Date('2020-01-01')
  utimesSync(join(folder, 'aa', nameOf('a')), old, old)
  await store.put(nameOf('a'), bytes('one'))
  const [file] = await Array.fromAsync(store.list())
  expect(file!.writtenAt.getTime()).toBeGreaterThan(old.getTime())
})

test('what was put again since it was listed is not removed', async () => {
  const old = new Date('2020-01-01')
  utimesSync(join(folder, 'aa', nameOf('a')), old, old)
  const before = new Date(Date.now() - 60_000)
  await store.put(nameOf('a'), bytes('one'))
  expect(await store.removeOld(nameOf('a'), before)).toBe(false)
  expect(await read(nameOf('a'))).toBe('one')
  expect(await names()).toEqual([nameOf('a')])
})

test('what a crash left half written is listed and can be removed, and is never read', async () => {
  const half = `${nameOf('a')}.${crypto.randomUUID()}.part`
  writeFileSync(join(folder, 'aa', half), 'half')
  writeFileSync(join(folder, 'aa', 'note.txt'), 'somebody’s')
  expect((await names()).toSorted()).toEqual([nameOf('a'), half].toSorted())
  expect(await store.get(half)).toBeNull()
  for (const name of [half, nameOf('a')]) expect(await store.removeOld(name, LATER)).toBe(true)
  for (const name of [nameOf('a'), 'note.txt']) expect(await store.removeOld(name, LATER)).toBe(false)
  expect(readdirSync(join(folder, 'aa'))).toEqual(['note.txt'])
})
