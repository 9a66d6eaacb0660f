import type { Clock } from '../../platform/clock.ts'
import { RateLimit } from '../../platform/rate-limit.ts'
import { refuse } from '../../shared/errors.ts'
import type { HoldRequest } from './types.ts'

/**
 * Wrong access codes, and nothing else, are counted: in each process, by buyer and by address. A campus may be behind
 * one: 5,000 people of whom every tenth mistypes once stay below it. A buyer costs nothing to make, so it is the address
 * that bounds whoever guesses: 43,200 tries a day, which is nothing beside codes of ten letters and digits.
 */
const WRONG_CODES_OF_ONE = { perSecond: 1 / 60, burst: 10 }
const WRONG_CODES_BY_ADDRESS = { perSecond: 1 / 2, burst: 600 }

export class CodeGuesses {
  readonly #ofOne: RateLimit
  readonly #byAddress: RateLimit

  constructor(clock: Clock, rates = { ofOne: WRONG_CODES_OF_ONE, byAddress: WRONG_CODES_BY_ADDRESS }) {
    this.#ofOne = new RateLimit(rates.ofOne, clock)
    this.#byAddress = new RateLimit(rates.byAddress, clock)
  }

  /**
   * For one request, which is counted once however often it is named anew. Beyond the limit a right code is refused like
   * a wrong one: else the refusals would tell which it was.
   */
  of(buyer: string, address: string): NonNullable<HoldRequest['codeTried']> {
    let counted = false
    return (isKnown) => {
      if (counted) return null
      const waitSeconds = Math.max(this.#ofOne.wait(buyer), this.#byAddress.wait(address))
      if (waitSeconds > 0)
        return refuse('rate_limited', 'Too many wrong access codes were tried. Wait, then try again.', {
          retryAfterSeconds: waitSeconds,
        })
      if (isKnown) return null
      counted = true
      this.#ofOne.take(buyer)
      this.#byAddress.take(address)
      return null
    }
  }
}
