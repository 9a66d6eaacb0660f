/** What mails say. Each language is written for its readers: what happened, what it means for you, what you can do. */
export type MailWords = {
  greeting(name: string): string
  confirmedSubject(event: string, date: string): string
  confirmed(count: number): string
  paid(amount: string): string
  atTheDoor: string
  test: string
  cancelledSubject(event: string): string
  cancelled(count: number): string
  refundComing(amount: string): string
  refundSent(amount: string): string
  nothingBack: string
  noneLeft: string
  someLeft(count: number): string
  refundedSubject(amount: string, event: string): string
  refunded(amount: string): string
  eventCancelledSubject(event: string): string
  eventCancelled: string
  /** The house's own words, as they stand. */
  houseSays(message: string): string
  eventMoneyComing(amount: string): string
  nothingPaid: string
  outOfCalendar: string
  postponedSubject(event: string): string
  postponed(before: string): string
  movedSubject(event: string, date: string): string
  moved(before: string): string
  seatsMovedSubject(event: string, count: number): string
  seatsMoved(count: number): string
  oldPaper: string
  giveBackUntil(moment: string): string
  askTheHouse: string
  doors(time: string): string
  orderPage: string
  reference(orderId: string): string
}

export const MAIL_WORDS: Record<'en' | 'de', MailWords> = {
  en: {
    greeting: (name) => (name === '' ? 'Hello,' : `Hello ${name},`),
    confirmedSubject: (event, date) => `Your tickets: ${event}, ${date}`,
    confirmed: (count) =>
      count === 1
        ? 'the seat is yours. Your ticket is attached, a page to print or to show on your phone.'
        : `the seats are yours. Your ${count} tickets are attached, a page each, to print or to show on your phone.`,
    paid: (amount) => `You paid ${amount}.`,
    atTheDoor: 'At the door each code is scanned once. It works without a network, yours and ours.',
    test: 'This was paid with test money: these tickets admit nobody.',
    cancelledSubject: (event) => `Cancelled: ${event}`,
    cancelled: (count) =>
      count === 1
        ? 'you gave a ticket back. It is void from now on, also as a printout.'
        : `you gave ${count} tickets back. They are void from now on, also as printouts.`,
    refundComing: (amount) =>
      `${amount} are on their way back to where you paid from. You need not do anything; we write again when they have left.`,
    refundSent: (amount) =>
      `We have sent ${amount} back to where you paid from. Until your bank shows it, five to ten days can pass.`,
    nothingBack: 'No money comes back for it.',
    noneLeft: 'You have no tickets left from this booking. The attached file takes it out of your calendar.',
    someLeft: (count) =>
      count === 1
        ? 'One ticket of this booking is still valid; it is attached.'
        : `${count} tickets of this booking are still valid; they are attached.`,
    refundedSubject: (amount, event) => `${amount} sent back: ${event}`,
    refunded: (amount) =>
      `we have sent ${amount} back to where you paid from. Until your bank shows it, five to ten days can pass.`,
    eventCancelledSubject: (event) => `Cancelled by the house: ${event}`,
    eventCancelled: 'this event will not take place: the house has cancelled it. Your tickets are void.',
    houseSays: (message) => `The house writes: ${message}`,
    eventMoneyComing: (amount) =>
      `${amount}, fees included, are on their way back to where you paid from. You need not do anything. Until your bank shows it, five to ten days can pass.`,
    nothingPaid: 'You paid nothing for them, so nothing comes back.',
    outOfCalendar: 'The attached file takes the event out of your calendar.',
    postponedSubject: (event) => `Postponed: ${event}`,
    postponed: (before) =>
      `this event will not take place on ${before}. The new date is not known yet; we write again when it is. Your tickets stay valid.`,
    movedSubject: (event, date) => `New date: ${event}, ${date}`,
    moved: (before) =>
      `this event has been moved: it was to take place on ${before}, and takes place at the time below. Your tickets stay valid; you need not do anything. The attached file moves it in your calendar.`,
    seatsMovedSubject: (event, count) => `${count === 1 ? 'Another seat' : 'Other seats'}: ${event}`,
    seatsMoved: (count) =>
      count === 1
        ? 'the house has moved you to another seat. What you paid stays as it is; you need not do anything but bring the new ticket.'
        : 'the house has moved you to other seats. What you paid stays as it is; you need not do anything but bring the new tickets.',
    oldPaper:
      'The attached file has your tickets as they are now. Printouts and codes from before do not work at the door any more for what was moved.',
    giveBackUntil: (moment) =>
      `If you cannot come, you can give your tickets back until ${moment}, on the page of your booking, under "Give tickets back".`,
    askTheHouse: 'If you cannot come, please ask the house.',
    doors: (time) => `doors ${time}`,
    orderPage: 'The page of your booking:',
    reference: (orderId) => `Booking ${orderId}`,
  },
  de: {
    greeting: (name) => (name === '' ? 'Guten Tag,' : `Guten Tag ${name},`),
    confirmedSubject: (event, date) => `Ihre Karten: ${event}, ${date}`,
    confirmed: (count) =>
      count === 1
        ? 'der Platz gehört Ihnen. Ihre Karte hängt an: eine Seite zum Ausdrucken oder fürs Telefon.'
        : `die Plätze gehören Ihnen. Ihre ${count} Karten hängen an, jede auf einer Seite, zum Ausdrucken oder fürs Telefon.`,
    paid: (amount) => `Bezahlt haben Sie ${amount}.`,
    atTheDoor: 'Am Eingang wird jeder Code einmal gescannt. Das geht ohne Netz, bei Ihnen wie bei uns.',
    test: 'Bezahlt wurde mit Testgeld: Diese Karten gelten nicht am Einlass.',
    cancelledSubject: (event) => `Storniert: ${event}`,
    cancelled: (count) =>
      count === 1
        ? 'Sie haben eine Karte zurückgegeben. Sie gilt ab sofort nicht mehr, auch nicht als Ausdruck.'
        : `Sie haben ${count} Karten zurückgegeben. Sie gelten ab sofort nicht mehr, auch nicht als Ausdruck.`,
    refundComing: (amount) =>
      `${amount} gehen an Ihr Zahlungsmittel zurück. Sie müssen nichts tun; wir schreiben Ihnen, sobald das Geld unterwegs ist.`,
    refundSent: (amount) =>
      `${amount} haben wir an Ihr Zahlungsmittel zurückgegeben. Bis Ihre Bank es zeigt, können fünf bis zehn Tage vergehen.`,
    nothingBack: 'Geld kommt dafür nicht zurück.',
    noneLeft:
      'Aus dieser Buchung haben Sie keine Karten mehr. Die angehängte Datei nimmt den Termin aus Ihrem Kalender.',
    someLeft: (count) =>
      count === 1
        ? 'Eine Karte aus dieser Buchung gilt weiterhin; sie hängt an.'
        : `${count} Karten aus dieser Buchung gelten weiterhin; sie hängen an.`,
    refundedSubject: (amount, event) => `${amount} zurückgezahlt: ${event}`,
    refunded: (amount) =>
      `${amount} haben wir an Ihr Zahlungsmittel zurückgegeben. Bis Ihre Bank es zeigt, können fünf bis zehn Tage vergehen.`,
    eventCancelledSubject: (event) => `Abgesagt: ${event}`,
    eventCancelled:
      'diese Veranstaltung findet nicht statt: Das Haus hat sie abgesagt. Ihre Karten gelten nicht mehr.',
    houseSays: (message) => `Das Haus schreibt: ${message}`,
    eventMoneyComing: (amount) =>
      `${amount}, Gebühren eingeschlossen, gehen an Ihr Zahlungsmittel zurück. Sie müssen nichts tun. Bis Ihre Bank es zeigt, können fünf bis zehn Tage vergehen.`,
    nothingPaid: 'Sie haben dafür nichts bezahlt, darum kommt nichts zurück.',
    outOfCalendar: 'Die angehängte Datei nimmt den Termin aus Ihrem Kalender.',
    postponedSubject: (event) => `Verschoben: ${event}`,
    postponed: (before) =>
      `diese Veranstaltung findet nicht am ${before} statt. Der neue Termin steht noch nicht fest; wir schreiben Ihnen, sobald es ihn gibt. Ihre Karten gelten weiter.`,
    movedSubject: (event, date) => `Neuer Termin: ${event}, ${date}`,
    moved: (before) =>
      `diese Veranstaltung ist verlegt: Sie war für ${before} geplant und findet zum unten genannten Termin statt. Ihre Karten gelten weiter, Sie müssen nichts tun. Die angehängte Datei verlegt den Termin in Ihrem Kalender.`,
    seatsMovedSubject: (event, count) => `${count === 1 ? 'Ein anderer Platz' : 'Andere Plätze'}: ${event}`,
    seatsMoved: (count) =>
      count === 1
        ? 'das Haus hat Ihnen einen anderen Platz gegeben. Am bezahlten Preis ändert sich nichts; bringen Sie nur bitte die neue Karte mit.'
        : 'das Haus hat Ihnen andere Plätze gegeben. Am bezahlten Preis ändert sich nichts; bringen Sie nur bitte die neuen Karten mit.',
    oldPaper:
      'Die angehängte Datei zeigt Ihre Karten, wie sie jetzt gelten. Frühere Ausdrucke und Codes der umgesetzten Plätze gelten am Einlass nicht mehr.',
    giveBackUntil: (moment) =>
      `Wenn Sie nicht kommen können: Bis ${moment} können Sie Ihre Karten zurückgeben, auf der Seite Ihrer Buchung unter „Karten zurückgeben“.`,
    askTheHouse: 'Wenn Sie nicht kommen können, wenden Sie sich bitte an das Haus.',
    doors: (time) => `Einlass ${time}`,
    orderPage: 'Die Seite Ihrer Buchung:',
    reference: (orderId) => `Buchung ${orderId}`,
  },
}
