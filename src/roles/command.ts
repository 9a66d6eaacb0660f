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
  /** Nothing to begin a house with: it is refused where there is none yet. */
  needsHouse?: boolean
  /** A server: it ends by a signal, with exit code 0. */
  staysUp?: boolean
  load(): Promise<{ run: Run<never> }>
}
