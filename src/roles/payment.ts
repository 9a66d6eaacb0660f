import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { usesSandboxGateway, type Config } from '../platform/config.ts'
import { makeDataDir } from '../platform/data-dir.ts'
import { Failure, WrongInput } from '../platform/failure.ts'
import type { ReadinessCheck } from '../platform/http/probe-routes.ts'
import type { Log } from '../platform/log.ts'
import type { PaymentProvider } from '../platform/payment/provider.ts'
import {
  startSandboxGateway,
  type SandboxGateway,
  type SandboxOptions,
} from '../platform/payment/sandbox/gateway.ts'
import { createStripeProvider } from '../platform/payment/stripe.ts'
import type { Shutdown } from '../platform/shutdown.ts'

/** Milliseconds in which a gateway on this machine answers. */
const GATEWAY_MS_MAX = 1_000

/** Where the sandbox gateway of a data folder listens, and what it signs webhooks with. */
type SandboxFile = { url: string; webhookSecret: string }

/**
 * The payment providers that the configuration names. Without any it is the sandbox gateway: `serve` runs it, other
 * processes with the same data folder use the one that `serve` runs. There is no provider where none has run yet; who
 * takes money or gives it back asks `mustFindGateway` before.
 */
export function openProviders(config: Config, shutdown: Shutdown, runsGateway: boolean): PaymentProvider[] {
  if (!usesSandboxGateway(config)) {
    if (!config.stripeSecretKey) {
      throw new WrongInput(
        'only Stripe can take money so far: set STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET',
      )
    }
    return [
      createStripeProvider({
        secretKey: config.stripeSecretKey,
        webhookSecret: config.stripeWebhookSecret ?? '',
        ...(config.stripeApiBase && { apiBase: config.stripeApiBase }),
      }),
    ]
  }
  if (!runsGateway && !existsSync(fileOf(config))) return []
  const sandbox = runsGateway ? runSandbox(config, shutdown) : readSandbox(config)
  return [
    createStripeProvider({
      secretKey: 'sk_test_sandbox',
      webhookSecret: sandbox.webhookSecret,
      apiBase: sandbox.url,
    }),
  ]
}

/** For a process that is to work with payments, before it starts: the sandbox gateway that it uses has to be known. */
export function mustFindGateway(config: Config): void {
  if (usesSandboxGateway(config)) readSandbox(config)
}

/**
 * Nothing where a provider is set. The sandbox gateway lives in `usher serve`; without it bookings stay PENDING, and the
 * process can do everything else.
 */
export function gatewayChecks(config: Config): ReadinessCheck[] {
  if (!usesSandboxGateway(config)) return []
  return [{ name: 'sandbox gateway', required: false, check: () => reachGateway(config) }]
}

/** Says so in the log where payments go to a sandbox gateway that does not run. */
export async function warnWithoutGateway(config: Config, log: Pick<Log, 'warn'>): Promise<void> {
  for (const { check } of gatewayChecks(config))
    await check().catch((error: Error) => log.warn(error.message))
}

async function reachGateway(config: Config): Promise<void> {
  const { url } = readSandbox(config)
  await fetch(url, { signal: AbortSignal.timeout(GATEWAY_MS_MAX) }).catch(() => {
    throw new Error(
      `the sandbox gateway does not answer at ${url}: bookings stay PENDING until it does; run "usher serve" with ${config.dataDir}, or set STRIPE_SECRET_KEY`,
    )
  })
}

function runSandbox(config: Config, shutdown: Shutdown): SandboxFile {
  makeDataDir(config.dataDir)
  const before = existsSync(fileOf(config)) ? readSandbox(config) : null
  const webhookSecret = before?.webhookSecret ?? `whsec_${randomBytes(24).toString('hex')}`
  const gateway = startGateway(config, {
    // The same port again: other processes go on without a restart.
    port: before ? Number(new URL(before.url).port) : 0,
    file: join(config.dataDir, 'sandbox-gateway.sqlite'),
    webhook: { url: `http://127.0.0.1:${config.port}/v1/webhooks/stripe`, secret: webhookSecret },
  })
  shutdown.add('sandbox gateway', () => gateway.stop())
  const sandbox = { url: gateway.url, webhookSecret }
  writeFileSync(fileOf(config), JSON.stringify(sandbox), { mode: 0o600 })
  return sandbox
}

function startGateway(config: Config, options: SandboxOptions): SandboxGateway {
  try {
    return startSandboxGateway(options)
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'EADDRINUSE') throw error
    throw new Failure(
      `the sandbox gateway's port ${options.port} is in use: another "usher serve" probably runs with ${config.dataDir}. ` +
        'For a second process beside it run "usher api" with another PORT, or set USHER_DATA_DIR to another folder',
    )
  }
}

function readSandbox(config: Config): SandboxFile {
  try {
    return JSON.parse(readFileSync(fileOf(config), 'utf8')) as SandboxFile
  } catch {
    throw new WrongInput(
      `no sandbox gateway has run in ${config.dataDir} yet: start "usher serve" first, or set STRIPE_SECRET_KEY and STRIPE_API_BASE`,
    )
  }
}

function fileOf(config: Config): string {
  return join(config.dataDir, 'sandbox-gateway.json')
}
