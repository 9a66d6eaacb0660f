import type { Clock, Ids } from '../../platform/clock.ts'
import type { Caller, Route } from '../../platform/http/route.ts'
import { statement, type Database } from '../../platform/postgres/database.ts'
import { ERRORS, isRefusal } from '../../shared/errors.ts'

const WRITE = statement(
  'account.operator_log_write',
  `insert into operator_log (at, call_id, phase, staff_id, organiser_id, action, target, status, request_id)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
)

const READ = statement(
  'account.operator_log_read',
  `select n, at, call_id as "callId", phase, staff_id as "staffId", organiser_id as "organiserId", action, target,
          status, request_id as "requestId"
     from operator_log
    where n < $1 and ($2::text is null or organiser_id = $2)
    order by n desc limit $3`,
)

export type OperatorLogRow = {
  n: number
  at: Date
  callId: string
  phase: 'begun' | 'answered'
  staffId: string
  organiserId: string | null
  action: string
  target: Record<string, string>
  status: number | null
  requestId: string
}

export type OperatorLogDeps = { database: Database; clock: Clock; ids: Ids }

/** The newest first; only of one organiser where one is named. */
export async function readOperatorLog(
  { database }: Pick<OperatorLogDeps, 'database'>,
  c: { before: number; organiserId?: string | undefined; limit: number },
): Promise<OperatorLogRow[]> {
  return (await database.query<OperatorLogRow>(READ, [c.before, c.organiserId ?? null, c.limit])).rows
}

/**
 * Every route with which staff can change something writes down who called it, before it acts and after it answered;
 * what cannot be written down is not done. Buyers' routes and everything that only reads stay as they are.
 */
export function withOperatorLog(routes: readonly Route[], deps: OperatorLogDeps): Route[] {
  return routes.map((route) =>
    route.method === 'GET' || route.access === 'buyer' ? route : { ...route, handle: logged(route, deps) },
  )
}

/** Who works on the machine itself: its commands ask for no token. */
export const COMMAND_LINE_ID = '00000000-0000-0000-0000-000000000001'

/** What a command of the machine does, in the same log: its status is what it exits with. `target` may grow meanwhile. */
export async function logCommand<T>(
  { database, clock, ids }: OperatorLogDeps,
  c: {
    action: string
    target?: Record<string, string>
    organiserId?: string | null
    exitOf(error: unknown): number
  },
  work: (target: Record<string, string>) => Promise<T>,
): Promise<T> {
  const callId = ids.uuid()
  const target = { ...c.target }
  const write = async (phase: 'begun' | 'answered', status: number | null): Promise<void> => {
    const what = [COMMAND_LINE_ID, c.organiserId ?? null, c.action, JSON.stringify(target)]
    await database.query(WRITE, [new Date(clock.now()), callId, phase, ...what, status, 'command-line'])
  }
  await write('begun', null)
  let result: T
  try {
    result = await work(target)
  } catch (error) {
    await write('answered', c.exitOf(error))
    throw error
  }
  await write('answered', 0)
  return result
}

function logged(route: Route, { database, clock, ids }: OperatorLogDeps): Route['handle'] {
  const action = `${route.method} ${route.path}`
  return (input) => {
    const { caller, params, requestId } = input as {
      caller: Caller | null
      params: unknown
      requestId: string
    }
    if (caller?.kind !== 'staff') return route.handle(input)
    const callId = ids.uuid()
    const write = async (phase: 'begun' | 'answered', status: number | null): Promise<void> => {
      const who = [caller.id, caller.organiserId ?? null, action, JSON.stringify(params ?? {})]
      await database.query(WRITE, [new Date(clock.now()), callId, phase, ...who, status, requestId])
    }
    return (async () => {
      await write('begun', null)
      const answer = await route.handle(input)
      await write('answered', isRefusal(answer) ? ERRORS[answer.refused].status : answer.status)
      return answer
    })()
  }
}
