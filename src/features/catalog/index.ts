export type * from './types.ts'
export { createCatalog, withStock, type CatalogDeps, type CatalogService } from './catalog.ts'
export type { ListedEvent, ListedPage } from './list-events.ts'
export { catalogRoutes, type CatalogRouteDeps } from './routes.ts'
export { HALLS, type HallName } from './halls/halls.ts'
export type { EventDraft, SaleDraft } from './event-draft.ts'
export type * from './house-types.ts'
export { DEFAULT_ORGANISER } from './event-store.ts'
export { knownCity } from './importing/cities.ts'
export { languageTag } from './importing/language-tag.ts'
export { readMoment, type Moment } from './importing/moments.ts'
export { pictureHashes, UPLOADED, type EventPicture, type EventPictures } from './picture-store.ts'
export { sortName } from './importing/names.ts'
export type { Organiser } from './organisers.ts'
export type { HistoryEntry } from './event-history.ts'
export type { SavedEvent } from './event-store.ts'
export {
  importEvents,
  type ImportFault,
  type ImportOptions,
  type ImportSummary,
} from './importing/import-events.ts'
export { readLayout, type ReadLayout } from './layouts/read-layout.ts'
export { loadDemo, type DemoDeps, type DemoSummary } from './demo/load-demo.ts'
export type { Film } from './demo/demo-events.ts'
