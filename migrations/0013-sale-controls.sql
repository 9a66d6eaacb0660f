-- What the house decides about a sale: codes that open allotments as well as phases, and numbers that are never used
-- again, because the ledger knows phases and allotments by them. Older code need not stop.

alter table access_codes
  alter column offer_no drop not null,
  alter column uses_max drop not null,
  alter column uses_max drop default,
  add column allocation_no smallint,
  add constraint access_codes_open_one_thing check (num_nonnulls(offer_no, allocation_no) = 1);

-- The highest numbers ever given to a phase and an allotment of the event.
alter table events
  add column offers_numbered smallint not null default 0,
  add column allocations_numbered smallint not null default 0;

-- The house's list of its own events.
create index events_by_organiser on events (organiser_id, event_id desc);
