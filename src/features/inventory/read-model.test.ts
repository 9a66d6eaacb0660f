import { expect, test } from 'bun:test'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { smallHall, smallRules } from '../../../test/harness/small-hall.ts'
import { systemClock } from '../../platform/clock.ts'
import { applyChange } from './changes.ts'
import { compileHall } from './hall.ts'
import { ReadModel } from './read-model.ts'
import { EventState } from './state.ts'

const layout = smallHall(10, 20, { standing: 50 })
const hall = compileHall('hall', layout)
const state = new EventState('1')
applyChange(state, { k: 'open', layout: 'hall', seats: 200, areas: [50], rules: smallRules({}) })
state.version = 1
for (let seat = 0; seat < 200; seat++) state.statuses[seat] = seat % 4

test('the whole list says of every seat what the filtered one says', () => {
  const documents = new ReadModel(systemClock)
  const document = documents.seatList(state, hall, 0)
  const whole = JSON.parse(new TextDecoder().decode(document.body)) as unknown
  expect(whole).toEqual(JSON.parse(JSON.stringify(documents.seatsWhere(state, hall, {}).json)))
})

test('comes in the encoding that was asked for, made once', async () => {
  const document = new ReadModel(systemClock).seatList(state, hall, 0)
  const [gzipped, brotli] = await Promise.all([document.encoded('gzip'), document.encoded('br')])
  expect(gunzipSync(gzipped).equals(document.body)).toBe(true)
  expect(brotliDecompressSync(brotli).equals(document.body)).toBe(true)
  expect(document.encoded('gzip')).toBe(gzipped)
  expect(document.encoded('br')).toBe(brotli)
  expect(document.encoded('identity')).toBe(document.body)
})
