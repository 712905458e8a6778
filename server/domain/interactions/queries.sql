-- Statements of the interactions domain. Times that are shown are milliseconds, as the protocol has them.


-- Measuring ----------------------------------------------------------------------------------------------------------

-- name: wait_for_turn -> value
-- One at a time measures an organization's conversations, and sees what the one before has written.
select pg_advisory_xact_lock(hashtextextended('frontdesk interactions ' || :org_id::uuid::text, 0))

-- name: abandoned -> records
-- Where somebody had answered after all: the end was known before the words were stored.
select conversation_id
  from interaction
 where org_id = :org_id
   and conversation_id = any(:ids::uuid[])
   and status = 'abandoned'

-- name: had_by -> records
-- The measured conversations of some people, and of whoever they were joined from.
select i.conversation_id
  from interaction i
  join conversation c on c.org_id = i.org_id and c.id = i.conversation_id
  join contact t on t.org_id = c.org_id and t.id = c.contact_id
 where i.org_id = :org_id
   and (t.id = any(:contact_ids::uuid[]) or t.merged_into = any(:contact_ids::uuid[]))
 group by i.conversation_id

-- name: answered -> many Answered
-- Who spoke to the visitor between an opening and the next one, by the order of the log.
select r.id,
       exists (select
                 from message m
                where m.org_id = :org_id
                  and m.conversation_id = r.conversation_id
                  and (m.epoch, m.seq) > (r.epoch, r.seq)
                  and (r.next_seq is null or (m.epoch, m.seq) < (r.next_epoch, r.next_seq))
                  and m.sender_kind = 'member'
                  and not m.is_internal) as by_member,
       exists (select
                 from message m
                where m.org_id = :org_id
                  and m.conversation_id = r.conversation_id
                  and (m.epoch, m.seq) > (r.epoch, r.seq)
                  and (r.next_seq is null or (m.epoch, m.seq) < (r.next_epoch, r.next_seq))
                  and m.sender_kind = 'bot'
                  and not m.is_internal) as by_bot
  from jsonb_to_recordset(:rows) as r (id uuid, conversation_id uuid, epoch integer, seq bigint, next_epoch integer,
       next_seq bigint)

-- name: keep_moods -> run
-- What visitors wanted in the interactions of some conversations, and their mood: of what they said since the one before.
update interaction i
   set intent = said.intent, sentiment = said.sentiment
  from (select n.id, round(avg(m.sentiment), 3) as sentiment,
               (array_agg(m.intent order by m.intent_confidence desc, m.at)
                  filter (where m.intent is not null))[1] as intent
          from interaction n
          left join interaction p on p.org_id = n.org_id and p.id = n.parent_id
          join message m on m.org_id = n.org_id and m.conversation_id = n.conversation_id
         where n.org_id = :org_id
           and n.conversation_id = any(:ids::uuid[])
           and m.sender_kind = 'contact'
           and m.at > coalesce(p.ended_at, '-infinity')
           and m.at <= coalesce(n.ended_at, 'infinity')
         group by n.id) said
 where i.org_id = :org_id
   and i.id = said.id
   and (i.intent, i.sentiment) is distinct from (said.intent, said.sentiment)

-- name: came -> many Came
-- With what the visitors of some conversations came.
select id as conversation_id, coalesce(user_agent, '') as user_agent
  from conversation
 where org_id = :org_id
   and id = any(:ids::uuid[])

-- name: keep -> run
-- Interactions as they are measured now, oldest first, so that one is over before the next is open. What surveys and
-- people add later stays.
insert into interaction as i (org_id, id, kind, mode, customer_id, contact_id, channel_id, interaction_type_id,
                              conversation_id, parent_id, status, resolution_status, started_at, ended_at,
                              queue_seconds, bot_seconds, human_seconds, primary_agent_id, secondary_agent_id,
                              supervisor_agent_id, transfer_count, escalated_to_human, escalated_at,
                              escalation_reason, device_type, client_info, browser, language)
select c.org_id, r.id, c.kind, r.mode, coalesce(c.customer_id, w.customer_id, t.customer_id), coalesce(w.id, t.id),
       c.channel_id, y.id, c.id, r.parent_id, r.status, r.resolution_status, r.started_at, r.ended_at, r.queue_seconds,
       r.bot_seconds, r.human_seconds, r.primary_agent_id, r.secondary_agent_id, r.supervisor_agent_id,
       r.transfer_count, r.escalated_to_human, r.escalated_at, r.escalation_reason, r.device_type, r.client_info,
       r.browser, c.locale
  from jsonb_populate_recordset(null::interaction, :rows) r
  join conversation c on c.id = r.conversation_id
  left join contact t on t.org_id = c.org_id and t.id = c.contact_id
  left join contact w on w.org_id = t.org_id and w.id = t.merged_into
  left join interaction_type y on y.org_id = c.org_id and y.id = r.interaction_type_id
 where c.org_id = :org_id
 order by c.id, r.started_at, r.id
    on conflict (org_id, id) do update
   set mode = excluded.mode, customer_id = excluded.customer_id, contact_id = excluded.contact_id,
       interaction_type_id = excluded.interaction_type_id, status = excluded.status,
       resolution_status = excluded.resolution_status, ended_at = excluded.ended_at,
       queue_seconds = excluded.queue_seconds, bot_seconds = excluded.bot_seconds,
       human_seconds = excluded.human_seconds, primary_agent_id = excluded.primary_agent_id,
       secondary_agent_id = excluded.secondary_agent_id, supervisor_agent_id = excluded.supervisor_agent_id,
       transfer_count = excluded.transfer_count, escalated_to_human = excluded.escalated_to_human,
       escalated_at = excluded.escalated_at, escalation_reason = excluded.escalation_reason
 where (i.mode, i.customer_id, i.contact_id, i.interaction_type_id, i.status, i.resolution_status, i.ended_at,
        i.queue_seconds, i.bot_seconds, i.human_seconds, i.primary_agent_id, i.secondary_agent_id,
        i.supervisor_agent_id, i.transfer_count, i.escalated_to_human, i.escalated_at, i.escalation_reason)
       is distinct from
       (excluded.mode, excluded.customer_id, excluded.contact_id, excluded.interaction_type_id, excluded.status,
        excluded.resolution_status, excluded.ended_at, excluded.queue_seconds, excluded.bot_seconds,
        excluded.human_seconds, excluded.primary_agent_id, excluded.secondary_agent_id, excluded.supervisor_agent_id,
        excluded.transfer_count, excluded.escalated_to_human, excluded.escalated_at, excluded.escalation_reason)


-- Reading ------------------------------------------------------------------------------------------------------------

-- name: plan_for_these_values -> value
-- A list has many filters and few in use: planned for the values that are there, the others fall away.
select set_config('plan_cache_mode', 'force_custom_plan', true)

-- name: interactions -> many Interaction
-- Lists, the newest first. A conversation's, a contact's, an agent's and a channel's have an index of their own; all else
-- is walked by time (interaction_started_idx).
select i.id, i.conversation_id, i.parent_id, i.kind, i.mode, i.status, i.resolution_status, i.contact_id,
       coalesce(t.name, t.email, '') as contact_name, i.interaction_type_id,
       coalesce(y.name, '') as interaction_type_name, i.customer_id, i.channel_id, coalesce(h.name, '') as channel_name,
       (extract(epoch from i.started_at) * 1000)::bigint as started_at,
       (extract(epoch from i.ended_at) * 1000)::bigint as ended_at, i.duration_seconds, i.queue_seconds, i.bot_seconds,
       i.human_seconds, i.primary_agent_id, coalesce(p.name, '') as primary_agent_name, i.secondary_agent_id,
       coalesce(s.name, '') as secondary_agent_name, i.transfer_count, i.escalated_to_human,
       (extract(epoch from i.escalated_at) * 1000)::bigint as escalated_at,
       coalesce(i.escalation_reason, '') as escalation_reason, coalesce(i.device_type, '') as device_type,
       coalesce(i.browser, '') as browser, coalesce(i.language, '') as language,
       coalesce(i.intent, '') as intent, i.sentiment::float8 as sentiment, i.csat, i.first_contact_resolution
  from interaction i
  left join contact t on t.org_id = i.org_id and t.id = i.contact_id
  left join interaction_type y on y.org_id = i.org_id and y.id = i.interaction_type_id
  left join channel h on h.org_id = i.org_id and h.id = i.channel_id
  left join agent p on p.org_id = i.org_id and p.id = i.primary_agent_id
  left join agent s on s.org_id = i.org_id and s.id = i.secondary_agent_id
 where i.org_id = :org_id
   and (:conversation_id::uuid is null or i.conversation_id = :conversation_id)
   and (:contact_ids::uuid[] is null or i.contact_id = any(:contact_ids::uuid[]))
   and (:since::bigint is null or i.started_at >= to_timestamp(:since::bigint / 1000.0))
   and (:until::bigint is null or i.started_at < to_timestamp(:until::bigint / 1000.0))
   and (:channel_id::uuid is null or i.channel_id = :channel_id)
   and (:agent_id::uuid is null or :agent_id in (i.primary_agent_id, i.secondary_agent_id))
   and (:mode::text is null or i.mode = :mode)
   and (:status::text is null or i.status = :status)
   and (:interaction_type_id::uuid is null or i.interaction_type_id = :interaction_type_id)
   and (:sees_only::uuid is null
        or exists (select
                     from conversation c
                    where c.org_id = i.org_id
                      and c.id = i.conversation_id
                      and (c.assigned_agent_id = :sees_only or c.offered_agent_id = :sees_only
                           or c.resolved_by_agent_id = :sees_only or :sees_only = any(c.supervisor_ids))))
   and (:after_id::uuid is null
        or (i.started_at, i.id) < (select a.started_at, a.id
                                     from interaction a
                                    where a.org_id = :org_id and a.id = :after_id))
 order by i.started_at desc, i.id desc
 limit :limit

-- name: is_conversation -> value
-- Whether there is such a conversation, for whoever asks.
select exists (select
                 from conversation
                where org_id = :org_id
                  and id = :conversation_id
                  and deleted_at is null
                  and (:sees_only::uuid is null or assigned_agent_id = :sees_only or offered_agent_id = :sees_only
                       or resolved_by_agent_id = :sees_only or :sees_only = any(supervisor_ids)))

-- name: scorecard -> maybe Scorecard
-- How a bot has done lately. A conversation is its own where it had a stint in the time; an answer's time runs from the
-- visitor's last word before it, and a bot that goes on talking has answered already. What the server says in the name
-- of one that cannot help is no answer.
with held as (
  select distinct p.conversation_id
    from participant p
   where p.org_id = :org_id
     and p.agent_id = :bot_id
     and p.role = 'bot'
     and p.joined_at >= to_timestamp(:since / 1000.0)
), said as (
  select m.sender_agent_id, m.at, m.body, m.confidence, lag(m.sender_kind) over talk as before_kind, lag(m.at) over talk as before_at
    from held
    join message m on m.org_id = :org_id and m.conversation_id = held.conversation_id
                  and not m.is_internal and m.sender_kind <> 'system'
  window talk as (partition by m.conversation_id order by m.epoch, m.seq)
), answers as (
  select count(*) as answers, avg(confidence)::float8 as confidence,
         (percentile_cont(0.5) within group (order by extract(epoch from at - before_at) * 1000)
            filter (where before_kind = 'contact'))::bigint as answer_ms
    from said
   where sender_agent_id = :bot_id
     and at >= to_timestamp(:since / 1000.0)
     and body is distinct from (select b.fallback_message from bot b where b.org_id = :org_id and b.id = :bot_id)
), reasons as (
  select h.reason_code, count(*) as count
    from handoff h
   where h.org_id = :org_id
     and h.from_agent_id = :bot_id
     and h.requested_at >= to_timestamp(:since / 1000.0)
   group by h.reason_code
)
select b.id as bot_id, :since::bigint as since, (select count(*) from held) as conversations, answers.answers,
       (select coalesce(sum(count), 0)::bigint from reasons) as handed_off,
       (select coalesce(jsonb_object_agg(reason_code, count), '{}') from reasons) as reasons,
       (select count(*)
          from interaction i
         where i.org_id = :org_id
           and i.primary_agent_id = :bot_id
           and i.mode = 'bot'
           and i.resolution_status = 'resolved'
           and i.started_at >= to_timestamp(:since / 1000.0)) as resolved_alone,
       answers.answer_ms, answers.confidence
  from bot b, answers
 where b.org_id = :org_id
   and b.id = :bot_id

-- name: is_bot -> value
-- Whether the organization has such a bot.
select exists (select from bot where org_id = :org_id and id = :bot_id)

-- name: tools -> many ToolFigures
-- Which tools a bot used in a time: in answers and suggestions, and on the way to a handoff; those first that it used most.
with told as (
  select m.tools_used, m.meta -> 'tool_calls' as calls
    from (select distinct p.conversation_id
            from participant p
           where p.org_id = :org_id
             and p.agent_id = :bot_id
             and p.role = 'bot'
             and p.joined_at < to_timestamp(:until / 1000.0)
             and coalesce(p.left_at, 'infinity') >= to_timestamp(:since / 1000.0)) held
    join message m on m.org_id = :org_id and m.conversation_id = held.conversation_id
   where m.sender_agent_id = :bot_id
     and m.processing_ms is not null
     and m.at >= to_timestamp(:since / 1000.0)
     and m.at < to_timestamp(:until / 1000.0)
   union all
  select array(select jsonb_array_elements_text(s.answer -> 'tools_used')), s.answer -> 'tool_calls'
    from suggestion s
   where s.org_id = :org_id
     and s.bot_id = :bot_id
     and s.created_at >= to_timestamp(:since / 1000.0)
     and s.created_at < to_timestamp(:until / 1000.0)
   union all
  select '{}', h.tool_calls
    from handoff h
   where h.org_id = :org_id
     and h.from_agent_id = :bot_id
     and h.requested_at >= to_timestamp(:since / 1000.0)
     and h.requested_at < to_timestamp(:until / 1000.0)
), used as (
  select tool_name, count(*) as answers
    from told
   cross join lateral unnest(told.tools_used) as tool_name
   group by tool_name
), called as (
  select c.tool_name, count(*) as calls, count(*) filter (where c.is_failed) as failures,
         (percentile_cont(0.5) within group (order by coalesce(c.ms, 0)))::bigint as ms,
         (percentile_cont(0.95) within group (order by coalesce(c.ms, 0)))::bigint as ms_p95
    from told
   cross join lateral jsonb_to_recordset(told.calls) as c (tool_name text, ms integer, is_failed boolean)
   group by c.tool_name
)
select tool_name, coalesce(used.answers, 0) as answers, coalesce(called.calls, 0) as calls,
       coalesce(called.failures, 0) as failures, called.ms, called.ms_p95
  from used
  full join called using (tool_name)
 order by greatest(called.calls, used.answers) desc, tool_name
