import { expect, test } from 'bun:test'
import { createShutdown } from './shutdown.ts'

test('what came last stops first, once, and a failure does not keep the rest from stopping', async () => {
  const order: string[] = []
  const faults: string[] = []
  const shutdown = createShutdown((what) => faults.push(what))
  shutdown.add('database', () => void order.push('database'))
  shutdown.add('mail', () => Promise.reject(new Error('away')))
  shutdown.add('server', async () => {
    await Promise.resolve()
    order.push('server')
  })
  await Promise.all([shutdown.run(), shutdown.run()])
  expect(order).toEqual(['server', 'database'])
  expect(faults).toEqual(['mail'])
})

test('a request for the end is seen by everybody who waits for it', async () => {
  const shutdown = createShutdown(() => {})
  const seen = Promise.all([shutdown.requested, shutdown.requested])
  shutdown.request()
  await seen
})
