import { Document, isPair, isScalar, visit } from 'yaml'
import type { Layout } from '../../shared/layout.ts'
import type { HouseEvent } from '../catalog/index.ts'
import { currencyDigits, fromMinorUnits } from './amounts.ts'
import { localTime, opensText } from './describe.ts'
import { specOf } from './spec-of.ts'
import type { LedgerNow } from './types.ts'

/** The description of an event as it is: applying it changes nothing. */
export function writeFileSpec(event: HouseEvent, layout: Layout | null, ledger: LedgerNow | null): string {
  const document = new Document(
    specOf(event, layout, ledger, {
      time: localTime,
      amount: (minor, currency) => Number(fromMinorUnits(minor, currency)),
    }),
  )
  const digits = event.sale ? currencyDigits(event.sale.currency) : 0
  document.commentBefore = [
    ` ${nameIn(event)}. Change what should be different and leave out what should stay;`,
    ' "usher apply FILE" shows what will happen and asks before it does. Times are the venue\'s own;',
    ' prices are face values.',
  ].join('\n')
  const secret = event.sale?.codes.length ?? 0
  if (secret > 0) {
    const things = [...new Set(event.sale!.codes.map(({ opens }) => opensText(opens)))].join(', ')
    document.comment =
      secret === 1
        ? ` 1 access code is not shown: only its hash is kept (${things}). It stays as it is.`
        : ` ${secret} access codes are not shown: only their hashes are kept (${things}). They stay as they are.`
  }
  // Prices and times stand on one line each; a text that looks like a number stays a text.
  visit(document, {
    Pair(_key, { key, value }, path) {
      const isPrice = path.some((node) => isPair(node) && isScalar(node.key) && node.key.value === 'prices')
      if (
        isScalar(value) &&
        typeof value.value === 'number' &&
        (isPrice || (isScalar(key) && key.value === 'amount'))
      )
        value.minFractionDigits = digits
    },
    Map(_key, node, path) {
      if (path.length > 3 && node.items.every(({ value }) => isScalar(value))) node.flow = true
    },
    Seq(_key, node) {
      if (node.items.every((item) => isScalar(item))) node.flow = true
    },
  })
  return document.toString({ lineWidth: 120, flowCollectionPadding: false })
}

function nameIn(event: HouseEvent): string {
  const text = event.text[event.text.default]
  return typeof text === 'object' ? text.name : ''
}
