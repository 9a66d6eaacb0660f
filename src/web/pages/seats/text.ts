import { texts } from '../../i18n/text.tsx'

const list = (words: readonly string[], and: string): string =>
  words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} ${and} ${words.at(-1)}`

/** "F 12" reads well, "1 12" does not. */
const endsInDigit = (row: string): boolean => /\d$/.test(row)

/** Words of the page where seats are chosen. */
export const seatsText = texts({
  en: {
    title: (name: string) => `Choose your seats: ${name}`,
    back: (name: string) => `Back to ${name}`,
    map: 'Map',
    asList: 'As a list',
    listShort: 'List',
    view: 'Show the seats as',
    yourSeats: 'Your seats',
    yourTickets: 'Your tickets',
    row: (row: string) => `Row ${row}`,
    seat: (number: string) => `seat ${number}`,
    rowSeats: (row: string, numbers: readonly string[]) => `${row}, ${list(numbers, 'and')}`,
    shortSeats: (row: string, numbers: readonly string[]) =>
      `${endsInDigit(row) ? `Row ${row},` : row} ${list(numbers, 'and')}`,
    and: (parts: readonly string[]) => list(parts, 'and'),
    priceType: (seat: string) => `Price for ${seat}`,
    remove: (seat: string) => `Let ${seat} go`,
    total: 'Total, fees included',
    orderFee: (fee: string) => `${fee} of it for the order`,
    hold: (n: number) => (n === 1 ? 'Hold this seat' : `Hold these ${n} seats`),
    holdPlaces: (n: number) => (n === 1 ? 'Hold this place' : `Hold these ${n} places`),
    holding: 'Holding …',
    yours: (minutes: number) => `Yours for ${minutes} minutes while you pay.`,
    ofMax: (n: number, max: number) => `${n} of ${max}`,
    tooMany: (max: number, had: number, withCode: boolean) => {
      const tickets = max === 1 ? '1 ticket' : `${max} tickets`
      const most = `One person can have at most ${tickets} ${withCode ? 'with this code' : 'here'}.`
      return had === 0 ? `${most} Ask for fewer.` : `${most} You have ${had} already, held or bought.`
    },
    typeBounds: ({ name, min, max }: { name: string; min: number; max: number | null }) =>
      max === null
        ? `An order has at least ${min} tickets at the price “${name}”.`
        : min > 1
          ? `An order has ${min} to ${max} tickets at the price “${name}”.`
          : `An order has at most ${max} ${max === 1 ? 'ticket' : 'tickets'} at the price “${name}”.`,
    limit: (max: number) =>
      max === 1
        ? 'One ticket is the most one person can have here. Let it go to take another.'
        : `${max} tickets are the most one person can have here. Let one go to take another.`,
    holdingAlready: 'You hold other seats: let them go first.',
    upTo: (max: number) => (max === 1 ? 'One ticket a person.' : `Up to ${max} tickets a person.`),
    emptyMap: 'Tap a seat on the map, or let us find good ones.',
    emptyAreas: 'Say how many places you want.',
    best: 'Best available',
    bestHint: 'The best seats side by side, held for you at once. You see them before you pay.',
    howMany: 'How many',
    less: 'One less',
    more: 'One more',
    where: 'Where',
    anywhere: 'Anywhere',
    who: 'Price',
    needAccessible: 'One wheelchair place, company beside it',
    find: (n: number) => (n === 1 ? 'Find the best seat' : `Find the best ${n}`),
    finding: 'Finding …',
    heldTitle: 'Held for you',
    heldUntil: (time: string) => `Nobody else can buy them until ${time}.`,
    heldFor: (minutes: number) =>
      minutes < 1
        ? 'Less than a minute left.'
        : minutes === 1
          ? '1 minute left.'
          : `${minutes} minutes left.`,
    toCheckout: 'Go on to pay',
    letGo: 'Let them go and choose others',
    standing: 'Standing and open seating',
    places: (n: number) => (n === 1 ? '1 place' : `${n} places`),
    left: (n: string) => `${n} left`,
    soldOut: 'sold out',
    free: (n: string) => `${n} free`,
    from: (price: string) => `from ${price}`,
    clear: 'Clear view',
    restricted: 'Restricted view',
    accessible: 'Wheelchair place',
    companion: 'Companion seat',
    statusHeld: 'Held by somebody at the moment',
    statusBooked: 'Sold',
    statusYours: 'Yours',
    tapToTake: 'Tap again to let it go',
    filters: 'Show only',
    filterAccessible: 'Wheelchair and companion',
    filterClear: 'Clear view only',
    patterns: 'Patterns',
    patternsHint: 'Patterns beside the colours',
    zoomIn: 'Zoom in',
    zoomOut: 'Zoom out',
    fitAll: 'Show the whole hall',
    stage: 'Stage',
    mapLabel:
      'Seat map. Arrow keys move it, plus and minus zoom, Enter chooses the seat named. The list does everything the map does.',
    legendSold: 'sold',
    legendHeld: 'held',
    went: (seats: string, n: number) => `${seats} ${n === 1 ? 'went' : 'went'} while you chose.`,
    offer: (seats: string, n: number) =>
      `${seats} ${n === 1 ? 'is' : 'are'} free and ${n === 1 ? 'costs' : 'cost'} the same.`,
    noOffer: 'There is nothing like it left; others are on the map.',
    take: (seats: string) => `Take ${seats}`,
    refused: (seats: string, n: number) =>
      `${seats} ${n === 1 ? 'was' : 'were'} taken a moment before you. Nothing is held, nothing is charged.`,
    refusedAreas: 'Somebody was a moment faster. Nothing is held, nothing is charged.',
    instead: (seats: string) => `Hold ${seats} instead`,
    noAlternatives: 'Nothing as near is free. The map shows what is.',
    orphan: (seats: string) =>
      `This leaves ${seats} alone between taken seats, which this house does not sell. Move along by one.`,
    sold_out: 'There is not enough left of that. Ask for fewer, or for another category.',
    network: 'The network did not answer. Try again: the same request never takes seats twice.',
    tryAgain: 'Try again',
    dismiss: 'Got it',
    errors: {
      not_on_sale: 'This event is not on sale at the moment. Its page says when it is.',
      identity_required: 'This event asks for a verified mail address first.',
      queue_pass_required:
        'There is a line for this event. Join it on the event page; your turn opens the seats.',
      held_by_you: 'These seats are yours already: bought, or held in another window.',
      rate_limited: 'That was very often in a short time. Wait a few seconds and try again.',
      busy: 'Very many people are asking at this moment. Try again in a second; nothing is lost.',
      fallback:
        'It is not known whether the seats are held. Try again: the same request never takes seats twice.',
    },
    code: {
      label: 'Access code',
      hint: 'From the invitation or the presale mail.',
      missing: 'Type the code in, as it stands in your mail.',
      go: 'Go on with this code',
      access_code_required: 'These seats are for holders of a code at the moment. Nothing is held yet.',
      access_code_invalid:
        'This code is not good here, or not at this moment. Look for a letter that was mistyped; its mail says from when it is good.',
      access_code_used_up:
        'This code has been used as often as it can be. A use comes back when its seats are let go.',
      not_now: 'This code opens nothing at the moment. Its mail says from when it is good.',
      have: 'I have an access code',
      opens: 'Without a code, seats are sold from',
      ask: 'Some codes open seats that were kept for you: then you see which.',
      phase: 'Your code is good: choose your seats.',
      kept: (left: number) =>
        left === 0
          ? 'Everything that your code opens is taken at the moment. What comes back is shown here.'
          : left === 1
            ? '1 place is free for your code. Nothing else is shown as free.'
            : `${left} places are free for your code. Nothing else is shown as free.`,
      upTo: (max: number) => `At most ${max === 1 ? '1 ticket' : `${max} tickets`} a person with this code.`,
      show: 'Show me where',
      leave: 'Go on without the code',
      outside: 'Not with your code',
      dropped: (seats: string, n: number) =>
        `${seats} ${n === 1 ? 'is' : 'are'} not among the seats of your code, and no longer chosen.`,
      over: 'What was kept for your code is on open sale now. Choose among all that is free.',
    },
    confirmMail: 'Confirm my mail address',
    myTickets: 'My tickets',
    feedPolling: 'Seats are up to two seconds old.',
    feedLost: 'No connection: the seats may be old. We keep trying.',
    noMap: 'This device cannot draw the map. The list does everything the map does.',
    notOnSaleTitle: 'Not on sale at the moment',
    notOnSale: 'The page of the event says when its sale begins, and whether there is anything left.',
    toEvent: 'To the event',
    loading: 'The hall is coming …',
    failedTitle: 'The seat map did not come',
    sheetMore: 'Show your choice',
    sheetLess: 'Show the map',
    list: {
      sections: 'Sections',
      areas: 'Standing and open seating',
      chooseSection: 'Choose a section to see its rows.',
      rowsOf: (section: string) => `Rows of ${section}`,
      noneFit: 'Nothing here fits what you asked for.',
      allTaken: 'Every seat of this section is taken.',
      backToSections: 'All sections',
      gone: 'taken',
      help: 'Arrow keys move between seats and rows, Enter or Space chooses.',
      choose: (seat: string) => seat,
    },
    announce: {
      chosen: (seat: string, n: number, total: string) => `${seat} chosen. ${n} in all, ${total}.`,
      back: (seat: string, n: number) => `${seat} let go. ${n} chosen.`,
      taken: (seat: string) => `${seat} is taken.`,
      notSold: (seat: string) => `${seat} is not for sale here.`,
      held: (seats: string) => `${seats} held for you.`,
      released: 'Let go. The seats are free again.',
    },
  },
  de: {
    title: (name: string) => `Plätze wählen: ${name}`,
    back: (name: string) => `Zurück zu ${name}`,
    map: 'Plan',
    asList: 'Als Liste',
    listShort: 'Liste',
    view: 'Plätze zeigen als',
    yourSeats: 'Ihre Plätze',
    yourTickets: 'Ihre Karten',
    row: (row) => `Reihe ${row}`,
    seat: (number) => `Platz ${number}`,
    rowSeats: (row, numbers) => `${row}, ${list(numbers, 'und')}`,
    shortSeats: (row, numbers) => `${endsInDigit(row) ? `Reihe ${row},` : row} ${list(numbers, 'und')}`,
    and: (parts) => list(parts, 'und'),
    priceType: (seat) => `Preis für ${seat}`,
    remove: (seat) => `${seat} freigeben`,
    total: 'Summe mit allen Gebühren',
    orderFee: (fee) => `davon ${fee} für die Bestellung`,
    hold: (n) => (n === 1 ? 'Diesen Platz halten' : `Diese ${n} Plätze halten`),
    holdPlaces: (n) => (n === 1 ? 'Diesen Platz halten' : `Diese ${n} Plätze halten`),
    holding: 'Wird gehalten …',
    yours: (minutes) => `${minutes} Minuten lang Ihre, während Sie bezahlen.`,
    ofMax: (n, max) => `${n} von ${max}`,
    tooMany: (max, had, withCode) => {
      const tickets = max === 1 ? '1 Karte' : `${max} Karten`
      const most = `${withCode ? 'Mit diesem Code' : 'Hier'} gibt es höchstens ${tickets} für eine Person.`
      return had === 0
        ? `${most} Nehmen Sie weniger.`
        : `${most} Sie haben schon ${had}, gehalten oder gekauft.`
    },
    typeBounds: ({ name, min, max }) =>
      max === null
        ? `Zum Preis „${name}“ gibt es mindestens ${min} Karten in einer Bestellung.`
        : min > 1
          ? `Zum Preis „${name}“ gibt es ${min} bis ${max} Karten in einer Bestellung.`
          : `Zum Preis „${name}“ gibt es höchstens ${max === 1 ? '1 Karte' : `${max} Karten`} in einer Bestellung.`,
    limit: (max) =>
      max === 1
        ? 'Mehr als eine Karte gibt es hier nicht für eine Person. Geben Sie sie frei, um eine andere zu nehmen.'
        : `Mehr als ${max} Karten gibt es hier nicht für eine Person. Geben Sie eine frei, um eine andere zu nehmen.`,
    holdingAlready: 'Sie halten schon andere Plätze: Geben Sie die zuerst frei.',
    upTo: (max) => (max === 1 ? 'Eine Karte pro Person.' : `Höchstens ${max} Karten pro Person.`),
    emptyMap: 'Tippen Sie im Plan auf einen Platz, oder lassen Sie uns gute finden.',
    emptyAreas: 'Sagen Sie, wie viele Plätze Sie möchten.',
    best: 'Die besten freien',
    bestHint: 'Die besten Plätze nebeneinander, sofort für Sie gehalten. Sie sehen sie, bevor Sie bezahlen.',
    howMany: 'Wie viele',
    less: 'Einer weniger',
    more: 'Einer mehr',
    where: 'Wo',
    anywhere: 'Überall',
    who: 'Preis',
    needAccessible: 'Ein Rollstuhlplatz, Begleitung daneben',
    find: (n) => (n === 1 ? 'Besten Platz finden' : `Beste ${n} finden`),
    finding: 'Wird gesucht …',
    heldTitle: 'Für Sie gehalten',
    heldFor: (minutes) =>
      minutes < 1
        ? 'Weniger als eine Minute noch.'
        : minutes === 1
          ? 'Noch 1 Minute.'
          : `Noch ${minutes} Minuten.`,
    heldUntil: (time) => `Bis ${time} kann sie niemand sonst kaufen.`,
    toCheckout: 'Weiter zur Zahlung',
    letGo: 'Freigeben und andere wählen',
    standing: 'Stehplätze und freie Platzwahl',
    places: (n) => (n === 1 ? '1 Platz' : `${n} Plätze`),
    left: (n) => `noch ${n}`,
    soldOut: 'ausverkauft',
    free: (n) => `${n} frei`,
    from: (price) => `ab ${price}`,
    clear: 'Freie Sicht',
    restricted: 'Eingeschränkte Sicht',
    accessible: 'Rollstuhlplatz',
    companion: 'Begleitplatz',
    statusHeld: 'Gerade von jemandem gehalten',
    statusBooked: 'Verkauft',
    statusYours: 'Ihrer',
    tapToTake: 'Noch einmal tippen gibt ihn frei',
    filters: 'Nur zeigen',
    filterAccessible: 'Rollstuhl und Begleitung',
    filterClear: 'Nur freie Sicht',
    patterns: 'Muster',
    patternsHint: 'Muster zusätzlich zu den Farben',
    zoomIn: 'Näher',
    zoomOut: 'Weiter weg',
    fitAll: 'Ganzen Saal zeigen',
    stage: 'Bühne',
    mapLabel:
      'Saalplan. Pfeiltasten verschieben, Plus und Minus vergrößern und verkleinern, Eingabe wählt den genannten Platz. Die Liste kann alles, was der Plan kann.',
    legendSold: 'verkauft',
    legendHeld: 'gehalten',
    went: (seats, n) => `${seats} ${n === 1 ? 'ging' : 'gingen'} weg, während Sie wählten.`,
    offer: (seats, n) => `${seats} ${n === 1 ? 'ist frei und kostet' : 'sind frei und kosten'} dasselbe.`,
    noOffer: 'Etwas Gleiches ist nicht mehr da; andere Plätze zeigt der Plan.',
    take: (seats) => `${seats} nehmen`,
    refused: (seats, n) =>
      `${seats} ${n === 1 ? 'wurde' : 'wurden'} einen Moment vor Ihnen genommen. Nichts ist gehalten, nichts berechnet.`,
    refusedAreas: 'Jemand war einen Moment schneller. Nichts ist gehalten, nichts berechnet.',
    instead: (seats) => `Stattdessen ${seats} halten`,
    noAlternatives: 'So nah ist nichts frei. Der Plan zeigt, was es ist.',
    orphan: (seats) =>
      `So bliebe ${seats} einzeln zwischen vergebenen Plätzen, und einzeln verkauft dieses Haus ihn nicht. Rücken Sie um einen weiter.`,
    sold_out: 'Davon ist nicht genug übrig. Nehmen Sie weniger oder eine andere Kategorie.',
    network:
      'Das Netz hat nicht geantwortet. Versuchen Sie es noch einmal: Dieselbe Anfrage nimmt nie zweimal Plätze.',
    tryAgain: 'Noch einmal',
    dismiss: 'Verstanden',
    errors: {
      not_on_sale: 'Diese Veranstaltung ist gerade nicht im Verkauf. Ihre Seite sagt, wann.',
      identity_required: 'Für diese Veranstaltung muss zuerst Ihre Mailadresse bestätigt sein.',
      queue_pass_required:
        'Für diese Veranstaltung gibt es eine Warteschlange. Stellen Sie sich auf ihrer Seite an; sind Sie dran, öffnen sich die Plätze.',
      held_by_you: 'Diese Plätze gehören Ihnen schon: gekauft oder in einem anderen Fenster reserviert.',
      rate_limited:
        'Das war sehr oft in kurzer Zeit. Warten Sie ein paar Sekunden und versuchen Sie es dann noch einmal.',
      busy: 'Gerade fragen sehr viele. Versuchen Sie es in einer Sekunde noch einmal; es geht nichts verloren.',
      fallback:
        'Es ist nicht bekannt, ob die Plätze gehalten sind. Versuchen Sie es noch einmal: Dieselbe Anfrage nimmt nie zweimal Plätze.',
    },
    code: {
      label: 'Zugangscode',
      hint: 'Aus der Einladung oder der E-Mail zum Vorverkauf.',
      missing: 'Geben Sie den Code so ein, wie er in Ihrer E-Mail steht.',
      go: 'Mit diesem Code weiter',
      access_code_required: 'Diese Plätze gibt es zurzeit nur mit einem Code. Gehalten ist noch nichts.',
      access_code_invalid:
        'Dieser Code gilt hier nicht oder gerade nicht. Vielleicht ist ein Zeichen vertippt; ab wann er gilt, sagt seine E-Mail.',
      access_code_used_up:
        'Dieser Code ist so oft benutzt, wie er kann. Werden seine Plätze freigegeben, gilt er wieder.',
      not_now: 'Dieser Code öffnet gerade nichts. Ab wann er gilt, sagt seine E-Mail.',
      have: 'Ich habe einen Zugangscode',
      opens: 'Ohne Code gibt es Plätze ab',
      ask: 'Manche Codes öffnen Plätze, die für Sie zurückgehalten sind: Sie sehen dann, welche.',
      phase: 'Ihr Code gilt: Wählen Sie Ihre Plätze.',
      kept: (left) =>
        left === 0
          ? 'Was Ihr Code öffnet, ist gerade vergeben. Wird etwas frei, steht es hier.'
          : left === 1
            ? 'Für Ihren Code ist 1 Platz frei. Nur der ist als frei gezeigt.'
            : `Für Ihren Code sind ${left} Plätze frei. Nur die sind als frei gezeigt.`,
      upTo: (max) => `Mit diesem Code höchstens ${max === 1 ? '1 Karte' : `${max} Karten`} pro Person.`,
      show: 'Zeigen, wo',
      leave: 'Ohne den Code weiter',
      outside: 'Nicht mit Ihrem Code',
      dropped: (seats, n) =>
        `${seats} ${n === 1 ? 'gehört' : 'gehören'} nicht zu Ihrem Code und ${n === 1 ? 'ist' : 'sind'} nicht mehr gewählt.`,
      over: 'Was für Ihren Code zurückgehalten war, ist jetzt im freien Verkauf. Wählen Sie, was frei ist.',
    },
    confirmMail: 'E-Mail-Adresse bestätigen',
    myTickets: 'Meine Karten',
    feedPolling: 'Der Plan ist bis zu zwei Sekunden alt.',
    feedLost: 'Keine Verbindung: Der Plan kann veraltet sein. Wir versuchen es weiter.',
    noMap: 'Dieses Gerät kann den Plan nicht zeichnen. Die Liste kann alles, was der Plan kann.',
    notOnSaleTitle: 'Gerade nicht im Verkauf',
    notOnSale: 'Die Seite der Veranstaltung sagt, wann der Verkauf beginnt und ob noch etwas da ist.',
    toEvent: 'Zur Veranstaltung',
    loading: 'Der Saal kommt …',
    failedTitle: 'Der Saalplan kam nicht an',
    sheetMore: 'Auswahl zeigen',
    sheetLess: 'Plan zeigen',
    list: {
      sections: 'Bereiche',
      areas: 'Stehplätze und freie Platzwahl',
      chooseSection: 'Wählen Sie einen Bereich, um seine Reihen zu sehen.',
      rowsOf: (section) => `Reihen von ${section}`,
      noneFit: 'Hier passt nichts zu dem, was Sie suchen.',
      allTaken: 'In diesem Bereich ist jeder Platz vergeben.',
      backToSections: 'Alle Bereiche',
      gone: 'vergeben',
      help: 'Pfeiltasten wandern durch Plätze und Reihen, Eingabe oder Leertaste wählt.',
      choose: (seat) => seat,
    },
    announce: {
      chosen: (seat, n, total) => `${seat} gewählt. Insgesamt ${n}, ${total}.`,
      back: (seat, n) => `${seat} freigegeben. ${n} gewählt.`,
      taken: (seat) => `${seat} ist vergeben.`,
      notSold: (seat) => `${seat} wird hier nicht verkauft.`,
      held: (seats) => `Für Sie gehalten: ${seats}.`,
      released: 'Freigegeben. Die Plätze sind wieder zu haben.',
    },
  },
})
