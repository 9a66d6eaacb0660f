// The sandbox gateway in a process of its own: `bun standalone.ts --port 12111 --file books.sqlite
// --webhook-url http://127.0.0.1:8080/v1/webhooks/stripe --webhook-secret whsec_…`
import { parseArgs } from 'node:util'
import { startSandboxGateway } from './gateway.ts'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '12111' },
    file: { type: 'string', default: ':memory:' },
    'webhook-url': { type: 'string' },
    'webhook-secret': { type: 'string' },
  },
})
const url = values['webhook-url']
const secret = values['webhook-secret']
const gateway = startSandboxGateway({
  port: Number(values.port),
  file: values.file,
  ...(url && secret && { webhook: { url, secret } }),
})
console.log(gateway.url)
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => void gateway.stop().then(() => process.exit(0)))
}
