import type { Route } from '../../platform/http/route.ts'
import { codeRoutes } from './code-routes.ts'
import { eventRoutes } from './event-routes.ts'
import { moveRoute } from './move-route.ts'
import type { ControlRouteDeps } from './route-work.ts'
import { saleRoutes } from './sale-routes.ts'
import { seatRoutes } from './seat-routes.ts'

/** What the house does with its events, over HTTP. */
export function controlRoutes(deps: ControlRouteDeps): Route[] {
  return [
    ...eventRoutes(deps),
    ...saleRoutes(deps),
    ...seatRoutes(deps),
    moveRoute(deps),
    ...codeRoutes(deps),
  ]
}
