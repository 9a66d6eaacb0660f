// Kills what sells, again and again under load, and checks every answer that a client got against the database:
//   bun scripts/crash-test.ts process 40     kills one of three processes, 40 times
//   bun scripts/crash-test.ts postgres 20    kills the database server, 20 times
import { crashRun } from '../test/harness/crash-run.ts'
import { ownServer } from '../test/harness/own-server.ts'

const [victim = 'process', count = '20'] = process.argv.slice(2)
if ((victim !== 'process' && victim !== 'postgres') || !/^[1-9]\d{0,3}$/.test(count)) {
  console.error('usage: bun scripts/crash-test.ts process|postgres [KILLS]')
  process.exit(2)
}
const server = await ownServer()
let code = 1
try {
  const report = await crashRun({
    url: server.url,
    kills: Number(count),
    everyMs: victim === 'process' ? 1_500 : 3_000,
    ...(victim === 'postgres' && { kill: (round) => (round % 4 === 3 ? server.restart() : server.kill()) }),
    onProgress: (kills, acknowledged) => console.error(`${kills} of ${count} kills, ${acknowledged} holds`),
  })
  const { wrong, ...figures } = report
  console.log(JSON.stringify(figures))
  for (const line of wrong) console.log(line)
  console.log(wrong.length === 0 ? 'nothing acknowledged was lost, audit clean' : `${wrong.length} findings`)
  code = wrong.length === 0 ? 0 : 1
} finally {
  await server.close()
}
process.exit(code)
