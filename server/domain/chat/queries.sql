-- Statements of the chat domain. Times of entries travel as milliseconds, as the protocol has them.


-- The log and its fence ------------------------------------------------------------------------------------------------

-- name: shards -> many Shard
-- Which Valkey each partition's numbers belong to, for the fence.
select p, epoch, run_id, coalesce(cursor, '0')::bigint as cursor
  from shard
 order by p

-- name: seed -> maybe Seed
-- What the accept script must know when a conversation is used for the first time in an epoch.
select c.contact_id, c.status, c.turn, c.version, coalesce(l.last_seq, 0) as last_seq,
       coalesce(l.public_seq, 0) as public_seq,
       coalesce((extract(epoch from l.last_activity_at) * 1000)::bigint, 0) as last_at
  from conversation c
  left join conversation_live l on l.org_id = c.org_id and l.conversation_id = c.id
 where c.org_id = :org_id
   and c.id = :conversation_id
   and c.deleted_at is null

-- name: known_message -> maybe Known
-- An id older than a day that comes again: where it stands since then.
select conversation_id, coalesce(sender_agent_id, sender_contact_id) as sender_id, epoch, seq,
       (extract(epoch from at) * 1000)::bigint as at
  from message
 where org_id = :org_id
   and id = :id


-- History ----------------------------------------------------------------------------------------------------------------

-- name: entries_after -> many HistoryRow
-- Resume: what follows a position, oldest first. Each half is cut by itself, or all that follows would be read and sorted.
select id, conversation_id, epoch, seq, at, data, sender_kind, sender_id, sender_name, type, body, is_internal,
       reply_to_id, attachment_ids, is_edited, is_deleted, citations, content, suggestion_id, answer
  from ((select m.id, m.conversation_id, m.epoch, m.seq, (extract(epoch from m.at) * 1000)::bigint as at, null::jsonb as data,
               m.sender_kind, coalesce(m.sender_agent_id, m.sender_contact_id) as sender_id, m.sender_name, m.type,
               m.body, m.is_internal, m.reply_to_id, m.attachment_ids, m.edited_at is not null as is_edited,
               m.deleted_at is not null as is_deleted, m.meta -> 'citations' as citations, m.content,
               case when :is_team then (m.meta ->> 'suggestion_id')::uuid end as suggestion_id,
               case when :is_team and m.processing_ms is not null
                    then jsonb_build_object('confidence', m.confidence, 'intent', coalesce(m.intent, ''),
                           'model', coalesce(m.model, ''), 'tokens_in', m.tokens_in, 'tokens_out', m.tokens_out,
                           'processing_ms', m.processing_ms, 'tools_used', coalesce(m.tools_used, '{}'),
                           'tool_calls', coalesce(m.meta -> 'tool_calls', '[]'),
                           'is_estimated', coalesce((m.meta ->> 'is_estimated')::boolean, false)) end as answer
          from message m
         where m.org_id = :org_id
           and m.conversation_id = :conversation_id
           and m.seq > :after
           and (not m.is_internal or :is_team)
         order by m.epoch, m.seq
         limit :limit)
        union all
        (select e.id, e.conversation_id, e.epoch, e.seq, (extract(epoch from e.at) * 1000)::bigint, e.data, null, null, null, null, null,
               coalesce((e.data ->> 'is_internal')::boolean, false), null, null, false, false, null, null, null, null
          from event e
         where e.org_id = :org_id
           and e.conversation_id = :conversation_id
           and e.seq > :after
           and (:is_team or not coalesce((e.data ->> 'is_internal')::boolean, false))
         order by e.epoch, e.seq
         limit :limit)) entry
 order by epoch, seq
 limit :limit

-- name: entries_before -> many HistoryRow
-- Scrolling back, and the tail of a conversation: newest first; each half cut by itself.
select id, conversation_id, epoch, seq, at, data, sender_kind, sender_id, sender_name, type, body, is_internal,
       reply_to_id, attachment_ids, is_edited, is_deleted, citations, content, suggestion_id, answer
  from ((select m.id, m.conversation_id, m.epoch, m.seq, (extract(epoch from m.at) * 1000)::bigint as at, null::jsonb as data,
               m.sender_kind, coalesce(m.sender_agent_id, m.sender_contact_id) as sender_id, m.sender_name, m.type,
               m.body, m.is_internal, m.reply_to_id, m.attachment_ids, m.edited_at is not null as is_edited,
               m.deleted_at is not null as is_deleted, m.meta -> 'citations' as citations, m.content,
               case when :is_team then (m.meta ->> 'suggestion_id')::uuid end as suggestion_id,
               case when :is_team and m.processing_ms is not null
                    then jsonb_build_object('confidence', m.confidence, 'intent', coalesce(m.intent, ''),
                           'model', coalesce(m.model, ''), 'tokens_in', m.tokens_in, 'tokens_out', m.tokens_out,
                           'processing_ms', m.processing_ms, 'tools_used', coalesce(m.tools_used, '{}'),
                           'tool_calls', coalesce(m.meta -> 'tool_calls', '[]'),
                           'is_estimated', coalesce((m.meta ->> 'is_estimated')::boolean, false)) end as answer
          from message m
         where m.org_id = :org_id
           and m.conversation_id = :conversation_id
           and m.seq < :before
           and (not m.is_internal or :is_team)
         order by m.epoch desc, m.seq desc
         limit :limit)
        union all
        (select e.id, e.conversation_id, e.epoch, e.seq, (extract(epoch from e.at) * 1000)::bigint, e.data, null, null, null, null, null,
               coalesce((e.data ->> 'is_internal')::boolean, false), null, null, false, false, null, null, null, null
          from event e
         where e.org_id = :org_id
           and e.conversation_id = :conversation_id
           and e.seq < :before
           and (:is_team or not coalesce((e.data ->> 'is_internal')::boolean, false))
         order by e.epoch desc, e.seq desc
         limit :limit)) entry
 order by epoch desc, seq desc
 limit :limit

-- name: message_content -> value
-- What a message showed the visitor beside its text.
select m.content
  from message m
  join conversation c on c.org_id = m.org_id and c.id = m.conversation_id
 where m.org_id = :org_id
   and m.conversation_id = :conversation_id
   and m.id = :id
   and c.contact_id = :contact_id
   and not m.is_internal
   and m.deleted_at is null

-- name: epoch_at -> value
-- Whether a position of an older epoch was stored, or showed something that a crash took back.
select epoch
  from (select m.epoch
          from message m
         where m.org_id = :org_id and m.conversation_id = :conversation_id and m.seq = :seq
        union all
        select e.epoch
          from event e
         where e.org_id = :org_id and e.conversation_id = :conversation_id and e.seq = :seq) entry
 limit 1


-- Decisions --------------------------------------------------------------------------------------------------------------

-- name: start_conversation -> maybe Changed
-- A visitor's new conversation waits for a person from its first moment, or a bot has it, or is open until the first
-- words choose one; a member holds the one it begins. Said twice it is made once.
with made as (
  insert into conversation (org_id, id, session_key, channel_id, contact_id, status, assigned_agent_id, assigned_at, turn,
                            queued_at, subject, page_url, referrer, user_agent, ip, locale, load,
                            assigned_team_id)
  select :org_id, :id::uuid, 'widget:' || :id::uuid, :channel_id, :contact_id,
         case when :agent_id::uuid is not null then 'assigned' when :is_open then 'open' else 'waiting' end, :agent_id,
         case when :agent_id::uuid is not null then now() end, case when :agent_id::uuid is null then 0 else 1 end,
         case when :agent_id::uuid is null and not :is_open then now() end, nullif(:subject::text, ''), nullif(:page_url::text, ''),
         nullif(:referrer::text, ''), nullif(:user_agent::text, ''), :address::text::inet, nullif(:locale::text, ''), h.load_weight,
         case when :is_team_queue then h.default_team_id end
    from channel h
   where h.org_id = :org_id
     and h.id = :channel_id
  on conflict do nothing
  returning id, status, version, turn, assigned_agent_id, assigned_team_id, priority),
listed as (
  insert into conversation_activity (org_id, conversation_id)
  select :org_id, id
    from made)
select id, status, version, turn, assigned_agent_id, assigned_team_id, null::uuid as previous_agent_id,
       null::uuid as previous_team_id, priority as previous_priority
  from made

-- name: give_open -> one Changed
-- The first words were said: a bot has it from now on, or it waits for a person.
update conversation c
   set status = case when :agent_id::uuid is null then 'waiting' else 'assigned' end, assigned_agent_id = :agent_id,
       assigned_at = case when :agent_id::uuid is not null then now() end,
       queued_at = case when :agent_id::uuid is null then now() end, version = c.version + 1, turn = c.turn + 1
 where c.org_id = :org_id
   and c.id = :conversation_id
returning new.id, new.status, new.version, new.turn, new.assigned_agent_id, new.assigned_team_id,
          old.assigned_agent_id as previous_agent_id, old.assigned_team_id as previous_team_id,
          old.priority as previous_priority

-- name: join_conversations -> records
-- Everything of a stranger who turned out to be somebody known, also what was given before and not told to the log.
update conversation
   set contact_id = :contact_id, channel_meta = coalesce(channel_meta, '{}') || jsonb_build_object('began_as', :stranger_id::uuid)
 where org_id = :org_id
   and (contact_id = :stranger_id::uuid
        or (contact_id = :contact_id and channel_meta @> jsonb_build_object('began_as', :stranger_id::uuid)))
returning id

-- name: reach_contact -> maybe Reach
-- As whom a contact is to be spoken to: in a widget as the one of its browsers that was here last.
select coalesce((select b.id
                   from contact b
                   join contact_identity i on i.org_id = b.org_id and i.contact_id = b.id and i.kind = h.kind
                  where b.org_id = c.org_id
                    and (b.id = c.id or b.merged_into = c.id)
                  order by b.last_seen_at desc nulls last
                  limit 1), c.id) as contact_id,
       h.name as channel_name, c.blocked_at is not null as is_blocked
  from contact c
  left join channel h on h.org_id = c.org_id and h.id = :channel_id and h.deleted_at is null
 where c.org_id = :org_id
   and c.id = :contact_id
   and c.deleted_at is null

-- name: conversation -> maybe ConversationRow
-- A conversation as somebody sees it who is about to decide.
select c.id, c.status, c.version, c.channel_id, c.assigned_agent_id,
       coalesce(a.name, '') as assigned_agent_name,       coalesce(t.name, '') as assigned_team_name, c.offered_agent_id, c.resolved_by_agent_id, c.supervisor_ids
  from conversation c
  left join agent a on a.org_id = c.org_id and a.id = c.assigned_agent_id
  left join team t on t.org_id = c.org_id and t.id = c.assigned_team_id
 where c.org_id = :org_id
   and c.id = :conversation_id
   and c.deleted_at is null

-- name: take_conversation -> maybe Changed
-- Become the holder of an open conversation, unless somebody changed it since the actor looked.
update conversation c
   set status = 'assigned', assigned_agent_id = :agent_id, assigned_at = now(), version = c.version + 1,
       turn = c.turn + 1, wait_seconds = c.wait_seconds
         + coalesce(extract(epoch from now() - c.queued_at)::integer, 0), queued_at = null,
       supervisor_ids = array_remove(c.supervisor_ids, :agent_id)
 where c.org_id = :org_id
   and c.id = :conversation_id
   and c.version = :version
   and c.status in ('open', 'waiting', 'assigned')
   and c.assigned_agent_id is distinct from :agent_id
returning new.id, new.status, new.version, new.turn, new.assigned_agent_id, new.assigned_team_id,
          old.assigned_agent_id as previous_agent_id, old.assigned_team_id as previous_team_id,
          old.priority as previous_priority

-- name: offer_conversation -> maybe Changed
-- The router asks somebody, unless the conversation was changed since it looked; the turn stays, as it goes on waiting.
update conversation c
   set offered_agent_id = :agent_id, offer_deadline_at = to_timestamp(:deadline_at::bigint / 1000.0),
       version = c.version + 1
 where c.org_id = :org_id
   and c.id = :conversation_id
   and c.version = :version
   and c.status = 'waiting'
   and c.offered_agent_id is null
returning new.id, new.status, new.version, new.turn, new.assigned_agent_id, new.assigned_team_id,
          old.assigned_agent_id as previous_agent_id, old.assigned_team_id as previous_team_id,
          old.priority as previous_priority

-- name: answer_offer -> value
-- One answer to an offer counts, and only before it runs out.
update assignment
   set state = :state, answered_at = clock_timestamp(),
       why = case when :reason::text = '' then why else why || jsonb_build_object('reason', :reason::text) end
 where org_id = :org_id
   and conversation_id = :conversation_id
   and agent_id = :agent_id
   and state = 'offered'
   and deadline_at > clock_timestamp()
returning id

-- name: expire_offers -> many Expired
-- Offers that nobody answered in time. The conversations first, as everybody does: two would wait for each other.
with due as materialized (
  select c.id
    from conversation c
   where c.org_id = :org_id
     and c.status = 'waiting'
     and c.offer_deadline_at <= clock_timestamp()
     for no key update skip locked)
update assignment s
   set state = 'expired', answered_at = clock_timestamp()
  from agent a
 where s.org_id = :org_id
   and s.conversation_id in (select id from due)
   and a.org_id = s.org_id
   and a.id = s.agent_id
   and s.state = 'offered'
   and s.deadline_at <= clock_timestamp()
returning s.id, s.conversation_id, s.agent_id, a.name as agent_name

-- name: take_offered -> maybe Changed
-- Whoever accepted becomes the holder.
update conversation c
   set status = 'assigned', assigned_agent_id = c.offered_agent_id, assigned_at = now(), version = c.version + 1,
       turn = c.turn + 1, wait_seconds = c.wait_seconds
         + coalesce(extract(epoch from now() - c.queued_at)::integer, 0), queued_at = null,
       supervisor_ids = array_remove(c.supervisor_ids, c.offered_agent_id)
 where c.org_id = :org_id
   and c.id = :conversation_id
   and c.status = 'waiting'
   and c.offered_agent_id = :agent_id
returning new.id, new.status, new.version, new.turn, new.assigned_agent_id, new.assigned_team_id,
          old.assigned_agent_id as previous_agent_id, old.assigned_team_id as previous_team_id,
          old.priority as previous_priority

-- name: end_offer -> maybe Changed
-- Nobody is asked any more.
update conversation c
   set offered_agent_id = null, offer_deadline_at = null, version = c.version + 1
 where c.org_id = :org_id
   and c.id = :conversation_id
   and c.offered_agent_id = :agent_id
returning new.id, new.status, new.version, new.turn, new.assigned_agent_id, new.assigned_team_id,
          old.assigned_agent_id as previous_agent_id, old.assigned_team_id as previous_team_id,
          old.priority as previous_priority

-- name: overflow_conversation -> maybe Changed
-- Over to another team's queue, where it goes on waiting from when it began.
update conversation c
   set assigned_team_id = :team_id, overflowed_at = clock_timestamp(), version = c.version + 1, turn = c.turn + 1
 where c.org_id = :org_id
   and c.id = :conversation_id
   and c.version = :version
   and c.status = 'waiting'
returning new.id, new.status, new.version, new.turn, new.assigned_agent_id, new.assigned_team_id,
          old.assigned_agent_id as previous_agent_id, old.assigned_team_id as previous_team_id,
          old.priority as previous_priority

-- name: release_conversation -> maybe Changed
-- Back to the queue, unless somebody changed it since the actor looked; it begins to wait now.
update conversation c
   set status = 'waiting', assigned_agent_id = null, assigned_at = null, queued_at = now(), version = c.version + 1,
       turn = c.turn + 1
 where c.org_id = :org_id
   and c.id = :conversation_id
   and c.version = :version
   and c.status = 'assigned'
returning new.id, new.status, new.version, new.turn, new.assigned_agent_id, new.assigned_team_id,
          old.assigned_agent_id as previous_agent_id, old.assigned_team_id as previous_team_id,
          old.priority as previous_priority

-- name: assign_conversation -> maybe Changed
-- To a member, to a team's queue or to both, unless somebody changed it since the actor looked. Whoever waited already
-- goes on waiting from then.
update conversation c
   set status = case when :agent_id::uuid is null then 'waiting' else 'assigned' end, assigned_agent_id = :agent_id,
       assigned_team_id = coalesce(:team_id::uuid, c.assigned_team_id),
       assigned_at = case when :agent_id::uuid is null then null else now() end,
       wait_seconds = c.wait_seconds + case when :agent_id::uuid is null then 0
         else coalesce(extract(epoch from now() - c.queued_at)::integer, 0) end,
       queued_at = case when :agent_id::uuid is null then coalesce(c.queued_at, now()) end,
       supervisor_ids = array_remove(c.supervisor_ids, :agent_id::uuid), version = c.version + 1, turn = c.turn + 1
 where c.org_id = :org_id
   and c.id = :conversation_id
   and c.version = :version
   and c.status in ('open', 'waiting', 'assigned')
   and (c.assigned_agent_id is distinct from :agent_id
        or c.assigned_team_id is distinct from coalesce(:team_id::uuid, c.assigned_team_id))
returning new.id, new.status, new.version, new.turn, new.assigned_agent_id, new.assigned_team_id,
          old.assigned_agent_id as previous_agent_id, old.assigned_team_id as previous_team_id,
          old.priority as previous_priority

-- name: lock_conversation -> maybe Holding
-- Before its offers and its handoff are touched: whoever decides something else about it waits here.
select id, status, version, turn, assigned_agent_id, offered_agent_id, channel_id, load::float8 as load
  from conversation
 where org_id = :org_id
   and id = :conversation_id
   and deleted_at is null
   for no key update

-- name: hand_off_conversation -> maybe Changed
-- Nobody's until somebody says yes; or a bot's, which need not be asked. Whoever waited already goes on waiting from then.
update conversation c
   set status = case when :agent_id::uuid is null then 'waiting' else 'assigned' end, assigned_agent_id = :agent_id,
       assigned_team_id = coalesce(:team_id::uuid, c.assigned_team_id),
       assigned_at = case when :agent_id::uuid is null then null else now() end,
       wait_seconds = c.wait_seconds + case when :agent_id::uuid is null then 0
         else coalesce(extract(epoch from now() - c.queued_at)::integer, 0) end,
       queued_at = case when :agent_id::uuid is null then coalesce(c.queued_at, now()) end,
       handoff_reason = :reason_code, version = c.version + 1, turn = c.turn + 1
 where c.org_id = :org_id
   and c.id = :conversation_id
returning new.id, new.status, new.version, new.turn, new.assigned_agent_id, new.assigned_team_id,
          old.assigned_agent_id as previous_agent_id, old.assigned_team_id as previous_team_id,
          old.priority as previous_priority

-- name: pass_handoff -> run
-- Whoever was asked, or waits to be, is asked no more: somebody asks for somebody else.
update handoff
   set status = 'passed', ended_at = clock_timestamp()
 where org_id = :org_id
   and conversation_id = :conversation_id
   and status in ('requested', 'offered')

-- name: request_handoff -> run
-- The request; a bot has said yes already by being there.
insert into handoff (org_id, id, conversation_id, from_agent_id, to_agent_id, to_team_id, reason_code, reason,
                     state_transferred, tool_calls, confidence_before, turn, status, requested_at, accepted_at, ended_at, latency_ms)
values (:org_id, :id, :conversation_id, :from_agent_id, :to_agent_id, :to_team_id, :reason_code, :reason, :state,
        :tool_calls, :confidence::float8::numeric(4,3), :turn, case when :is_accepted then 'accepted' else 'requested' end, clock_timestamp(),
        case when :is_accepted then clock_timestamp() end, case when :is_accepted then clock_timestamp() end,
        case when :is_accepted then 0 end)

-- name: handoffs -> many HandoffRow
-- How a conversation changed hands, the last first.
select h.id, h.from_agent_id, coalesce(f.name, '') as from_agent_name, h.to_agent_id, coalesce(t.name, '') as to_agent_name,
       h.to_team_id, coalesce(e.name, '') as to_team_name, h.reason_code, coalesce(h.reason, '') as reason,
       h.state_transferred as state, h.confidence_before::float8 as confidence, h.status, h.turn,
       (extract(epoch from h.requested_at) * 1000)::bigint as requested_at,
       (extract(epoch from h.offered_at) * 1000)::bigint as offered_at,
       (extract(epoch from h.accepted_at) * 1000)::bigint as accepted_at,
       (extract(epoch from h.ended_at) * 1000)::bigint as ended_at, h.latency_ms
  from handoff h
  left join agent f on f.org_id = h.org_id and f.id = h.from_agent_id
  left join agent t on t.org_id = h.org_id and t.id = h.to_agent_id
  left join team e on e.org_id = h.org_id and e.id = h.to_team_id
 where h.org_id = :org_id
   and h.conversation_id = :conversation_id
 order by h.requested_at desc, h.id desc
 limit 200

-- name: bots_called -> records
-- Which machine somebody means who says its name, or its id.
select a.id, a.name
  from agent a
  join bot b on b.org_id = a.org_id and b.id = a.id
 where a.org_id = :org_id
   and a.deleted_at is null
   and (lower(a.name) = lower(:called) or a.id::text = lower(:called))

-- name: held_by -> records
-- The conversations that a machine held some of, the newest first, and when it gave them away; long ones are left out.
select p.conversation_id,
       coalesce((select jsonb_agg(jsonb_build_object('id', h.id, 'reason_code', h.reason_code,
                          'at', (extract(epoch from h.requested_at) * 1000)::bigint) order by h.requested_at, h.id)
                   from handoff h
                  where h.org_id = :org_id
                    and h.conversation_id = p.conversation_id
                    and h.from_agent_id = :bot_id), '[]') as handoffs
  from participant p
  join conversation_live l on l.org_id = p.org_id and l.conversation_id = p.conversation_id
  join conversation c on c.org_id = p.org_id and c.id = p.conversation_id and c.deleted_at is null
 where p.org_id = :org_id
   and p.agent_id = :bot_id
   and p.joined_at >= to_timestamp(:since::bigint / 1000.0)
   and p.joined_at < to_timestamp(:until::bigint / 1000.0)
   and l.last_seq <= :most
 group by p.conversation_id
 order by max(p.joined_at) desc, p.conversation_id
 limit :limit

-- name: member_seat -> maybe Seat
-- Whom a conversation is to be given to; locked, so that the seat is not closed in the same moment. The member alone: two
-- who give to the same agent would each share the agent's row and then wait for the other to write its load.
select a.id, a.name, m.role, a.is_active and m.is_active and a.deleted_at is null as is_active, a.is_connected
  from agent a
  join member m on m.org_id = a.org_id and m.id = a.id
 where a.org_id = :org_id
   and a.id = :agent_id
   for share of m

-- name: bot_seat -> maybe Seat
-- The same of a machine.
select a.id, a.name, 'bot' as role, a.is_active and a.deleted_at is null as is_active, a.is_connected
  from agent a
  join bot b on b.org_id = a.org_id and b.id = a.id
 where a.org_id = :org_id
   and a.id = :agent_id
   for share of b

-- name: room_of -> value
-- Whether a bot can carry one more; whoever comes second waits for the first.
select active_load + (select load from conversation where org_id = :org_id and id = :conversation_id) <= max_load
  from agent
 where org_id = :org_id
   and id = :agent_id
   for no key update

-- name: first_words -> value
-- What the visitor said first.
select body
  from message
 where org_id = :org_id
   and conversation_id = :conversation_id
   and sender_kind = 'contact'
   and deleted_at is null
 order by epoch, seq
 limit 1

-- name: last_words -> value
-- What the visitor said last.
select body
  from message
 where org_id = :org_id
   and conversation_id = :conversation_id
   and sender_kind = 'contact'
   and deleted_at is null
 order by epoch desc, seq desc
 limit 1

-- name: farewell -> maybe Farewell
-- What a bot has visitors told when it cannot help.
select a.name, coalesce(b.fallback_message, '') as fallback_message
  from bot b
  join agent a on a.org_id = b.org_id and a.id = b.id
 where b.org_id = :org_id
   and b.id = :bot_id

-- name: deadline -> value
-- The moment that lies so many seconds ahead.
select (extract(epoch from clock_timestamp()) * 1000)::bigint + :seconds::integer * 1000

-- name: held_by_bot -> many Holding
-- What a bot holds: all of it, or of some conversations.
select id, status, version, turn, assigned_agent_id, offered_agent_id, channel_id, load::float8 as load
  from conversation
 where org_id = :org_id
   and assigned_agent_id = :agent_id
   and status = 'assigned'
   and kind = 'chat'
   and deleted_at is null
   and (:ids::uuid[] is null or id = any(:ids::uuid[]))

-- name: helped_by_bot -> many Holding
-- Where a person holds a conversation whom a bot helps: all of them, or some.
select c.id, c.status, c.version, c.turn, c.assigned_agent_id, c.offered_agent_id, c.channel_id, c.load::float8 as load
  from bot b
  join conversation c on c.org_id = b.org_id
  join member m on m.org_id = c.org_id and m.id = c.assigned_agent_id
 where b.org_id = :org_id
   and b.id = :agent_id
   and c.status = 'assigned'
   and c.kind = 'chat'
   and c.deleted_at is null
   and (b.copilot = 'everybody'
        or (b.copilot = 'member' and m.id = b.copilot_for)
        or (b.copilot = 'team'
            and exists (select
                          from team_member t
                         where t.org_id = m.org_id and t.team_id = b.copilot_team_id and t.member_id = m.id)))
   and (:ids::uuid[] is null or c.id = any(:ids::uuid[]))
 order by c.assigned_at desc
 limit :most

-- name: people_of_bot -> records
-- Whom a bot helps.
select m.id
  from bot b
  join member m on m.org_id = b.org_id
 where b.org_id = :org_id
   and b.id = :agent_id
   and m.is_active
   and (b.copilot = 'everybody'
        or (b.copilot = 'member' and m.id = b.copilot_for)
        or (b.copilot = 'team'
            and exists (select
                          from team_member t
                         where t.org_id = m.org_id and t.team_id = b.copilot_team_id and t.member_id = m.id)))

-- name: suggest -> run
-- What a bot would answer; said twice it is there once.
insert into suggestion (org_id, id, conversation_id, bot_id, message_id, body, citations, answer)
values (:org_id, :id, :conversation_id, :bot_id, :message_id, :body, :citations, :answer)
    on conflict (org_id, id) do nothing

-- name: suggestions -> many Suggestion
-- What bots suggested in a conversation, the newest first: the last of it, or one.
select s.id, s.conversation_id, s.message_id, s.bot_id, a.name as bot_name, s.body, s.state,
       (extract(epoch from s.created_at) * 1000)::bigint as at, s.citations, s.answer
  from suggestion s
  join agent a on a.org_id = s.org_id and a.id = s.bot_id
 where s.org_id = :org_id
   and s.conversation_id = :conversation_id
   and (:id::uuid is null or s.id = :id)
 order by s.created_at desc, s.id desc
 limit 50

-- name: settle_sent -> run
-- What members sent of it within these numbers, as it was or with changes. The first message that names it counts,
-- whatever it was taken for before, and none behind it.
with sent as (
  select distinct on (s.id) s.id, m.id as message_id, m.sender_agent_id, m.at, m.body = s.body as is_same
    from unnest(:conversation_ids::uuid[], :froms::bigint[], :uptos::bigint[]) as new (conversation_id, low, high)
    join message m on m.org_id = :org_id and m.conversation_id = new.conversation_id
                      and m.seq between new.low and new.high
    join suggestion s on s.org_id = m.org_id and s.conversation_id = m.conversation_id
                         and s.id = (m.meta ->> 'suggestion_id')::uuid
   where m.sender_kind = 'member'
     and not m.is_internal
     and s.final_message_id is null
   order by s.id, m.epoch, m.seq)
update suggestion s
   set state = case when sent.is_same then 'accepted' else 'edited' end, agent_id = sent.sender_agent_id,
       final_message_id = sent.message_id, settled_at = sent.at
  from sent
 where s.org_id = :org_id
   and s.id = sent.id
   and s.final_message_id is null

-- name: outdate_suggestions -> run
-- Something was said to the visitor or by the visitor behind what it answers, or the conversation has ended.
update suggestion s
   set state = 'outdated', settled_at = clock_timestamp()
  from conversation c
 where s.org_id = :org_id
   and s.conversation_id = any(:conversation_ids::uuid[])
   and s.state = 'offered'
   and c.org_id = s.org_id
   and c.id = s.conversation_id
   and (c.status in ('resolved', 'closed')
        or exists (select
                     from message q
                     join message n on n.org_id = q.org_id and n.conversation_id = q.conversation_id
                                       and (n.epoch, n.seq) > (q.epoch, q.seq)
                    where q.org_id = s.org_id and q.id = s.message_id and q.conversation_id = s.conversation_id
                      and not n.is_internal and n.sender_kind <> 'system'))

-- name: dismiss_suggestion -> run
-- Somebody does not want it, while it stands.
update suggestion
   set state = 'dismissed', agent_id = :agent_id, settled_at = clock_timestamp()
 where org_id = :org_id
   and conversation_id = :conversation_id
   and id = :id
   and state = 'offered'

-- name: collaboration_of -> value
-- How a bot works with others just now, of whom only those count who are still here.
select collaboration_left(org_id, collaboration)
  from bot
 where org_id = :org_id and id = :bot_id

-- name: begin_collaboration -> run
-- Somebody is asked; said twice it is asked once.
insert into collaboration (org_id, id, conversation_id, type, agent_ids, coordinator_agent_id, question, draft, turn,
                           after_seq, rounds, asked, asked_at, due_at, deadline_at, verifier_ids, verifier_team_id)
values (:org_id, :id, :conversation_id, :type, :agent_ids, :coordinator_id, :question, :draft, :turn, :after_seq, :rounds,
        :asked, clock_timestamp(), to_timestamp(:due_at::bigint / 1000.0), to_timestamp(:deadline_at::bigint / 1000.0),
        :verifier_ids, :verifier_team_id)
    on conflict (org_id, id) do nothing

-- name: collaborations -> many CollaborationRow
-- Who worked together on a conversation, the newest first: the last of it, or one.
select k.id, k.conversation_id, k.type, k.agent_ids, k.coordinator_agent_id as coordinator_id,
       coalesce(a.name, '') as coordinator_name, (extract(epoch from k.started_at) * 1000)::bigint as started_at,
       (extract(epoch from k.deadline_at) * 1000)::bigint as deadline_at,
       (extract(epoch from k.ended_at) * 1000)::bigint as ended_at, k.question, k.draft, k.round, k.rounds, k.asked,
       (extract(epoch from k.asked_at) * 1000)::bigint as asked_at,
       (extract(epoch from k.due_at) * 1000)::bigint as due_at, k.turn, k.outcome, k.consensus_reached, k.contributions,
       k.verifier_ids, k.verifier_team_id
  from collaboration k
  join agent a on a.org_id = k.org_id and a.id = k.coordinator_agent_id
 where k.org_id = :org_id
   and k.conversation_id = :conversation_id
   and (:id::uuid is null or k.id = :id)
 order by k.started_at desc, k.id desc
 limit 50

-- name: open_drafts -> many CollaborationRow
-- What waits for approval where somebody sees it, of all conversations or one; what has least time left first
-- (collaboration_open_idx).
select k.id, k.conversation_id, k.type, k.agent_ids, k.coordinator_agent_id as coordinator_id,
       coalesce(a.name, '') as coordinator_name, (extract(epoch from k.started_at) * 1000)::bigint as started_at,
       (extract(epoch from k.deadline_at) * 1000)::bigint as deadline_at,
       (extract(epoch from k.ended_at) * 1000)::bigint as ended_at, k.question, k.draft, k.round, k.rounds, k.asked,
       (extract(epoch from k.asked_at) * 1000)::bigint as asked_at,
       (extract(epoch from k.due_at) * 1000)::bigint as due_at, k.turn, k.outcome, k.consensus_reached, k.contributions,
       k.verifier_ids, k.verifier_team_id
  from collaboration k
  join agent a on a.org_id = k.org_id and a.id = k.coordinator_agent_id
 where k.org_id = :org_id
   and k.type = 'verification'
   and k.ended_at is null
   and (:conversation_id::uuid is null or k.conversation_id = :conversation_id)
   and (:seen_ids::uuid[] is null or k.conversation_id = any(:seen_ids))
   and (:verifier_id::uuid is null or k.verifier_ids is null or :verifier_id = any(k.verifier_ids))
   and (:after::bigint is null or ((extract(epoch from k.deadline_at) * 1000)::bigint, k.id) > (:after, :after_id::uuid))
 order by (extract(epoch from k.deadline_at) * 1000)::bigint, k.id
 limit :limit

-- name: verifiers -> records
-- Who was named to decide about a bot's drafts, one by one or as a team, and is here.
select m.id
  from member m
 where m.org_id = :org_id
   and m.is_active
   and (m.id = any(:member_ids::uuid[])
        or exists (select
                     from team_member t
                    where t.org_id = m.org_id and t.team_id = :team_id and t.member_id = m.id))
 order by m.id

-- name: lock_collaboration -> value
-- The state of one, before it changes; whoever answers in the same moment waits here.
select id
  from collaboration
 where org_id = :org_id
   and conversation_id = :conversation_id
   and id = :id
   for no key update

-- name: collaboration_place -> records
-- Whose an id is that was used before.
select conversation_id, coordinator_agent_id
  from collaboration
 where org_id = :org_id
   and id = :id

-- name: move_collaboration -> run
-- Whoever answered has done so, and somebody else is asked, or it is over.
update collaboration
   set contributions = :contributions, agent_ids = :agent_ids, round = :round, asked = :asked,
       asked_at = case when :is_asked_anew then clock_timestamp() else asked_at end,
       due_at = to_timestamp(:due_at::bigint / 1000.0), outcome = :outcome, consensus_reached = :consensus_reached,
       ended_at = case when :outcome::text is not null then clock_timestamp() end
 where org_id = :org_id
   and id = :id

-- name: outdate_collaborations -> records
-- The coordinator's turn is over, or the visitor wrote again behind what a draft answers.
update collaboration k
   set ended_at = clock_timestamp(), asked = '{}', consensus_reached = case when k.type = 'debate' then false end,
       outcome = case when k.deadline_at <= clock_timestamp() then 'expired' else 'outdated' end
  from conversation c
 where k.org_id = :org_id
   and k.conversation_id = any(:conversation_ids::uuid[])
   and k.ended_at is null
   and c.org_id = k.org_id
   and c.id = k.conversation_id
   and (c.turn <> k.turn
        or c.status <> 'assigned'
        or (k.type = 'verification'
            and exists (select
                          from message m
                         where m.org_id = k.org_id
                           and m.conversation_id = k.conversation_id
                           and m.seq > k.after_seq
                           and m.sender_kind = 'contact')))
returning k.id, k.conversation_id

-- name: expire_collaboration -> run
-- Nobody decided in time.
update collaboration
   set outcome = 'expired', ended_at = clock_timestamp(), asked = '{}'
 where org_id = :org_id
   and id = :id
   and ended_at is null

-- name: unsay_draft -> run
-- It was approved, and somebody else has the conversation before it could be said.
update collaboration
   set outcome = 'outdated'
 where org_id = :org_id
   and id = :id
   and outcome in ('approved', 'edited')

-- name: is_numbering -> value
-- Whether the log has still to hear of a decision about a conversation.
select exists (select
                 from event
                where org_id = :org_id
                  and conversation_id = :conversation_id
                  and seq is null
                  and data ? 'version')

-- name: approved_drafts -> many CollaborationRow
-- What was approved, of some conversations, and is not among their messages.
select k.id, k.conversation_id, k.type, k.agent_ids, k.coordinator_agent_id as coordinator_id,
       coalesce(a.name, '') as coordinator_name, (extract(epoch from k.started_at) * 1000)::bigint as started_at,
       (extract(epoch from k.deadline_at) * 1000)::bigint as deadline_at,
       (extract(epoch from k.ended_at) * 1000)::bigint as ended_at, k.question, k.draft, k.round, k.rounds, k.asked,
       (extract(epoch from k.asked_at) * 1000)::bigint as asked_at,
       (extract(epoch from k.due_at) * 1000)::bigint as due_at, k.turn, k.outcome, k.consensus_reached, k.contributions,
       k.verifier_ids, k.verifier_team_id
  from collaboration k
  join agent a on a.org_id = k.org_id and a.id = k.coordinator_agent_id
 where k.org_id = :org_id
   and k.conversation_id = any(:conversation_ids::uuid[])
   and k.outcome in ('approved', 'edited')
   and not exists (select
                     from message m
                    where m.org_id = k.org_id and m.id = k.id)

-- name: due_collaborations -> many DueCollaboration
-- Where somebody has not answered in time, of all organizations (collaboration_due_idx).
select org_id, id, conversation_id
  from collaboration
 where ended_at is null
   and due_at <= clock_timestamp()
 limit 500

-- name: asked_of_bot -> many CollaborationRow
-- What a bot is asked about conversations of others and has not answered (collaboration_open_idx).
select k.id, k.conversation_id, k.type, k.agent_ids, k.coordinator_agent_id as coordinator_id,
       coalesce(a.name, '') as coordinator_name, (extract(epoch from k.started_at) * 1000)::bigint as started_at,
       (extract(epoch from k.deadline_at) * 1000)::bigint as deadline_at,
       (extract(epoch from k.ended_at) * 1000)::bigint as ended_at, k.question, k.draft, k.round, k.rounds, k.asked,
       (extract(epoch from k.asked_at) * 1000)::bigint as asked_at,
       (extract(epoch from k.due_at) * 1000)::bigint as due_at, k.turn, k.outcome, k.consensus_reached, k.contributions,
       k.verifier_ids, k.verifier_team_id
  from collaboration k
  join agent a on a.org_id = k.org_id and a.id = k.coordinator_agent_id
 where k.org_id = :org_id
   and k.ended_at is null
   and :agent_id = any(k.asked)

-- name: collaborations_since -> value
-- How often a bot has worked with others since the visitor's last word.
select count(*)
  from collaboration k
 where k.org_id = :org_id
   and k.conversation_id = :conversation_id
   and k.started_at > coalesce((select max(m.at)
                                  from message m
                                 where m.org_id = k.org_id
                                   and m.conversation_id = k.conversation_id
                                   and m.sender_kind = 'contact'), '-infinity')

-- name: tell_collaboration -> run
-- What readers of the event log hear of it.
insert into event (org_id, kind, actor_kind, actor_id, subject_type, subject_id, conversation_id, data)
values (:org_id, :kind, :actor_kind, :actor_id, 'collaboration', :id, :conversation_id, :data)

-- name: agents_named -> records
-- What some agents are called, as far as they are there.
select id, name, is_connected
  from agent
 where org_id = :org_id
   and id = any(:ids::uuid[])
   and deleted_at is null
   and is_active

-- name: count_suggestions -> many BotSuggestions
-- What became of what each bot suggested in a time, and what each member made of it.
with counted as (
  select s.bot_id, s.agent_id, count(*) as suggested, count(*) filter (where s.state = 'offered') as open,
         count(*) filter (where s.state = 'accepted') as accepted, count(*) filter (where s.state = 'edited') as edited,
         count(*) filter (where s.state = 'dismissed') as dismissed,
         count(*) filter (where s.state = 'outdated') as outdated
    from suggestion s
   where s.org_id = :org_id
     and (:bot_id::uuid is null or s.bot_id = :bot_id)
     and (:since::bigint is null or s.created_at >= to_timestamp(:since::bigint / 1000.0))
     and (:until::bigint is null or s.created_at < to_timestamp(:until::bigint / 1000.0))
   group by s.bot_id, s.agent_id
)
select a.id as bot_id, a.name as bot_name, sum(c.suggested)::bigint as suggested, sum(c.open)::bigint as open,
       sum(c.accepted)::bigint as accepted, sum(c.edited)::bigint as edited, sum(c.dismissed)::bigint as dismissed,
       sum(c.outdated)::bigint as outdated,
       (sum(c.accepted + c.edited) / nullif(sum(c.suggested - c.open), 0))::float8 as acceptance_rate,
       coalesce(jsonb_agg(jsonb_build_object('agent_id', m.id, 'name', m.name, 'accepted', c.accepted, 'edited', c.edited,
                            'dismissed', c.dismissed) order by m.name, m.id) filter (where m.id is not null), '[]') as members
  from counted c
  join agent a on a.org_id = :org_id and a.id = c.bot_id
  left join agent m on m.org_id = a.org_id and m.id = c.agent_id
 group by a.id, a.name
 order by a.name, a.id

-- name: said_to_bots -> many SaidToBot
-- What visitors said in some conversations, within these numbers, where a bot holds them still.
select m.id as message_id, c.id as conversation_id, c.turn, c.assigned_agent_id as agent_id, m.body,
       coalesce(b.handoff_keywords, '{}') as keywords
  from unnest(:conversation_ids::uuid[], :froms::bigint[], :uptos::bigint[]) as new (conversation_id, low, high)
  join conversation c on c.org_id = :org_id and c.id = new.conversation_id and c.status = 'assigned' and c.bot_active
  join bot b on b.org_id = c.org_id and b.id = c.assigned_agent_id
  join message m on m.org_id = c.org_id and m.conversation_id = c.id and m.seq between new.low and new.high
 where m.sender_kind = 'contact'
   and m.deleted_at is null
 order by m.seq

-- name: unsure_bots -> many Unsure
-- What bots said within these numbers, and were less sure of than they should be to go on; what was approved is sure.
select m.id as message_id, c.id as conversation_id, c.turn, m.confidence::float8 as confidence
  from unnest(:conversation_ids::uuid[], :froms::bigint[], :uptos::bigint[]) as new (conversation_id, low, high)
  join conversation c on c.org_id = :org_id and c.id = new.conversation_id and c.status = 'assigned' and c.bot_active
  join bot b on b.org_id = c.org_id and b.id = c.assigned_agent_id
  join message m on m.org_id = c.org_id and m.conversation_id = c.id and m.seq between new.low and new.high
 where m.sender_agent_id = b.id
   and m.confidence < b.handoff_threshold
   and not m.is_internal
   and not exists (select from collaboration k where k.org_id = m.org_id and k.id = m.id)

-- name: talkative_bots -> many Talkative
-- Where bots have spoken more often for each word of the visitor than that, by the last hundred messages.
select distinct on (c.id) m.id as message_id, c.id as conversation_id, c.turn
  from unnest(:conversation_ids::uuid[], :froms::bigint[], :uptos::bigint[]) as new (conversation_id, low, high)
  join conversation c on c.org_id = :org_id and c.id = new.conversation_id and c.status = 'assigned' and c.bot_active
  join message m on m.org_id = c.org_id and m.conversation_id = c.id and m.seq between new.low and new.high
 where m.sender_kind = 'bot'
   and not m.is_internal
   -- Most conversations end before.
   and m.seq > :most::integer
   and (select count(*) filter (where t.sender_kind = 'bot')
               > :most::integer * greatest(1, count(*) filter (where t.sender_kind <> 'bot'))
          from (select l.sender_kind
                  from message l
                 where l.org_id = c.org_id
                   and l.conversation_id = c.id
                   and not l.is_internal
                 order by l.epoch desc, l.seq desc
                 limit 100) t)
 order by c.id, m.seq

-- name: bots_that_spoke -> records
-- Which bots answered a visitor within these numbers; what the server says in the name of one that cannot help is no answer.
select distinct m.sender_agent_id as bot_id
  from unnest(:conversation_ids::uuid[], :froms::bigint[], :uptos::bigint[]) as new (conversation_id, low, high)
  join message m on m.org_id = :org_id and m.conversation_id = new.conversation_id
               and m.seq between new.low and new.high
  join bot b on b.org_id = m.org_id and b.id = m.sender_agent_id
 where m.sender_kind = 'bot'
   and not m.is_internal
   and m.body is distinct from b.fallback_message

-- name: turn_of_bot -> value
-- The turn that a bot holds a conversation for; nothing where people have it.
select turn
  from conversation
 where org_id = :org_id
   and id = :conversation_id
   and status = 'assigned'
   and bot_active

-- name: forbidden_to_bots -> many Forbidden
-- What some conversations are about that bots hold, where people have to, or the visitor has to be known.
select c.id as conversation_id, c.turn, y.name, y.requires_human
  from conversation c
  join interaction_type y on y.org_id = c.org_id and y.id = c.interaction_type_id
 where c.org_id = :org_id
   and c.id = any(:conversation_ids::uuid[])
   and c.status = 'assigned'
   and c.bot_active
   and (y.requires_human
        or (y.requires_auth
            and not exists (select
                              from contact_identity i
                             where i.org_id = c.org_id and i.contact_id = c.contact_id and i.verified_at is not null)))

-- name: angry_at_bots -> many Angry
-- Which of these messages a bot should not answer that holds the conversation: where the visitor's mood is below what it
-- may be, or below half of that for the second time in a row. What does not work is no mood by itself.
select m.id as message_id, c.id as conversation_id, c.turn, m.sentiment::float8 as sentiment
  from message m
  join conversation c on c.org_id = m.org_id and c.id = m.conversation_id and c.status = 'assigned' and c.bot_active
  join bot b on b.org_id = c.org_id and b.id = c.assigned_agent_id
 where m.org_id = :org_id
   and m.id = any(:message_ids::uuid[])
   and m.deleted_at is null
   and m.emotion <> 'neutral'
   and b.handoff_sentiment > -1
   and (m.sentiment <= b.handoff_sentiment
        or (m.sentiment <= b.handoff_sentiment / 2
            and exists (select
                          from (select p.sentiment, p.emotion
                                  from message p
                                 where p.org_id = m.org_id
                                   and p.conversation_id = m.conversation_id
                                   and (p.epoch, p.seq) < (m.epoch, m.seq)
                                   and p.sender_kind = 'contact'
                                   and p.deleted_at is null
                                 order by p.epoch desc, p.seq desc
                                 limit 1) before
                         where before.sentiment <= b.handoff_sentiment / 2
                           and before.emotion <> 'neutral')))

-- name: critical_said -> many Critical
-- Which of these messages are critical, where the conversation is still open, and nobody has said since how urgent it is.
select m.id as message_id, c.id as conversation_id
  from message m
  join conversation c on c.org_id = m.org_id and c.id = m.conversation_id
 where m.org_id = :org_id
   and m.id = any(:message_ids::uuid[])
   and m.urgency = 'critical'
   and m.deleted_at is null
   and c.status in ('open', 'waiting', 'assigned')
   and c.priority < 5
   and not exists (select
                     from event e
                    where e.org_id = c.org_id
                      and e.conversation_id = c.id
                      and e.kind = 'conversation_prioritized'
                      and e.actor_kind <> 'system'
                      and e.at > m.at)

-- name: raise_priority -> maybe Changed
-- To the front of the queue, once for what a visitor said: who lowers it afterwards has the last word.
update conversation c
   set priority = 5, version = c.version + 1
 where c.org_id = :org_id
   and c.id = :conversation_id
   and c.status in ('open', 'waiting', 'assigned')
   and c.priority < 5
   and not exists (select from event e where e.org_id = :org_id and e.id = :event_id)
returning new.id, new.status, new.version, new.turn, new.assigned_agent_id, new.assigned_team_id,
          old.assigned_agent_id as previous_agent_id, old.assigned_team_id as previous_team_id,
          old.priority as previous_priority

-- name: wanted -> many Wanted
-- What the company says of the intents of these messages, where the conversation is still open: the first first.
select m.id as message_id, c.id as conversation_id, i.priority, t.id as interaction_type_id,
       coalesce(t.name, '') as interaction_type_name
  from message m
  join conversation c on c.org_id = m.org_id and c.id = m.conversation_id
  join intent i on i.org_id = m.org_id and i.name = m.intent
  left join interaction_type t on t.org_id = i.org_id and t.id = i.interaction_type_id and t.deleted_at is null
 where m.org_id = :org_id
   and m.id = any(:message_ids::uuid[])
   and m.deleted_at is null
   and c.status in ('open', 'waiting', 'assigned')
   and i.is_active
   and i.deleted_at is null
   and (i.priority is not null or t.id is not null)
 order by m.conversation_id, m.epoch, m.seq

-- name: default_priority -> maybe Changed
-- As urgent as what is wanted is by itself, where no person or bot has said how urgent it is; what cannot wait stays first.
update conversation c
   set priority = :priority, version = c.version + 1
 where c.org_id = :org_id
   and c.id = :conversation_id
   and c.priority <> :priority
   and not exists (select
                     from event e
                    where e.org_id = c.org_id
                      and e.conversation_id = c.id
                      and e.kind = 'conversation_prioritized'
                      and (e.actor_kind <> 'system' or e.id = :event_id or c.priority > :priority))
returning new.id, new.status, new.version, new.turn, new.assigned_agent_id, new.assigned_team_id,
          old.assigned_agent_id as previous_agent_id, old.assigned_team_id as previous_team_id,
          old.priority as previous_priority

-- name: default_type -> maybe Changed
-- What it is about, where no person or bot has said so, or taken it back.
update conversation c
   set interaction_type_id = :interaction_type_id, version = c.version + 1
 where c.org_id = :org_id
   and c.id = :conversation_id
   and c.interaction_type_id is null
   and not exists (select
                     from event e
                    where e.org_id = c.org_id
                      and e.conversation_id = c.id
                      and e.kind = 'conversation_classified'
                      and (e.actor_kind <> 'system' or e.id = :event_id))
returning new.id, new.status, new.version, new.turn, new.assigned_agent_id, new.assigned_team_id,
          old.assigned_agent_id as previous_agent_id, old.assigned_team_id as previous_team_id,
          old.priority as previous_priority

-- name: silent_bots -> many Silence
-- Where a visitor has waited too long for a bot's answer, of all organizations (conversation_bot_idx).
select c.org_id, c.id as conversation_id, c.turn
  from conversation c
  join bot b on b.org_id = c.org_id and b.id = c.assigned_agent_id
  join conversation_live l on l.org_id = c.org_id and l.conversation_id = c.id
 where c.status = 'assigned'
   and c.bot_active
   and c.deleted_at is null
   and l.last_sender_id is not null
   and greatest(l.last_message_at, c.assigned_at) < clock_timestamp() - make_interval(secs => b.answer_seconds)
   -- While others are asked, or have to approve what it says, it waits as the visitor does.
   and not exists (select
                     from collaboration k
                    where k.org_id = c.org_id and k.conversation_id = c.id
                      and (k.ended_at is null
                           or k.ended_at > clock_timestamp() - make_interval(secs => b.answer_seconds)))
   -- What another bot said before it gave the conversation away is no answer.
   and not exists (select
                     from agent s
                    where s.org_id = c.org_id and s.id = l.last_sender_id and (s.kind <> 'bot' or s.id = b.id))
 limit 500

-- name: say_capacity -> run
-- How much a bot can carry, by its own word.
update agent
   set max_load = :capacity
 where org_id = :org_id
   and id = :agent_id
   and max_load <> :capacity

-- name: team_name -> value
-- A team that conversations may be given to.
select name
  from team
 where org_id = :org_id
   and id = :team_id
   and deleted_at is null

-- name: touch_conversation -> maybe Changed
-- The tags are about to change: whoever changes them as well waits for its turn here.
update conversation c
   set version = c.version + 1
 where c.org_id = :org_id
   and c.id = :conversation_id
returning new.id, new.status, new.version, new.turn, new.assigned_agent_id, new.assigned_team_id,
          old.assigned_agent_id as previous_agent_id, old.assigned_team_id as previous_team_id,
          old.priority as previous_priority

-- name: set_attributes -> value
-- What is noted of a conversation from now on; how much that is, where it is another thing than before.
update conversation c
   set attributes = jsonb_strip_nulls(c.attributes || :attributes)
 where c.org_id = :org_id
   and c.id = :conversation_id
   and c.attributes <> jsonb_strip_nulls(c.attributes || :attributes)
returning (select count(*) from jsonb_object_keys(new.attributes))

-- name: set_contact_attributes -> value
-- The same of whom it is with, as the team knows that person.
update contact t
   set attributes = jsonb_strip_nulls(t.attributes || :attributes)
 where t.org_id = :org_id
   and t.id = (select coalesce(w.merged_into, w.id)
                 from conversation c
                 join contact w on w.org_id = c.org_id and w.id = c.contact_id
                where c.org_id = :org_id
                  and c.id = :conversation_id)
   and t.attributes <> jsonb_strip_nulls(t.attributes || :attributes)
returning (select count(*) from jsonb_object_keys(new.attributes))

-- name: join_holder -> maybe Changed
-- Take part in what goes on, beside whoever holds it; the turn stays.
update conversation c
   set supervisor_ids = c.supervisor_ids || :agent_id::uuid, version = c.version + 1
 where c.org_id = :org_id
   and c.id = :conversation_id
   and c.status in ('open', 'waiting', 'assigned')
   and c.assigned_agent_id is distinct from :agent_id
   and not :agent_id = any(c.supervisor_ids)
   and cardinality(c.supervisor_ids) < :most
returning new.id, new.status, new.version, new.turn, new.assigned_agent_id, new.assigned_team_id,
          old.assigned_agent_id as previous_agent_id, old.assigned_team_id as previous_team_id,
          old.priority as previous_priority

-- name: leave_holder -> maybe Changed
-- Take part no longer.
update conversation c
   set supervisor_ids = array_remove(c.supervisor_ids, :agent_id::uuid), version = c.version + 1
 where c.org_id = :org_id
   and c.id = :conversation_id
   and :agent_id = any(c.supervisor_ids)
returning new.id, new.status, new.version, new.turn, new.assigned_agent_id, new.assigned_team_id,
          old.assigned_agent_id as previous_agent_id, old.assigned_team_id as previous_team_id,
          old.priority as previous_priority

-- name: add_tags -> records
-- Tags that the conversation has not yet.
insert into conversation_tag (org_id, conversation_id, tag, tagged_by)
select :org_id, :conversation_id, tag, 'member'
  from unnest(:tags::text[]) as new (tag)
    on conflict do nothing
returning tag

-- name: remove_tags -> records
-- Tags that the conversation has.
delete from conversation_tag
 where org_id = :org_id
   and conversation_id = :conversation_id
   and tag = any(:tags::text[])
returning tag

-- name: count_tags -> value
-- How many there are afterwards.
select count(*)
  from conversation_tag
 where org_id = :org_id
   and conversation_id = :conversation_id
   and deleted_at is null

-- name: prioritize_conversation -> maybe Changed
-- More or less urgent, unless somebody changed it since the actor looked.
update conversation c
   set priority = :priority, version = c.version + 1
 where c.org_id = :org_id
   and c.id = :conversation_id
   and c.version = :version
   and c.priority <> :priority
returning new.id, new.status, new.version, new.turn, new.assigned_agent_id, new.assigned_team_id,
          old.assigned_agent_id as previous_agent_id, old.assigned_team_id as previous_team_id,
          old.priority as previous_priority

-- name: interaction_type_name -> value
-- What a conversation may be about.
select name
  from interaction_type
 where org_id = :org_id
   and id = :interaction_type_id
   and deleted_at is null

-- name: classify_conversation -> maybe Changed
-- What it is about, or that this is not known, unless somebody changed it since the actor looked.
update conversation c
   set interaction_type_id = :interaction_type_id, version = c.version + 1
 where c.org_id = :org_id
   and c.id = :conversation_id
   and c.version = :version
   and c.interaction_type_id is distinct from :interaction_type_id
returning new.id, new.status, new.version, new.turn, new.assigned_agent_id, new.assigned_team_id,
          old.assigned_agent_id as previous_agent_id, old.assigned_team_id as previous_team_id,
          old.priority as previous_priority

-- name: close_conversation -> maybe Changed
-- End an open conversation, unless somebody changed it since the actor looked.
update conversation c
   set status = 'closed', closed_at = now(), close_reason = :reason, resolved_by_agent_id = :agent_id,
       assigned_agent_id = null, queued_at = null, supervisor_ids = '{}', version = c.version + 1,
       turn = c.turn + 1
 where c.org_id = :org_id
   and c.id = :conversation_id
   and c.version = :version
   and c.status <> 'closed'
returning new.id, new.status, new.version, new.turn, new.assigned_agent_id, new.assigned_team_id,
          old.assigned_agent_id as previous_agent_id, old.assigned_team_id as previous_team_id,
          old.priority as previous_priority

-- name: reopen_conversation -> maybe Changed
-- Let a closed conversation go on: with the one who asks for it, else in the queue.
update conversation c
   set status = case when :agent_id::uuid is null then 'waiting' else 'assigned' end, closed_at = null,
       close_reason = null, resolved_by_agent_id = null, resolved_at = null, assigned_agent_id = :agent_id,
       assigned_at = case when :agent_id::uuid is null then null else now() end,
       queued_at = case when :agent_id::uuid is null then now() end, version = c.version + 1, turn = c.turn + 1
 where c.org_id = :org_id
   and c.id = :conversation_id
   and c.version = :version
   and c.status in ('closed', 'resolved')
returning new.id, new.status, new.version, new.turn, new.assigned_agent_id, new.assigned_team_id,
          old.assigned_agent_id as previous_agent_id, old.assigned_team_id as previous_team_id,
          old.priority as previous_priority

-- name: note_assignment -> run
-- Keeps who took what, and as which turn.
insert into assignment (org_id, conversation_id, agent_id, team_id, turn, state, answered_at, why)
values (:org_id, :conversation_id, :agent_id, :team_id, :turn, :state, now(), :why)

-- name: decide -> run
-- The event of a decision, in the decision's own transaction: it is outbox, history and source of figures in one.
insert into event (org_id, id, kind, actor_kind, actor_id, subject_type, subject_id, conversation_id, data)
values (:org_id, :id, :kind, :actor_kind, :actor_id, 'conversation', :conversation_id, :conversation_id, :data)

-- name: decision -> maybe DecisionRow
-- A decision that was said before.
select id, org_id, conversation_id, kind, actor_id, seq, data
  from event
 where org_id = :org_id
   and id = :id

-- name: decided_since -> maybe DecisionRow
-- What happened since somebody looked, to tell whoever comes too late.
select id, org_id, conversation_id, kind, actor_id, seq, data
  from event
 where org_id = :org_id
   and conversation_id = :conversation_id
   and (data ->> 'version')::integer > :version
 order by (data ->> 'version')::integer desc
 limit 1


-- The inbox ----------------------------------------------------------------------------------------------------------

-- name: cards -> many CardRow
-- Single cards, for lists and the feed. Not the inbox's own statement with its filters left out: a plan that fits both
-- would look for one card among all.
select c.id as conversation_id, c.status, c.version, c.priority, coalesce(w.id, t.id) as contact_id,
       coalesce(w.name, w.email, t.name, t.email, '') as contact_name, c.channel_id, h.name as channel_name, h.kind as channel_kind,
       c.started_at, c.queued_at, c.assigned_agent_id, coalesce(a.name, '') as assigned_agent_name,
       c.assigned_team_id, coalesce(e.name, '') as assigned_team_name, coalesce(c.subject, '') as subject,
       coalesce(w.email, t.email, '') as contact_email,
       array(select g.tag
               from conversation_tag g
              where g.org_id = c.org_id and g.conversation_id = c.id and g.deleted_at is null
              order by g.tag) as tags,
       coalesce(l.last_message_seq, 0) as last_seq, l.last_sender_id,
       coalesce(l.message_count, 0) as message_count, l.last_message_at, coalesce(l.last_preview, '') as last_preview,
       c.offered_agent_id, c.offer_deadline_at, coalesce(u.tier, 'standard') as tier,
       coalesce(c.required_skills, '{}') as skills, c.supervisor_ids,
       c.resolved_by_agent_id as closed_by_id, c.interaction_type_id, coalesce(c.primary_intent, '') as primary_intent,
       coalesce(c.emotion, '') as emotion, c.sentiment_avg::float8 as sentiment_avg, coalesce(c.locale, '') as locale,
       (select jsonb_build_object('id', o.id, 'reason_code', o.reason_code, 'from_agent_id', o.from_agent_id,
                 'from_agent_name', coalesce(f.name, ''), 'reason', coalesce(o.reason, ''))
          from handoff o
          left join agent f on f.org_id = o.org_id and f.id = o.from_agent_id
         where o.org_id = c.org_id and o.conversation_id = c.id and o.status in ('requested', 'offered')) as handoff,
       (select (extract(epoch from min(k.deadline_at)) * 1000)::bigint
          from collaboration k
         where k.org_id = c.org_id and k.conversation_id = c.id and k.ended_at is null
           and k.type = 'verification') as approval_deadline_at
  from conversation c
  join channel h on h.org_id = c.org_id and h.id = c.channel_id
  left join conversation_live l on l.org_id = c.org_id and l.conversation_id = c.id
  left join contact t on t.org_id = c.org_id and t.id = c.contact_id
  left join contact w on w.org_id = t.org_id and w.id = t.merged_into
  left join customer u on u.org_id = t.org_id and u.id = t.customer_id
  left join agent a on a.org_id = c.org_id and a.id = c.assigned_agent_id
  left join team e on e.org_id = c.org_id and e.id = c.assigned_team_id
 where c.org_id = :org_id
   and c.id = any(:ids::uuid[])
   and c.kind = 'chat'
   and c.deleted_at is null

-- name: seen -> records
-- What a member sees who does not see the queue: what it holds, is offered and has joined (conversation_live_idx), and what
-- it closed itself, the last of it (conversation_closer_idx).
(select id
   from conversation
  where org_id = :org_id
    and kind = 'chat'
    and deleted_at is null
    and status in ('open', 'waiting', 'assigned')
    and (assigned_agent_id = :agent_id or offered_agent_id = :agent_id or :agent_id = any(supervisor_ids)))
 union
(select id
   from conversation
  where org_id = :org_id
    and resolved_by_agent_id = :agent_id
    and kind = 'chat'
    and deleted_at is null
  order by closed_at desc
  limit :most)

-- name: is_seen -> value
-- The same of one conversation, whenever it was closed.
select true
  from conversation
 where org_id = :org_id
   and id = :conversation_id
   and deleted_at is null
   and (assigned_agent_id = :agent_id or offered_agent_id = :agent_id or resolved_by_agent_id = :agent_id
        or :agent_id = any(supervisor_ids))

-- name: newest_cards -> many CardRow
-- The inbox's snapshot, newest first (conversation_started_idx, or a status' few).
select c.id as conversation_id, c.status, c.version, c.priority, coalesce(w.id, t.id) as contact_id,
       coalesce(w.name, w.email, t.name, t.email, '') as contact_name, c.channel_id, h.name as channel_name, h.kind as channel_kind,
       c.started_at, c.queued_at, c.assigned_agent_id, coalesce(a.name, '') as assigned_agent_name,
       c.assigned_team_id, coalesce(e.name, '') as assigned_team_name, coalesce(c.subject, '') as subject,
       coalesce(w.email, t.email, '') as contact_email,
       array(select g.tag
               from conversation_tag g
              where g.org_id = c.org_id and g.conversation_id = c.id and g.deleted_at is null
              order by g.tag) as tags,
       coalesce(l.last_message_seq, 0) as last_seq, l.last_sender_id,
       coalesce(l.message_count, 0) as message_count, l.last_message_at, coalesce(l.last_preview, '') as last_preview,
       c.offered_agent_id, c.offer_deadline_at, coalesce(u.tier, 'standard') as tier,
       coalesce(c.required_skills, '{}') as skills, c.supervisor_ids,
       c.resolved_by_agent_id as closed_by_id, c.interaction_type_id, coalesce(c.primary_intent, '') as primary_intent,
       coalesce(c.emotion, '') as emotion, c.sentiment_avg::float8 as sentiment_avg, coalesce(c.locale, '') as locale,
       (select jsonb_build_object('id', o.id, 'reason_code', o.reason_code, 'from_agent_id', o.from_agent_id,
                 'from_agent_name', coalesce(f.name, ''), 'reason', coalesce(o.reason, ''))
          from handoff o
          left join agent f on f.org_id = o.org_id and f.id = o.from_agent_id
         where o.org_id = c.org_id and o.conversation_id = c.id and o.status in ('requested', 'offered')) as handoff,
       (select (extract(epoch from min(k.deadline_at)) * 1000)::bigint
          from collaboration k
         where k.org_id = c.org_id and k.conversation_id = c.id and k.ended_at is null
           and k.type = 'verification') as approval_deadline_at
  from conversation c
  join channel h on h.org_id = c.org_id and h.id = c.channel_id
  left join conversation_live l on l.org_id = c.org_id and l.conversation_id = c.id
  left join contact t on t.org_id = c.org_id and t.id = c.contact_id
  left join contact w on w.org_id = t.org_id and w.id = t.merged_into
  left join customer u on u.org_id = t.org_id and u.id = t.customer_id
  left join agent a on a.org_id = c.org_id and a.id = c.assigned_agent_id
  left join team e on e.org_id = c.org_id and e.id = c.assigned_team_id
 where c.org_id = :org_id
   and c.kind = 'chat'
   and c.deleted_at is null
   and (:status::text is null or c.status = :status)
 order by c.started_at desc
 limit :limit

-- name: offered_to -> records
-- What somebody is asked to take just now, however long it has waited (conversation_queue_idx).
select id
  from conversation
 where org_id = :org_id
   and status = 'waiting'
   and offered_agent_id = :agent_id

-- name: reads -> many Read
-- How far somebody has read some of them, as Postgres knows it: a second late.
select conversation_id, max(last_read_seq) as upto
  from participant
 where org_id = :org_id
   and conversation_id = any(:ids::uuid[])
   and agent_id = :agent_id
   and last_read_seq > 0
 group by conversation_id

-- name: offers_withdrawn -> records
-- Whom conversations were offered to until just now, and then somebody else was faster or they were over: no event names
-- them. An offer ends a moment before the event of whatever ended it.
select distinct conversation_id, agent_id
  from assignment
 where org_id = :org_id
   and conversation_id = any(:conversation_ids::uuid[])
   and state = 'withdrawn'
   and agent_id is not null
   and answered_at >= to_timestamp(:since::float8) - interval '1 minute'

-- name: agents -> many AgentLine
-- The team's picture of itself: all who have a seat, or those that are named, also when they have one no longer.
select a.id, a.name, a.kind, case when a.is_connected then a.availability else 'offline' end as status, a.availability,
       a.is_connected, a.max_load::float8 as max_load, a.active_load::float8 as active_load,
       (select count(*)::integer
          from conversation c
         where c.org_id = a.org_id
           and c.assigned_agent_id = a.id
           and c.kind = 'chat'
           and c.deleted_at is null
           and c.status in ('open', 'waiting', 'assigned')) as conversation_count,
       coalesce(m.role, '') as role, coalesce(a.avatar_url, u.avatar_url) as avatar_url, a.availability_reason as reason,
       (extract(epoch from case when a.is_connected then greatest(a.availability_at, a.last_seen_at)
                                else a.last_seen_at end) * 1000)::bigint as since,
       a.is_active and a.deleted_at is null and coalesce(m.is_active, true) as is_active,
       case when a.kind = 'bot' then
       case when not a.is_connected
              then jsonb_build_object('status', 'unhealthy', 'reason', 'not_connected',
                     'since', (extract(epoch from a.last_seen_at) * 1000)::bigint)
            else jsonb_build_object('status', coalesce(s.status, 'healthy'), 'reason', s.reason,
                   'since', (extract(epoch from s.since) * 1000)::bigint) end end as health
  from agent a
  left join member m on m.org_id = a.org_id and m.id = a.id
  left join app_user u on u.id = m.user_id
  left join bot_health s on s.org_id = a.org_id and s.bot_id = a.id
 where a.org_id = :org_id
   and (a.id = any(:ids::uuid[])
        or (:ids is null and a.is_active and a.deleted_at is null and coalesce(m.is_active, true)))
 order by a.name, a.id

-- name: counts -> one Counts
-- The numbers beside the inbox's lists: everything live, by status, holder and team.
with live as materialized (
  select status, assigned_agent_id, assigned_team_id, count(*)::integer as number
    from conversation
   where org_id = :org_id
     and kind = 'chat'
     and deleted_at is null
     and status in ('open', 'waiting', 'assigned')
   group by status, assigned_agent_id, assigned_team_id)
select coalesce(sum(number) filter (where status = 'open'), 0)::integer as open,
       coalesce(sum(number) filter (where status = 'waiting'), 0)::integer as waiting,
       coalesce(sum(number) filter (where status = 'assigned'), 0)::integer as assigned,
       coalesce(sum(number) filter (where assigned_agent_id is null), 0)::integer as unassigned,
       (select coalesce(jsonb_agg(each order by each ->> 'agent_id'), '[]')
          from (select jsonb_build_object('agent_id', assigned_agent_id, 'count', sum(number)) as each
                  from live
                 where assigned_agent_id is not null
                 group by assigned_agent_id)) as agents,
       (select coalesce(jsonb_agg(each order by each ->> 'team_id'), '[]')
          from (select jsonb_build_object('team_id', assigned_team_id, 'count', sum(number)) as each
                  from live
                 where assigned_team_id is not null
                 group by assigned_team_id)) as teams
  from live

-- name: plan_for_these_values -> value
-- A list has many filters and few in use: planned for the values that are there, the others fall away.
select set_config('plan_cache_mode', 'force_custom_plan', true)

-- name: conversations -> many Place
-- Lists, those first in which something was said last. The narrowest index leads: a contact's (conversation_contact_idx),
-- what a search found (the keys), a holder's, a team's, a live status' (conversation_live_idx); without one of these the
-- order itself does (conversation_activity_idx), until a page is full.
select a.conversation_id, (extract(epoch from a.at) * 1000)::bigint as at
  from conversation_activity a
  join conversation c on c.org_id = a.org_id and c.id = a.conversation_id
 where a.org_id = :org_id
   and c.kind = 'chat'
   and c.deleted_at is null
   and (:status::text is null or c.status = :status)
   and (:assigned_agent_id::uuid is null
        or (c.assigned_agent_id = :assigned_agent_id and c.status in ('open', 'waiting', 'assigned')))
   and (:team_id::uuid is null or c.assigned_team_id = :team_id)
   and (not :unassigned::boolean
        or (c.assigned_agent_id is null and c.status in ('open', 'waiting', 'assigned')))
   and (not :bot_active::boolean or (c.bot_active and c.status = 'assigned'))
   and (:channel_id::uuid is null or c.channel_id = :channel_id)
   and (:priority::integer is null or c.priority = :priority)
   and (:contact_ids::uuid[] is null or c.contact_id = any(:contact_ids::uuid[]))
   and (:seen_ids::uuid[] is null or c.id = any(:seen_ids::uuid[]))
   and (:found_ids::uuid[] is null
        or c.id = any(:found_ids::uuid[])
        or c.contact_id = any(:found_contact_ids::uuid[]))
   and (:after_id::uuid is null
        or (a.at, a.conversation_id) < (to_timestamp(:after::bigint / 1000.0), :after_id::uuid))
 order by a.at desc, a.conversation_id desc
 limit :limit

-- name: tagged_conversations -> many Place
-- The same of one tag: a rare one leads (conversation_tag_idx), a common one is looked for in the order. A join of its own,
-- because a tag that is one filter of many is never led by.
select a.conversation_id, (extract(epoch from a.at) * 1000)::bigint as at
  from conversation_activity a
  join conversation c on c.org_id = a.org_id and c.id = a.conversation_id
  join conversation_tag g on g.org_id = a.org_id and g.conversation_id = a.conversation_id
 where a.org_id = :org_id
   and g.tag = :tag
   and g.deleted_at is null
   and c.kind = 'chat'
   and c.deleted_at is null
   and (:status::text is null or c.status = :status)
   and (:assigned_agent_id::uuid is null
        or (c.assigned_agent_id = :assigned_agent_id and c.status in ('open', 'waiting', 'assigned')))
   and (:team_id::uuid is null or c.assigned_team_id = :team_id)
   and (not :unassigned::boolean
        or (c.assigned_agent_id is null and c.status in ('open', 'waiting', 'assigned')))
   and (not :bot_active::boolean or (c.bot_active and c.status = 'assigned'))
   and (:channel_id::uuid is null or c.channel_id = :channel_id)
   and (:priority::integer is null or c.priority = :priority)
   and (:contact_ids::uuid[] is null or c.contact_id = any(:contact_ids::uuid[]))
   and (:seen_ids::uuid[] is null or c.id = any(:seen_ids::uuid[]))
   and (:found_ids::uuid[] is null
        or c.id = any(:found_ids::uuid[])
        or c.contact_id = any(:found_contact_ids::uuid[]))
   and (:after_id::uuid is null
        or (a.at, a.conversation_id) < (to_timestamp(:after::bigint / 1000.0), :after_id::uuid))
 order by a.at desc, a.conversation_id desc
 limit :limit

-- name: conversation_details -> one ConversationDetails
-- What stands beside a conversation that somebody opened.
select coalesce(c.subject, '') as subject, coalesce(c.page_url, '') as page_url, coalesce(c.referrer, '') as referrer,
       coalesce(c.user_agent, '') as user_agent, coalesce(host(c.ip), '') as address, coalesce(c.locale, '') as locale,
       coalesce(c.close_reason, '') as close_reason, c.attributes,
       (extract(epoch from c.first_response_at) * 1000)::bigint as first_response_at,
       (extract(epoch from c.closed_at) * 1000)::bigint as closed_at,
       (select count(*)
          from conversation p
         where p.org_id = c.org_id
           and p.contact_id = any(array(select coalesce(w.merged_into, w.id)
                                         union
                                        select t.id
                                          from contact t
                                         where t.org_id = c.org_id and t.merged_into = coalesce(w.merged_into, w.id)))
           and p.kind = 'chat'
           and p.deleted_at is null
           and (:seen_ids::uuid[] is null or p.id = any(:seen_ids::uuid[]))
           and p.id <> c.id) as past_count
  from conversation c
  left join contact w on w.org_id = c.org_id and w.id = c.contact_id
 where c.org_id = :org_id
   and c.id = :conversation_id

-- name: conversations_showing -> records
-- The conversations on whose cards these names stand: everything of a contact, with those whom it was joined from; of the
-- rest what an inbox loads, which are the newest, and whatever else is live.
select c.id
  from conversation c
  join contact t on t.org_id = c.org_id and t.id = c.contact_id
 where c.org_id = :org_id
   and (t.id = any(:contact_ids::uuid[]) or t.merged_into = any(:contact_ids::uuid[]))
   and c.kind = 'chat'
   and c.deleted_at is null
 union
select n.id
  from (select c.id, c.assigned_agent_id, c.assigned_team_id, c.channel_id
          from conversation c
         where c.org_id = :org_id
           and c.kind = 'chat'
           and c.deleted_at is null
         order by c.started_at desc
         limit :newest) n
 where n.assigned_agent_id = any(:agent_ids::uuid[])
    or n.assigned_team_id = any(:team_ids::uuid[])
    or n.channel_id = any(:channel_ids::uuid[])
 union
select c.id
  from conversation c
 where c.org_id = :org_id
   and c.kind = 'chat'
   and c.deleted_at is null
   and c.status in ('open', 'waiting', 'assigned')
   and (c.assigned_agent_id = any(:agent_ids::uuid[]) or c.assigned_team_id = any(:team_ids::uuid[]))

-- name: search_messages -> many FoundMessage
-- The last messages with these words or this piece of text, and whom they were written with.
select f.message_id, f.conversation_id, f.seq, (extract(epoch from f.at) * 1000)::bigint as at, f.is_internal, f.body,
       coalesce(w.id, t.id) as contact_id, coalesce(w.name, w.email, t.name, t.email, '') as contact_name
  from search_messages(:org_id, to_tsquery('simple', :words::text), :piece, :most) f
  join conversation c on c.org_id = :org_id and c.id = f.conversation_id
  left join contact t on t.org_id = c.org_id and t.id = c.contact_id
  left join contact w on w.org_id = t.org_id and w.id = t.merged_into
 where c.deleted_at is null
 order by f.at desc

-- name: search_messages_among -> many FoundMessage
-- The same for whoever sees some conversations only, which are few enough to be read (message_conversation_key).
select m.id as message_id, m.conversation_id, m.seq, (extract(epoch from m.at) * 1000)::bigint as at, m.is_internal, m.body,
       coalesce(w.id, t.id) as contact_id, coalesce(w.name, w.email, t.name, t.email, '') as contact_name
  from message m
  join conversation c on c.org_id = m.org_id and c.id = m.conversation_id
  left join contact t on t.org_id = c.org_id and t.id = c.contact_id
  left join contact w on w.org_id = t.org_id and w.id = t.merged_into
 where m.org_id = :org_id
   and m.conversation_id = any(:seen_ids::uuid[])
   and m.deleted_at is null
   and (to_tsvector('simple', m.body) @@ to_tsquery('simple', :words::text) or strpos(lower(m.body), lower(:piece)) > 0)
 order by m.at desc
 limit :most

-- name: visitor_conversations -> many VisitorConversation
-- A returning visitor's own conversations.
select c.id as conversation_id, c.status, (extract(epoch from c.started_at) * 1000)::bigint as started_at,
       coalesce(l.public_seq, 0) as last_seq, coalesce(l.last_preview, '') as last_preview,
       (extract(epoch from l.last_message_at) * 1000)::bigint as last_message_at
  from conversation c
  left join conversation_live l on l.org_id = c.org_id and l.conversation_id = c.id
 where c.org_id = :org_id
   and c.contact_id = :contact_id
   and c.kind = 'chat'
   and c.deleted_at is null
 order by c.started_at desc
 limit 50


-- Reactions ----------------------------------------------------------------------------------------------------------

-- name: holder_decisions -> many HolderDecision
-- Who came to hold some conversations, decision by decision, as far as they have their number and with it their time. The
-- version is their order: what was announced later may be in the log before.
select e.id, e.conversation_id, e.kind, e.at, e.epoch, e.seq, e.actor_kind, e.actor_id, e.data ->> 'status' as status,
       (e.data ->> 'agent_id')::uuid as agent_id, (e.data ->> 'interaction_type_id')::uuid as interaction_type_id,
       e.data ->> 'reason_code' as reason_code, coalesce(a.kind = 'bot', false) as is_bot
  from event e
  left join agent a on a.org_id = e.org_id and a.id = coalesce((e.data ->> 'agent_id')::uuid, e.actor_id)
 where e.org_id = :org_id
   and e.conversation_id = any(:conversation_ids::uuid[])
   and e.kind = any(:kinds::text[])
 order by e.conversation_id, (e.data ->> 'version')::integer, e.at

-- name: join_contacts -> run
-- The contact's stint begins with the conversation. Whoever was faster in marking what it read is in it already.
insert into participant as p (org_id, id, conversation_id, contact_id, role, joined_at)
select c.org_id, r.id, c.id, c.contact_id, 'contact', e.at
  from jsonb_to_recordset(:rows) as r (id uuid, conversation_id uuid)
  join conversation c on c.id = r.conversation_id
  join event e on e.org_id = c.org_id and e.id = c.id
 where c.org_id = :org_id
   and c.contact_id is not null
   and e.seq is not null
   and not exists (select
                     from participant k
                    where k.org_id = :org_id and k.id = r.id)
    on conflict (org_id, conversation_id, coalesce(agent_id, contact_id)) where left_at is null do update
   set id = excluded.id, joined_at = excluded.joined_at

-- name: end_stints -> run
-- Whoever held a conversation holds it no longer; repeated, it changes nothing.
update participant p
   set left_at = r.left_at
  from jsonb_to_recordset(:rows) as r (id uuid, left_at timestamptz)
 where p.org_id = :org_id
   and p.id = r.id
   and p.left_at is null

-- name: add_past_stints -> run
-- Stints that were over before anybody looked, of conversations that are still there.
insert into participant (org_id, id, conversation_id, agent_id, role, joined_at, left_at)
select c.org_id, r.id, c.id, r.agent_id, r.role, r.joined_at, r.left_at
  from jsonb_to_recordset(:rows) as r (id uuid, conversation_id uuid, agent_id uuid, role text, joined_at timestamptz,
       left_at timestamptz)
  join conversation c on c.id = r.conversation_id
 where c.org_id = :org_id
    on conflict (org_id, id) do nothing

-- name: begin_stints -> run
-- The holder's stint begins; whoever read along until then does so no longer.
insert into participant as p (org_id, id, conversation_id, agent_id, role, joined_at)
select c.org_id, r.id, c.id, r.agent_id, r.role, r.joined_at
  from jsonb_to_recordset(:rows) as r (id uuid, conversation_id uuid, agent_id uuid, role text, joined_at timestamptz)
  join conversation c on c.id = r.conversation_id
 where c.org_id = :org_id
   and not exists (select
                     from participant k
                    where k.org_id = :org_id and k.id = r.id)
    on conflict (org_id, conversation_id, coalesce(agent_id, contact_id)) where left_at is null do update
   set id = excluded.id, role = excluded.role, joined_at = excluded.joined_at

-- name: held_by_closed_seat -> many Held
-- What somebody holds whose seat is closed, and who has not come back since.
select c.id, c.version, c.turn, c.bot_active
  from conversation c
  join agent a on a.org_id = c.org_id and a.id = c.assigned_agent_id
 where c.org_id = :org_id
   and c.assigned_agent_id = :agent_id
   and c.status = 'assigned'
   and (not a.is_active or a.deleted_at is not null)

-- name: first_responses -> run
-- When the visitors of some conversations got the first answer from the team.
update conversation c
   set first_response_at = (select m.at
                              from message m
                             where m.org_id = c.org_id
                               and m.conversation_id = c.id
                               and m.sender_kind in ('member', 'bot')
                               and not m.is_internal
                             order by m.epoch, m.seq
                             limit 1)
 where c.org_id = :org_id
   and c.id = any(:conversation_ids::uuid[])
   and c.first_response_at is null

-- name: move_activity -> run
-- Where conversations stand in lists, after something was said in them.
insert into conversation_activity as a (org_id, conversation_id, at)
select l.org_id, l.conversation_id, l.last_message_at
  from conversation_live l
 where l.org_id = :org_id
   and l.conversation_id = any(:conversation_ids::uuid[])
   and l.last_message_at is not null
    on conflict (org_id, conversation_id) do update
   set at = excluded.at
 where a.at < excluded.at

-- name: learn_words -> run
-- The words of messages as they are by now: those that were just posted, and those that were changed.
insert into message_search as s (org_id, message_id, conversation_id, seq, at, is_internal, body)
select m.org_id, m.id, m.conversation_id, m.seq, m.at, m.is_internal, m.body
  from message m
  join unnest(:conversation_ids::uuid[], :froms::bigint[], :uptos::bigint[]) as new (conversation_id, low, high)
    on m.conversation_id = new.conversation_id and m.seq between new.low and new.high
 where m.org_id = :org_id
   and m.deleted_at is null
 union
select m.org_id, m.id, m.conversation_id, m.seq, m.at, m.is_internal, m.body
  from message m
 where m.org_id = :org_id
   and m.id = any(:message_ids::uuid[])
   and m.deleted_at is null
    on conflict (org_id, message_id) do update
   set body = excluded.body

-- name: forget_words -> run
-- Of messages that were taken back.
delete from message_search s
 using message m
 where s.org_id = :org_id
   and s.message_id = any(:message_ids::uuid[])
   and m.org_id = s.org_id
   and m.id = s.message_id
   and m.deleted_at is not null

-- name: unattended_among -> records
-- Which of these conversations a visitor's word may have to open again, or chooses a bot for, and which are held by
-- somebody who is not there though the router could find another.
select c.id, c.version, c.status, c.turn, c.bot_active
  from conversation c
  left join agent a on a.org_id = c.org_id and a.id = c.assigned_agent_id
 where c.org_id = :org_id
   and c.id = any(:conversation_ids::uuid[])
   and (c.status in ('open', 'closed', 'resolved')
        or (c.status = 'assigned' and not a.is_connected
            and (c.bot_active
                 or exists (select
                              from queue_rule r
                             where r.org_id = c.org_id
                               and r.team_id is not distinct from c.assigned_team_id
                               and r.strategy <> 'manual'))))

-- name: waiting_for_absent -> many Held
-- What somebody holds who is not there any more, where the visitor spoke last and the router could find another.
select c.id, c.version, c.turn, c.bot_active
  from conversation c
  join agent a on a.org_id = c.org_id and a.id = c.assigned_agent_id
  join conversation_live l on l.org_id = c.org_id and l.conversation_id = c.id
 where c.org_id = :org_id
   and c.assigned_agent_id = :agent_id
   and c.status = 'assigned'
   and not a.is_connected
   and l.last_sender_id is not null
   and not exists (select
                     from agent s
                    where s.org_id = c.org_id and s.id = l.last_sender_id and (s.kind <> 'bot' or s.id = a.id))
   and (c.bot_active
        or exists (select
                     from queue_rule r
                    where r.org_id = c.org_id
                      and r.team_id is not distinct from c.assigned_team_id
                      and r.strategy <> 'manual'))

-- name: spoke_after_close -> value
-- Whether the visitor wrote after the conversation was closed, by the order of its log; an unnumbered close is later.
select coalesce((said.epoch, said.seq) > (closed.epoch, closed.seq), false)
  from (select epoch, seq
          from message
         where org_id = :org_id and conversation_id = :conversation_id and sender_kind = 'contact'
         order by epoch desc, seq desc
         limit 1) said,
       (select epoch, seq
          from event
         where org_id = :org_id and conversation_id = :conversation_id and kind = 'conversation_closed'
         order by xid desc, id desc
         limit 1) closed


-- Canned responses -------------------------------------------------------------------------------------------------------

-- name: use_canned_response -> run
-- Somebody put it into the composer; the list shows what is used and what is not.
update canned_response
   set use_count = use_count + 1, last_used_at = now()
 where org_id = :org_id and id = :id and deleted_at is null
