import { CODE_MS } from './limits.ts'

export type CodeLetter = { subject: string; text: string; html: string; language: 'en' | 'de' }

/** The mail with a code; it says the same whether or not there is an account, for the sender does not know. */
export function codeLetter(code: string, locale: string): CodeLetter {
  const language = /^de\b/i.test(locale) ? 'de' : 'en'
  const { subject, lead, after, ignore } = WORDS[language]
  const spaced = `${code.slice(0, 3)} ${code.slice(3)}`
  const parts = [lead, spaced, after(CODE_MS / 60_000), ignore]
  return {
    subject: subject(spaced),
    text: `${parts.join('\n\n')}\n`,
    html: html(subject(spaced), language, parts as [string, string, string, string]),
    language,
  }
}

const WORDS = {
  en: {
    subject: (code: string) => `${code} is your code`,
    lead: 'Your code to sign in:',
    after: (minutes: number) =>
      `Type it on the page where you asked for it. It is good for ${minutes} minutes, and only once.`,
    ignore:
      'You did not ask for it? Then somebody mistyped their address: there is nothing to do, and nobody gets in without this code. Never tell it to anybody; we do not ask for it.',
  },
  de: {
    subject: (code: string) => `${code} ist Ihr Code`,
    lead: 'Ihr Code zum Anmelden:',
    after: (minutes: number) =>
      `Geben Sie ihn auf der Seite ein, auf der Sie ihn angefordert haben. Er gilt ${minutes} Minuten und nur einmal.`,
    ignore:
      'Sie haben keinen Code angefordert? Dann hat sich jemand bei der Adresse vertippt: Sie müssen nichts tun, und ohne diesen Code kommt niemand hinein. Geben Sie ihn nie weiter; wir fragen nicht danach.',
  },
} as const

const FONT = 'font-family:Inter,-apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif'

// Nothing in it comes from outside, so nothing has to be escaped.
function html(
  title: string,
  language: string,
  [lead, code, after, ignore]: [string, string, string, string],
): string {
  return `<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title></head>
<body style="margin:0;background:#FAF7F2;color:#14110F;${FONT};font-size:16px;line-height:1.5">
<div style="max-width:560px;margin:0 auto;padding:32px 20px">
<p style="margin:0 0 24px;font-weight:700;font-size:18px;color:#B3123B">Usher</p>
<p style="margin:0 0 8px">${lead}</p>
<p style="margin:0 0 16px;font-size:32px;font-weight:700;letter-spacing:4px">${code}</p>
<p style="margin:0 0 16px">${after}</p>
<p style="margin:32px 0 0;font-size:13px;color:#6B645E">${ignore}</p>
</div>
</body>
</html>
`
}
