import { mayAt, type StaffAccess } from '../../platform/http/access.ts'
import type { Caller, Route } from '../../platform/http/route.ts'
import { isRefusal, type Refusal } from '../../shared/errors.ts'
import type { StaffRole } from './types.ts'

/** By the name of a path's parameter: whose the thing is that it names; null where there is no such thing. */
export type OrganiserFinders = Record<string, (id: string) => Promise<string | null>>

/**
 * Staff's routes, each told how to find the organiser whom a call is about: by the one parameter of its path that
 * names something of an organiser's. A path that names something else does not start, so that no route is forgotten.
 */
export function withOrganisers(routes: readonly Route[], finders: OrganiserFinders): Route[] {
  return routes.map((route) => {
    const { access } = route
    return typeof access === 'object' ? { ...route, access: withOrganiser(route, access, finders) } : route
  })
}

function withOrganiser(route: Route, access: StaffAccess, finders: OrganiserFinders): StaffAccess {
  const named = [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => name!)
  const name = named.find((parameter) => finders[parameter])
  if (access.of !== undefined) return access
  if (name === undefined) {
    throw new Error(
      `${route.method} ${route.path}: nothing in the path tells the organiser; say \`of\` in its access, or how to find it`,
    )
  }
  return {
    ...access,
    organiserOf: (params: Record<string, string>) => finders[name]!(params[name]!),
  }
}

/**
 * For whom a caller makes something new: the organiser that the call names, else their own; for staff of the whole
 * house the one given. Naming another organiser than one's own is answered as if there were none.
 */
export function organiserFor(
  caller: Caller,
  roles: readonly StaffRole[],
  { named, fallback }: { named?: string | undefined; fallback: string },
): string | Refusal {
  const organiserId = named ?? caller.organiserId ?? fallback
  const refused = mayAt(caller, roles, organiserId)
  return isRefusal(refused) ? refused : organiserId
}
