import { describe, expect, test } from 'bun:test'
import { openShop, violations } from '../harness/shop.ts'
import { holdSeats } from '../harness/visitor.ts'

const TEST_MS_MAX = 60_000

const shop = openShop()
const { buy, come, signIn } = shop

describe('my tickets', () => {
  test(
    'one of two tickets is given back: what comes back is said before, and comes back',
    async () => {
      const { page, bookings, close } = await come()
      await buy(page, 2)
      await page.getByRole('button', { name: 'Give tickets back' }).click()
      const dialog = page.getByRole('dialog')
      // Before a choice nothing is promised.
      expect(await dialog.getByRole('button', { name: 'Choose tickets first' }).isDisabled()).toBe(true)
      expect(await dialog.getByText('Comes back to your card').count()).toBe(0)
      await dialog.getByRole('checkbox').first().check()
      await dialog.getByText('Comes back to your card').waitFor()
      const button = dialog.getByRole('button', { name: /^Give 1 ticket back for/ })
      const promised = (await button.textContent())!.replace(/^.*€/, '')
      await button.click()
      await page.getByText('1 ticket is given back.').waitFor()
      await page.getByText('Paid, 1 of 2 given back').first().waitFor()
      const [booking] = await bookings()
      expect(booking!.tickets.map(({ status }) => status).toSorted()).toEqual(['valid', 'void'])
      expect(booking!.refunded).toMatchObject({ status: 'partial', currency: 'EUR' })
      expect((booking!.refunded.amount / 100).toFixed(2)).toBe(promised)
      expect(await page.getByRole('img', { name: /^Code of the ticket/ }).count()).toBe(1)
      await close()
    },
    TEST_MS_MAX,
  )

  test(
    'all tickets are given back: the order says so and no code is left',
    async () => {
      const { page, bookings, close } = await come()
      await buy(page, 1)
      await page.getByRole('button', { name: 'Give tickets back' }).click()
      await page
        .getByRole('dialog')
        .getByRole('button', { name: /^Give 1 ticket back for/ })
        .click()
      await page.getByText('All tickets of this order are given back').waitFor()
      expect((await bookings())[0]!.status).toBe('CANCELLED')
      expect(await page.getByRole('img', { name: /^Code of the ticket/ }).count()).toBe(0)
      await close()
    },
    TEST_MS_MAX,
  )

  test(
    'tickets that were seen once open without a network, and nothing else of the API is kept',
    async () => {
      const { page, context, close } = await come()
      await buy(page, 2)
      await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
      await page.waitForFunction(async () => (await caches.keys()).length === 2)
      await page.waitForFunction(async () => Boolean(await caches.match('/orders/any')))
      await context.setOffline(true)
      await page.reload()
      await page.getByText('No network. This is what this device kept').waitFor()
      await page
        .getByRole('img', { name: /^Code of the ticket/ })
        .first()
        .waitFor()
      await page.goto('/orders')
      await page.getByText('No network. This is what this device kept').waitFor()
      await page.getByRole('link', { name: /Dvořák and Ligeti/ }).click()
      await page
        .getByRole('img', { name: /^Code of the ticket/ })
        .first()
        .waitFor()
      // Neither leads to the browser's own page of errors.
      await page.getByText('These need a network').waitFor()
      for (const name of ['Tickets as PDF', 'Into my calendar'])
        expect(await page.getByRole('link', { name, disabled: true }).getAttribute('href')).toBeNull()
      const kept = await page.evaluate(async () => {
        const all = await Promise.all(
          (await caches.keys()).map(async (name) =>
            (await (await caches.open(name)).keys()).map(({ url }) => url),
          ),
        )
        return all.flat().map((url) => new URL(url).pathname)
      })
      expect(kept.filter((path) => path.startsWith('/v1/'))).toEqual([])
      expect(kept.filter((path) => path.startsWith('/kept/orders/'))).toHaveLength(1)
      await context.setOffline(false)
      await page.reload()
      await page
        .getByRole('img', { name: /^Code of the ticket/ })
        .first()
        .waitFor()
      expect(await page.getByText('No network. This is what').count()).toBe(0)
      await close()
    },
    TEST_MS_MAX,
  )

  test(
    'at the address of any other page the device says in its language that there is no network, and shows nothing old',
    async () => {
      for (const [locale, words, tickets, again] of [
        ['en', 'The network did not answer', 'My tickets', 'Dvořák and Ligeti'],
        ['de-DE', 'Das Netz hat nicht geantwortet', 'Meine Karten', 'Dvořák and Ligeti'],
      ] as const) {
        const { page, context, close } = await come({ locale })
        const event = `/events/${shop.usher.eventId}`
        // Looked at a moment ago, and still not what is on sale now.
        await page.goto(event)
        await page.getByRole('heading', { name: again, level: 1 }).waitFor()
        await holdSeats(page, shop.usher.eventId, 1)
        await page.locator('input[type=email]').fill('ada@example.org')
        await page.getByRole('button', { name: /^(Pays|Zahlt)$/ }).click()
        await page.getByRole('button', { name: /^Pay |zahlen$/ }).click()
        await page.waitForURL(/\/orders\//)
        await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
        await page.waitForFunction(async () => Boolean(await caches.match('/orders/any')))
        await context.setOffline(true)
        for (const path of [event, `${event}/seats`, '/search?q=ligeti', '/checkout/1-0']) {
          expect((await page.goto(path))!.status()).toBe(503)
          await page.getByRole('heading', { name: words }).waitFor()
          expect(new URL(page.url()).pathname).toBe(path.split('?')[0]!)
          expect(await page.getByText(again).count()).toBe(0)
        }
        await page.goto(event)
        await page.getByRole('main').getByRole('link', { name: tickets }).click()
        await page.getByRole('link', { name: again }).waitFor()
        await page.goto(event)
        await page.getByRole('heading', { name: words }).waitFor()
        // It comes by itself when the network is back.
        await context.setOffline(false)
        await page.getByRole('heading', { name: again, level: 1 }).waitFor()
        await close()
      }
    },
    TEST_MS_MAX,
  )

  test(
    'the PDF, the calendar file and the pass for a wallet open for their owner alone',
    async () => {
      const { page, context, close } = await come()
      await buy(page, 1)
      for (const [name, type] of [
        ['Tickets as PDF', 'application/pdf'],
        ['Into my calendar', 'text/calendar'],
        ['Into Apple Wallet', 'application/vnd.apple.pkpass'],
      ] as const) {
        const href = (await page.getByRole('link', { name }).getAttribute('href'))!
        const answer = await context.request.get(href)
        expect(answer.headers()['content-type']).toContain(type)
        expect((await fetch(new URL(href, shop.usher.url))).status).toBe(401)
      }
      // Nothing is configured to sign for Google.
      expect(await page.getByText('Google Wallet').count()).toBe(0)
      await close()
    },
    TEST_MS_MAX,
  )

  test(
    'who confirms a mail address finds what was bought with it in another browser, and no longer after signing out',
    async () => {
      const [first, second] = [await come(), await come()]
      await buy(first.page, 1)
      const order = first.page.url()
      // Somebody else's page until the mailbox is proved.
      await second.page.goto(order)
      await second.page.getByRole('heading', { name: 'This order is not in this browser' }).waitFor()
      await signIn(second.page, 'ada@example.org')
      await second.page
        .getByRole('img', { name: /^Code of the ticket/ })
        .first()
        .waitFor()
      await second.page.goto('/orders')
      await second.page.locator(`a[href="${new URL(order).pathname}"]`).waitFor()
      // It is the account's now: the guest's browser, too, finds it by the address.
      await first.page.goto(order)
      await first.page.getByRole('heading', { name: 'This order is not in this browser' }).waitFor()
      await signIn(first.page, 'ada@example.org')
      await first.page
        .getByRole('img', { name: /^Code of the ticket/ })
        .first()
        .waitFor()
      await second.page.getByRole('button', { name: 'Sign out everywhere' }).click()
      await second.page.getByRole('heading', { name: 'No tickets yet' }).waitFor()
      await first.close()
      await second.close()
    },
    TEST_MS_MAX,
  )

  test(
    'the code for signing in is sent again where the first mail did not come',
    async () => {
      const { page, close } = await come()
      await page.goto('/orders')
      await page.getByLabel('Mail address').fill('again@example.org')
      await page.getByRole('button', { name: 'Send me a code' }).click()
      await page.getByLabel('Code from the mail').fill('000')
      await page.getByRole('button', { name: 'Send again' }).click()
      await page.getByText('Asked for again. again@example.org').waitFor()
      expect(await page.getByLabel('Code from the mail').inputValue()).toBe('')
      await close()
    },
    TEST_MS_MAX,
  )

  test(
    'what this tab holds is named at sign-in, so that any process can hand it over',
    async () => {
      const { page, close } = await come()
      const id = await holdSeats(page, shop.usher.eventId, 1)
      // As the seats' page keeps it.
      await page.evaluate(
        ([event, hold]) => sessionStorage.setItem(`usher.hold.${event}`, hold!),
        [shop.usher.eventId, id],
      )
      await page.goto('/orders')
      const sent = page.waitForRequest('**/v1/sessions/verify')
      await signIn(page, 'grace@example.org')
      expect((await sent).postDataJSON()).toMatchObject({ reservation_ids: [id] })
      expect((await page.context().request.get(`/v1/reservations/${id}`)).status()).toBe(200)
      await close()
    },
    TEST_MS_MAX,
  )

  test(
    'a passkey is added, signs in without a word typed, and is removed',
    async () => {
      const { page, context, close } = await come()
      const cdp = await context.newCDPSession(page)
      await cdp.send('WebAuthn.enable')
      await cdp.send('WebAuthn.addVirtualAuthenticator', {
        options: {
          protocol: 'ctap2',
          transport: 'internal',
          hasResidentKey: true,
          hasUserVerification: true,
          isUserVerified: true,
          automaticPresenceSimulation: true,
        },
      })
      await page.goto('/orders')
      await signIn(page, 'joan@example.org')
      await page.getByText('Signed in as joan').waitFor()
      await page.getByRole('button', { name: 'Add a passkey' }).click()
      await page.getByText('You can sign in with it from now on').waitFor()
      await page.getByText('Not used yet').waitFor()
      // The same device has one already: it says so, and makes no second.
      await page.getByRole('button', { name: 'Add a passkey' }).click()
      await page.getByText('This device has a passkey for your account already').waitFor()
      await page.getByRole('button', { name: 'Sign out everywhere' }).click()
      // By keyboard: the form is left empty.
      await page.getByRole('button', { name: 'Sign in with a passkey' }).focus()
      await page.keyboard.press('Enter')
      await page.getByText('Signed in as joan').waitFor()
      await page.getByText('Last used on').waitFor()
      await page.getByRole('button', { name: 'Remove passkey 1' }).click()
      await page.getByText('Last used on').waitFor({ state: 'detached' })
      await page.getByRole('button', { name: 'Sign out everywhere' }).click()
      await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
      await page.getByText('This passkey opens no account here').waitFor()
      await close()
    },
    TEST_MS_MAX,
  )

  for (const colorScheme of ['light', 'dark'] as const) {
    test(
      `axe finds nothing where one signs in, with passkeys, or before somebody else's order, ${colorScheme}`,
      async () => {
        const { page, close } = await come({ colorScheme, bypassCSP: true })
        await page.goto(`/orders/${crypto.randomUUID()}`)
        await page.getByRole('heading', { name: 'This order is not in this browser' }).waitFor()
        expect(await violations(page)).toEqual([])
        await signIn(page, `axe-${colorScheme}@example.org`)
        await page.goto('/orders')
        await page.getByRole('button', { name: 'Add a passkey' }).waitFor()
        expect(await violations(page)).toEqual([])
        await close()
      },
      TEST_MS_MAX,
    )
  }

  test(
    'a visitor without orders is told so, and no session is started for looking',
    async () => {
      const { page, context, close } = await come()
      // A refused call is an error in the browser's log, though nothing is wrong.
      const errors: string[] = []
      page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
      await page.goto('/orders')
      await page.getByRole('heading', { name: 'No tickets yet' }).waitFor()
      await page.getByLabel('Mail address').waitFor()
      expect(errors).toEqual([])
      expect((await context.cookies()).map(({ name }) => name)).toEqual([])
      await close()
    },
    TEST_MS_MAX,
  )
})
