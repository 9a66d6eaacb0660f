import { createPrivateKey } from 'node:crypto'
import { SignJWT } from 'jose'
import type { EventPass } from './event-pass.ts'

export type GoogleAccount = {
  issuerId: string
  /** Of the service account's key file. */
  clientEmail: string
  privateKey: string
}

export interface GoogleWallet {
  /** An address that offers the passes to the phone's or the browser's Google account. */
  saveLink(eventId: string, passes: readonly EventPass[], issuedAtMs: number): Promise<string>
}

const SAVE = 'https://pay.google.com/gp/v/save/'

/**
 * Passes in a token that the buyer's browser carries to Google: nothing is asked of Google beforehand. Throws where
 * the key is none. https://developers.google.com/wallet/tickets/events/web
 */
export function createGoogleWallet({ issuerId, clientEmail, privateKey }: GoogleAccount): GoogleWallet {
  const key = createPrivateKey(privateKey)
  const id = (name: string): string => `${issuerId}.${name.replace(/[^\w.-]/g, '_')}`
  return {
    saveLink: async (eventId, passes, issuedAtMs) => {
      const [first] = passes
      if (!first) throw new Error('a link needs a pass')
      const payload = {
        eventTicketClasses: [classOf(id(`event-${eventId}`), first)],
        eventTicketObjects: passes.map((pass) =>
          objectOf(id(pass.serialNumber), id(`event-${eventId}`), pass),
        ),
      }
      const token = await new SignJWT({ typ: 'savetowallet', payload })
        .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
        .setIssuer(clientEmail)
        .setAudience('google')
        .setIssuedAt(Math.floor(issuedAtMs / 1000))
        .sign(key)
      return SAVE + token
    },
  }
}

function classOf(id: string, pass: EventPass): object {
  return {
    id,
    issuerName: pass.organizationName,
    reviewStatus: 'UNDER_REVIEW',
    eventName: textOf(pass.eventName),
    venue: { name: textOf(pass.venueName), address: textOf(pass.venueAddress || pass.venueName) },
    dateTime: { start: pass.startsAt },
    hexBackgroundColor: '#14110f',
  }
}

function objectOf(id: string, classId: string, pass: EventPass): object {
  return {
    id,
    classId,
    state: 'ACTIVE',
    barcode: { type: 'QR_CODE', value: pass.code, alternateText: pass.codeText },
    textModulesData: [...pass.auxiliary, ...pass.back].map(({ key, label, value }) => ({
      id: key,
      header: label,
      body: value,
    })),
  }
}

function textOf(value: string): object {
  return { defaultValue: { language: 'en', value } }
}
