import { dueAt, type EventState } from '../../src/features/inventory/state.ts'

/**
 * Everything that an event's memory knows, as plain values that can be compared deeply. Order of maps does not
 * count, nor do entries of the due queue that nothing stands behind any more.
 */
export function plainState(state: EventState): Record<string, unknown> {
  const seatHolds = Array.from({ length: state.seatCount }, (_, seat) => state.seatHold(seat))
  return {
    eventId: state.eventId,
    version: state.version,
    at: state.at,
    headHash: Buffer.from(state.headHash).toString('hex'),
    rules: structuredClone(state.rules),
    rulesVersion: state.rulesVersion,
    layoutHash: state.layoutHash,
    serial: state.serial,
    cancelled: state.cancelled,
    statuses: [...state.statuses],
    seatHolds,
    seatAllocations: [...state.seatAllocations].sort(([a], [b]) => a - b),
    areas: structuredClone(state.areas),
    holds: sorted(state.holds),
    tickets: sorted(state.tickets),
    keys: sorted(state.keys),
    tallies: sorted((state as unknown as { tallies: Map<string, number> }).tallies),
    due: liveDue(state),
  }
}

/** The plain state without the numbers that depend on how commands were spread over entries. */
export function withoutVersions(state: Record<string, unknown>): unknown {
  return JSON.parse(
    JSON.stringify(state, (name, value: unknown) =>
      ['version', 'rulesVersion', 'stateVersion', 'headHash'].includes(name) ? undefined : value,
    ),
  )
}

function sorted(map: ReadonlyMap<string, unknown>): [string, unknown][] {
  return structuredClone([...map]).sort(([a], [b]) => (a < b ? -1 : 1))
}

function liveDue(state: EventState): string[] {
  const queued = new Set((state.due as unknown as { data: { at: number; holdId: string }[] }).data.map(name))
  const expected = [...state.holds.values()].flatMap((hold) => {
    const at = dueAt(hold)
    return at === null ? [] : [name({ at, holdId: hold.id })]
  })
  return expected.map((due) => (queued.has(due) ? due : `${due} is missing in the queue`)).sort()
}

function name(due: { at: number; holdId: string }): string {
  return `${due.holdId} at ${due.at}`
}
