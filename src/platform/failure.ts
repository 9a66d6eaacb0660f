/** What whoever runs a command can put right: shown as it is, one line each, without a stack; the exit code is 2. */
export class WrongInput extends Error {
  override name = 'WrongInput'
  readonly lines: readonly string[]

  constructor(lines: string | readonly string[], options?: ErrorOptions) {
    const all = typeof lines === 'string' ? [lines] : lines
    super(all.join('\n'), options)
    this.lines = all
  }
}

/** What went wrong outside this program and is explained by its message alone: no stack; the exit code is 1. */
export class Failure extends Error {
  override name = 'Failure'
}
