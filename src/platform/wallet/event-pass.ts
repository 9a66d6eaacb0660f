/** A label and what stands below it. */
export type PassField = { key: string; label: string; value: string }

/** A ticket as a phone's wallet keeps it, in words that are shown as they are. */
export type EventPass = {
  /** The same for the same ticket: a newer pass replaces the older one. */
  serialNumber: string
  description: string
  organizationName: string
  eventName: string
  venueName: string
  venueAddress: string
  /** RFC 3339 with the venue's offset where the time is known, else a day. */
  startsAt: string
  header: PassField[]
  secondary: PassField[]
  auxiliary: PassField[]
  back: PassField[]
  /** What a scanner reads, and what stands below it. */
  code: string
  codeText: string
  place: { latitude: number; longitude: number } | null
}
