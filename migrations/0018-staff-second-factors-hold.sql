-- older-code-must-stop
-- Code that knows nothing of staff_passkeys would let a member in by their token alone. Nothing else changes.
select 1;
