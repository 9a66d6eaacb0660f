import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createTransport, type SendMailOptions } from 'nodemailer'
import type { Ids } from './clock.ts'

/** Milliseconds that connecting to a mail server, its greeting and each silence of it may take. */
const CONNECT_MS_MAX = 5_000
const SILENCE_MS_MAX = 15_000
const CONNECTIONS_MAX = 4
/** Mails listed from the folder. */
const LIST_MAX = 200

export type Mail = {
  from: string
  to: { name: string; address: string }
  subject: string
  text: string
  html: string
  /** Stays the same when a mail is sent again, so that mailboxes can drop the second copy. Without angle brackets. */
  messageId: string
  date: Date
  language: string
  attachments: { filename: string; contentType: string; content: string | Uint8Array }[]
}

export interface Mailer {
  /** Resolves when the mail server has taken it over, or the file is written. */
  send(mail: Mail): Promise<void>
  close(): void
}

/** Over SMTP; `smtp://` takes STARTTLS where the server has it, `smtps://` is TLS from the start. */
export function smtpMailer(url: string): Mailer {
  const transport = createTransport({
    url,
    pool: true,
    maxConnections: CONNECTIONS_MAX,
    connectionTimeout: CONNECT_MS_MAX,
    greetingTimeout: CONNECT_MS_MAX,
    socketTimeout: SILENCE_MS_MAX,
    disableFileAccess: true,
    disableUrlAccess: true,
  } as Parameters<typeof createTransport>[0])
  return {
    send: async (mail) => void (await transport.sendMail(optionsOf(mail))),
    close: () => transport.close(),
  }
}

/** Into a folder, a file a mail, named by its message id: sending it again writes the same file. */
export function fileMailer(folder: string, ids: Ids): Mailer {
  const transport = createTransport({ streamTransport: true, buffer: true, newline: 'windows' })
  return {
    send: async (mail) => {
      const { message } = await transport.sendMail(optionsOf(mail))
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const file = join(folder, `${mail.messageId.replace(/[^\w.@-]/g, '_')}.eml`)
      // Whoever reads the folder sees a whole mail or none.
      const draft = `${file}.${ids.uuid()}`
      await writeFile(draft, message as Buffer, { mode: 0o600 })
      await rename(draft, file)
    },
    close: () => {},
  }
}

function optionsOf(mail: Mail): SendMailOptions {
  const { from, to, subject, text, html, messageId, date, language, attachments } = mail
  return {
    from,
    to,
    subject,
    text,
    html,
    date,
    messageId: `<${messageId}>`,
    // Nobody's out-of-office answers to it.
    headers: { 'Content-Language': language, 'Auto-Submitted': 'auto-generated' },
    attachments: attachments.map(({ content, ...rest }) => ({
      ...rest,
      content: typeof content === 'string' ? content : Buffer.from(content),
    })),
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}

export type MailFile = { name: string; writtenAt: Date; bytes: number }

/** The newest first. */
export async function listMailFiles(folder: string): Promise<MailFile[]> {
  const names = (await readdir(folder).catch(() => [])).filter(isMailFile)
  const files = await Promise.all(
    names.map(async (name) => {
      const { mtime, size } = await stat(join(folder, name))
      return { name, writtenAt: mtime, bytes: size }
    }),
  )
  return files.sort((a, b) => b.writtenAt.getTime() - a.writtenAt.getTime()).slice(0, LIST_MAX)
}

/** Null: no such mail. A name is a name, never a path. */
export async function readMailFile(folder: string, name: string): Promise<Uint8Array | null> {
  if (!isMailFile(name)) return null
  return readFile(join(folder, name)).catch(() => null)
}

function isMailFile(name: string): boolean {
  return /^[\w@-][\w.@-]*\.eml$/.test(name)
}
