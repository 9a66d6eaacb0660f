import { expect, test } from 'bun:test'
import { configWarnings, loadConfig, productionFaults } from './config.ts'
import { WrongInput } from './failure.ts'

const KEY = Buffer.alloc(32, 7).toString('base64')
const LIVE = {
  USHER_ENV: 'production',
  USHER_KEY: KEY,
  STRIPE_SECRET_KEY: 'sk_live_x',
  STRIPE_WEBHOOK_SECRET: 'whsec_x',
  SMTP_URL: 'smtps://user:password@mail.example.org',
}

test('an empty environment gives the documented defaults, frozen', () => {
  const config = loadConfig({})
  expect(config).toMatchObject({
    port: 8080,
    production: false,
    databaseUrl: null,
    holdSeconds: 600,
    ticketsPerBuyer: 4,
    trustProxy: { kind: 'none' },
    rateLimit: true,
    captcha: true,
    operatorToken: null,
  })
  expect(config.dataDir).toEndWith('/.usher')
  expect(Object.isFrozen(config)).toBe(true)
})

test('values are read with their types, and an empty variable counts as not set', () => {
  const config = loadConfig({
    PORT: '0',
    DATABASE_URL: ' postgres://u:p@db/usher ',
    KAFKA_BROKERS: 'a:9092, b:9093',
    REDIS_URL: '',
    RATE_LIMIT: 'OFF',
    TRUST_PROXY: '10.0.0.0/8, ::1',
  })
  expect(config).toMatchObject({
    port: 0,
    databaseUrl: 'postgres://u:p@db/usher',
    kafkaBrokers: ['a:9092', 'b:9093'],
    redisUrl: null,
    rateLimit: false,
    trustProxy: { kind: 'addresses', addresses: ['10.0.0.0/8', '::1/128'] },
  })
  expect(loadConfig({ TRUST_PROXY: '2' }).trustProxy).toEqual({ kind: 'hops', hops: 2 })
})

test('every wrong value has a line of its own that names it and never repeats it', () => {
  const wrong = {
    PORT: '70000',
    USHER_ENV: 'staging-secret',
    USHER_KEY: 'c2VjcmV0LXNob3J0',
    DATABASE_URL: 'mysql://secret@db/usher',
    SHARD_URLS: 'postgres://a/b,secret',
    KAFKA_BROKERS: 'secret',
    REDIS_URL: 'secret',
    SMTP_URL: 'mail.secret.org',
    PAYPAL_CLIENT_ID: 'secret',
    HOLD_SECONDS: '0',
    TICKETS_PER_BUYER: '4.5',
    TRUST_PROXY: 'secret',
    RATE_LIMIT: 'maybe-secret',
  }
  const lines = linesOf(wrong)
  expect(lines.map((line) => line.split(' ')[0]).sort()).toEqual(
    Object.keys(wrong)
      .map((name) => (name === 'PAYPAL_CLIENT_ID' ? 'PAYPAL_SECRET' : name))
      .sort(),
  )
  expect(lines.join('\n').replaceAll('PAYPAL_SECRET', '')).not.toMatch(/secret|c2Vj/)
})

test('a key before the present one needs the present one', () => {
  expect(linesOf({ USHER_KEY_PREVIOUS: KEY })).toEqual([
    'USHER_KEY_PREVIOUS needs USHER_KEY beside it: set both',
  ])
})

test('the public address is a host alone, and keys of Stripe are a pair of one mode', () => {
  expect(loadConfig({ PUBLIC_URL: 'https://Tickets.example.org/' }).publicUrl).toBe(
    'https://tickets.example.org',
  )
  expect(linesOf({ PUBLIC_URL: 'https://example.org/tickets' })).toHaveLength(1)
  expect(linesOf({ PUBLIC_URL: 'tickets.example.org' })).toHaveLength(1)
  const pair = (secret: string, publishable: string) => ({
    STRIPE_SECRET_KEY: secret,
    STRIPE_PUBLISHABLE_KEY: publishable,
  })
  expect(loadConfig(pair('sk_live_x', 'pk_live_x')).stripePublishableKey).toBe('pk_live_x')
  for (const wrong of [pair('sk_live_x', 'pk_test_x'), pair('sk_test_x', 'sk_test_x'), pair('', 'pk_test_x')])
    expect(linesOf(wrong)).toHaveLength(1)
})

test('what signs passes for phones is set whole or not at all', () => {
  expect(loadConfig({}).appleWallet).toBeNull()
  expect(linesOf({ APPLE_WALLET_KEY: 'k.pem', APPLE_WALLET_WWDR: 'w.pem' })).toHaveLength(1)
  expect(linesOf({ GOOGLE_WALLET_KEY: 'k.json' })).toHaveLength(1)
  const names = { APPLE_WALLET_CERTIFICATE: 'c.pem', APPLE_WALLET_KEY: 'k.pem', APPLE_WALLET_WWDR: 'w.pem' }
  expect(loadConfig(names).appleWallet).toMatchObject({ certificate: 'c.pem', keyPassphrase: null })
})

test('production is refused until everything that only development may do is replaced', () => {
  expect(productionFaults(loadConfig({ RATE_LIMIT: 'off' }))).toEqual([])
  expect(productionFaults(loadConfig(LIVE))).toEqual([])
  const faults = productionFaults(loadConfig({ USHER_ENV: 'production', RATE_LIMIT: 'off' })).join('\n')
  for (const name of ['STRIPE_SECRET_KEY', 'SMTP_URL', 'USHER_KEY', 'RATE_LIMIT'])
    expect(faults).toContain(`set ${name}`)
  const one = (change: Record<string, string>) => productionFaults(loadConfig({ ...LIVE, ...change }))
  expect(one({ USHER_KEY: '' })).toHaveLength(1)
  expect(one({ SMTP_URL: '' })).toHaveLength(1)
  expect(one({ STRIPE_WEBHOOK_SECRET: '' })).toHaveLength(1)
  expect(one({ STRIPE_SECRET_KEY: '', STRIPE_WEBHOOK_SECRET: '' })).toHaveLength(1)
  expect(one({ OPERATOR_TOKEN: 'short' })).toHaveLength(1)
  expect(one({ PICTURES_ALLOW_LOOPBACK: 'on' })).toHaveLength(1)
  expect(one({ STRIPE_SECRET_KEY: 'sk_test_x' })).toHaveLength(1)
  expect(one({ STRIPE_API_BASE: 'http://stripe.example.org' })).toHaveLength(1)
  expect(one({ STRIPE_API_BASE: 'https://stripe.example.org' })).toEqual([])
  expect(one({ STRIPE_SECRET_KEY: '', PAYPAL_CLIENT_ID: 'a', PAYPAL_SECRET: 'b' })).toEqual([])
})

test('what is set and not used yet is named at the start, and so is a Stripe whose webhooks nobody can check', () => {
  expect(configWarnings(loadConfig({}))).toEqual([])
  expect(configWarnings(loadConfig({ ...LIVE, USHER_ENV: 'development' }))).toEqual([])
  const unused = {
    DATABASE_READ_URL: 'postgres://replica/usher',
    SHARD_URLS: 'postgres://one/usher,postgres://two/usher',
    REDIS_URL: 'redis://cache',
    KAFKA_BROKERS: 'kafka:9092',
    OPENSEARCH_URL: 'http://search:9200',
    S3_URL: 's3://bucket',
  }
  const named = configWarnings(loadConfig(unused)).map((line) => line.split(' ')[0])
  expect(named).toEqual(Object.keys(unused))
  expect(configWarnings(loadConfig({ STRIPE_SECRET_KEY: 'sk_test_x' }))).toEqual([
    expect.stringMatching(/^STRIPE_WEBHOOK_SECRET is not set/),
  ])
})

function linesOf(env: Record<string, string>): readonly string[] {
  try {
    loadConfig(env)
  } catch (error) {
    expect(error).toBeInstanceOf(WrongInput)
    return (error as WrongInput).lines
  }
  throw new Error('the configuration was taken')
}
