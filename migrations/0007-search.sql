-- Search: one row an event, with everything that a list shows and finds it by, and the words that occur at all. A copy
-- for reading, kept up to date by the facts of the catalog; it can be thrown away and built again (`usher search
-- rebuild`). Never joined with another set. Older code need not stop.

create table search_documents (
  event_id      bigint primary key,
  revision      integer not null,
  starts_at     timestamptz not null,
  listed_until  timestamptz not null,
  -- The venue's day.
  starts_on     date not null,
  -- Minutes since midnight at the venue; null where only the day is known.
  local_minute  smallint,
  on_sale_from  timestamptz,
  on_sale_until timestamptz,
  price_from    integer,
  lat           real,
  lon           real,
  is_sellable   boolean not null,
  type          text not null,
  city          text not null,
  timezone      text not null,
  sort_name     text not null,
  genres        text[] not null,
  -- What a list shows.
  item          jsonb not null,
  indexed_at    timestamptz not null default clock_timestamp(),
  -- Words, pairs of words that belong together, and what is filtered by (`@` in front): one index answers all of it.
  terms         tsvector not null
) with (toast_tuple_target = 256, fillfactor = 95);
-- Counting ten thousand matches reads ten thousand rows: the two wide columns live elsewhere, so that a page holds many.
alter table search_documents
  alter column type set storage main, alter column city set storage main, alter column timezone set storage main,
  alter column sort_name set storage main, alter column genres set storage main;

create index search_documents_terms on search_documents using gin (terms);
-- For the orders in which more is asked for than is counted.
create index search_documents_name on search_documents (sort_name, event_id);
create index search_documents_price on search_documents ((coalesce(price_from, 2147483647)), event_id);
create index search_documents_sale on search_documents (on_sale_from, event_id);

-- Every word and pair with the number of documents it is in. Mistyped words are looked up here, not in every row.
create table search_vocabulary (
  term      text primary key,
  is_word   boolean not null,
  stem_en   text,
  stem_de   text,
  documents integer not null
) with (fillfactor = 70);
create index search_vocabulary_prefix on search_vocabulary (term text_pattern_ops) where is_word;
create index search_vocabulary_stem_en on search_vocabulary (stem_en) where is_word;
create index search_vocabulary_stem_de on search_vocabulary (stem_de) where is_word;
create index search_vocabulary_similar on search_vocabulary using gist (term gist_trgm_ops) where is_word;

-- What a search box offers: one row for every beginning of a word, so that "beet" finds "Ludwig van Beethoven".
create table search_completions (
  suffix    text not null,
  kind      text not null check (kind in ('event', 'performer', 'composer', 'work', 'venue', 'city')),
  label     text not null,
  documents integer not null,
  -- The latest start among its events: what is over is not offered.
  last_at   timestamptz not null,
  primary key (suffix, kind, label)
) with (fillfactor = 70);
create index search_completions_prefix on search_completions (suffix text_pattern_ops);
create index search_completions_first on search_completions (left(suffix, 1), documents desc);
create index search_completions_second on search_completions (left(suffix, 2), documents desc);
create index search_completions_similar on search_completions using gist (suffix gist_trgm_ops);

-- One row: when the whole was built last. Without it lists are read from the catalog.
create table search_state (
  one      boolean primary key default true check (one),
  built_at timestamptz
);
insert into search_state (built_at) values (null);
