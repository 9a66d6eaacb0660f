-- older-code-must-stop
-- People: mail_hash is of the whole address. It left out what follows a "+", and where that is an ordinary letter two
-- people were one. False: still the old one; a process makes them anew as it starts, before anybody can sign in, for it
-- takes the keys. Code that knows nothing of it would look for accounts under the old hash, and make another one.

alter table persons add column mail_hash_whole boolean not null default false;
create index persons_mail_hash_old on persons (person_id) where not mail_hash_whole and mail_hash is not null;
