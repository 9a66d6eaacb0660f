-- The house's controls in the ledger: events cancelled, seats kept for allocations, phases and codes of the sale, seats
-- moved. Older code need not stop: what it commits it goes on committing by commit_entry_v1; it cannot read entries
-- with the new kinds of change, so use them once every process is new.

alter table event_heads add column cancelled boolean not null default false;
-- The access code that a hold used, hashed; its phase is in offer_no.
alter table holds add column code_hash uuid;

-- commit_entry_v1, and what `house` of the last parameter says, in the same transaction.
create function commit_entry_v2(
  bigint, bigint, bytea, bigint, bigint, uuid, smallint, bytea, bytea, bigint,
  int[], smallint[], uuid[], smallint[], uuid[], bigint[],
  uuid[], uuid[], bigint[], json[], bigint[], int[], int[],
  uuid[], smallint[], smallint[], bigint[], uuid[], bigint[], bigint[], uuid[], smallint[], uuid[],
  int[], int[], int[],
  uuid[], uuid[], text[],
  uuid[], uuid[], int[], uuid[], uuid[], int[], int[], int[],
  uuid[], smallint[], smallint[], uuid[], uuid[], boolean[],
  jsonb
) returns text
language plpgsql
as $$
declare
  v_outcome text;
begin
  v_outcome := commit_entry_v1(
    $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26,
    $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, $50,
    $51, $52, $53, $54
  );
  if v_outcome = 'committed' and $54 ? 'house' then
    perform commit_house_v1($1, $2 + 1, $54 -> 'house');
  end if;
  return v_outcome;
end
$$;

-- A part of the commit above and nothing else. p_house:
--   cancelled: true
--   seats: [seat number, allocation before, allocation after]
--   holds: [hold, number of its phase, hash of its code], of holds that this entry made
--   codes: [hash, difference of its uses]
--   lines: [hold, its lines as text]; tickets: [ticket, seat before, seat after], in the order in which they moved
create function commit_house_v1(p_event bigint, p_version bigint, p_house jsonb) returns void
language plpgsql
as $$
declare
  v_rows int;
  v_row jsonb;
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
    update code_uses c set used = c.used + (x.row ->> 1)::int
      from jsonb_array_elements(p_house -> 'codes') as x(row)
     where c.event_id = p_event and c.code_hash = (x.row ->> 0)::uuid;
  end if;

  if p_house ? 'lines' then
    update holds h set lines = (x.row ->> 1)::json
      from jsonb_array_elements(p_house -> 'lines') as x(row)
     where h.event_id = p_event and h.hold_id = (x.row ->> 0)::uuid;
    get diagnostics v_rows = row_count;
    if v_rows <> jsonb_array_length(p_house -> 'lines') then
      raise exception 'lines: % of % holds were as expected', v_rows, jsonb_array_length(p_house -> 'lines')
        using errcode = 'US001';
    end if;
  end if;

  -- One by one: a ticket may move to the seat that another has just left.
  if p_house ? 'tickets' then
    for v_row in select x.row from jsonb_array_elements(p_house -> 'tickets') with ordinality as x(row, i) order by x.i loop
      update tickets set seat_no = (v_row ->> 2)::int, state_version = p_version
       where event_id = p_event and ticket_id = (v_row ->> 0)::uuid and seat_no = (v_row ->> 1)::int;
      get diagnostics v_rows = row_count;
      if v_rows <> 1 then
        raise exception 'ticket % was not as expected', v_row ->> 0 using errcode = 'US001';
      end if;
    end loop;
  end if;
end
$$;
