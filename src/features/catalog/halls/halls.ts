import type { Layout } from '../../../shared/layout.ts'
import { cinema } from './cinema.ts'
import { club } from './club.ts'
import { concertHall } from './concert-hall.ts'
import { stadium } from './stadium.ts'
import { studio } from './studio.ts'

/** Halls drawn by Usher itself: always the same bytes, so always the same hash. */
export const HALLS = {
  stadium: () => stadium({ set: 'match' }),
  'stadium-concert': () => stadium({ set: 'concert' }),
  'stadium-standing': () => stadium({ set: 'concert', standing: true }),
  'concert-hall': () => concertHall(),
  cinema: () => cinema(),
  studio: () => studio(),
  club: () => club(),
} as const satisfies Record<string, () => Layout>

export type HallName = keyof typeof HALLS
