import type { App } from '../../app/context.tsx'
import { eventsQuery } from '../../api/queries.ts'

export async function loadHome({ api, queryClient }: Pick<App, 'api' | 'queryClient'>) {
  await queryClient.ensureQueryData(eventsQuery(api, { limit: 1 }))
}
