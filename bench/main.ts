// `npm run bench -- NAME`: measures Usher beside its rivals and writes bench/results/NAME.json and NAME.svg.
import { fileURLToPath } from 'node:url'
import { Command, InvalidArgumentError, Option } from 'commander'
import { isMet, type Result } from './figures.ts'
import { benchHolds, PARTS, type Part } from './holds.ts'
import { wrkIsThere } from './load/wrk.ts'
import { printResult, writeResult } from './report.ts'
import { benchSearch, EVENTS_DEFAULT } from './search/bench.ts'
import { benchReads } from './reads.ts'
import { benchSubscribers } from './subscribers.ts'

const ROUNDS = 3

const program = new Command('bench')
  .description('Measures Usher beside the designs that it departs from, on this machine and in one session.')
  .showHelpAfterError('(run "npm run bench -- --help" for what there is)')

program
  .command('holds')
  .description(
    'holds and refusals a second, time to sold out, latency: Usher, textbook servers, the bare server',
  )
  .option('--quick', 'a rough answer in about a minute; writes no results', false)
  .option('--rounds <n>', 'interleaved runs of every system', atLeastOne)
  .addOption(new Option('--only <parts...>', 'only these parts').choices(PARTS))
  .addHelpText(
    'after',
    `
The full run takes three quarters of an hour on two cores and wants a machine that does nothing else. It needs wrk
(apt install wrk, brew install wrk) and about 4 GB below the folder for temporary files (TMPDIR).

Examples:
  npm run bench -- holds
  npm run bench -- holds --quick
  npm run bench -- holds --only refusals goodput --rounds 1`,
  )
  .action(holds)

program
  .command('small-events')
  .argument('[events]', 'how many are on sale', '20000')
  .argument('[holds]', 'how many are spread over them', '40000')
  .description('memory of one process that sells many small events at once')
  .action((...given: string[]) => runFile('small-events.ts', given.slice(0, 2)))

program
  .command('search')
  .description(
    'how well what people type is found (nDCG@10, beside LIKE and plain full text), and how quickly',
  )
  .option('--million', 'also a million events: latency, size and build time; a quarter of an hour', false)
  .option('--events <n>', 'as --million, with another number of events', atLeastOne)
  .option('--quick', 'writes no results', false)
  .action(search)

program
  .command('subscribers')
  .description(
    'many people watching one event live: latency, memory and CPU time of each, everybody cut at once',
  )
  .option('--subscribers <n>', 'how many watch', atLeastOne, 10_000)
  .option('--rounds <n>', 'interleaved runs of every system', atLeastOne, 3)
  .option('--quick', '1,000 subscribers and one round; writes no results', false)
  .action(subscribers)

program
  .command('reads')
  .description('what everybody reads in a rush from memory, beside constants of the same size')
  .option('--rounds <n>', 'interleaved runs of every address', atLeastOne, 3)
  .option('--quick', 'a rough answer in a minute; writes no results', false)
  .action(reads)

program
  .command('seat-map')
  .option('--url <url>', 'a running server instead of one of its own')
  .option('--event <id>', 'an event of that server')
  .description('the seat map on a slow device: first map, main thread and raster a frame while seats change')
  .action(() => runFile('seat-map.ts', process.argv.slice(3)))

await program.parseAsync()

async function runFile(name: string, words: string[]): Promise<void> {
  const file = fileURLToPath(new URL(name, import.meta.url))
  const child = Bun.spawn([process.execPath, file, ...words], { stdio: ['ignore', 'inherit', 'inherit'] })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
  process.exit(await child.exited)
}

async function reads(options: { rounds: number; quick: boolean }): Promise<void> {
  if (!wrkIsThere()) fail('wrk, the load generator, is not installed: apt install wrk, or brew install wrk')
  const rounds = options.quick ? 1 : options.rounds
  const seconds = options.quick ? 2 : 4
  await run(
    (stopped, note) => benchReads({ rounds, seconds, stopped, note }),
    !options.quick && options.rounds >= 3,
  )
}

async function subscribers(options: { subscribers: number; rounds: number; quick: boolean }): Promise<void> {
  await run(
    (stopped, note) =>
      benchSubscribers({
        subscribers: options.quick ? 1_000 : options.subscribers,
        rounds: options.quick ? 1 : options.rounds,
        changes: options.quick ? 8 : 20,
        ...{ stopped, note },
      }),
    !options.quick && options.subscribers === 10_000 && options.rounds >= 3,
  )
}

/** Prints what was measured and writes it when the run was whole; the exit code tells whether every claim is met. */
async function run(
  bench: (stopped: Promise<never>, note: (line: string) => void) => Promise<Result>,
  isWhole: boolean,
): Promise<void> {
  const startedMs = performance.now()
  // A signal ends the run through the same door as an error: what was started is stopped.
  const stopped = new Promise<never>((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => reject(new Error('stopped')))
  })
  try {
    const result = await bench(stopped, (line) =>
      console.error(`${minutes(performance.now() - startedMs)}  ${line}`),
    )
    printResult(result)
    if (isWhole) console.log(`written to ${await writeResult(result)}/${result.name}.json and .svg`)
    else console.log('not written: only the full run is')
    process.exit(result.claims.every(isMet) ? 0 : 3)
  } catch (error) {
    fail((error as Error).message)
  }
}

async function search(options: { million: boolean; events?: number; quick: boolean }): Promise<void> {
  const startedMs = performance.now()
  const result = await benchSearch({
    events: options.events ?? (options.million ? EVENTS_DEFAULT : null),
    note: (line) => console.error(`${minutes(performance.now() - startedMs)}  ${line}`),
  })
  printResult(result)
  console.log(`found badly (nDCG@10 below 0.5): ${result.failed.join(' · ')}`)
  const isWhole = options.million && options.events === undefined && !options.quick
  if (isWhole) console.log(`written to ${await writeResult(result)}/${result.name}.json and .svg`)
  else console.log('not written: only --million is')
  process.exit(result.claims.every(isMet) ? 0 : 3)
}

async function holds(options: { quick: boolean; rounds?: number; only?: Part[] }): Promise<void> {
  if (!wrkIsThere()) fail('wrk, the load generator, is not installed: apt install wrk, or brew install wrk')
  const startedMs = performance.now()
  // A signal ends the run through the same door as an error: what was started is stopped.
  const stopped = new Promise<never>((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => reject(new Error('stopped')))
  })
  try {
    const result = await benchHolds({
      quick: options.quick,
      rounds: options.rounds ?? (options.quick ? 1 : ROUNDS),
      parts: options.only ?? (options.quick ? PARTS.filter((part) => part !== 'latency') : PARTS),
      stopped,
      note: (line) => console.error(`${minutes(performance.now() - startedMs)}  ${line}`),
    })
    printResult(result)
    if (options.quick || options.only) console.log('not written: only the full run is')
    else console.log(`written to ${await writeResult(result)}/${result.name}.json and .svg`)
    process.exit(result.claims.every(isMet) ? 0 : 3)
  } catch (error) {
    fail((error as Error).message)
  }
}

function atLeastOne(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('Give a whole number from 1.')
  return value
}

function minutes(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

function fail(message: string): never {
  console.error(`bench: ${message}`)
  process.exit(1)
}
