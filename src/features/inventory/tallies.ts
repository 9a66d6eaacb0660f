import type { Line, StateView } from './state.ts'

/** Live tickets of a phase, or those of one owner in it: counted beside the owner's tally of the whole event. */
export function offerTally(offer: number, owner = ''): string {
  return `offer ${offer} ${owner}`
}

/** Live holds of an access code. */
export function codeTally(hash: string): string {
  return `code ${hash}`
}

/** Seats and places of an allocation, sold ones included. */
export function allocationTally(no: number): string {
  return `allocation ${no}`
}

export function quantityOf(lines: readonly Line[]): number {
  let quantity = 0
  for (const line of lines) quantity += line[5]
  return quantity
}

type Owned = { readonly contact: string | null; readonly offer: number | null }

/** Counts places of a hold, or takes them off: for their buyer, for the contact and in the phase of the sale. */
export function countPlaces(view: StateView, buyer: string, hold: Owned, difference: number): void {
  countFor(view, buyer, hold.offer, difference)
  if (hold.contact !== null) countFor(view, hold.contact, hold.offer, difference)
  if (hold.offer !== null) view.addTally(offerTally(hold.offer), difference)
}

export function countFor(view: StateView, owner: string, offer: number | null, difference: number): void {
  view.addTally(owner, difference)
  if (offer !== null) view.addTally(offerTally(offer, owner), difference)
}

/** A use of its access code, from the hold's beginning until it is over. */
export function countCode(view: StateView, hold: { readonly code: string | null }, difference: 1 | -1): void {
  if (hold.code !== null) view.addTally(codeTally(hold.code), difference)
}
