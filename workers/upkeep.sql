-- Statements of upkeep.

-- name: make_partitions -> records
-- The months that are missing; tells which were made.
select make_partitions(:first::date, :last::date)

-- name: forget_idempotency_keys -> run
-- A day is longer than anybody repeats a request; of all organizations.
delete from idempotency_key
 where claimed_at < now() - interval '1 day'
