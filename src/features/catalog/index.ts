export type * from './types.ts'
export { HALLS, type HallName } from './halls/halls.ts'
