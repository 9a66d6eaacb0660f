/** A form-encoded body or query in Stripe's bracket notation: `metadata[order]=1&expand[]=x` as an object. */
export type Form = { [name: string]: string | string[] | { [name: string]: string } }

export function parseForm(text: string): Form {
  const form: Form = {}
  for (const [name, value] of new URLSearchParams(text)) {
    const bracket = /^([^[\]]+)\[([^[\]]*)\]$/.exec(name)
    if (!bracket) {
      form[name] = value
      continue
    }
    const [, outer, inner] = bracket as unknown as [string, string, string]
    // Lists come as `a[]=x` or `a[0]=x`.
    if (inner === '' || /^\d+$/.test(inner)) {
      const list = form[outer]
      if (Array.isArray(list)) list.push(value)
      else form[outer] = [value]
    } else {
      const map = form[outer]
      if (typeof map === 'object' && !Array.isArray(map)) map[inner] = value
      else form[outer] = { [inner]: value }
    }
  }
  return form
}

export function textOf(form: Form, name: string): string | undefined {
  const value = form[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

export function mapOf(form: Form, name: string): Record<string, string> {
  const value = form[name]
  return typeof value === 'object' && !Array.isArray(value) ? value : {}
}

export function listOf(form: Form, name: string): string[] {
  const value = form[name]
  return Array.isArray(value) ? value : []
}
