import { logCommand, type StaffMember } from '../features/account/index.ts'
import { systemClock, systemIds } from '../platform/clock.ts'
import { WrongInput } from '../platform/failure.ts'
import type { Database } from '../platform/postgres/database.ts'

/** A member of staff as the log names them. */
export function aboutStaff(member: StaffMember | undefined): {
  target: Record<string, string>
  organiserId: string | null
} {
  return {
    target: member ? { staff_id: member.staffId } : {},
    organiserId: member?.organiserId ?? null,
  }
}

/**
 * Does what a command is for and has it stand in the log of operators, before it and after it. `target` names what it
 * is about by ids and may be added to on the way; no person's name belongs in it, because nobody can take it out.
 */
export function inLog<T>(
  database: Database,
  action: string,
  work: (target: Record<string, string>) => Promise<T>,
  about: { target?: Record<string, string>; organiserId?: string | null } = {},
): Promise<T> {
  const deps = { database, clock: systemClock, ids: systemIds }
  const exitOf = (error: unknown): number => (error instanceof WrongInput ? 2 : 1)
  return logCommand(deps, { action: `usher ${action}`, ...about, exitOf }, work)
}
