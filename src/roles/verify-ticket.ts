import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createCatalog, type CatalogService } from '../features/catalog/index.ts'
import { findTickets } from '../features/inventory/index.ts'
import { seatText } from '../features/ticketing/index.ts'
import { systemClock, systemIds } from '../platform/clock.ts'
import type { Config } from '../platform/config.ts'
import { Failure, WrongInput } from '../platform/failure.ts'
import { oneLine } from '../platform/one-line.ts'
import type { Database } from '../platform/postgres/database.ts'
import type { Shutdown } from '../platform/shutdown.ts'
import { isEventId } from '../shared/ids.ts'
import type { TicketContents, TicketKeys } from '../shared/ticket-code.ts'
import {
  readVoidedList,
  ticketKeysOf,
  verifyTicket,
  type Verdict,
  type VerifyOptions,
  type VoidedList,
} from '../shared/verify-ticket.ts'
import type { Run } from './command.ts'
import { isHouseThere } from './house-there.ts'
import { mustBeReadable } from './import-events.ts'
import { openAccount } from './open-account.ts'

const FETCH_MS_MAX = 5_000
/** The largest of all codes decides. */
const EXIT_CODES = {
  valid: 0,
  void: 3,
  forged: 4,
  wrong_event: 5,
  test: 6,
  unchecked: 7,
  unknown_key: 8,
} as const satisfies Record<Verdict['verdict'], number>

/** Numbers in the hall's layout, which is not what a seat is called. */
const PLACES = { seat: 'place', area: 'area' } as const

type Options = { code: string; keys?: string; voided?: string; event?: string; test?: boolean }

/**
 * `usher verify-ticket CODE`: says what a code is worth. Where the house's database is here it asks that for the
 * ticket's present state; with `--keys` it needs no network, and knows what became void from `--voided` alone.
 */
export const run: Run<Options> = async (options, { config, shutdown }) => {
  const { event: eventId, test: isTest } = options
  if (eventId !== undefined && !isEventId(eventId))
    throw new WrongInput(`--event ${eventId} is not the id of an event`)
  const codes = await readCodes(options.code)
  const { keys, house } =
    options.keys === undefined
      ? await openHouse(config, shutdown)
      : { keys: await readKeys(options.keys), house: null }
  const voided = options.voided === undefined ? undefined : await readList(options.voided, keys)
  if (!house) warnOfVoid(voided)
  const checks = { keys, eventId, isTest, voided }
  let exitCode = 0
  for (const code of codes) {
    const found = await asOfNow(await verifyTicket(code, checks), house)
    const { verdict } = found
    console.log(oneLine(inWords(found, checks)))
    exitCode = Math.max(exitCode, EXIT_CODES[verdict])
  }
  return exitCode
}

function warnOfVoid(list: VoidedList | undefined): void {
  if (!list) {
    console.error(
      'warning: whether a ticket became void is not checked: give the file of "usher voided-list" with --voided',
    )
  } else if (list.since > 0) {
    console.error(
      `warning: whether a ticket became void by version ${list.since} of event ${list.eventId} is not checked: the list begins after it`,
    )
  }
}

type House = { database: Database; catalog: CatalogService }
/** `seat`: what the paper says, where the house can tell. */
type Found = Verdict & { seat?: string }

/** Adds what the ledger knows: a ticket that was given back or moved to another seat since, or that it never had. */
async function asOfNow(found: Verdict, house: House | null): Promise<Found> {
  // The house has every key that ever signed a ticket.
  if (house && found.verdict === 'unknown_key') return { verdict: 'forged' }
  if (!house || (found.verdict !== 'valid' && found.verdict !== 'test')) return found
  const { ticket } = found
  const [now] = await findTickets(house.database, ticket.eventId, [ticket.ticketId])
  if (!now) return { verdict: 'unchecked', ticket }
  const isPresent = now.state === 'valid' && now.stateVersion === ticket.stateVersion
  // The code of a ticket that was moved knows another place than the ledger, and may be of another hall.
  const isThere = ticket.place !== null && ticket.place.no === (now.seat ?? now.area)
  const seat = isThere ? await seatOf(ticket, house.catalog) : null
  return { ...(isPresent ? found : { verdict: 'void', ticket }), ...(seat !== null && { seat }) }
}

async function seatOf({ eventId, place }: TicketContents, catalog: CatalogService): Promise<string | null> {
  const hash = (await catalog.event(eventId))?.layoutHash
  const layout = hash ? await catalog.layout(hash) : null
  if (place?.kind === 'area') return layout?.areas[place.no]?.name ?? null
  const seat = place && layout?.seats[place.no]
  if (!layout || !seat) return null
  const section = layout.sections[seat.section]?.name || null
  return seatText({ section, row: seat.row, seat: seat.number, door: null }, 'en')
}

function inWords({ seat, ...v }: Found, { eventId, voided }: VerifyOptions): string {
  if (v.verdict === 'forged') return 'forged: no key of this house signed it'
  const { verdict, ticket } = v
  const where = seat ?? (ticket.place && `${PLACES[ticket.place.kind]} no. ${ticket.place.no}`)
  const what = `ticket ${ticket.serial} of event ${ticket.eventId}${where === null ? '' : `, ${where}`}`
  switch (verdict) {
    case 'valid':
      return `valid: ${what}`
    case 'void':
      return `void: ${what} was given back or replaced`
    case 'wrong_event':
      return `wrong event: ${what}, and this is the door of event ${eventId}`
    case 'test':
      return `test: ${what} was paid with test money and admits nobody (--test lets it pass)`
    case 'unchecked': {
      const isOthers = voided !== undefined && voided.eventId !== ticket.eventId
      const why = isOthers
        ? `the list of void tickets is of event ${voided.eventId}`
        : 'the database here has no such ticket'
      return `unchecked: ${what} is genuine and may be void: ${why}`
    }
    case 'unknown_key':
      return `unknown key: the code says that key ${ticket.keyId} signed it, which is not among these keys: load the set again; if it has none either, the code is forged`
    default:
      return verdict satisfies never
  }
}

/** A file with a code a line, or the code itself. */
async function readCodes(codeOrFile: string): Promise<string[]> {
  if (!existsSync(codeOrFile)) return [codeOrFile]
  await mustBeReadable(codeOrFile)
  const lines = (await readFile(codeOrFile, 'utf8')).split('\n').map((line) => line.trim())
  const codes = lines.filter((line) => line !== '')
  if (codes.length === 0) throw new WrongInput(`${codeOrFile} has no code in it`)
  return codes
}

/** Without `--keys`: the house whose database is here, else the keys of the server on this machine. */
async function openHouse(
  config: Config,
  shutdown: Shutdown,
): Promise<{ keys: TicketKeys; house: House | null }> {
  if (isHouseThere(config)) {
    const { account, database } = await openAccount(config, shutdown)
    const { holdSeconds, ticketsPerBuyer } = config
    const defaults = { holdSeconds, ticketsPerBuyer }
    const catalog = createCatalog({ database, clock: systemClock, ids: systemIds, defaults })
    return { keys: ticketKeysOf(account.keys.jwks()), house: { database, catalog } }
  }
  const url = `http://127.0.0.1:${config.port}/.well-known/jwks.json`
  const keys = await readKeys(url).catch((error: unknown) => {
    throw new Failure(
      `there are no keys to check with: ${config.dataDir} has no database, and no house answers at ${url}; name the keys with --keys (a file or an address, e.g. https://tickets.example/.well-known/jwks.json)`,
      { cause: error },
    )
  })
  return { keys, house: null }
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

async function readList(file: string, keys: TicketKeys): Promise<VoidedList> {
  const list = await readVoidedList(await readText(file, '--voided'), keys)
  if (!list)
    throw new WrongInput(
      `${file} is no list of void tickets that these keys signed: if the keys are older than it, load them again`,
    )
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
