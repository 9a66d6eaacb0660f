import { statement, type Sql } from '../../platform/postgres/database.ts'
import type { SaleDraft } from './event-draft.ts'

/** Replaces what is sold of these events: categories, price types, prices, taxes and fees. */
export async function writeSales(
  sql: Sql,
  sales: readonly { event_id: number; sale: SaleDraft }[],
): Promise<void> {
  if (sales.length === 0) return
  const named = (name: string, others: Record<string, string> = {}) => ({
    ...Object.fromEntries(Object.entries(others).map(([language, other]) => [language, { name: other }])),
    default: 'en',
    en: { name },
  })
  for (const s of replaceSale) await sql.query(s, [sales.map(({ event_id }) => event_id)])
  const insert = (s: Parameters<Sql['query']>[0], rows: object[]) => sql.query(s, [JSON.stringify(rows)])
  await insert(
    insertCategories,
    sales.flatMap(({ event_id, sale }) =>
      sale.categories.map((c, category_no) => ({
        event_id,
        category_no,
        text: named(c.name),
        color: c.color,
      })),
    ),
  )
  await insert(
    insertPriceTypes,
    sales.flatMap(({ event_id, sale }) =>
      sale.priceTypes.map((p, price_type_no) => ({
        event_id,
        price_type_no,
        id: p.id,
        text: named(p.name, p.names),
        min_per_order: p.min ?? 0,
        max_per_order: p.max ?? null,
      })),
    ),
  )
  await insert(
    insertPrices,
    sales.flatMap(({ event_id, sale }) =>
      sale.faces.flatMap((row, category_no) =>
        row.flatMap((amount, price_type_no) =>
          amount === null ? [] : { event_id, category_no, price_type_no, amount },
        ),
      ),
    ),
  )
  await insert(
    insertTaxes,
    sales.flatMap(({ event_id, sale }) =>
      sale.taxes.map((t, tax_no) => ({
        event_id,
        tax_no,
        name: t.name,
        rate_ppm: t.ratePpm,
        included: t.included,
        applies_to: t.appliesTo,
      })),
    ),
  )
  await insert(
    insertFees,
    sales.flatMap(({ event_id, sale }) =>
      sale.fees.map((f, fee_no) => ({
        event_id,
        fee_no,
        name: f.name,
        per: f.per,
        amount: f.amount,
        rate_ppm: f.ratePpm,
        refundable: f.refundable,
      })),
    ),
  )
}

// Categories, price types, prices, taxes and fees are replaced as a whole: prices go with the first two.
const replaceSale = [
  statement('catalog.categories.delete', 'delete from categories where event_id = any($1::bigint[])'),
  statement('catalog.price-types.delete', 'delete from price_types where event_id = any($1::bigint[])'),
  statement('catalog.tax-rules.delete', 'delete from tax_rules where event_id = any($1::bigint[])'),
  statement('catalog.fee-rules.delete', 'delete from fee_rules where event_id = any($1::bigint[])'),
]

const insertCategories = statement(
  'catalog.categories.insert',
  `insert into categories (event_id, category_no, text, color)
   select * from jsonb_to_recordset($1::jsonb) as c(event_id bigint, category_no smallint, text jsonb, color text)`,
)
const insertPriceTypes = statement(
  'catalog.price-types.insert',
  `insert into price_types (event_id, price_type_no, id, text, min_per_order, max_per_order)
   select * from jsonb_to_recordset($1::jsonb)
     as p(event_id bigint, price_type_no smallint, id text, text jsonb, min_per_order smallint, max_per_order smallint)`,
)
const insertPrices = statement(
  'catalog.prices.insert',
  `insert into prices (event_id, category_no, price_type_no, amount)
   select * from jsonb_to_recordset($1::jsonb)
     as p(event_id bigint, category_no smallint, price_type_no smallint, amount int)`,
)
const insertTaxes = statement(
  'catalog.tax-rules.insert',
  `insert into tax_rules (event_id, tax_no, name, rate_ppm, included, applies_to)
   select * from jsonb_to_recordset($1::jsonb)
     as t(event_id bigint, tax_no smallint, name text, rate_ppm int, included boolean, applies_to text)`,
)
const insertFees = statement(
  'catalog.fee-rules.insert',
  `insert into fee_rules (event_id, fee_no, name, per, amount, rate_ppm, refundable)
   select * from jsonb_to_recordset($1::jsonb)
     as f(event_id bigint, fee_no smallint, name text, per text, amount int, rate_ppm int, refundable boolean)`,
)
