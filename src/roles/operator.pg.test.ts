import { afterAll, beforeAll, describe, expect, spyOn, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { testDatabase, type TestDatabase } from '../../test/harness/database.ts'
import { loadConfig } from '../platform/config.ts'
import { createShutdown } from '../platform/shutdown.ts'
import { openAccount } from './open-account.ts'
import { run as rewrapKeys } from './keys-rewrap.ts'
import { run as rotateKeys } from './keys-rotate.ts'
import { run as addOperator } from './operator-add.ts'
import { run as listOperators } from './operator-list.ts'
import { run as removeOperator } from './operator-remove.ts'
import { run as addOrganiser } from './organiser-add.ts'
import { run as listOrganisers } from './organiser-list.ts'

let db: TestDatabase
const dataDir = mkdtempSync(join(tmpdir(), 'usher-operator-'))
beforeAll(async () => {
  db = await testDatabase()
})
afterAll(async () => {
  rmSync(dataDir, { recursive: true })
  await db.drop()
})

/** Runs a command as the command line does; the lines on standard output. */
async function usher<O>(run: (o: O, c: never) => Promise<number | void>, options: O): Promise<string[]> {
  const shutdown = createShutdown(() => {})
  const config = loadConfig({ DATABASE_URL: db.url, USHER_DATA_DIR: dataDir })
  const lines: string[] = []
  const out = spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line))
  const err = spyOn(console, 'error').mockImplementation(() => {})
  try {
    await run(options, { config, shutdown } as never)
  } finally {
    out.mockRestore()
    err.mockRestore()
    await shutdown.run()
  }
  return lines
}

describe('operators', () => {
  test('the token that add prints lets its owner in, until they are removed', async () => {
    const [token, ...nothing] = await usher(addOperator, { name: 'ada', role: 'sales, scanner' })
    expect(nothing).toEqual([])
    const shutdown = createShutdown(() => {})
    const config = loadConfig({ DATABASE_URL: db.url, USHER_DATA_DIR: dataDir })
    const { account } = await openAccount(config, shutdown)
    const request = new Request('http://usher/', { headers: { authorization: `Bearer ${token!}` } })
    expect((await account.authenticate(request))?.roles.toSorted()).toEqual(['sales', 'scanner'])
    await shutdown.run()

    expect(await usher(listOperators, {})).toEqual([
      expect.stringMatching(/\tada\tsales,scanner\twhole house$/),
    ])
    expect(await usher(removeOperator, { name: 'ada' })).toHaveLength(1)
    expect(await usher(listOperators, {})).toEqual([])
  })

  test('a wrong role, no role, a taken name and an unknown name are wrong input', async () => {
    await usher(addOperator, { name: 'bob', role: 'admin' })
    await expect(usher(addOperator, { name: 'bob', role: 'admin' })).rejects.toThrow(
      'there is an operator "bob"',
    )
    await expect(usher(addOperator, { name: 'eve', role: 'king' })).rejects.toThrow('there is no role "king"')
    await expect(usher(addOperator, { name: 'eve' })).rejects.toThrow('say what they may do')
    await expect(usher(addOperator, { name: ' ', role: 'admin' })).rejects.toThrow('the name must have')
    await expect(usher(removeOperator, { name: 'eve' })).rejects.toThrow('there is no operator "eve"')
  })
})

describe('organisers', () => {
  test('staff are added to one by its short name or its id, and to no other', async () => {
    const [id] = await usher(addOrganiser, { name: 'Théâtre de la Ville' })
    const [made] = await usher(addOrganiser, { name: 'City Opera', slug: 'opera' })
    expect(await usher(listOrganisers, {})).toEqual([
      `${made}\topera\tCity Opera`,
      `${id}\ttheatre-de-la-ville\tThéâtre de la Ville`,
      '00000000-0000-7000-8000-000000000001\tdefault\tUsher',
    ])
    await usher(addOperator, { name: 'door-1', role: 'scanner', organiser: 'theatre-de-la-ville' })
    await usher(addOperator, { name: 'door-2', role: 'scanner', organiser: made! })
    const listed = await usher(listOperators, {})
    expect(listed.filter((line) => line.includes('door'))).toEqual([
      expect.stringMatching(new RegExp(`\tdoor-1\tscanner\t${id}$`)),
      expect.stringMatching(new RegExp(`\tdoor-2\tscanner\t${made}$`)),
    ])
  })

  test('an organiser that is not there is refused with those that are', async () => {
    for (const organiser of ['3', '', '00000000-0000-7000-8000-000000000009']) {
      await expect(usher(addOperator, { name: 'nobody', role: 'admin', organiser })).rejects.toThrow(
        `there is no organiser "${organiser}"; there are opera (City Opera, `,
      )
    }
    expect((await usher(listOperators, {})).join()).not.toContain('nobody')
    await expect(usher(addOrganiser, { name: 'Opera' })).rejects.toThrow('there is an organiser "opera"')
    await expect(usher(addOrganiser, { name: '歌剧院' })).rejects.toThrow('give one by --slug')
    await expect(usher(addOrganiser, { name: 'x', slug: 'No Way' })).rejects.toThrow('is no short name')
  })
})

test('keys rotate by purpose, and people are moved to a new USHER_KEY', async () => {
  expect((await usher(rotateKeys, { purpose: 'session' }))[0]).toContain('within a minute')
  await expect(usher(rotateKeys, { purpose: 'contact' })).rejects.toThrow(
    'there are no "contact" keys to rotate',
  )
  expect(await usher(rewrapKeys, {})).toEqual([expect.stringContaining("0 people's keys moved")])
})
