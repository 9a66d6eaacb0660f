import { texts } from '../i18n/text.tsx'

/** What search engines and link previews say of a page; no browser needs it. */
export const headText = texts({
  en: {
    home: 'Find what is on tonight, choose your own seat on the map and pay a price that includes the fees of your ticket.',
    event: (name: string, when: string, where: string, city: string) =>
      `${name}, ${when}, ${where}, ${city}.`,
    seats: 'Choose your own seat.',
    prices: 'A ticket’s price includes its fees.',
    pricesAndOrder: (fee: string) => `A ticket’s price includes its fees; an order costs ${fee} more.`,
    previewAlt: 'Usher: every seat is sold once',
  },
  de: {
    home: 'Sehen, was heute läuft, den eigenen Platz im Plan wählen und einen Preis zahlen, in dem die Gebühren der Karte stecken.',
    event: (name: string, when: string, where: string, city: string) =>
      `${name}, ${when}, ${where}, ${city}.`,
    seats: 'Den eigenen Platz im Plan wählen.',
    prices: 'Im Preis einer Karte sind ihre Gebühren enthalten.',
    pricesAndOrder: (fee: string) =>
      `Im Preis einer Karte sind ihre Gebühren enthalten; dazu kommen ${fee} pro Bestellung.`,
    previewAlt: 'Usher: jeder Platz wird genau einmal verkauft',
  },
})
