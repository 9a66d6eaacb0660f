import type { Consumer } from '../../platform/outbox/outbox.ts'
import { deliverMail, MAIL_KINDS } from './deliver-mail.ts'
import type { NotificationDeps } from './types.ts'

export { clearDeliveries, exportDeliveries, messageIdsOf } from './personal-data.ts'
export { devMailRoutes } from './dev-mail-routes.ts'
export type * from './types.ts'

/** Writes to buyers what became of their orders; read it from `money_outbox`. A mail that fails never touches an order. */
export function createMailConsumer(deps: NotificationDeps): Consumer {
  return { name: 'mail', kinds: MAIL_KINDS, handle: (fact) => deliverMail(deps, fact) }
}
