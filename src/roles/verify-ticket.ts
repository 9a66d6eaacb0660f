import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../platform/config.ts'
import { Failure, WrongInput } from '../platform/failure.ts'
import { isEventId } from '../shared/ids.ts'
import type { TicketKeys } from '../shared/ticket-code.ts'
import {
  readVoidedList,
  ticketKeysOf,
  verifyTicket,
  type Verdict,
  type VerifyOptions,
} from '../shared/verify-ticket.ts'
import type { Shutdown } from '../platform/shutdown.ts'
import type { Run } from './command.ts'
import { openAccount } from './open-account.ts'

const FETCH_MS_MAX = 5_000
/** The worst of all codes decides. */
const EXIT_CODES = { valid: 0, void: 3, forged: 4, wrong_event: 5, test: 6 } as const satisfies Record<
  Verdict['verdict'],
  number
>

type Options = { code: string; keys?: string; voided?: string; event?: string; test?: boolean }

/** `usher verify-ticket CODE`: says what a code is worth; needs no network when `--keys` is a file. */
export const run: Run<Options> = async (options, { config, shutdown }) => {
  if (options.event !== undefined && !isEventId(options.event))
    throw new WrongInput(`--event ${options.event} is not the id of an event`)
  const keys = options.keys === undefined ? await ownKeys(config, shutdown) : await readKeys(options.keys)
  const checks: VerifyOptions = {
    keys,
    eventId: options.event,
    isTest: options.test,
    voided: options.voided === undefined ? undefined : await readList(options.voided, keys),
  }
  let exitCode = 0
  for (const code of await readCodes(options.code)) {
    const verdict = await verifyTicket(code, checks)
    console.log(inWords(verdict, options.event))
    exitCode = Math.max(exitCode, EXIT_CODES[verdict.verdict])
  }
  return exitCode
}

function inWords(v: Verdict, eventId: string | undefined): string {
  if (v.verdict === 'forged') return 'forged: no key of this house signed it'
  const { verdict, ticket } = v
  const place = ticket.place === null ? '' : `, ${ticket.place.kind} ${ticket.place.no}`
  const what = `ticket ${ticket.serial} of event ${ticket.eventId}${place}`
  switch (verdict) {
    case 'valid':
      return `valid: ${what}`
    case 'void':
      return `void: ${what} was given back or replaced`
    case 'wrong_event':
      return `wrong event: ${what}, and this is the door of event ${eventId}`
    case 'test':
      return `test: ${what} was paid with test money and admits nobody (--test lets it pass)`
    default:
      return verdict satisfies never
  }
}

/** A file with a code a line, or the code itself. */
async function readCodes(codeOrFile: string): Promise<string[]> {
  if (!existsSync(codeOrFile)) return [codeOrFile]
  const lines = (await readFile(codeOrFile, 'utf8')).split('\n').map((line) => line.trim())
  const codes = lines.filter((line) => line !== '')
  if (codes.length === 0) throw new WrongInput(`${codeOrFile} has no code in it`)
  return codes
}

/** Without `--keys`: those of the house whose database is here, else of the server on this machine. */
async function ownKeys(config: Config, shutdown: Shutdown): Promise<TicketKeys> {
  if (config.databaseUrl || existsSync(join(config.dataDir, 'postgres'))) {
    const { account } = await openAccount(config, shutdown)
    return ticketKeysOf(account.keys.jwks())
  }
  const url = `http://127.0.0.1:${config.port}/.well-known/jwks.json`
  return readKeys(url).catch((error: unknown) => {
    throw new Failure(
      `there are no keys to check with: ${config.dataDir} has no database, and no house answers at ${url}; name the keys with --keys (a file or an address, e.g. https://tickets.example/.well-known/jwks.json)`,
      { cause: error },
    )
  })
}

async function readKeys(from: string): Promise<TicketKeys> {
  const text = /^https?:/.test(from) ? await fetchText(from) : await readText(from, '--keys')
  let keys: TicketKeys
  try {
    keys = ticketKeysOf(JSON.parse(text))
  } catch {
    throw new WrongInput(`${from} is not a JSON Web Key Set`)
  }
  if (keys.size === 0) throw new WrongInput(`${from} has no key that signs tickets`)
  return keys
}

async function readList(file: string, keys: TicketKeys): Promise<NonNullable<VerifyOptions['voided']>> {
  const list = await readVoidedList(await readText(file, '--voided'), keys)
  if (!list) throw new WrongInput(`${file} is no list of void tickets that these keys signed`)
  return list
}

async function readText(file: string, option: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new WrongInput(`${option} ${file} cannot be read`, { cause: error })
  }
}

async function fetchText(url: string): Promise<string> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(FETCH_MS_MAX) })
    if (response.ok) return await response.text()
    throw new Error(`it answers ${response.status}`)
  } catch (error) {
    throw new Failure(`the keys cannot be read from ${url}: name a file or another address with --keys`, {
      cause: error,
    })
  }
}
