-- no-transaction
-- Catalog: whose events have a layout. Older code need not stop.
create index concurrently if not exists events_by_layout on events (layout_hash, organiser_id) where layout_hash is not null;
