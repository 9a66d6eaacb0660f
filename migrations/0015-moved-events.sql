-- Money: what the buyer of an order was last told of when the event takes place, so that each change is told once. Null:
-- what stood there when it was bought. Older code need not stop.

alter table orders add column told_starts_at timestamptz;
alter table orders add column told_postponed boolean;
