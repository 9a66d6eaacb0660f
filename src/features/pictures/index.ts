export { createPictures, type Pictures } from './pictures.ts'
export { clearPictures } from './clear-pictures.ts'
export { pictureRoutes } from './routes.ts'
