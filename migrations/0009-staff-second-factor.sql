-- Staff: a second factor, and a log of what they did that nobody can change. Part of the set of people.
-- Older code need not stop.

-- The secret is sealed under a key of its own in person_keys, so that a change of USHER_KEY moves it with the others.
create table staff_totp (
  staff_id     uuid primary key references staff,
  key_id       uuid not null,
  secret       bytea not null,
  created_at   timestamptz not null,
  -- Null until a first code proved that the secret arrived; from then on the token alone opens nothing.
  confirmed_at timestamptz,
  -- The time step of the last code used: none is good twice.
  last_step    bigint,
  tries        int not null default 0,
  tries_from   timestamptz
);

-- Two rows a call: before it and after it, so that what a crash cut off is there as well. Ids only.
create table operator_log (
  n            bigint generated always as identity primary key,
  at           timestamptz not null,
  call_id      uuid not null,
  phase        text not null check (phase in ('begun', 'answered')),
  staff_id     uuid not null,
  organiser_id text,
  action       text not null,
  target       jsonb not null,
  status       int,
  request_id   text not null
);
create index operator_log_staff on operator_log (staff_id, n);
create index operator_log_organiser on operator_log (organiser_id, n) where organiser_id is not null;

create function operator_log_is_final() returns trigger language plpgsql as $$
begin
  raise exception 'the log of operators is only written to' using errcode = '42501';
end
$$;
create trigger operator_log_is_final before update or delete or truncate on operator_log
  for each statement execute function operator_log_is_final();
