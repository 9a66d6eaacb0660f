import { expect, test } from 'bun:test'
import { ticketLimit } from './ticket-limit.ts'

const NOW = Date.parse('2027-02-01T10:00:00Z')
const limits = { tickets_per_buyer: 6 } as Parameters<typeof ticketLimit>[0]['limits']
const phase = (access: 'open' | 'code', ends_at: string | null, tickets_per_buyer: number | null) =>
  ({ id: access, starts_at: null, ends_at, access, tickets_per_buyer, price_from: null }) as const

test('a person may have what the event allows, the open phase that runs, or the code that is in force', () => {
  const over = phase('open', '2027-02-01T10:00:00Z', 1)
  const friends = phase('code', null, 2)
  expect(ticketLimit({ limits, phases: [] }, null, NOW)).toBe(6)
  expect(ticketLimit({ limits, phases: [over, friends] }, null, NOW)).toBe(6)
  expect(ticketLimit({ limits, phases: [over, friends, phase('open', null, 4)] }, null, NOW)).toBe(4)
  expect(ticketLimit({ limits, phases: [phase('open', null, 9)] }, null, NOW)).toBe(6)
  expect(ticketLimit({ limits, phases: [phase('open', null, 1)] }, { max: 2 }, NOW)).toBe(2)
})
