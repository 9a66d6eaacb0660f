import { texts } from '../../i18n/text.tsx'

export const accountText = texts({
  en: {
    title: 'Your tickets on every device',
    why: 'Confirm your mail address once, with a code that we send. What you bought with this address, here or elsewhere, is then wherever you sign in, and no password has to be remembered.',
    email: 'Mail address',
    send: 'Send me a code',
    sent: (email: string) =>
      `If the mail reaches ${email}, there is a code in it. It is good for ten minutes.`,
    sentAgain: (email: string) =>
      `Asked for again. ${email} gets a mail every half minute at most, and the newest code counts.`,
    again: 'Send again',
    code: 'Code from the mail',
    signIn: 'Sign in',
    other: 'Another address',
    byPasskey: 'Sign in with a passkey',
    noPasskey: 'This passkey opens no account here. Sign in by mail, then add it.',
    passkeys: 'Passkeys',
    passkeysWhy:
      'Sign in with your finger, your face or the PIN of your device. Nothing has to be typed or waited for, and nobody can talk you out of it.',
    passkeyMade: (n: number, day: string) => `Passkey ${n}, added on ${day}`,
    passkeyUsed: (day: string) => `Last used on ${day}`,
    passkeyUnused: 'Not used yet',
    passkeyAdd: 'Add a passkey',
    passkeyAdded: 'Added. You can sign in with it from now on.',
    passkeyRemove: 'Remove',
    passkeyRemoveName: (n: number) => `Remove passkey ${n}`,
    passkeyStopped: 'The device did not go through with it. Nothing has been changed.',
    passkeyKnown: 'This device has a passkey for your account already, or the account has as many as it can.',
    signedIn: (email: string) => `Signed in as ${email}.`,
    signOut: 'Sign out everywhere',
    emailWrong: 'This does not look like a mail address. Is there an @ in it?',
    wrongCode: 'This code is not good, or not any more. Look for the newest mail, or ask for another code.',
    tooMany: 'That was often. Wait a little, then try again.',
    noAnswer: 'No answer came. Nothing has been changed; try again.',
  },
  de: {
    title: 'Ihre Karten auf jedem Gerät',
    why: 'Bestätigen Sie einmal Ihre E-Mail-Adresse mit einem Code, den wir schicken. Was Sie mit ihr gekauft haben, hier oder anderswo, ist dann da, wo Sie sich anmelden, und kein Passwort ist zu merken.',
    email: 'E-Mail-Adresse',
    send: 'Code schicken',
    sent: (email: string) => `Kommt die E-Mail bei ${email} an, steht ein Code darin. Er gilt zehn Minuten.`,
    sentAgain: (email: string) =>
      `Noch einmal angefordert. An ${email} geht höchstens jede halbe Minute eine E-Mail, und der neueste Code gilt.`,
    again: 'Noch einmal schicken',
    code: 'Code aus der E-Mail',
    signIn: 'Anmelden',
    other: 'Andere Adresse',
    byPasskey: 'Mit Passkey anmelden',
    noPasskey:
      'Dieser Passkey öffnet hier kein Konto. Melden Sie sich per E-Mail an und fügen Sie ihn dann hinzu.',
    passkeys: 'Passkeys',
    passkeysWhy:
      'Anmelden mit Finger, Gesicht oder der PIN Ihres Geräts. Nichts ist zu tippen oder abzuwarten, und niemand kann ihn Ihnen abschwatzen.',
    passkeyMade: (n: number, day: string) => `Passkey ${n}, hinzugefügt am ${day}`,
    passkeyUsed: (day: string) => `Zuletzt benutzt am ${day}`,
    passkeyUnused: 'Noch nicht benutzt',
    passkeyAdd: 'Passkey hinzufügen',
    passkeyAdded: 'Hinzugefügt. Ab jetzt können Sie sich damit anmelden.',
    passkeyRemove: 'Entfernen',
    passkeyRemoveName: (n: number) => `Passkey ${n} entfernen`,
    passkeyStopped: 'Das Gerät hat es nicht zu Ende geführt. Geändert wurde nichts.',
    passkeyKnown:
      'Dieses Gerät hat schon einen Passkey für Ihr Konto, oder das Konto hat so viele, wie es haben kann.',
    signedIn: (email: string) => `Angemeldet als ${email}.`,
    signOut: 'Überall abmelden',
    emailWrong: 'Das sieht nicht nach einer E-Mail-Adresse aus. Fehlt das @?',
    wrongCode:
      'Dieser Code gilt nicht oder nicht mehr. Sehen Sie in die neueste E-Mail, oder lassen Sie einen neuen schicken.',
    tooMany: 'Das war oft. Warten Sie ein wenig und versuchen Sie es dann noch einmal.',
    noAnswer: 'Es kam keine Antwort. Geändert wurde nichts; versuchen Sie es noch einmal.',
  },
})
