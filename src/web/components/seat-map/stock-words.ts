import type { Hall } from './hall.ts'
import type { StockWords } from './renderer.ts'

/** Words that stand in the map. */
export type MapWords = { left: (count: number) => string; soldOut: string }

export type StockSource = {
  statuses: Uint8Array<ArrayBuffer>
  freeInSection: Uint32Array
  areas: Record<string, number>
}

/** Says what is left of sections and areas; each number is put into words once. */
export class StockSayer {
  readonly #hall: Hall
  readonly #stock: StockSource
  readonly #words: MapWords
  readonly #said = new Map<number, string>()
  #last = ''

  constructor(hall: Hall, stock: StockSource, words: MapWords) {
    this.#hall = hall
    this.#stock = stock
    this.#words = words
  }

  /** Every letter that may come. */
  get alphabet(): string {
    const { left, soldOut } = this.#words
    return `0123456789.,${left(0)}${left(1)}${left(2_000)}${soldOut}`
  }

  all(): StockWords {
    const { freeInSection, areas } = this.#stock
    return {
      sections: Array.from(freeInSection, (left) => this.#say(left)),
      areas: this.#hall.data.areas.map(({ area_id }) => {
        const left = areas[area_id] ?? 0
        return { left, words: this.#say(left) }
      }),
    }
  }

  /** Null where nothing else is to be said than before. */
  news(): StockWords | null {
    const words = this.all()
    const text = JSON.stringify(words)
    if (text === this.#last) return null
    this.#last = text
    return words
  }

  #say(left: number): string {
    let said = this.#said.get(left)
    if (said === undefined)
      this.#said.set(left, (said = left > 0 ? this.#words.left(left) : this.#words.soldOut))
    return said
  }
}
