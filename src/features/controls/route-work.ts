import { Type } from 'typebox'
import type { Random } from '../../platform/clock.ts'
import type { Answer, Caller } from '../../platform/http/route.ts'
import { isRefusal, refuse, type ErrorCode, type Refusal } from '../../shared/errors.ts'
import { EventIdSchema } from '../../shared/schemas/common.ts'
import type { EventId } from '../../shared/ids.ts'
import type { HouseEvent } from '../catalog/index.ts'
import type { FollowMovedTickets, Sales } from '../checkout/index.ts'
import type { Controls } from './controls.ts'
import { ledgerNow } from './ledger-now.ts'
import { ChangedSchema, PlannedSchema, presentChanges, presentOperatorEvent, type Stock } from './present.ts'
import type { ControlsDeps, Fault, Path, Wanted } from './types.ts'

export type ControlRouteDeps = Pick<ControlsDeps, 'catalog' | 'inventory' | 'cancellations'> & {
  controls: Controls
  random: Random
  /** For lists: at most some seconds old. */
  stock(eventIds: readonly EventId[]): Promise<ReadonlyMap<EventId, Stock>>
  sales: Sales
  followMovedTickets: FollowMovedTickets
  /** For whom the caller makes something new. */
  organiserFor(caller: Caller, named: string | undefined): string | Refusal
}

export const TAG = 'Operators'
export const CATALOG_ROLES = ['catalog'] as const
/** What is kept back and for whom. */
export const SEAT_ROLES = ['catalog', 'sales'] as const
export const READ_ROLES = ['catalog', 'sales', 'box-office', 'auditor'] as const

export const EventParams = Type.Object({ event_id: EventIdSchema })
export const DryRun = Type.Object({
  dry_run: Type.Optional(
    Type.Boolean({
      description: 'Only say what would be different; `cannot` names what is impossible, and why.',
    }),
  ),
})
export const CHANGED = {
  description: 'The event as it is now and what is different; with `dry_run` what would be.',
  schema: Type.Union([ChangedSchema, PlannedSchema]),
}
export const CHANGE_ERRORS = [
  'malformed',
  'unknown_seat',
  'unknown_area',
  'unknown_price_type',
  'not_found',
  'conflict',
  'seats_unavailable',
  'sold_out',
  'event_cancelled',
  'busy',
  'unavailable',
] as const satisfies ErrorCode[]

type Doing = {
  caller: Caller
  dryRun: boolean | undefined
  /** Where in the body stands what has that path in the description; the same place if left out. */
  inBody?(path: Path): Path
}

/** Plans or applies what a call asks for, and answers with the event as it is then. */
export async function change(
  deps: ControlRouteDeps,
  wanted: Omit<Wanted, 'amounts'>,
  { caller, dryRun, inBody = (path) => path }: Doing,
  more: { reason?: string; message?: string | null } = {},
): Promise<Answer | Refusal> {
  const asked: Wanted = { ...wanted, amounts: 'minor' }
  if (dryRun) {
    const planned = await deps.controls.plan(asked)
    if (isRefusal(planned)) return planned
    if ('faults' in planned) return malformed(planned.faults, inBody)
    const { changes, cannot, warnings } = planned.plan
    return { status: 200, json: { dry_run: true, changes: presentChanges(changes), cannot, warnings } }
  }
  const applied = await deps.controls.apply(asked, { actor: caller.id, ...more })
  if (isRefusal(applied)) return applied
  if ('faults' in applied) return malformed(applied.faults, inBody)
  const event = await show(deps, applied.event)
  if (isRefusal(event)) return event
  const { changes, warnings } = applied.plan
  return { status: applied.isNew ? 201 : 200, json: { event, changes: presentChanges(changes), warnings } }
}

/** The event as operators see it. */
export async function show(
  { catalog, inventory, sales }: ControlRouteDeps,
  event: HouseEvent,
): Promise<Record<string, unknown> | Refusal> {
  const { eventId } = event
  const [layout, ledger, sold] = await Promise.all([
    event.sale ? catalog.layout(event.sale.layoutHash) : null,
    ledgerNow(inventory, eventId),
    sales([eventId]),
  ])
  if (isRefusal(ledger)) return ledger
  const left = ledger && (await inventory.availability(eventId, ledger.version))
  if (left && isRefusal(left)) return left
  const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0)
  const stock = left && { capacity: sum(left.capacityByCategory), remaining: sum(left.remainingByCategory) }
  return presentOperatorEvent(event, { layout, ledger, stock, sales: sold.get(eventId) })
}

function malformed(faults: readonly Fault[], inBody: (path: Path) => Path): Refusal {
  const errors = faults.map(({ path, message }) => ({ field: ['body', ...inBody(path)].join('/'), message }))
  const [first] = errors
  return refuse(faults[0]!.code, `${first!.field} ${first!.message}.`, { extra: { errors } })
}
