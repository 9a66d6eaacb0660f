import { createHash } from 'node:crypto'
import type { Sharp, SharpConstructor } from 'sharp'
import { PREVIEW_SIZE } from '../../shared/picture.ts'

/** Bytes of a picture as it comes. */
export const PICTURE_BYTES_MAX = 10 * 1024 * 1024
/** Width times height of a picture as it comes; its file says so before anything is unpacked. */
export const PICTURE_PIXELS_MAX = 40_000_000
/** The shorter side of a picture as it comes: below it are icons and the dots that count readers. */
export const PICTURE_SIDE_MIN = 100
const WIDTHS = [480, 960, 1_600]
const HEIGHT_MAX = 2_400
/** Seconds that one step may take. */
const STEP_SECONDS_MAX = 10
/** Pictures that wait for their turn: one is unpacked at a time, because one may take 160 MB for a moment. */
const WAITING_MAX = 8
const WEBP = { quality: 78, effort: 4 }
const JPEG = { quality: 80, mozjpeg: true }
/** Behind what is transparent where nothing can be: the colour of paper. */
const PAPER = '#faf7f2'
/** Part of every name: another way of making the files gives other names. */
const RECIPE = 'usher-picture-1'

export type ResizedPicture = {
  /** Of the picture as it came and of how its files are made: the same bytes have the same name. */
  hash: string
  /** Of the largest file. */
  width: number
  height: number
  /** WebP, ascending by width. */
  files: { width: number; bytes: Uint8Array }[]
  /** JPEG, because not every messenger reads WebP. */
  preview: Uint8Array
}

export type PictureFault = 'not_a_picture' | 'too_many_pixels' | 'too_small' | 'damaged' | 'busy'

let waiting = 0
let turn: Promise<unknown> = Promise.resolve()

/**
 * A picture in the sizes that pages ask for, without anything else that its file may say: no place, no camera, no
 * name. What it is, is told by its first bytes alone.
 */
export async function resizePicture(bytes: Uint8Array): Promise<ResizedPicture | PictureFault> {
  if (!isRead(bytes)) return 'not_a_picture'
  if (waiting >= WAITING_MAX) return 'busy'
  waiting += 1
  const mine = turn.then(() => resize(bytes))
  turn = mine.catch(() => {})
  try {
    return await mine
  } finally {
    waiting -= 1
  }
}

async function resize(bytes: Uint8Array): Promise<ResizedPicture | PictureFault> {
  const sharp = await loadSharp()
  const options = { limitInputPixels: PICTURE_PIXELS_MAX, failOn: 'error', sequentialRead: true } as const
  try {
    const { width, height } = await sharp(bytes, { ...options, limitInputPixels: false }).metadata()
    if (width * height > PICTURE_PIXELS_MAX) return 'too_many_pixels'
    if (Math.min(width, height) < PICTURE_SIDE_MIN) return 'too_small'
    // Unpacked once; the smaller ones come from the largest.
    const { data, info } = await limited(sharp(bytes, options))
      .autoOrient()
      .resize({ width: WIDTHS.at(-1)!, height: HEIGHT_MAX, fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    const raw = { width: info.width, height: info.height, channels: info.channels }
    const largest = (): Sharp => limited(sharp(data, { raw }))
    const files: ResizedPicture['files'] = []
    for (const each of [...WIDTHS.filter((one) => one < info.width), info.width]) {
      const file = await largest().resize({ width: each }).webp(WEBP).toBuffer()
      files.push({ width: each, bytes: new Uint8Array(file) })
    }
    const preview = await largest()
      .resize({ ...PREVIEW_SIZE, fit: 'cover', position: 'attention' })
      .flatten({ background: PAPER })
      .jpeg(JPEG)
      .toBuffer()
    return { hash: hashOf(bytes), ...{ width: info.width, height: info.height }, files, preview }
  } catch (error) {
    // Everything that the library says about a file from outside is about the file.
    if (error instanceof Error) return 'damaged'
    throw error
  }
}

function limited(picture: Sharp): Sharp {
  return picture.timeout({ seconds: STEP_SECONDS_MAX })
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(RECIPE).update('\0').update(bytes).digest('hex')
}

let loading: Promise<SharpConstructor> | null = null

/** Loaded when the first picture comes: most processes never need its 18 MB. */
function loadSharp(): Promise<SharpConstructor> {
  loading ??= import('sharp').then(({ default: sharp }) => {
    // Each picture is seen once, and the other cores belong to those who buy.
    sharp.cache(false)
    sharp.concurrency(1)
    // Whatever else the library could read (SVG, PDF, TIFF …) it is not to try, even if a file were mistaken for one.
    sharp.block({ operation: ['VipsForeignLoad'] })
    sharp.unblock({ operation: LOADERS })
    return sharp
  })
  return loading
}

const LOADERS = [
  'VipsForeignLoadJpegBuffer',
  'VipsForeignLoadPngBuffer',
  'VipsForeignLoadWebpBuffer',
  'VipsForeignLoadNsgifBuffer',
  'VipsForeignLoadHeifBuffer',
]

/** JPEG, PNG, GIF, WebP or AVIF by its first bytes. */
function isRead(bytes: Uint8Array): boolean {
  const text = (from: number, to: number): string => Buffer.from(bytes.subarray(from, to)).toString('latin1')
  return (
    text(0, 3) === '\xff\xd8\xff' ||
    text(0, 8) === '\x89PNG\r\n\x1a\n' ||
    /^GIF8[79]a$/.test(text(0, 6)) ||
    (text(0, 4) === 'RIFF' && text(8, 12) === 'WEBP') ||
    (text(4, 8) === 'ftyp' && /^avi[fs]$/.test(text(8, 12)))
  )
}
