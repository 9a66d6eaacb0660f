-- What the textbook designs keep beside the tables that they share with Usher: how many tickets a buyer has. A row a
-- buyer, changed on condition, is the fastest way to count that is right when one buyer asks many times at once:
-- counting the buyer's seats instead needs an index on them and a lock.
create table buyer_tickets (
  event_id bigint not null,
  buyer uuid not null,
  tickets int not null,
  primary key (event_id, buyer)
) with (fillfactor = 50);

-- One call a buyer. The seats' rows are taken in the order of their numbers, so that no two calls wait in a circle.
-- Returns the seats that failed (an empty array: held), or null when the buyer's limit is reached.
create function hold_seats(
  p_event bigint, p_seats int[], p_hold uuid, p_buyer uuid, p_until timestamptz, p_limit int, p_rules bigint,
  p_fee int, p_fee_tax int, p_lines json
) returns int[]
language plpgsql
as $$
declare
  v_free int[];
begin
  select coalesce(array_agg(x.seat_no), '{}') into v_free
    from (select seat_no from event_seats
           where event_id = p_event and seat_no = any(p_seats) and status = 0
           order by seat_no for update) x;
  if cardinality(v_free) <> cardinality(p_seats) then
    return array(select unnest(p_seats) except select unnest(v_free) order by 1);
  end if;
  insert into buyer_tickets as b (event_id, buyer, tickets) values (p_event, p_buyer, cardinality(p_seats))
      on conflict (event_id, buyer) do update set tickets = b.tickets + excluded.tickets
   where b.tickets + excluded.tickets <= p_limit;
  if not found then
    return null;
  end if;
  insert into holds (event_id, hold_id, buyer, expires_at, lines, rules_version, order_fee, order_fee_tax)
  values (p_event, p_hold, p_buyer, p_until, p_lines, p_rules, p_fee, p_fee_tax);
  update event_seats set status = 1, hold_id = p_hold, held_until = p_until
   where event_id = p_event and seat_no = any(p_seats);
  return '{}';
end
$$;
