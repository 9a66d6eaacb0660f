-- Money: the house cancels a whole event. One row is one durable job; what goes back to whom stands in `refunds`, as
-- for everybody else. Nothing here joins another set. Older code need not stop.

create table event_cancellations (
  -- An event is cancelled once.
  event_id        bigint primary key,
  cancellation_id uuid not null unique,
  reason          text not null,
  requested_by    text not null,
  -- Said to buyers, in the house's own words.
  message         text,
  -- closing: the ledger is being told; refunding: orders are walked and money goes back; done.
  state           text not null check (state in ('closing', 'refunding', 'done')),
  -- Orders up to this one have their refund written down; null: the walk begins, or begins again.
  walked_to       uuid,
  -- As in payments and refunds: due, and driven by one worker at a time that names its lease.
  next_at         timestamptz,
  tries           int not null default 0,
  lease           uuid,
  leased_until    timestamptz,
  created_at      timestamptz not null,
  finished_at     timestamptz
);
create index event_cancellations_due on event_cancellations (next_at) where next_at is not null;

-- The key is what makes it once an order, whoever walks and however often.
create table cancelled_orders (
  cancellation_id uuid not null references event_cancellations (cancellation_id),
  order_id        uuid not null references orders,
  refund_id       uuid not null unique references refunds,
  -- The fact that the buyer's mail is written from; null: not told yet.
  told_by         uuid,
  primary key (cancellation_id, order_id)
);
create index cancelled_orders_untold on cancelled_orders (cancellation_id) where told_by is null;

-- What was being done when a refund got stuck, and how often a person has set it going again since.
alter table refunds add column stuck_in text check (stuck_in in ('voiding', 'refunding', 'reopening'));
alter table refunds add column stuck_at timestamptz;
alter table refunds add column round int not null default 0;
