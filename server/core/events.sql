-- Statements of the event log's readers, which see all organizations.

-- name: events_after -> many Event
-- What comes next of some kinds; only of transactions before which none is still running, so that no row can appear
-- behind the cursor.
select org_id, id, xid::text as xid, (extract(epoch from at) * 1000)::bigint as at, kind, actor_kind, actor_id,
       subject_id, conversation_id, seq, coalesce(data, '{}') as data
  from event
 where (xid, id) > (:xid::text::xid8, :id::uuid)
   and xid < :horizon::text::xid8
   and kind = any(:kinds)
 order by event.xid, event.id
 limit :limit

-- name: horizon -> value
-- The oldest transaction that may still be running: everything before it is over.
select pg_snapshot_xmin(pg_current_snapshot())::text

-- name: span -> one Span
-- The same, and the first transaction that has not begun: between the two some may be running.
select pg_snapshot_xmin(pg_current_snapshot())::text as horizon, pg_snapshot_xmax(pg_current_snapshot())::text as ahead

-- name: add_readers -> run
-- A new reader begins at the beginning, behind transaction 1: that is what imported history is written under, to which
-- nobody reacts.
insert into reader (name, xid, id)
select name, '1', 'ffffffff-ffff-ffff-ffff-ffffffffffff'
  from unnest(:names::text[]) as name
    on conflict do nothing

-- name: keep_readers -> many HeldReader
-- Take or keep the leases of readers, and write how far those have come that were held before. In the order of their
-- names, so that two workers cannot wait for each other.
with mine as (
  select r.name, told.xid, told.id
    from reader r
    join unnest(:names::text[], :xids::text[], :ids::uuid[]) as told (name, xid, id) on told.name = r.name
   where r.lease_token is null
      or r.lease_token = :token
      or r.lease_until < clock_timestamp()
   order by r.name
     for update of r
)
update reader r
   set xid = case when r.lease_token = :token then coalesce(mine.xid::xid8, r.xid) else r.xid end,
       id = case when r.lease_token = :token then coalesce(mine.id, r.id) else r.id end,
       lease_token = :token,
       lease_until = clock_timestamp() + make_interval(secs => :seconds),
       updated_at = now()
  from mine
 where r.name = mine.name
returning r.name, r.xid::text as xid, r.id

-- name: free_readers -> run
-- The process stops.
update reader
   set lease_token = null, lease_until = null
 where name = any(:names)
   and lease_token = :token

-- name: add_event -> run
-- What somebody did to something, in the transaction that does it.
insert into event (org_id, kind, actor_kind, actor_id, subject_type, subject_id, data)
values (:org_id, :kind, :actor_kind, :actor_id, :subject_type, :subject_id, :data)
