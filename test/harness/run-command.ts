import { spyOn } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Config } from '../../src/platform/config.ts'
import { WrongInput } from '../../src/platform/failure.ts'
import { createShutdown } from '../../src/platform/shutdown.ts'
import { run as apply } from '../../src/roles/apply.ts'

export type Output = { code: number; out: string[]; wrong: string[] }

/** Runs a command beside the server, with the exit codes of the command line. */
export async function runCommand<O>(
  config: Config,
  run: (options: O, c: never) => Promise<number | void>,
  options: O,
): Promise<Output> {
  const shutdown = createShutdown(() => {})
  const out: string[] = []
  const spies = [
    spyOn(console, 'log').mockImplementation((line: string) => void out.push(line)),
    spyOn(process.stdout, 'write').mockImplementation(((text: string, done?: () => void) => {
      out.push(text)
      done?.()
      return true
    }) as never),
  ]
  try {
    return { code: (await run(options, { config, shutdown } as never)) ?? 0, out, wrong: [] }
  } catch (error) {
    const isWrong = error instanceof WrongInput
    return { code: isWrong ? 2 : 1, out, wrong: isWrong ? [...error.lines] : [(error as Error).message] }
  } finally {
    for (const spy of spies) spy.mockRestore()
    await shutdown.run()
  }
}

/** `usher apply event.yaml --yes` with this text in the file. */
export async function applyText(
  config: Config,
  text: string,
  options: Omit<Parameters<typeof apply>[0], 'file'> = { yes: true },
): Promise<Output> {
  const folder = mkdtempSync(join(tmpdir(), 'usher-apply-'))
  const file = join(folder, 'event.yaml')
  writeFileSync(file, text)
  try {
    return await runCommand(config, apply, { file, ...options })
  } finally {
    rmSync(folder, { recursive: true })
  }
}
