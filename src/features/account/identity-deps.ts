import type { Clock, Ids, Random } from '../../platform/clock.ts'
import type { WrappingKeys } from '../../platform/crypto/seal.ts'
import type { Database } from '../../platform/postgres/database.ts'
import type { OtherSets, SendMail } from './identity-types.ts'
import type { PeopleOptions } from './people.ts'
import type { Account } from './types.ts'

export type IdentityDeps = {
  database: Database
  clock: Clock
  ids: Ids
  random: Random
  account: Pick<Account, 'keys' | 'people' | 'sessions' | 'endSessions'>
  masterKeys: WrappingKeys
  sets: OtherSets
  sendMail: SendMail
  /** "Name <address>", and the right side of message ids. */
  from: string
  domain: string
  /** False for load tests: then no address is limited. Mailboxes always are. */
  limited: boolean
  /** No personal data in it. */
  onProblem(message: string, error: unknown): void
}

/** The deps with what is made of them once: what the files of this feature pass among themselves. */
export type IdentityContext = IdentityDeps & { peopleOptions: PeopleOptions }
