import { lookup } from 'node:dns/promises'
import { request as requestHttp, type IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'
import ipaddr from 'ipaddr.js'

const REDIRECTS_MAX = 4
/** Milliseconds for everything together: names, redirects, the last byte. */
const FETCH_MS_MAX = 15_000
const URL_LENGTH_MAX = 2_000
/** Addresses of one name that are tried one after the other. */
const ADDRESSES_MAX = 4

export type FetchPublicOptions = {
  bytesMax: number
  /** What is asked for, as in `Accept`. */
  accept: string
  userAgent: string
  /** This machine and any port may be asked, too: for tests and trials, never where strangers name addresses. */
  allowLoopback: boolean
  /** All addresses of a name; the system's resolver where it is left out. */
  resolve?: (host: string) => Promise<string[]>
  /** PEM, beside those that everybody trusts. */
  ca?: string
  signal?: AbortSignal
  msMax?: number
}

/** `again`: it may be different later. */
export type Fetched = { bytes: Uint8Array } | { failed: FetchFault; again: boolean }
export type FetchFault =
  | 'address_refused'
  | 'private_address'
  | 'name_unknown'
  | 'too_many_redirects'
  | 'status'
  | 'encoded'
  | 'too_large'
  | 'connection'

/**
 * Gets what a stranger named, without becoming their way into the house's network: only http and https at their usual
 * ports, only public addresses, at every redirect again. The connection goes to the very address that was checked, so
 * that a name cannot lead elsewhere between the look and the call. Never throws.
 */
export async function fetchPublic(url: string, options: FetchPublicOptions): Promise<Fetched> {
  const late = AbortSignal.timeout(options.msMax ?? FETCH_MS_MAX)
  const signal = options.signal ? AbortSignal.any([late, options.signal]) : late
  let next = url
  for (let hops = 0; hops <= REDIRECTS_MAX; hops += 1) {
    const target = targetOf(next, options.allowLoopback)
    if (!target) return { failed: 'address_refused', again: false }
    const addresses = await addressesOf(target, options, signal)
    if (!Array.isArray(addresses)) return addresses
    const answer = await ask(target, addresses, options, signal)
    if ('redirect' in answer) next = answer.redirect
    else return answer
  }
  return { failed: 'too_many_redirects', again: false }
}

// Names and passwords in an address would be sent to whoever it leads to next.
function targetOf(text: string, allowLoopback: boolean): URL | null {
  if (text.length > URL_LENGTH_MAX) return null
  const url = URL.parse(text)
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) return null
  if (url.username !== '' || url.password !== '') return null
  // Other ports belong to other things than web sites: databases, caches, admin pages.
  return url.port === '' || allowLoopback ? url : null
}

async function addressesOf(
  { hostname }: URL,
  { resolve = resolveBySystem, allowLoopback }: FetchPublicOptions,
  signal: AbortSignal,
): Promise<string[] | Fetched> {
  const literal = hostname.replace(/^\[|\]$/g, '')
  let found: string[]
  try {
    found = ipaddr.isValid(literal) ? [literal] : await unlessAborted(resolve(literal), signal)
  } catch {
    return { failed: 'name_unknown', again: true }
  }
  if (found.length === 0) return { failed: 'name_unknown', again: true }
  // One address that is not public is enough: whoever answers so is up to something.
  return found.every((address) => isPublicAddress(address) || (allowLoopback && isLoopback(address)))
    ? found.slice(0, ADDRESSES_MAX)
    : { failed: 'private_address', again: false }
}

async function resolveBySystem(host: string): Promise<string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address)
}

/**
 * Whether everybody reaches the same machine there. Everything else is refused: this machine, private and shared
 * networks, link-local (clouds tell their secrets at 169.254.169.254), multicast, reserved, and every way of writing
 * an IPv4 address into an IPv6 one.
 */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false
  const address = ipaddr.process(text)
  if (address.range() !== 'unicast') return false
  // Of IPv6 only what has been handed out: 2000::/3. The rest has old meanings that somebody may still route.
  return address.kind() === 'ipv4' || ((address as ipaddr.IPv6).parts[0]! & 0xe000) === 0x2000
}

function isLoopback(text: string): boolean {
  return ipaddr.isValid(text) && ipaddr.process(text).range() === 'loopback'
}

type Asked = Fetched | { redirect: string }

async function ask(
  target: URL,
  addresses: readonly string[],
  options: FetchPublicOptions,
  signal: AbortSignal,
): Promise<Asked> {
  for (const address of addresses) {
    try {
      return await read(target, await connect(target, address, options, signal), options.bytesMax)
    } catch {
      if (signal.aborted) break
    }
  }
  return { failed: 'connection', again: true }
}

function connect(
  target: URL,
  address: string,
  { accept, userAgent, ca }: FetchPublicOptions,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const secure = target.protocol === 'https:'
  const name = target.hostname.replace(/^\[|\]$/g, '')
  return new Promise((resolve, reject) => {
    const request = (secure ? requestHttps : requestHttp)({
      host: address,
      port: target.port || (secure ? 443 : 80),
      path: target.pathname + target.search,
      // The certificate has to be the name's, though the connection is made by address.
      ...(secure && !ipaddr.isValid(name) && { servername: name }),
      ...(secure && ca !== undefined && { ca }),
      // Compressed bytes could unpack to any number of them; pictures are compressed already.
      headers: { host: target.host, accept, 'user-agent': userAgent, 'accept-encoding': 'identity' },
      agent: false,
      signal,
    })
    request.on('response', resolve)
    request.on('error', reject)
    request.end()
  })
}

async function read(target: URL, response: IncomingMessage, bytesMax: number): Promise<Asked> {
  const status = response.statusCode ?? 0
  const { location } = response.headers
  if (status !== 200) response.destroy()
  if ([301, 302, 303, 307, 308].includes(status) && location !== undefined) {
    const redirect = URL.parse(location, target)?.href
    return redirect === undefined ? { failed: 'address_refused', again: false } : { redirect }
  }
  if (status !== 200) return { failed: 'status', again: status === 408 || status === 429 || status >= 500 }
  const encoding = response.headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity' || Number(response.headers['content-length'] ?? 0) > bytesMax) {
    response.destroy()
    return { failed: encoding === 'identity' ? 'too_large' : 'encoded', again: false }
  }
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    length += chunk.length
    if (length > bytesMax) {
      response.destroy()
      return { failed: 'too_large', again: false }
    }
    chunks.push(chunk)
  }
  return { bytes: Buffer.concat(chunks) }
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}
