/**
 * Seconds for which a house may let seats be held. Shorter ones end while the page that holds them is still being drawn:
 * availability may be a second old, and a phone takes some more. From there on it is the house's own decision.
 */
export const HOLD_SECONDS_MIN = 5
export const HOLD_SECONDS_MAX = 86_400
