/** Findings kept an event; the rest are counted. One broken entry can contradict every row behind it. */
export const FINDINGS_PER_EVENT_MAX = 100

export type Finding = {
  /** Null where it belongs to no single event. */
  eventId: string | null
  /** The number of the invariant in docs/audit.md; null: the ledger itself is damaged. */
  invariant: number | null
  /** A stable word for programs. */
  kind: FindingKind
  /** One sentence for a person: which row, what it says, what it should say. */
  what: string
}

export type FindingKind =
  /** Bytes, hashes, versions or times of the ledger. */
  | 'ledger'
  /** A change that the rules forbid. */
  | 'rule'
  /** A table differs from what the ledger says. */
  | 'table'
  /** Money without tickets, tickets without money, orders against the ledger. */
  | 'money'
  /** The provider's books against the payments. */
  | 'gateway'
  /** A ledger that no longer has what a checkpoint saw. */
  | 'checkpoint'

/** What was found in one event (or outside any): a bounded list, and whether it may be work under way. */
export class Findings {
  readonly list: Finding[] = []
  /** Findings beyond the limit. */
  dropped = 0
  private readonly passing = new Set<Finding>()

  constructor(readonly eventId: string | null) {}

  get count(): number {
    return this.list.length + this.dropped
  }

  add(kind: FindingKind, invariant: number | null, what: string, mayBeUnderWay = false): void {
    if (this.list.length >= FINDINGS_PER_EVENT_MAX) {
      this.dropped += 1
      return
    }
    const subject = this.eventId === null ? what : `event ${this.eventId}, ${what}`
    const finding = { eventId: this.eventId, invariant, kind, what: subject }
    this.list.push(finding)
    if (mayBeUnderWay) this.passing.add(finding)
  }

  /** True when something in the list may be gone by itself a moment later. */
  get mayPass(): boolean {
    return this.passing.size > 0
  }

  /** Without what may be work under way, unless `before` had found the same. */
  settledAgainst(before: Findings): Finding[] {
    const known = new Set(before.list.map((finding) => finding.what))
    return this.list.filter((finding) => !this.passing.has(finding) || known.has(finding.what))
  }
}
