-- Statements of the workers alone: what stores the log, who holds which partition, and upkeep.


-- Ingest: several organizations in one statement, under the ingest policies -----------------------------------------

-- name: store_messages -> records
-- Talk of one batch; a row that was stored before comes not back.
insert into message (org_id, id, conversation_id, epoch, seq, at, sender_kind, sender_agent_id, sender_contact_id,
                     sender_name, type, body, is_internal, reply_to_id, attachment_ids)
select org_id, id, conversation_id, epoch, seq, to_timestamp(at / 1000.0), sender_kind, sender_agent_id,
       sender_contact_id, sender_name, type, body, is_internal, reply_to_id, attachment_ids::uuid[]
  from unnest(:org_ids::uuid[], :ids::uuid[], :conversation_ids::uuid[], :epochs::int[], :seqs::bigint[],
              :ats::bigint[], :sender_kinds::text[], :sender_agent_ids::uuid[], :sender_contact_ids::uuid[],
              :sender_names::text[], :types::text[], :bodies::text[], :internals::boolean[], :reply_to_ids::uuid[],
              :attachment_ids::text[])
       as new (org_id, id, conversation_id, epoch, seq, at, sender_kind, sender_agent_id, sender_contact_id,
               sender_name, type, body, is_internal, reply_to_id, attachment_ids)
on conflict do nothing
returning org_id, id

-- name: keep_answers -> run
-- How bots came to what they said, and what it comes from; which suggestion of a bot a member sent; and what there is to tap
-- or to fill in, or was.
update message m
   set confidence = (answer ->> 'confidence')::numeric, intent = nullif(answer ->> 'intent', ''),
       model = nullif(answer ->> 'model', ''), tokens_in = (answer ->> 'tokens_in')::integer,
       tokens_out = (answer ->> 'tokens_out')::integer, processing_ms = (answer ->> 'processing_ms')::integer,
       tools_used = array(select jsonb_array_elements_text(answer -> 'tools_used')),
       meta = coalesce(m.meta, '{}') || told, content = nullif(new.content, '{}')
  from unnest(:org_ids::uuid[], :ids::uuid[], :answers::jsonb[], :told::jsonb[], :contents::jsonb[])
       as new (org_id, id, answer, told, content)
 where m.org_id = new.org_id
   and m.id = new.id

-- name: store_changes -> records
-- Entries that are neither talk nor decisions (edits, deletions): their events.
insert into event (org_id, id, at, kind, actor_kind, actor_id, subject_type, subject_id, conversation_id, epoch, seq,
                   data)
select org_id, id, to_timestamp(at / 1000.0), kind, actor_kind, actor_id, 'message', subject_id, conversation_id, epoch,
       seq, data
  from unnest(:org_ids::uuid[], :ids::uuid[], :ats::bigint[], :kinds::text[], :actor_kinds::text[],
              :actor_ids::uuid[], :subject_ids::uuid[], :conversation_ids::uuid[], :epochs::int[], :seqs::bigint[],
              :data::jsonb[])
       as new (org_id, id, at, kind, actor_kind, actor_id, subject_id, conversation_id, epoch, seq, data)
on conflict do nothing
returning org_id, id

-- name: edit_messages -> run
-- The newest text of messages that were edited, some of them several times; only their own sender's edit counts, and
-- only one that was told to those who see the message.
update message m
   set body = new.body, edited_at = to_timestamp(new.at / 1000.0),
       -- What it says now is still to be understood.
       urgency = null
  from (select distinct on (org_id, id, conversation_id, sender_id, is_internal) org_id, id, conversation_id, sender_id,
               is_internal, body, at
          from unnest(:org_ids::uuid[], :ids::uuid[], :conversation_ids::uuid[], :sender_ids::uuid[],
                      :internals::boolean[], :bodies::text[], :ats::bigint[])
               as edit (org_id, id, conversation_id, sender_id, is_internal, body, at)
         order by org_id, id, conversation_id, sender_id, is_internal, at desc) new
 where m.org_id = new.org_id
   and m.id = new.id
   and m.conversation_id = new.conversation_id
   and coalesce(m.sender_agent_id, m.sender_contact_id) = new.sender_id
   and m.is_internal = new.is_internal
   and m.deleted_at is null

-- name: delete_messages -> run
-- Messages that their own sender took back: the text goes, the line stays.
update message m
   set body = '', content = null, deleted_at = to_timestamp(new.at / 1000.0), deleted_by = new.sender_id,
       intent = null, intent_confidence = null, sentiment = null, urgency = null, emotion = null, language = null
  from unnest(:org_ids::uuid[], :ids::uuid[], :conversation_ids::uuid[], :sender_ids::uuid[], :internals::boolean[],
              :ats::bigint[])
       as new (org_id, id, conversation_id, sender_id, is_internal, at)
 where m.org_id = new.org_id
   and m.id = new.id
   and m.conversation_id = new.conversation_id
   and coalesce(m.sender_agent_id, m.sender_contact_id) = new.sender_id
   and m.is_internal = new.is_internal

-- name: forget_edits -> run
-- What messages said for a while that are gone by now: the edits stay in the past, their words do not.
update event e
   set data = e.data || '{"body": ""}'
  from unnest(:org_ids::uuid[], :ids::uuid[]) as new (org_id, id)
  join message m on m.org_id = new.org_id and m.id = new.id
 where m.deleted_at is not null
   and e.org_id = m.org_id
   and e.conversation_id = m.conversation_id
   and e.kind = 'message_edited'
   and e.subject_id = m.id

-- name: follow_changes -> run
-- The beginning of the last message, where that was changed.
update conversation_live l
   set last_preview = left(m.body, :preview)
  from unnest(:org_ids::uuid[], :ids::uuid[]) as new (org_id, id)
  join message m on m.org_id = new.org_id and m.id = new.id
 where l.org_id = m.org_id
   and l.conversation_id = m.conversation_id
   and l.preview_seq = m.seq

-- name: number_decisions -> run
-- Decisions are rows already; the log gave them their number and their time. Whoever measures times follows this event,
-- and not the decision's own: what was measured before would be otherwise afterwards.
with numbered as (
  update event e
     set epoch = new.epoch, seq = new.seq, at = to_timestamp(new.at / 1000.0)
    from unnest(:org_ids::uuid[], :ids::uuid[], :epochs::int[], :seqs::bigint[], :ats::bigint[])
         as new (org_id, id, epoch, seq, at)
   where e.org_id = new.org_id
     and e.id = new.id
     and e.seq is null
  returning e.org_id, e.conversation_id, e.kind)
insert into event (org_id, kind, actor_kind, subject_type, subject_id, data)
select org_id, 'decisions_numbered', 'system', 'conversation', conversation_id,
       jsonb_build_object('kinds', jsonb_agg(distinct kind))
  from numbered
 group by org_id, conversation_id

-- name: stored_before -> records
-- Where the ids stand that did not come back from the insert: redelivered, or a second time under another number.
select m.org_id, m.id, m.conversation_id, m.epoch, m.seq
  from message m
  join unnest(:org_ids::uuid[], :ids::uuid[]) as asked (org_id, id) on m.org_id = asked.org_id and m.id = asked.id
union all
select e.org_id, e.id, e.conversation_id, e.epoch, e.seq
  from event e
  join unnest(:org_ids::uuid[], :ids::uuid[]) as asked (org_id, id) on e.org_id = asked.org_id and e.id = asked.id
 where e.seq is not null

-- name: count_entries -> run
-- The narrow row that every batch touches, whose counters only rise by what was new; and one event per conversation and
-- batch in which somebody spoke: what everything slower follows.
with told as (
  insert into event (org_id, kind, actor_kind, subject_type, subject_id, conversation_id, data)
  select org_id, 'messages_posted', 'system', 'conversation', conversation_id, conversation_id, data
    from unnest(:talk_org_ids::uuid[], :talk_conversation_ids::uuid[], :talk::jsonb[])
         as new (org_id, conversation_id, data)
)
insert into conversation_live as l (org_id, conversation_id, epoch, last_seq, public_seq, last_message_seq,
                                    last_sender_id, message_count, last_message_at, last_activity_at, last_preview,
                                    preview_seq)
select org_id, conversation_id, epoch, last_seq, public_seq, message_seq, sender_id, message_count,
       to_timestamp(message_at / 1000.0), to_timestamp(activity_at / 1000.0), preview, preview_seq
  from unnest(:org_ids::uuid[], :conversation_ids::uuid[], :epochs::int[], :last_seqs::bigint[],
              :public_seqs::bigint[], :message_seqs::bigint[], :sender_ids::uuid[], :message_counts::int[],
              :message_ats::bigint[], :activity_ats::bigint[], :previews::text[], :preview_seqs::bigint[])
       as new (org_id, conversation_id, epoch, last_seq, public_seq, message_seq, sender_id, message_count, message_at,
               activity_at, preview, preview_seq)
    on conflict (org_id, conversation_id) do update
   set epoch = greatest(l.epoch, excluded.epoch), last_seq = greatest(l.last_seq, excluded.last_seq),
       public_seq = greatest(l.public_seq, excluded.public_seq),
       last_message_seq = greatest(l.last_message_seq, excluded.last_message_seq),
       last_sender_id = coalesce(excluded.last_sender_id, l.last_sender_id),
       message_count = l.message_count + excluded.message_count,
       last_message_at = coalesce(excluded.last_message_at, l.last_message_at),
       last_activity_at = greatest(l.last_activity_at, excluded.last_activity_at),
       last_preview = coalesce(excluded.last_preview, l.last_preview),
       preview_seq = coalesce(excluded.preview_seq, l.preview_seq)

-- name: move_cursors -> run
-- The cursors of a batch; fewer rows than partitions means that a lease was lost, and nothing may be committed.
update shard s
   set cursor = new.cursor::text
  from unnest(:partitions::int[], :cursors::bigint[], :tokens::uuid[], :epochs::int[])
       as new (p, cursor, token, epoch)
 where s.p = new.p
   and s.lease_token = new.token
   and s.epoch = new.epoch

-- name: bury -> run
-- An entry that Postgres cannot take: kept byte for byte, for a person to look at.
insert into dead_letter (org_id, p, entry, error)
values (:org_id, :p, :entry, :error)

-- name: dead_letters -> records
-- What an operator has to look at, of all organizations, oldest first.
select d.id, (extract(epoch from d.created_at) * 1000)::bigint as at, d.p, d.org_id, coalesce(o.slug, '') as organization,
       d.error, d.entry
  from dead_letter d
  left join organization o on o.id = d.org_id
 where d.resolved_at is null
   and (:ids::uuid[] is null or d.id = any(:ids::uuid[]))
 order by d.created_at, d.id
 limit :most

-- name: take_letter -> value
-- One that is about to be mended, for one operator at a time.
select d.entry
  from dead_letter d
 where d.org_id = :org_id
   and d.id = :id
   and d.resolved_at is null
   for update

-- name: settle_letter -> run
-- It is where it belongs; what it said need not lie here as well.
update dead_letter
   set resolved_at = now(), entry = ''
 where org_id = :org_id
   and id = :id

-- name: drop_letter -> run
-- An operator throws it away.
delete from dead_letter
 where (org_id = :org_id or (org_id is null and :org_id::uuid is null))
   and id = :id

-- name: fill_void -> run
-- The void makes room for the entry that could not be stored at its time.
delete from event
 where org_id = :org_id
   and id = :id
   and conversation_id = :conversation_id
   and kind = 'entry_voided'

-- name: newest_of -> records
-- How far a conversation has gone without an entry; nobody may move it until that is stored.
select last_message_seq, coalesce(preview_seq, 0) as preview_seq
  from conversation_live
 where org_id = :org_id
   and conversation_id = :conversation_id
   for update

-- name: was_edited_since -> value
-- Whether a message has a newer text than that of an edit that comes late.
select exists (select
                 from event
                where org_id = :org_id
                  and conversation_id = :conversation_id
                  and kind = 'message_edited'
                  and subject_id = :message_id
                  and seq > :seq)

-- name: flush_marks -> run
-- How far participants got and read; whoever marks is taking part.
insert into participant as p (org_id, conversation_id, agent_id, contact_id, role, last_delivered_seq, last_read_seq)
select org_id, conversation_id, agent_id, contact_id, case when agent_id is null then 'contact' else 'observer' end,
       delivered, read
  from unnest(:org_ids::uuid[], :conversation_ids::uuid[], :agent_ids::uuid[], :contact_ids::uuid[],
              :delivered::bigint[], :read::bigint[])
       as new (org_id, conversation_id, agent_id, contact_id, delivered, read)
    on conflict (org_id, conversation_id, coalesce(agent_id, contact_id)) where left_at is null do update
   set last_delivered_seq = greatest(p.last_delivered_seq, excluded.last_delivered_seq),
       last_read_seq = greatest(p.last_read_seq, excluded.last_read_seq)


-- Leases of the log's partitions -----------------------------------------------------------------------------------

-- name: take_leases -> records
-- Free or expired partitions become this worker's, as many as it asks for.
update shard s
   set lease_token = :token, lease_until = clock_timestamp() + make_interval(secs => :seconds)
 where s.p in (select f.p
                 from shard f
                where f.lease_until is null or f.lease_until < clock_timestamp() or f.lease_token is null
                order by random()
                limit :most
                  for update skip locked)
returning s.p, s.epoch, s.run_id, coalesce(s.cursor, '0')::bigint as cursor

-- name: renew_leases -> records
-- What this worker still holds.
update shard
   set lease_until = clock_timestamp() + make_interval(secs => :seconds)
 where lease_token = :token
returning p

-- name: release_leases -> run
-- Give partitions back, so that another worker need not wait for the lease to end.
update shard
   set lease_token = null, lease_until = null
 where lease_token = :token
   and p = any(:partitions::int[])

-- name: raise_epoch -> maybe Shard
-- Another Valkey, one that lost its tail, or one that knows of later epochs: from here on numbers belong to a new one.
update shard
   set epoch = case when run_id is null and epoch >= :known::int then epoch else greatest(epoch, :known::int) + 1 end,
       run_id = :run_id, cursor = :cursor::text
 where p = :p
   and lease_token = :token
returning p, epoch, run_id, coalesce(cursor, '0')::bigint as cursor


-- What whoever watches wants to know, of all organizations ----------------------------------------------------------

-- name: ping -> value
-- Postgres answers.
select 1

-- name: count_dead_letters -> value
-- Entries that nobody has mended yet.
select count(*)
  from dead_letter
 where resolved_at is null

-- name: reader_lags -> records
-- How old the oldest event is that a reader has not passed; what is still being written does not count.
select r.name, greatest(extract(epoch from clock_timestamp() - e.at), 0)::float8 as seconds
  from reader r
  cross join lateral (select coalesce((select e.at
                                         from event e
                                        where (e.xid, e.id) > (r.xid, r.id)
                                          and e.xid < pg_snapshot_xmin(pg_current_snapshot())
                                        order by e.xid, e.id
                                        limit 1), clock_timestamp()) as at) e
 where r.name = any(:names)

-- name: oldest_due_job -> value
-- Seconds that the job has waited which was due first.
select coalesce(extract(epoch from clock_timestamp() - min(run_at)), 0)::float8
  from job
 where done_at is null
   and failed_at is null
   and run_at < clock_timestamp()


-- Upkeep -----------------------------------------------------------------------------------------------------------------

-- name: make_partitions -> records
-- The months that are missing; tells which were made.
select make_partitions(:first::date, :last::date)

-- name: forget_idempotency_keys -> run
-- A day is longer than anybody repeats a request; of all organizations.
delete from idempotency_key
 where claimed_at < now() - interval '1 day'

-- name: retentions -> records
-- How many days organizations keep what bots would have said and what was searched for; without a number for ever.
select id as org_id, retention_days as days
  from organization
 where retention_days is not null

-- name: forget_suggestions -> run
-- What bots suggested before that, some at a time: an id tells its time, and is indexed.
delete from suggestion
 where org_id = :org_id
   and id in (select s.id
                from suggestion s
               where s.org_id = :org_id
                 and s.id < uuid7_floor(now() - make_interval(days => :days))
                 and s.created_at < now() - make_interval(days => :days)
               limit :most)

-- name: forget_collaborations -> run
-- What bots would have said before that, and what was said to it; not what somebody is asked about just now.
delete from collaboration
 where org_id = :org_id
   and id in (select k.id
                from collaboration k
               where k.org_id = :org_id
                 and k.id < uuid7_floor(now() - make_interval(days => :days))
                 and k.ended_at < now() - make_interval(days => :days)
               limit :most)

-- name: forget_searches -> run
-- What was searched for before that; who read, used and liked an article is told by numbers and stays.
delete from article_event
 where org_id = :org_id
   and id in (select e.id
                from article_event e
               where e.org_id = :org_id
                 and e.kind = 'search'
                 and e.created_at < now() - make_interval(days => :days)
               limit :most)

-- name: who_is_connected -> records
-- Of all organizations, for comparing with the leases in Valkey.
select org_id, id
  from agent
 where is_connected

-- name: lock_agents -> records
-- In the order of their ids, as decisions lock those whose load they move: nobody waits for one another.
select id
  from agent
 where org_id = :org_id and id = any(:agent_ids::uuid[])
 order by id
   for no key update

-- name: connect_agents -> records
-- Those whose first socket has come; whoever was first to see it gets the row back.
update agent
   set is_connected = true, last_seen_at = now()
 where org_id = :org_id and id = any(:agent_ids::uuid[]) and not is_connected and deleted_at is null
returning id

-- name: disconnect_agents -> records
-- Those whose last socket has been gone for the grace, and when it went.
update agent as a
   set is_connected = false, last_seen_at = least(now(), to_timestamp(gone.seen))
  from unnest(:agent_ids::uuid[], :seen::float8[]) as gone (id, seen)
 where a.org_id = :org_id and a.id = gone.id and a.is_connected
returning a.id
