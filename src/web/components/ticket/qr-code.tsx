import { create } from 'qrcode'
import { useMemo } from 'react'

/** Modules of white around the code, as ISO/IEC 18004 asks for. */
const QUIET = 4

/**
 * A QR code as one shape, black on white in every theme. Level Q: a quarter of it may be folded, wet or under a thumb
 * (docs/tickets.md). Edges stay on whole pixels, so that a scanner sees squares.
 */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { size, path } = useMemo(() => squares(text), [text])
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`${-QUIET} ${-QUIET} ${size + 2 * QUIET} ${size + 2 * QUIET}`}
      shapeRendering="crispEdges"
      className="block aspect-square w-full"
    >
      <rect x={-QUIET} y={-QUIET} width={size + 2 * QUIET} height={size + 2 * QUIET} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  )
}

function squares(text: string): { size: number; path: string } {
  const { modules } = create(text, { errorCorrectionLevel: 'Q' })
  const { size, data } = modules
  let path = ''
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      if (!data[y * size + x]) continue
      const start = x
      while (x + 1 < size && data[y * size + x + 1]) x++
      path += `M${start} ${y}h${x - start + 1}v1h${start - x - 1}z`
    }
  }
  return { size, path }
}
