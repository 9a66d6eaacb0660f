export { readAssets, type Assets } from './assets.ts'
export { createPages, type PagesOptions } from './pages.tsx'
export { createPosters, type PostersOptions } from './posters.ts'
