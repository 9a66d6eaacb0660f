import { useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { eventQuery } from '../../api/queries.ts'
import { useApi } from '../../app/context.tsx'
import { ButtonLink } from '../../components/button.tsx'

const route = getRouteApi('/events/$eventId')

export function EventPage() {
  const { eventId } = route.useParams()
  const { data: event } = useSuspenseQuery(eventQuery(useApi(), eventId))
  return (
    <>
      <h1 className="display text-4xl">{event.name}</h1>
      <ButtonLink to="/events/$eventId/seats" params={{ eventId }}>
        Choose seats
      </ButtonLink>
    </>
  )
}
