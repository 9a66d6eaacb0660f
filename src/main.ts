import { createReadStream, readFileSync } from 'node:fs'
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { loadConfig } from './platform/config.ts'
import { Failure, WrongInput } from './platform/failure.ts'
import { Outage } from './platform/postgres/database.ts'
import { createShutdown, onSignals, type Shutdown } from './platform/shutdown.ts'
import type { Command as CommandDefinition, Run } from './roles/command.ts'
import { COMMANDS, GROUPS } from './roles/commands.ts'
import { mustBeThere } from './roles/house-there.ts'
import { oneLine } from './platform/one-line.ts'

const EXIT = { ok: 0, failure: 1, wrongInput: 2, interrupted: 130 } as const

process.exitCode = await main(process.argv.slice(2))
process.exit()

/** Reads the command, runs its role, stops what the role started; the exit code. */
async function main(words: string[]): Promise<number> {
  const shutdown = createShutdown((what, error) => complain(`${what}: ${(error as Error).message}`))
  const started: Promise<number>[] = []
  const program = new Command('usher')
  program
    .description('A ticket booking engine that sells every seat exactly once.')
    .version(
      (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string })
        .version,
    )
    .exitOverride()
    .configureOutput({
      outputError: (text) =>
        complain(
          oneLine(
            text
              .trim()
              .replace(/^error: /, '')
              .split('\n')
              .join(' '),
          ),
        ),
    })
    .showSuggestionAfterError(true)
    .addHelpText('after', `\nRun "usher COMMAND --help" for its options and examples.`)
  for (const definition of COMMANDS) {
    register(program, definition, (options) => {
      started.push(perform(definition, options, shutdown))
    })
  }
  try {
    if (words.length === 0) {
      program.outputHelp()
      return EXIT.ok
    }
    const group = words.length === 1 && program.commands.find((command) => command.name() === words[0])
    if (group && group.commands.length > 0) {
      const names = group.commands.map((command) => command.name()).join(', ')
      throw new WrongInput(
        `${words[0]} needs one of its commands: ${names}; "usher ${words[0]} --help" explains them`,
      )
    }
    program.parse(words, { from: 'user' })
    return (await started[0]) ?? EXIT.ok
  } catch (error) {
    // Help and version end by an exception too, with 0.
    return error instanceof CommanderError
      ? error.exitCode === 0
        ? EXIT.ok
        : EXIT.wrongInput
      : report(error)
  }
}

async function perform(definition: CommandDefinition, options: object, shutdown: Shutdown): Promise<number> {
  onSignals(
    () => shutdown.request(),
    () => process.exit(EXIT.interrupted),
  )
  endWithLauncher(shutdown)
  const work = async (): Promise<number> => {
    const config = loadConfig()
    if (definition.needsHouse) mustBeThere(config)
    const { run } = await definition.load()
    return (await (run as Run<object>)(options, { config, shutdown })) ?? EXIT.ok
  }
  let isEnding = false
  const asked = shutdown.requested.then(() => {
    isEnding = true
    return definition.staysUp ? EXIT.ok : EXIT.interrupted
  })
  // What fails because the floor is taken away under it is no fault.
  const done = work().catch((error: unknown) => (isEnding ? asked : report(error)))
  const code = await Promise.race([done, asked])
  await shutdown.run()
  return code
}

/** Where the launcher passed a pipe, its end means that the launcher is gone, however that happened. */
function endWithLauncher(shutdown: Shutdown): void {
  const descriptor = Number(process.env.USHER_LAUNCHER_FD)
  if (!descriptor) return
  createReadStream('', { fd: descriptor })
    .on('close', () => shutdown.request())
    .on('error', () => shutdown.request())
    .resume()
}

function register(program: Command, definition: CommandDefinition, start: (options: object) => void): void {
  const words = definition.usage.split(' ')
  const names = words.filter((word) => !/^[<[]/.test(word))
  const parameters = words.filter((word) => /^[<[]/.test(word))
  let parent = program
  for (const name of names.slice(0, -1)) {
    parent =
      parent.commands.find((command) => command.name() === name) ??
      addGroup(parent, name).exitOverride().copyInheritedSettings(program)
  }
  const command = parent.command([names.at(-1), ...parameters].join(' ')).description(definition.summary)
  for (const [flags, description, fallback] of definition.options ?? [])
    command.option(flags, description, onlyOnce(), fallback)
  command.addHelpText(
    'after',
    `\nExamples:\n${definition.examples.map((example) => `  usher ${example}`).join('\n')}`,
  )
  const parameterNames = parameters.map((parameter) => camelCase(parameter.replace(/[<>[\].]/g, '')))
  command.action((...given: unknown[]) => {
    const named = Object.fromEntries(parameterNames.map((name, i) => [name, given[i]]))
    start({ ...named, ...command.opts() })
  })
}

function addGroup(parent: Command, name: string): Command {
  const examples = COMMANDS.filter(({ usage }) => usage.startsWith(`${name} `)).map((one) => one.examples[0])
  return parent
    .command(name)
    .description(GROUPS[name]!)
    .addHelpText('after', `\nExamples:\n${examples.map((example) => `  usher ${example}`).join('\n')}`)
}

/** Reads an option's value. Who names it twice means both, and one would be lost in silence. */
function onlyOnce(): (value: string) => string {
  let isGiven = false
  return (value) => {
    if (isGiven) throw new InvalidArgumentError('It is given twice.')
    isGiven = true
    return value
  }
}

function camelCase(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
}

function report(error: unknown): number {
  if (error instanceof WrongInput) {
    for (const line of error.lines) complain(oneLine(line))
    return EXIT.wrongInput
  }
  const plain = outsideFault(error)
  const stack = plain === null && !(error instanceof Failure) && error instanceof Error && error.stack
  const said = plain ?? (stack || (error instanceof Error ? error.message : String(error)))
  complain(said.split('\n').map(oneLine).join('\n'))
  return EXIT.failure
}

/** What the machine refused (a folder, a file, a port) or the database, in one line; null for anything else. */
function outsideFault(error: unknown): string | null {
  const { code, path } = error as { code?: unknown; path?: unknown }
  if (error instanceof Outage) return `${error.message}: ${(error.cause as Error | undefined)?.message ?? ''}`
  if (code === 'EADDRINUSE') return 'the port is in use: stop what listens there, or set PORT to another one'
  if (typeof code !== 'string' || !/^E(ACCES|PERM|NOENT|NOTDIR|ISDIR|EXIST|NOSPC|ROFS)$/.test(code))
    return null
  const where = typeof path === 'string' && !(error as Error).message.includes(path) ? ` (${path})` : ''
  return `${(error as Error).message}${where}`
}

function complain(line: string): void {
  process.stderr.write(`usher: ${line}\n`)
}
