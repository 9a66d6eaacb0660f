import type { EventId } from '../../shared/ids.ts'
import type { CodeDraft } from '../catalog/index.ts'
import { accessCodeHash } from '../inventory/index.ts'
import type { CodeGroup, Wish } from './types.ts'

/** Orders that a code is good for where nothing is said. */
export const USES_DEFAULT = 1

/** All codes of the event as they will be: those that were not spoken of stay. */
export function codesOf(wish: Wish, eventId: EventId): CodeDraft[] {
  const isSame = (a: CodeDraft['opens'], b: CodeDraft['opens']): boolean =>
    'phase' in a ? 'phase' in b && a.phase === b.phase : 'allotment' in b && a.allotment === b.allotment
  const hashed = ({ opens, codes }: CodeGroup): CodeDraft[] =>
    codes.map(({ code, uses }) => ({
      hash: accessCodeHash(eventId, code),
      uses: uses === undefined ? USES_DEFAULT : uses,
      opens,
    }))
  const stated = wish.codes.flatMap(hashed)
  const added = wish.added.flatMap(hashed)
  const isNew = new Set(added.map(({ hash, opens }) => JSON.stringify([hash, opens])))
  const kept = (wish.event.sale?.codes ?? []).filter(
    ({ opens, hash }) =>
      !wish.codes.some((group) => isSame(group.opens, opens)) && !isNew.has(JSON.stringify([hash, opens])),
  )
  return [...kept, ...stated, ...added].toSorted((a, b) => (a.hash < b.hash ? -1 : 1))
}
