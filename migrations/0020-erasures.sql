-- People: an erasure that is not finished. Written with the step that takes the person's key and ends their sessions,
-- and gone with the last one; whoever finds a row that is due goes on with it. Older code need not stop.

create table erasures (
  person_id uuid primary key,
  -- HMAC of their mail address, until it has been looked for everywhere else.
  mail_hash bytea,
  -- Whether guests who gave this address go, too: the person had proved that it is theirs.
  guests    boolean not null,
  at        timestamptz not null,
  next_at   timestamptz not null,
  tries     int not null default 0
);
alter table erasures alter column mail_hash set statistics 0;
create index erasures_due on erasures (next_at);

-- What an account took over is asked for when it is exported, and erased.
create index account_moves_to on account_moves (to_buyer);
