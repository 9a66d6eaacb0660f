import { Resvg } from '@resvg/resvg-js'

/** The drawing as a PNG of this width in pixels. It must bring its letters as outlines: no font is looked up. */
export function pngOfSvg(svg: string, width: number): Uint8Array<ArrayBuffer> {
  const image = new Resvg(svg, { fitTo: { mode: 'width', value: width }, font: { loadSystemFonts: false } })
  return new Uint8Array(image.render().asPng())
}
