import type { Event } from '../../api/queries.ts'

type Work = Event['works'][number]
/** A work with what of it is played, where several parts of it are named one after the other. */
export type PlayedWork = Work & { parts: string[] }

/** Between a work and its movement: "Messiah – Hallelujah". */
const PART = ' – '

export function groupWorks(works: readonly Work[]): PlayedWork[] {
  const groups: { composer: string | null; head: string; members: Work[] }[] = []
  for (const work of works) {
    const head = work.title.split(PART)[0]!
    const last = groups.at(-1)
    if (last && last.head === head && last.composer === work.composer) last.members.push(work)
    else groups.push({ composer: work.composer, head, members: [work] })
  }
  return groups.map(({ composer, head, members }) =>
    members.length === 1
      ? { composer, title: members[0]!.title, parts: [] }
      : {
          composer,
          title: head,
          parts: members.flatMap(({ title }) =>
            title === head ? [] : title.slice(head.length + PART.length),
          ),
        },
  )
}
