-- Money: orders, payments, refunds, what providers told us, and the facts that follow. Keyed by order; events are
-- named by id alone, buyers by their id, never by name or mail. Nothing here joins another set.
-- Older code need not stop.

create table orders (
  order_id       uuid primary key,
  buyer          uuid not null,
  organiser_id   text not null,
  -- The event of the reservation that it began with; lines name theirs, so that one order may span events later.
  event_id       bigint not null,
  -- The reservation that was asked for, and the hold that has the seats now: another one after a late success.
  reservation_id uuid not null,
  hold_id        uuid not null,
  status         text not null check (status in ('PENDING', 'CONFIRMED', 'FAILED', 'CANCELLED')),
  -- Why it failed: a stable word.
  failure        text,
  total          bigint not null check (total >= 0),
  currency       text not null,
  refunded       bigint not null default 0 check (refunded >= 0 and refunded <= total),
  locale         text not null,
  channel        text not null default 'web',
  livemode       boolean not null,
  terms_version  text not null default '',
  -- The text of that moment.
  event_name     text not null,
  starts_at      timestamptz,
  created_at     timestamptz not null,
  settled_at     timestamptz,
  cancelled_at   timestamptz,
  -- What the law wants kept for five years.
  retain_until   timestamptz not null
) with (fillfactor = 80);
create index orders_of_buyer on orders (buyer, created_at desc, order_id desc);
create index orders_of_reservation on orders (reservation_id);
create index orders_of_event on orders (event_id, order_id);

create table order_lines (
  order_id      uuid not null references orders,
  line_no       int not null,
  kind          text not null check (kind in ('ticket', 'fee')),
  event_id      bigint not null,
  ticket_id     uuid,
  seat_no       int,
  area_no       int,
  -- Texts and numbers of that moment: a layout may be drawn anew and a price type renamed.
  seat_id       text,
  area_id       text,
  section       text,
  row_label     text,
  seat_label    text,
  category      text,
  price_type_id text,
  price_type    text,
  -- Fees and taxes included; minor units.
  amount        bigint not null,
  fee           bigint not null default 0,
  tax           bigint not null default 0,
  discount      bigint not null default 0,
  -- What comes back when this line is cancelled.
  refundable    bigint not null,
  state         text not null check (state in ('pending', 'valid', 'void')),
  serial        int,
  state_version bigint,
  primary key (order_id, line_no),
  check ((kind = 'ticket') = (ticket_id is not null)),
  check (refundable between 0 and amount)
) with (fillfactor = 80);
create unique index order_lines_ticket on order_lines (ticket_id) where ticket_id is not null;

-- One row is one attempt to get money for an order, and `state` where its state machine is (docs/checkout.md).
-- `payment_id` is what the ledger knows as the attempt.
create table payments (
  payment_id     uuid primary key,
  order_id       uuid not null references orders,
  no             int not null default 1,
  tender         text not null check (tender in ('card', 'cash', 'terminal', 'comp', 'external', 'none')),
  -- Null where no provider takes part: nothing to pay, cash, complimentary.
  provider       text,
  provider_ref   text,
  -- Names the buyer's means of payment at the provider; forgotten when the attempt is settled.
  token          text,
  return_url     text,
  next_action    jsonb,
  amount         bigint not null,
  currency       text not null,
  livemode       boolean not null,
  state          text not null,
  -- What is known of the money.
  money          text not null check (money in ('none', 'unknown', 'authorized', 'captured', 'returned')),
  booked         boolean not null default false,
  reseated       boolean not null default false,
  -- The hold that a late success would take.
  spare_hold_id  uuid not null,
  failure        text,
  decline_code   text,
  payment_until  timestamptz not null,
  -- Due for the next step; null once nothing is left to do.
  next_at        timestamptz,
  tries          int not null default 0,
  -- One worker at a time drives it; whoever writes names the lease.
  lease          uuid,
  leased_until   timestamptz,
  created_at     timestamptz not null,
  settled_at     timestamptz,
  unique (order_id, no)
) with (fillfactor = 50);
create index payments_due on payments (next_at) where next_at is not null;
create index payments_by_ref on payments (provider, provider_ref) where provider_ref is not null;

-- Append only: what was about to be done and what came of it. The row before a step is its announcement.
create table payment_steps (
  payment_id uuid not null,
  n          bigint generated always as identity,
  at         timestamptz not null,
  from_state text not null,
  event      text not null,
  to_state   text not null,
  detail     text,
  primary key (payment_id, n)
);

create table refunds (
  refund_id    uuid primary key,
  order_id     uuid not null references orders,
  payment_id   uuid not null references payments,
  amount       bigint not null check (amount >= 0),
  currency     text not null,
  -- voiding: tickets are being made void; refunding: the provider is asked; reopening: seats are being freed;
  -- settled; stuck: the provider refused and a person has to look.
  state        text not null check (state in ('voiding', 'refunding', 'reopening', 'settled', 'stuck')),
  reason       text not null default 'buyer',
  provider_ref text,
  failure      text,
  hold_id      uuid not null,
  next_at      timestamptz,
  tries        int not null default 0,
  lease        uuid,
  leased_until timestamptz,
  created_at   timestamptz not null,
  settled_at   timestamptz
);
create index refunds_of_order on refunds (order_id);
create index refunds_due on refunds (next_at) where next_at is not null;

create table refund_lines (
  refund_id uuid not null references refunds,
  order_id  uuid not null,
  line_no   int not null,
  amount    bigint not null check (amount >= 0),
  primary key (refund_id, line_no)
);
-- A line is given back once.
create unique index refund_lines_once on refund_lines (order_id, line_no);

-- Keys that made something. The answer is rendered from the order or the refund that it names; it is not stored,
-- because it would carry ticket codes. `status` is the final answer's, null while there is none.
create table idempotent_answers (
  caller       uuid not null,
  route        text not null,
  event_id     bigint not null,
  key_hash     uuid not null,
  request_hash uuid not null,
  order_id     uuid not null,
  refund_id    uuid,
  status       int,
  created_at   timestamptz not null,
  primary key (caller, route, event_id, key_hash)
);
create index idempotent_answers_of_order on idempotent_answers (order_id);

-- Every event a provider sent, once and for ever: the key is what makes a repetition harmless. Only references are
-- kept; the object itself is fetched from the provider before it is believed.
create table webhook_inbox (
  provider          text not null,
  provider_event_id text not null,
  kind              text not null,
  provider_ref      text,
  order_id          text,
  attempt           text,
  received_at       timestamptz not null,
  next_at           timestamptz,
  tries             int not null default 0,
  processed_at      timestamptz,
  outcome           text,
  primary key (provider, provider_event_id)
);
create index webhook_inbox_due on webhook_inbox (next_at) where next_at is not null;

create table money_outbox (
  fact_id  uuid not null unique,
  xid      xid8 not null default pg_current_xact_id(),
  event_id bigint not null default 0,
  version  bigint not null default 0,
  n        bigint generated always as identity primary key,
  kind     text not null,
  key      text not null,
  body     jsonb not null,
  at       timestamptz not null
);
create index money_outbox_order on money_outbox (xid, event_id, version, n);
