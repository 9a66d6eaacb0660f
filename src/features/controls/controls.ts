import { isRefusal, refuse, type Refusal } from '../../shared/errors.ts'
import { isEventId } from '../../shared/ids.ts'
import { layoutBytes, layoutHash, type Layout } from '../../shared/layout.ts'
import type { HouseEvent } from '../catalog/index.ts'
import { ACCESS_CODES_MAX, accessCodeHash } from '../inventory/index.ts'
import { carryOut } from './carry-out.ts'
import { codesOf } from './codes.ts'
import { ledgerNow } from './ledger-now.ts'
import { catalogChanges, planOf, type Prepared, type Situation } from './plan.ts'
import { resolve } from './resolve.ts'
import type { Spec } from './spec.ts'
import type { Applied, By, ControlsDeps, Fault, Path, Plan, Wanted, Which, Wish } from './types.ts'

/** Tries when somebody else changes the same event at the same time. */
const TRIES_MAX = 3
const HASH = /^[0-9a-f]{64}$/

/** What the house does with its events: says what would change, and changes it in the catalog and in the ledger. */
export type Controls = {
  plan(wanted: Wanted): Promise<Prepared | { faults: Fault[] } | Refusal>
  apply(wanted: Wanted, by: By): Promise<Applied | { faults: Fault[] } | Refusal>
}

export function createControls(deps: ControlsDeps): Controls {
  return {
    plan: (wanted) => prepare(deps, wanted),
    async apply(wanted, by) {
      for (let tries = 1; ; tries++) {
        const prepared = await prepare(deps, wanted)
        if ('faults' in prepared || isRefusal(prepared)) return prepared
        const { plan } = prepared
        if (by.agreed && JSON.stringify(by.agreed) !== JSON.stringify(plan))
          return refuse('conflict', 'The event changed meanwhile: look at what is different now.')
        if (plan.cannot.length > 0) return impossible(plan)
        const isNew = prepared.current === null
        if (plan.changes.length === 0) return { event: prepared.current!, plan, isNew }
        const event = await carryOut(deps, prepared, by)
        if (event === 'moved' && tries < TRIES_MAX && !by.agreed) continue
        if (event === 'moved')
          return refuse('conflict', 'Somebody else is changing this event at the same time. Try again.')
        return isRefusal(event) ? event : { event, plan, isNew }
      }
    },
  }
}

async function prepare(
  deps: ControlsDeps,
  wanted: Wanted,
): Promise<Prepared | { faults: Fault[] } | Refusal> {
  const { which, amounts } = wanted
  const current = await findEvent(deps, which, typeof wanted.spec === 'function' ? {} : wanted.spec)
  if (isRefusal(current)) return current
  const { organisers } = deps.catalog
  const isNobody = async (id: string) => !(await organisers()).some(({ organiserId }) => organiserId === id)
  if (!current && 'organiserId' in which && (await isNobody(which.organiserId)))
    return fault(['organiser_id'], `there is no organiser ${which.organiserId}`)
  const ledger = current ? await ledgerNow(deps.inventory, current.eventId) : null
  if (isRefusal(ledger)) return ledger
  const sold = current?.sale ? await deps.catalog.layout(current.sale.layoutHash) : null
  const spec =
    typeof wanted.spec === 'function' ? wanted.spec({ event: current!, ledger, layout: sold }) : wanted.spec
  if (isRefusal(spec)) return spec
  const layout = await layoutOf(deps, wanted, spec.layout ?? current?.sale?.layoutHash)
  if (layout === 'unknown')
    return { faults: [{ path: ['layout'], message: noLayout(deps, spec.layout), code: 'malformed' }] }
  const limits = ledger?.rules ?? deps.defaults
  const resolved = resolve(spec, {
    organiserId: 'organiserId' in which ? which.organiserId : current!.organiserId,
    ...{ current, layout, amounts, limits },
  })
  if ('faults' in resolved) return resolved
  const { wish } = resolved
  if (wanted.added) wish.added.push(wanted.added)
  const codes = codesOf(wish, current?.eventId ?? '')
  const twice = codes.find(({ hash }, i) => hash === codes[i + 1]?.hash)
  if (twice)
    return fault(
      codesPath(wish, (code) => accessCodeHash(current?.eventId ?? '', code) === twice.hash),
      'the same code opens two things: every code of an event is another',
    )
  if (codes.length > ACCESS_CODES_MAX)
    return fault(codesPath(wish), `there would be more than ${ACCESS_CODES_MAX} codes`)
  const names = new Map(layout ? [[layout.hash, layout.layout.name]] : [])
  for (const hash of [current?.sale?.layoutHash, ledger?.layoutHash]) {
    if (hash !== undefined && !names.has(hash)) names.set(hash, (await deps.catalog.layout(hash))?.name ?? '')
  }
  const { event } = wish
  const situation: Situation = {
    ...{ current, limits, ledger, wish, codes, layout: layout?.layout ?? null },
    rules: deps.catalog.houseRules({ ...event, sale: event.sale && { ...event.sale, codes } }),
    layoutName: (hash) => `${names.get(hash) ?? ''} (${hash.slice(0, 12)})`.trim(),
    now: deps.now(),
  }
  if (wanted.makes && current && catalogChanges(situation).length > 0) return saysElse(current)
  return { ...situation, plan: planOf(situation) }
}

function saysElse({ eventId }: HouseEvent): Refusal {
  return refuse(
    'conflict',
    `Event ${eventId} has this external_id and says something else. Change it with PATCH.`,
    { extra: { event_id: eventId } },
  )
}

/** Null: there is none yet, and the description makes it. */
async function findEvent(deps: ControlsDeps, which: Which, spec: Spec): Promise<HouseEvent | null | Refusal> {
  const named = spec.event_id === undefined ? undefined : String(spec.event_id)
  const eventId = 'eventId' in which ? which.eventId : named
  if (eventId !== undefined) {
    if ('eventId' in which && named !== undefined && named !== eventId)
      return refuse('malformed', `event_id is ${named}, but the event is ${eventId}.`)
    const found = isEventId(eventId) ? await deps.catalog.house({ eventId }) : null
    if (!found || ('organiserId' in which && found.organiserId !== which.organiserId))
      return refuse('not_found', `There is no event ${eventId}.`)
    if (spec.external_id !== undefined && spec.external_id !== found.sourceId)
      return refuse('conflict', `The event's external_id is "${found.sourceId}" and stays so.`)
    return found
  }
  if (spec.external_id === undefined || !('organiserId' in which)) return null
  return deps.catalog.house({ organiserId: which.organiserId, sourceId: spec.external_id })
}

/** Null: none is asked for. What is not stored yet is stored when the plan is carried out. */
async function layoutOf(
  { catalog, halls }: ControlsDeps,
  { layouts = {} }: Wanted,
  name: string | undefined,
): Promise<{ hash: string; layout: Layout } | 'unknown' | null> {
  if (name === undefined) return null
  const drawn = Object.hasOwn(layouts, name)
    ? layouts[name]
    : Object.hasOwn(halls, name)
      ? halls[name]!()
      : null
  if (drawn) return { hash: await layoutHash(layoutBytes(drawn)), layout: drawn }
  const layout = HASH.test(name) ? await catalog.layout(name) : null
  return layout ? { hash: name, layout } : 'unknown'
}

function noLayout(deps: ControlsDeps, name: string | undefined): string {
  const halls = Object.keys(deps.halls).join(', ')
  return `there is no layout "${name}": name an imported one by its hash, or one of ${halls}`
}

function impossible({ cannot }: Plan): Refusal {
  const [first] = cannot
  return refuse('conflict', `${first!.field}: ${first!.why}.`, { extra: { cannot } })
}

/** Where such a code is asked for, and not one that is there already. */
function codesPath({ codes, added }: Wish, isIt = (_code: string): boolean => true): Path {
  const asked = [...codes, ...added].findLast((group) => group.codes.some(({ code }) => isIt(code)))
  return asked?.path ?? ['codes']
}

function fault(path: Fault['path'], message: string): { faults: Fault[] } {
  return { faults: [{ path, message, code: 'malformed' }] }
}
