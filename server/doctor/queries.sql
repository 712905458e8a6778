-- What the doctor asks Postgres; as fd_lookup, which reads all organizations and changes nothing.

-- name: setting_of -> value
-- One setting of the server.
select current_setting(:name::text)

-- name: clock -> value
-- The server's time.
select extract(epoch from clock_timestamp())::float8

-- name: release_mark -> value
-- Which schema.sql made this database.
select coalesce(obj_description('public'::regnamespace, 'pg_namespace'), '')

-- name: login -> records
-- What the program's login may do without any role of the schema.
select rolname as name, rolsuper or rolbypassrls as is_mighty
  from pg_roles
 where rolname = session_user

-- name: missing_roles -> records
-- Roles that the login has to become and may not.
select name
  from unnest(:names::text[]) as asked (name)
 where to_regrole(name) is null
    or not pg_has_role(session_user, to_regrole(name), 'set')

-- name: missing_months -> records
-- Partitions of this month and the next that nobody made.
select name
  from (select t.name || to_char(date_trunc('month', now() at time zone 'utc') + make_interval(months => m), '_YYYY_MM')
          from unnest(:tables::text[]) as t (name), generate_series(0, 1) as m) as asked (name)
 where to_regclass(name) is null

-- name: shards -> records
-- Who stores which partition of the log.
select p, lease_token, coalesce(lease_until > clock_timestamp(), false) as is_held
  from shard

-- name: count_dead_letters -> value
-- Entries that nobody has mended.
select count(*)
  from dead_letter
 where resolved_at is null
