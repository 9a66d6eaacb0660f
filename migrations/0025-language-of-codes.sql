-- People: the language that was named when a code was asked for; whoever signs in with the code is spoken to in it.
-- Older code need not stop.
alter table mail_codes add column locale text;
