import { create } from 'qrcode'

export type QrMatrix = { size: number; isDark(x: number, y: number): boolean }

/** The squares of a QR code without its quiet zone (four squares of white all round). Level Q: a quarter may be lost. */
export function qrMatrix(text: string): QrMatrix {
  const { modules } = create(text, { errorCorrectionLevel: 'Q' })
  return { size: modules.size, isDark: (x, y) => modules.get(y, x) === 1 }
}
