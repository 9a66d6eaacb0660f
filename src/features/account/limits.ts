/** How long a session lives; an app that is used refreshes it long before. */
export const SESSION_SECONDS = 30 * 24 * 3600

/**
 * Verified tokens that a process remembers, those used last. A token takes about 1 KB (60 MB at most); who was
 * forgotten costs one verification (about 90 µs) at the next call.
 */
export const REMEMBERED_TOKENS = 60_000

/** For so long a staff token is believed without asking the database: a removed member is out after it. */
export const STAFF_TOKEN_TRUSTED_MS = 10_000

/** A link in a mail or a download button lives an hour unless its maker says otherwise; never longer than a day. */
export const LINK_SECONDS_MAX = 24 * 3600

/** Longest token that is looked at, in characters. */
export const TOKEN_LENGTH_MAX = 2_048
