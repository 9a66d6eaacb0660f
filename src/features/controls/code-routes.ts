import { Type } from 'typebox'
import type { Random } from '../../platform/clock.ts'
import { route, type Route } from '../../platform/http/route.ts'
import { isRefusal, refuse, type Refusal } from '../../shared/errors.ts'
import type { CodeDraft, HouseSale } from '../catalog/index.ts'
import { USES_DEFAULT } from './codes.ts'
import { change, CHANGE_ERRORS, EventParams, SEAT_ROLES, TAG, type ControlRouteDeps } from './route-work.ts'
import { CodeSchema } from './spec.ts'

const CODES_MADE_MAX = 1_000
/** Without letters that look alike; 12 of them are 60 bits. */
const CODE_ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'
const CODE_LENGTH = 12

const CodesBody = Type.Object(
  {
    codes: Type.Optional(Type.Array(CodeSchema, { minItems: 1, maxItems: CODES_MADE_MAX })),
    count: Type.Optional(
      Type.Integer({ minimum: 1, maximum: CODES_MADE_MAX, description: 'Makes so many.' }),
    ),
    uses: Type.Optional(
      Type.Union([Type.Integer({ minimum: 1, maximum: 1_000_000 }), Type.Null()], {
        description: 'Of each that is made: orders that it is good for; 1 if left out, null: any number.',
      }),
    ),
  },
  { examples: [{ count: 10, uses: 1 }] },
)

type Thing = {
  kind: 'phase' | 'allotment'
  list: string
  faultOf(sale: HouseSale, id: string): Refusal | null
}

const THINGS: Thing[] = [
  {
    kind: 'phase',
    list: 'phases',
    faultOf({ phases }, id) {
      const phase = phases.find((one) => one.id === id)
      if (!phase) return refuse('not_found', `The event has no phase "${id}".`)
      return phase.access === 'code'
        ? null
        : refuse('conflict', 'This phase is open to all: it needs no code.')
    },
  },
  {
    kind: 'allotment',
    list: 'allotments',
    faultOf: ({ allotments }, id) =>
      allotments.some(({ kind }) => kind === id)
        ? null
        : refuse('not_found', `The event has no allotment "${id}".`),
  },
]

/** Codes that open a phase of the sale, or the seats of an allotment. */
export function codeRoutes(deps: ControlRouteDeps): Route[] {
  return THINGS.map((thing) => codesRoute(deps, thing))
}

function codesRoute(deps: ControlRouteDeps, { kind, list, faultOf }: Thing): Route {
  return route({
    method: 'POST',
    path: `/v1/operator/events/:event_id/${list}/:${kind}/codes`,
    summary: `Add access codes to ${kind === 'phase' ? 'a phase' : 'an allotment'}`,
    description:
      'Give your own in `codes`, or let `count` of them be made. They are shown in this answer only: what is stored of a code is its hash. Giving the same again changes nothing.',
    tag: TAG,
    access: { staff: SEAT_ROLES },
    params: Type.Object({
      ...EventParams.properties,
      [kind]: Type.String({ minLength: 1, maxLength: 100, examples: ['friends'] }),
    }),
    body: CodesBody,
    answers: {
      201: { description: 'The codes', schema: Type.Object({ codes: Type.Array(CodeSchema) }) },
    },
    errors: CHANGE_ERRORS,
    async handle({ params, body, caller }) {
      const { event_id: eventId, [kind]: id } = params as Record<string, string>
      if ((body.codes === undefined) === (body.count === undefined))
        return refuse('malformed', 'Send either `codes` or `count`.')
      const codes = body.codes ?? makeCodes(deps.random, body.count!, body.uses)
      const opens: CodeDraft['opens'] = kind === 'phase' ? { phase: id! } : { allotment: id! }
      const answer = await change(
        deps,
        {
          which: { eventId: eventId! },
          spec: ({ event }) =>
            event.sale
              ? (faultOf(event.sale, id!) ?? {})
              : refuse('not_found', `The event has no ${kind} "${id}": it has no sale.`),
          added: { path: ['codes'], opens, codes },
        },
        { caller: caller!, dryRun: false },
      )
      return isRefusal(answer) ? answer : { status: 201, json: { codes } }
    },
  })
}

function makeCodes(
  random: Random,
  count: number,
  uses: number | null | undefined,
): { code: string; uses: number | null }[] {
  return Array.from({ length: count }, () => {
    const letters = Array.from(
      random.bytes(CODE_LENGTH),
      (byte) => CODE_ALPHABET[byte % CODE_ALPHABET.length],
    )
    return { code: letters.join(''), uses: uses === undefined ? USES_DEFAULT : uses }
  })
}
