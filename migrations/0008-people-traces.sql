-- No statistics over personal data: the planner's histograms would keep values of rows that are gone, out of reach of
-- erasing and of VACUUM. Nothing is chosen by these columns but single rows by a unique index. Older code need not stop.
alter table person_keys alter column wrapped set statistics 0;
alter table persons
  alter column mail_sealed set statistics 0,
  alter column mail_hash set statistics 0,
  alter column name_sealed set statistics 0,
  alter column phone_sealed set statistics 0;
alter table mail_codes alter column mail_hash set statistics 0, alter column code_hash set statistics 0;
alter table mail_code_counts alter column mail_hash set statistics 0;
alter table passkeys alter column credential_id set statistics 0, alter column public_key set statistics 0;
alter table retained_documents alter column sealed set statistics 0;
