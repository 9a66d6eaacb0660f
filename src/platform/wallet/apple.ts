import { X509Certificate } from 'node:crypto'
import { PKPass } from 'passkit-generator'
import { pngOfSvg } from '../image/png.ts'
import type { EventPass } from './event-pass.ts'

export type AppleCertificates = {
  /** PEM. The subject of the certificate names the pass type and the team. */
  certificate: string
  key: string
  keyPassphrase?: string | undefined
  /** Apple's intermediate (WWDR), PEM. */
  wwdr: string
}

export type PassFile = { bytes: Uint8Array; contentType: string; filename: string }

export interface AppleWallet {
  /** A signed pass; several in one file, which Safari offers as one. */
  file(passes: readonly EventPass[]): Promise<PassFile>
}

const INK = 'rgb(20, 17, 15)'
const PAPER = 'rgb(250, 247, 242)'
const BEAM = 'rgb(255, 200, 61)'
/** Points that Apple gives the icon; also drawn for screens of two and three dots a point. */
const ICON_POINTS = 29
const LOGO_POINTS = 50

/** Throws where certificate, key and intermediate are not what Apple's wallet needs. */
export function createAppleWallet(certificates: AppleCertificates): AppleWallet {
  const { passTypeIdentifier, teamIdentifier } = namesIn(certificates.certificate)
  const images = drawImages()
  const passOf = (pass: EventPass): PKPass => {
    const made = new PKPass(
      images,
      {
        signerCert: certificates.certificate,
        signerKey: certificates.key,
        wwdr: certificates.wwdr,
        ...(certificates.keyPassphrase && { signerKeyPassphrase: certificates.keyPassphrase }),
      },
      {
        passTypeIdentifier,
        teamIdentifier,
        serialNumber: pass.serialNumber,
        organizationName: pass.organizationName,
        description: pass.description,
        backgroundColor: INK,
        foregroundColor: PAPER,
        labelColor: BEAM,
        // One ticket admits one person: it is not passed on from the wallet.
        sharingProhibited: true,
      },
    )
    made.type = 'eventTicket'
    made.headerFields.push(...pass.header)
    made.primaryFields.push({ key: 'event', label: pass.venueName, value: pass.eventName })
    made.secondaryFields.push(...pass.secondary)
    made.auxiliaryFields.push(...pass.auxiliary)
    made.backFields.push(...pass.back)
    made.setBarcodes({
      format: 'PKBarcodeFormatQR',
      message: pass.code,
      messageEncoding: 'iso-8859-1',
      altText: pass.codeText,
    })
    made.setRelevantDate(new Date(pass.startsAt))
    if (pass.place) made.setLocations(pass.place)
    return made
  }
  return {
    file: async (passes) => {
      const made = passes.map(passOf)
      if (made.length === 1)
        return {
          bytes: new Uint8Array(made[0]!.getAsBuffer()),
          contentType: 'application/vnd.apple.pkpass',
          filename: 'ticket.pkpass',
        }
      return {
        bytes: new Uint8Array(PKPass.pack(...made).getAsBuffer()),
        contentType: 'application/vnd.apple.pkpasses',
        filename: 'tickets.pkpasses',
      }
    },
  }
}

/** Apple writes the pass type into the subject's UID and the team into its OU. */
function namesIn(certificate: string): { passTypeIdentifier: string; teamIdentifier: string } {
  const { subject } = new X509Certificate(certificate)
  const part = (name: string): string | undefined => new RegExp(`^${name}=(.+)$`, 'm').exec(subject)?.[1]
  const passTypeIdentifier = part('UID') ?? part('0\\.9\\.2342\\.19200300\\.100\\.1\\.1')
  const teamIdentifier = part('OU')
  if (!passTypeIdentifier || !teamIdentifier)
    throw new Error('the subject of the certificate names no pass type (UID) or no team (OU)')
  return { passTypeIdentifier, teamIdentifier }
}

function drawImages(): Record<string, Buffer> {
  const drawn = (points: number, dots: number): Buffer => Buffer.from(pngOfSvg(MARK, points * dots))
  return {
    'icon.png': drawn(ICON_POINTS, 1),
    'icon@2x.png': drawn(ICON_POINTS, 2),
    'icon@3x.png': drawn(ICON_POINTS, 3),
    'logo.png': drawn(LOGO_POINTS, 1),
    'logo@2x.png': drawn(LOGO_POINTS, 2),
  }
}

const MARK =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><circle cx="16" cy="16" r="16" fill="#b3123b"/><path d="M7.5 8 26 20l-6 7Z" fill="#faf7f2"/><circle cx="8.6" cy="8.8" r="2.6" fill="#faf7f2"/></svg>'
