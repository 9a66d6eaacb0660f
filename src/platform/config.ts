import { resolve } from 'node:path'
import { parseCIDR, isValid } from 'ipaddr.js'
import { HOLD_SECONDS_MAX, HOLD_SECONDS_MIN } from '../shared/hold-seconds.ts'
import { WrongInput } from './failure.ts'

/** The shortest OPERATOR_TOKEN for production, in characters: 128 bits as hex. */
const OPERATOR_TOKEN_LENGTH_MIN = 32
const KEY_BYTES = 32

export type Config = Readonly<{
  port: number
  production: boolean
  /** "https://tickets.example.org": where buyers reach the house. Null: where a request says it was sent to. */
  publicUrl: string | null
  /** Absolute. */
  dataDir: string
  key: string | null
  keyPrevious: string | null
  /** Null: the embedded PostgreSQL. */
  databaseUrl: string | null
  databaseReadUrl: string | null
  shardUrls: readonly string[]
  redisUrl: string | null
  kafkaBrokers: readonly string[]
  opensearchUrl: string | null
  smtpUrl: string | null
  /** "Name <address>". */
  mailFrom: string
  s3Url: string | null
  stripeSecretKey: string | null
  /** For Stripe's card fields on the web pages; without it they take no cards. */
  stripePublishableKey: string | null
  stripeApiBase: string | null
  stripeWebhookSecret: string | null
  paypalClientId: string | null
  paypalSecret: string | null
  paypalApiBase: string | null
  /** Paths of PEM files. Null: no passes for Apple Wallet in production, test passes elsewhere. */
  appleWallet: Readonly<{
    certificate: string
    key: string
    keyPassphrase: string | null
    wwdr: string
  }> | null
  /** `keyFile`: the service account's key as JSON. Null: no passes for Google Wallet. */
  googleWallet: Readonly<{ issuerId: string; keyFile: string }> | null
  holdSeconds: number
  ticketsPerBuyer: number
  trustProxy: TrustProxy
  rateLimit: boolean
  captcha: boolean
  /** Whether pictures that imported events name are fetched from where they are. */
  picturesFetch: boolean
  /** Also from this machine, at any port: for trials. */
  picturesAllowLoopback: boolean
  operatorToken: string | null
  logLevel: LogLevel
}>

/**
 * Whose X-Forwarded-For is believed: nobody's (the default), that of the last `hops` proxies, or that of proxies at
 * these addresses (CIDR).
 */
export type TrustProxy = Readonly<
  { kind: 'none' } | { kind: 'hops'; hops: number } | { kind: 'addresses'; addresses: readonly string[] }
>

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/**
 * The configuration, from the environment. An empty variable counts as not set. Throws `WrongInput` with a line for
 * every wrong value: its name, what is wrong, what to set. Values are not repeated: they may be secret.
 */
export function loadConfig(env: Record<string, string | undefined> = process.env): Config {
  const read = new Reader(env)
  const config: Config = {
    port: read.integer('PORT', 8080, 0, 65_535),
    production: read.choice('USHER_ENV', ['development', 'production'], 'development') === 'production',
    publicUrl: read.origin('PUBLIC_URL'),
    dataDir: resolve(read.text('USHER_DATA_DIR') ?? '.usher'),
    key: read.key('USHER_KEY'),
    keyPrevious: read.key('USHER_KEY_PREVIOUS'),
    databaseUrl: read.url('DATABASE_URL', POSTGRES),
    databaseReadUrl: read.url('DATABASE_READ_URL', POSTGRES),
    shardUrls: read.list('SHARD_URLS', (name, part) => read.checkUrl(name, part, POSTGRES)),
    redisUrl: read.url('REDIS_URL', ['redis:', 'rediss:']),
    kafkaBrokers: read.list('KAFKA_BROKERS', (name, part) => read.broker(name, part)),
    opensearchUrl: read.url('OPENSEARCH_URL', HTTP),
    smtpUrl: read.url('SMTP_URL', ['smtp:', 'smtps:']),
    mailFrom: read.text('MAIL_FROM') ?? 'Usher <tickets@localhost>',
    s3Url: read.url('S3_URL', ['s3:', ...HTTP]),
    stripeSecretKey: read.text('STRIPE_SECRET_KEY'),
    stripePublishableKey: read.text('STRIPE_PUBLISHABLE_KEY'),
    stripeApiBase: read.url('STRIPE_API_BASE', HTTP),
    stripeWebhookSecret: read.text('STRIPE_WEBHOOK_SECRET'),
    paypalClientId: read.text('PAYPAL_CLIENT_ID'),
    paypalSecret: read.text('PAYPAL_SECRET'),
    paypalApiBase: read.url('PAYPAL_API_BASE', HTTP),
    appleWallet: read.appleWallet(),
    googleWallet: read.googleWallet(),
    holdSeconds: read.integer('HOLD_SECONDS', 600, HOLD_SECONDS_MIN, HOLD_SECONDS_MAX),
    ticketsPerBuyer: read.integer('TICKETS_PER_BUYER', 4, 1, 1_000),
    trustProxy: read.trustProxy('TRUST_PROXY'),
    rateLimit: read.choice('RATE_LIMIT', ['on', 'off'], 'on') === 'on',
    captcha: read.choice('CAPTCHA', ['on', 'off'], 'on') === 'on',
    picturesFetch: read.choice('PICTURES_FETCH', ['on', 'off'], 'on') === 'on',
    picturesAllowLoopback: read.choice('PICTURES_ALLOW_LOOPBACK', ['on', 'off'], 'off') === 'on',
    operatorToken: read.text('OPERATOR_TOKEN'),
    logLevel: read.choice('LOG_LEVEL', LOG_LEVELS, 'info'),
  }
  read.together('PAYPAL_CLIENT_ID', 'PAYPAL_SECRET')
  if (config.stripePublishableKey)
    checkPublishableKey(read, config.stripePublishableKey, config.stripeSecretKey)
  if (config.keyPrevious && !config.key)
    read.fault('USHER_KEY_PREVIOUS', 'needs USHER_KEY beside it: set both')
  if (read.faults.length > 0) throw new WrongInput(read.faults)
  return Object.freeze(config)
}

// A pair that does not fit shows card fields whose cards nobody can charge.
function checkPublishableKey(read: Reader, key: string, secret: string | null): void {
  const name = 'STRIPE_PUBLISHABLE_KEY'
  if (!/^pk_(test|live)_/.test(key))
    read.fault(
      name,
      'does not begin with pk_test_ or pk_live_: set the publishable key, never the secret one',
    )
  else if (secret === null) read.fault(name, 'needs STRIPE_SECRET_KEY beside it: set both')
  else if (key.startsWith('pk_test_') !== isStripeTestKey(secret))
    read.fault(name, 'and STRIPE_SECRET_KEY are not of the same mode: set both for test or both for live')
}

/** Whether a secret key of Stripe's moves test money only. */
export function isStripeTestKey(secretKey: string): boolean {
  return /^[rs]k_test_/.test(secretKey)
}

/** What keeps this configuration from being run in production, each with what to set; empty outside production. */
export function productionFaults(config: Config): string[] {
  if (!config.production) return []
  const faults: string[] = []
  if (usesSandboxGateway(config)) {
    faults.push(
      'payments go to the sandbox gateway: set STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET, or PAYPAL_CLIENT_ID and PAYPAL_SECRET',
    )
  }
  if (config.stripeSecretKey && !config.stripeWebhookSecret) {
    faults.push('webhooks of Stripe cannot be checked: set STRIPE_WEBHOOK_SECRET')
  }
  if (config.stripeSecretKey && isStripeTestKey(config.stripeSecretKey)) {
    faults.push(
      'the key of Stripe moves test money only: set STRIPE_SECRET_KEY to one that begins with sk_live_',
    )
  }
  if (config.stripeApiBase && URL.parse(config.stripeApiBase)?.protocol !== 'https:') {
    faults.push(
      'the key of Stripe would travel unencrypted: set STRIPE_API_BASE to https://… or leave it out',
    )
  }
  if (!config.smtpUrl)
    faults.push('mail is written to files: set SMTP_URL, e.g. smtps://user:password@mail.example.org')
  if (!config.key)
    faults.push(
      'the key is generated: set USHER_KEY to the output of "openssl rand -base64 32" and keep it safe',
    )
  if (config.picturesAllowLoopback) {
    faults.push(
      'imported files could have this machine’s own services asked: set PICTURES_ALLOW_LOOPBACK=off or leave it out',
    )
  }
  if (!config.rateLimit) faults.push('rate limits are off: set RATE_LIMIT=on or leave it out')
  if (config.operatorToken && config.operatorToken.length < OPERATOR_TOKEN_LENGTH_MIN) {
    faults.push(
      `the operator's token can be guessed: set OPERATOR_TOKEN to the output of "openssl rand -hex 32", or leave it out`,
    )
  }
  return faults.map((fault) => `USHER_ENV=production: ${fault}`)
}

/** What is set and does not do what one might think, each with what to do; said at the start. */
export function configWarnings(config: Config): string[] {
  const { databaseReadUrl, shardUrls, redisUrl, kafkaBrokers, opensearchUrl, s3Url } = config
  const unused = {
    DATABASE_READ_URL: databaseReadUrl,
    SHARD_URLS: shardUrls[0],
    REDIS_URL: redisUrl,
    KAFKA_BROKERS: kafkaBrokers[0],
    OPENSEARCH_URL: opensearchUrl,
    S3_URL: s3Url,
  }
  const warnings = Object.entries(unused)
    .filter(([, value]) => value)
    .map(([name]) => `${name} is set, but nothing uses it yet: leave it out`)
  if (config.stripeSecretKey && !config.stripeWebhookSecret) {
    warnings.push(
      'STRIPE_WEBHOOK_SECRET is not set: webhooks of Stripe are refused, and payments are known only by asking for them',
    )
  }
  return warnings
}

/** No payment provider is set: money is the sandbox's, and what is sold for it is never valid live. */
export function usesSandboxGateway(config: Config): boolean {
  return !config.stripeSecretKey && !config.paypalClientId
}

const POSTGRES = ['postgres:', 'postgresql:']
const HTTP = ['http:', 'https:']

class Reader {
  readonly faults: string[] = []
  private readonly env: Record<string, string | undefined>

  constructor(env: Record<string, string | undefined>) {
    this.env = env
  }

  fault(name: string, what: string): void {
    this.faults.push(`${name} ${what}`)
  }

  text(name: string): string | null {
    return this.env[name]?.trim() || null
  }

  integer(name: string, fallback: number, min: number, max: number): number {
    const text = this.text(name)
    if (text === null) return fallback
    const value = /^\d+$/.test(text) ? Number(text) : NaN
    if (value >= min && value <= max) return value
    this.fault(name, `is not a whole number from ${min} to ${max}: set for example ${name}=${fallback}`)
    return fallback
  }

  choice<const Choice extends string>(name: string, choices: readonly Choice[], fallback: Choice): Choice {
    const text = this.text(name)
    if (text === null) return fallback
    const found = choices.find((choice) => choice === text.toLowerCase())
    if (!found) this.fault(name, `is none of ${choices.join(', ')}: set for example ${name}=${fallback}`)
    return found ?? fallback
  }

  url(name: string, schemes: readonly string[]): string | null {
    const text = this.text(name)
    return text !== null && this.checkUrl(name, text, schemes) ? text : null
  }

  /** A web address without a path, as browsers write it. */
  origin(name: string): string | null {
    const url = URL.parse(this.url(name, HTTP) ?? '')
    if (!url) return null
    if (url.href !== `${url.origin}/`)
      this.fault(name, 'has more than a host: set for example PUBLIC_URL=https://tickets.example.org')
    return url.origin
  }

  checkUrl(name: string, text: string, schemes: readonly string[]): boolean {
    const url = URL.parse(text)
    if (url && schemes.includes(url.protocol) && url.hostname !== '') return true
    this.fault(
      name,
      `is not a URL that begins with ${schemes.map((scheme) => `${scheme}//`).join(' or ')} and names a host`,
    )
    return false
  }

  list(name: string, check: (name: string, part: string) => boolean): readonly string[] {
    const parts = (this.text(name) ?? '')
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '')
    return Object.freeze(parts.filter((part) => check(name, part)))
  }

  broker(name: string, part: string): boolean {
    const port = Number(/^[^\s:/]+:(\d{1,5})$/.exec(part)?.[1])
    if (port >= 1 && port <= 65_535) return true
    this.fault(name, 'is not a list of host:port: set for example KAFKA_BROKERS=kafka-1:9092,kafka-2:9092')
    return false
  }

  key(name: string): string | null {
    const text = this.text(name)
    if (text === null) return null
    const bytes = /^[A-Za-z0-9+/_-]+={0,2}$/.test(text) ? Buffer.from(text, 'base64').length : 0
    if (bytes === KEY_BYTES) return text
    this.fault(
      name,
      `is not ${KEY_BYTES} bytes in base64: set it to the output of "openssl rand -base64 ${KEY_BYTES}"`,
    )
    return null
  }

  trustProxy(name: string): TrustProxy {
    const text = this.text(name)
    if (text === null || text === 'off' || text === 'false') return { kind: 'none' }
    if (text === 'on' || text === 'true') return { kind: 'hops', hops: 1 }
    if (/^\d+$/.test(text)) {
      const hops = Number(text)
      if (hops > 10) this.fault(name, 'names more than 10 proxies: set how many stand in front of Usher')
      return hops === 0 ? { kind: 'none' } : { kind: 'hops', hops }
    }
    const parts = text.split(',').map((part) => part.trim())
    const addresses = parts.flatMap((part) => cidrOf(part) ?? [])
    if (addresses.length !== parts.length) {
      this.fault(
        name,
        'is neither a number of proxies nor a list of addresses: set for example TRUST_PROXY=1 or TRUST_PROXY=10.0.0.0/8',
      )
    }
    return { kind: 'addresses', addresses: Object.freeze(addresses) }
  }

  appleWallet(): Config['appleWallet'] {
    const names = ['APPLE_WALLET_CERTIFICATE', 'APPLE_WALLET_KEY', 'APPLE_WALLET_WWDR'] as const
    const [certificate, key, wwdr] = names.map((name) => this.text(name))
    if (certificate && key && wwdr)
      return { certificate, key, wwdr, keyPassphrase: this.text('APPLE_WALLET_KEY_PASSPHRASE') }
    const missing = names.filter((name) => this.text(name) === null)
    if (missing.length < names.length)
      this.fault(
        missing[0]!,
        `is not set: set ${names.join(', ')} to the paths of PEM files, or none of them`,
      )
    return null
  }

  googleWallet(): Config['googleWallet'] {
    this.together('GOOGLE_WALLET_ISSUER_ID', 'GOOGLE_WALLET_KEY')
    const [issuerId, keyFile] = [this.text('GOOGLE_WALLET_ISSUER_ID'), this.text('GOOGLE_WALLET_KEY')]
    return issuerId && keyFile ? { issuerId, keyFile } : null
  }

  together(first: string, second: string): void {
    const [a, b] = [this.text(first), this.text(second)]
    if ((a === null) === (b === null)) return
    this.fault(
      a === null ? first : second,
      `is not set, but ${a === null ? second : first} is: set both or neither`,
    )
  }
}

function cidrOf(text: string): string | null {
  if (isValid(text)) return `${text}/${text.includes(':') ? 128 : 32}`
  try {
    parseCIDR(text)
    return text
  } catch {
    return null
  }
}
