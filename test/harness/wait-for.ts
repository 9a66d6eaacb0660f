/** Milliseconds between two looks. */
const LOOK_AGAIN_MS = 10

/**
 * Waits until `condition` gives something other than false, null or undefined, and returns it. A test that waits for
 * a fixed time is slow on a fast machine and wrong on a slow one.
 */
export async function waitFor<T>(
  what: string,
  condition: () => T | Promise<T>,
  deadlineMs = 10_000,
): Promise<NonNullable<Exclude<T, false>>> {
  const started = performance.now()
  let last: unknown
  for (;;) {
    try {
      const found = await condition()
      if (found !== false && found !== null && found !== undefined)
        return found as NonNullable<Exclude<T, false>>
      last = undefined
    } catch (error) {
      last = error
    }
    if (performance.now() - started > deadlineMs) {
      throw new Error(`waited ${deadlineMs} ms for ${what}`, { cause: last })
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
  }
}
