import { statement } from '../../platform/postgres/database.ts'
import { writeVoidedList } from '../../shared/verify-ticket.ts'
import type { TicketingDeps } from './types.ts'

// One statement, so that the tickets and the version they are complete to come from one snapshot. States from 2 on
// admit nobody: void, replaced. Of a ticket that was moved the codes from before are void, and its present one is not.
const VOIDED = statement(
  'ticketing.voided',
  `select h.version,
          coalesce((select jsonb_agg(jsonb_build_array(t.serial, t.state_version - case when t.state >= 2 then 0 else 1 end)
                                     order by t.serial)
                      from tickets t
                     where t.event_id = $1 and (t.state >= 2 or t.moved_from is not null)
                       and t.state_version > $2), '[]') as tickets
     from event_heads h where h.event_id = $1`,
)

/** What became void after the version `since`, up to the event's head; null for an event that never opened. */
export async function voidedList(
  deps: Pick<TicketingDeps, 'inventorySql' | 'clock'> & {
    signer: Pick<TicketingDeps['signer'], 'keyId' | 'sign'>
  },
  eventId: string,
  since: number,
): Promise<string | null> {
  const { rows } = await deps.inventorySql.query<{ version: number; tickets: [number, number][] }>(VOIDED, [
    eventId,
    since,
  ])
  const [row] = rows
  if (!row) return null
  const { version, tickets } = row
  return writeVoidedList(
    { eventId, since, version, at: deps.clock.now(), tickets: new Map(tickets) },
    deps.signer,
  )
}
