-- no-transaction
-- Money: tickets of an event, counted for the house without looking at its orders one by one. Nothing that changes while
-- an order is paid is in it. Older code need not stop.
create index concurrently if not exists order_lines_of_event on order_lines (event_id) where kind = 'ticket';
