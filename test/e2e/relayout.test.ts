import { expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { HALLS } from '../../src/features/catalog/index.ts'
import { writeLayout } from '../../src/features/catalog/layouts/write-layout.ts'
import { run as apply } from '../../src/roles/apply.ts'
import { makeEvening } from '../harness/app.ts'
import { runCommand } from '../harness/run-command.ts'
import { openShop } from '../harness/shop.ts'

const TEST_MS_MAX = 90_000
const shop = openShop()

test(
  'an open map follows when the house adds seats: the new ones are drawn, priced and held',
  async () => {
    const eventId = await makeEvening(shop.usher, 'more-seats')
    const { page, close } = await shop.come()
    await page.goto(`/events/${eventId}/seats`)
    const key = (name: string) => page.getByRole('group', { name: 'Show only' }).getByTitle(name)
    await key('Center, €40').waitFor()
    expect(await key('Box, €90').count()).toBe(0)

    const layout = HALLS.studio()
    layout.categories.push({ name: 'Box', color: '#884400' })
    layout.sections.push({ name: 'Royal box' })
    for (const n of [1, 2, 3, 4])
      layout.seats.push({
        ...{ seat_id: `box-${n}`, section: layout.sections.length - 1, row: 'R', number: String(n) },
        ...{ x: 60 * n, y: 20, category: layout.categories.length - 1 },
      })
    const file = join(mkdtempSync(join(tmpdir(), 'usher-more-')), 'event.yaml')
    writeFileSync(join(dirname(file), 'hall.json'), JSON.stringify(writeLayout(layout)))
    writeFileSync(file, `event_id: ${eventId}\nlayout: hall.json\nprices: { Box: 90 }\n`)
    // A process beside the server does it, and the server has just read the event: it remembers it as it was for a while.
    const applied = runCommand(shop.usher.app.config, apply, { file, yes: true })
    const reading = setInterval(() => void shop.usher.call('GET', `/v1/events/${eventId}`), 200)
    expect((await applied).code).toBe(0)
    clearInterval(reading)
    await key('Box, €90').waitFor()

    await page.getByRole('button', { name: 'List' }).click()
    await page.locator('[data-section]', { hasText: 'Royal box' }).click()
    const seat = page.locator('[data-seat]').first()
    expect(await seat.getAttribute('aria-label')).toContain('€90')
    await seat.click()
    await page.getByRole('button', { name: 'Hold this seat' }).click()
    await page.waitForURL(/\/checkout\//)
    await page.getByText('Royal box').first().waitFor()
    rmSync(dirname(file), { recursive: true })
    await close()
  },
  TEST_MS_MAX,
)
