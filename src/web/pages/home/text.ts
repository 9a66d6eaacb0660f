import { texts } from '../../i18n/text.tsx'

export const homeText = texts({
  en: {
    title: 'Usher: tickets for concerts, films, theatre and sport',
    question: 'Who, what or where?',
    rows: {
      tonight: 'Tonight',
      weekend: 'This weekend',
      nextWeekend: 'Next weekend',
      soon: 'On sale soon',
      announced: 'Just announced',
    },
    all: (n: string) => `All ${n}`,
    under: (price: string) => `Under ${price}`,
    emptyTitle: (city: string) => `Nothing is announced in ${city} yet`,
    emptyAnywhere: 'Nothing is announced yet',
    emptyHint: 'Look everywhere instead; the nearest thing may be a short ride away.',
    lookEverywhere: 'Look everywhere',
    earlier: 'Back in the row',
    later: 'On in the row',
  },
  de: {
    title: 'Usher: Karten für Konzerte, Kino, Theater und Sport',
    question: 'Wer, was oder wo?',
    rows: {
      tonight: 'Heute',
      weekend: 'Am Wochenende',
      nextWeekend: 'Nächstes Wochenende',
      soon: 'Bald im Verkauf',
      announced: 'Neu angekündigt',
    },
    all: (n: string) => `Alle ${n}`,
    under: (price: string) => `Unter ${price}`,
    emptyTitle: (city: string) => `In ${city} ist noch nichts angekündigt`,
    emptyAnywhere: 'Noch ist nichts angekündigt',
    emptyHint: 'Schauen Sie überall: Das Nächste liegt vielleicht nur eine kurze Fahrt entfernt.',
    lookEverywhere: 'Überall suchen',
    earlier: 'Zurück in der Reihe',
    later: 'Weiter in der Reihe',
  },
})
