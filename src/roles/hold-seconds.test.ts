import { expect, test } from 'bun:test'
import { readFileSpec } from '../features/controls/index.ts'
import { loadConfig } from '../platform/config.ts'
import { HOLD_SECONDS_MAX, HOLD_SECONDS_MIN } from '../shared/hold-seconds.ts'

test('a hold may be as short and as long in the configuration as in the description of an event', () => {
  const inConfig = (seconds: number): boolean => {
    try {
      return loadConfig({ HOLD_SECONDS: String(seconds) }).holdSeconds === seconds
    } catch {
      return false
    }
  }
  const inFile = (seconds: number): boolean => 'spec' in readFileSpec(`limits: { hold_seconds: ${seconds} }`)
  for (const seconds of [HOLD_SECONDS_MIN, HOLD_SECONDS_MAX])
    expect([seconds, inConfig(seconds), inFile(seconds)]).toEqual([seconds, true, true])
  for (const seconds of [0, 1, HOLD_SECONDS_MIN - 1, HOLD_SECONDS_MAX + 1])
    expect([seconds, inConfig(seconds), inFile(seconds)]).toEqual([seconds, false, false])
})
