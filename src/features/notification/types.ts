import type { Clock, Ids } from '../../platform/clock.ts'
import type { Mailer } from '../../platform/mail.ts'
import type { Database } from '../../platform/postgres/database.ts'
import type { People } from '../account/index.ts'
import type { Checkout } from '../checkout/index.ts'
import type { Ticketing } from '../ticketing/index.ts'

export type NotificationDeps = {
  database: Database
  mailer: Mailer
  /** "Name <address>". */
  from: string
  /** Right side of message ids; the house's mail domain. */
  domain: string
  /** "https://tickets.example.org", for links; left out: mails have none. */
  publicUrl?: string | null
  ticketing: Pick<Ticketing, 'delivery' | 'pdf' | 'calendar'>
  checkout: Pick<Checkout, 'order' | 'cancellationMessage'>
  people: Pick<People, 'contact'>
  clock: Clock
  ids: Ids
  /** Milliseconds after which a mail that somebody was sending may be sent by another; `CLAIM_MS` where left out. */
  claimMs?: number
  /** What became of a mail: `kind` is its fact's, `reason` why none was sent. */
  onMail?: (kind: string, outcome: 'sent' | 'skipped' | 'failed', reason: string | null) => void
}

/** A mail before it has an address: `refundId` and `saysRefunded` keep the next mail from telling the same again. */
export type Letter = {
  subject: string
  text: string
  html: string
  files: { filename: string; contentType: string; content: string | Uint8Array }[]
  refundId: string | null
  saysRefunded: boolean
}
