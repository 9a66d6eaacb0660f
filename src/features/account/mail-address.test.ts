import { expect, test } from 'bun:test'
import { addressWithoutTag, wholeAddress } from './mail-address.ts'

test('capitals, white space around it and the spelling of the domain do not tell two addresses apart', () => {
  for (const same of ['ada@bücher.example', ' ADA@BÜCHER.Example', 'ada@xn--bcher-kva.example'])
    expect(wholeAddress(same)).toBe('ada@xn--bcher-kva.example')
  expect(wholeAddress('Ame\u0301lie@example.org')).toBe('am\u00e9lie@example.org')
})

test('everything that a provider may tell apart stays, tags and look-alikes, too', () => {
  const different = [
    'victim@example.org',
    'victim+x@example.org',
    'vic.tim@example.org',
    'victi\uff4d@example.org',
    'v\u0131ctim@example.org',
    '+victim@example.org',
  ]
  expect(new Set(different.map(wholeAddress)).size).toBe(different.length)
})

test('an address that is written out stays as it is', () => {
  for (const email of [
    'victim+x@example.org',
    '\u0130@B\u00dcCHER.example',
    'a@-b_c.example',
    'a@1.2.3.4',
    'x@a/b',
  ])
    expect(wholeAddress(wholeAddress(email))).toBe(wholeAddress(email))
})

test('for limits the tag is left out, but never so that nothing is left', () => {
  expect(addressWithoutTag('Victim+x+y@Example.org')).toBe('victim@example.org')
  expect(addressWithoutTag('+one@example.org')).not.toBe(addressWithoutTag('+two@example.org'))
})
