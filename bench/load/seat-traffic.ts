/** Buyers who hold four seats and let them go, so that seats change at a given rate; off until it is switched on. */
export type Traffic = {
  set(on: boolean): void
  /** Seats whose state the API has changed so far. */
  sent(): number
  stop(): Promise<void>
}

const SEATS_PER_HOLD = 4
/** Longer than changes are gathered, so that each of them is sent to whoever watches. */
const HELD_MS = 500

export async function startTraffic(
  base: string,
  eventId: string,
  changesPerSecond: number,
): Promise<Traffic> {
  let on = false
  let ended = false
  let sent = 0
  let asked = 0
  let beganMs = 0
  const call = (method: string, path: string, token?: string, body?: unknown): Promise<Response> =>
    fetch(`${base}${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  const list = await call('GET', `/v1/events/${eventId}/seats?status=AVAILABLE`)
  const { seats } = (await list.json()) as { seats: { seat_id: string }[] }
  const ids = seats.map(({ seat_id }) => seat_id)

  const run = async (buyer: number): Promise<void> => {
    const session = await call('POST', '/v1/sessions', undefined, {})
    const { access_token: token } = (await session.json()) as { access_token: string }
    for (let round = 0; !ended; round++) {
      if (!on || asked > ((performance.now() - beganMs) / 1_000) * changesPerSecond) {
        await Bun.sleep(4)
        continue
      }
      asked += SEATS_PER_HOLD * 2
      const at = ((buyer * 1_201 + round * 97) * SEATS_PER_HOLD) % (ids.length - SEATS_PER_HOLD)
      const held = await call('POST', '/v1/reservations', token, {
        event_id: eventId,
        seat_ids: ids.slice(at, at + SEATS_PER_HOLD),
      })
      const body = (await held.json()) as { reservation_id?: string }
      if (held.status !== 201) {
        asked -= SEATS_PER_HOLD * 2
        continue
      }
      sent += SEATS_PER_HOLD
      await Bun.sleep(HELD_MS)
      await call('DELETE', `/v1/reservations/${body.reservation_id}`, token)
      sent += SEATS_PER_HOLD
    }
  }
  // As many as the rate needs while each waits for half a second and its answers.
  const buyers = Math.ceil((changesPerSecond / (SEATS_PER_HOLD * 2)) * (HELD_MS / 1_000) * 2)
  const running = Promise.all(Array.from({ length: buyers }, (_, buyer) => run(buyer)))
  return {
    set(wanted) {
      if (wanted && !on) {
        beganMs = performance.now()
        asked = 0
      }
      on = wanted
    },
    sent: () => sent,
    async stop() {
      ended = true
      await running
    },
  }
}
