import { Type } from 'typebox'
import { mayCall } from './access.ts'
import { isDirectLoopback } from './address.ts'
import { route, type Route } from './route.ts'

/** Milliseconds that one check may take; an engine that answers later is not ready. */
const CHECK_MS_MAX = 2_000

/** An engine that readiness depends on. */
export type ReadinessCheck = {
  name: string
  /** Without it the process can do nothing and is taken out of service; otherwise it works with less. */
  required: boolean
  /** Resolves with a word on the state ("embedded", "3 ms behind"), throws when it is down. */
  check(): Promise<string | void>
}

export type ProbeOptions = {
  checks: readonly ReadinessCheck[]
  metrics: { text(): Promise<string>; readonly contentType: string }
  /** Roles at the whole house that may read the metrics from another machine. */
  metricsRoles: readonly string[]
  /** True once the process was asked to end: it finishes its requests but wants no new ones. */
  stopping?: () => boolean
  monotonic: () => number
  onFault?: (error: unknown, check: string) => void
}

const EngineSchema = Type.Object({
  name: Type.String(),
  state: Type.Enum(['up', 'down']),
  required: Type.Boolean(),
  milliseconds: Type.Number(),
  detail: Type.Optional(Type.String()),
})
const ReadySchema = Type.Object({
  status: Type.Enum(['ready', 'degraded', 'not_ready', 'stopping']),
  engines: Type.Array(EngineSchema),
})

type Engine = { name: string; state: 'up' | 'down'; required: boolean; milliseconds: number; detail?: string }

export function probeRoutes(options: ProbeOptions): Route[] {
  return [
    route({
      method: 'GET',
      path: '/healthz',
      summary: 'Liveness',
      description: 'Answers as long as the process turns its loop. Says nothing about what it depends on.',
      tag: 'Operations',
      access: 'public',
      limit: 'none',
      answers: {
        200: {
          description: 'Alive.',
          schema: Type.Object({ status: Type.Literal('ok') }),
          example: { status: 'ok' },
        },
      },
      errors: [],
      handle: () => ({ status: 200, json: { status: 'ok' } }),
    }),
    route({
      method: 'GET',
      path: '/readyz',
      summary: 'Readiness',
      description:
        'The state of each engine. 503 where a required one is down or the process is about to end.',
      tag: 'Operations',
      access: 'public',
      limit: 'none',
      answers: {
        200: { description: 'Ready, or working with less.', schema: ReadySchema },
        503: { description: 'Send nobody here.', schema: ReadySchema },
      },
      errors: [],
      handle: async () => {
        const engines = await shared(options)
        const stopping = options.stopping?.() ?? false
        const down = engines.filter(({ state }) => state === 'down')
        const out = stopping || down.some(({ required }) => required)
        const status = stopping ? 'stopping' : out ? 'not_ready' : down.length > 0 ? 'degraded' : 'ready'
        return {
          status: out ? 503 : 200,
          json: { status, engines },
          ...(out && { headers: { 'retry-after': '1' } }),
        }
      },
    }),
    route({
      method: 'GET',
      path: '/metrics',
      summary: 'Metrics',
      description: `In Prometheus' text format. Free on the machine itself (a connection from loopback that no proxy passed on); from elsewhere for staff of the whole house with the role ${options.metricsRoles.join(' or ')}.`,
      tag: 'Operations',
      access: 'public',
      limit: 'none',
      answers: { 200: { description: 'Metrics.', contentType: 'text/plain' } },
      errors: ['unauthorized', 'forbidden'],
      handle: async ({ caller, request, address }) => {
        const { metrics, metricsRoles } = options
        const refused = isDirectLoopback(request, address)
          ? null
          : await mayCall({ staff: metricsRoles, of: 'house' }, caller, null)
        if (refused) return refused
        return new Response(await metrics.text(), { headers: { 'content-type': metrics.contentType } })
      },
    }),
  ]
}

const running = new WeakMap<ProbeOptions, Promise<Engine[]>>()

/** Probes that come at the same time share one round of checks: they are public, and must not become load. */
function shared(options: ProbeOptions): Promise<Engine[]> {
  const now = running.get(options)
  if (now) return now
  const round = Promise.all(options.checks.map((check) => examine(check, options)))
  running.set(options, round)
  return round.finally(() => running.delete(options))
}

async function examine(check: ReadinessCheck, options: ProbeOptions): Promise<Engine> {
  const startedMs = options.monotonic()
  const { name, required } = check
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${CHECK_MS_MAX} ms`)), CHECK_MS_MAX)
  })
  const took = (): number => Math.round((options.monotonic() - startedMs) * 10) / 10
  try {
    const detail = await Promise.race([check.check(), late])
    return { name, state: 'up', required, milliseconds: took(), ...(detail && { detail }) }
  } catch (error) {
    // What went wrong goes to the log and not to the world: messages of drivers name hosts and users.
    options.onFault?.(error, name)
    return { name, state: 'down', required, milliseconds: took() }
  } finally {
    clearTimeout(timer)
  }
}
