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
 order by xid, id
 limit :limit

-- name: horizon -> value
-- The oldest transaction that may still be running: everything before it is over.
select pg_snapshot_xmin(pg_current_snapshot())::text

-- name: add_reader -> run
-- A new reader begins at the beginning, behind transaction 1: that is what imported history is written under, to which
-- nobody reacts.
insert into reader (name, xid, id)
values (:name, '1', 'ffffffff-ffff-ffff-ffff-ffffffffffff')
    on conflict do nothing

-- name: take_reader -> maybe Cursor
-- Take or keep the reader's lease.
update reader
   set lease_token = :token, lease_until = clock_timestamp() + make_interval(secs => :seconds)
 where name = :name
   and (lease_token is null or lease_token = :token or lease_until < clock_timestamp())
returning xid::text as xid, id

-- name: move_reader -> run
-- How far the reader has come, as long as it is still ours.
update reader
   set xid = :xid::text::xid8, id = :id, updated_at = now()
 where name = :name
   and lease_token = :token

-- name: free_reader -> run
-- The process stops.
update reader
   set lease_token = null, lease_until = null
 where name = :name
   and lease_token = :token

-- name: add_event -> run
-- What somebody did to something, in the transaction that does it.
insert into event (org_id, kind, actor_kind, actor_id, subject_type, subject_id, data)
values (:org_id, :kind, :actor_kind, :actor_id, :subject_type, :subject_id, :data)
