import { afterAll, beforeAll, describe, expect, spyOn, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { testDatabase, type TestDatabase } from '../../test/harness/database.ts'
import { loadConfig } from '../platform/config.ts'
import { WrongInput } from '../platform/failure.ts'
import { createShutdown } from '../platform/shutdown.ts'
import { run as exportLayout } from './export-layout.ts'
import { run as importEvents } from './import-events.ts'
import { run as importLayout } from './import-layout.ts'

let db: TestDatabase
const folder = mkdtempSync(join(tmpdir(), 'usher-import-'))
beforeAll(async () => {
  db = await testDatabase()
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await db.drop()
})

/** Runs a command as the command line does. */
async function usher<O>(run: (o: O, c: never) => Promise<number | void>, options: O) {
  const shutdown = createShutdown(() => {})
  const config = loadConfig({ DATABASE_URL: db.url, USHER_DATA_DIR: folder })
  const out: string[] = []
  const err: string[] = []
  const spies = [
    spyOn(console, 'log').mockImplementation((line: string) => void out.push(line)),
    spyOn(console, 'error').mockImplementation((line: string) => void err.push(line)),
    spyOn(process.stdout, 'write').mockImplementation(((text: string, done: () => void) => {
      out.push(text)
      done()
      return true
    }) as never),
  ]
  try {
    const code = (await run(options, { config, shutdown } as never)) ?? 0
    return { code, out, err }
  } finally {
    for (const spy of spies) spy.mockRestore()
    await shutdown.run()
  }
}

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const event = (id: string, more: object = {}) =>
  JSON.stringify({
    '@type': 'Event',
    '@id': id,
    name: `Event ${id}`,
    startDate: '2027-03-01T20:00:00',
    location: { name: 'Hall', address: { addressLocality: 'Berlin' } },
    ...more,
  })

describe('usher import events', () => {
  test('what is wrong is named by line and field, the rest is imported, and the exit code is 2', async () => {
    const path = file(
      'mixed.ndjson',
      [event('a'), 'nonsense', event('b', { startDate: 'soon' }), event('a'), event('c')].join('\n'),
    )
    const dry = await usher(importEvents, { file: path, dryRun: true })
    expect(dry).toMatchObject({
      code: 2,
      out: ['dry run, nothing changed: 5 read: 2 new, 0 changed, 0 unchanged, 3 refused'],
    })
    const real = await usher(importEvents, { file: path })
    expect(real.code).toBe(2)
    expect(real.out).toEqual(['5 read: 2 new, 0 changed, 0 unchanged, 3 refused'])
    expect(real.err).toEqual([
      expect.stringMatching(/^line 2: \$: is not JSON/),
      'line 3: startDate: "soon" is neither a date nor a time of ISO 8601',
      'line 4: @id: "a" is on line 1 already',
    ])
  })

  test('an array in gzip is the same events: nothing changes, and the exit code is 0', async () => {
    const path = file('array.json.gz', gzipSync(`[${event('a')},\n${event('c')}]`))
    expect(await usher(importEvents, { file: path })).toMatchObject({
      code: 0,
      out: ['2 read: 0 new, 0 changed, 2 unchanged, 0 refused'],
    })
  })

  test('a file that is not there and one that breaks off are said in one line', async () => {
    const missing = usher(importEvents, { file: join(folder, 'missing') })
    await expect(missing).rejects.toThrow(/^cannot read .*missing$/)
    const broken = usher(importEvents, { file: file('broken.gz', gzipSync(event('d')).subarray(0, 40)) })
    await expect(broken).rejects.toThrow(/^.*broken\.gz is cut off: .*import the whole file again$/)
    await expect(broken).rejects.toBeInstanceOf(WrongInput)
    const damaged = usher(importEvents, { file: file('damaged.gz', Buffer.from([0x1f, 0x8b, 1, 2, 3, 4])) })
    await expect(damaged).rejects.toBeInstanceOf(WrongInput)
  })

  test('a language is a BCP 47 tag, said before the file is read', async () => {
    const path = file('tongues.ndjson', event('t', { name: { '@value': 'Abend', '@language': 'klingon!' } }))
    for (const language of ['klingon!', 'english', 'default', ''])
      await expect(usher(importEvents, { file: path, language })).rejects.toThrow(
        `--language ${language}: not a language tag of BCP 47, as "en" or "de-AT" are`,
      )
    expect(await usher(importEvents, { file: path, language: 'de-at' })).toMatchObject({
      code: 2,
      err: ['line 1: name.@language: "klingon!" is no language tag of BCP 47'],
    })
  })

  test('a file that is not UTF-8, one that is no gzip, and one with nothing in it are told apart', async () => {
    const latin1 = Buffer.from(`${event('u', { name: 'Café' })}\n${event('v')}`, 'latin1')
    expect(await usher(importEvents, { file: file('latin1.ndjson', latin1) })).toMatchObject({
      code: 2,
      out: ['2 read: 1 new, 0 changed, 0 unchanged, 1 refused'],
      err: [
        expect.stringMatching(
          /^line 1: \$: has a byte that is not UTF-8 \(0xE9, byte \d+ of the record\), after: .*Caf$/,
        ),
      ],
    })
    const plain = usher(importEvents, { file: file('text.gz', event('w')) })
    await expect(plain).rejects.toThrow(/text\.gz is not gzip, whatever its name says/)
    for (const content of ['', '\n\n', '[]']) {
      const empty = usher(importEvents, { file: file('empty.ndjson', content) })
      await expect(empty).rejects.toThrow(/empty\.ndjson has no event in it$/)
      await expect(empty).rejects.toBeInstanceOf(WrongInput)
    }
  })

  test('a folder is no file, and a plan in gzip is not read', async () => {
    for (const run of [importEvents, importLayout])
      await expect(usher(run, { file: folder })).rejects.toThrow(/^\S+ is a folder: name a file in it$/)
    const packed = usher(importLayout, { file: file('hall.json.gz', gzipSync('{}')) })
    await expect(packed).rejects.toThrow(/hall\.json\.gz is gzip: unpack it first$/)
  })
})

describe('usher import layout, usher export layout', () => {
  const plan = {
    name: 'Hall',
    categories: [{ name: 'A' }],
    zones: [
      {
        position: { x: 0, y: 0 },
        rows: [
          {
            row_number: '1',
            seats: [{ seat_guid: 's1', seat_number: '1', position: { x: 5, y: 5 }, category: 'A' }],
          },
        ],
      },
    ],
  }

  test('what goes in comes out, byte for byte', async () => {
    const text = JSON.stringify(plan, null, 3)
    const imported = await usher(importLayout, { file: file('hall.json', text) })
    const hash = imported.out[0]!
    expect(hash).toMatch(/^[0-9a-f]{64}$/)
    expect(imported.err).toEqual([
      'Hall: 1 seats in 1 sections, 0 general admission areas, 1 categories (pretix format)',
    ])
    expect((await usher(exportLayout, { hash })).out.join('')).toBe(text)
    expect((await usher(exportLayout, { hash, format: 'usher' })).out.join('')).toBe(text)
  })

  test('as pretix an older plan gets a size and loses what pretix does not know; as it is it comes out unchanged', async () => {
    const seat = plan.zones[0]!.rows[0]!.seats[0]!
    const older = {
      ...plan,
      editor: 'ours',
      zones: [
        {
          position: { x: -20, y: 10 },
          displayed: true,
          rows: [
            {
              row_number: '1',
              number_of_seats: 1,
              row_number_position: 'start',
              seats: [{ ...seat, uuid: 'b7', start_direction: '>', wheelchair: true, radius: 7.6 }],
            },
          ],
          areas: [{ width: 100, height: 20.4, position: { x: 0, y: -10 }, text: 'Stage', color: '#ccc' }],
        },
      ],
    }
    const text = JSON.stringify(older)
    const { out } = await usher(importLayout, { file: file('older.json', text) })
    const [hash] = out as [string]
    for (const format of [undefined, 'usher'])
      expect((await usher(exportLayout, { hash, ...(format && { format }) })).out.join('')).toBe(text)
    const pretix = (await usher(exportLayout, { hash, format: 'pretix' })).out.join('')
    expect(JSON.parse(pretix)).toEqual({
      name: 'Hall',
      categories: [{ name: 'A' }],
      size: { width: 160, height: 51 },
      zones: [
        {
          // Moved, as it is where it is sold: it reached below zero.
          position: { x: 30, y: 10 },
          rows: [
            {
              row_number: '1',
              row_number_position: 'start',
              seats: [{ ...seat, uuid: 'b7', start_direction: '>', radius: 8 }],
            },
          ],
          areas: [
            {
              ...{ shape: 'rectangle', rectangle: { width: 100, height: 20 }, color: '#ccc' },
              ...{ position: { x: 0, y: -10 }, text: { text: 'Stage', position: { x: 0, y: 0 } } },
            },
          ],
        },
      ],
    })
    // It is the same hall: read again, every seat stands where it stood.
    const again = await usher(importLayout, { file: file('again.json', pretix), dryRun: true })
    expect(again.out).toEqual([
      'dry run, nothing changed: Hall: 1 seats in 1 sections, 0 general admission areas, 1 categories (pretix format)',
    ])
  })

  test('a byte order mark is read over and comes out again; what is not UTF-8 is refused, and so is nothing', async () => {
    const text = `\uFEFF${JSON.stringify({ ...plan, name: 'Säle' })}`
    const { out } = await usher(importLayout, { file: file('mark.json', text) })
    const [hash] = out as [string]
    expect((await usher(exportLayout, { hash })).out.join('')).toBe(text)
    const pretix = (await usher(exportLayout, { hash, format: 'pretix' })).out.join('')
    expect(JSON.parse(pretix)).toMatchObject({ name: 'Säle' })
    const latin1 = file('latin1.json', Buffer.from(`{\n"name": "Säle"}`, 'latin1'))
    await expect(usher(importLayout, { file: latin1 })).rejects.toThrow(
      /latin1\.json:2: has a byte that is not UTF-8 \(0xE4, byte 11 of the line\)$/,
    )
    const empty = usher(importLayout, { file: file('empty.json', '\n') })
    await expect(empty).rejects.toThrow(/empty\.json has nothing in it$/)
  })

  test('faults are named by their path, and nothing is stored', async () => {
    const bad = { ...plan, categories: [] }
    const refused = usher(importLayout, { file: file('bad.json', JSON.stringify(bad)) })
    await expect(refused).rejects.toThrow(
      /bad\.json: zones\[0\]\.rows\[0\]\.seats\[0\]\.category: there is no category "A"/,
    )
    const unknown = usher(exportLayout, { hash: '0'.repeat(64) })
    await expect(unknown).rejects.toThrow(/There is no layout/)
    const format = usher(exportLayout, { hash: '0'.repeat(64), format: 'svg' })
    await expect(format).rejects.toThrow('--format is one of pretix, usher')
  })
})
