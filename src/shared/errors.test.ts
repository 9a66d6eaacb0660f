import { expect, test } from 'bun:test'
import { ERROR_ADVICE } from './error-advice.ts'
import { ERRORS, type ErrorCode } from './errors.ts'

const codes = Object.keys(ERRORS) as ErrorCode[]

test('docs/api.md lists every error with its status and what to do, and no other', async () => {
  const page = await Bun.file(new URL('../../docs/api.md', import.meta.url)).text()
  const rows = page.split('\n').filter((line) => /^\| `[a-z_]+` \| \d{3} \|/.test(line))
  const expected = codes.map((code) => `| \`${code}\` | ${ERRORS[code].status} | ${ERROR_ADVICE[code]} |`)
  expect(rows.toSorted()).toEqual(expected.toSorted())
})

test('only faults of ours are reported', () => {
  for (const code of codes) if (ERRORS[code].report) expect(ERRORS[code].status).toBeGreaterThanOrEqual(500)
})
