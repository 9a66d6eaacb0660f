import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Caller, Route } from '../platform/http/route.ts'
import { pathOf } from '../platform/http/address.ts'
import { readQuery } from '../platform/http/request.ts'
import { problemBody } from '../platform/http/answer.ts'
import { isStripeTestKey, usesSandboxGateway, type Config } from '../platform/config.ts'
import { Failure } from '../platform/failure.ts'
import { pngOfSvg } from '../platform/image/png.ts'
import type { Log } from '../platform/log.ts'
import { Outage } from '../platform/postgres/database.ts'
import type { PaymentWay } from '../web/server/index.ts'
import { ERRORS, isRefusal, refuse, type Refusal } from '../shared/errors.ts'

const BUILD = fileURLToPath(new URL('../../dist/web', import.meta.url))
const BUILDER = fileURLToPath(new URL('../../scripts/build-web.ts', import.meta.url))

export type WebDeps = { config: Config; log: Log; routes: readonly Route[] }

/**
 * What the HTTP server answers outside of /v1/: built files, written pages, posters. The build is made or renewed
 * while the API answers already; who asks for a page meanwhile waits for it.
 */
export function openWeb(app: WebDeps): Answerer {
  let opened: Promise<Answerer> | null = null
  let ready: Answerer | null = null
  const open = (): Promise<Answerer> => {
    opened ??= build(app).then(
      (answer) => (ready = answer),
      (error: unknown) => {
        // The next request tries again: what was missing may have come.
        opened = null
        throw error
      },
    )
    return opened
  }
  open().catch((error: unknown) => app.log.error({ err: error }, 'the web pages could not be built'))
  return (request) => (ready ? ready(request) : open().then((answer) => answer(request)))
}

type Answerer = (request: Request) => Response | Promise<Response>

async function build(app: WebDeps): Promise<Answerer> {
  if (!app.config.production || !existsSync(BUILD)) await runBuilder()
  // React looks at it once, when it is loaded: its development half is several times slower.
  process.env.NODE_ENV ??= 'production'
  const { createCrawlers, createPages, createPosters, orLater, readAssets } =
    await import('../web/server/index.ts')
  const assets = readAssets(BUILD)
  const payment = paymentWay(app.config)
  const policy = pagePolicy(assets.styleHash, payment.kind === 'stripe')
  const askApi = (request: Request): Promise<Response> => askRoutes(app.routes, request)
  const posters = createPosters({ askApi, pngOfSvg })
  const now = (): number => Date.now()
  const publicOrigin = app.config.publicUrl
  const crawlers = createCrawlers({ askApi, now, publicOrigin })
  const pages = createPages({
    askApi,
    assets,
    now,
    publicOrigin,
    payment,
  })
  const withPolicy = (page: Response): Response => {
    page.headers.set('content-security-policy', policy)
    return page
  }
  const pageOf = (request: Request): Response | Promise<Response> => {
    const page = pages(request)
    return page instanceof Promise ? page.then(withPolicy) : withPolicy(page)
  }
  const others = async (request: Request): Promise<Response> =>
    (await orLater(posters(request))) ?? (await orLater(crawlers(request))) ?? pageOf(request)
  return (request) => {
    const path = pathOf(request.url)
    return assets.serve(path, request) ?? (OTHERS.test(path) ? others(request) : pageOf(request))
  }
}

/** Posters, and what is written for crawlers. */
const OTHERS = /^\/posters\/|\.(?:txt|xml)$/

function paymentWay(config: Config): PaymentWay {
  if (config.stripePublishableKey) return { kind: 'stripe', publishableKey: config.stripePublishableKey }
  // Stripe's test mode knows the names of the test cards, too.
  const isTest = usesSandboxGateway(config) || isStripeTestKey(config.stripeSecretKey ?? '')
  return isTest ? { kind: 'test' } : { kind: 'none' }
}

// https://docs.stripe.com/security/guide#content-security-policy
const STRIPE_SCRIPTS = 'https://js.stripe.com https://*.js.stripe.com'
const STRIPE_FRAMES = `${STRIPE_SCRIPTS} https://hooks.stripe.com`
const STRIPE_API = 'https://api.stripe.com'

/**
 * Only the house's own scripts, none of them inline. React writes style attributes, so these are allowed. Where Stripe
 * takes the cards its origins are named on every page, because checkout opens without another document.
 */
function pagePolicy(styleHash: string, withStripe: boolean): string {
  const and = (more: string): string => (withStripe ? ` ${more}` : '')
  return [
    "default-src 'self'",
    `script-src 'self'${and(STRIPE_SCRIPTS)}`,
    `style-src 'self' '${styleHash}'`,
    "style-src-attr 'unsafe-inline'",
    `img-src 'self' data: blob:${and('https://*.stripe.com')}`,
    `connect-src 'self'${and(STRIPE_API)}`,
    ...(withStripe ? [`frame-src ${STRIPE_FRAMES}`] : []),
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/** In a process of its own, which takes its memory with it when it ends. */
async function runBuilder(): Promise<void> {
  const builder = Bun.spawn([process.execPath, BUILDER, '--if-needed'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if ((await builder.exited) !== 0)
    throw new Failure('the web pages could not be built; the messages are above')
}

/** A public GET of the API as a browser would get it, without a network, a token or a limit. */
async function askRoutes(routes: readonly Route[], request: Request): Promise<Response> {
  const url = new URL(request.url)
  for (const route of routes) {
    if (route.method !== 'GET' || route.access !== 'public') continue
    const params = paramsOf(route.path, url.pathname)
    if (params) return present(await call(route, params, request).catch(unavailable))
  }
  return present(refuse('unauthorized', 'Pages are written for everybody: they ask public routes only.'))
}

async function call(route: Route, params: Record<string, string>, request: Request) {
  const { validators } = route
  if (validators.params && !validators.params.Check(params))
    return refuse('not_found', 'There is nothing here.')
  const query = validators.query ? readQuery(validators.query, request.url) : { value: undefined }
  if (isRefusal(query)) return query
  const caller: Caller | null = null
  const input = {
    params,
    query: query.value,
    body: undefined,
    caller,
    request,
    requestId: 'page',
    address: '',
  }
  return route.handle(input as never)
}

/** To the pages a database that does not answer is what it is to everybody who asks the API. */
function unavailable(error: unknown): Refusal {
  if (!(error instanceof Outage)) throw error
  return refuse('unavailable', 'The database does not answer at this moment.')
}

function present(answer: Awaited<ReturnType<Route['handle']>>): Response {
  if (answer instanceof Response) return answer
  const [status, body] = isRefusal(answer) ? problem(answer) : [answer.status, answer.json]
  return Response.json(body ?? null, { status })
}

function problem(refusal: Refusal): [number, unknown] {
  return [ERRORS[refusal.refused].status, problemBody(refusal, 'page')]
}

function paramsOf(pattern: string, path: string): Record<string, string> | null {
  const names = pattern.split('/')
  const parts = path.split('/')
  if (names.length !== parts.length) return null
  const params: Record<string, string> = {}
  for (const [i, name] of names.entries()) {
    if (name.startsWith(':')) params[name.slice(1)] = decodeURIComponent(parts[i]!)
    else if (name !== parts[i]) return null
  }
  return params
}
