import { DIRECTION } from '../i18n/text.tsx'
import type { PageState } from '../app/context.tsx'
import { DARK, LIGHT } from '../theme/tokens.ts'
import type { PageAssets } from './assets.ts'

export type Head = {
  title: string
  description: string
  /** Absolute; null where the page is in no index. */
  canonical: string | null
  /** For link previews, 1200 × 630 pixels; the address is absolute. */
  image: { url: string; type: 'image/png' | 'image/jpeg'; alt: string | null } | null
  type: 'website' | 'event'
  jsonLd: readonly object[]
}

/**
 * The whole document around the app's markup. No script in it runs: what is inline is data. `readable`: the page says
 * all it has to say without its script.
 */
export function documentOf(page: {
  head: Head
  body: string
  readable: boolean
  state: PageState
  assets: PageAssets
}): string {
  const { head, body, state, assets } = page
  const { locale, theme } = state.preferences
  // A written page can be read at once: its pictures come before its script.
  const later = page.readable ? ' fetchpriority="low"' : ''
  const data = `<script type="application/json" id="page-state">${json(state)}</script>`
  return [
    `<!doctype html><html lang="${locale}" dir="${DIRECTION[locale]}"${theme === 'system' ? '' : ` data-theme="${theme}"`}><head>`,
    '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">',
    `<title>${text(head.title)}</title>`,
    ...headTags(head),
    `<style>${assets.style}</style>`,
    ...assets.styles.map((href) => `<link rel="stylesheet" href="${text(href)}">`),
    ...assets.fonts.map(
      (href) => `<link rel="preload" as="font" type="font/woff2" crossorigin href="${text(href)}">`,
    ),
    // What runs as soon as it is there finds its data before itself.
    ...(assets.early === null
      ? []
      : [data, `<script type="module" async src="${text(assets.early)}"></script>`]),
    ...assets.preloads.map((href) => `<link rel="modulepreload"${later} href="${text(href)}">`),
    `<script type="module"${later} src="${text(assets.script)}"></script>`,
    themeColors(theme),
    '<link rel="icon" href="/favicon.svg" type="image/svg+xml"><link rel="apple-touch-icon" href="/icon-192.png"><link rel="manifest" href="/manifest.webmanifest">',
    ...head.jsonLd.map((data) => `<script type="application/ld+json">${json(data)}</script>`),
    '</head><body>',
    `<div id="root" class="flex min-h-dvh flex-col">${body}</div>`,
    assets.early === null ? data : '',
    page.readable ? '' : `<noscript><p>${NO_SCRIPT[locale]}</p></noscript>`,
    '</body></html>',
  ].join('')
}

const NO_SCRIPT = {
  en: 'Choosing seats and paying needs JavaScript. The programme can be read without it.',
  de: 'Plätze wählen und bezahlen geht nur mit JavaScript. Das Programm lässt sich auch ohne lesen.',
}

function headTags({ description, canonical, image, title, type }: Head): string[] {
  if (canonical === null) return ['<meta name="robots" content="noindex">']
  const property = (name: string, content: string): string =>
    `<meta property="${name}" content="${text(content)}">`
  return [
    `<meta name="description" content="${text(description)}">`,
    `<link rel="canonical" href="${text(canonical)}">`,
    property('og:site_name', 'Usher'),
    property('og:type', type),
    property('og:title', title),
    property('og:description', description),
    property('og:url', canonical),
    ...(image
      ? [
          property('og:image', image.url),
          property('og:image:type', image.type),
          property('og:image:width', '1200'),
          property('og:image:height', '630'),
          ...(image.alt === null ? [] : [property('og:image:alt', image.alt)]),
        ]
      : []),
    `<meta name="twitter:card" content="${image ? 'summary_large_image' : 'summary'}">`,
  ]
}

function themeColors(theme: PageState['preferences']['theme']): string {
  const meta = (color: string, media?: string): string =>
    `<meta name="theme-color" content="${color}"${media ? ` media="(prefers-color-scheme: ${media})"` : ''}>`
  if (theme === 'light') return meta(LIGHT.ground)
  if (theme === 'dark') return meta(DARK.ground)
  return meta(LIGHT.ground, 'light') + meta(DARK.ground, 'dark')
}

/** Safe between tags and in quoted attributes. */
export function text(value: string): string {
  return value.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)
}

/** JSON that cannot end the script element that it stands in. */
export function json(value: unknown): string {
  return JSON.stringify(value)
    .replace(/</g, '\\u003c')
    .replace(/\u2028/g, '\\u2028')
    .replace(/\u2029/g, '\\u2029')
}
