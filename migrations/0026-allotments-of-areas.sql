-- Places of areas are kept for allotments, as seats are. Older code need not stop: it sells no place that is kept,
-- because of the check below; it cannot read entries that keep places or hold kept ones, so keep them once every
-- process is new.

-- Places that an allotment has and its codes have not taken. The check is what forbids everybody else to sell them.
alter table event_areas
  add column kept int not null default 0,
  add constraint event_areas_kept check (kept >= 0 and held + booked + kept <= capacity);

-- The allotment whose places of areas a hold has; its seats say theirs themselves.
alter table holds add column allocation_no smallint;

-- How many places of an area an allotment has, those that its codes took included.
create table area_allocations (
  event_id bigint not null,
  area_no int not null,
  allocation_no smallint not null,
  places int not null check (places > 0),
  primary key (event_id, area_no, allocation_no)
);

-- A part of the commit and nothing else. p_house:
--   cancelled: true
--   seats: [seat number, allocation before, allocation after]
--   holds: [hold, number of its phase, hash of its code, allocation of its places of areas], of holds that this entry made
--   codes: [hash, difference of its uses]
--   areas: [area, differences of held, booked and kept], of areas where the last differs: the others are in the arrays
--   places: [area, allocation, its places before, after]
create or replace function commit_house_v1(p_event bigint, p_version bigint, p_house jsonb) returns void
language plpgsql
as $$
declare
  v_rows int;
begin
  if p_house ? 'cancelled' then
    update event_heads set cancelled = true where event_id = p_event and not cancelled;
    get diagnostics v_rows = row_count;
    if v_rows <> 1 then
      raise exception 'the event is cancelled already' using errcode = 'US001';
    end if;
  end if;

  if p_house ? 'seats' then
    update event_seats s set allocation_no = (x.row ->> 2)::smallint
      from jsonb_array_elements(p_house -> 'seats') as x(row)
     where s.event_id = p_event and s.seat_no = (x.row ->> 0)::int
       and s.allocation_no is not distinct from (x.row ->> 1)::smallint;
    get diagnostics v_rows = row_count;
    if v_rows <> jsonb_array_length(p_house -> 'seats') then
      raise exception 'allocations: % of % seats were as expected', v_rows, jsonb_array_length(p_house -> 'seats')
        using errcode = 'US001';
    end if;
  end if;

  if p_house ? 'areas' then
    update event_areas a
       set held = a.held + (x.row ->> 1)::int, booked = a.booked + (x.row ->> 2)::int, kept = a.kept + (x.row ->> 3)::int
      from jsonb_array_elements(p_house -> 'areas') as x(row)
     where a.event_id = p_event and a.area_no = (x.row ->> 0)::int;
    get diagnostics v_rows = row_count;
    if v_rows <> jsonb_array_length(p_house -> 'areas') then
      raise exception 'kept areas: % of % were as expected', v_rows, jsonb_array_length(p_house -> 'areas')
        using errcode = 'US001';
    end if;
  end if;

  if p_house ? 'places' then
    delete from area_allocations a
     using jsonb_array_elements(p_house -> 'places') as x(row)
     where a.event_id = p_event and a.area_no = (x.row ->> 0)::int and a.allocation_no = (x.row ->> 1)::smallint
       and a.places = (x.row ->> 2)::int;
    get diagnostics v_rows = row_count;
    if v_rows <> (select count(*) from jsonb_array_elements(p_house -> 'places') as x(row) where (x.row ->> 2)::int > 0) then
      raise exception 'kept places: % were as expected', v_rows using errcode = 'US001';
    end if;
    -- One that was there although it should not have been breaks the key: then memory is wrong, too.
    insert into area_allocations (event_id, area_no, allocation_no, places)
    select p_event, (x.row ->> 0)::int, (x.row ->> 1)::smallint, (x.row ->> 3)::int
      from jsonb_array_elements(p_house -> 'places') as x(row)
     where (x.row ->> 3)::int > 0;
  end if;

  if p_house ? 'holds' then
    update holds h
       set offer_no = (x.row ->> 1)::smallint, code_hash = (x.row ->> 2)::uuid, allocation_no = (x.row ->> 3)::smallint
      from jsonb_array_elements(p_house -> 'holds') as x(row)
     where h.event_id = p_event and h.hold_id = (x.row ->> 0)::uuid;
    get diagnostics v_rows = row_count;
    if v_rows <> jsonb_array_length(p_house -> 'holds') then
      raise exception 'phases: % of % holds were as expected', v_rows, jsonb_array_length(p_house -> 'holds')
        using errcode = 'US001';
    end if;
  end if;

  if p_house ? 'codes' then
    insert into code_uses (event_id, code_hash, used)
    select p_event, (x.row ->> 0)::uuid, 0 from jsonb_array_elements(p_house -> 'codes') as x(row)
    on conflict (event_id, code_hash) do nothing;
    -- A code whose uses would fall below none breaks the table's check: then memory is wrong.
    update code_uses c set used = c.used + (x.row ->> 1)::int
      from jsonb_array_elements(p_house -> 'codes') as x(row)
     where c.event_id = p_event and c.code_hash = (x.row ->> 0)::uuid;
  end if;
end
$$;
