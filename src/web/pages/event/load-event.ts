import { notFound } from '@tanstack/react-router'
import type { App } from '../../app/context.tsx'
import { eventQuery } from '../../api/queries.ts'
import { isApiError } from '../../api/problem.ts'

export async function loadEvent({ api, queryClient }: Pick<App, 'api' | 'queryClient'>, eventId: string) {
  try {
    await queryClient.ensureQueryData(eventQuery(api, eventId))
  } catch (error) {
    throw isApiError(error, 'not_found') ? notFound() : error
  }
}
