import type { Event } from '../../api/queries.ts'

export type PriceType = Event['price_types'][number]
export type Money = Event['prices'][number]['price']

export type PricedCategory = {
  index: number
  name: string
  /** Colour and pattern: dearest first, by the prices that were there first. */
  step: number
  /** At the first price type that the category has; null where it is not for sale. */
  price: Money | null
}

/** What the event asks for each category and price type. */
export class PriceBook {
  readonly currency: string
  readonly orderFee: number
  readonly types: PriceType[]
  readonly categories: PricedCategory[]
  readonly #prices = new Map<string, number>()

  /** `prices`: with a code they may be others than the event's own. `steps`: what the categories have by now. */
  constructor(event: Event, prices: Event['prices'] = event.prices, steps?: readonly number[]) {
    this.currency = event.currency
    this.orderFee = event.order_fee.amount
    this.types = event.price_types
    for (const { category_index, price_type, price } of prices) {
      this.#prices.set(`${category_index} ${price_type}`, price.amount)
    }
    const priced = event.categories.map(({ index, name }) => {
      const type = this.typesOf(index)[0]
      return { index, name, step: 0, price: type ? this.money(this.amount(index, type.id)!) : null }
    })
    const dearestFirst = priced.toSorted((a, b) => (b.price?.amount ?? -1) - (a.price?.amount ?? -1))
    dearestFirst.forEach((category, i) => (category.step = steps?.[category.index] ?? i))
    this.categories = dearestFirst
  }

  /** With other prices; each category keeps its colour, or the map would contradict its key. */
  with(event: Event, prices?: Event['prices']): PriceBook {
    return new PriceBook(event, prices, this.steps)
  }

  money(amount: number): Money {
    return { amount, currency: this.currency }
  }

  /** Fees and taxes included; null where the category is not sold at that type. */
  amount(category: number, type: string): number | null {
    return this.#prices.get(`${category} ${type}`) ?? null
  }

  typesOf(category: number): PriceType[] {
    return this.types.filter(({ id }) => this.#prices.has(`${category} ${id}`))
  }

  category(index: number): PricedCategory | undefined {
    return this.categories.find((category) => category.index === index)
  }

  /** Colour step by the category's index in the layout. */
  get steps(): number[] {
    const steps: number[] = []
    for (const { index, step } of this.categories) steps[index] = step
    return steps
  }
}
