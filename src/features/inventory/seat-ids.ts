/** Multiplier and start of FNV-1a, 32 bits. */
const FNV_PRIME = 0x01000193
const FNV_START = 0x811c9dc5

/**
 * The ids of a hall's seats, both ways: index to id and id to index. All characters lie in one text and the index in
 * arrays of numbers, so that a hall costs the garbage collector nothing, however many seats it has: with a string, an
 * object and a map entry a seat, collecting was a third of the processor's work for an event of two million seats.
 */
export class SeatIds {
  readonly size: number
  private readonly text: string
  private readonly ends: Uint32Array
  /** Open addressing: an index + 1, or 0. */
  private readonly slots: Uint32Array
  private readonly mask: number

  /** Of an id that comes twice the later index counts. */
  constructor(ids: readonly string[]) {
    this.size = ids.length
    this.text = ids.join('')
    this.ends = new Uint32Array(ids.length)
    const slotCount = 2 ** Math.ceil(Math.log2(Math.max(2, ids.length * 2)))
    this.mask = slotCount - 1
    this.slots = new Uint32Array(slotCount)
    let end = 0
    ids.forEach((id, i) => {
      end += id.length
      this.ends[i] = end
      this.slots[this.slotOf(id)] = i + 1
    })
  }

  at(index: number): string {
    return this.text.substring(this.startOf(index), this.ends[index]!)
  }

  indexOf(id: string): number | undefined {
    const found = this.slots[this.slotOf(id)]!
    return found === 0 ? undefined : found - 1
  }

  /** Index of the first id of these that is not at the same place in the others; -1 where they begin with all of these. */
  firstMissingIn(others: SeatIds): number {
    for (let index = 0; index < this.size; index++)
      if (index >= others.size || this.at(index) !== others.at(index)) return index
    return -1
  }

  /** The id's slot, or the free one where it would stand. */
  private slotOf(id: string): number {
    let hash = FNV_START
    for (let c = 0; c < id.length; c++) hash = Math.imul(hash ^ id.charCodeAt(c), FNV_PRIME)
    let slot = (hash ^ (hash >>> 15)) & this.mask
    while (this.slots[slot] !== 0 && !this.is(this.slots[slot]! - 1, id)) slot = (slot + 1) & this.mask
    return slot
  }

  private is(index: number, id: string): boolean {
    const start = this.startOf(index)
    return this.ends[index]! - start === id.length && this.text.startsWith(id, start)
  }

  private startOf(index: number): number {
    return index === 0 ? 0 : this.ends[index - 1]!
  }
}
