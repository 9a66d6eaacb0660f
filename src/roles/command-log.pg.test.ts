import { afterAll, beforeAll, expect, spyOn, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { OPERATOR_TOKEN, testApp, type TestApp } from '../../test/harness/app.ts'
import { createShutdown } from '../platform/shutdown.ts'
import { run as apply } from './apply.ts'
import { run as importEvents } from './import-events.ts'
import { run as keysRotate } from './keys-rotate.ts'
import { run as operatorAdd } from './operator-add.ts'
import { run as operatorRemove } from './operator-remove.ts'
import { run as organiserAdd } from './organiser-add.ts'
import { run as refunds } from './refunds.ts'

let house: TestApp
const folder = mkdtempSync(join(tmpdir(), 'usher-log-'))
beforeAll(async () => {
  house = await testApp()
})
afterAll(async () => {
  await house.stop()
  rmSync(folder, { recursive: true })
})

/** Runs a command beside the server; what went wrong is thrown as it is. */
async function usher<O>(run: (o: O, c: never) => Promise<number | void>, options: O): Promise<void> {
  const shutdown = createShutdown(() => {})
  const spies = (['log', 'error'] as const).map((name) => spyOn(console, name).mockImplementation(() => {}))
  try {
    await run(options, { config: house.app.config, shutdown } as never)
  } finally {
    for (const spy of spies) spy.mockRestore()
    await shutdown.run()
  }
}

type Row = { action: string; phase: string; status: number | null; target: Record<string, string> }
/** What the log has since: the oldest first. */
async function logged(work: () => Promise<unknown>): Promise<Row[]> {
  const rows = async () =>
    (await house.call('GET', '/v1/operator/log?limit=100', { token: OPERATOR_TOKEN })).json.items
  const [newest] = await rows()
  await work()
  return (await rows())
    .filter(({ n }: { n: number }) => n > (newest?.n ?? 0))
    .toReversed()
    .map(({ action, phase, status, target, staff_id }: Row & { staff_id: string }) => {
      expect(staff_id).toBe('00000000-0000-0000-0000-000000000001')
      return { action, phase, status, target }
    })
}

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

const CONCERT = {
  ...{ '@context': 'https://schema.org', '@type': 'MusicEvent', '@id': 'https://example.org/1' },
  ...{ name: 'A concert', startDate: '2090-05-04T20:00:00+02:00' },
  location: {
    ...{ '@type': 'Place', name: 'Hall' },
    address: { '@type': 'PostalAddress', addressLocality: 'Vienna', addressCountry: 'AT' },
  },
}

test('what the command line changes stands in the log of operators, before it acts and after it', async () => {
  const added = await logged(() => usher(organiserAdd, { name: 'City Opera' }))
  expect(added).toMatchObject([
    { action: 'usher organiser add', phase: 'begun', status: null },
    { action: 'usher organiser add', phase: 'answered', status: 0 },
  ])
  const member = await logged(() =>
    usher(operatorAdd, { name: 'Ada', role: 'catalog,sales', organiser: 'city-opera' }),
  )
  expect(member.at(-1)).toMatchObject({
    action: 'usher operator add',
    status: 0,
    target: { roles: 'catalog,sales', staff_id: expect.any(String) },
  })
  expect(JSON.stringify(member)).not.toContain('Ada')
  const removed = await logged(() => usher(operatorRemove, { name: 'Ada' }))
  expect(removed.at(-1)!.target).toEqual({ staff_id: member.at(-1)!.target.staff_id! })
  for (const [action, work] of [
    ['usher keys rotate', () => usher(keysRotate, { purpose: 'link' })],
    ['usher refunds --retry', () => usher(refunds, { retry: true })],
    ['usher import events', () => usher(importEvents, { file: file('one.ndjson', JSON.stringify(CONCERT)) })],
  ] as const) {
    const rows = await logged(work)
    expect(rows.map(({ phase, status }) => [phase, status])).toEqual([
      ['begun', null],
      ['answered', 0],
    ])
    expect(rows[0]!.action).toBe(action)
  }
})

test('usher apply is in it once it changes something, not while it only shows what it would', async () => {
  const { eventId } = house
  const yaml = file('event.yaml', `event_id: "${eventId}"\nname: An evening\n`)
  expect(await logged(() => usher(apply, { file: yaml, dryRun: true }))).toEqual([])
  const rows = await logged(() => usher(apply, { file: yaml, yes: true }))
  expect(rows).toEqual([
    { action: 'usher apply', phase: 'begun', status: null, target: { event_id: eventId } },
    { action: 'usher apply', phase: 'answered', status: 0, target: { event_id: eventId } },
  ])
  expect(await logged(() => usher(apply, { file: yaml, yes: true }))).toEqual([])
})

test('a command that fails is in it with what it exited with', async () => {
  const rows = await logged(() =>
    usher(operatorAdd, { name: 'Grace', role: 'sales' })
      .then(() => usher(operatorAdd, { name: 'Grace', role: 'sales' }))
      .catch(() => {}),
  )
  expect(rows.map(({ status }) => status)).toEqual([null, 0, null, 2])
})
