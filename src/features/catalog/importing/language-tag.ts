/**
 * The tag as BCP 47 writes it ("de-at" is "de-AT"), null for what is none. The grammar allows languages of up to eight
 * letters, and every one that is registered has two or three: "english" is a mistake.
 */
export function languageTag(text: string): string | null {
  if (!/^[a-z]{2,3}(-|$)/i.test(text)) return null
  try {
    return Intl.getCanonicalLocales(text)[0] ?? null
  } catch {
    return null
  }
}
