import { existsSync } from 'node:fs'
import { chromium, type Browser } from 'playwright-core'

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** The machine's own Chromium, without a window; WebGL runs on the processor. `USHER_CHROMIUM` names another one. */
export async function launchBrowser(args: readonly string[] = []): Promise<Browser> {
  const executablePath = process.env['USHER_CHROMIUM'] ?? CHROMIUM.find(existsSync)
  if (!executablePath)
    throw new Error('These tests need Chromium: apt install chromium, or set USHER_CHROMIUM.')
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--use-gl=angle',
      '--use-angle=swiftshader',
      '--enable-unsafe-swiftshader',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...args,
    ],
  })
}
