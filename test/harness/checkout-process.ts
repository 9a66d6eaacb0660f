// A process that pays or cancels and stops at one point, so that a test can kill it there. Arguments, as JSON:
// { databaseUrl, gatewayUrl, times, stopAt, act: 'book' | 'cancel' | 'recover', … }. Prints "stopped" when it is there.
import { checkoutStack } from './checkout-stack.ts'

type Job = {
  databaseUrl: string
  gatewayUrl: string
  times?: Record<string, number>
  /** The point's name, and how often it is passed before the process stops there. */
  stopAt: string
  act: 'book' | 'cancel' | 'recover'
  buyer: string
  reservationId?: string
  paymentToken?: string
  orderId?: string
}

const job = JSON.parse(process.argv[2]!) as Job
const stack = checkoutStack({
  databaseUrl: job.databaseUrl,
  gatewayUrl: job.gatewayUrl,
  ...(job.times && { times: job.times }),
  probe: (point) => {
    if (point !== job.stopAt) return
    console.log('stopped')
    return new Promise<void>(() => {})
  },
})

switch (job.act) {
  case 'book':
    await stack.checkout.book({
      buyer: job.buyer,
      reservationId: job.reservationId!,
      key: 'crash',
      ...(job.paymentToken && { paymentToken: job.paymentToken }),
    })
    break
  case 'cancel':
    await stack.checkout.cancel({ buyer: job.buyer, orderId: job.orderId! })
    break
  case 'recover':
    stack.checkout.recovery.start()
    await new Promise(() => {})
}
console.log('finished')
process.exit(0)
