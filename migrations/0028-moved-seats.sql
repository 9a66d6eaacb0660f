-- Sold tickets that the house moves to other seats. Older code need not stop: what it commits it goes on committing by
-- the functions that it knows; it cannot read entries with the new kind of change, so use it once every process is new.

-- The seat before the present one; null: it never moved. Codes of a moved ticket from before its state_version are void.
alter table tickets add column moved_from int;

-- commit_entry_v2, and what `moves` of the last parameter says, in the same transaction.
create function commit_entry_v3(
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
  v_outcome := commit_entry_v2(
    $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26,
    $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, $50,
    $51, $52, $53, $54
  );
  if v_outcome = 'committed' and $54 ? 'moves' then
    perform commit_moves_v1($1, $2 + 1, $54 -> 'moves');
  end if;
  return v_outcome;
end
$$;

-- A part of the commit above and nothing else. p_moves:
--   tickets: [ticket, the seat of its row, its seat now, the seat that it was moved from]
--   lines: [hold, its lines now]
create function commit_moves_v1(p_event bigint, p_version bigint, p_moves jsonb) returns void
language plpgsql
as $$
declare
  v_tickets jsonb := p_moves -> 'tickets';
  v_lines jsonb := p_moves -> 'lines';
  v_rows int;
begin
  -- Off their seats first, to numbers that no seat has: a seat has one live ticket, and tickets may change places.
  update tickets t set seat_no = -1 - t.seat_no
    from jsonb_array_elements(v_tickets) as x(row)
   where t.event_id = p_event and t.ticket_id = (x.row ->> 0)::uuid and t.seat_no = (x.row ->> 1)::int;
  get diagnostics v_rows = row_count;
  if v_rows <> jsonb_array_length(v_tickets) then
    raise exception 'moves: % of % tickets were as expected', v_rows, jsonb_array_length(v_tickets)
      using errcode = 'US001';
  end if;
  update tickets t set seat_no = (x.row ->> 2)::int, moved_from = (x.row ->> 3)::int, state_version = p_version
    from jsonb_array_elements(v_tickets) as x(row)
   where t.event_id = p_event and t.ticket_id = (x.row ->> 0)::uuid;

  update holds h set lines = (x.row ->> 1)::json
    from jsonb_array_elements(v_lines) as x(row)
   where h.event_id = p_event and h.hold_id = (x.row ->> 0)::uuid;
  get diagnostics v_rows = row_count;
  if v_rows <> jsonb_array_length(v_lines) then
    raise exception 'moves: % of % holds were as expected', v_rows, jsonb_array_length(v_lines)
      using errcode = 'US001';
  end if;
end
$$;
