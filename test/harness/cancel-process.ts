// A worker that cancels an event, gives the money back and writes to the buyers, until it kills itself at one point.
// Argument, as JSON: a CancelJob.
import { createAccount } from '../../src/features/account/index.ts'
import { createMailConsumer } from '../../src/features/notification/index.ts'
import { createTicketing } from '../../src/features/ticketing/index.ts'
import { systemClock, systemIds, systemRandom } from '../../src/platform/clock.ts'
import { wrappingKey } from '../../src/platform/crypto/seal.ts'
import { fileMailer } from '../../src/platform/mail.ts'
import { createOutboxReader } from '../../src/platform/outbox/outbox.ts'
import { checkoutStack } from './checkout-stack.ts'

export type CancelJob = {
  databaseUrl: string
  gatewayUrl: string
  mailFolder: string
  rows: number
  eventId: string
  /** Asks for the cancellation; the others only find it. */
  asks: boolean
  /** The point's name, and how often it is passed before the process is killed there; null: it lives on. */
  killAt: { point: string; times: number } | null
}

/** Milliseconds: what a killed process had in hand is soon anybody's. */
export const SHORT_LEASES = { leaseMs: 1_000, cancellationMs: 50 }
const MAIL_CLAIM_MS = 1_000

if (import.meta.main) await work(JSON.parse(process.argv[2]!) as CancelJob)

async function work(job: CancelJob): Promise<void> {
  const { databaseUrl, gatewayUrl, rows, eventId, killAt } = job
  let passed = 0
  const probe = (point: string): void => {
    if (point !== killAt?.point) return
    passed += 1
    // Nothing of this process runs after it: no handler, no finally.
    if (passed === killAt.times) process.kill(process.pid, 'SIGKILL')
  }
  const stack = checkoutStack({ databaseUrl, gatewayUrl, rows, times: SHORT_LEASES, probe })
  const { database, checkout } = stack
  const parts = { database, clock: systemClock, ids: systemIds, random: systemRandom }
  const account = await createAccount({
    ...parts,
    masterKeys: { current: wrappingKey(new Uint8Array(32).fill(1)) },
    livemode: false,
  })
  const ticketing = createTicketing({
    checkout,
    catalog: stack.catalog,
    people: account.people,
    inventory: stack.inventory,
    inventorySql: database,
    signer: account.keys.tickets,
    clock: systemClock,
  })
  const files = fileMailer(job.mailFolder, systemIds)
  const mail = createOutboxReader({
    ...parts,
    table: 'money_outbox',
    limits: { leaseMs: 1_000, pollMs: 50, retryMsMin: 100, retryMsMax: 500 },
    consumer: createMailConsumer({
      ...parts,
      mailer: {
        send: async (letter) => {
          await files.send(letter)
          probe('mail:after')
        },
        close: () => files.close(),
      },
      from: 'Usher <tickets@localhost>',
      domain: 'localhost',
      ticketing,
      checkout,
      people: account.people,
      claimMs: MAIL_CLAIM_MS,
    }),
  })
  checkout.recovery.start()
  mail.start()
  if (job.asks) await checkout.cancelEvent({ eventId, reason: 'the hall is flooded', by: 'ada' })
}
