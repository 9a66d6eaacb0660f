/**
 * A picture in the media store. `hash` names its files, `widths` the sizes that there are, `width` and `height` are the
 * largest one's; `alt` says in words what it shows.
 */
export type Picture = {
  hash: string
  width: number
  height: number
  /** In pixels, ascending. */
  widths: number[]
  alt: string | null
}

/** Characters. */
export const ALT_LENGTH_MAX = 500

/** The file of one width, or the one that link previews show. */
export function mediaName(hash: string, size: number | 'preview'): string {
  return size === 'preview' ? `${hash}-preview.jpg` : `${hash}-${size}.webp`
}

/** Where files of the media store are read. A name never gets other bytes, so caches may keep it for ever. */
export const MEDIA_PATH = '/media'

/** What `mediaName` makes, and nothing that could lead out of a folder. */
export const MEDIA_NAME = /^[0-9a-f]{64}-(?:[1-9][0-9]{1,4}\.webp|preview\.jpg)$/

/** Pixels of the picture for link previews. */
export const PREVIEW_SIZE = { width: 1_200, height: 630 } as const

/** As the contract shows it. */
export function presentPicture(picture: Picture | null): Record<string, unknown> | null {
  if (picture === null) return null
  const { hash, width, height, widths, alt } = picture
  const urlOf = (size: number | 'preview'): string => `${MEDIA_PATH}/${mediaName(hash, size)}`
  return {
    alt,
    width,
    height,
    sources: widths.map((each) => ({ url: urlOf(each), width: each })),
    preview_url: urlOf('preview'),
  }
}
