import { describe, expect, test } from 'bun:test'
import { clientAddress, limitKey } from './address.ts'

const from = (forwarded: string | null): Request =>
  new Request('http://x/', forwarded === null ? {} : { headers: { 'x-forwarded-for': forwarded } })

describe('the address that limits count', () => {
  test('is the connection where no proxy is trusted, whatever a header says', () => {
    expect(clientAddress({ kind: 'none' })(from('1.1.1.1'), '203.0.113.9')).toBe('203.0.113.9')
  })

  test('is the entry that the outermost trusted proxy wrote', () => {
    const address = clientAddress({ kind: 'hops', hops: 2 })
    expect(address(from('6.6.6.6, 198.51.100.4, 10.0.0.2'), '10.0.0.1')).toBe('198.51.100.4')
    expect(address(from('198.51.100.4'), '10.0.0.1')).toBe('198.51.100.4')
    expect(address(from(null), '203.0.113.9')).toBe('203.0.113.9')
  })

  test('is the first one that is not a proxy of the house, seen from the connection', () => {
    const address = clientAddress({ kind: 'addresses', addresses: ['10.0.0.0/8', '2001:db8::/32'] })
    expect(address(from('6.6.6.6, 198.51.100.4, 10.0.0.2'), '10.0.0.1')).toBe('198.51.100.4')
    expect(address(from('198.51.100.4'), '203.0.113.9')).toBe('203.0.113.9')
    expect(address(from('198.51.100.4:4711'), '::ffff:10.0.0.1')).toBe('198.51.100.4')
    expect(address(from('[2a00:1:2:3::5]:4711'), '2001:db8::1')).toBe('2a00:1:2:3::/64')
    expect(address(from('10.1.1.1'), '10.0.0.1')).toBe('10.1.1.1')
  })

  test('counts IPv6 by its /64 and mapped IPv4 as IPv4', () => {
    expect(limitKey('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64')
    expect(limitKey('2001:db8:1:2::9')).toBe('2001:db8:1:2::/64')
    expect(limitKey('::ffff:203.0.113.7')).toBe('203.0.113.7')
    expect(limitKey('x'.repeat(1_000))).toHaveLength(64)
  })
})
