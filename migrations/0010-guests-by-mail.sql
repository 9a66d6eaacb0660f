-- Who confirms a mailbox finds what was bought with it as a guest.
create index persons_guests_by_mail on persons (mail_hash, updated_at)
  where mail_verified_at is null and mail_hash is not null and erased_at is null;
