import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { LRUCache } from 'lru-cache'
import { statement, type Database } from '../../platform/postgres/database.ts'
import { refuse, type Refusal } from '../../shared/errors.ts'
import {
  layoutBytes,
  layoutCapacity,
  layoutHash,
  layoutPlaces,
  type Layout,
  type LayoutPlaces,
} from '../../shared/layout.ts'
import type { LayoutDocument } from './layouts/document.ts'
import { toPretix, writeLayout } from './layouts/write-layout.ts'
import type { LayoutBytes } from './types.ts'

/** Parsed layouts in memory, by their seats: about 300 bytes each. */
const PARSED_SEATS_MAX = 400_000
/** Layouts whose places stay counted: about 100 bytes each. */
const PLACES_REMEMBERED_MAX = 20_000
/** Compressed and plain bytes in memory. */
const BYTES_MAX = 48 * 1024 * 1024
/** Higher levels take ten times as long for a twentieth less. */
const BROTLI_QUALITY = 9
const HASH = /^[0-9a-f]{64}$/

const insertLayout = statement(
  'catalog.layouts.insert',
  `insert into layouts (hash, name, seat_count, area_count, capacity, body, body_gzip, body_brotli)
   values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (hash) do nothing`,
)
const upsertSource = statement(
  'catalog.layout-sources.upsert',
  `insert into layout_sources (hash, format, document) values ($1, $2, $3)
   on conflict (hash) do update set format = excluded.format, document = excluded.document`,
)
const findLayout = statement(
  'catalog.layouts.find',
  'select body, body_gzip, body_brotli from layouts where hash = $1',
)
const knowsLayout = statement('catalog.layouts.knows', 'select 1 from layouts where hash = $1')
const findSource = statement(
  'catalog.layout-sources.find',
  'select format, document from layout_sources where hash = $1',
)
const listLayouts = statement(
  'catalog.layouts.list',
  `select hash, name, seat_count, capacity from layouts l
    where $2::uuid is null
       or exists (select 1 from events e where e.layout_hash = l.hash and e.organiser_id = $2)
       or not exists (select 1 from events e where e.layout_hash = l.hash)
    order by created_at desc, hash limit $1`,
)

export type LayoutSource = { format: 'pretix' | 'usher'; text: string }

export function createLayoutStore(database: Database) {
  const parsed = new LRUCache<string, Layout>({
    maxSize: PARSED_SEATS_MAX,
    sizeCalculation: (layout) => layout.seats.length + 100,
  })
  const bytes = new LRUCache<string, LayoutBytes>({
    maxSize: BYTES_MAX,
    sizeCalculation: (b) => b.raw.length + b.gzip.length + b.brotli.length,
  })

  const places = new LRUCache<string, LayoutPlaces>({ max: PLACES_REMEMBERED_MAX })

  async function layoutBytesOf(hash: string): Promise<LayoutBytes | null> {
    if (!HASH.test(hash)) return null
    const remembered = bytes.get(hash)
    if (remembered) return remembered
    const found = await database.query<{ body: Buffer; body_gzip: Buffer; body_brotli: Buffer }>(findLayout, [
      hash,
    ])
    const row = found.rows[0]
    if (!row) return null
    const result = { raw: row.body, gzip: row.body_gzip, brotli: row.body_brotli }
    bytes.set(hash, result)
    return result
  }

  async function layout(hash: string): Promise<Layout | null> {
    const remembered = parsed.get(hash)
    if (remembered) return remembered
    const found = await layoutBytesOf(hash)
    if (!found) return null
    const result = JSON.parse(new TextDecoder().decode(found.raw)) as Layout
    parsed.set(hash, result)
    return result
  }

  async function layoutPlacesOf(hash: string): Promise<LayoutPlaces | null> {
    const remembered = places.get(hash)
    if (remembered) return remembered
    const found = await layout(hash)
    if (!found) return null
    const result = layoutPlaces(found)
    places.set(hash, result)
    return result
  }

  async function storeLayout(c: {
    layout: Layout
    original?: LayoutSource
  }): Promise<{ hash: string; added: boolean }> {
    const raw = layoutBytes(c.layout)
    const hash = await layoutHash(raw)
    let added = false
    if ((await database.query(knowsLayout, [hash])).rowCount === 0) {
      const [gzipped, brotli] = await compress(raw)
      const { rowCount } = await database.query(insertLayout, [
        hash,
        c.layout.name,
        c.layout.seats.length,
        c.layout.areas.length,
        layoutCapacity(c.layout),
        raw,
        gzipped,
        brotli,
      ])
      added = rowCount === 1
    }
    if (c.original) await database.query(upsertSource, [hash, c.original.format, c.original.text])
    return { hash, added }
  }

  /** What was imported, byte for byte; converted only where another format is asked for. */
  async function exportLayout(hash: string, format?: 'pretix' | 'usher'): Promise<string | Refusal> {
    const source = (await database.query<{ format: string; document: string }>(findSource, [hash])).rows[0]
    // Every pretix plan is one of Usher's too.
    if (source && format !== 'pretix') return source.document
    const stored = await layout(hash)
    if (!stored) return refuse('not_found', `There is no layout ${hash}.`)
    // A byte order mark is no part of JSON.
    const document = source
      ? (JSON.parse(source.document.replace(/^\uFEFF/, '')) as LayoutDocument)
      : writeLayout(stored)
    return `${JSON.stringify(format === 'pretix' ? toPretix(document, stored) : document, null, 2)}\n`
  }

  /** Of one organiser those of its events and those that no event has yet; null: all. */
  async function layouts(
    limit: number,
    organiserId: string | null,
  ): Promise<{ hash: string; name: string; seats: number; capacity: number }[]> {
    const { rows } = await database.query<{
      hash: string
      name: string
      seat_count: number
      capacity: number
    }>(listLayouts, [limit, organiserId])
    return rows.map((row) => ({
      hash: row.hash,
      name: row.name,
      seats: row.seat_count,
      capacity: row.capacity,
    }))
  }

  return {
    layout,
    layoutBytes: layoutBytesOf,
    layoutPlaces: layoutPlacesOf,
    storeLayout,
    exportLayout,
    layouts,
  }
}

function compress(raw: Uint8Array): Promise<[Buffer, Buffer]> {
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } }
  return Promise.all([promisify(gzip)(raw, { level: 9 }), promisify(brotliCompress)(raw, quality)])
}
