// Written by scripts/api-types.ts from /openapi.json; a test holds it to the server's own document.
export interface paths {
  '/dev/mail': {
    get: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never }
      requestBody?: never
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'text/html': unknown } }
        403: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/dev/mail/{name}': {
    get: {
      parameters: { query?: never; header?: never; path: { name: string }; cookie?: never }
      requestBody?: never
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'message/rfc822': unknown } }
        403: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        404: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/media/{name}': {
    get: {
      parameters: { query?: never; header?: never; path: { name: string }; cookie?: never }
      requestBody?: never
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'image/webp': unknown } }
        304: { headers: { [name: string]: unknown }; content?: never }
        404: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/bookings': {
    get: {
      parameters: {
        query?: { limit?: number; cursor?: string }
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            'application/json': {
              items: {
                booking_id: string
                status: 'PENDING' | 'CONFIRMED' | 'FAILED' | 'CANCELLED'
                event_id: string
                event_name: string
                starts_at: string | null
                reservation_id: string
                seats: {
                  seat_id: string | null
                  area_id: string | null
                  section: string | null
                  row: string | null
                  number: string | null
                  category: string | null
                  price_type: string | null
                  price: { amount: number; currency: string }
                }[]
                areas: {
                  seat_id: string | null
                  area_id: string | null
                  section: string | null
                  row: string | null
                  number: string | null
                  category: string | null
                  price_type: string | null
                  price: { amount: number; currency: string }
                  quantity: number
                }[]
                total: { amount: number; currency: string }
                breakdown: {
                  tickets: { amount: number; currency: string }
                  ticket_fees: { amount: number; currency: string }
                  order_fee: { amount: number; currency: string }
                  order_fee_refundable: { amount: number; currency: string }
                  tax_included: { amount: number; currency: string }
                }
                tickets: {
                  ticket_id: string
                  status: 'pending' | 'valid' | 'void'
                  code: string | null
                  serial: number | null
                  seat_id: string | null
                  area_id: string | null
                  section: string | null
                  row: string | null
                  number: string | null
                  category: string | null
                  price_type: string | null
                  price: { amount: number; currency: string }
                  refundable: { amount: number; currency: string }
                }[]
                payment: {
                  provider: string | null
                  status:
                    'none' | 'pending' | 'authorized' | 'captured' | 'declined' | 'returned' | 'refunded'
                }
                refunded: {
                  status: 'none' | 'pending' | 'partial' | 'full'
                  amount: number
                  currency: string
                }
                failure: { code: string; decline_code: string | null } | null
                next_action:
                  ({ type: 'redirect'; url: string } | { type: 'stripe'; client_secret: string }) | null
                version: number | null
                livemode: boolean
                created_at: string
                settled_at: string | null
                cancelled_at: string | null
              }[]
              next_cursor: string | null
            }
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        403: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    put?: never
    post: {
      parameters: { query?: never; header?: { 'Idempotency-Key'?: string }; path?: never; cookie?: never }
      requestBody: {
        content: {
          'application/json': {
            reservation_id: string
            payment_token?: string
            payment_provider?: string
            idempotency_key?: string
            buyer?: { name?: string; email?: string; locale?: string }
            return_url?: string
          }
        }
      }
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            'application/json': {
              booking_id: string
              status: 'PENDING' | 'CONFIRMED' | 'FAILED' | 'CANCELLED'
              event_id: string
              event_name: string
              starts_at: string | null
              reservation_id: string
              seats: {
                seat_id: string | null
                area_id: string | null
                section: string | null
                row: string | null
                number: string | null
                category: string | null
                price_type: string | null
                price: { amount: number; currency: string }
              }[]
              areas: {
                seat_id: string | null
                area_id: string | null
                section: string | null
                row: string | null
                number: string | null
                category: string | null
                price_type: string | null
                price: { amount: number; currency: string }
                quantity: number
              }[]
              total: { amount: number; currency: string }
              breakdown: {
                tickets: { amount: number; currency: string }
                ticket_fees: { amount: number; currency: string }
                order_fee: { amount: number; currency: string }
                order_fee_refundable: { amount: number; currency: string }
                tax_included: { amount: number; currency: string }
              }
              tickets: {
                ticket_id: string
                status: 'pending' | 'valid' | 'void'
                code: string | null
                serial: number | null
                seat_id: string | null
                area_id: string | null
                section: string | null
                row: string | null
                number: string | null
                category: string | null
                price_type: string | null
                price: { amount: number; currency: string }
                refundable: { amount: number; currency: string }
              }[]
              payment: {
                provider: string | null
                status: 'none' | 'pending' | 'authorized' | 'captured' | 'declined' | 'returned' | 'refunded'
              }
              refunded: { status: 'none' | 'pending' | 'partial' | 'full'; amount: number; currency: string }
              failure: { code: string; decline_code: string | null } | null
              next_action:
                ({ type: 'redirect'; url: string } | { type: 'stripe'; client_secret: string }) | null
              version: number | null
              livemode: boolean
              created_at: string
              settled_at: string | null
              cancelled_at: string | null
            }
          }
        }
        201: {
          headers: { [name: string]: unknown }
          content: {
            'application/json': {
              booking_id: string
              status: 'PENDING' | 'CONFIRMED' | 'FAILED' | 'CANCELLED'
              event_id: string
              event_name: string
              starts_at: string | null
              reservation_id: string
              seats: {
                seat_id: string | null
                area_id: string | null
                section: string | null
                row: string | null
                number: string | null
                category: string | null
                price_type: string | null
                price: { amount: number; currency: string }
              }[]
              areas: {
                seat_id: string | null
                area_id: string | null
                section: string | null
                row: string | null
                number: string | null
                category: string | null
                price_type: string | null
                price: { amount: number; currency: string }
                quantity: number
              }[]
              total: { amount: number; currency: string }
              breakdown: {
                tickets: { amount: number; currency: string }
                ticket_fees: { amount: number; currency: string }
                order_fee: { amount: number; currency: string }
                order_fee_refundable: { amount: number; currency: string }
                tax_included: { amount: number; currency: string }
              }
              tickets: {
                ticket_id: string
                status: 'pending' | 'valid' | 'void'
                code: string | null
                serial: number | null
                seat_id: string | null
                area_id: string | null
                section: string | null
                row: string | null
                number: string | null
                category: string | null
                price_type: string | null
                price: { amount: number; currency: string }
                refundable: { amount: number; currency: string }
              }[]
              payment: {
                provider: string | null
                status: 'none' | 'pending' | 'authorized' | 'captured' | 'declined' | 'returned' | 'refunded'
              }
              refunded: { status: 'none' | 'pending' | 'partial' | 'full'; amount: number; currency: string }
              failure: { code: string; decline_code: string | null } | null
              next_action:
                ({ type: 'redirect'; url: string } | { type: 'stripe'; client_secret: string }) | null
              version: number | null
              livemode: boolean
              created_at: string
              settled_at: string | null
              cancelled_at: string | null
            }
          }
        }
        202: {
          headers: { [name: string]: unknown }
          content: {
            'application/json': {
              booking_id: string
              status: 'PENDING' | 'CONFIRMED' | 'FAILED' | 'CANCELLED'
              event_id: string
              event_name: string
              starts_at: string | null
              reservation_id: string
              seats: {
                seat_id: string | null
                area_id: string | null
                section: string | null
                row: string | null
                number: string | null
                category: string | null
                price_type: string | null
                price: { amount: number; currency: string }
              }[]
              areas: {
                seat_id: string | null
                area_id: string | null
                section: string | null
                row: string | null
                number: string | null
                category: string | null
                price_type: string | null
                price: { amount: number; currency: string }
                quantity: number
              }[]
              total: { amount: number; currency: string }
              breakdown: {
                tickets: { amount: number; currency: string }
                ticket_fees: { amount: number; currency: string }
                order_fee: { amount: number; currency: string }
                order_fee_refundable: { amount: number; currency: string }
                tax_included: { amount: number; currency: string }
              }
              tickets: {
                ticket_id: string
                status: 'pending' | 'valid' | 'void'
                code: string | null
                serial: number | null
                seat_id: string | null
                area_id: string | null
                section: string | null
                row: string | null
                number: string | null
                category: string | null
                price_type: string | null
                price: { amount: number; currency: string }
                refundable: { amount: number; currency: string }
              }[]
              payment: {
                provider: string | null
                status: 'none' | 'pending' | 'authorized' | 'captured' | 'declined' | 'returned' | 'refunded'
              }
              refunded: { status: 'none' | 'pending' | 'partial' | 'full'; amount: number; currency: string }
              failure: { code: string; decline_code: string | null } | null
              next_action:
                ({ type: 'redirect'; url: string } | { type: 'stripe'; client_secret: string }) | null
              version: number | null
              livemode: boolean
              created_at: string
              settled_at: string | null
              cancelled_at: string | null
            }
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        402: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        403: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        404: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        409: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        413: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        415: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/bookings/{booking_id}': {
    get: {
      parameters: { query?: never; header?: never; path: { booking_id: string }; cookie?: never }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            'application/json': {
              booking_id: string
              status: 'PENDING' | 'CONFIRMED' | 'FAILED' | 'CANCELLED'
              event_id: string
              event_name: string
              starts_at: string | null
              reservation_id: string
              seats: {
                seat_id: string | null
                area_id: string | null
                section: string | null
                row: string | null
                number: string | null
                category: string | null
                price_type: string | null
                price: { amount: number; currency: string }
              }[]
              areas: {
                seat_id: string | null
                area_id: string | null
                section: string | null
                row: string | null
                number: string | null
                category: string | null
                price_type: string | null
                price: { amount: number; currency: string }
                quantity: number
              }[]
              total: { amount: number; currency: string }
              breakdown: {
                tickets: { amount: number; currency: string }
                ticket_fees: { amount: number; currency: string }
                order_fee: { amount: number; currency: string }
                order_fee_refundable: { amount: number; currency: string }
                tax_included: { amount: number; currency: string }
              }
              tickets: {
                ticket_id: string
                status: 'pending' | 'valid' | 'void'
                code: string | null
                serial: number | null
                seat_id: string | null
                area_id: string | null
                section: string | null
                row: string | null
                number: string | null
                category: string | null
                price_type: string | null
                price: { amount: number; currency: string }
                refundable: { amount: number; currency: string }
              }[]
              payment: {
                provider: string | null
                status: 'none' | 'pending' | 'authorized' | 'captured' | 'declined' | 'returned' | 'refunded'
              }
              refunded: { status: 'none' | 'pending' | 'partial' | 'full'; amount: number; currency: string }
              failure: { code: string; decline_code: string | null } | null
              next_action:
                ({ type: 'redirect'; url: string } | { type: 'stripe'; client_secret: string }) | null
              version: number | null
              livemode: boolean
              created_at: string
              settled_at: string | null
              cancelled_at: string | null
            }
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        403: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        404: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/bookings/{booking_id}/apple-wallet': {
    get: {
      parameters: { query?: never; header?: never; path: { booking_id: string }; cookie?: never }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: { 'application/vnd.apple.pkpass': unknown; 'application/vnd.apple.pkpasses': unknown }
        }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        404: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        409: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/bookings/{booking_id}/calendar.ics': {
    get: {
      parameters: { query?: never; header?: never; path: { booking_id: string }; cookie?: never }
      requestBody?: never
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'text/calendar': unknown } }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        404: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/bookings/{booking_id}/cancel': {
    get?: never
    put?: never
    post: {
      parameters: {
        query?: never
        header?: { 'Idempotency-Key'?: string }
        path: { booking_id: string }
        cookie?: never
      }
      requestBody?: { content: { 'application/json': { ticket_ids?: string[] } } }
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            'application/json': {
              booking_id: string
              status: 'PENDING' | 'CONFIRMED' | 'FAILED' | 'CANCELLED'
              event_id: string
              event_name: string
              starts_at: string | null
              reservation_id: string
              seats: {
                seat_id: string | null
                area_id: string | null
                section: string | null
                row: string | null
                number: string | null
                category: string | null
                price_type: string | null
                price: { amount: number; currency: string }
              }[]
              areas: {
                seat_id: string | null
                area_id: string | null
                section: string | null
                row: string | null
                number: string | null
                category: string | null
                price_type: string | null
                price: { amount: number; currency: string }
                quantity: number
              }[]
              total: { amount: number; currency: string }
              breakdown: {
                tickets: { amount: number; currency: string }
                ticket_fees: { amount: number; currency: string }
                order_fee: { amount: number; currency: string }
                order_fee_refundable: { amount: number; currency: string }
                tax_included: { amount: number; currency: string }
              }
              tickets: {
                ticket_id: string
                status: 'pending' | 'valid' | 'void'
                code: string | null
                serial: number | null
                seat_id: string | null
                area_id: string | null
                section: string | null
                row: string | null
                number: string | null
                category: string | null
                price_type: string | null
                price: { amount: number; currency: string }
                refundable: { amount: number; currency: string }
              }[]
              payment: {
                provider: string | null
                status: 'none' | 'pending' | 'authorized' | 'captured' | 'declined' | 'returned' | 'refunded'
              }
              refunded: { status: 'none' | 'pending' | 'partial' | 'full'; amount: number; currency: string }
              failure: { code: string; decline_code: string | null } | null
              next_action:
                ({ type: 'redirect'; url: string } | { type: 'stripe'; client_secret: string }) | null
              version: number | null
              livemode: boolean
              created_at: string
              settled_at: string | null
              cancelled_at: string | null
            }
          }
        }
        202: {
          headers: { [name: string]: unknown }
          content: {
            'application/json': {
              booking_id: string
              status: 'PENDING' | 'CONFIRMED' | 'FAILED' | 'CANCELLED'
              event_id: string
              event_name: string
              starts_at: string | null
              reservation_id: string
              seats: {
                seat_id: string | null
                area_id: string | null
                section: string | null
                row: string | null
                number: string | null
                category: string | null
                price_type: string | null
                price: { amount: number; currency: string }
              }[]
              areas: {
                seat_id: string | null
                area_id: string | null
                section: string | null
                row: string | null
                number: string | null
                category: string | null
                price_type: string | null
                price: { amount: number; currency: string }
                quantity: number
              }[]
              total: { amount: number; currency: string }
              breakdown: {
                tickets: { amount: number; currency: string }
                ticket_fees: { amount: number; currency: string }
                order_fee: { amount: number; currency: string }
                order_fee_refundable: { amount: number; currency: string }
                tax_included: { amount: number; currency: string }
              }
              tickets: {
                ticket_id: string
                status: 'pending' | 'valid' | 'void'
                code: string | null
                serial: number | null
                seat_id: string | null
                area_id: string | null
                section: string | null
                row: string | null
                number: string | null
                category: string | null
                price_type: string | null
                price: { amount: number; currency: string }
                refundable: { amount: number; currency: string }
              }[]
              payment: {
                provider: string | null
                status: 'none' | 'pending' | 'authorized' | 'captured' | 'declined' | 'returned' | 'refunded'
              }
              refunded: { status: 'none' | 'pending' | 'partial' | 'full'; amount: number; currency: string }
              failure: { code: string; decline_code: string | null } | null
              next_action:
                ({ type: 'redirect'; url: string } | { type: 'stripe'; client_secret: string }) | null
              version: number | null
              livemode: boolean
              created_at: string
              settled_at: string | null
              cancelled_at: string | null
            }
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        403: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        404: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        409: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        413: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        415: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/bookings/{booking_id}/downloads': {
    get: {
      parameters: { query?: never; header?: never; path: { booking_id: string }; cookie?: never }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            'application/json': {
              tickets_pdf: string
              calendar_ics: string
              apple_wallet: string | null
              google_wallet: string | null
              expires_at: string
            }
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        403: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        404: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/bookings/{booking_id}/google-wallet': {
    get: {
      parameters: { query?: never; header?: never; path: { booking_id: string }; cookie?: never }
      requestBody?: never
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': { url: string } } }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        403: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        404: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        409: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/bookings/{booking_id}/tickets.pdf': {
    get: {
      parameters: { query?: never; header?: never; path: { booking_id: string }; cookie?: never }
      requestBody?: never
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/pdf': unknown } }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        404: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        409: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/events': {
    get: {
      parameters: {
        query?: {
          keyword?: string
          city?: string
          from?: string
          to?: string
          genre?: string
          type?: string
          near?: string
          radius_km?: number
          price_max?: number
          production?: string
          sale?: 'on_sale' | 'soon'
          sort?: 'relevance' | 'date' | 'name' | 'price' | 'on_sale' | 'newest'
          limit?: number
          cursor?: string
        }
        header?: { 'Accept-Language'?: string }
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            'application/json': {
              items: {
                event_id: string
                production_id: string | null
                name: string
                type: string
                genres: string[]
                status: 'published' | 'postponed' | 'cancelled' | 'ended'
                starts_at: string
                starts_at_precision: 'time' | 'day'
                starts_on: string
                on_sale_at: string | null
                sale: 'announced' | 'on_sale' | 'ended'
                venue: { name: string; city: string; country: string | null; timezone: string }
                room: string | null
                performers: { name: string; kind: 'person' | 'group'; role: string | null }[]
                image_url: string | null
                picture: {
                  alt: string | null
                  width: number
                  height: number
                  sources: { url: string; width: number }[]
                  preview_url: string
                } | null
                price_from: { amount: number; currency: string } | null
                availability: 'available' | 'few_left' | 'sold_out'
                score: number
              }[]
              next_cursor: string | null
              total: number
              counts_capped: boolean
              understood?: {
                words: string[]
                corrected: { from: string; to: string }[]
                ignored: string[]
                days: { from: string; to: string } | null
              }
              facets: {
                city: { value: string; count: number }[]
                genre: { value: string; count: number }[]
                type: { value: string; count: number }[]
              }
            }
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/events/suggest': {
    get: {
      parameters: { query: { q: string; limit?: number }; header?: never; path?: never; cookie?: never }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            'application/json': {
              items: {
                text: string
                kind: 'event' | 'performer' | 'composer' | 'work' | 'venue' | 'city'
                count: number
              }[]
            }
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/events/{event_id}': {
    get: {
      parameters: {
        query?: never
        header?: { 'If-None-Match'?: string }
        path: { event_id: string }
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            'application/json': {
              event_id: string
              production_id: string | null
              organiser_id: string
              revision: number
              name: string
              names: { [name: string]: string }
              description: string | null
              type: string
              genres: string[]
              status: 'published' | 'postponed' | 'cancelled' | 'ended'
              starts_at: string
              starts_at_precision: 'time' | 'day'
              starts_on: string
              doors_at: string | null
              duration_minutes: number | null
              venue: {
                venue_id: string
                name: string
                street: string | null
                city: string
                metro: string | null
                region: string | null
                country: string | null
                timezone: string
                lat: number | null
                lon: number | null
              }
              room: string | null
              performers: { name: string; kind: 'person' | 'group'; role: string | null }[]
              works: { title: string; composer: string | null }[]
              image_url: string | null
              picture: {
                alt: string | null
                width: number
                height: number
                sources: { url: string; width: number }[]
                preview_url: string
              } | null
              sale: 'announced' | 'on_sale' | 'ended'
              on_sale_at: string | null
              on_sale_until: string | null
              phases: {
                id: string
                starts_at: string | null
                ends_at: string | null
                access: 'open' | 'code'
                tickets_per_buyer: number | null
                price_from: { amount: number; currency: string } | null
                prices?: {
                  category: string
                  category_index: number
                  price_type: string
                  price: { amount: number; currency: string }
                  fee_included: { amount: number; currency: string }
                  tax_included: { amount: number; currency: string }
                }[]
              }[]
              takes_codes: boolean
              availability: 'available' | 'few_left' | 'sold_out'
              price_from: { amount: number; currency: string } | null
              currency: string
              layout_hash: string | null
              layout_url: string | null
              places: { seats: number; areas: number; wheelchair: number; companion: number } | null
              categories: { index: number; name: string; color: string }[]
              price_types: { id: string; name: string; min_per_order: number; max_per_order: number | null }[]
              prices: {
                category: string
                category_index: number
                price_type: string
                price: { amount: number; currency: string }
                fee_included: { amount: number; currency: string }
                tax_included: { amount: number; currency: string }
              }[]
              prices_until: string | null
              order_fee: { amount: number; currency: string }
              fees: {
                name: string
                per: 'ticket' | 'order'
                amount: { amount: number; currency: string }
                rate: number
                refundable: boolean
              }[]
              taxes: { name: string; rate: number; included: boolean }[]
              limits: {
                tickets_per_buyer: number
                hold_seconds: number
                extensions_max: number
                extension_seconds: number
                no_orphan_seats: boolean
              }
              identity_required: 'guest' | 'email'
              refund: { allowed: boolean; until: string | null }
              queue: { state: string }
            }
          }
        }
        304: { headers: { [name: string]: unknown }; content?: never }
        404: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/events/{event_id}/access-code': {
    get?: never
    put?: never
    post: {
      parameters: { query?: never; header?: never; path: { event_id: string }; cookie?: never }
      requestBody: { content: { 'application/json': { access_code: string } } }
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            'application/json': {
              event_id: string
              opens: 'phase' | 'allotment'
              phase: string | null
              is_open: boolean
              version: number
              layout: string
              seats: string
              areas: { [name: string]: number }
              tickets_per_buyer: number
              prices?: {
                category: string
                category_index: number
                price_type: string
                price: { amount: number; currency: string }
                fee_included: { amount: number; currency: string }
                tax_included: { amount: number; currency: string }
              }[]
            }
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        403: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        404: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        409: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        413: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        415: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/events/{event_id}/availability': {
    get: {
      parameters: {
        query?: { min_version?: number }
        header?: { 'If-None-Match'?: string }
        path: { event_id: string }
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            'application/json': {
              event_id: string
              version: number
              layout: string
              seats: string
              areas: { [name: string]: number }
            }
          }
        }
        304: { headers: { [name: string]: unknown }; content?: never }
        400: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        404: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/events/{event_id}/seats': {
    get: {
      parameters: {
        query?: {
          section?: string
          status?: 'AVAILABLE' | 'HELD' | 'BOOKED' | 'BLOCKED'
          min_version?: number
        }
        header?: never
        path: { event_id: string }
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            'application/json': {
              event_id: string
              version: number
              seats: {
                seat_id: string
                section: string
                row: string
                number: string
                category: string
                status: 'AVAILABLE' | 'HELD' | 'BOOKED' | 'BLOCKED'
                price: { amount: number; currency: string } | null
              }[]
              areas: {
                area_id: string
                name: string
                category: string
                capacity: number
                remaining: number
                price: { amount: number; currency: string } | null
              }[]
            }
          }
        }
        304: { headers: { [name: string]: unknown }; content?: never }
        400: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        404: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/events/{event_id}/stream': {
    get: {
      parameters: {
        query?: { last_event_id?: string }
        header?: { 'Last-Event-ID'?: string }
        path: { event_id: string }
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'text/event-stream': unknown } }
        400: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        404: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/layouts/{hash}': {
    get: {
      parameters: { query?: never; header?: never; path: { hash: string }; cookie?: never }
      requestBody?: never
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': unknown } }
        304: { headers: { [name: string]: unknown }; content?: never }
        404: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/me': {
    get: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            'application/json': {
              user_id: string
              kind: 'guest' | 'account'
              name: string | null
              email: string | null
              email_verified: boolean
              phone: string | null
              locale: string | null
              passkeys: number
            }
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        403: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    put?: never
    post?: never
    delete: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never }
      requestBody?: never
      responses: {
        204: { headers: { [name: string]: unknown }; content?: never }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        403: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    options?: never
    head?: never
    patch: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never }
      requestBody?: { content: { 'application/json': { name?: string; phone?: string; locale?: string } } }
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            'application/json': {
              user_id: string
              kind: 'guest' | 'account'
              name: string | null
              email: string | null
              email_verified: boolean
              phone: string | null
              locale: string | null
              passkeys: number
            }
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        403: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        409: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        413: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        415: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    trace?: never
  }
  '/v1/me/export': {
    get: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            'application/json': {
              made_at: string
              people: {
                user_id: string
                name: string | null
                email: string | null
                email_verified_at: string | null
                email_hash: string | null
                phone: string | null
                locale: string | null
                created_at: string | null
                updated_at: string | null
                consents: { [name: string]: unknown }[]
                events: { [name: string]: unknown }[]
                passkeys: { [name: string]: unknown }[]
                guests_taken_over: { [name: string]: unknown }[]
              }
              money: {
                orders: { [name: string]: unknown }[]
                remembered_requests: { [name: string]: unknown }[]
              }
              inventory: { events: { [name: string]: unknown }[] }
              delivery: { mails: { [name: string]: unknown }[] }
              catalog: { events: { event_id: string; name: string }[] }
            }
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        403: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/me/passkeys': {
    get: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            'application/json': {
              items: { passkey_id: string; created_at: string; last_used_at: string | null }[]
            }
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        403: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    put?: never
    post: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never }
      requestBody: {
        content: {
          'application/json': {
            credential: {
              id: string
              rawId: string
              type: 'public-key'
              response: { clientDataJSON: string }
            }
          }
        }
      }
      responses: {
        201: { headers: { [name: string]: unknown }; content: { 'application/json': { passkey_id: string } } }
        400: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        403: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        409: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        413: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        415: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/me/passkeys/options': {
    get?: never
    put?: never
    post: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never }
      requestBody?: never
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': { challenge: string } } }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        403: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        409: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/me/passkeys/{passkey_id}': {
    get?: never
    put?: never
    post?: never
    delete: {
      parameters: { query?: never; header?: never; path: { passkey_id: string }; cookie?: never }
      requestBody?: never
      responses: {
        204: { headers: { [name: string]: unknown }; content?: never }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        403: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        404: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/operator/events': {
    get: {
      parameters: {
        query?: {
          status?: 'draft' | 'published' | 'postponed' | 'cancelled' | 'ended'
          limit?: number
          cursor?: string
        }
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            'application/json': {
              items: {
                event_id: string
                organiser_id: string
                external_id: string | null
                revision: number
                status: 'draft' | 'published' | 'postponed' | 'cancelled' | 'ended'
                name: string
                starts_at: string
                venue: { name: string; city: string; timezone: string }
                sales: {
                  capacity: number
                  remaining: number
                  orders: number
                  tickets: number
                  charged: { amount: number; currency: string }
                  refunded: { amount: number; currency: string }
                }
              }[]
              next_cursor: string | null
            }
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        403: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        404: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    put?: never
    post: {
      parameters: { query?: { dry_run?: boolean }; header?: never; path?: never; cookie?: never }
      requestBody?: {
        content: {
          'application/json': {
            external_id?: string
            status?: 'draft' | 'published'
            organiser_id?: string
            name?: string | { [name: string]: string }
            description?: (string | { [name: string]: string }) | null
            language?: string
            type?: string
            genres?: string[]
            image_url?: string | null
            start?: string
            doors?: string | null
            duration_minutes?: number | null
            venue?: {
              name: string
              city: string
              street?: string | null
              region?: string | null
              country?: string | null
              timezone?: string
              lat?: number | null
              lon?: number | null
            }
            room?: string | null
            production?: { id: string; name: string } | null
            performers?: { name: string; kind?: 'person' | 'group'; role?: string | null }[]
            works?: { title: string; composer?: string | null }[]
            layout?: string
            currency?: string
            on_sale?: { from?: string | null; until?: string | null }
            limits?: {
              tickets_per_buyer?: number
              hold_seconds?: number
              extensions?: number
              extension_seconds?: number
              no_orphan_seats?: boolean
            }
            identity?: 'guest' | 'email'
            refund?: { allowed?: boolean; until?: string | null }
            price_types?: {
              id: string
              name: string | { [name: string]: string }
              min?: number
              max?: number | null
            }[]
            prices?: { [name: string]: number | { [name: string]: number | null } }
            fees?: {
              name: string
              per: 'ticket' | 'order'
              amount?: number
              percent?: number
              refundable?: boolean
            }[]
            taxes?: { name: string; percent: number; included: boolean; on?: 'all' | 'tickets' | 'fees' }[]
            phases?: {
              id: string
              from?: string | null
              until?: string | null
              access?: 'open' | 'code'
              tickets_per_buyer?: number | null
              capacity?: number | null
              prices?: { [name: string]: number | { [name: string]: number } }
              codes?: { code: string; uses?: number | null }[]
            }[]
            allotments?: {
              name: string
              release?: string | null
              seats?: (
                | string
                | {
                    section: string
                    row?: string | number
                    rows?: (string | number)[]
                    seats?: (string | number) | (string | number)[]
                  }
              )[]
              areas?: { [name: string]: number }
              codes?: { code: string; uses?: number | null }[]
            }[]
            blocked?: (
              | string
              | {
                  section: string
                  row?: string | number
                  rows?: (string | number)[]
                  seats?: (string | number) | (string | number)[]
                }
            )[]
          }
        }
      }
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            'application/json':
              | {
                  event: {
                    event_id: string
                    organiser_id: string
                    external_id: string | null
                    revision: number
                    status: 'draft' | 'published' | 'postponed' | 'cancelled' | 'ended'
                    name: string
                    starts_at: string
                    venue: { name: string; city: string; timezone: string }
                    sales: {
                      capacity: number
                      remaining: number
                      orders: number
                      tickets: number
                      charged: { amount: number; currency: string }
                      refunded: { amount: number; currency: string }
                    }
                    opened: boolean
                    codes: { [name: string]: number }
                    spec: {
                      event_id?: string | number
                      external_id?: string
                      status?: 'draft' | 'published' | 'postponed' | 'cancelled'
                      name?: string | { [name: string]: string }
                      description?: (string | { [name: string]: string }) | null
                      language?: string
                      type?: string
                      genres?: string[]
                      image_url?: string | null
                      start?: string
                      doors?: string | null
                      duration_minutes?: number | null
                      venue?: {
                        name: string
                        city: string
                        street?: string | null
                        region?: string | null
                        country?: string | null
                        timezone?: string
                        lat?: number | null
                        lon?: number | null
                      }
                      room?: string | null
                      production?: { id: string; name: string } | null
                      performers?: { name: string; kind?: 'person' | 'group'; role?: string | null }[]
                      works?: { title: string; composer?: string | null }[]
                      layout?: string
                      currency?: string
                      on_sale?: { from?: string | null; until?: string | null }
                      limits?: {
                        tickets_per_buyer?: number
                        hold_seconds?: number
                        extensions?: number
                        extension_seconds?: number
                        no_orphan_seats?: boolean
                      }
                      identity?: 'guest' | 'email'
                      refund?: { allowed?: boolean; until?: string | null }
                      price_types?: {
                        id: string
                        name: string | { [name: string]: string }
                        min?: number
                        max?: number | null
                      }[]
                      prices?: { [name: string]: number | { [name: string]: number | null } }
                      fees?: {
                        name: string
                        per: 'ticket' | 'order'
                        amount?: number
                        percent?: number
                        refundable?: boolean
                      }[]
                      taxes?: {
                        name: string
                        percent: number
                        included: boolean
                        on?: 'all' | 'tickets' | 'fees'
                      }[]
                      phases?: {
                        id: string
                        from?: string | null
                        until?: string | null
                        access?: 'open' | 'code'
                        tickets_per_buyer?: number | null
                        capacity?: number | null
                        prices?: { [name: string]: number | { [name: string]: number } }
                        codes?: { code: string; uses?: number | null }[]
                      }[]
                      allotments?: {
                        name: string
                        release?: string | null
                        seats?: (
                          | string
                          | {
                              section: string
                              row?: string | number
                              rows?: (string | number)[]
                              seats?: (string | number) | (string | number)[]
                            }
                        )[]
                        areas?: { [name: string]: number }
                        codes?: { code: string; uses?: number | null }[]
                      }[]
                      blocked?: (
                        | string
                        | {
                            section: string
                            row?: string | number
                            rows?: (string | number)[]
                            seats?: (string | number) | (string | number)[]
                          }
                      )[]
                    }
                  }
                  changes: { field: string; from: string | null; to: string | null }[]
                  warnings: { field: string; why: string }[]
                }
              | {
                  dry_run: true
                  changes: { field: string; from: string | null; to: string | null }[]
                  cannot: { field: string; why: string }[]
                  warnings: { field: string; why: string }[]
                }
          }
        }
        201: {
          headers: { [name: string]: unknown }
          content: {
            'application/json': {
              event: {
                event_id: string
                organiser_id: string
                external_id: string | null
                revision: number
                status: 'draft' | 'published' | 'postponed' | 'cancelled' | 'ended'
                name: string
                starts_at: string
                venue: { name: string; city: string; timezone: string }
                sales: {
                  capacity: number
                  remaining: number
                  orders: number
                  tickets: number
                  charged: { amount: number; currency: string }
                  refunded: { amount: number; currency: string }
                }
                opened: boolean
                codes: { [name: string]: number }
                spec: {
                  event_id?: string | number
                  external_id?: string
                  status?: 'draft' | 'published' | 'postponed' | 'cancelled'
                  name?: string | { [name: string]: string }
                  description?: (string | { [name: string]: string }) | null
                  language?: string
                  type?: string
                  genres?: string[]
                  image_url?: string | null
                  start?: string
                  doors?: string | null
                  duration_minutes?: number | null
                  venue?: {
                    name: string
                    city: string
                    street?: string | null
                    region?: string | null
                    country?: string | null
                    timezone?: string
                    lat?: number | null
                    lon?: number | null
                  }
                  room?: string | null
                  production?: { id: string; name: string } | null
                  performers?: { name: string; kind?: 'person' | 'group'; role?: string | null }[]
                  works?: { title: string; composer?: string | null }[]
                  layout?: string
                  currency?: string
                  on_sale?: { from?: string | null; until?: string | null }
                  limits?: {
                    tickets_per_buyer?: number
                    hold_seconds?: number
                    extensions?: number
                    extension_seconds?: number
                    no_orphan_seats?: boolean
                  }
                  identity?: 'guest' | 'email'
                  refund?: { allowed?: boolean; until?: string | null }
                  price_types?: {
                    id: string
                    name: string | { [name: string]: string }
                    min?: number
                    max?: number | null
                  }[]
                  prices?: { [name: string]: number | { [name: string]: number | null } }
                  fees?: {
                    name: string
                    per: 'ticket' | 'order'
                    amount?: number
                    percent?: number
                    refundable?: boolean
                  }[]
                  taxes?: {
                    name: string
                    percent: number
                    included: boolean
                    on?: 'all' | 'tickets' | 'fees'
                  }[]
                  phases?: {
                    id: string
                    from?: string | null
                    until?: string | null
                    access?: 'open' | 'code'
                    tickets_per_buyer?: number | null
                    capacity?: number | null
                    prices?: { [name: string]: number | { [name: string]: number } }
                    codes?: { code: string; uses?: number | null }[]
                  }[]
                  allotments?: {
                    name: string
                    release?: string | null
                    seats?: (
                      | string
                      | {
                          section: string
                          row?: string | number
                          rows?: (string | number)[]
                          seats?: (string | number) | (string | number)[]
                        }
                    )[]
                    areas?: { [name: string]: number }
                    codes?: { code: string; uses?: number | null }[]
                  }[]
                  blocked?: (
                    | string
                    | {
                        section: string
                        row?: string | number
                        rows?: (string | number)[]
                        seats?: (string | number) | (string | number)[]
                      }
                  )[]
                }
              }
              changes: { field: string; from: string | null; to: string | null }[]
              warnings: { field: string; why: string }[]
            }
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        403: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        404: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        409: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        413: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        415: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/operator/events/{event_id}': {
    get: {
      parameters: { query?: never; header?: never; path: { event_id: string }; cookie?: never }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            'application/json': {
              event_id: string
              organiser_id: string
              external_id: string | null
              revision: number
              status: 'draft' | 'published' | 'postponed' | 'cancelled' | 'ended'
              name: string
              starts_at: string
              venue: { name: string; city: string; timezone: string }
              sales: {
                capacity: number
                remaining: number
                orders: number
                tickets: number
                charged: { amount: number; currency: string }
                refunded: { amount: number; currency: string }
              }
              opened: boolean
              codes: { [name: string]: number }
              spec: {
                event_id?: string | number
                external_id?: string
                status?: 'draft' | 'published' | 'postponed' | 'cancelled'
                name?: string | { [name: string]: string }
                description?: (string | { [name: string]: string }) | null
                language?: string
                type?: string
                genres?: string[]
                image_url?: string | null
                start?: string
                doors?: string | null
                duration_minutes?: number | null
                venue?: {
                  name: string
                  city: string
                  street?: string | null
                  region?: string | null
                  country?: string | null
                  timezone?: string
                  lat?: number | null
                  lon?: number | null
                }
                room?: string | null
                production?: { id: string; name: string } | null
                performers?: { name: string; kind?: 'person' | 'group'; role?: string | null }[]
                works?: { title: string; composer?: string | null }[]
                layout?: string
                currency?: string
                on_sale?: { from?: string | null; until?: string | null }
                limits?: {
                  tickets_per_buyer?: number
                  hold_seconds?: number
                  extensions?: number
                  extension_seconds?: number
                  no_orphan_seats?: boolean
                }
                identity?: 'guest' | 'email'
                refund?: { allowed?: boolean; until?: string | null }
                price_types?: {
                  id: string
                  name: string | { [name: string]: string }
                  min?: number
                  max?: number | null
                }[]
                prices?: { [name: string]: number | { [name: string]: number | null } }
                fees?: {
                  name: string
                  per: 'ticket' | 'order'
                  amount?: number
                  percent?: number
                  refundable?: boolean
                }[]
                taxes?: {
                  name: string
                  percent: number
                  included: boolean
                  on?: 'all' | 'tickets' | 'fees'
                }[]
                phases?: {
                  id: string
                  from?: string | null
                  until?: string | null
                  access?: 'open' | 'code'
                  tickets_per_buyer?: number | null
                  capacity?: number | null
                  prices?: { [name: string]: number | { [name: string]: number } }
                  codes?: { code: string; uses?: number | null }[]
                }[]
                allotments?: {
                  name: string
                  release?: string | null
                  seats?: (
                    | string
                    | {
                        section: string
                        row?: string | number
                        rows?: (string | number)[]
                        seats?: (string | number) | (string | number)[]
                      }
                  )[]
                  areas?: { [name: string]: number }
                  codes?: { code: string; uses?: number | null }[]
                }[]
                blocked?: (
                  | string
                  | {
                      section: string
                      row?: string | number
                      rows?: (string | number)[]
                      seats?: (string | number) | (string | number)[]
                    }
                )[]
              }
            }
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        403: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        404: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch: {
      parameters: {
        query?: { dry_run?: boolean }
        header?: never
        path: { event_id: string }
        cookie?: never
      }
      requestBody?: {
        content: {
          'application/json': {
            name?: string | { [name: string]: string }
            description?: (string | { [name: string]: string }) | null
            language?: string
            type?: string
            genres?: string[]
            image_url?: string | null
            start?: string
            doors?: string | null
            duration_minutes?: number | null
            venue?: {
              name: string
              city: string
              street?: string | null
              region?: string | null
              country?: string | null
              timezone?: string
              lat?: number | null
              lon?: number | null
            }
            room?: string | null
            production?: { id: string; name: string } | null
            performers?: { name: string; kind?: 'person' | 'group'; role?: string | null }[]
            works?: { title: string; composer?: string | null }[]
            layout?: string
            currency?: string
            on_sale?: { from?: string | null; until?: string | null }
            limits?: {
              tickets_per_buyer?: number
              hold_seconds?: number
              extensions?: number
              extension_seconds?: number
              no_orphan_seats?: boolean
            }
            identity?: 'guest' | 'email'
            refund?: { allowed?: boolean; until?: string | null }
            price_types?: {
              id: string
              name: string | { [name: string]: string }
              min?: number
              max?: number | null
            }[]
            prices?: { [name: string]: number | { [name: string]: number | null } }
            fees?: {
              name: string
              per: 'ticket' | 'order'
              amount?: number
              percent?: number
              refundable?: boolean
            }[]
            taxes?: { name: string; percent: number; included: boolean; on?: 'all' | 'tickets' | 'fees' }[]
            phases?: {
              id: string
              from?: string | null
              until?: string | null
              access?: 'open' | 'code'
              tickets_per_buyer?: number | null
              capacity?: number | null
              prices?: { [name: string]: number | { [name: string]: number } }
              codes?: { code: string; uses?: number | null }[]
            }[]
            allotments?: {
              name: string
              release?: string | null
              seats?: (
                | string
                | {
                    section: string
                    row?: string | number
                    rows?: (string | number)[]
                    seats?: (string | number) | (string | number)[]
                  }
              )[]
              areas?: { [name: string]: number }
              codes?: { code: string; uses?: number | null }[]
            }[]
            blocked?: (
              | string
              | {
                  section: string
                  row?: string | number
                  rows?: (string | number)[]
                  seats?: (string | number) | (string | number)[]
                }
            )[]
          }
        }
      }
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            'application/json':
              | {
                  event: {
                    event_id: string
                    organiser_id: string
                    external_id: string | null
                    revision: number
                    status: 'draft' | 'published' | 'postponed' | 'cancelled' | 'ended'
                    name: string
                    starts_at: string
                    venue: { name: string; city: string; timezone: string }
                    sales: {
                      capacity: number
                      remaining: number
                      orders: number
                      tickets: number
                      charged: { amount: number; currency: string }
                      refunded: { amount: number; currency: string }
                    }
                    opened: boolean
                    codes: { [name: string]: number }
                    spec: {
                      event_id?: string | number
                      external_id?: string
                      status?: 'draft' | 'published' | 'postponed' | 'cancelled'
                      name?: string | { [name: string]: string }
                      description?: (string | { [name: string]: string }) | null
                      language?: string
                      type?: string
                      genres?: string[]
                      image_url?: string | null
                      start?: string
                      doors?: string | null
                      duration_minutes?: number | null
                      venue?: {
                        name: string
                        city: string
                        street?: string | null
                        region?: string | null
                        country?: string | null
                        timezone?: string
                        lat?: number | null
                        lon?: number | null
                      }
                      room?: string | null
                      production?: { id: string; name: string } | null
                      performers?: { name: string; kind?: 'person' | 'group'; role?: string | null }[]
                      works?: { title: string; composer?: string | null }[]
                      layout?: string
                      currency?: string
                      on_sale?: { from?: string | null; until?: string | null }
                      limits?: {
                        tickets_per_buyer?: number
                        hold_seconds?: number
                        extensions?: number
                        extension_seconds?: number
                        no_orphan_seats?: boolean
                      }
                      identity?: 'guest' | 'email'
                      refund?: { allowed?: boolean; until?: string | null }
                      price_types?: {
                        id: string
                        name: string | { [name: string]: string }
                        min?: number
                        max?: number | null
                      }[]
                      prices?: { [name: string]: number | { [name: string]: number | null } }
                      fees?: {
                        name: string
                        per: 'ticket' | 'order'
                        amount?: number
                        percent?: number
                        refundable?: boolean
                      }[]
                      taxes?: {
                        name: string
                        percent: number
                        included: boolean
                        on?: 'all' | 'tickets' | 'fees'
                      }[]
                      phases?: {
                        id: string
                        from?: string | null
                        until?: string | null
                        access?: 'open' | 'code'
                        tickets_per_buyer?: number | null
                        capacity?: number | null
                        prices?: { [name: string]: number | { [name: string]: number } }
                        codes?: { code: string; uses?: number | null }[]
                      }[]
                      allotments?: {
                        name: string
                        release?: string | null
                        seats?: (
                          | string
                          | {
                              section: string
                              row?: string | number
                              rows?: (string | number)[]
                              seats?: (string | number) | (string | number)[]
                            }
                        )[]
                        areas?: { [name: string]: number }
                        codes?: { code: string; uses?: number | null }[]
                      }[]
                      blocked?: (
                        | string
                        | {
                            section: string
                            row?: string | number
                            rows?: (string | number)[]
                            seats?: (string | number) | (string | number)[]
                          }
                      )[]
                    }
                  }
                  changes: { field: string; from: string | null; to: string | null }[]
                  warnings: { field: string; why: string }[]
                }
              | {
                  dry_run: true
                  changes: { field: string; from: string | null; to: string | null }[]
                  cannot: { field: string; why: string }[]
                  warnings: { field: string; why: string }[]
                }
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        403: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        404: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        409: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        413: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        415: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    trace?: never
  }
  '/v1/operator/events/{event_id}/allotments/{allotment}': {
    get?: never
    put: {
      parameters: {
        query?: { dry_run?: boolean }
        header?: never
        path: { event_id: string; allotment: string }
        cookie?: never
      }
      requestBody?: {
        content: {
          'application/json': {
            release?: string | null
            seats?: (
              | string
              | {
                  section: string
                  row?: string | number
                  rows?: (string | number)[]
                  seats?: (string | number) | (string | number)[]
                }
            )[]
            areas?: { [name: string]: number }
            codes?: { code: string; uses?: number | null }[]
          }
        }
      }
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            'application/json':
              | {
                  event: {
                    event_id: string
                    organiser_id: string
                    external_id: string | null
                    revision: number
                    status: 'draft' | 'published' | 'postponed' | 'cancelled' | 'ended'
                    name: string
                    starts_at: string
                    venue: { name: string; city: string; timezone: string }
                    sales: {
                      capacity: number
                      remaining: number
                      orders: number
                      tickets: number
                      charged: { amount: number; currency: string }
                      refunded: { amount: number; currency: string }
                    }
                    opened: boolean
                    codes: { [name: string]: number }
                    spec: {
                      event_id?: string | number
                      external_id?: string
                      status?: 'draft' | 'published' | 'postponed' | 'cancelled'
                      name?: string | { [name: string]: string }
                      description?: (string | { [name: string]: string }) | null
                      language?: string
                      type?: string
                      genres?: string[]
                      image_url?: string | null
                      start?: string
                      doors?: string | null
                      duration_minutes?: number | null
                      venue?: {
                        name: string
                        city: string
                        street?: string | null
                        region?: string | null
                        country?: string | null
                        timezone?: string
                        lat?: number | null
                        lon?: number | null
                      }
                      room?: string | null
                      production?: { id: string; name: string } | null
                      performers?: { name: string; kind?: 'person' | 'group'; role?: string | null }[]
                      works?: { title: string; composer?: string | null }[]
                      layout?: string
                      currency?: string
                      on_sale?: { from?: string | null; until?: string | null }
                      limits?: {
                        tickets_per_buyer?: number
                        hold_seconds?: number
                        extensions?: number
                        extension_seconds?: number
                        no_orphan_seats?: boolean
                      }
                      identity?: 'guest' | 'email'
                      refund?: { allowed?: boolean; until?: string | null }
                      price_types?: {
                        id: string
                        name: string | { [name: string]: string }
                        min?: number
                        max?: number | null
                      }[]
                      prices?: { [name: string]: number | { [name: string]: number | null } }
                      fees?: {
                        name: string
                        per: 'ticket' | 'order'
                        amount?: number
                        percent?: number
                        refundable?: boolean
                      }[]
                      taxes?: {
                        name: string
                        percent: number
                        included: boolean
                        on?: 'all' | 'tickets' | 'fees'
                      }[]
                      phases?: {
                        id: string
                        from?: string | null
                        until?: string | null
                        access?: 'open' | 'code'
                        tickets_per_buyer?: number | null
                        capacity?: number | null
                        prices?: { [name: string]: number | { [name: string]: number } }
                        codes?: { code: string; uses?: number | null }[]
                      }[]
                      allotments?: {
                        name: string
                        release?: string | null
                        seats?: (
                          | string
                          | {
                              section: string
                              row?: string | number
                              rows?: (string | number)[]
                              seats?: (string | number) | (string | number)[]
                            }
                        )[]
                        areas?: { [name: string]: number }
                        codes?: { code: string; uses?: number | null }[]
                      }[]
                      blocked?: (
                        | string
                        | {
                            section: string
                            row?: string | number
                            rows?: (string | number)[]
                            seats?: (string | number) | (string | number)[]
                          }
                      )[]
                    }
                  }
                  changes: { field: string; from: string | null; to: string | null }[]
                  warnings: { field: string; why: string }[]
                }
              | {
                  dry_run: true
                  changes: { field: string; from: string | null; to: string | null }[]
                  cannot: { field: string; why: string }[]
                  warnings: { field: string; why: string }[]
                }
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        403: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        404: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        409: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        413: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        415: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    post?: never
    delete: {
      parameters: {
        query?: { dry_run?: boolean }
        header?: never
        path: { event_id: string; allotment: string }
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            'application/json':
              | {
                  event: {
                    event_id: string
                    organiser_id: string
                    external_id: string | null
                    revision: number
                    status: 'draft' | 'published' | 'postponed' | 'cancelled' | 'ended'
                    name: string
                    starts_at: string
                    venue: { name: string; city: string; timezone: string }
                    sales: {
                      capacity: number
                      remaining: number
                      orders: number
                      tickets: number
                      charged: { amount: number; currency: string }
                      refunded: { amount: number; currency: string }
                    }
                    opened: boolean
                    codes: { [name: string]: number }
                    spec: {
                      event_id?: string | number
                      external_id?: string
                      status?: 'draft' | 'published' | 'postponed' | 'cancelled'
                      name?: string | { [name: string]: string }
                      description?: (string | { [name: string]: string }) | null
                      language?: string
                      type?: string
                      genres?: string[]
                      image_url?: string | null
                      start?: string
                      doors?: string | null
                      duration_minutes?: number | null
                      venue?: {
                        name: string
                        city: string
                        street?: string | null
                        region?: string | null
                        country?: string | null
                        timezone?: string
                        lat?: number | null
                        lon?: number | null
                      }
                      room?: string | null
                      production?: { id: string; name: string } | null
                      performers?: { name: string; kind?: 'person' | 'group'; role?: string | null }[]
                      works?: { title: string; composer?: string | null }[]
                      layout?: string
                      currency?: string
                      on_sale?: { from?: string | null; until?: string | null }
                      limits?: {
                        tickets_per_buyer?: number
                        hold_seconds?: number
                        extensions?: number
                        extension_seconds?: number
                        no_orphan_seats?: boolean
                      }
                      identity?: 'guest' | 'email'
                      refund?: { allowed?: boolean; until?: string | null }
                      price_types?: {
                        id: string
                        name: string | { [name: string]: string }
                        min?: number
                        max?: number | null
                      }[]
                      prices?: { [name: string]: number | { [name: string]: number | null } }
                      fees?: {
                        name: string
                        per: 'ticket' | 'order'
                        amount?: number
                        percent?: number
                        refundable?: boolean
                      }[]
                      taxes?: {
                        name: string
                        percent: number
                        included: boolean
                        on?: 'all' | 'tickets' | 'fees'
                      }[]
                      phases?: {
                        id: string
                        from?: string | null
                        until?: string | null
                        access?: 'open' | 'code'
                        tickets_per_buyer?: number | null
                        capacity?: number | null
                        prices?: { [name: string]: number | { [name: string]: number } }
                        codes?: { code: string; uses?: number | null }[]
                      }[]
                      allotments?: {
                        name: string
                        release?: string | null
                        seats?: (
                          | string
                          | {
                              section: string
                              row?: string | number
                              rows?: (string | number)[]
                              seats?: (string | number) | (string | number)[]
                            }
                        )[]
                        areas?: { [name: string]: number }
                        codes?: { code: string; uses?: number | null }[]
                      }[]
                      blocked?: (
                        | string
                        | {
                            section: string
                            row?: string | number
                            rows?: (string | number)[]
                            seats?: (string | number) | (string | number)[]
                          }
                      )[]
                    }
                  }
                  changes: { field: string; from: string | null; to: string | null }[]
                  warnings: { field: string; why: string }[]
                }
              | {
                  dry_run: true
                  changes: { field: string; from: string | null; to: string | null }[]
                  cannot: { field: string; why: string }[]
                  warnings: { field: string; why: string }[]
                }
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        403: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        404: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        409: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        413: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        415: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/operator/events/{event_id}/allotments/{allotment}/codes': {
    get?: never
    put?: never
    post: {
      parameters: {
        query?: never
        header?: never
        path: { event_id: string; allotment: string }
        cookie?: never
      }
      requestBody?: {
        content: {
          'application/json': {
            codes?: { code: string; uses?: number | null }[]
            count?: number
            uses?: number | null
          }
        }
      }
      responses: {
        201: {
          headers: { [name: string]: unknown }
          content: { 'application/json': { codes: { code: string; uses?: number | null }[] } }
        }
        400: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        403: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        404: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        409: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        413: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        415: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/operator/events/{event_id}/block': {
    get?: never
    put?: never
    post: {
      parameters: {
        query?: { dry_run?: boolean }
        header?: never
        path: { event_id: string }
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            seats: (
              | string
              | {
                  section: string
                  row?: string | number
                  rows?: (string | number)[]
                  seats?: (string | number) | (string | number)[]
                }
            )[]
          }
        }
      }
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            'application/json':
              | {
                  event: {
                    event_id: string
                    organiser_id: string
                    external_id: string | null
                    revision: number
                    status: 'draft' | 'published' | 'postponed' | 'cancelled' | 'ended'
                    name: string
                    starts_at: string
                    venue: { name: string; city: string; timezone: string }
                    sales: {
                      capacity: number
                      remaining: number
                      orders: number
                      tickets: number
                      charged: { amount: number; currency: string }
                      refunded: { amount: number; currency: string }
                    }
                    opened: boolean
                    codes: { [name: string]: number }
                    spec: {
                      event_id?: string | number
                      external_id?: string
                      status?: 'draft' | 'published' | 'postponed' | 'cancelled'
                      name?: string | { [name: string]: string }
                      description?: (string | { [name: string]: string }) | null
                      language?: string
                      type?: string
                      genres?: string[]
                      image_url?: string | null
                      start?: string
                      doors?: string | null
                      duration_minutes?: number | null
                      venue?: {
                        name: string
                        city: string
                        street?: string | null
                        region?: string | null
                        country?: string | null
                        timezone?: string
                        lat?: number | null
                        lon?: number | null
                      }
                      room?: string | null
                      production?: { id: string; name: string } | null
                      performers?: { name: string; kind?: 'person' | 'group'; role?: string | null }[]
                      works?: { title: string; composer?: string | null }[]
                      layout?: string
                      currency?: string
                      on_sale?: { from?: string | null; until?: string | null }
                      limits?: {
                        tickets_per_buyer?: number
                        hold_seconds?: number
                        extensions?: number
                        extension_seconds?: number
                        no_orphan_seats?: boolean
                      }
                      identity?: 'guest' | 'email'
                      refund?: { allowed?: boolean; until?: string | null }
                      price_types?: {
                        id: string
                        name: string | { [name: string]: string }
                        min?: number
                        max?: number | null
                      }[]
                      prices?: { [name: string]: number | { [name: string]: number | null } }
                      fees?: {
                        name: string
                        per: 'ticket' | 'order'
                        amount?: number
                        percent?: number
                        refundable?: boolean
                      }[]
                      taxes?: {
                        name: string
                        percent: number
                        included: boolean
                        on?: 'all' | 'tickets' | 'fees'
                      }[]
                      phases?: {
                        id: string
                        from?: string | null
                        until?: string | null
                        access?: 'open' | 'code'
                        tickets_per_buyer?: number | null
                        capacity?: number | null
                        prices?: { [name: string]: number | { [name: string]: number } }
                        codes?: { code: string; uses?: number | null }[]
                      }[]
                      allotments?: {
                        name: string
                        release?: string | null
                        seats?: (
                          | string
                          | {
                              section: string
                              row?: string | number
                              rows?: (string | number)[]
                              seats?: (string | number) | (string | number)[]
                            }
                        )[]
                        areas?: { [name: string]: number }
                        codes?: { code: string; uses?: number | null }[]
                      }[]
                      blocked?: (
                        | string
                        | {
                            section: string
                            row?: string | number
                            rows?: (string | number)[]
                            seats?: (string | number) | (string | number)[]
                          }
                      )[]
                    }
                  }
                  changes: { field: string; from: string | null; to: string | null }[]
                  warnings: { field: string; why: string }[]
                }
              | {
                  dry_run: true
                  changes: { field: string; from: string | null; to: string | null }[]
                  cannot: { field: string; why: string }[]
                  warnings: { field: string; why: string }[]
                }
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        403: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        404: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        409: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        413: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        415: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/operator/events/{event_id}/cancel': {
    get?: never
    put?: never
    post: {
      parameters: {
        query?: { dry_run?: boolean }
        header?: never
        path: { event_id: string }
        cookie?: never
      }
      requestBody?: { content: { 'application/json': { reason?: string; message?: string | null } } }
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            'application/json': {
              dry_run: true
              changes: { field: string; from: string | null; to: string | null }[]
              cannot: { field: string; why: string }[]
              warnings: { field: string; why: string }[]
              refunds: {
                orders: number
                tickets: number
                amount: { amount: number; currency: string } | null
                orders_in_payment: number
              }
            }
          }
        }
        202: {
          headers: { [name: string]: unknown }
          content: {
            'application/json': {
              event_id: string
              state: 'none' | 'closing' | 'refunding' | 'done'
              reason: string | null
              requested_by: string | null
              message: string | null
              requested_at: string | null
              finished_at: string | null
              orders: { total: number; refunded: number; failed: number; waiting: number }
              amount: { amount: number; currency: string } | null
              amount_refunded: { amount: number; currency: string } | null
              failures: { booking_id: string; step: string; reason: string; since: string }[]
            }
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        403: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        404: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        409: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        413: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        415: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/operator/events/{event_id}/cancellation': {
    get: {
      parameters: { query?: never; header?: never; path: { event_id: string }; cookie?: never }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            'application/json': {
              event_id: string
              state: 'none' | 'closing' | 'refunding' | 'done'
              reason: string | null
              requested_by: string | null
              message: string | null
              requested_at: string | null
              finished_at: string | null
              orders: { total: number; refunded: number; failed: number; waiting: number }
              amount: { amount: number; currency: string } | null
              amount_refunded: { amount: number; currency: string } | null
              failures: { booking_id: string; step: string; reason: string; since: string }[]
            }
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        403: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        404: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/operator/events/{event_id}/changes': {
    get: {
      parameters: {
        query?: { limit?: number; cursor?: string }
        header?: never
        path: { event_id: string }
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            'application/json': {
              items: {
                revision: number
                at: string
                by: string
                changes: { field: string; from: string | null; to: string | null }[]
              }[]
              next_cursor: string | null
            }
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        403: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        404: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/operator/events/{event_id}/moves': {
    get?: never
    put?: never
    post: {
      parameters: {
        query?: { dry_run?: boolean }
        header?: never
        path: { event_id: string }
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            moves: { from_seat_id: string; to_seat_id: string; ticket_id?: string }[]
            old_seat?: 'block' | 'sell'
          }
        }
      }
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            'application/json':
              | {
                  event: {
                    event_id: string
                    organiser_id: string
                    external_id: string | null
                    revision: number
                    status: 'draft' | 'published' | 'postponed' | 'cancelled' | 'ended'
                    name: string
                    starts_at: string
                    venue: { name: string; city: string; timezone: string }
                    sales: {
                      capacity: number
                      remaining: number
                      orders: number
                      tickets: number
                      charged: { amount: number; currency: string }
                      refunded: { amount: number; currency: string }
                    }
                    opened: boolean
                    codes: { [name: string]: number }
                    spec: {
                      event_id?: string | number
                      external_id?: string
                      status?: 'draft' | 'published' | 'postponed' | 'cancelled'
                      name?: string | { [name: string]: string }
                      description?: (string | { [name: string]: string }) | null
                      language?: string
                      type?: string
                      genres?: string[]
                      image_url?: string | null
                      start?: string
                      doors?: string | null
                      duration_minutes?: number | null
                      venue?: {
                        name: string
                        city: string
                        street?: string | null
                        region?: string | null
                        country?: string | null
                        timezone?: string
                        lat?: number | null
                        lon?: number | null
                      }
                      room?: string | null
                      production?: { id: string; name: string } | null
                      performers?: { name: string; kind?: 'person' | 'group'; role?: string | null }[]
                      works?: { title: string; composer?: string | null }[]
                      layout?: string
                      currency?: string
                      on_sale?: { from?: string | null; until?: string | null }
                      limits?: {
                        tickets_per_buyer?: number
                        hold_seconds?: number
                        extensions?: number
                        extension_seconds?: number
                        no_orphan_seats?: boolean
                      }
                      identity?: 'guest' | 'email'
                      refund?: { allowed?: boolean; until?: string | null }
                      price_types?: {
                        id: string
                        name: string | { [name: string]: string }
                        min?: number
                        max?: number | null
                      }[]
                      prices?: { [name: string]: number | { [name: string]: number | null } }
                      fees?: {
                        name: string
                        per: 'ticket' | 'order'
                        amount?: number
                        percent?: number
                        refundable?: boolean
                      }[]
                      taxes?: {
                        name: string
                        percent: number
                        included: boolean
                        on?: 'all' | 'tickets' | 'fees'
                      }[]
                      phases?: {
                        id: string
                        from?: string | null
                        until?: string | null
                        access?: 'open' | 'code'
                        tickets_per_buyer?: number | null
                        capacity?: number | null
                        prices?: { [name: string]: number | { [name: string]: number } }
                        codes?: { code: string; uses?: number | null }[]
                      }[]
                      allotments?: {
                        name: string
                        release?: string | null
                        seats?: (
                          | string
                          | {
                              section: string
                              row?: string | number
                              rows?: (string | number)[]
                              seats?: (string | number) | (string | number)[]
                            }
                        )[]
                        areas?: { [name: string]: number }
                        codes?: { code: string; uses?: number | null }[]
                      }[]
                      blocked?: (
                        | string
                        | {
                            section: string
                            row?: string | number
                            rows?: (string | number)[]
                            seats?: (string | number) | (string | number)[]
                          }
                      )[]
                    }
                  }
                  changes: { field: string; from: string | null; to: string | null }[]
                  warnings: { field: string; why: string }[]
                }
              | {
                  dry_run: true
                  changes: { field: string; from: string | null; to: string | null }[]
                  cannot: { field: string; why: string }[]
                  warnings: { field: string; why: string }[]
                }
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        403: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        404: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        409: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        413: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        415: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/operator/events/{event_id}/phases': {
    get?: never
    put: {
      parameters: {
        query?: { dry_run?: boolean }
        header?: never
        path: { event_id: string }
        cookie?: never
      }
      requestBody?: {
        content: {
          'application/json': {
            phases?: {
              id: string
              from?: string | null
              until?: string | null
              access?: 'open' | 'code'
              tickets_per_buyer?: number | null
              capacity?: number | null
              prices?: { [name: string]: number | { [name: string]: number } }
              codes?: { code: string; uses?: number | null }[]
            }[]
          }
        }
      }
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            'application/json':
              | {
                  event: {
                    event_id: string
                    organiser_id: string
                    external_id: string | null
                    revision: number
                    status: 'draft' | 'published' | 'postponed' | 'cancelled' | 'ended'
                    name: string
                    starts_at: string
                    venue: { name: string; city: string; timezone: string }
                    sales: {
                      capacity: number
                      remaining: number
                      orders: number
                      tickets: number
                      charged: { amount: number; currency: string }
                      refunded: { amount: number; currency: string }
                    }
                    opened: boolean
                    codes: { [name: string]: number }
                    spec: {
                      event_id?: string | number
                      external_id?: string
                      status?: 'draft' | 'published' | 'postponed' | 'cancelled'
                      name?: string | { [name: string]: string }
                      description?: (string | { [name: string]: string }) | null
                      language?: string
                      type?: string
                      genres?: string[]
                      image_url?: string | null
                      start?: string
                      doors?: string | null
                      duration_minutes?: number | null
                      venue?: {
                        name: string
                        city: string
                        street?: string | null
                        region?: string | null
                        country?: string | null
                        timezone?: string
                        lat?: number | null
                        lon?: number | null
                      }
                      room?: string | null
                      production?: { id: string; name: string } | null
                      performers?: { name: string; kind?: 'person' | 'group'; role?: string | null }[]
                      works?: { title: string; composer?: string | null }[]
                      layout?: string
                      currency?: string
                      on_sale?: { from?: string | null; until?: string | null }
                      limits?: {
                        tickets_per_buyer?: number
                        hold_seconds?: number
                        extensions?: number
                        extension_seconds?: number
                        no_orphan_seats?: boolean
                      }
                      identity?: 'guest' | 'email'
                      refund?: { allowed?: boolean; until?: string | null }
                      price_types?: {
                        id: string
                        name: string | { [name: string]: string }
                        min?: number
                        max?: number | null
                      }[]
                      prices?: { [name: string]: number | { [name: string]: number | null } }
                      fees?: {
                        name: string
                        per: 'ticket' | 'order'
                        amount?: number
                        percent?: number
                        refundable?: boolean
                      }[]
                      taxes?: {
                        name: string
                        percent: number
                        included: boolean
                        on?: 'all' | 'tickets' | 'fees'
                      }[]
                      phases?: {
                        id: string
                        from?: string | null
                        until?: string | null
                        access?: 'open' | 'code'
                        tickets_per_buyer?: number | null
                        capacity?: number | null
                        prices?: { [name: string]: number | { [name: string]: number } }
                        codes?: { code: string; uses?: number | null }[]
                      }[]
                      allotments?: {
                        name: string
                        release?: string | null
                        seats?: (
                          | string
                          | {
                              section: string
                              row?: string | number
                              rows?: (string | number)[]
                              seats?: (string | number) | (string | number)[]
                            }
                        )[]
                        areas?: { [name: string]: number }
                        codes?: { code: string; uses?: number | null }[]
                      }[]
                      blocked?: (
                        | string
                        | {
                            section: string
                            row?: string | number
                            rows?: (string | number)[]
                            seats?: (string | number) | (string | number)[]
                          }
                      )[]
                    }
                  }
                  changes: { field: string; from: string | null; to: string | null }[]
                  warnings: { field: string; why: string }[]
                }
              | {
                  dry_run: true
                  changes: { field: string; from: string | null; to: string | null }[]
                  cannot: { field: string; why: string }[]
                  warnings: { field: string; why: string }[]
                }
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        403: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        404: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        409: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        413: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        415: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/operator/events/{event_id}/phases/{phase}/codes': {
    get?: never
    put?: never
    post: {
      parameters: { query?: never; header?: never; path: { event_id: string; phase: string }; cookie?: never }
      requestBody?: {
        content: {
          'application/json': {
            codes?: { code: string; uses?: number | null }[]
            count?: number
            uses?: number | null
          }
        }
      }
      responses: {
        201: {
          headers: { [name: string]: unknown }
          content: { 'application/json': { codes: { code: string; uses?: number | null }[] } }
        }
        400: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        403: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        404: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        409: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        413: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        415: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/operator/events/{event_id}/picture': {
    get: {
      parameters: { query?: never; header?: never; path: { event_id: string }; cookie?: never }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            'application/json': {
              state: 'uploaded' | 'fetched' | 'waiting' | 'none'
              picture: {
                alt: string | null
                width: number
                height: number
                sources: { url: string; width: number }[]
                preview_url: string
              } | null
            }
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        403: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        404: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    put: {
      parameters: { query?: { alt?: string }; header?: never; path: { event_id: string }; cookie?: never }
      requestBody: { content: { 'image/*': string } }
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            'application/json': {
              picture: {
                alt: string | null
                width: number
                height: number
                sources: { url: string; width: number }[]
                preview_url: string
              }
            }
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        403: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        404: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        413: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        415: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    post?: never
    delete: {
      parameters: { query?: never; header?: never; path: { event_id: string }; cookie?: never }
      requestBody?: never
      responses: {
        204: { headers: { [name: string]: unknown }; content?: never }
        400: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        403: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        404: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        413: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        415: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    options?: never
    head?: never
    patch: {
      parameters: { query?: never; header?: never; path: { event_id: string }; cookie?: never }
      requestBody: { content: { 'application/json': { alt: string } } }
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            'application/json': {
              picture: {
                alt: string | null
                width: number
                height: number
                sources: { url: string; width: number }[]
                preview_url: string
              }
            }
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        403: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        404: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        409: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        413: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        415: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    trace?: never
  }
  '/v1/operator/events/{event_id}/postpone': {
    get?: never
    put?: never
    post: {
      parameters: {
        query?: { dry_run?: boolean }
        header?: never
        path: { event_id: string }
        cookie?: never
      }
      requestBody?: {
        content: {
          'application/json': {
            start?: string
            doors?: string | null
            on_sale?: { from?: string | null; until?: string | null }
            refund?: { allowed?: boolean; until?: string | null }
          }
        }
      }
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            'application/json':
              | {
                  event: {
                    event_id: string
                    organiser_id: string
                    external_id: string | null
                    revision: number
                    status: 'draft' | 'published' | 'postponed' | 'cancelled' | 'ended'
                    name: string
                    starts_at: string
                    venue: { name: string; city: string; timezone: string }
                    sales: {
                      capacity: number
                      remaining: number
                      orders: number
                      tickets: number
                      charged: { amount: number; currency: string }
                      refunded: { amount: number; currency: string }
                    }
                    opened: boolean
                    codes: { [name: string]: number }
                    spec: {
                      event_id?: string | number
                      external_id?: string
                      status?: 'draft' | 'published' | 'postponed' | 'cancelled'
                      name?: string | { [name: string]: string }
                      description?: (string | { [name: string]: string }) | null
                      language?: string
                      type?: string
                      genres?: string[]
                      image_url?: string | null
                      start?: string
                      doors?: string | null
                      duration_minutes?: number | null
                      venue?: {
                        name: string
                        city: string
                        street?: string | null
                        region?: string | null
                        country?: string | null
                        timezone?: string
                        lat?: number | null
                        lon?: number | null
                      }
                      room?: string | null
                      production?: { id: string; name: string } | null
                      performers?: { name: string; kind?: 'person' | 'group'; role?: string | null }[]
                      works?: { title: string; composer?: string | null }[]
                      layout?: string
                      currency?: string
                      on_sale?: { from?: string | null; until?: string | null }
                      limits?: {
                        tickets_per_buyer?: number
                        hold_seconds?: number
                        extensions?: number
                        extension_seconds?: number
                        no_orphan_seats?: boolean
                      }
                      identity?: 'guest' | 'email'
                      refund?: { allowed?: boolean; until?: string | null }
                      price_types?: {
                        id: string
                        name: string | { [name: string]: string }
                        min?: number
                        max?: number | null
                      }[]
                      prices?: { [name: string]: number | { [name: string]: number | null } }
                      fees?: {
                        name: string
                        per: 'ticket' | 'order'
                        amount?: number
                        percent?: number
                        refundable?: boolean
                      }[]
                      taxes?: {
                        name: string
                        percent: number
                        included: boolean
                        on?: 'all' | 'tickets' | 'fees'
                      }[]
                      phases?: {
                        id: string
                        from?: string | null
                        until?: string | null
                        access?: 'open' | 'code'
                        tickets_per_buyer?: number | null
                        capacity?: number | null
                        prices?: { [name: string]: number | { [name: string]: number } }
                        codes?: { code: string; uses?: number | null }[]
                      }[]
                      allotments?: {
                        name: string
                        release?: string | null
                        seats?: (
                          | string
                          | {
                              section: string
                              row?: string | number
                              rows?: (string | number)[]
                              seats?: (string | number) | (string | number)[]
                            }
                        )[]
                        areas?: { [name: string]: number }
                        codes?: { code: string; uses?: number | null }[]
                      }[]
                      blocked?: (
                        | string
                        | {
                            section: string
                            row?: string | number
                            rows?: (string | number)[]
                            seats?: (string | number) | (string | number)[]
                          }
                      )[]
                    }
                  }
                  changes: { field: string; from: string | null; to: string | null }[]
                  warnings: { field: string; why: string }[]
                }
              | {
                  dry_run: true
                  changes: { field: string; from: string | null; to: string | null }[]
                  cannot: { field: string; why: string }[]
                  warnings: { field: string; why: string }[]
                }
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        403: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        404: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        409: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        413: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        415: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/operator/events/{event_id}/prices': {
    get?: never
    put: {
      parameters: {
        query?: { dry_run?: boolean }
        header?: never
        path: { event_id: string }
        cookie?: never
      }
      requestBody?: {
        content: {
          'application/json': {
            price_types?: {
              id: string
              name: string | { [name: string]: string }
              min?: number
              max?: number | null
            }[]
            prices?: { [name: string]: number | { [name: string]: number | null } }
            fees?: {
              name: string
              per: 'ticket' | 'order'
              amount?: number
              percent?: number
              refundable?: boolean
            }[]
            taxes?: { name: string; percent: number; included: boolean; on?: 'all' | 'tickets' | 'fees' }[]
            currency?: string
          }
        }
      }
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            'application/json':
              | {
                  event: {
                    event_id: string
                    organiser_id: string
                    external_id: string | null
                    revision: number
                    status: 'draft' | 'published' | 'postponed' | 'cancelled' | 'ended'
                    name: string
                    starts_at: string
                    venue: { name: string; city: string; timezone: string }
                    sales: {
                      capacity: number
                      remaining: number
                      orders: number
                      tickets: number
                      charged: { amount: number; currency: string }
                      refunded: { amount: number; currency: string }
                    }
                    opened: boolean
                    codes: { [name: string]: number }
                    spec: {
                      event_id?: string | number
                      external_id?: string
                      status?: 'draft' | 'published' | 'postponed' | 'cancelled'
                      name?: string | { [name: string]: string }
                      description?: (string | { [name: string]: string }) | null
                      language?: string
                      type?: string
                      genres?: string[]
                      image_url?: string | null
                      start?: string
                      doors?: string | null
                      duration_minutes?: number | null
                      venue?: {
                        name: string
                        city: string
                        street?: string | null
                        region?: string | null
                        country?: string | null
                        timezone?: string
                        lat?: number | null
                        lon?: number | null
                      }
                      room?: string | null
                      production?: { id: string; name: string } | null
                      performers?: { name: string; kind?: 'person' | 'group'; role?: string | null }[]
                      works?: { title: string; composer?: string | null }[]
                      layout?: string
                      currency?: string
                      on_sale?: { from?: string | null; until?: string | null }
                      limits?: {
                        tickets_per_buyer?: number
                        hold_seconds?: number
                        extensions?: number
                        extension_seconds?: number
                        no_orphan_seats?: boolean
                      }
                      identity?: 'guest' | 'email'
                      refund?: { allowed?: boolean; until?: string | null }
                      price_types?: {
                        id: string
                        name: string | { [name: string]: string }
                        min?: number
                        max?: number | null
                      }[]
                      prices?: { [name: string]: number | { [name: string]: number | null } }
                      fees?: {
                        name: string
                        per: 'ticket' | 'order'
                        amount?: number
                        percent?: number
                        refundable?: boolean
                      }[]
                      taxes?: {
                        name: string
                        percent: number
                        included: boolean
                        on?: 'all' | 'tickets' | 'fees'
                      }[]
                      phases?: {
                        id: string
                        from?: string | null
                        until?: string | null
                        access?: 'open' | 'code'
                        tickets_per_buyer?: number | null
                        capacity?: number | null
                        prices?: { [name: string]: number | { [name: string]: number } }
                        codes?: { code: string; uses?: number | null }[]
                      }[]
                      allotments?: {
                        name: string
                        release?: string | null
                        seats?: (
                          | string
                          | {
                              section: string
                              row?: string | number
                              rows?: (string | number)[]
                              seats?: (string | number) | (string | number)[]
                            }
                        )[]
                        areas?: { [name: string]: number }
                        codes?: { code: string; uses?: number | null }[]
                      }[]
                      blocked?: (
                        | string
                        | {
                            section: string
                            row?: string | number
                            rows?: (string | number)[]
                            seats?: (string | number) | (string | number)[]
                          }
                      )[]
                    }
                  }
                  changes: { field: string; from: string | null; to: string | null }[]
                  warnings: { field: string; why: string }[]
                }
              | {
                  dry_run: true
                  changes: { field: string; from: string | null; to: string | null }[]
                  cannot: { field: string; why: string }[]
                  warnings: { field: string; why: string }[]
                }
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        403: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        404: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        409: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        413: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        415: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/operator/events/{event_id}/publish': {
    get?: never
    put?: never
    post: {
      parameters: {
        query?: { dry_run?: boolean }
        header?: never
        path: { event_id: string }
        cookie?: never
      }
      requestBody?: {
        content: {
          'application/json': {
            layout?: string
            currency?: string
            on_sale?: { from?: string | null; until?: string | null }
            price_types?: {
              id: string
              name: string | { [name: string]: string }
              min?: number
              max?: number | null
            }[]
            prices?: { [name: string]: number | { [name: string]: number | null } }
            fees?: {
              name: string
              per: 'ticket' | 'order'
              amount?: number
              percent?: number
              refundable?: boolean
            }[]
            taxes?: { name: string; percent: number; included: boolean; on?: 'all' | 'tickets' | 'fees' }[]
            limits?: {
              tickets_per_buyer?: number
              hold_seconds?: number
              extensions?: number
              extension_seconds?: number
              no_orphan_seats?: boolean
            }
            refund?: { allowed?: boolean; until?: string | null }
          }
        }
      }
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            'application/json':
              | {
                  event: {
                    event_id: string
                    organiser_id: string
                    external_id: string | null
                    revision: number
                    status: 'draft' | 'published' | 'postponed' | 'cancelled' | 'ended'
                    name: string
                    starts_at: string
                    venue: { name: string; city: string; timezone: string }
                    sales: {
                      capacity: number
                      remaining: number
                      orders: number
                      tickets: number
                      charged: { amount: number; currency: string }
                      refunded: { amount: number; currency: string }
                    }
                    opened: boolean
                    codes: { [name: string]: number }
                    spec: {
                      event_id?: string | number
                      external_id?: string
                      status?: 'draft' | 'published' | 'postponed' | 'cancelled'
                      name?: string | { [name: string]: string }
                      description?: (string | { [name: string]: string }) | null
                      language?: string
                      type?: string
                      genres?: string[]
                      image_url?: string | null
                      start?: string
                      doors?: string | null
                      duration_minutes?: number | null
                      venue?: {
                        name: string
                        city: string
                        street?: string | null
                        region?: string | null
                        country?: string | null
                        timezone?: string
                        lat?: number | null
                        lon?: number | null
                      }
                      room?: string | null
                      production?: { id: string; name: string } | null
                      performers?: { name: string; kind?: 'person' | 'group'; role?: string | null }[]
                      works?: { title: string; composer?: string | null }[]
                      layout?: string
                      currency?: string
                      on_sale?: { from?: string | null; until?: string | null }
                      limits?: {
                        tickets_per_buyer?: number
                        hold_seconds?: number
                        extensions?: number
                        extension_seconds?: number
                        no_orphan_seats?: boolean
                      }
                      identity?: 'guest' | 'email'
                      refund?: { allowed?: boolean; until?: string | null }
                      price_types?: {
                        id: string
                        name: string | { [name: string]: string }
                        min?: number
                        max?: number | null
                      }[]
                      prices?: { [name: string]: number | { [name: string]: number | null } }
                      fees?: {
                        name: string
                        per: 'ticket' | 'order'
                        amount?: number
                        percent?: number
                        refundable?: boolean
                      }[]
                      taxes?: {
                        name: string
                        percent: number
                        included: boolean
                        on?: 'all' | 'tickets' | 'fees'
                      }[]
                      phases?: {
                        id: string
                        from?: string | null
                        until?: string | null
                        access?: 'open' | 'code'
                        tickets_per_buyer?: number | null
                        capacity?: number | null
                        prices?: { [name: string]: number | { [name: string]: number } }
                        codes?: { code: string; uses?: number | null }[]
                      }[]
                      allotments?: {
                        name: string
                        release?: string | null
                        seats?: (
                          | string
                          | {
                              section: string
                              row?: string | number
                              rows?: (string | number)[]
                              seats?: (string | number) | (string | number)[]
                            }
                        )[]
                        areas?: { [name: string]: number }
                        codes?: { code: string; uses?: number | null }[]
                      }[]
                      blocked?: (
                        | string
                        | {
                            section: string
                            row?: string | number
                            rows?: (string | number)[]
                            seats?: (string | number) | (string | number)[]
                          }
                      )[]
                    }
                  }
                  changes: { field: string; from: string | null; to: string | null }[]
                  warnings: { field: string; why: string }[]
                }
              | {
                  dry_run: true
                  changes: { field: string; from: string | null; to: string | null }[]
                  cannot: { field: string; why: string }[]
                  warnings: { field: string; why: string }[]
                }
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        403: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        404: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        409: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        413: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        415: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/operator/events/{event_id}/unblock': {
    get?: never
    put?: never
    post: {
      parameters: {
        query?: { dry_run?: boolean }
        header?: never
        path: { event_id: string }
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            seats: (
              | string
              | {
                  section: string
                  row?: string | number
                  rows?: (string | number)[]
                  seats?: (string | number) | (string | number)[]
                }
            )[]
          }
        }
      }
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            'application/json':
              | {
                  event: {
                    event_id: string
                    organiser_id: string
                    external_id: string | null
                    revision: number
                    status: 'draft' | 'published' | 'postponed' | 'cancelled' | 'ended'
                    name: string
                    starts_at: string
                    venue: { name: string; city: string; timezone: string }
                    sales: {
                      capacity: number
                      remaining: number
                      orders: number
                      tickets: number
                      charged: { amount: number; currency: string }
                      refunded: { amount: number; currency: string }
                    }
                    opened: boolean
                    codes: { [name: string]: number }
                    spec: {
                      event_id?: string | number
                      external_id?: string
                      status?: 'draft' | 'published' | 'postponed' | 'cancelled'
                      name?: string | { [name: string]: string }
                      description?: (string | { [name: string]: string }) | null
                      language?: string
                      type?: string
                      genres?: string[]
                      image_url?: string | null
                      start?: string
                      doors?: string | null
                      duration_minutes?: number | null
                      venue?: {
                        name: string
                        city: string
                        street?: string | null
                        region?: string | null
                        country?: string | null
                        timezone?: string
                        lat?: number | null
                        lon?: number | null
                      }
                      room?: string | null
                      production?: { id: string; name: string } | null
                      performers?: { name: string; kind?: 'person' | 'group'; role?: string | null }[]
                      works?: { title: string; composer?: string | null }[]
                      layout?: string
                      currency?: string
                      on_sale?: { from?: string | null; until?: string | null }
                      limits?: {
                        tickets_per_buyer?: number
                        hold_seconds?: number
                        extensions?: number
                        extension_seconds?: number
                        no_orphan_seats?: boolean
                      }
                      identity?: 'guest' | 'email'
                      refund?: { allowed?: boolean; until?: string | null }
                      price_types?: {
                        id: string
                        name: string | { [name: string]: string }
                        min?: number
                        max?: number | null
                      }[]
                      prices?: { [name: string]: number | { [name: string]: number | null } }
                      fees?: {
                        name: string
                        per: 'ticket' | 'order'
                        amount?: number
                        percent?: number
                        refundable?: boolean
                      }[]
                      taxes?: {
                        name: string
                        percent: number
                        included: boolean
                        on?: 'all' | 'tickets' | 'fees'
                      }[]
                      phases?: {
                        id: string
                        from?: string | null
                        until?: string | null
                        access?: 'open' | 'code'
                        tickets_per_buyer?: number | null
                        capacity?: number | null
                        prices?: { [name: string]: number | { [name: string]: number } }
                        codes?: { code: string; uses?: number | null }[]
                      }[]
                      allotments?: {
                        name: string
                        release?: string | null
                        seats?: (
                          | string
                          | {
                              section: string
                              row?: string | number
                              rows?: (string | number)[]
                              seats?: (string | number) | (string | number)[]
                            }
                        )[]
                        areas?: { [name: string]: number }
                        codes?: { code: string; uses?: number | null }[]
                      }[]
                      blocked?: (
                        | string
                        | {
                            section: string
                            row?: string | number
                            rows?: (string | number)[]
                            seats?: (string | number) | (string | number)[]
                          }
                      )[]
                    }
                  }
                  changes: { field: string; from: string | null; to: string | null }[]
                  warnings: { field: string; why: string }[]
                }
              | {
                  dry_run: true
                  changes: { field: string; from: string | null; to: string | null }[]
                  cannot: { field: string; why: string }[]
                  warnings: { field: string; why: string }[]
                }
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        403: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        404: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        409: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        413: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        415: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/operator/events/{event_id}/voided': {
    get: {
      parameters: { query?: { since?: number }; header?: never; path: { event_id: string }; cookie?: never }
      requestBody?: never
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/jose': unknown } }
        400: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        403: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        404: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/operator/layouts': {
    get: {
      parameters: { query?: { limit?: number }; header?: never; path?: never; cookie?: never }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            'application/json': { items: { hash: string; name: string; seats: number; capacity: number }[] }
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        403: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        404: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/operator/log': {
    get: {
      parameters: {
        query?: { limit?: number; cursor?: string }
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            'application/json': {
              items: {
                n: number
                at: string
                call_id: string
                phase: 'begun' | 'answered'
                staff_id: string
                organiser_id: string | null
                action: string
                target: { [name: string]: string }
                status: number | null
                request_id: string
              }[]
              next_cursor: string | null
            }
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        403: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        404: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/operator/me/passkeys': {
    get?: never
    put?: never
    post: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never }
      requestBody: {
        content: {
          'application/json': {
            credential: {
              id: string
              rawId: string
              type: 'public-key'
              response: { clientDataJSON: string }
            }
          }
        }
      }
      responses: {
        201: { headers: { [name: string]: unknown }; content: { 'application/json': { passkey_id: string } } }
        400: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        403: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        409: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        413: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        415: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/operator/me/passkeys/options': {
    get?: never
    put?: never
    post: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never }
      requestBody?: never
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': { challenge: string } } }
        400: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        409: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        413: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        415: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/operator/me/totp': {
    get?: never
    put?: never
    post: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never }
      requestBody?: never
      responses: {
        201: {
          headers: { [name: string]: unknown }
          content: { 'application/json': { uri: string; secret: string } }
        }
        400: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        409: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        413: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        415: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/operator/me/totp/confirm': {
    get?: never
    put?: never
    post: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never }
      requestBody: { content: { 'application/json': { code: string } } }
      responses: {
        204: { headers: { [name: string]: unknown }; content?: never }
        400: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        403: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        413: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        415: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/operator/sessions': {
    get?: never
    put?: never
    post: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never }
      requestBody: { content: { 'application/json': { code: string } } }
      responses: {
        201: {
          headers: { [name: string]: unknown }
          content: { 'application/json': { access_token: string; token_type: 'Bearer'; expires_in: number } }
        }
        400: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        403: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        413: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        415: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/operator/sessions/passkey': {
    get?: never
    put?: never
    post: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never }
      requestBody: {
        content: {
          'application/json': {
            credential: {
              id: string
              rawId: string
              type: 'public-key'
              response: { clientDataJSON: string }
            }
          }
        }
      }
      responses: {
        201: {
          headers: { [name: string]: unknown }
          content: { 'application/json': { access_token: string; token_type: 'Bearer'; expires_in: number } }
        }
        400: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        403: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        413: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        415: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/operator/sessions/passkey/options': {
    get?: never
    put?: never
    post: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never }
      requestBody?: never
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': { challenge: string } } }
        400: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        413: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        415: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/reservations': {
    get?: never
    put?: never
    post: {
      parameters: {
        query?: never
        header?: { 'Idempotency-Key'?: string; 'Queue-Pass'?: string }
        path?: never
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            event_id: string
            seat_ids?: string[]
            seats?: { seat_id: string; price_type?: string }[]
            best_available?: {
              quantity: number
              category?: string
              accessible?: boolean
              price_type?: string
            }
            areas?: { area_id: string; quantity: number; price_type?: string }[]
            access_code?: string
          }
        }
      }
      responses: {
        201: {
          headers: { [name: string]: unknown }
          content: {
            'application/json': {
              reservation_id: string
              event_id: string
              status: 'HELD' | 'PAYING' | 'BOOKED' | 'RELEASED' | 'EXPIRED'
              expires_at: string
              seats: {
                seat_id: string
                section: string
                row: string
                number: string
                category: string
                price_type: string
                price: { amount: number; currency: string }
              }[]
              areas: {
                area_id: string
                name: string
                quantity: number
                category: string
                price_type: string
                price: { amount: number; currency: string }
              }[]
              total: { amount: number; currency: string }
              breakdown: {
                tickets: { amount: number; currency: string }
                ticket_fees: { amount: number; currency: string }
                order_fee: { amount: number; currency: string }
                tax_included: { amount: number; currency: string }
              }
              version: number
            }
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        403: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        404: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        409: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        413: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        415: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/reservations/{id}': {
    get: {
      parameters: { query?: never; header?: never; path: { id: string }; cookie?: never }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            'application/json': {
              reservation_id: string
              event_id: string
              status: 'HELD' | 'PAYING' | 'BOOKED' | 'RELEASED' | 'EXPIRED'
              expires_at: string
              seats: {
                seat_id: string
                section: string
                row: string
                number: string
                category: string
                price_type: string
                price: { amount: number; currency: string }
              }[]
              areas: {
                area_id: string
                name: string
                quantity: number
                category: string
                price_type: string
                price: { amount: number; currency: string }
              }[]
              total: { amount: number; currency: string }
              breakdown: {
                tickets: { amount: number; currency: string }
                ticket_fees: { amount: number; currency: string }
                order_fee: { amount: number; currency: string }
                tax_included: { amount: number; currency: string }
              }
              version: number
            }
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        403: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        404: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    put?: never
    post?: never
    delete: {
      parameters: { query?: never; header?: never; path: { id: string }; cookie?: never }
      requestBody?: never
      responses: {
        204: { headers: { [name: string]: unknown }; content?: never }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        403: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        404: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        409: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/reservations/{id}/extend': {
    get?: never
    put?: never
    post: {
      parameters: {
        query?: never
        header?: { 'Idempotency-Key'?: string }
        path: { id: string }
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            'application/json': {
              reservation_id: string
              event_id: string
              status: 'HELD' | 'PAYING' | 'BOOKED' | 'RELEASED' | 'EXPIRED'
              expires_at: string
              seats: {
                seat_id: string
                section: string
                row: string
                number: string
                category: string
                price_type: string
                price: { amount: number; currency: string }
              }[]
              areas: {
                area_id: string
                name: string
                quantity: number
                category: string
                price_type: string
                price: { amount: number; currency: string }
              }[]
              total: { amount: number; currency: string }
              breakdown: {
                tickets: { amount: number; currency: string }
                ticket_fees: { amount: number; currency: string }
                order_fee: { amount: number; currency: string }
                tax_included: { amount: number; currency: string }
              }
              version: number
            }
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        403: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        404: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        409: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/sessions': {
    get: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: { 'application/json': { user_id: string | null } }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    put?: never
    post: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never }
      requestBody?: { content: { 'application/json': { cookie?: boolean; keep?: boolean } } }
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            'application/json': {
              access_token?: string
              token_type: 'Bearer'
              expires_in: number
              user_id: string
            }
          }
        }
        201: {
          headers: { [name: string]: unknown }
          content: {
            'application/json': {
              access_token?: string
              token_type: 'Bearer'
              expires_in: number
              user_id: string
            }
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        413: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        415: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    delete: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never }
      requestBody?: never
      responses: {
        204: { headers: { [name: string]: unknown }; content?: never }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        403: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        409: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/sessions/email': {
    get?: never
    put?: never
    post: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never }
      requestBody: { content: { 'application/json': { email: string; locale?: string } } }
      responses: {
        202: { headers: { [name: string]: unknown }; content?: never }
        400: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        413: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        415: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/sessions/passkey': {
    get?: never
    put?: never
    post: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never }
      requestBody: {
        content: {
          'application/json': {
            credential: {
              id: string
              rawId: string
              type: 'public-key'
              response: { clientDataJSON: string }
            }
            reservation_ids?: string[]
            cookie?: boolean
          }
        }
      }
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            'application/json': {
              access_token?: string
              token_type: 'Bearer'
              expires_in: number
              user_id: string
              moving: boolean
            }
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        403: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        413: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        415: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/sessions/passkey/options': {
    get?: never
    put?: never
    post: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never }
      requestBody?: never
      responses: {
        200: { headers: { [name: string]: unknown }; content: { 'application/json': { challenge: string } } }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/sessions/refresh': {
    get?: never
    put?: never
    post: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never }
      requestBody?: { content: { 'application/json': { cookie?: boolean } } }
      responses: {
        201: {
          headers: { [name: string]: unknown }
          content: {
            'application/json': {
              access_token?: string
              token_type: 'Bearer'
              expires_in: number
              user_id: string
            }
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        403: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        413: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        415: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/sessions/verify': {
    get?: never
    put?: never
    post: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never }
      requestBody: {
        content: {
          'application/json': { email: string; code: string; reservation_ids?: string[]; cookie?: boolean }
        }
      }
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            'application/json': {
              access_token?: string
              token_type: 'Bearer'
              expires_in: number
              user_id: string
              moving: boolean
            }
          }
        }
        400: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        403: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        413: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        415: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/tickets/{code}': {
    get: {
      parameters: { query?: never; header?: never; path: { code: string }; cookie?: never }
      requestBody?: never
      responses: {
        200: {
          headers: { [name: string]: unknown }
          content: {
            'application/json': {
              ticket_id: string
              event_id: string
              event_name: string
              status: 'pending' | 'valid' | 'void' | 'replaced'
              verdict: 'valid' | 'void' | 'test'
              serial: number
              state_version: number
              livemode: boolean
              door: string | null
              section: string | null
              row: string | null
              number: string | null
              price_type: string | null
            }
          }
        }
        401: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        404: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        429: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        500: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
        503: {
          headers: { [name: string]: unknown }
          content: { 'application/problem+json': components['schemas']['Problem'] }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
}
export interface components {
  schemas: {
    Problem: {
      type: string
      title: string
      status: number
      code:
        | 'malformed'
        | 'unknown_seat'
        | 'unknown_area'
        | 'unknown_price_type'
        | 'reservation_expired'
        | 'unauthorized'
        | 'card_declined'
        | 'payment_failed'
        | 'forbidden'
        | 'queue_pass_required'
        | 'captcha_required'
        | 'identity_required'
        | 'access_code_required'
        | 'access_code_invalid'
        | 'wrong_code'
        | 'not_found'
        | 'method_not_allowed'
        | 'not_on_sale'
        | 'access_code_used_up'
        | 'event_cancelled'
        | 'limit_exceeded'
        | 'seats_unavailable'
        | 'held_by_you'
        | 'orphan_seat'
        | 'sold_out'
        | 'extension_limit'
        | 'booking_in_progress'
        | 'already_booked'
        | 'idempotency_mismatch'
        | 'refund_closed'
        | 'conflict'
        | 'too_large'
        | 'unsupported_media_type'
        | 'rate_limited'
        | 'internal'
        | 'busy'
        | 'unavailable'
      detail: string
      request_id: string
      errors?: { field: string; message: string }[]
      version?: number
      seat_ids?: string[]
      your_seat_ids?: string[]
      alternatives?: string[][]
      reservation_id?: string
      booking_id?: string
      decline_code?: string
      tickets_per_buyer?: number
      tickets_had?: number
      price_type?: string
      min?: number
      max?: number | null
      refund_until?: string | null
      event_id?: string
      cannot?: { [name: string]: unknown }[]
    }
  }
}
