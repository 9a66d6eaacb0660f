import { describe, expect, test } from 'bun:test'
import { readSearch, TEXT_LENGTH_MAX } from './search-filter.ts'

describe('the address of a search', () => {
  test('what it says is read', () => {
    const said = {
      q: 'mahler 5',
      from: '2027-01-31',
      to: '2028-02-29',
      price_max: '4000',
      sort: 'price',
      sale: 'soon',
    }
    expect(readSearch(said)).toEqual({ ...said, price_max: 4000 } as never)
  })

  test('what cannot be understood is left out, and the rest stays', () => {
    for (const wrong of [
      { from: 'yesterday' },
      { from: '2026-13-45' },
      { from: '2027-02-29' },
      { to: '0000-01-01' },
      { sort: 'banana' },
      { sale: 'banana' },
      { when: 'never' },
      { price_max: 'cheap' },
      { price_max: '-1' },
      { q: 'a'.repeat(TEXT_LENGTH_MAX + 1) },
      { q: 'a\0b' },
      { type: 'a'.repeat(41) },
      { utm_source: 'news' },
    ])
      expect(readSearch({ city: 'Vienna', ...wrong })).toEqual({ city: 'Vienna' })
  })
})
