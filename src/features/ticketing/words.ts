/** The two languages that tickets and mails are written in, each written, not translated word by word. */
export type Language = 'en' | 'de'

export function languageOf(locale: string): Language {
  return /^de\b/i.test(locale) ? 'de' : 'en'
}

/** Forms dates, times and amounts: the reader's region where they named one, in a language that we have. */
export function formatLocaleOf(locale: string): string {
  const language = languageOf(locale)
  if (/^(en|de)-[a-z]{2}$/i.test(locale)) return locale
  return language === 'de' ? 'de-DE' : 'en-GB'
}

export const TICKET_WORDS = {
  en: {
    title: (event: string) => `Tickets: ${event}`,
    ofAll: (no: number, all: number) => `${no} of ${all}`,
    door: 'Door',
    row: 'Row',
    seat: 'Seat',
    area: 'Area',
    anyPlace: 'Any place you like in this area',
    doors: (time: string) => `doors ${time}`,
    timeToCome: 'The time is not fixed yet',
    cancelled: 'This event is cancelled',
    postponed: 'This event is postponed: a new date follows',
    serial: (no: number) => `No. ${no}`,
    howTo: 'Have this code scanned once. It works offline, on paper or on the screen.',
    date: 'Date',
    time: 'Begins',
    entry: 'Doors',
    section: 'Section',
    priceType: 'Price',
    order: 'Order',
    note: 'Please note',
    pass: (event: string, seat: string) => `Ticket for ${event}: ${seat}`,
    test: 'Test ticket: paid with test money, admits nobody',
  },
  de: {
    title: (event: string) => `Karten: ${event}`,
    ofAll: (no: number, all: number) => `${no} von ${all}`,
    door: 'Eingang',
    row: 'Reihe',
    seat: 'Platz',
    area: 'Bereich',
    anyPlace: 'Freie Platzwahl in diesem Bereich',
    doors: (time: string) => `Einlass ${time}`,
    timeToCome: 'Die Uhrzeit steht noch nicht fest',
    cancelled: 'Diese Veranstaltung ist abgesagt',
    postponed: 'Diese Veranstaltung ist verschoben, der neue Termin folgt',
    serial: (no: number) => `Nr. ${no}`,
    howTo: 'Am Eingang einmal scannen lassen, vom Papier oder vom Display, auch ohne Netz.',
    date: 'Datum',
    time: 'Beginn',
    entry: 'Einlass',
    section: 'Bereich',
    priceType: 'Preis',
    order: 'Bestellung',
    note: 'Bitte beachten',
    pass: (event: string, seat: string) => `Karte für ${event}: ${seat}`,
    test: 'Testkarte: mit Testgeld bezahlt, gilt nicht am Einlass',
  },
} as const
