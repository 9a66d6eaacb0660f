-- When the lowest price of an event is another one because a phase of its sale begins or ends. Only events whose phases
-- have prices of their own have a row. Older code need not stop: it shows the price of the phase before, and sells all
-- phases at the general prices, so prices of phases are for when every process is new.

create table price_turns (
  event_id bigint primary key references events on delete cascade,
  turns_at timestamptz not null
);
create index price_turns_due on price_turns (turns_at);
