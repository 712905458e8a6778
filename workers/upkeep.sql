-- Statements of upkeep.

-- name: make_partitions -> records
-- The months that are missing; tells which were made.
select make_partitions(:first::date, :last::date)
