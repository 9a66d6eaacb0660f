import { expect, test } from 'bun:test'
import { CATEGORY_COLORS } from '../components/seat-map/colors.ts'
import { CATEGORIES, contrast, DARK, LIGHT, PAIRS, tokensCss } from './tokens.ts'

for (const [theme, tokens] of [
  ['light', LIGHT],
  ['dark', DARK],
] as const) {
  test.each(PAIRS)(`${theme}: %s on %s reaches %d`, (mark, ground, least) => {
    expect(contrast(tokens[mark], tokens[ground])).toBeGreaterThanOrEqual(least)
  })

  test(`${theme}: every price category stands out from the ground and from what lies on it`, () => {
    for (const color of CATEGORIES[theme]) {
      expect(contrast(color, tokens.ground)).toBeGreaterThanOrEqual(3)
      expect(contrast(color, tokens.surface)).toBeGreaterThanOrEqual(3)
    }
    expect(new Set(CATEGORIES[theme]).size).toBe(CATEGORY_COLORS)
  })
}

test('the contrast of black on white is 21', () => {
  expect(contrast('#000000', '#FFFFFF')).toBeCloseTo(21, 5)
})

test('tokens.css says what tokens.ts says', async () => {
  expect(await Bun.file(new URL('./tokens.css', import.meta.url)).text()).toBe(tokensCss())
})
