-- Inventory: everything keyed by event_id, so that it can be sharded by event. Written only by commit_entry_v1,
-- read by anybody. No clock here but clock_timestamp() in the commit; no foreign key leaves the set.
-- Older code need not stop.

create table event_heads (
  event_id bigint primary key,
  version bigint not null,
  -- SHA-256 of the entry at `version`.
  head_hash bytea not null,
  -- Milliseconds since 1970, of the entry at `version`.
  at bigint not null,
  -- A lower bound, in milliseconds, of when the next hold is due; null while nothing can expire. Changes rarely,
  -- so that the update of a head stays a HOT update on a hot event.
  next_due bigint,
  -- Where the event went, once it was moved to another cluster; a sealed head accepts no commit.
  sealed text
) with (fillfactor = 50);
create index event_heads_next_due on event_heads (next_due) where next_due is not null;

create table event_rules (
  event_id bigint not null,
  version bigint not null,
  body jsonb not null,
  primary key (event_id, version)
);

create table ledger (
  event_id bigint not null,
  version bigint not null,
  format smallint not null,
  batch_id uuid not null,
  at bigint not null,
  prev_hash bytea not null,
  -- SHA-256(prev_hash || body)
  hash bytea not null,
  -- The format byte, then the entry in that format.
  body bytea not null,
  primary key (event_id, version)
);
-- Entries are written once and read rarely: compressing them would cost the commit more than the disk gains.
alter table ledger alter column body set storage external;

-- status: 0 available, 1 held, 2 booked, 3 blocked. No index on status: nothing reads by it (availability comes
-- from memory), and it would make every hold a non-HOT update.
create table event_seats (
  event_id bigint not null,
  seat_no int not null,
  status smallint not null default 0,
  allocation_no smallint,
  held_until timestamptz,
  hold_id uuid,
  seat_guid text not null,
  primary key (event_id, seat_no)
) with (fillfactor = 60);

create table event_areas (
  event_id bigint not null,
  area_no int not null,
  capacity int not null,
  held int not null default 0,
  booked int not null default 0,
  primary key (event_id, area_no),
  check (held >= 0 and booked >= 0 and held + booked <= capacity)
) with (fillfactor = 50);

-- The primary key alone: every further index here would be paid at every hold (measured: three more cost a fifth).
-- state: 0 held, 1 paying, 2 booked, 3 released, 4 expired, 5 ended (every ticket of it void and its seats free).
create table holds (
  event_id bigint not null,
  hold_id uuid not null,
  buyer uuid not null,
  expires_at timestamptz not null,
  payment_until timestamptz,
  payment_until_max timestamptz,
  attempt uuid,
  order_id uuid,
  -- The rules under which it was priced.
  rules_version bigint not null,
  kind smallint not null default 0,
  state smallint not null default 0,
  extended_count smallint not null default 0,
  offer_no smallint,
  contact_hash uuid,
  order_fee int not null default 0,
  order_fee_tax int not null default 0,
  -- [[seat_no or -1 - area_no, price type, amount, fee, tax, quantity], ...] in minor units, frozen at hold time.
  lines json not null,
  primary key (event_id, hold_id)
) with (fillfactor = 70);

create table hold_areas (
  event_id bigint not null,
  hold_id uuid not null,
  area_no int not null,
  quantity int not null check (quantity > 0),
  primary key (event_id, hold_id, area_no)
);

-- Idempotency keys that changed something. Hashes are 128 bits of SHA-256 in the form of a UUID.
create table command_keys (
  event_id bigint not null,
  key_hash uuid not null,
  request_hash uuid not null,
  version bigint not null,
  result text not null,
  primary key (event_id, key_hash)
);

create table code_uses (
  event_id bigint not null,
  code_hash uuid not null,
  used int not null check (used >= 0),
  primary key (event_id, code_hash)
);

-- state: 0 pending, 1 valid, 2 void, 3 replaced.
create table tickets (
  event_id bigint not null,
  ticket_id uuid not null,
  order_id uuid not null,
  line_no int not null,
  hold_id uuid not null,
  buyer uuid not null,
  seat_no int,
  area_no int,
  serial int not null,
  state smallint not null,
  -- The ledger's version at which the state last changed.
  state_version bigint not null,
  -- The refund that will free the seat, from cancel until reopen.
  refund_id uuid,
  reopened boolean not null default false,
  foreign_barcode text,
  primary key (event_id, ticket_id),
  check ((seat_no is null) <> (area_no is null))
);
create unique index tickets_one_live_per_seat on tickets (event_id, seat_no) where state < 2 and seat_no is not null;
create unique index tickets_serial on tickets (event_id, serial);

create table ticket_scans (
  event_id bigint not null,
  ticket_id uuid not null,
  scanned_at timestamptz not null,
  scan_id uuid not null,
  device text not null,
  outcome text not null,
  primary key (event_id, ticket_id, scanned_at, scan_id)
);

-- The waiting room: the operator's settings and the draw, the joins before it, and the log of admissions.
create table queues (
  event_id bigint primary key,
  mode text not null default 'off' check (mode in ('off', 'draw', 'fifo')),
  state text not null default 'off',
  joins_from timestamptz,
  joins_until timestamptz,
  opens_at timestamptz,
  per_minute int,
  map text not null default 'open' check (map in ('open', 'with_pass')),
  beacon jsonb,
  commitment bytea,
  seed bytea,
  entrants bigint,
  root bytea,
  admitted bigint not null default 0,
  revision bigint not null default 1
);
create table queue_entries (
  event_id bigint not null,
  number bigint not null,
  buyer uuid not null,
  joined_at timestamptz not null,
  receipt_hash bytea not null,
  state smallint not null default 0,
  primary key (event_id, number),
  unique (event_id, buyer)
);
create table queue_log (
  event_id bigint not null,
  n bigint not null,
  at timestamptz not null,
  kind text not null,
  body jsonb not null,
  prev_hash bytea not null,
  hash bytea not null,
  primary key (event_id, n)
);

-- A derived figure for lists, refreshed within seconds after a commit; never read for selling.
create table event_stock (
  event_id bigint primary key,
  version bigint not null,
  capacity int not null,
  remaining int not null
) with (fillfactor = 50);

create table inventory_outbox (
  fact_id uuid not null,
  xid xid8 not null default pg_current_xact_id(),
  event_id bigint not null,
  version bigint not null,
  n bigint not null,
  kind text not null,
  key text not null,
  body jsonb not null,
  at timestamptz not null,
  primary key (event_id, version, n)
);
create index inventory_outbox_order on inventory_outbox (xid, event_id, version, n);

-- Commits one ledger entry and everything it changes, or nothing. Knows no command: it compares and sets the
-- event's head, appends the entry, applies the deltas and checks one row count a kind.
--   p_seats …: seat number, from status and hold, to status, hold and until (milliseconds)
--   p_new_holds …, p_changed_holds …: rows to insert; rows to update from one state to another
--   p_areas …: deltas of the counters, bounded by the table's check
--   p_rest: what is rare, as one document: rules, new seats and areas, facts for the outbox, hold areas, code uses
-- Returns 'committed', 'moved' (the head is not the expected one: nothing was written), 'sealed' or 'time'.
-- Raises US001 when a row count differs (the caller's memory is wrong) and US002 when a key exists already.
create function commit_entry_v1(
  p_event bigint, p_version bigint, p_head_hash bytea, p_prev_at bigint,
  p_at bigint, p_batch uuid, p_format smallint, p_hash bytea, p_body bytea, p_next_due bigint,
  p_seats int[], p_seat_from smallint[], p_seat_from_hold uuid[],
  p_seat_to smallint[], p_seat_hold uuid[], p_seat_until bigint[],
  p_holds uuid[], p_hold_buyer uuid[], p_hold_expires bigint[], p_hold_lines json[], p_hold_rules bigint[],
  p_hold_fee int[], p_hold_fee_tax int[],
  p_changed uuid[], p_changed_from smallint[], p_changed_to smallint[], p_changed_expires bigint[],
  p_changed_attempt uuid[], p_changed_until bigint[], p_changed_until_max bigint[], p_changed_order uuid[],
  p_changed_extended smallint[], p_changed_buyer uuid[],
  p_areas int[], p_area_held int[], p_area_booked int[],
  p_keys uuid[], p_key_request uuid[], p_key_result text[],
  p_tickets uuid[], p_ticket_order uuid[], p_ticket_line int[], p_ticket_hold uuid[], p_ticket_buyer uuid[],
  p_ticket_seat int[], p_ticket_area int[], p_ticket_serial int[],
  p_turned uuid[], p_turned_from smallint[], p_turned_to smallint[], p_turned_refund uuid[], p_turned_buyer uuid[],
  p_turned_reopened boolean[],
  p_rest jsonb
) returns text
language plpgsql
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set plan_cache_mode = force_generic_plan
as $$
declare
  v_next bigint := p_version + 1;
  v_now bigint;
  v_rows int;
  v_sealed text;
begin
  update event_heads
     set version = v_next, head_hash = p_hash, at = p_at, next_due = p_next_due
   where event_id = p_event and version = p_version and head_hash = p_head_hash and at = p_prev_at
     and sealed is null;
  get diagnostics v_rows = row_count;
  if v_rows = 0 then
    if p_version > 0 then
      select sealed into v_sealed from event_heads where event_id = p_event;
      return case when v_sealed is null then 'moved' else 'sealed' end;
    end if;
    -- The first entry makes the head.
    insert into event_heads (event_id, version, head_hash, at, next_due)
    values (p_event, v_next, p_hash, p_at, p_next_due)
    on conflict (event_id) do nothing;
    get diagnostics v_rows = row_count;
    if v_rows = 0 then
      return 'moved';
    end if;
  end if;

  -- Read after the head's row was taken: a batch that waited for a lock is judged by the time it got it.
  v_now := floor(extract(epoch from clock_timestamp()) * 1000);
  if p_at < p_prev_at or p_at > greatest(p_prev_at, v_now + 250) or p_at < greatest(p_prev_at, v_now - 5000) then
    raise exception 'the entry''s time % does not fit the clock %', p_at, v_now using errcode = 'US003';
  end if;

  insert into ledger (event_id, version, format, batch_id, at, prev_hash, hash, body)
  values (p_event, v_next, p_format, p_batch, p_at, p_head_hash, p_hash, p_body);

  if p_rest is not null then
    perform commit_rest_v1(p_event, v_next, p_at, p_rest);
  end if;

  if cardinality(p_seats) > 0 then
    update event_seats s
       set status = x.to_status, hold_id = x.to_hold, held_until = timestamptz 'epoch' + x.until * interval '1 ms'
      from unnest(p_seats, p_seat_from, p_seat_from_hold, p_seat_to, p_seat_hold, p_seat_until)
           as x(seat_no, from_status, from_hold, to_status, to_hold, until)
     where s.event_id = p_event and s.seat_no = x.seat_no and s.status = x.from_status
       and s.hold_id is not distinct from x.from_hold;
    get diagnostics v_rows = row_count;
    if v_rows <> cardinality(p_seats) then
      raise exception 'seats: % of % were as expected', v_rows, cardinality(p_seats) using errcode = 'US001';
    end if;
  end if;

  if cardinality(p_holds) > 0 then
    insert into holds (event_id, hold_id, buyer, expires_at, lines, rules_version, order_fee, order_fee_tax)
    select p_event, x.hold_id, x.buyer, timestamptz 'epoch' + x.expires * interval '1 ms', x.lines, x.rules,
           x.fee, x.fee_tax
      from unnest(p_holds, p_hold_buyer, p_hold_expires, p_hold_lines, p_hold_rules, p_hold_fee, p_hold_fee_tax)
           as x(hold_id, buyer, expires, lines, rules, fee, fee_tax);
  end if;
  -- Rare, and only now: the holds have to be there.
  if p_rest ? 'contacts' then
    update holds h set contact_hash = (x.row ->> 1)::uuid
      from jsonb_array_elements(p_rest -> 'contacts') as x(row)
     where h.event_id = p_event and h.hold_id = (x.row ->> 0)::uuid;
    get diagnostics v_rows = row_count;
    if v_rows <> jsonb_array_length(p_rest -> 'contacts') then
      raise exception 'contacts: % of % were as expected', v_rows, jsonb_array_length(p_rest -> 'contacts')
        using errcode = 'US001';
    end if;
  end if;

  if cardinality(p_changed) > 0 then
    update holds h
       set state = x.to_state, attempt = x.attempt, order_id = x.order_id, buyer = x.buyer,
           extended_count = x.extended, expires_at = timestamptz 'epoch' + x.expires * interval '1 ms',
           payment_until = timestamptz 'epoch' + x.until * interval '1 ms',
           payment_until_max = timestamptz 'epoch' + x.until_max * interval '1 ms'
      from unnest(p_changed, p_changed_from, p_changed_to, p_changed_expires, p_changed_attempt, p_changed_until,
                  p_changed_until_max, p_changed_order, p_changed_extended, p_changed_buyer)
           as x(hold_id, from_state, to_state, expires, attempt, until, until_max, order_id, extended, buyer)
     where h.event_id = p_event and h.hold_id = x.hold_id and h.state = x.from_state;
    get diagnostics v_rows = row_count;
    if v_rows <> cardinality(p_changed) then
      raise exception 'holds: % of % were as expected', v_rows, cardinality(p_changed) using errcode = 'US001';
    end if;
  end if;

  if cardinality(p_areas) > 0 then
    update event_areas a
       set held = a.held + x.held, booked = a.booked + x.booked
      from unnest(p_areas, p_area_held, p_area_booked) as x(area_no, held, booked)
     where a.event_id = p_event and a.area_no = x.area_no;
    get diagnostics v_rows = row_count;
    if v_rows <> cardinality(p_areas) then
      raise exception 'areas: % of % were as expected', v_rows, cardinality(p_areas) using errcode = 'US001';
    end if;
  end if;

  if cardinality(p_keys) > 0 then
    insert into command_keys (event_id, key_hash, request_hash, version, result)
    select p_event, x.key_hash, x.request_hash, v_next, x.result
      from unnest(p_keys, p_key_request, p_key_result) as x(key_hash, request_hash, result)
    on conflict (event_id, key_hash) do nothing;
    get diagnostics v_rows = row_count;
    if v_rows <> cardinality(p_keys) then
      raise exception 'keys: % of % were new', v_rows, cardinality(p_keys) using errcode = 'US002';
    end if;
  end if;

  if cardinality(p_tickets) > 0 then
    insert into tickets (event_id, ticket_id, order_id, line_no, hold_id, buyer, seat_no, area_no, serial, state,
                         state_version)
    select p_event, x.ticket_id, x.order_id, x.line_no, x.hold_id, x.buyer, x.seat_no, x.area_no, x.serial, 0, v_next
      from unnest(p_tickets, p_ticket_order, p_ticket_line, p_ticket_hold, p_ticket_buyer, p_ticket_seat,
                  p_ticket_area, p_ticket_serial)
           as x(ticket_id, order_id, line_no, hold_id, buyer, seat_no, area_no, serial);
  end if;

  if cardinality(p_turned) > 0 then
    update tickets t
       set state = x.to_state, refund_id = x.refund, buyer = x.buyer, reopened = x.reopened,
           state_version = case when x.to_state = t.state then t.state_version else v_next end
      from unnest(p_turned, p_turned_from, p_turned_to, p_turned_refund, p_turned_buyer, p_turned_reopened)
           as x(ticket_id, from_state, to_state, refund, buyer, reopened)
     where t.event_id = p_event and t.ticket_id = x.ticket_id and t.state = x.from_state and not t.reopened;
    get diagnostics v_rows = row_count;
    if v_rows <> cardinality(p_turned) then
      raise exception 'tickets: % of % were as expected', v_rows, cardinality(p_turned) using errcode = 'US001';
    end if;
  end if;

  return 'committed';
end
$$;

-- What a commit rarely carries. A part of the commit above and nothing else.
create function commit_rest_v1(p_event bigint, p_version bigint, p_at bigint, p_rest jsonb) returns void
language plpgsql
as $$
declare
  v_rows int;
begin
  if p_rest ? 'rules' then
    insert into event_rules (event_id, version, body) values (p_event, p_version, p_rest -> 'rules');
  end if;
  if p_rest ? 'seats' then
    insert into event_seats (event_id, seat_no, seat_guid)
    select p_event, (p_rest ->> 'first_seat')::int + (x.i - 1)::int, x.guid
      from jsonb_array_elements_text(p_rest -> 'seats') with ordinality as x(guid, i);
  end if;
  if p_rest ? 'areas' then
    insert into event_areas (event_id, area_no, capacity)
    select p_event, (x.i - 1)::int, x.capacity::int
      from jsonb_array_elements_text(p_rest -> 'areas') with ordinality as x(capacity, i);
  end if;
  if p_rest ? 'hold_areas' then
    insert into hold_areas (event_id, hold_id, area_no, quantity)
    select p_event, (x.row ->> 0)::uuid, (x.row ->> 1)::int, (x.row ->> 2)::int
      from jsonb_array_elements(p_rest -> 'hold_areas') as x(row);
  end if;
  if p_rest ? 'sealed' then
    update event_heads set sealed = p_rest ->> 'sealed' where event_id = p_event;
  end if;
  if p_rest ? 'facts' then
    insert into inventory_outbox (fact_id, event_id, version, n, kind, key, body, at)
    select (x.row ->> 'fact_id')::uuid, p_event, p_version, x.i - 1, x.row ->> 'kind', p_event::text, x.row -> 'body',
           timestamptz 'epoch' + p_at * interval '1 ms'
      from jsonb_array_elements(p_rest -> 'facts') with ordinality as x(row, i);
  end if;
end
$$;
