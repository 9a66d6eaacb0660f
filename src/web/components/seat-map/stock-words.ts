import type { HallData } from './hall.ts'

/** What stands on sections and areas about what is left of them. */
export type StockWords = { sections: string[]; areas: { left: number; words: string }[] }

/** Words that stand in the map, as text that can cross to another thread: `left` has `NUMBER` where the number goes. */
export type MapWords = { left: string; soldOut: string; stage: string; numberLocale: string }

/** Nothing that a text would have. */
export const NUMBER = '\u0001'

/** Says what is left of sections and areas; each number is put into words once. */
export class StockSayer {
  readonly #areas: HallData['areas']
  readonly #words: MapWords
  readonly #numbers: Intl.NumberFormat
  readonly #said = new Map<number, string>()

  constructor({ areas }: HallData, words: MapWords) {
    this.#areas = areas
    this.#words = words
    this.#numbers = new Intl.NumberFormat(words.numberLocale)
  }

  /** Every letter that may come. */
  get alphabet(): string {
    return `0123456789.,${this.#say(0)}${this.#say(1)}${this.#say(2_000)}`
  }

  /** `limited`: to what a code opens; of what it does not nothing is said. */
  all(freeInSection: Uint32Array, areas: Record<string, number>, limited: boolean): StockWords {
    const say = (left: number): string => (limited && left === 0 ? '' : this.#say(left))
    return {
      sections: Array.from(freeInSection, say),
      areas: this.#areas.map(({ area_id }) => {
        const left = areas[area_id] ?? 0
        return { left, words: say(left) }
      }),
    }
  }

  #say(left: number): string {
    let said = this.#said.get(left)
    if (said === undefined) {
      const { left: phrase, soldOut } = this.#words
      said = left > 0 ? phrase.replace(NUMBER, this.#numbers.format(left)) : soldOut
      this.#said.set(left, said)
    }
    return said
  }
}
