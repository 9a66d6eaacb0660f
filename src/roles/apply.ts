import { dirname, resolve } from 'node:path'
import { createInterface } from 'node:readline/promises'
import {
  DEFAULT_ORGANISER,
  readLayout,
  type CatalogService,
  type HouseEvent,
} from '../features/catalog/index.ts'
import { readFileSpec, type FileFault, type Plan } from '../features/controls/index.ts'
import { Failure, WrongInput } from '../platform/failure.ts'
import { isRefusal } from '../shared/errors.ts'
import type { Layout } from '../shared/layout.ts'
import { oneLine } from '../platform/one-line.ts'
import { openApp } from './app.ts'
import type { Run } from './command.ts'
import { findOrganiser } from './find-organiser.ts'
import { inLog } from './log-command.ts'
import { readText } from './read-text.ts'

/** Who did it, in the event's log. */
const ACTOR = 'apply'
const FILE_BYTES_MAX = 8 * 1024 * 1024

type Options = { file: string; yes?: boolean; dryRun?: boolean; organiser?: string }

/**
 * `usher apply FILE`: brings an event to what its description says. Shows what will be different and asks; what cannot
 * be is named with the reason, and then nothing is changed. Applied twice it changes nothing.
 */
export const run: Run<Options> = async (options, { config, shutdown }) => {
  const { file, yes = false, dryRun = false, organiser } = options
  const read = readFileSpec(await readText(file, FILE_BYTES_MAX))
  if ('faults' in read) throw wrong(file, read.faults)
  const { spec, faultsOf } = read
  const layouts = await layoutsOf(spec.layout, file)
  if (!yes && !dryRun && !process.stdin.isTTY)
    throw new WrongInput('there is nobody to ask: say --yes to apply, or --dry-run to see the plan')

  const { catalog, controls, database } = await openApp({ ...config, logLevel: 'warn' }, shutdown, {
    runsGateway: false,
  })
  const organisers = await catalog.organisers()
  const which =
    organiser !== undefined
      ? { organiserId: findOrganiser(organiser, organisers) }
      : spec.event_id !== undefined
        ? { eventId: String(spec.event_id) }
        : { organiserId: await organiserOf(catalog, file, spec.external_id) }
  const wanted = { which, spec, amounts: 'decimal' as const, layouts }
  const prepared = await controls.plan(wanted)
  if ('faults' in prepared) throw wrong(file, faultsOf(prepared.faults))
  if (isRefusal(prepared)) throw new WrongInput(`${file}: ${prepared.detail}`)
  const { plan } = prepared
  const house = organisers.find(({ organiserId }) => organiserId === plan.organiserId)
  for (const line of planLines(plan, house?.slug ?? plan.organiserId)) console.log(oneLine(line))
  if (plan.cannot.length > 0) {
    throw new Failure('nothing was changed: take what cannot be out of the file, then apply it again')
  }
  if (plan.changes.length === 0 || dryRun) return
  if (!yes && !(await agrees())) {
    console.log('Nothing was changed.')
    return
  }
  const carryOut = async (target: Record<string, string>): Promise<HouseEvent> => {
    const applied = await controls.apply(wanted, { actor: ACTOR, agreed: plan })
    if ('faults' in applied) throw wrong(file, faultsOf(applied.faults))
    if (isRefusal(applied)) throw new Failure(applied.detail)
    target['event_id'] = applied.event.eventId
    return applied.event
  }
  const event = await inLog(database, 'apply', carryOut, {
    organiserId: prepared.wish.event.organiserId,
    ...(plan.eventId !== null && { target: { event_id: plan.eventId } }),
  })
  console.log(`Done: event ${event.eventId} is at revision ${event.revision}.`)
  if (event.status === 'cancelled') console.log('The refunds are made by the server, or by usher worker.')
}

/** Where nobody is named: who has the event already, else the one for whom all is made. */
async function organiserOf(
  catalog: Pick<CatalogService, 'organisersOfSource'>,
  file: string,
  externalId: string | undefined,
): Promise<string> {
  const owners = externalId === undefined ? [] : await catalog.organisersOfSource(externalId)
  if (owners.length > 1) {
    const list = owners.map(({ slug }) => slug).join(' and of ')
    throw new WrongInput(`${file}: "${externalId}" is an event of ${list}: say which by --organiser`)
  }
  return owners[0]?.organiserId ?? DEFAULT_ORGANISER
}

/** A layout may be a seating plan beside the file. */
async function layoutsOf(name: string | undefined, file: string): Promise<Record<string, Layout>> {
  if (name === undefined || !name.endsWith('.json')) return {}
  const path = resolve(dirname(file), name)
  const read = readLayout(parseJson(await readText(path, FILE_BYTES_MAX), path))
  if ('faults' in read)
    throw new WrongInput(read.faults.map((fault) => `${path}: ${fault.path}: ${fault.message}`))
  return { [name]: read.layout }
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    throw new WrongInput(`${path} is not JSON: ${(error as Error).message}`, { cause: error })
  }
}

function planLines({ eventId, name, changes, cannot, warnings }: Plan, organiser: string): string[] {
  const title = `${eventId === null ? 'New event' : `Event ${eventId}`} of ${organiser}: ${name}`
  return [
    changes.length > 0 || cannot.length > 0
      ? title
      : `${title}: as the file says already. Nothing to change${warnings.length > 0 ? ', but:' : '.'}`,
    ...changes.map(({ field, from, to }) =>
      from === null
        ? `  + ${field}: ${to}`
        : to === null
          ? `  - ${field}: ${from}`
          : `  ~ ${field}: ${from} → ${to}`,
    ),
    ...warnings.map(({ field, why }) => `  ? ${field}: ${why}`),
    ...cannot.map(({ field, why }) => `  ! ${field} cannot be changed so: ${why}`),
  ]
}

async function agrees(): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  try {
    return /^y(es)?$/i.test((await terminal.question('Apply this? [y/N] ')).trim())
  } finally {
    terminal.close()
  }
}

function wrong(file: string, faults: readonly FileFault[]): WrongInput {
  return new WrongInput(faults.map(({ line, field, message }) => `${file}:${line}: ${field}: ${message}`))
}
