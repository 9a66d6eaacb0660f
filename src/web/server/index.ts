export { readAssets, type Assets } from './assets.ts'
export { createCrawlers, type CrawlersOptions } from './crawlers.ts'
export { createPages, type PagesOptions } from './pages.tsx'
export { createPosters, type PostersOptions } from './posters.ts'
