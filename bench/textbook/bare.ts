// The ceiling: Bun.serve alone, answering the same POST with a constant after reading its JSON.
const ANSWER = JSON.stringify({
  reservation_id: '1.01932d6e-7c1a-7f3e-9b52-6f1f8f2c4d10',
  event_id: '1',
  status: 'HELD',
})

const server = Bun.serve({
  port: Number(process.env.PORT ?? 0),
  hostname: '127.0.0.1',
  routes: {
    '/healthz': { GET: () => new Response('ok') },
    '/v1/reservations': {
      POST: async (request) => {
        await request.json()
        return new Response(ANSWER, { status: 201, headers: { 'content-type': 'application/json' } })
      },
    },
  },
})
console.log(`listening on ${server.port}`)
