/** An amount in minor units by ISO 4217 (cents; yen have none) with its currency. */
export type Money = { amount: number; currency: string }
