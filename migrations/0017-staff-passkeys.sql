-- Staff: passkeys as a second factor beside the codes of staff_totp. Part of the set of people. Older code must stop:
-- it would let a member in by their token alone.
create table staff_passkeys (
  credential_id text primary key,
  staff_id      uuid not null references staff,
  public_key    bytea not null,
  sign_count    bigint not null,
  transports    text[] not null default '{}',
  created_at    timestamptz not null,
  last_used_at  timestamptz
);
create index staff_passkeys_staff on staff_passkeys (staff_id);
