/** A mail is written once, in parts, and set twice: as plain text and as simple HTML. */
export type Part =
  | { kind: 'paragraph' | 'small'; text: string }
  | { kind: 'link'; text: string; url: string }
  | { kind: 'list'; items: readonly string[] }
  | { kind: 'event'; name: string; when: string; where: string }

export function textOf(parts: readonly Part[]): string {
  return `${parts.map(plain).join('\n\n')}\n`
}

function plain(part: Part): string {
  switch (part.kind) {
    case 'paragraph':
    case 'small':
      return part.text
    case 'link':
      return `${part.text} ${part.url}`
    case 'list':
      return part.items.map((item) => `- ${item}`).join('\n')
    case 'event':
      return `${part.name}\n${part.when}\n${part.where}`
    default:
      return part satisfies never
  }
}

const FONT = 'font-family:Inter,-apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif'

/** One column, no picture, nothing loaded from elsewhere: it looks the same with images blocked. */
export function htmlOf(title: string, language: string, parts: readonly Part[]): string {
  return `<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(title)}</title></head>
<body style="margin:0;background:#FAF7F2;color:#14110F;${FONT};font-size:16px;line-height:1.5">
<div style="max-width:560px;margin:0 auto;padding:32px 20px">
<p style="margin:0 0 24px;font-weight:700;font-size:18px;color:#B3123B">Usher</p>
${parts.map(markup).join('\n')}
</div>
</body>
</html>
`
}

function markup(part: Part): string {
  switch (part.kind) {
    case 'paragraph':
      return `<p style="margin:0 0 16px">${escape(part.text)}</p>`
    case 'small':
      return `<p style="margin:32px 0 0;font-size:13px;color:#6B645E">${escape(part.text)}</p>`
    case 'link':
      return `<p style="margin:0 0 16px"><a href="${escape(part.url)}" style="color:#B3123B;font-weight:600">${escape(part.text.replace(/:$/, ''))}</a></p>`
    case 'list': {
      const items = part.items.map(
        (item) => `<li style="margin:0 0 4px;font-weight:600">${escape(item)}</li>`,
      )
      return `<ul style="margin:0 0 16px;padding-left:20px">${items.join('')}</ul>`
    }
    case 'event':
      return `<div style="margin:0 0 16px;padding:16px 20px;background:#FFFFFF;border:1px solid #DDD6CC;border-radius:12px"><div style="font-size:20px;font-weight:700;line-height:1.25">${escape(part.name)}</div><div style="margin-top:6px;font-weight:600">${escape(part.when)}</div><div style="color:#6B645E">${escape(part.where)}</div></div>`
    default:
      return part satisfies never
  }
}

export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`)
}
