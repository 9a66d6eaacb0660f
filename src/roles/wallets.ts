import { readFileSync } from 'node:fs'
import type { Wallets } from '../features/ticketing/index.ts'
import { systemClock } from '../platform/clock.ts'
import type { Config } from '../platform/config.ts'
import { WrongInput } from '../platform/failure.ts'
import type { AppleWallet } from '../platform/wallet/apple.ts'

/**
 * What signs passes for phones. Configured certificates are read at the start, so that a wrong one is not found by a
 * buyer. Without them a developer gets passes that no phone takes, and production offers none.
 */
export async function openWallets(config: Config): Promise<Wallets> {
  return { apple: await openApple(config), google: await openGoogle(config) }
}

async function openApple(config: Config): Promise<AppleWallet | null> {
  const { appleWallet: paths, production } = config
  if (!paths) return production ? null : testWallet()
  const { createAppleWallet } = await import('../platform/wallet/apple.ts')
  return usable('APPLE_WALLET_CERTIFICATE', () =>
    createAppleWallet({
      certificate: fileNamed('APPLE_WALLET_CERTIFICATE', paths.certificate),
      key: fileNamed('APPLE_WALLET_KEY', paths.key),
      wwdr: fileNamed('APPLE_WALLET_WWDR', paths.wwdr),
      keyPassphrase: paths.keyPassphrase ?? undefined,
    }),
  )
}

/** Made when the first pass is asked for: most processes are asked for none. */
function testWallet(): AppleWallet {
  let made: Promise<AppleWallet> | null = null
  const make = async (): Promise<AppleWallet> => {
    const [{ createAppleWallet }, { makeTestCertificates }] = await Promise.all([
      import('../platform/wallet/apple.ts'),
      import('../platform/wallet/test-certificates.ts'),
    ])
    return createAppleWallet(await makeTestCertificates(systemClock.now()))
  }
  return { file: async (passes) => (await (made ??= make())).file(passes) }
}

async function openGoogle({ googleWallet }: Config): Promise<Wallets['google']> {
  if (!googleWallet) return null
  const { createGoogleWallet } = await import('../platform/wallet/google.ts')
  return usable('GOOGLE_WALLET_KEY', () => {
    const account = JSON.parse(fileNamed('GOOGLE_WALLET_KEY', googleWallet.keyFile)) as Record<
      string,
      unknown
    >
    return createGoogleWallet({
      issuerId: googleWallet.issuerId,
      clientEmail: String(account['client_email']),
      privateKey: String(account['private_key']),
    })
  })
}

function fileNamed(name: string, path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new WrongInput(`${name} names a file that cannot be read`, { cause: error })
  }
}

function usable<T>(name: string, open: () => T): T {
  try {
    return open()
  } catch (error) {
    if (error instanceof WrongInput) throw error
    throw new WrongInput(`${name} cannot be used for passes: ${String((error as Error).message)}`, {
      cause: error,
    })
  }
}
