-- Accounts: codes sent by mail, passkeys, the end of sessions, what moves from a guest to an account, and documents
-- that the law wants kept after a person was erased. Part of the set of people: nothing here joins another set.
-- Older code need not stop.

-- Every session of an account carries the generation in which it began; signing out everywhere begins the next.
alter table persons
  add column session_generation int not null default 0,
  add column sessions_ended_at timestamptz;
create index persons_sessions_ended on persons (sessions_ended_at) where sessions_ended_at is not null;
-- For retention: people who never proved an address, by when they were last heard of.
create index persons_guests on persons (updated_at) where mail_verified_at is null and erased_at is null;

-- A code is known by its HMAC alone and is good for the session that asked for it (`asker`; all zeros where none was
-- sent), so that nobody can spend another's code or tries. A row's code is dead when no try is left.
create table mail_codes (
  mail_hash  bytea not null,
  asker      uuid not null,
  code_hash  bytea not null,
  tries_left smallint not null check (tries_left >= 0),
  sent_at    timestamptz not null,
  expires_at timestamptz not null,
  primary key (mail_hash, asker)
);
create index mail_codes_expires on mail_codes (expires_at);

-- How many codes a mailbox was sent since `began_at`, whoever asked.
create table mail_code_counts (
  mail_hash bytea primary key,
  began_at  timestamptz not null,
  sent      int not null
);

create table passkeys (
  credential_id text primary key,
  person_id     uuid not null,
  public_key    bytea not null,
  sign_count    bigint not null,
  transports    text[] not null default '{}',
  created_at    timestamptz not null,
  last_used_at  timestamptz
);
create index passkeys_person on passkeys (person_id);

-- Challenges are signed, not stored; a spent one is remembered until it would have expired.
create table spent_challenges (
  challenge_hash bytea primary key,
  expires_at     timestamptz not null
);

-- A guest's things on their way to an account. Written with the sign-in, finished afterwards: whoever finds a row that
-- is not done goes on with it.
create table account_moves (
  from_buyer uuid not null,
  to_buyer   uuid not null,
  event_ids  bigint[] not null default '{}',
  at         timestamptz not null,
  next_at    timestamptz,
  tries      int not null default 0,
  primary key (from_buyer, to_buyer)
);
create index account_moves_due on account_moves (next_at) where next_at is not null;

-- What an invoice said when its buyer was erased, sealed under a key of its own (person_keys.retain_until).
create table retained_documents (
  document_id  uuid primary key,
  order_id     uuid not null unique,
  key_id       uuid not null,
  sealed       bytea not null,
  retain_until timestamptz not null,
  created_at   timestamptz not null
);
create index retained_documents_until on retained_documents (retain_until);
