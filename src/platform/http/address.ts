import ipaddr from 'ipaddr.js'
import type { TrustProxy } from '../config.ts'

/** Entries of X-Forwarded-For that are looked at, from the right; what stands further left was written by strangers. */
const FORWARDED_MAX = 20

type Network = [ipaddr.IPv4 | ipaddr.IPv6, number]

/**
 * Tells a client's address for limits: IPv4 whole, IPv6 by its /64, because that is what one household gets.
 * X-Forwarded-For counts only as far as the house's own proxies wrote it.
 */
export function clientAddress(trust: TrustProxy): (request: Request, peer: string) => string {
  switch (trust.kind) {
    case 'none':
      return (_request, peer) => limitKey(peer)
    case 'hops':
      return (request, peer) => {
        const entries = forwarded(request)
        // Fewer entries than proxies: somebody went around them, and the leftmost is the best there is.
        return limitKey(entries[Math.max(0, entries.length - trust.hops)] ?? peer)
      }
    case 'addresses': {
      const networks = trust.addresses.map((text) => ipaddr.parseCIDR(text))
      return (request, peer) => limitKey(firstStranger(request, peer, networks))
    }
  }
}

/** Walks from the connection outwards and stops at the first address that is not a proxy of the house. */
function firstStranger(request: Request, peer: string, networks: Network[]): string {
  if (!within(peer, networks)) return peer
  const entries = forwarded(request)
  for (const entry of entries.toReversed()) if (!within(entry, networks)) return entry
  return entries[0] ?? peer
}

function forwarded(request: Request): string[] {
  const header = request.headers.get('x-forwarded-for')
  if (header === null) return []
  return header.split(',').slice(-FORWARDED_MAX).map(withoutPort).filter(Boolean)
}

// Some balancers write "203.0.113.7:40312" or "[2001:db8::1]:40312".
function withoutPort(entry: string): string {
  const text = entry.trim()
  if (text.startsWith('[')) return text.slice(1, text.indexOf(']'))
  const colon = text.indexOf(':')
  return colon >= 0 && colon === text.lastIndexOf(':') ? text.slice(0, colon) : text
}

function within(text: string, networks: Network[]): boolean {
  if (!ipaddr.isValid(text)) return false
  const address = ipaddr.process(text)
  return networks.some(
    ([range, bits]) => range.kind() === address.kind() && address.match(range as never, bits),
  )
}

/** "203.0.113.7" as it is, "2001:db8:1:2:3::4" as "2001:db8:1:2::/64". */
export function limitKey(address: string): string {
  // The usual case first: no colon, no IPv6.
  if (!address.includes(':') || !ipaddr.isValid(address)) return address.slice(0, 64)
  const parsed = ipaddr.process(address)
  if (parsed.kind() === 'ipv4') return parsed.toString()
  return `${(parsed as ipaddr.IPv6).parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':')}::/64`
}

/** Whether the connection comes from this machine and nobody passed it on. */
export function isDirectLoopback(request: Request, address: string): boolean {
  const { headers } = request
  if (headers.has('x-forwarded-for') || headers.has('forwarded') || headers.has('via')) return false
  return address.startsWith('127.') || address === '0:0:0:0::/64'
}

/** Of an absolute address, as the runtime gives it: already normal, and read without taking the rest apart. */
export function pathOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('://') + 3)
  if (start < 0) return '/'
  const end = url.slice(start).search(/[?#]/)
  return end < 0 ? url.slice(start) : url.slice(start, start + end)
}
