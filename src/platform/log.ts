import pino from 'pino'
import type { LogLevel } from './config.ts'

export type Log = pino.Logger

export type LogOptions = {
  level?: LogLevel
  /** One short line for people instead of JSON. */
  pretty?: boolean
  /** Where lines go instead of the process's output; for tests. */
  write?: (line: string) => void
}

/**
 * Fields that are never written, whoever logs the object they are in. Ids are fine; what says who somebody is, or
 * opens something, is not.
 */
const SECRET_FIELDS = (
  'email mail name phone address buyer_name to ip ' +
  'authorization cookie password secret token access_token payment_token queue_token pass key url'
).split(' ')

/** Mail addresses (and the user:password@host of a URL), JWTs, and provider keys, wherever they hide in a text. */
const SECRET_TEXTS =
  /[^\s"'<>=(),;/\\]{1,128}@[^\s"'<>(),;/\\]{1,255}|eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}|\b(?:sk|rk|whsec)_\w{8,}/g

/** Structured logs, JSON lines on standard output. A request's lines carry its id: `log.child({ request_id })`. */
export function createLog(options: LogOptions = {}): Log {
  const write = options.write ?? ((line: string) => void process.stdout.write(line))
  return pino(
    {
      level: options.level ?? 'info',
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeError, error: describeError },
      redact: {
        paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]),
        censor: '[redacted]',
      },
    },
    {
      write: (line: string) => {
        const clean = line.replace(SECRET_TEXTS, '[redacted]')
        write(options.pretty ? forPeople(clean) : clean)
      },
    },
  )
}

/** Only these fields: a database's error carries the row in `detail`, a payment provider's the request. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const { code } = error as { code?: unknown }
  return {
    type: error.name,
    message: error.message,
    ...(typeof code === 'string' && { error_code: code }),
    ...(error.stack && { stack: error.stack }),
    ...(error.cause !== undefined && { cause: describeError(error.cause) }),
  }
}

function forPeople(line: string): string {
  const { time, level, msg, err, ...rest } = JSON.parse(line) as Record<string, unknown>
  const fields = Object.entries(rest).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  const stack = (err as { stack?: string } | undefined)?.stack
  return `${[String(time).slice(11, 19), String(level).padEnd(5), msg, ...fields].join(' ')}${stack ? `\n${stack}` : ''}\n`
}
