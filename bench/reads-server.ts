// `usher serve` with one route more: `/bench/constant/N` answers what target N answered once, kept as a constant. Same
// process, same layers, same bytes.
import { openApp, serveHttp } from '../src/roles/app.ts'
import { loadConfig } from '../src/platform/config.ts'
import { route } from '../src/platform/http/route.ts'
import { createShutdown, onSignals } from '../src/platform/shutdown.ts'
import { blobOf } from '../src/shared/blob-of.ts'
import { refuse } from '../src/shared/errors.ts'
import { TARGETS } from './reads-targets.ts'

type Constant = { status: number; body: Blob | null; headers: Record<string, string> }

/** The server's own layers add these to every answer. */
const ADDED_BY_SERVER = new Set(['request-id', 'date', 'content-length', 'transfer-encoding', 'connection'])

const shutdown = createShutdown((what, error) => console.error(what, error))
onSignals(
  () => shutdown.request(),
  () => process.exit(130),
)
const app = await openApp(loadConfig(), shutdown, { runsGateway: true })
const constants = new Map<string, Constant>()
app.routes.push(
  route({
    method: 'GET',
    path: '/bench/constant/:number',
    summary: 'A constant',
    tag: 'Benchmark',
    access: 'public',
    answers: { 200: { description: 'What the target answered once', contentType: 'application/json' } },
    errors: ['not_found'],
    handle({ request }) {
      const { pathname } = new URL(request.url)
      const constant = constants.get(pathname)
      if (!constant) return learn(pathname)
      const { status, body, headers } = constant
      return new Response(body, { status, headers })
    },
  }),
)
const server = serveHttp(app, shutdown, { sharePort: false })
await shutdown.requested
await shutdown.run()
process.exit(0)

async function learn(pathname: string) {
  const target = TARGETS[Number(pathname.split('/').at(-1))]
  if (!target) return refuse('not_found', 'There is no such target.')
  const at = `http://127.0.0.1:${server.port}${target.path}`
  const headers: Record<string, string> = { 'accept-encoding': target.encoding }
  if (target.unchanged) {
    const whole = await fetch(at, { headers })
    await whole.arrayBuffer()
    headers['if-none-match'] = whole.headers.get('etag')!
  }
  const response = await fetch(at, { headers, decompress: false })
  const body = new Uint8Array(await response.arrayBuffer())
  constants.set(pathname, {
    status: response.status,
    body: body.length === 0 ? null : blobOf(body),
    headers: Object.fromEntries([...response.headers].filter(([name]) => !ADDED_BY_SERVER.has(name))),
  })
  return { status: 200, json: { learned: true } }
}
