import { expect, test } from 'bun:test'
import { createMetrics } from './metrics.ts'

test('counters, gauges and histograms appear on the page in the format of Prometheus', async () => {
  const metrics = createMetrics({ processMetrics: false })
  metrics.counter('usher_holds_total', 'Holds by outcome.', ['outcome']).inc({ outcome: 'held' }, 3)
  metrics.gauge('usher_queue_length', 'Commands that wait.', [], (gauge) => gauge.set(12))
  metrics.histogram('usher_commit_seconds', 'Time of a commit.').observe(0.004)
  const text = await metrics.text()
  expect(text).toContain('usher_holds_total{outcome="held"} 3')
  expect(text).toContain('usher_queue_length 12')
  expect(text).toContain('usher_commit_seconds_bucket{le="0.0025"} 0')
  expect(text).toContain('usher_commit_seconds_bucket{le="0.005"} 1')
  expect(metrics.contentType).toContain('text/plain')
})

test('timings read like a histogram of the library with the same observations', async () => {
  const seconds = [0.0001, 0.0005, 0.03, 12, 0.2]
  const [plain, quick] = [createMetrics({ processMetrics: false }), createMetrics({ processMetrics: false })]
  const histogram = plain.histogram('usher_http_seconds', 'Of requests.', ['route']).labels('/v1')
  const observe = quick.timings('usher_http_seconds', 'Of requests.').series({ route: '/v1' })
  for (const one of seconds) {
    histogram.observe(one)
    observe(one)
  }
  expect(await quick.text()).toBe(await plain.text())
})

test('a name asked for twice is one metric', () => {
  const metrics = createMetrics({ processMetrics: false })
  expect(metrics.counter('usher_x_total', 'X.')).toBe(metrics.counter('usher_x_total', 'X.'))
})

test('the process reports its memory and its event loop', async () => {
  const text = await createMetrics().text()
  expect(text).toMatch(/process_resident_memory_bytes \d/)
  expect(text).toContain('nodejs_eventloop_lag_p99_seconds')
})
