import type { Event } from '../../api/queries.ts'
import { formatMoney } from '../../format/format.ts'
import { useLocale } from '../../i18n/text.tsx'

/** Categories by price types, everything in every price. */
export function Prices({ event }: { event: Event }) {
  const locale = useLocale()
  const types = event.price_types
  const priceOf = new Map(event.prices.map((p) => [`${p.category_index} ${p.price_type}`, p.price]))
  const rows = event.categories.filter(({ index }) => types.some(({ id }) => priceOf.has(`${index} ${id}`)))
  return (
    <div className="overflow-x-auto" tabIndex={0} role="region" aria-labelledby="prices-of">
      <table className="tabular w-full text-sm">
        <caption id="prices-of" className="sr-only">
          {event.name}
        </caption>
        <thead>
          <tr className="text-muted">
            <td />
            {types.map((type) => (
              <th key={type.id} scope="col" className="ps-4 pb-2 text-end font-normal">
                {type.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ index, name }) => (
            <tr key={index} className="border-t border-line">
              <th scope="row" className="py-2 text-start font-medium">
                {name}
              </th>
              {types.map((type) => {
                const price = priceOf.get(`${index} ${type.id}`)
                return (
                  <td key={type.id} className="ps-4 text-end">
                    {price ? formatMoney(price, locale) : '–'}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
