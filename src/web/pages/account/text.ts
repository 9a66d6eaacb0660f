import { texts } from '../../i18n/text.tsx'

export const accountText = texts({
  en: {
    title: 'Your tickets on every device',
    why: 'Confirm your mail address once, with a code that we send. What you buy is then wherever you sign in, and no password has to be remembered.',
    email: 'Mail address',
    send: 'Send me a code',
    sent: (email: string) =>
      `If the mail reaches ${email}, there is a code in it. It is good for ten minutes.`,
    code: 'Code from the mail',
    signIn: 'Sign in',
    other: 'Another address',
    signedIn: (email: string) => `Signed in as ${email}.`,
    signOut: 'Sign out everywhere',
    emailWrong: 'This does not look like a mail address. Is there an @ in it?',
    wrongCode: 'This code is not good, or not any more. Look for the newest mail, or ask for another code.',
    tooMany: 'That was often. Wait a little, then try again.',
    noAnswer: 'No answer came. Nothing has been changed; try again.',
  },
  de: {
    title: 'Ihre Karten auf jedem Gerät',
    why: 'Bestätigen Sie einmal Ihre E-Mail-Adresse mit einem Code, den wir schicken. Dann ist da, was Sie kaufen, wo Sie sich anmelden, und kein Passwort ist zu merken.',
    email: 'E-Mail-Adresse',
    send: 'Code schicken',
    sent: (email: string) => `Kommt die E-Mail bei ${email} an, steht ein Code darin. Er gilt zehn Minuten.`,
    code: 'Code aus der E-Mail',
    signIn: 'Anmelden',
    other: 'Andere Adresse',
    signedIn: (email: string) => `Angemeldet als ${email}.`,
    signOut: 'Überall abmelden',
    emailWrong: 'Das sieht nicht nach einer E-Mail-Adresse aus. Fehlt das @?',
    wrongCode:
      'Dieser Code gilt nicht oder nicht mehr. Sehen Sie in die neueste E-Mail, oder lassen Sie einen neuen schicken.',
    tooMany: 'Das war oft. Warten Sie ein wenig und versuchen Sie es dann noch einmal.',
    noAnswer: 'Es kam keine Antwort. Geändert wurde nichts; versuchen Sie es noch einmal.',
  },
})
