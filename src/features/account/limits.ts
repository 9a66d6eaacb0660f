/** How long a session lives; an app that is used refreshes it long before. */
export const SESSION_SECONDS = 30 * 24 * 3600

/**
 * Verified tokens that a process remembers, those used last. A token takes about 1 KB (60 MB at most); who was
 * forgotten costs one verification (about 90 µs) at the next call.
 */
export const REMEMBERED_TOKENS = 60_000

/**
 * Erased people of the last 30 days whom a process remembers, the latest, to refuse their guests' tokens without asking
 * the database for every guest: 25 MB at most.
 */
export const ERASED_REMEMBERED = 200_000

/** So often each process looks whose sessions were ended; how long an ended one may still be good elsewhere. */
export const SESSION_END_SEEN_MS = 5_000

/** For so long a staff token is believed without asking the database: a removed member is out after it. */
export const STAFF_TOKEN_TRUSTED_MS = 10_000

/** A link in a mail or a download button lives an hour unless its maker says otherwise; never longer than a day. */
export const LINK_SECONDS_MAX = 24 * 3600

/** Longest token that is looked at, in characters. */
export const TOKEN_LENGTH_MAX = 2_048

/** A mailed code is good for this long, and for this many tries. */
export const CODE_MS = 10 * 60_000
export const CODE_TRIES_MAX = 3

/**
 * Codes that a mailbox is sent in a day, whoever asks, and milliseconds between two for one session. A stranger who
 * uses all of them up has 30 guesses a day at a million codes (one chance in 90 to get in within a year), and the
 * owner's mailbox shows 3,650 mails by then.
 */
export const CODES_A_DAY_MAX = 10
export const RESEND_MS_MIN = 30_000

/** From one address: a campus signs in together, a machine does not go through a list of mailboxes. */
const SIGN_INS_BY_ADDRESS = { perSecond: 5, burst: 300 }
/** Of each session: what no neighbour at the same address can use up. Somebody who mistypes needs less. */
const SIGN_INS_OF_ONE = { perSecond: 1 / 30, burst: 6 }
/** Codes asked for, and codes tried. */
export const SIGN_IN_LIMITS = {
  share: SIGN_INS_OF_ONE,
  shares: SIGN_INS_BY_ADDRESS,
  address: SIGN_INS_BY_ADDRESS,
}

/** Mails with codes that wait to be sent; beyond them none is made. */
export const CODE_MAILS_WAITING_MAX = 1_000

/** Milliseconds before an interrupted move of a guest's things is taken up again, and between looks. */
export const MOVE_RETRY_MS = 5_000
export const MOVES_PER_LOOK = 50

/** The same of an interrupted erasure. Of guests who gave the address, so many go in one look, and with the answer. */
export const ERASURE_RETRY_MS = 5_000
export const ERASURES_PER_LOOK = 50
export const ERASED_GUESTS_PER_LOOK = 100

/** Passkeys of one account, and milliseconds that a challenge is good for. */
export const PASSKEYS_MAX = 20
export const CHALLENGE_MS = 5 * 60_000

/** Guests whose orders one sign-in finds by their mail address; the next sign-in finds more. */
export const GUESTS_FOUND_MAX = 20
/**
 * Guests who gave the address and are looked at for it, those heard of last, and at once. Each took a reservation and a
 * payment that was tried: more of them than this are a day's work for whoever wants to hide somebody's orders.
 */
export const GUESTS_LOOKED_AT_MAX = 50_000
export const GUESTS_PER_LOOK = 1_000
