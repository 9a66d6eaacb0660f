import { overLimit, type Batch } from './batch.ts'
import type { Denied } from './commands.ts'
import type { Draft, StateView } from './state.ts'
import { allocationTally, codeTally, offerTally } from './tallies.ts'
import { ACCESS_CODES_MAX, type AccessCode, type EventRules, type Offer } from './types.ts'

/** In which phase or from which allocation a hold is sold, by which code; nothing where the event is simply on sale. */
export type Access = { offer: number | null; code: string | null; allocation: number | null }

const OPEN_SALE: Access = { offer: null, code: null, allocation: null }

/** The phase that a hold with this code (its hash), or without one, is sold in now. */
export function accessOf(
  { draft, at, dueLeft }: Batch,
  code: string | undefined,
): Access | Denied | { later: true } {
  const { rules } = draft
  if (rules.offers.length === 0 && !rules.accessCodes?.length) return OPEN_SALE
  const known = code === undefined ? undefined : codesOf(rules).get(code)
  if (code !== undefined && !known) return { denied: 'access_code_invalid' }
  if (known && (keptFor(draft, known) !== null || runs(rules, known.offer, at))) {
    const { offer = null, hash, allocation = null } = known
    if (!isUsedUp(draft, known)) return { offer, code: hash, allocation }
    return dueLeft ? { later: true } : { denied: 'access_code_used_up' }
  }
  if (rules.offers.length === 0) return OPEN_SALE
  const running = rules.offers.findIndex((offer) => offer.access === 'open' && isRunning(offer, at))
  if (running >= 0) return { offer: numberOf(rules, running), code: null, allocation: null }
  const forCodes = !known && rules.offers.some((offer) => isRunning(offer, at))
  return { denied: forCodes ? 'access_code_required' : 'not_on_sale' }
}

/** What the phase and the code still allow to a hold of so many tickets; null: this one. */
export function offerRefuses(
  { draft, dueLeft }: Batch,
  { offer, code }: Omit<Access, 'allocation'>,
  owner: { buyer: string; contact?: string },
  quantity: number,
): Denied | { later: true } | null {
  const known = code === null ? undefined : codesOf(draft.rules).get(code)
  const denied = ((): Denied | null => {
    if (known && isUsedUp(draft, known)) return { denied: 'access_code_used_up' }
    const phase = offer === null ? undefined : offerOf(draft.rules, offer)
    if (!phase) return null
    const had = (one: string): number => draft.tally(offerTally(offer!, one))
    const over = overLimit(phase.ticketsPerBuyer ?? Infinity, had, owner, quantity)
    if (over) return over
    return draft.tally(offerTally(offer!)) + quantity > (phase.capacity ?? Infinity)
      ? { denied: 'sold_out' }
      : null
  })()
  return denied && dueLeft ? { later: true } : denied
}

/** Whether the event has that code, by its hash; null where it has none at all. */
export function isAccessCode(rules: EventRules, code: string): boolean | null {
  return rules.offers.length === 0 && !rules.accessCodes?.length ? null : codesOf(rules).has(code)
}

/** What a code (its hash) opens, whether or not it may at the moment. */
export type Opened =
  | { opens: 'phase'; phase: string; isOpen: boolean }
  | { opens: 'allotment'; allocation: number; isOpen: boolean }

/**
 * Null: the event has no such code. `own`: holds of the asker with this code, which may be let go for another; counted
 * only where the code is used up.
 */
export function openedBy(
  view: StateView,
  code: string,
  at: number,
  own: () => number,
): Opened | { denied: 'access_code_used_up' } | null {
  const known = codesOf(view.rules).get(code)
  if (!known) return null
  const { offer, allocation, uses } = known
  const used = uses === null ? 0 : view.tally(codeTally(code))
  if (uses !== null && used >= uses && used - own() >= uses) return { denied: 'access_code_used_up' }
  return allocation === undefined
    ? { opens: 'phase', phase: offerOf(view.rules, offer!)!.id, isOpen: runs(view.rules, offer, at) }
    : { opens: 'allotment', allocation, isOpen: keptFor(view, known) !== null }
}

/** The allocation whose seats are all that a hold with this code may have; null: it may have what is on open sale. */
export function keptFor(view: StateView, code: AccessCode | string | undefined): number | null {
  const { allocation } = (typeof code === 'string' ? codesOf(view.rules).get(code) : code) ?? {}
  return allocation !== undefined && view.tally(allocationTally(allocation)) > 0 ? allocation : null
}

/** The allocation that a code opens, by its hash. */
export function allocationOfCode(rules: EventRules, code: string): number | null {
  return codesOf(rules).get(code)?.allocation ?? null
}

/** The phase of that number: its own, or its place in the list from 1. */
export function offerOf(rules: EventRules, no: number): Offer | undefined {
  return rules.offers.find((_, i) => numberOf(rules, i) === no)
}

function numberOf(rules: EventRules, index: number): number {
  return rules.offers[index]!.no ?? index + 1
}

function runs(rules: EventRules, no: number | undefined, at: number): boolean {
  const offer = no === undefined ? undefined : offerOf(rules, no)
  return offer !== undefined && isRunning(offer, at)
}

export function isRunning({ startsAt, endsAt }: Offer, at: number): boolean {
  return (startsAt === null || at >= startsAt) && (endsAt === null || at < endsAt)
}

function isUsedUp(draft: Draft, code: AccessCode): boolean {
  return code.uses !== null && draft.tally(codeTally(code.hash)) >= code.uses
}

const indexes = new WeakMap<EventRules, Map<string, AccessCode>>()

function codesOf(rules: EventRules): Map<string, AccessCode> {
  let index = indexes.get(rules)
  if (!index)
    indexes.set(rules, (index = new Map((rules.accessCodes ?? []).map((code) => [code.hash, code]))))
  return index
}

/** What no rules may say, in words for the operator; null where there is nothing. */
export function faultOfRules(rules: EventRules): string | null {
  const codes = rules.accessCodes ?? []
  if (codes.length > ACCESS_CODES_MAX) return `An event has at most ${ACCESS_CODES_MAX} access codes.`
  const numbers = rules.offers.map((_, i) => numberOf(rules, i))
  if (numbers.some((no) => !Number.isInteger(no) || no < 1 || no > NUMBER_MAX))
    return `The number of a phase is a whole one from 1 to ${NUMBER_MAX}.`
  if (new Set(numbers).size !== numbers.length) return 'Two phases of the sale have the same number.'
  if (new Set(codes.map((code) => code.hash)).size !== codes.length) return 'An access code is named twice.'
  for (const { id, prices = [] } of rules.offers) {
    const pairs = new Set(prices.map(({ category, priceType }) => `${category} ${priceType}`))
    if (pairs.size !== prices.length) return `The phase "${id}" has two prices for the same ticket.`
    if (prices.some(({ priceType }) => !rules.priceTypes[priceType]))
      return `The phase "${id}" has a price for a price type that is not there.`
  }
  const kept = rules.allocations.map(({ no }) => no)
  if (
    kept.some((no) => !Number.isInteger(no) || no < 1 || no > NUMBER_MAX) ||
    new Set(kept).size !== kept.length
  )
    return `Allocations have different whole numbers from 1 to ${NUMBER_MAX}.`
  for (const { offer, allocation } of codes) {
    if ((offer === undefined) === (allocation === undefined))
      return 'An access code opens either a phase or an allocation.'
    if (offer === undefined ? !kept.includes(allocation!) : !numbers.includes(offer))
      return 'An access code opens something that is not there.'
  }
  return null
}

/** What the tables' smallint holds. */
const NUMBER_MAX = 32_767
