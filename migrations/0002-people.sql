-- People: buyers' personal data, staff and the keys that everything is signed and sealed with.
-- Nothing here joins another set: buyers and events are named by id alone.

-- A key for one person's data, wrapped by USHER_KEY. Deleting the row is what erasing a person means. What the law
-- wants kept (invoices) is sealed under a key of its own that has `retain_until`.
create table person_keys (
  key_id          uuid primary key,
  wrapped         bytea not null,
  wrapping_key_id text not null,
  retain_until    timestamptz,
  created_at      timestamptz not null
);
create index person_keys_wrapping on person_keys (wrapping_key_id);

create table persons (
  person_id        uuid primary key,
  key_id           uuid,
  mail_sealed      bytea,
  -- HMAC of the mailbox under the key of purpose 'contact': finds a person without opening anybody's mail address.
  mail_hash        bytea,
  mail_verified_at timestamptz,
  name_sealed      bytea,
  phone_sealed     bytea,
  locale           text,
  created_at       timestamptz not null,
  updated_at       timestamptz not null,
  erased_at        timestamptz
);
-- Many guests may give one address; only one person can have proved that it is theirs.
create unique index persons_mail_verified on persons (mail_hash) where mail_verified_at is not null;

create table consents (
  person_id uuid not null,
  kind      text not null,
  version   text not null,
  granted   boolean not null,
  at        timestamptz not null,
  primary key (person_id, kind, at)
);

-- Where a buyer has holds or orders, so that "my orders" asks only the right places.
create table buyer_events (
  buyer    uuid not null,
  event_id bigint not null,
  at       timestamptz not null,
  primary key (buyer, event_id)
);

create table staff (
  staff_id     uuid primary key,
  name         text not null,
  -- Null: the whole house.
  organiser_id text,
  created_at   timestamptz not null,
  removed_at   timestamptz
);
create unique index staff_name on staff (name) where removed_at is null;

create table staff_roles (
  staff_id   uuid not null references staff,
  role       text not null,
  granted_at timestamptz not null,
  primary key (staff_id, role)
);

-- Bearer tokens that are not sessions: staff's, later also other systems' (staff_id null, roles in `scopes`).
create table api_keys (
  api_key_id   uuid primary key,
  staff_id     uuid references staff,
  organiser_id text,
  name         text not null,
  -- SHA-256 of the token: 256 random bits need no slow hash.
  token_hash   bytea not null unique,
  scopes       text[] not null default '{}',
  created_at   timestamptz not null,
  expires_at   timestamptz,
  revoked_at   timestamptz
);
create index api_keys_staff on api_keys (staff_id);

-- Keys that sign and authenticate, as JSON Web Keys wrapped by USHER_KEY. A key signs from `signs_from` until a
-- newer one of its purpose does, and verifies until `verify_until` (null: for ever).
create table keys (
  key_id          text primary key,
  purpose         text not null,
  algorithm       text not null,
  wrapped         bytea not null,
  wrapping_key_id text not null,
  created_at      timestamptz not null,
  signs_from      timestamptz not null,
  verify_until    timestamptz
);
create index keys_purpose on keys (purpose, signs_from);
