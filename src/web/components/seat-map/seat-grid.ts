/** Finds the seat under a point among 50,000 by looking into a few squares. */
export class SeatGrid {
  readonly #x: Float32Array
  readonly #y: Float32Array
  readonly #cell: number
  readonly #columns: number
  readonly #rows: number
  readonly #left: number
  readonly #top: number
  /** Seats of square c: `#seats[#starts[c] .. #starts[c + 1]]`. */
  readonly #starts: Uint32Array
  readonly #seats: Uint32Array

  /** `cell`: side of a square, best a few seats wide. */
  constructor(x: Float32Array, y: Float32Array, cell: number) {
    this.#x = x
    this.#y = y
    this.#cell = cell
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
    for (let i = 0; i < x.length; i++) {
      left = Math.min(left, x[i]!)
      right = Math.max(right, x[i]!)
      top = Math.min(top, y[i]!)
      bottom = Math.max(bottom, y[i]!)
    }
    if (x.length === 0) [left, top, right, bottom] = [0, 0, 0, 0]
    this.#left = left
    this.#top = top
    this.#columns = Math.floor((right - left) / cell) + 1
    this.#rows = Math.floor((bottom - top) / cell) + 1
    const starts = new Uint32Array(this.#columns * this.#rows + 1)
    for (let i = 0; i < x.length; i++) starts[this.#square(x[i]!, y[i]!) + 1]! += 1
    for (let c = 1; c < starts.length; c++) starts[c]! += starts[c - 1]!
    const next = starts.slice()
    this.#seats = new Uint32Array(x.length)
    for (let i = 0; i < x.length; i++) this.#seats[next[this.#square(x[i]!, y[i]!)]!++] = i
    this.#starts = starts
  }

  /** The nearest seat within `reach` for which `fits`, or -1. */
  nearest(px: number, py: number, reach: number, fits: (seat: number) => boolean = () => true): number {
    let best = -1
    let bestSquared = reach * reach
    this.within(px, py, reach, (seat) => {
      const squared = (this.#x[seat]! - px) ** 2 + (this.#y[seat]! - py) ** 2
      if (squared > bestSquared || !fits(seat)) return
      best = seat
      bestSquared = squared
    })
    return best
  }

  /** Every seat within `reach`, and some a little further away. */
  within(px: number, py: number, reach: number, found: (seat: number) => void): void {
    const c0 = this.#clampColumn(px - reach)
    const c1 = this.#clampColumn(px + reach)
    const r0 = this.#clampRow(py - reach)
    const r1 = this.#clampRow(py + reach)
    for (let r = r0; r <= r1; r++) {
      for (let c = c0; c <= c1; c++) {
        const square = r * this.#columns + c
        for (let i = this.#starts[square]!; i < this.#starts[square + 1]!; i++) found(this.#seats[i]!)
      }
    }
  }

  #square(x: number, y: number): number {
    return this.#clampRow(y) * this.#columns + this.#clampColumn(x)
  }

  #clampColumn(x: number): number {
    return Math.min(this.#columns - 1, Math.max(0, Math.floor((x - this.#left) / this.#cell)))
  }

  #clampRow(y: number): number {
    return Math.min(this.#rows - 1, Math.max(0, Math.floor((y - this.#top) / this.#cell)))
  }
}
