import { expect, test } from 'bun:test'
import { manualClock } from '../../test/harness/clock.ts'
import { startProgress } from './progress.ts'

test('on a terminal one line is written over, ten times a second at most', () => {
  const clock = manualClock()
  let text = ''
  const progress = startProgress('importing events', 5_393, {
    terminal: true,
    write: (more) => (text += more),
    monotonic: () => clock.monotonic(),
  })
  progress.at(1)
  expect(text).toBe('')
  clock.advance(100)
  progress.at(1_200)
  progress.at(1_201)
  expect(text).toBe('importing events 1,200 of 5,393 (22 %)')
  progress.end('5,393 events')
  expect(text).toEndWith(`\r${' '.repeat(38)}\r5,393 events\n`)
})

test('in a log there is a whole line every five seconds, also without a known total', () => {
  const clock = manualClock()
  const lines: string[] = []
  const progress = startProgress('reading', null, {
    terminal: false,
    write: (line) => lines.push(line),
    monotonic: () => clock.monotonic(),
  })
  for (let second = 1; second <= 11; second += 1) {
    clock.advance(1_000)
    progress.at(second)
  }
  expect(lines).toEqual(['reading 5\n', 'reading 10\n'])
})
