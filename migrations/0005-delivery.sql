-- Delivery: how far each consumer of an outbox has read, what it could not deal with, and which mails went out. No
-- personal data: facts and deliveries name things by id. Nothing here joins another set. Older code need not stop.

-- One row a consumer and outbox. `cluster` is the database cluster (its system identifier) whose transaction ids `xid`
-- counts: a position of another cluster means nothing, and reading starts again from the oldest row kept.
create table outbox_positions (
  consumer     text not null,
  source       text not null,
  cluster      text not null,
  xid          xid8 not null default '0',
  event_id     bigint not null default 0,
  version      bigint not null default 0,
  n            bigint not null default -1,
  -- One process at a time reads for a consumer; every write of it names its lease.
  lease        uuid,
  leased_until timestamptz,
  updated_at   timestamptz not null default clock_timestamp(),
  primary key (consumer, source, cluster)
);

-- Facts that a consumer could not deal with at once, and those of the same key behind them: what is parked does not
-- hold up the others. `dead_at`: given up, for a person to look at.
create table outbox_parked (
  consumer   text not null,
  source     text not null,
  fact_id    uuid not null,
  xid        xid8 not null,
  event_id   bigint not null,
  version    bigint not null,
  n          bigint not null,
  kind       text not null,
  key        text not null,
  body       jsonb not null,
  at         timestamptz not null,
  -- Rises in the order of parking, which within a key is the order of the facts, also over a change of cluster.
  position   bigint not null generated always as identity,
  tries      int not null default 0,
  next_at    timestamptz not null,
  last_error text,
  dead_at    timestamptz,
  parked_at  timestamptz not null,
  primary key (consumer, source, fact_id)
);
create index outbox_parked_due on outbox_parked (consumer, source, next_at) where dead_at is null;
create index outbox_parked_key on outbox_parked (consumer, source, key, position) where dead_at is null;

-- One row a fact that asks for a mail, written before it is sent: whoever finds it sent does not send it again.
create table mail_deliveries (
  fact_id       uuid primary key,
  kind          text not null,
  order_id      uuid not null,
  -- The refund that the mail spoke of, and whether it said that the money is back.
  refund_id     uuid,
  said_refunded boolean not null default false,
  message_id    text not null,
  state         text not null check (state in ('sending', 'sent', 'skipped')),
  -- Why none was sent: a stable word.
  reason        text,
  tries         int not null default 1,
  claimed_until timestamptz not null,
  created_at    timestamptz not null,
  sent_at       timestamptz
);
create index mail_deliveries_order on mail_deliveries (order_id);
create index mail_deliveries_refund on mail_deliveries (refund_id) where refund_id is not null;
