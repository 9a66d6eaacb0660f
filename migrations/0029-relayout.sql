-- Events on sale get more seats and other capacities. Older code need not stop: what it commits it goes on committing by
-- the functions that it knows. It cannot read entries with the new kind of change, and started anew after one it knows the
-- layout of the opening alone: of that it sells what is there, and nothing that is new. Use it once every process is new.

-- Hash of the layout that the event is sold by; null: the one that it was opened with.
alter table event_heads add column layout_hash text;

-- commit_entry_v3, and what `layout` of the last parameter says, in the same transaction. New seats are among the rest of
-- commit_entry_v1, so that the same entry can hold them.
create function commit_entry_v4(
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
  v_outcome := commit_entry_v3(
    $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26,
    $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, $50,
    $51, $52, $53, $54
  );
  if v_outcome = 'committed' and $54 ? 'layout' then
    perform commit_layout_v1($1, $54 -> 'layout');
  end if;
  return v_outcome;
end
$$;

-- A part of the commit above and nothing else. p_layout:
--   from, to: hashes of the layouts
--   areas: [area, capacity before or null where it is new, capacity now, differences of held, booked and kept], of areas
--     where the capacity differs: the others are in the arrays
create function commit_layout_v1(p_event bigint, p_layout jsonb) returns void
language plpgsql
as $$
declare
  v_areas jsonb := p_layout -> 'areas';
  v_rows int;
begin
  update event_heads set layout_hash = p_layout ->> 'to'
   where event_id = p_event and coalesce(layout_hash, p_layout ->> 'from') = p_layout ->> 'from';
  get diagnostics v_rows = row_count;
  if v_rows <> 1 then
    raise exception 'the event is sold by another layout' using errcode = 'US001';
  end if;

  -- All of an area at once: the table's check bounds their sum by the capacity.
  update event_areas a
     set capacity = (x.row ->> 2)::int, held = a.held + (x.row ->> 3)::int, booked = a.booked + (x.row ->> 4)::int,
         kept = a.kept + (x.row ->> 5)::int
    from jsonb_array_elements(v_areas) as x(row)
   where a.event_id = p_event and a.area_no = (x.row ->> 0)::int and a.capacity = (x.row ->> 1)::int;
  get diagnostics v_rows = row_count;
  if v_rows <> (select count(*) from jsonb_array_elements(v_areas) as x(row) where x.row ->> 1 is not null) then
    raise exception 'capacities: % were as expected', v_rows using errcode = 'US001';
  end if;
  -- One that was there although it should not have been breaks the key: then memory is wrong, too.
  insert into event_areas (event_id, area_no, capacity, held, booked, kept)
  select p_event, (x.row ->> 0)::int, (x.row ->> 2)::int, (x.row ->> 3)::int, (x.row ->> 4)::int, (x.row ->> 5)::int
    from jsonb_array_elements(v_areas) as x(row)
   where x.row ->> 1 is null;
end
$$;
