/**
 * Names as libraries and archives write them, made into names as people read them. Only what is certain is changed:
 * "Last, First" is turned, an accented spelling in brackets replaces the plain one before it.
 */

const PSEUDONYMS = /^(unspecified|unknown|discussion|demonstration|improvisation|act|anthem)$/i
const SMALL_WORDS = new Set(
  'a an and as at by for from in nor of on or the to with la le les de des du der die das und et el il del'.split(
    ' ',
  ),
)
const ARTICLES = /^(.+?), (A|AN|THE|DER|DIE|DAS|LE|LA|LES|L'|EL|IL|LOS|LAS)(?=$| [([–])/

/** "Mehta, Zubin" → "Zubin Mehta", "Strauss, Johann, II" → "Johann Strauss II", "Bartok [Bartók], Béla" → "Béla Bartók". */
export function displayName(name: string): string {
  const text = collapse(withAccents(collapse(name)).replace(/\[[^\]]*\]/g, '')).replace(/,\s*$/, '')
  const couple = /^([^,&]+, [^,&]+?),? (?:&|and) ([^,&]+, [^,&]+)$/.exec(text)
  if (couple) return `${turned(couple[1]!)} & ${turned(couple[2]!)}`
  return turned(text)
}

/** The name that a list is sorted by: "Zubin Mehta" stays findable at M. */
export function sortName(name: string): string {
  return withAccents(collapse(name)).replace(/,\s*$/, '').toLowerCase()
}

/** Null for what stands where a composer should but names nobody. */
export function composerName(name: string): string | null {
  const display = displayName(name)
  return display === '' || PSEUDONYMS.test(display) ? null : display
}

/** Null where the data says that there was nobody. */
export function performerName(name: string): string | null {
  return /^no (soloist|conductor)s?$/i.test(collapse(name)) ? null : displayName(name)
}

/** "SYMPHONY NO. 4, E MINOR, OP. 98" → "Symphony No. 4, E Minor, Op. 98"; mixed case stays as it is. */
export function workTitle(title: string): string {
  let text = withAccents(collapse(title))
  const article = ARTICLES.exec(text)
  if (article)
    text = `${article[2]}${article[2] === "L'" ? '' : ' '}${article[1]}${text.slice(article[0].length)}`
  const words = text.split(' ')
  return words.map((word, i) => titleWord(word, i === 0, words[i + 1])).join(' ')
}

/** The event's own name: brackets gone, and composers who are none ("Anthem") no longer in the list after the colon. */
export function eventName(name: string): string {
  const text = withAccents(collapse(name))
  const colon = text.indexOf(': ')
  if (colon < 0) return text
  const parts = text.slice(colon + 2).split(', ')
  const kept = parts.filter((part) => !PSEUDONYMS.test(part) && part !== '')
  if (kept.length === parts.length) return text
  return kept.length === 0 ? text.slice(0, colon) : `${text.slice(0, colon)}: ${kept.join(', ')}`
}

/** "Finnila [Finnilä]" and "Siebert, Renee (Renée)" in their accented spelling; a nickname in parentheses stays. */
export function withAccents(text: string): string {
  let result = text
  for (const [group, inside] of text.matchAll(/\s*[[(]([^[\]()]+)[\])]/g)) {
    if (!result.includes(group)) continue
    const before = result.slice(0, result.indexOf(group))
    const plain = spelledLike(before, inside!)
    if (plain !== null) {
      const spelled = accents(inside!) >= accents(plain) ? inside! : plain
      const at = before.lastIndexOf(plain)
      result =
        before.slice(0, at) +
        spelled +
        before.slice(at + plain.length) +
        result.slice(before.length + group.length)
    } else if (group.trim().startsWith('[') && /^[\s?]*$/.test(inside!)) {
      result = result.replace(group, '')
    }
  }
  return collapse(result)
}

// The words before the brackets that are the same apart from accents.
function spelledLike(before: string, inside: string): string | null {
  const words = before.split(/[\s,]+/).filter((word) => word !== '')
  const length = inside.split(/\s+/).length
  for (let i = words.length - length; i >= 0; i -= 1) {
    const plain = words.slice(i, i + length).join(' ')
    if (before.includes(plain) && fold(plain) === fold(inside)) return plain
  }
  return null
}

// Umlauts may be spelled with an e, so both spellings fold to the same.
function fold(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase()
    .replace(/ø/g, 'o')
    .replace(/ł/g, 'l')
    .replace(/([aou])e/g, '$1')
}

function accents(text: string): number {
  return text.replace(/[\0-\x7f]/g, '').length
}

function turned(name: string): string {
  const [last, first, ...rest] = name.split(',').map((part) => part.trim())
  return [first, last, ...rest].filter((part) => part).join(' ')
}

// Words in capitals only; catalogue numbers (BWV, K.285B), roman numerals and initials stay.
function titleWord(word: string, isFirst: boolean, next: string | undefined): string {
  const letters = word.replace(/[^\p{L}]/gu, '')
  if (letters === '' || letters !== letters.toUpperCase()) return word
  if (word === 'A' && !isFirst && next && !/^(MAJOR|MINOR|FLAT|SHARP)/i.test(next)) return 'a'
  if (/^(BWV|WWV|RV|KV|HWV|TWV|WOO|BB|SZ|WAB|ANH|TRV|[IVX]+|[A-Z]\.?)$/.test(letters)) return word
  if (/\d/.test(word) && !/^(OP|NO|NOS)\./.test(word)) return word
  if (letters === 'ARR') return word.toLowerCase()
  const lower = word.toLowerCase()
  if (!isFirst && SMALL_WORDS.has(lower)) return lower
  return lower.replace(/(^|[-("'“/[.])(\p{L})/gu, (_, before: string, letter: string, at: number) =>
    before === "'" && at > 0 ? before + letter : before + letter.toUpperCase(),
  )
}

function collapse(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/ ,/g, ',').trim()
}
