import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import {
  EVENTS,
  STATES,
  effectOf,
  hasDeadline,
  isSettled,
  newBooking,
  next,
  type Booking,
  type BookingEvent,
} from './booking.ts'

/** A provider and a ledger as far as one attempt can see them, and a bank that decides by itself at any moment. */
type World = {
  charge: 'absent' | 'untouched' | 'asked' | 'authorized' | 'captured' | 'declined' | 'voided' | 'refunded'
  /** The ledger's hold of this attempt. */
  hold: 'held' | 'paying' | 'booked' | 'void' | 'free'
  ended: boolean
  spare: 'none' | 'paying' | 'booked' | 'void' | 'free'
  valid: boolean
  captures: number
}
type Node = { b: Booking; w: World; late: boolean }

/** Everything that an effect can come to, each with the world after it. `null` event: the answer was lost. */
function outcomes(node: Node): { event: BookingEvent | null; w: World }[] {
  const { b, w } = node
  const current = b.reseated && w.spare !== 'none' ? 'spare' : 'hold'
  const set = (change: Partial<World>): World => ({ ...w, ...change })
  const both = (event: BookingEvent, after: World) => [
    { event, w: after },
    { event: null, w: after },
    { event: null, w },
  ]
  const seen = (): { event: BookingEvent | null; w: World }[] => {
    if (w.charge === 'authorized' || w.charge === 'captured') return [{ event: w.charge, w }]
    if (w.charge === 'declined' || w.charge === 'voided') return [{ event: w.charge, w }]
    return [{ event: null, w }]
  }
  switch (effectOf(b.state)) {
    case null:
      return []
    case 'begin_payment':
      if (w.ended) return both('begin_refused', w)
      return [...both('begun', set({ hold: 'paying' })), { event: 'begin_refused', w: set({ hold: 'free' }) }]
    case 'open_charge': {
      if (w.charge !== 'absent') return both('opened', w)
      return [...both('opened', set({ charge: 'untouched' })), { event: 'rejected', w }]
    }
    case 'authorize': {
      if (w.charge !== 'untouched') return seen()
      const asked = set({ charge: 'asked' })
      return [
        ...both('authorized', set({ charge: 'authorized' })),
        ...both('declined', set({ charge: 'declined' })),
        ...both('captured', set({ charge: 'captured', captures: w.captures + 1 })),
        { event: null, w: asked },
      ]
    }
    case 'withdraw':
      if (w.charge === 'untouched') return both('voided', set({ charge: 'voided' }))
      return seen()
    case 'confirm':
      if (w[current] === 'booked') return both('booked', w)
      return w[current] === 'paying' ? both('booked', set({ [current]: 'booked' })) : both('hold_gone', w)
    case 'hold_again':
      if (w.spare !== 'none') return both(w.spare === 'free' ? 'hold_gone' : 'reheld', w)
      return [...both('reheld', set({ spare: 'paying' })), { event: 'hold_gone', w }]
    case 'end_payment':
      if (w[current] === 'booked') return both('booked', w)
      return both('ended', set({ [current]: 'free', ended: true }))
    case 'void':
      if (w.charge === 'captured') return both('captured', w)
      return both('voided', set({ charge: 'voided' }))
    case 'capture':
      if (w.charge === 'captured') return both('captured', w)
      if (w.charge === 'voided') return both('voided', w)
      return [
        ...both('captured', set({ charge: 'captured', captures: w.captures + 1 })),
        // An authorization that the bank gave up.
        { event: 'voided', w: set({ charge: 'voided' }) },
      ]
    case 'issue':
      if (w[current] === 'void') return both('issue_refused', w)
      return both('issued', set({ valid: true }))
    case 'cancel_tickets':
      return both('tickets_void', set({ [current]: 'void' }))
    case 'refund':
      return both('returned', set({ charge: 'refunded' }))
    case 'reopen':
      return both('reopened', set({ [current]: 'free' }))
  }
}

/** What happens by itself between two steps: the bank decides, time ends a hold, staff void a ticket. */
function weather(node: Node): Node[] {
  const { w } = node
  const after: Node[] = []
  const add = (change: Partial<World>) => after.push({ ...node, w: { ...w, ...change } })
  if (w.charge === 'asked') {
    add({ charge: 'authorized' })
    add({ charge: 'declined' })
  }
  // Only after payment_until_max does time end a hold in payment.
  if (node.late && w.hold === 'paying') add({ hold: 'free' })
  if (node.late && w.spare === 'paying') add({ spare: 'free' })
  if (w.hold === 'booked' && !w.valid) add({ hold: 'void' })
  if (!node.late) after.push({ ...node, late: true })
  return after
}

function explore(asksProvider: boolean): { nodes: Node[]; steps: number; edges: Map<string, string[]> } {
  const world: World = {
    charge: 'absent',
    hold: 'held',
    ended: false,
    spare: 'none',
    valid: false,
    captures: 0,
  }
  const start: Node = { b: newBooking(asksProvider), w: world, late: false }
  const seen = new Map<string, Node>([[JSON.stringify(start), start]])
  const edges = new Map<string, string[]>()
  const queue = [start]
  let steps = 0
  for (let node = queue.pop(); node; node = queue.pop()) {
    const from = JSON.stringify(node)
    const found: Node[] = weather(node)
    if (node.late && hasDeadline(node.b.state)) {
      found.push({ ...node, b: next(node.b, 'deadline')! })
    } else {
      for (const { event, w } of outcomes(node)) {
        const b = event === null ? node.b : next(node.b, event)
        if (!b) throw new Error(`${node.b.state} does not know ${event}`)
        found.push({ ...node, b, w })
      }
    }
    steps += found.length
    edges.set(
      from,
      found.map((f) => JSON.stringify(f)),
    )
    for (const f of found) {
      const key = JSON.stringify(f)
      if (!seen.has(key)) {
        seen.set(key, f)
        queue.push(f)
      }
    }
  }
  return { nodes: [...seen.values()], steps, edges }
}

test.each([true, false])(
  'every path with lost answers, crashes, late banks and dead holds ends in tickets or in no charge (asks a provider: %p)',
  (asksProvider) => {
    const { nodes, steps, edges } = explore(asksProvider)
    for (const { b, w } of nodes) {
      const story = JSON.stringify({ b, w })
      expect(w.captures, story).toBeLessThanOrEqual(1)
      if (b.state === 'confirmed') {
        expect(w.valid, story).toBe(true)
        if (asksProvider) expect(w.charge, story).toBe('captured')
      }
      if (b.state === 'failed') {
        expect(['absent', 'untouched', 'declined', 'voided', 'refunded'], story).toContain(w.charge)
        expect([w.hold, w.spare], story).not.toContain('booked')
        expect(w.valid, story).toBe(false)
      }
      // Money goes back only after the ledger has made it impossible for this attempt to book.
      if (b.state === 'voiding' || (b.state === 'returning' && !b.booked)) {
        expect(w.ended, story).toBe(true)
        expect([w.hold, w.spare], story).not.toContain('booked')
      }
      // No valid ticket without money.
      if (w.valid && asksProvider) expect(['captured', 'refunded'], story).toContain(w.charge)
    }
    expect(settlable(edges), 'nothing is stuck: from everywhere an end can be reached').toBe(edges.size)
    console.log(`checked ${nodes.length} situations and ${steps} steps between them`)
  },
)

/** How many situations can still reach a settled state. */
function settlable(edges: Map<string, string[]>): number {
  const back = new Map<string, string[]>()
  const good: string[] = []
  for (const [from, tos] of edges) {
    if (isSettled((JSON.parse(from) as Node).b.state)) good.push(from)
    for (const target of tos) back.set(target, [...(back.get(target) ?? []), from])
  }
  const reached = new Set(good)
  for (let key = good.pop(); key; key = good.pop()) {
    for (const from of back.get(key) ?? []) {
      if (!reached.has(from)) {
        reached.add(from)
        good.push(from)
      }
    }
  }
  return reached.size
}

test('money that turns up after a failure goes back', () => {
  const failed: Booking = { ...newBooking(true), state: 'failed', failure: 'payment_timed_out' }
  expect(next(failed, 'authorized')?.state).toBe('voiding')
  expect(next(failed, 'captured')?.state).toBe('returning')
})

test('every state but the settled ones has one effect', () => {
  for (const state of STATES) expect(effectOf(state) === null).toBe(isSettled(state))
})

test('docs/checkout.md lists every transition of the machine and no other', () => {
  const table = readFileSync(new URL('../../../docs/checkout.md', import.meta.url), 'utf8')
  const documented = new Set(
    [...table.matchAll(/^\| `(\w+)` \| `(\w+)` \| ([^|]+) \|/gm)].flatMap(([, from, event, targets]) =>
      [...targets!.matchAll(/`(\w+)`/g)].map(([, target]) => `${from} ${event} ${target}`),
    ),
  )
  expect([...documented].sort()).toEqual([...transitions()].sort())
})

function transitions(): Set<string> {
  const found = new Set<string>()
  const flags = [true, false]
  for (const state of STATES) {
    for (const event of EVENTS) {
      for (const asksProvider of flags) {
        for (const booked of flags) {
          for (const reseated of flags) {
            for (const money of ['none', 'unknown', 'authorized', 'captured', 'returned'] as const) {
              const b: Booking = { state, asksProvider, money, booked, reseated, failure: 'payment_lapsed' }
              try {
                const after = next(b, event)
                if (after) found.add(`${state} ${event} ${after.state}`)
              } catch {
                // A combination that cannot be: the machine's own assertions say so.
              }
            }
          }
        }
      }
    }
  }
  return found
}
