-- The catalog: what is on, where, in which layout and at which price. Older code need not stop.
-- Nothing here is asked when a seat is sold; what the ledger needs of it travels there by `open` and `configure`.
-- No foreign key leaves this set of tables, and none of another set points into it.

create extension if not exists pg_trgm;

create table organisers (
  organiser_id uuid primary key,
  slug         text not null unique,
  name         text not null,
  language     text not null default 'en',
  currency     text not null default 'USD' check (currency ~ '^[A-Z]{3}$'),
  created_at   timestamptz not null default now()
);

-- A small house never learns that there can be several.
insert into organisers (organiser_id, slug, name) values ('00000000-0000-7000-8000-000000000001', 'default', 'Usher');

create table payment_accounts (
  account_id   uuid primary key,
  organiser_id uuid not null references organisers,
  provider     text not null,
  external_ref text not null,
  is_live      boolean not null default false,
  created_at   timestamptz not null default now(),
  unique (organiser_id, provider, external_ref)
);

create table venues (
  venue_id     uuid primary key,
  organiser_id uuid not null references organisers,
  -- What makes two mentions the same venue: name, city, region and country in lower case.
  source_key   text not null,
  name         text not null,
  street       text,
  city         text not null,
  -- What people call the place around it: a borough's city. A search for either finds it.
  metro        text,
  region       text,
  country      text check (country ~ '^[A-Z]{2}$'),
  timezone     text not null,
  lat          double precision check (lat between -90 and 90),
  lon          double precision check (lon between -180 and 180),
  unique (organiser_id, source_key)
);
create index venues_city on venues (lower(city));
create index venues_metro on venues (lower(metro)) where metro is not null;

-- Immutable: the hash is the SHA-256 of `body`, which is served byte for byte.
create table layouts (
  hash        text primary key check (hash ~ '^[0-9a-f]{64}$'),
  name        text not null,
  seat_count  integer not null,
  area_count  integer not null,
  capacity    integer not null,
  body        bytea not null,
  body_gzip   bytea not null,
  body_brotli bytea not null,
  created_at  timestamptz not null default now()
);
-- Compressed already, so the database should not try again.
alter table layouts alter column body_gzip set storage external, alter column body_brotli set storage external;

-- The document that a layout was imported from, so that an export gives back what came in.
create table layout_sources (
  hash     text primary key references layouts,
  format   text not null check (format in ('pretix', 'usher')),
  document text not null
);

create table performers (
  performer_id uuid primary key,
  organiser_id uuid not null references organisers,
  kind         text not null check (kind in ('person', 'group')),
  name         text not null,
  sort_name    text not null,
  unique (organiser_id, kind, name)
);

-- What is played on several dates: a film, a play, a tour.
create table productions (
  production_id uuid primary key,
  organiser_id  uuid not null references organisers,
  source_id     text,
  text          jsonb not null,
  body          jsonb not null default '{}',
  unique (organiser_id, source_id)
);

create table events (
  event_id            bigint generated always as identity (start with 1000) primary key,
  organiser_id        uuid not null references organisers,
  production_id       uuid references productions,
  venue_id            uuid not null references venues,
  source_id           text,
  -- SHA-256 of what was imported: importing the same again changes nothing.
  source_hash         text,
  status              text not null default 'draft'
                      check (status in ('draft', 'published', 'postponed', 'cancelled', 'ended')),
  revision            integer not null default 1,
  -- {"default": "en", "en": {"name": …, "description": …}, "de": …}
  text                jsonb not null,
  type                text not null,
  genres              text[] not null default '{}',
  image_url           text,
  room                text,
  works               jsonb not null default '[]',
  starts_at           timestamptz not null,
  starts_at_precision text not null default 'time' check (starts_at_precision in ('time', 'day')),
  -- The venue's day; `listed_until` is the start, or the end of that day where only the day is known.
  starts_on           date not null,
  listed_until        timestamptz not null,
  doors_at            timestamptz,
  duration_minutes    integer,
  layout_hash         text references layouts,
  currency            text not null check (currency ~ '^[A-Z]{3}$'),
  on_sale_from        timestamptz,
  on_sale_until       timestamptz,
  tickets_per_buyer   integer check (tickets_per_buyer > 0),
  hold_seconds        integer check (hold_seconds between 1 and 86400),
  extensions_max      integer not null default 1,
  extension_seconds   integer not null default 300,
  orphan_rule         boolean not null default false,
  identity_required   text not null default 'guest' check (identity_required in ('guest', 'email')),
  -- Null: until a day before the start.
  refund_until        timestamptz,
  is_refundable       boolean not null default true,
  -- Kept with the prices and the text, so that the list reads one table: the lowest price with everything in it,
  -- the name to sort by, and what a keyword is looked up in.
  price_from          integer,
  sort_name           text not null,
  search_text         text not null,
  created_at          timestamptz not null default now(),
  updated_at          timestamptz not null default now(),
  unique (organiser_id, source_id)
);
create index events_by_start on events (starts_at, event_id) where status <> 'draft';
create index events_by_name on events (sort_name, event_id) where status <> 'draft';
-- Events without a price come last.
create index events_by_price on events (coalesce(price_from, 2147483647), event_id) where status <> 'draft';
create index events_by_venue on events (venue_id, starts_at);
create index events_by_production on events (production_id, starts_at) where production_id is not null;
create index events_genres on events using gin (genres);
create index events_search on events using gin (search_text gin_trgm_ops);

create table event_performers (
  event_id     bigint not null references events on delete cascade,
  position     smallint not null,
  performer_id uuid not null references performers,
  role         text,
  primary key (event_id, position)
);
create index event_performers_by_performer on event_performers (performer_id);

-- Who changed what when; `actor` is a staff member's id or the name of a tool.
create table event_changes (
  event_id bigint not null references events on delete cascade,
  revision integer not null,
  at       timestamptz not null,
  actor    text not null,
  changes  jsonb not null,
  primary key (event_id, revision)
);

-- Which cluster holds an event's ledger; an event without a row is on shard 0.
create table event_placement (
  event_id bigint primary key,
  shard    smallint not null
);

-- `category_no` is the category's index in the layout.
create table categories (
  event_id    bigint not null references events on delete cascade,
  category_no smallint not null,
  text        jsonb not null,
  color       text not null,
  primary key (event_id, category_no)
);

create table price_types (
  event_id      bigint not null references events on delete cascade,
  price_type_no smallint not null,
  id            text not null,
  text          jsonb not null,
  min_per_order smallint not null default 0,
  max_per_order smallint,
  primary key (event_id, price_type_no),
  unique (event_id, id)
);

-- Phases of a sale; a capacity of null is bounded by the hall alone.
create table offers (
  event_id          bigint not null references events on delete cascade,
  offer_no          smallint not null check (offer_no > 0),
  id                text not null,
  starts_at         timestamptz,
  ends_at           timestamptz,
  access            text not null default 'open' check (access in ('open', 'code')),
  tickets_per_buyer integer,
  capacity          integer,
  primary key (event_id, offer_no),
  unique (event_id, id)
);

-- The face value in minor units; fees and taxes come from their rules. Offer 0 is the general sale.
create table prices (
  event_id      bigint not null references events on delete cascade,
  category_no   smallint not null,
  price_type_no smallint not null,
  offer_no      smallint not null default 0,
  amount        integer not null check (amount >= 0),
  primary key (event_id, category_no, price_type_no, offer_no),
  foreign key (event_id, category_no) references categories on delete cascade,
  foreign key (event_id, price_type_no) references price_types on delete cascade
);

-- Rates are in parts per million: 19 % is 190000. `applies_to` says what is taxed.
create table tax_rules (
  event_id   bigint not null references events on delete cascade,
  tax_no     smallint not null,
  name       text not null,
  rate_ppm   integer not null check (rate_ppm between 0 and 1000000),
  included   boolean not null,
  applies_to text not null default 'all' check (applies_to in ('all', 'tickets', 'fees')),
  primary key (event_id, tax_no)
);

create table fee_rules (
  event_id   bigint not null references events on delete cascade,
  fee_no     smallint not null,
  name       text not null,
  per        text not null check (per in ('ticket', 'order')),
  amount     integer not null default 0 check (amount >= 0),
  rate_ppm   integer not null default 0 check (rate_ppm between 0 and 1000000),
  refundable boolean not null default false,
  primary key (event_id, fee_no),
  -- The fee of an order is in the ledger's rules as an amount, before anybody knows what will be in the order.
  check (per = 'ticket' or rate_ppm = 0)
);

create table access_codes (
  event_id  bigint not null references events on delete cascade,
  code_hash bytea not null,
  offer_no  smallint not null,
  uses_max  integer not null default 1,
  primary key (event_id, code_hash)
);

-- Seats kept back for press, house and agencies; which seats is in the ledger.
create table allocations (
  event_id      bigint not null references events on delete cascade,
  allocation_no smallint not null,
  kind          text not null,
  release_at    timestamptz,
  key_hash      bytea,
  primary key (event_id, allocation_no)
);

create table catalog_outbox (
  fact_id  uuid not null,
  xid      xid8 not null default pg_current_xact_id(),
  event_id bigint not null default 0,
  version  bigint not null default 0,
  n        bigint generated always as identity,
  kind     text not null,
  key      text not null,
  body     jsonb not null,
  at       timestamptz not null,
  primary key (n)
);
create index catalog_outbox_order on catalog_outbox (xid, event_id, version, n);
