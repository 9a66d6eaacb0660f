export { createInventory, type InventoryDeps, type InventoryService } from './inventory.ts'
export { packStatuses } from './availability.ts'
export * from './types.ts'
export { inventoryRoutes, type InventoryRouteDeps } from './routes.ts'
// For the audit, which replays ledgers with the same function that wrote their effects.
export { applyChange, quantityOf, type Change } from './changes.ts'
export { HOLD_STATES, linesText, TICKET_STATES } from './commit-deltas.ts'
export { decodeEntry, hashEntry, UnknownFormat, type Entry } from './entry.ts'
export { dueAt, EventState, type Hold, type Line, type Ticket } from './state.ts'
