// Sells an event, cancels it in processes that are killed one after the other, and checks that every order was
// refunded once and every buyer told once:
//   bun scripts/cancel-event-test.ts          2,000 tickets, 3 kills
//   bun scripts/cancel-event-test.ts 5000 6   as many of both as you like
import { cancelRun } from '../test/harness/cancel-run.ts'
import { ownServer } from '../test/harness/own-server.ts'

const DEADLINE_MS = 600_000
const POINTS = [
  'cancellation.closing:after',
  'refund.refunding:after',
  'mail:after',
  'refund.voiding:before',
  'refund.refunding:before',
  'refund.reopening:after',
  'cancellation.told:after',
]

const [tickets = '2000', count = '3'] = process.argv.slice(2)
if (!/^[1-9]\d{0,5}$/.test(tickets) || !/^[1-9]\d?$/.test(count)) {
  console.error('usage: bun scripts/cancel-event-test.ts [TICKETS] [KILLS]')
  process.exit(2)
}
// Orders have 2.5 tickets on average; each kill comes after another part of what is left.
const part = Math.max(1, Math.floor(Number(tickets) / 2.5 / (Number(count) + 1)))
const kills = Array.from({ length: Number(count) }, (_, i) => {
  const point = POINTS[i % POINTS.length]!
  return { point, times: point.startsWith('cancellation.') ? 1 : part }
})
const server = await ownServer()
let code = 1
try {
  const report = await cancelRun({
    databaseUrl: server.url,
    tickets: Number(tickets),
    kills,
    deadlineMs: DEADLINE_MS,
    onProgress: (text) => console.error(text),
  })
  const { wrong, ...figures } = report
  console.log(JSON.stringify(figures))
  for (const line of wrong) console.log(line)
  console.log(
    wrong.length === 0
      ? 'every order refunded once and in full, every buyer told once, audit clean'
      : `${wrong.length} findings`,
  )
  code = wrong.length === 0 ? 0 : 1
} finally {
  await server.close()
}
process.exit(code)
