import type { ErrorCode, Refusal } from '../../shared/errors.ts'
import type { EventId } from '../../shared/ids.ts'
import type { Ids } from '../../platform/clock.ts'
import type { Layout } from '../../shared/layout.ts'
import type { CatalogService, CodeDraft, HouseEvent } from '../catalog/index.ts'
import type { EventCancellations } from '../checkout/index.ts'
import type { Area, EventRules, Hall, InventoryService } from '../inventory/index.ts'
import type { CodeSpec, Spec } from './spec.ts'

/** Where in a description something stands: ["phases", 0, "from"]. */
export type Path = readonly (string | number)[]
/** What is wrong with a description. */
export type Fault = { path: Path; message: string; code: ErrorCode }
export type Report = (path: Path, message: string, code?: ErrorCode) => void

/** Places by the area's index. */
export type Places = ReadonlyMap<number, number>

/** Where the ledger stands: what it sells by, and whose each seat is. */
export type LedgerNow = {
  version: number
  layoutHash: string
  /** Of its layout. */
  hall: Hall
  cancelled: boolean
  rules: EventRules
  /** By seat index: blocked by hand. */
  blocked: readonly number[]
  /** By an allotment's number: its seats, sold ones included. */
  allotted: ReadonlyMap<number, readonly number[]>
  /** By an allotment's number: its places of areas, sold ones included. */
  places: ReadonlyMap<number, Places>
  areas: readonly Area[]
  /** By seat index: held, in payment or sold. */
  taken(seat: number): boolean
}

/** What an event may leave to the house. */
export type Limits = { holdSeconds: number; ticketsPerBuyer: number }

/** `path`: where a description names them. */
export type CodeGroup = { path: Path; opens: CodeDraft['opens']; codes: CodeSpec[] }

/** An event as somebody wants it; seats and codes that nobody spoke of are left out and stay as they are. */
export type Wish = {
  event: HouseEvent
  /** By the thing they open; the ones not listed stay. */
  codes: CodeGroup[]
  /** Beside those that there are. */
  added: CodeGroup[]
  /** Seat indices. */
  blocked?: number[]
  /** By the allotment's name. */
  allotted: Map<string, number[]>
  /** By the allotment's name: all that it is to have of areas. */
  places: Map<string, Places>
}

/** One thing that will be different; null: there was or will be nothing. */
export type Change = { field: string; from: string | null; to: string | null }

/**
 * What is now and what will be. `cannot`: what is asked for and will not happen, with the reason; then nothing does.
 * `warnings`: what happens all the same.
 */
export type Plan = {
  eventId: EventId | null
  organiserId: string
  name: string
  changes: Change[]
  cannot: { field: string; why: string }[]
  warnings: { field: string; why: string }[]
}

/** A plan that was carried out. */
export type Applied = { event: HouseEvent; plan: Plan; isNew: boolean }

export type ControlsDeps = {
  catalog: CatalogService
  inventory: InventoryService
  cancellations: EventCancellations
  ids: Ids
  /** Milliseconds since 1970. */
  now(): number
  defaults: Limits
  /** A layout that is neither a hash nor known by that name is asked for here; null: there is none. */
  halls: Readonly<Record<string, () => Layout>>
}

export type Which = { eventId: EventId } | { organiserId: string }
export type Wanted = {
  /** A known event, or the organiser for whom one is made or found by its `external_id`. */
  which: Which
  /** Or what makes one of the event as it is. */
  spec: Spec | ((now: Known) => Spec | Refusal)
  amounts: 'minor' | 'decimal'
  /** The event is made by it: one that is there already and says something else is left alone. */
  makes?: boolean
  /** Codes beside those that there are. */
  added?: CodeGroup
  /** A layout that the description names and that need not be stored yet. */
  layouts?: Readonly<Record<string, Layout>>
}
/** An event as it is. `layout`: of what is sold. */
export type Known = { event: HouseEvent; ledger: LedgerNow | null; layout: Layout | null }
export type By = {
  /** A member of staff's id or the name of a tool. */
  actor: string
  /** Why an event is cancelled, and what its buyers are told about it. */
  reason?: string
  message?: string | null
  /** Only while the plan is still this one: what a person agreed to. */
  agreed?: Plan
}

/** What a description is read against. */
export type ResolveContext = {
  /** For whom a new event is made. */
  organiserId: string
  current: HouseEvent | null
  /** What holds where the event names none: what the ledger sells by, else what the house is set to. */
  limits: Limits
  /** Of the layout that the description names, else of the one that the event has. */
  layout: { hash: string; layout: Layout } | null
  /** 'minor': amounts are whole minor units; 'decimal': as people write them. */
  amounts: 'minor' | 'decimal'
}
