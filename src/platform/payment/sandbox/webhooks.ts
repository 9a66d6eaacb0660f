import { createHmac } from 'node:crypto'
import type { Clock } from '../../clock.ts'
import type { Books, Json, WebhookDelivery } from './books.ts'

/** Milliseconds that the receiver has for its 200. */
const DELIVERY_MS_MAX = 5_000
/** Milliseconds before the first repetition; doubled every time. */
const RETRY_MS_MIN = 500
const RETRY_MS_MAX = 60_000
const DELIVERIES_AT_ONCE_MAX = 16

export type WebhookTarget = { url: string; secret: string }

export type Webhooks = {
  target: WebhookTarget | null
  /** Deliveries of each event: 2 sends everything twice. */
  copies: number
  /** Sends the newest of a batch first. */
  reversed: boolean
  send(event: Json): void
  /** Settles when everything due has been tried. */
  flush(): Promise<void>
  stop(): Promise<void>
}

/** Signed deliveries as Stripe makes them: at least once, in any order, again until the receiver says 2xx. */
export function createWebhooks(books: Books, clock: Clock): Webhooks {
  let stopped = false
  let running: Promise<void> | null = null
  let timer: ReturnType<typeof setTimeout> | undefined

  const webhooks: Webhooks = {
    target: null,
    copies: 1,
    reversed: false,
    send(event) {
      books.addEvent(event, clock.now())
      wake(0)
    },
    flush,
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
  wake(0)
  return webhooks

  function wake(delayMs: number): void {
    if (stopped) return
    clearTimeout(timer)
    timer = setTimeout(() => void flush(), delayMs)
    timer.unref?.()
  }

  function flush(): Promise<void> {
    running ??= deliverDue().finally(() => {
      running = null
      wake(RETRY_MS_MIN)
    })
    return running
  }

  async function deliverDue(): Promise<void> {
    for (;;) {
      if (!webhooks.target || stopped) return
      const due = books.deliveriesDue(clock.now(), DELIVERIES_AT_ONCE_MAX)
      if (due.length === 0) return
      if (webhooks.reversed) due.reverse()
      for (const delivery of due) await deliver(delivery, webhooks.target)
    }
  }

  async function deliver(delivery: WebhookDelivery, target: WebhookTarget): Promise<void> {
    let accepted = false
    for (let copy = 0; copy < webhooks.copies; copy++) accepted = await post(delivery.payload, target)
    if (stopped) return
    if (accepted) books.delivered(delivery.id, clock.now())
    else {
      const waitMs = Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** delivery.tries)
      books.deliverLater(delivery.id, clock.now() + waitMs)
    }
  }

  async function post(payload: string, target: WebhookTarget): Promise<boolean> {
    const seconds = Math.floor(clock.now() / 1000)
    try {
      const response = await fetch(target.url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'stripe-signature': `t=${seconds},v1=${sign(payload, seconds, target.secret)}`,
        },
        body: payload,
        signal: AbortSignal.timeout(DELIVERY_MS_MAX),
      })
      await response.arrayBuffer()
      return response.ok
    } catch {
      return false
    }
  }
}

// https://docs.stripe.com/webhooks#verify-manually
export function sign(payload: string, seconds: number, secret: string): string {
  return createHmac('sha256', secret).update(`${seconds}.${payload}`).digest('hex')
}
