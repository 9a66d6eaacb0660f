import { describe, expect, test } from 'bun:test'
import sharp, { type Sharp } from 'sharp'
import { PICTURE_PIXELS_MAX, resizePicture, type ResizedPicture } from './resize-picture.ts'

/** A field of one colour with a darker half, so that something can be cut off. */
function picture(width: number, height: number, background = '#b3123b'): Sharp {
  const half = {
    create: { width: Math.ceil(width / 2), height, channels: 3, background: '#14110f' },
  } as const
  return sharp({ create: { width, height, channels: 3, background }, limitInputPixels: false }).composite([
    { input: half, left: 0, top: 0 },
  ])
}

async function made(bytes: Uint8Array): Promise<ResizedPicture> {
  const resized = await resizePicture(bytes)
  if (typeof resized === 'string') throw new Error(resized)
  return resized
}

describe('a picture', () => {
  test.each(['jpeg', 'png', 'webp', 'avif', 'gif'] as const)(
    'as %s comes in three widths',
    async (format) => {
      const resized = await made(await picture(2_000, 1_000).toFormat(format).toBuffer())
      expect(resized).toMatchObject({
        width: 1_600,
        height: 800,
        hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      })
      for (const { width, bytes } of resized.files)
        expect(await sharp(bytes).metadata()).toMatchObject({ format: 'webp', width, height: width / 2 })
      expect(resized.files.map(({ width }) => width)).toEqual([480, 960, 1_600])
      expect(await sharp(resized.preview).metadata()).toMatchObject({
        format: 'jpeg',
        width: 1_200,
        height: 630,
      })
    },
  )

  test('is never made larger than it came', async () => {
    const resized = await made(await picture(700, 500).png().toBuffer())
    expect(resized.files.map(({ width }) => width)).toEqual([480, 700])
    expect(resized).toMatchObject({ width: 700, height: 500 })
    const small = await made(await picture(200, 120).png().toBuffer())
    expect(small.files.map(({ width }) => width)).toEqual([200])
  })

  test('stands upright as its camera was held, and tells nothing else of it', async () => {
    const shot = await picture(1_000, 600)
      .withExif({ IFD0: { Artist: 'Somebody Known', Copyright: 'GPS 52.52 13.40' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer()
    expect(shot.includes('Somebody Known')).toBe(true)
    const resized = await made(shot)
    expect(resized).toMatchObject({ width: 600, height: 1_000 })
    for (const bytes of [...resized.files.map((file) => file.bytes), resized.preview]) {
      const told = Object.keys(await sharp(bytes).metadata())
      for (const name of ['exif', 'icc', 'xmp', 'iptc', 'orientation']) expect(told).not.toContain(name)
      expect(Buffer.from(bytes).includes('Somebody')).toBe(false)
    }
  })

  test('has the same name for the same bytes, and another for others', async () => {
    const [one, other] = [await picture(300, 300).png().toBuffer(), await picture(300, 301).png().toBuffer()]
    expect((await made(one)).hash).toBe((await made(Buffer.from(one))).hash)
    expect((await made(one)).hash).not.toBe((await made(other)).hash)
  })
})

describe('refused is', () => {
  test('what is no picture by its content, whatever it is called', async () => {
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" width="500" height="500"><script>alert(1)</script></svg>'
    const tiff = await picture(300, 300).tiff().toBuffer()
    for (const bytes of [svg, `<?xml version="1.0"?>${svg}`, '', 'GIF', '%PDF-1.7', '<html>'])
      expect(await resizePicture(Buffer.from(bytes))).toBe('not_a_picture')
    expect(await resizePicture(tiff)).toBe('not_a_picture')
  })

  test('an SVG that begins like a JPEG: the library itself reads none any more', async () => {
    const mark = Buffer.from([0xff, 0xd8, 0xff])
    expect(await resizePicture(Buffer.concat([mark, Buffer.from('<svg width="200" height="200"/>')]))).toBe(
      'damaged',
    )
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="200" height="200"/>')
    // oxlint-disable-next-line typescript/await-thenable -- `rejects` is one
    await expect(sharp(svg).metadata()).rejects.toThrow('unsupported')
  })

  test('a small file that would unpack to more than memory should give', async () => {
    const side = Math.ceil(Math.sqrt(PICTURE_PIXELS_MAX)) + 1
    const bomb = await sharp({
      ...{ create: { width: side, height: side, channels: 3, background: '#000' }, limitInputPixels: false },
    })
      .png()
      .toBuffer()
    expect(bomb.length).toBeLessThan(500_000)
    expect(await resizePicture(bomb)).toBe('too_many_pixels')
  })

  test('a file that says it is small and is not, one that is cut off, and dots that count readers', async () => {
    const png = await picture(400, 400).png().toBuffer()
    const liar = Buffer.from(png)
    liar.writeUInt32BE(4_000, 16)
    expect(await resizePicture(liar)).toBe('damaged')
    const jpeg = await picture(800, 800).jpeg().toBuffer()
    expect(await resizePicture(jpeg.subarray(0, jpeg.length - 200))).toBe('damaged')
    expect(await resizePicture(await picture(2, 2).png().toBuffer())).toBe('too_small')
  })

  test('more at a time than may wait', async () => {
    const one = await picture(300, 300).png().toBuffer()
    const all = await Promise.all(Array.from({ length: 12 }, () => resizePicture(one)))
    expect(all.filter((result) => result === 'busy')).toHaveLength(4)
    expect(await resizePicture(one)).toHaveProperty('hash')
  })
})
