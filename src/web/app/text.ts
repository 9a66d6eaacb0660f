import { texts } from '../i18n/text.tsx'

/** Words of the frame around every page. */
export const appText = texts({
  en: {
    skip: 'Skip to the content',
    home: 'Usher, to the start page',
    search: 'Search',
    orders: 'My tickets',
    anyCity: 'Anywhere',
    city: 'City',
    language: 'Language',
    theme: 'Light or dark',
    themes: { system: 'As the device', light: 'Light', dark: 'Dark' },
    forDevelopers: 'For developers',
    footer: 'Every seat is sold once. A ticket’s price includes its fees.',
    close: 'Close',
    offline: 'You are offline. What you see may be old; nothing is lost.',
    online: 'You are online again.',
    loading: 'Loading …',
    retry: 'Try again',
    toStart: 'To the start page',
    errors: {
      notFoundTitle: 'There is nothing at this address',
      notFound: 'The event may be over, or the link has lost a piece. What is on now is on the start page.',
      networkTitle: 'The network did not answer',
      network:
        'Nothing has been changed. Tickets that you opened on this device before open without a network, too.',
      busyTitle: 'This page could not be made in time',
      busy: 'Very many people may be here at once. Try again in a moment; what you hold stays yours.',
      brokenTitle: 'This page could not be shown',
      broken:
        'The mistake is ours. Loading the page again often helps; your orders and holds are not touched by it.',
    },
    optional: 'optional',
  },
  de: {
    skip: 'Zum Inhalt springen',
    home: 'Usher, zur Startseite',
    search: 'Suchen',
    orders: 'Meine Karten',
    anyCity: 'Überall',
    city: 'Stadt',
    language: 'Sprache',
    theme: 'Hell oder dunkel',
    themes: { system: 'Wie das Gerät', light: 'Hell', dark: 'Dunkel' },
    forDevelopers: 'Für Entwickler',
    footer: 'Jeder Platz wird genau einmal verkauft. Kartenpreise mit Gebühren.',
    close: 'Schließen',
    offline: 'Sie sind offline. Was Sie sehen, kann veraltet sein; verloren geht nichts.',
    online: 'Sie sind wieder online.',
    loading: 'Wird geladen …',
    retry: 'Noch einmal versuchen',
    toStart: 'Zur Startseite',
    errors: {
      notFoundTitle: 'Unter dieser Adresse ist nichts',
      notFound:
        'Vielleicht ist die Veranstaltung vorbei, oder dem Link fehlt ein Stück. Was jetzt läuft, steht auf der Startseite.',
      networkTitle: 'Das Netz hat nicht geantwortet',
      network:
        'Es wurde nichts geändert. Karten, die Sie auf diesem Gerät schon geöffnet haben, öffnen sich auch ohne Netz.',
      busyTitle: 'Die Seite kam nicht rechtzeitig zustande',
      busy: 'Vielleicht sind gerade sehr viele hier. Versuchen Sie es gleich noch einmal; was Sie halten, bleibt Ihres.',
      brokenTitle: 'Diese Seite ließ sich nicht zeigen',
      broken:
        'Der Fehler liegt bei uns. Neu laden hilft oft; Ihre Bestellungen und Reservierungen sind davon nicht berührt.',
    },
    optional: 'freiwillig',
  },
})
