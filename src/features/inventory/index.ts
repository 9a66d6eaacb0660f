export { createInventory, type InventoryDeps, type InventoryService } from './inventory.ts'
export { packStatuses } from './availability.ts'
export * from './types.ts'
export { inventoryRoutes, type InventoryRouteDeps } from './routes.ts'
