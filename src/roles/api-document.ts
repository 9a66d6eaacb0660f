import type { OpenApiOptions } from '../platform/http/openapi.ts'

/** The head of the published contract. */
export const API_DOCUMENT: OpenApiOptions = {
  title: 'Usher',
  version: '1.0.0',
  description:
    'Sells every seat exactly once. JSON in snake_case, opaque ids, times in UTC, money in minor units with fees and taxes included. Errors are application/problem+json with a stable `code`.',
  tags: [
    { name: 'Sessions', description: 'Who you are: a guest until you say otherwise.' },
    { name: 'Events', description: 'What is on.' },
    { name: 'Seats', description: 'What is free.' },
    { name: 'Reservations', description: 'Hold seats, ask for more time, let them go.' },
    { name: 'Bookings', description: 'Pay, read, cancel.' },
    { name: 'Tickets', description: 'Show them, print them, verify them.' },
    { name: 'Webhooks', description: 'For payment providers.' },
    { name: 'Operator', description: 'For the house.' },
    { name: 'Development', description: 'Not there in production.' },
    { name: 'Operations', description: 'For those who run it.' },
  ],
}
