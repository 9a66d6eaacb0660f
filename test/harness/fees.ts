/** A fee as an event's page gets it. */
export const fee = (name: string, per: 'ticket' | 'order', refundable: boolean, amount = 250) => ({
  name,
  per,
  amount: { amount, currency: 'USD' },
  rate: 0,
  refundable,
})
