import { afterAll, beforeAll, expect, test } from 'bun:test'
import { createHash, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { jwtVerify } from 'jose'
import { createAppleWallet, type AppleCertificates } from '../../platform/wallet/apple.ts'
import { createGoogleWallet } from '../../platform/wallet/google.ts'
import { makeTestCertificates } from '../../platform/wallet/test-certificates.ts'
import { ticketPasses } from './ticket-passes.ts'
import type { Delivery } from './types.ts'

let folder: string
let certificates: AppleCertificates
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'usher-passes-'))
  certificates = await makeTestCertificates(Date.now())
})
afterAll(() => rmSync(folder, { recursive: true }))

const delivery: Delivery = {
  orderId: '01932d6e-7c1a-7f3e-9b52-6f1f8f2c4d11',
  buyer: 'b',
  locale: 'en',
  livemode: true,
  currency: 'EUR',
  event: {
    eventId: '5393',
    name: 'Rusałka & friends',
    revision: 3,
    status: 'published',
    venue: {
      venueId: 'v',
      name: 'Großes Haus',
      street: 'Straße 1',
      city: 'Łódź',
      metro: null,
      region: null,
      country: 'PL',
      timezone: 'Europe/Warsaw',
      lat: 51.77,
      lon: 19.46,
    },
    room: null,
    startsAt: Date.parse('2027-03-18T18:30:00Z'),
    startsAtPrecision: 'time',
    startsOn: '2027-03-18',
    doorsAt: Date.parse('2027-03-18T17:45:00Z'),
    durationMinutes: 150,
    refundUntil: null,
  },
  isPending: false,
  tickets: ['12', '13'].map((seat, i) => ({
    ticketId: `01932d6e-7c1a-7f3e-9b52-6f1f8f2c4d1${i}`,
    serial: i + 1,
    code: `USHER-CODE-${seat}`,
    door: 'C',
    section: 'Parkett',
    row: 'F',
    seat,
    priceType: 'Adult',
    amount: 9_600,
  })),
}

test('a pass is whole: its signature is by the certificate, over a manifest that names every file by its hash', async () => {
  const one = { ...delivery, tickets: delivery.tickets.slice(0, 1) }
  const file = await createAppleWallet(certificates).file(ticketPasses(one, 'Usher'))
  expect(file.contentType).toBe('application/vnd.apple.pkpass')
  const pass = unpack('one', file.bytes)
  const manifest = JSON.parse(pass.text('manifest.json')) as Record<string, string>
  const named = pass.names.filter((name) => name !== 'manifest.json' && name !== 'signature')
  expect(Object.keys(manifest).toSorted()).toEqual(named.toSorted())
  for (const name of named)
    expect(createHash('sha1').update(pass.bytes(name)).digest('hex')).toBe(manifest[name]!)
  expect(named).toContain('icon.png')
  expect(signatureFault(pass.path)).toBeNull()
  // A pass of which a byte was changed is nobody's.
  writeFileSync(
    join(pass.path, 'manifest.json'),
    pass.text('manifest.json').replace('pass.json', 'pass.jsoN'),
  )
  expect(signatureFault(pass.path)).not.toBeNull()
})

test('it says in front where one sits, and carries the code of the ticket', async () => {
  const [pass] = ticketPasses(delivery, 'Usher')
  const file = await createAppleWallet(certificates).file([pass!])
  const shown = JSON.parse(unpack('words', file.bytes).text('pass.json'))
  expect(shown).toMatchObject({
    formatVersion: 1,
    passTypeIdentifier: 'pass.test.usher',
    teamIdentifier: 'USHERTEST0',
    organizationName: 'Usher',
    sharingProhibited: true,
    barcodes: [{ format: 'PKBarcodeFormatQR', message: 'USHER-CODE-12', altText: 'No. 1' }],
    locations: [{ latitude: 51.77, longitude: 19.46 }],
  })
  expect(Date.parse(shown.relevantDate)).toBe(delivery.event.startsAt)
  const fields = shown.eventTicket
  expect(fields.primaryFields[0].value).toBe('Rusałka & friends')
  expect(fields.auxiliaryFields.map(({ value }: { value: string }) => value)).toEqual([
    'Parkett',
    'F',
    '12',
    'C',
  ])
  expect(JSON.stringify(fields)).toContain('19:30')
})

test('two tickets are one file with a pass each', async () => {
  const file = await createAppleWallet(certificates).file(ticketPasses(delivery, 'Usher'))
  expect(file.contentType).toBe('application/vnd.apple.pkpasses')
  const { names, bytes } = unpack('two', file.bytes)
  expect(names).toHaveLength(2)
  const serials = names.map((name) => {
    const pass = unpack(`two-${name}`, bytes(name))
    expect(signatureFault(pass.path)).toBeNull()
    return JSON.parse(pass.text('pass.json')).serialNumber
  })
  expect(new Set(serials).size).toBe(2)
})

test('a ticket that was paid with test money says so on its pass', () => {
  const [pass] = ticketPasses({ ...delivery, livemode: false }, 'Usher')
  expect(pass!.codeText).toContain('admits nobody')
})

test("Google's link carries the tickets, signed by the house's service account", async () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const google = createGoogleWallet({
    issuerId: '3388000000012345678',
    clientEmail: 'wallet@example.iam.gserviceaccount.com',
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  })
  const link = await google.saveLink('5393', ticketPasses(delivery, 'Usher'), Date.now())
  expect(link).toStartWith('https://pay.google.com/gp/v/save/')
  const key = createPublicKey(publicKey.export({ type: 'spki', format: 'pem' }))
  const { payload, protectedHeader } = await jwtVerify(link.split('/').at(-1)!, key, { audience: 'google' })
  expect(protectedHeader.alg).toBe('RS256')
  expect(payload).toMatchObject({ iss: 'wallet@example.iam.gserviceaccount.com', typ: 'savetowallet' })
  const { eventTicketObjects: objects, eventTicketClasses: classes } = payload['payload'] as {
    eventTicketObjects: { id: string; classId: string; barcode: { value: string } }[]
    eventTicketClasses: { id: string }[]
  }
  expect(objects.map(({ barcode }) => barcode.value)).toEqual(['USHER-CODE-12', 'USHER-CODE-13'])
  for (const { id, classId } of objects) {
    expect(id).toMatch(/^3388000000012345678\.[\w.-]+$/)
    expect(classId).toBe(classes[0]!.id)
  }
})

type Unpacked = { path: string; names: string[]; bytes(name: string): Uint8Array; text(name: string): string }

function unpack(name: string, zip: Uint8Array): Unpacked {
  const [path, archive] = [join(folder, name), join(folder, `${name}.zip`)]
  writeFileSync(archive, zip)
  run(['unzip', '-q', '-o', archive, '-d', path])
  return {
    path,
    names: readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => entry.name),
    bytes: (file) => readFileSync(join(path, file)),
    text: (file) => readFileSync(join(path, file), 'utf8'),
  }
}

/** What openssl has against the pass's signature; null where it is good. */
function signatureFault(path: string): string | null {
  writeFileSync(join(path, '..', 'authority.pem'), certificates.wwdr)
  const checked = Bun.spawnSync(
    [
      ...['openssl', 'smime', '-verify', '-binary', '-inform', 'DER', '-in', join(path, 'signature')],
      ...['-content', join(path, 'manifest.json'), '-CAfile', join(path, '..', 'authority.pem')],
      ...['-purpose', 'any', '-out', '/dev/null'],
    ],
    { stderr: 'pipe' },
  )
  return checked.exitCode === 0 ? null : checked.stderr.toString()
}

function run(command: string[]): void {
  const { exitCode, stderr } = Bun.spawnSync(command, { stderr: 'pipe' })
  if (exitCode !== 0) throw new Error(`${command[0]}: ${stderr.toString()}`)
}
