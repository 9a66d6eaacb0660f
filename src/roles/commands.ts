import type { Config } from '../platform/config.ts'
import type { Shutdown } from '../platform/shutdown.ts'

/** What every command gets beside its own options. */
export type CommandContext = {
  config: Config
  /** Add what has to be stopped; it runs after the command, also when that failed or a signal ended it. */
  shutdown: Shutdown
}

/**
 * `options` holds the options and arguments by their camelCase names: `import events <file> --dry-run` gives
 * `{ file, dryRun }`. Throw `WrongInput` for what the caller can put right (exit code 2), `Failure` for what went
 * wrong outside (1). The number returned is the exit code; nothing means 0.
 */
export type Run<Options> = (options: Options, context: CommandContext) => Promise<number | void>

export type Command = {
  /** Words, then arguments: `import events <file>`, `[file]` where it may be left out, `<files...>` for several. */
  usage: string
  summary: string
  /** Lines shown below `--help`, without the `usher` in front. */
  examples: readonly string[]
  /** As in commander: `['-n, --dry-run', 'change nothing']`, with a default in third place. */
  options?: readonly (readonly [flags: string, description: string, fallback?: string])[]
  /** A server: it ends by a signal, with exit code 0. */
  staysUp?: boolean
  load(): Promise<{ run: Run<never> }>
}

/**
 * Every command of the command line. To add one: write `src/roles/<name>.ts` that exports `run` (see `Run`), and
 * append it here. Its module is loaded only when it is called, so that `usher --help` stays quick.
 */
export const COMMANDS: readonly Command[] = [
  {
    usage: 'migrate',
    summary: 'bring the database to the present schema',
    examples: ['migrate', 'migrate --status'],
    options: [['--status', 'only list what would be applied']],
    load: () => import('./migrate.ts'),
  },
  {
    usage: 'operator add <name>',
    summary: 'let somebody work with the house: prints their token once',
    examples: ['operator add ada --role admin', 'operator add door-1 --role scanner --organiser 3'],
    options: [
      ['--role <roles>', 'comma-separated: admin, catalog, sales, box-office, scanner, auditor'],
      ['--organiser <id>', 'only what belongs to this organiser; the whole house where it is left out'],
    ],
    load: () => import('./operator-add.ts'),
  },
  {
    usage: 'operator list',
    summary: 'who works with the house, with their roles',
    examples: ['operator list'],
    load: () => import('./operator-list.ts'),
  },
  {
    usage: 'operator remove <name>',
    summary: 'end an operator and their token',
    examples: ['operator remove door-1'],
    load: () => import('./operator-remove.ts'),
  },
  {
    usage: 'keys rotate <purpose>',
    summary: 'make a new key that signs sessions, tickets, links or cursors',
    examples: ['keys rotate session'],
    load: () => import('./keys-rotate.ts'),
  },
  {
    usage: 'keys rewrap',
    summary: 'move what USHER_KEY_PREVIOUS wraps to USHER_KEY',
    examples: ['keys rewrap'],
    load: () => import('./keys-rewrap.ts'),
  },
]
