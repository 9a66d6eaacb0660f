import { Database } from 'bun:sqlite'
import { chmodSync, closeSync, openSync } from 'node:fs'

export type Json = Record<string, unknown>

export type StoredAnswer = { status: number; body: string; paramsHash: string }

export type WebhookDelivery = { id: string; payload: string; tries: number }

/**
 * What the sandbox remembers, in one SQLite file: a process that was killed finds its charges again. Objects are
 * kept as the JSON that Stripe would answer.
 */
export class Books {
  readonly #db: Database

  /** `file` may be ":memory:". */
  constructor(file: string) {
    if (file !== ':memory:') keepToOwner(file)
    this.#db = new Database(file, { create: true })
    this.#db.exec('pragma journal_mode = wal; pragma synchronous = normal; pragma busy_timeout = 5000')
    this.#db.exec(`
      create table if not exists objects (
        seq integer primary key, id text not null unique, kind text not null, created integer not null,
        parent text, finish_at integer, body text not null);
      create index if not exists objects_by_kind on objects (kind, seq);
      create index if not exists objects_by_parent on objects (parent, seq);
      create index if not exists objects_to_finish on objects (finish_at) where finish_at is not null;
      create table if not exists keys (
        key text primary key, params_hash text not null, status integer not null, body text not null);
      create table if not exists events (
        seq integer primary key, id text not null unique, payload text not null,
        tries integer not null default 0, next_at integer not null, delivered_at integer);
      create index if not exists events_waiting on events (next_at) where delivered_at is null;`)
  }

  atomically<T>(work: () => T): T {
    return this.#db.transaction(work)()
  }

  find<T extends Json>(kind: string, id: string): T | null {
    const row = this.#db
      .query<{ body: string }, [string, string]>('select body from objects where id = ? and kind = ?')
      .get(id, kind)
    return row ? (JSON.parse(row.body) as T) : null
  }

  /** Newest first, as Stripe lists. `after` is the id of the last one of the page before. */
  list<T extends Json>(c: {
    kind: string
    parent?: string
    createdFrom?: number
    createdTo?: number
    after?: string
    limit: number
  }): T[] {
    const rows = this.#db
      .query<{ body: string }, (string | number)[]>(
        `select body from objects
         where kind = ?1 and (?2 = '' or parent = ?2) and created between ?3 and ?4
           and (?5 = '' or seq < (select seq from objects where id = ?5))
         order by seq desc limit ?6`,
      )
      .all(
        c.kind,
        c.parent ?? '',
        c.createdFrom ?? 0,
        c.createdTo ?? Number.MAX_SAFE_INTEGER,
        c.after ?? '',
        c.limit,
      )
    return rows.map((row) => JSON.parse(row.body) as T)
  }

  /** Objects of a kind whose metadata has all of these. */
  search<T extends Json>(kind: string, metadata: Record<string, string>, limit: number): T[] {
    const wanted = Object.entries(metadata)
    const where = wanted.map(() => 'json_extract(body, ?) = ?').join(' and ')
    const rows = this.#db
      .query<{ body: string }, (string | number)[]>(
        `select body from objects where kind = ? and ${where} order by seq desc limit ?`,
      )
      .all(kind, ...wanted.flatMap(([name, value]) => [`$.metadata."${name}"`, value]), limit)
    return rows.map((row) => JSON.parse(row.body) as T)
  }

  save(kind: string, object: Json, more: { parent?: string; finishAt?: number | null } = {}): void {
    this.#db
      .query(
        `insert into objects (id, kind, created, parent, finish_at, body) values (?1, ?2, ?3, ?4, ?5, ?6)
         on conflict (id) do update set body = excluded.body, finish_at = excluded.finish_at`,
      )
      .run(
        object['id'] as string,
        kind,
        object['created'] as number,
        more.parent ?? null,
        more.finishAt ?? null,
        JSON.stringify(object),
      )
  }

  /** Objects that were to be finished by now: what a slow bank has decided in the meantime. */
  due<T extends Json>(now: number): T[] {
    const rows = this.#db
      .query<{ body: string }, [number]>(
        'select body from objects where finish_at is not null and finish_at <= ? order by seq',
      )
      .all(now)
    return rows.map((row) => JSON.parse(row.body) as T)
  }

  answerTo(key: string): StoredAnswer | null {
    return this.#db
      .query<StoredAnswer, [string]>('select params_hash as paramsHash, status, body from keys where key = ?')
      .get(key)
  }

  keepAnswer(key: string, paramsHash: string, status: number, body: string): void {
    this.#db
      .query('insert into keys (key, params_hash, status, body) values (?, ?, ?, ?)')
      .run(key, paramsHash, status, body)
  }

  addEvent(event: Json, now: number): void {
    this.#db
      .query(`insert into events (id, payload, next_at) values (?, ?, ?)`)
      .run(event['id'] as string, JSON.stringify(event), now)
  }

  deliveriesDue(now: number, limit: number): WebhookDelivery[] {
    return this.#db
      .query<WebhookDelivery, [number, number]>(
        'select id, payload, tries from events where delivered_at is null and next_at <= ? order by seq limit ?',
      )
      .all(now, limit)
  }

  delivered(id: string, now: number): void {
    this.#db.query('update events set delivered_at = ?, tries = tries + 1 where id = ?').run(now, id)
  }

  deliverLater(id: string, nextAt: number): void {
    this.#db.query('update events set tries = tries + 1, next_at = ? where id = ?').run(nextAt, id)
  }

  close(): void {
    this.#db.close()
  }
}

/** SQLite gives the files beside it the mode of this one, and a new one the mode that everybody may read. */
function keepToOwner(file: string): void {
  closeSync(openSync(file, 'a', 0o600))
  chmodSync(file, 0o600)
}
