-- Without what was to carry moved seats, which nothing writes. Older code need not stop.

-- A part of the commit above and nothing else. p_house:
--   cancelled: true
--   seats: [seat number, allocation before, allocation after]
--   holds: [hold, number of its phase, hash of its code], of holds that this entry made
--   codes: [hash, difference of its uses]
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

  if p_house ? 'holds' then
    update holds h set offer_no = (x.row ->> 1)::smallint, code_hash = (x.row ->> 2)::uuid
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
