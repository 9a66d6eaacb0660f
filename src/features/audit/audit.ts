import type { Clock } from '../../platform/clock.ts'
import type { PaymentProvider } from '../../platform/payment/provider.ts'
import { statement, type Database, type Sql } from '../../platform/postgres/database.ts'
import type { Layout } from '../../shared/layout.ts'
import type { CheckpointHead } from './checkpoint.ts'
import { compareStock, compareTables } from './compare.ts'
import { Findings, type Finding } from './findings.ts'
import { auditGateway } from './gateway.ts'
import { auditMoney, auditMoneyAsAWhole } from './money.ts'
import { listEvents, readHead, readLayoutBody, readLedger, readStock } from './read-tables.ts'
import { Replay } from './replay.ts'

/** Entries up to which an event counts as small: these are audited side by side, larger ones alone. */
const SMALL_EVENT_VERSIONS = 2_000
const SMALL_EVENTS_AT_ONCE = 4
/** Layouts kept while auditing; events in one hall share one. */
const LAYOUTS_MAX = 16
/** Milliseconds after which what may have been work under way is looked at again. */
export const GRACE_MS = 5_000

export type AuditDeps = { database: Database; clock: Clock; wait?: (milliseconds: number) => Promise<void> }

export type AuditOptions = {
  /** Only this event. */
  eventId?: string
  /** False: the ledger and its tables alone. */
  money?: boolean
  /** Heads that every ledger must still contain. */
  since?: readonly CheckpointHead[]
  /** Whose books are compared with the payments. */
  gateway?: PaymentProvider
  graceMs?: number
  onProgress?: (progress: AuditProgress) => void
}

export type AuditFigures = {
  events: number
  entries: number
  holds: number
  tickets: number
  orders: number
  /** Orders that were being paid or refunded at that moment. */
  ordersUnderWay: number
  charges: number
}

export type AuditProgress = { entries: number; entriesInAll: number }

export type AuditReport = {
  findings: Finding[]
  /** Findings beyond the limit an event. */
  findingsDropped: number
  figures: AuditFigures
  milliseconds: number
  /** Where every audited ledger stood, for a checkpoint. */
  heads: CheckpointHead[]
}

/** The event that was asked for is in no ledger, no table and no checkpoint. */
export class NoSuchEvent extends Error {
  constructor(eventId: string) {
    super(`event ${eventId} was never opened for sale: there is nothing to audit`)
  }
}

const READ_ONLY = statement('audit.read-only', 'set transaction read only')

/**
 * Replays ledgers and compares them with every table that they should have led to. Writes nothing and may run beside
 * servers that sell: each event is read in one snapshot, and what may be a payment on its way is looked at twice.
 */
export async function audit(deps: AuditDeps, options: AuditOptions = {}): Promise<AuditReport> {
  const startedMs = deps.clock.monotonic()
  const run = new AuditRun(deps, options)
  await run.auditEvents()
  await run.auditRest()
  return { ...run.report(), milliseconds: deps.clock.monotonic() - startedMs }
}

type EventAudit = { findings: Findings; figures: AuditFigures; head: CheckpointHead | null }

class AuditRun {
  private readonly findings: Finding[] = []
  private dropped = 0
  private readonly figures = noFigures()
  private readonly heads: CheckpointHead[] = []
  private readonly layouts = new Map<string, Layout | null>()
  private readonly since: ReadonlyMap<string, CheckpointHead>
  private entriesInAll = 0
  private readonly again: { eventId: string; before: Findings }[] = []

  constructor(
    private readonly deps: AuditDeps,
    private readonly options: AuditOptions,
  ) {
    this.since = new Map((options.since ?? []).map((head) => [head.eventId, head]))
  }

  private get withMoney(): boolean {
    return this.options.money ?? true
  }

  async auditEvents(): Promise<void> {
    const { eventId } = this.options
    const known = await listEvents(this.deps.database, this.withMoney)
    const ids = new Set(known.map((event) => event.eventId))
    for (const missing of this.since.keys())
      if (!ids.has(missing)) known.push({ eventId: missing, version: 0 })
    const events = known.filter((event) => eventId === undefined || event.eventId === eventId)
    if (eventId !== undefined && events.length === 0) throw new NoSuchEvent(eventId)
    this.entriesInAll = events.reduce((sum, event) => sum + event.version, 0)
    const small = events.filter((event) => event.version <= SMALL_EVENT_VERSIONS).values()
    const worker = async (): Promise<void> => {
      for (const event of small) await this.auditOne(event.eventId)
    }
    await Promise.all(Array.from({ length: SMALL_EVENTS_AT_ONCE }, worker))
    for (const event of events) if (event.version > SMALL_EVENT_VERSIONS) await this.auditOne(event.eventId)
    if (this.again.length === 0) return
    await this.grace()
    for (const { eventId: id, before } of this.again) {
      const { findings } = await this.auditInSnapshot(id, noFigures())
      this.keep(findings.settledAgainst(before), findings.dropped)
    }
  }

  /** What belongs to no single event. */
  async auditRest(): Promise<void> {
    const { database, clock } = this.deps
    const { gateway, eventId } = this.options
    const look = async (): Promise<Findings> => {
      const findings = new Findings(null)
      if (this.withMoney && eventId === undefined) await auditMoneyAsAWhole(database, findings)
      if (gateway)
        this.figures.charges = (await auditGateway(database, gateway, clock.now(), findings)).charges
      return findings
    }
    const first = await look()
    if (!first.mayPass) return this.keep(first.list, first.dropped)
    await this.grace()
    const second = await look()
    this.keep(second.settledAgainst(first), second.dropped)
  }

  report(): Omit<AuditReport, 'milliseconds'> {
    const { findings, figures, heads } = this
    return { findings, findingsDropped: this.dropped, figures, heads }
  }

  private async auditOne(eventId: string): Promise<void> {
    const { findings, head } = await this.auditInSnapshot(eventId, this.figures)
    this.figures.events += 1
    if (head) this.heads.push(head)
    if (findings.mayPass) this.again.push({ eventId, before: findings })
    else this.keep(findings.list, findings.dropped)
    this.tell()
  }

  private auditInSnapshot(eventId: string, figures: AuditFigures): Promise<EventAudit> {
    return this.deps.database.transaction(async (sql) => {
      await sql.query(READ_ONLY)
      return this.auditEvent(sql, eventId, figures)
    }, 'repeatable read')
  }

  private async auditEvent(sql: Sql, eventId: string, figures: AuditFigures): Promise<EventAudit> {
    const findings = new Findings(eventId)
    const replay = new Replay(eventId, findings, (hash) => this.layout(sql, hash))
    const checkpoint = this.since.get(eventId)
    const head = await readHead(sql, eventId)
    const stock = await readStock(sql, eventId)
    for await (const rows of readLedger(sql, eventId)) {
      for (const row of rows) {
        await replay.feed(row)
        if (stock?.version === row.version && replay.comparable) compareStock(replay, stock, findings)
        if (checkpoint?.version === row.version && Buffer.from(row.hash).toString('hex') !== checkpoint.hash)
          findings.add(
            'checkpoint',
            null,
            `entry ${row.version} is not the one that the checkpoint saw: the ledger was rewritten`,
          )
      }
      figures.entries += rows.length
      this.tell()
    }
    const { state, records } = replay
    figures.holds += records.holdCount
    figures.tickets += records.tickets.size
    if (checkpoint && state.version < checkpoint.version)
      findings.add(
        'checkpoint',
        null,
        `the ledger ends at version ${state.version}, the checkpoint saw version ${checkpoint.version}: entries were cut off`,
      )
    if (stock && stock.version > Math.max(state.version, head?.version ?? 0))
      findings.add(
        'ledger',
        null,
        `event_stock is of version ${stock.version}, the ledger ends at ${state.version}: entries were cut off`,
      )
    if (head) await compareTables(sql, replay, head, findings)
    else if (replay.entries > 0) findings.add('ledger', null, 'it has a ledger, but no head')
    else findings.add('ledger', null, 'it has neither head nor ledger, and yet rows in other tables')
    if (this.withMoney && replay.comparable) {
      const { orders, underWay } = await auditMoney(
        sql,
        eventId,
        { records, layout: replay.layoutOfEvent },
        findings,
      )
      figures.orders += orders
      figures.ordersUnderWay += underWay
    }
    const hash = Buffer.from(state.headHash).toString('hex')
    return { findings, figures, head: replay.entries > 0 ? { eventId, version: state.version, hash } : null }
  }

  private async layout(sql: Sql, hash: string): Promise<Layout | null> {
    const known = this.layouts.get(hash)
    if (known !== undefined) return known
    const body = await readLayoutBody(sql, hash)
    const layout = body ? (JSON.parse(Buffer.from(body).toString()) as Layout) : null
    this.layouts.set(hash, layout)
    if (this.layouts.size > LAYOUTS_MAX) this.layouts.delete(this.layouts.keys().next().value!)
    return layout
  }

  private keep(findings: readonly Finding[], dropped: number): void {
    this.findings.push(...findings)
    this.dropped += dropped
  }

  private tell(): void {
    this.options.onProgress?.({ entries: this.figures.entries, entriesInAll: this.entriesInAll })
  }

  private async grace(): Promise<void> {
    const milliseconds = this.options.graceMs ?? GRACE_MS
    await (this.deps.wait?.(milliseconds) ?? new Promise((resolve) => setTimeout(resolve, milliseconds)))
  }
}

function noFigures(): AuditFigures {
  return { events: 0, entries: 0, holds: 0, tickets: 0, orders: 0, ordersUnderWay: 0, charges: 0 }
}
