/** A tax, in parts per million of what it is on. `included`: the prices contain it; else it is added to them. */
export type Tax = { ratePpm: number; included: boolean; appliesTo: 'all' | 'tickets' | 'fees' }
/** A fee of a ticket or an order: a fixed amount and, for tickets, a share of the face value. */
export type Fee = { per: 'ticket' | 'order'; amount: number; ratePpm: number }

/** What is paid, what part of it is a fee, what part is tax. Minor units. */
export type AllIn = { amount: number; fee: number; tax: number }

const MILLION = 1_000_000

/**
 * What a ticket costs with everything in it. Rounding: every fee and every tax of a ticket is rounded on its own to
 * whole minor units, half upwards; nothing is rounded again over an order, so an order costs the sum of its lines.
 */
export function ticketPrice(face: number, fees: readonly Fee[], taxes: readonly Tax[]): AllIn {
  const perTicket = fees.filter((fee) => fee.per === 'ticket')
  const fee = perTicket.reduce((sum, f) => sum + f.amount + share(face, f.ratePpm), 0)
  const ticket = taxed(face, taxes, 'tickets')
  const withFees = taxed(fee, taxes, 'fees')
  return {
    amount: ticket.gross + withFees.gross,
    fee: withFees.gross,
    tax: ticket.tax + withFees.tax,
  }
}

/** What is paid once an order, whatever is in it. */
export function orderFee(fees: readonly Fee[], taxes: readonly Tax[]): { amount: number; tax: number } {
  const net = fees.filter((fee) => fee.per === 'order').reduce((sum, fee) => sum + fee.amount, 0)
  const { gross, tax } = taxed(net, taxes, 'fees')
  return { amount: gross, tax }
}

// Taxes that are included are taken out of the amount together, since each is a share of the same net price.
function taxed(
  amount: number,
  taxes: readonly Tax[],
  on: 'tickets' | 'fees',
): { gross: number; tax: number } {
  const applying = taxes.filter((tax) => tax.appliesTo === 'all' || tax.appliesTo === on)
  const includedPpm = applying.filter((tax) => tax.included).reduce((sum, tax) => sum + tax.ratePpm, 0)
  const included = amount - divide(amount * MILLION, MILLION + includedPpm)
  const net = amount - included
  const added = applying.filter((tax) => !tax.included).reduce((sum, tax) => sum + share(net, tax.ratePpm), 0)
  return { gross: amount + added, tax: included + added }
}

function share(amount: number, ratePpm: number): number {
  return divide(amount * ratePpm, MILLION)
}

// Half upwards; amounts are never negative.
function divide(dividend: number, divisor: number): number {
  if (!Number.isSafeInteger(dividend)) throw new Error(`an amount is too large to compute with: ${dividend}`)
  return Math.floor((2 * dividend + divisor) / (2 * divisor))
}
