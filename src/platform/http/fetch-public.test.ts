import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import forge from 'node-forge'
import { fetchPublic, isPublicAddress, type FetchPublicOptions } from './fetch-public.ts'

const BYTES_MAX = 1_000
const HOUSE: FetchPublicOptions = {
  bytesMax: BYTES_MAX,
  accept: 'image/*',
  userAgent: 'Usher',
  allowLoopback: false,
}
const TRIAL: FetchPublicOptions = { ...HOUSE, allowLoopback: true }
const loopback = async (): Promise<string[]> => ['127.0.0.1']

let server: ReturnType<typeof Bun.serve>
let asked: { path: string; host: string | null; encoding: string | null; secret: string | null }[] = []
beforeAll(() => {
  server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: (request) => answer(request) })
})
afterAll(() => server.stop(true))
const at = (path: string, host = '127.0.0.1'): string => `http://${host}:${server.port}${path}`

function answer(request: Request): Response {
  const { pathname: path, searchParams } = new URL(request.url)
  const { headers } = request
  asked.push({
    path,
    host: headers.get('host'),
    encoding: headers.get('accept-encoding'),
    secret: headers.get('authorization'),
  })
  const endless = new ReadableStream({
    pull: async (controller) => {
      await Bun.sleep(1)
      controller.enqueue(new Uint8Array(200))
    },
  })
  const silent = new ReadableStream({ pull: () => new Promise(() => {}) })
  switch (path) {
    case '/picture':
      return new Response('some bytes')
    case '/to':
      return new Response(null, { status: 302, headers: { location: searchParams.get('url')! } })
    case '/round':
      return new Response(null, { status: 302, headers: { location: '/round' } })
    case '/endless':
      return new Response(endless)
    case '/large':
      return new Response(new Uint8Array(BYTES_MAX + 1))
    case '/silent':
      return new Response(silent)
    case '/packed':
      return new Response(Bun.gzipSync(new Uint8Array(900)), { headers: { 'content-encoding': 'gzip' } })
    case '/busy':
      return new Response('', { status: 503 })
    default:
      return new Response('', { status: 404 })
  }
}

describe('which addresses are everybody’s', () => {
  test.each([
    ['this machine', ['127.0.0.1', '127.9.9.9', '::1', '0.0.0.0', '::']],
    ['private networks', ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fc00::1', 'fdff::1']],
    ['shared by providers', ['100.64.0.1', '100.127.255.255']],
    ['link-local, where clouds keep their secrets', ['169.254.169.254', 'fe80::1', 'fd00:ec2::254']],
    ['multicast and broadcast', ['224.0.0.1', '239.255.255.255', '255.255.255.255', 'ff02::1']],
    ['reserved', ['192.0.0.192', '192.0.2.1', '198.18.0.1', '240.0.0.1', '2001:db8::1', '100::1', 'fec0::1']],
    ['IPv4 in IPv6', ['::ffff:127.0.0.1', '::ffff:a00:1', '::7f00:1', '64:ff9b::7f00:1', '2002:7f00:1::']],
    ['tunnels', ['2001::1', '2002:a9fe:a9fe::']],
    ['nothing', ['', 'localhost', '4000::1']],
  ])('not those of %s', (_name, addresses) => {
    expect(addresses.filter(isPublicAddress)).toEqual([])
  })

  test('those of web sites are', () => {
    const addresses = ['8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '::ffff:8.8.8.8']
    expect(addresses.filter(isPublicAddress)).toEqual(addresses)
  })
})

describe('what a stranger named', () => {
  test('is refused where it leads into the house, whatever way it is written, and nobody there is asked', async () => {
    asked = []
    const { port } = server
    for (const url of ['http://127.0.0.1/', 'http://0x7f.1/', 'http://2130706433/', 'http://[::1]/'])
      expect(await fetchPublic(url, HOUSE)).toEqual({ failed: 'private_address', again: false })
    for (const url of ['http://[::ffff:127.0.0.1]/', 'http://169.254.169.254/latest/meta-data/', 'http://0/'])
      expect(await fetchPublic(url, HOUSE)).toEqual({ failed: 'private_address', again: false })
    const named = { ...HOUSE, resolve: loopback }
    expect(await fetchPublic('http://pictures.example/picture', named)).toMatchObject({
      failed: 'private_address',
    })
    for (const url of [`http://127.0.0.1:${port}/picture`, 'file:///etc/passwd', 'ftp://example.org/', 'x'])
      expect(await fetchPublic(url, HOUSE)).toEqual({ failed: 'address_refused', again: false })
    expect(await fetchPublic('http://me:secret@example.org/', HOUSE)).toMatchObject({
      failed: 'address_refused',
    })
    expect(asked).toEqual([])
  })

  test('is refused when one of its addresses is not public, even with this machine allowed', async () => {
    const resolve = async (): Promise<string[]> => ['8.8.8.8', '10.0.0.1']
    expect(await fetchPublic('http://pictures.example/', { ...TRIAL, resolve })).toEqual({
      failed: 'private_address',
      again: false,
    })
  })

  test('comes from the address that was checked: the name is looked up once and never again', async () => {
    asked = []
    let looked = 0
    const resolve = async (): Promise<string[]> => {
      looked += 1
      return looked === 1 ? ['127.0.0.1'] : ['10.0.0.1']
    }
    const fetched = await fetchPublic(at('/picture', 'pictures.example'), { ...TRIAL, resolve })
    expect('bytes' in fetched && Buffer.from(fetched.bytes).toString()).toBe('some bytes')
    expect(looked).toBe(1)
    expect(asked).toEqual([
      { path: '/picture', host: `pictures.example:${server.port}`, encoding: 'identity', secret: null },
    ])
  })

  test('may be elsewhere, but every further place is checked as the first', async () => {
    const to = (url: string): string => at(`/to?url=${encodeURIComponent(url)}`)
    expect(await fetchPublic(to('/picture'), TRIAL)).toHaveProperty('bytes')
    for (const url of ['http://10.0.0.1/', 'http://169.254.169.254/', 'http://[fd00::1]/'])
      expect(await fetchPublic(to(url), TRIAL)).toEqual({ failed: 'private_address', again: false })
    expect(await fetchPublic(to('file:///etc/passwd'), TRIAL)).toMatchObject({ failed: 'address_refused' })
    const resolve = async (host: string): Promise<string[]> => [
      host === 'first.example' ? '127.0.0.1' : '192.168.0.1',
    ]
    const inside = at(`/to?url=${encodeURIComponent('http://second.example/')}`, 'first.example')
    expect(await fetchPublic(inside, { ...TRIAL, resolve })).toMatchObject({ failed: 'private_address' })
    asked = []
    expect(await fetchPublic(at('/round'), TRIAL)).toEqual({ failed: 'too_many_redirects', again: false })
    expect(asked).toHaveLength(5)
  })

  test('is given up when it is too large, whether it says so or not, or compressed', async () => {
    for (const path of ['/large', '/endless'])
      expect(await fetchPublic(at(path), TRIAL)).toEqual({ failed: 'too_large', again: false })
    expect(await fetchPublic(at('/packed'), TRIAL)).toEqual({ failed: 'encoded', again: false })
  })

  test('is tried again later when nobody answers in time or cannot now, and not when it is not there', async () => {
    const soon = { ...TRIAL, msMax: 300 }
    expect(await fetchPublic(at('/silent'), soon)).toEqual({ failed: 'connection', again: true })
    const nowhere = { ...soon, resolve: () => new Promise<string[]>(() => {}) }
    expect(await fetchPublic('http://slow.example/', nowhere)).toEqual({
      failed: 'name_unknown',
      again: true,
    })
    expect(await fetchPublic(at('/busy'), TRIAL)).toEqual({ failed: 'status', again: true })
    expect(await fetchPublic(at('/nothing'), TRIAL)).toEqual({ failed: 'status', again: false })
  })

  test('over TLS needs a certificate of the name, though the connection goes to an address', async () => {
    const { cert, key } = certificateOf('pictures.example')
    const secure = Bun.serve({
      ...{ port: 0, hostname: '127.0.0.1', tls: { cert, key } },
      fetch: () => new Response('safe'),
    })
    try {
      const trusting = { ...TRIAL, resolve: loopback, ca: cert }
      const url = (host: string): string => `https://${host}:${secure.port}/`
      expect(await fetchPublic(url('pictures.example'), trusting)).toHaveProperty('bytes')
      expect(await fetchPublic(url('other.example'), trusting)).toMatchObject({ failed: 'connection' })
      const strict = { ...TRIAL, resolve: loopback }
      expect(await fetchPublic(url('pictures.example'), strict)).toMatchObject({ failed: 'connection' })
    } finally {
      await secure.stop(true)
    }
  })
})

function certificateOf(name: string): { cert: string; key: string } {
  const keys = forge.pki.rsa.generateKeyPair(2_048)
  const cert = forge.pki.createCertificate()
  cert.publicKey = keys.publicKey
  cert.serialNumber = '01'
  cert.validity.notBefore = new Date(Date.now() - 86_400_000)
  cert.validity.notAfter = new Date(Date.now() + 86_400_000)
  const names = [{ name: 'commonName', value: name }]
  cert.setSubject(names)
  cert.setIssuer(names)
  cert.setExtensions([
    { name: 'basicConstraints', cA: true },
    { name: 'subjectAltName', altNames: [{ type: 2, value: name }] },
  ])
  cert.sign(keys.privateKey, forge.md.sha256.create())
  return { cert: forge.pki.certificateToPem(cert), key: forge.pki.privateKeyToPem(keys.privateKey) }
}
