import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Half-written mails count, too. */
const MAIL_FILE = /^[\w@-][\w.@-]*\.eml(\.[\w-]+)?$/

/** Deletes mails in the folder with one of these message ids, or whose receiver it is; how many. */
export async function deleteMailFiles(
  folder: string,
  messageIds: ReadonlySet<string>,
  isReceiver: (address: string) => boolean,
): Promise<number> {
  let deleted = 0
  for (const name of await mailFiles(folder)) {
    const text = await readFile(join(folder, name), 'utf8').catch(() => '')
    const headers = headersOf(text)
    const id = /^message-id:\s*<([^>]*)>/im.exec(headers)?.[1] ?? ''
    if (!messageIds.has(id) && !receiversOf(headers).some(isReceiver)) continue
    await rm(join(folder, name), { force: true })
    deleted += 1
  }
  return deleted
}

/** Mails written before `until`; deletes them unless it is only to be counted. */
export async function clearMailFiles(folder: string, until: Date, dryRun: boolean): Promise<number> {
  let found = 0
  for (const name of await mailFiles(folder)) {
    const { mtime } = await stat(join(folder, name))
    if (mtime > until) continue
    found += 1
    if (!dryRun) await rm(join(folder, name), { force: true })
  }
  return found
}

async function mailFiles(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).filter((name) => MAIL_FILE.test(name))
}

// Unfolded. A name in them may be encoded, an address never is.
function headersOf(mail: string): string {
  return mail.slice(0, Math.max(0, mail.search(/\r?\n\r?\n/))).replace(/\r?\n[ \t]+/g, ' ')
}

function receiversOf(headers: string): string[] {
  const to = /^to:(.*)$/im.exec(headers)?.[1] ?? ''
  return to.match(/[^\s<>,;"]+@[^\s<>,;"]+/g) ?? []
}
