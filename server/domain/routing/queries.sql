-- Statements of routing. Times travel as milliseconds.


-- What the engine looks at ----------------------------------------------------------------------------------------------

-- name: lock_routing -> value
-- Who is offered what is decided by one at a time in an organization; says whether the router works here at all.
select pg_advisory_xact_lock(hashtextextended('routing:' || :org_id::uuid, 0)) is not null
 where exists (select from queue_rule where org_id = :org_id and (strategy <> 'manual' or overflow_team_id is not null))

-- name: lock_queues -> value
-- The same lock, whether or not the router works here yet.
select pg_advisory_xact_lock(hashtextextended('routing:' || :org_id::uuid, 0)) is not null

-- name: moment -> value
-- The time by which everything in a decision is judged.
select (extract(epoch from clock_timestamp()) * 1000)::bigint

-- name: rules -> many Rule
-- How the organization's queues are worked; nothing goes over to a team that was removed.
select r.team_id, r.strategy, r.offer_seconds, t.id as overflow_team_id,
       case when t.id is not null then r.overflow_seconds end as overflow_seconds
  from queue_rule r
  left join team t on t.org_id = r.org_id and t.id = r.overflow_team_id and t.deleted_at is null
 where r.org_id = :org_id

-- name: plans -> records
-- The hours of teams, and without a team the organization's.
select team_id, jsonb_build_object('timezone', timezone, 'weekly', weekly, 'holidays', holidays) as plan
  from business_hours
 where org_id = :org_id
   and channel_id is null
   and deleted_at is null

-- name: seats -> many Seat
-- Everybody who may answer visitors, with what they carry and where they belong.
select a.id as agent_id, a.name, a.availability, a.is_connected, a.active_load::float8 as load,
       a.max_load::float8 as max_load, a.routing_priority as priority,
       coalesce((extract(epoch from a.last_offered_at) * 1000)::bigint, 0) as last_offered_at,
       array(select t.team_id
               from team_member t
              where t.org_id = a.org_id and t.member_id = a.id) as team_ids,
       array(select lower(split_part(each, '-', 1))
               from unnest(a.languages) each) as languages,
       (select coalesce(jsonb_object_agg(k.skill,
                 array_position(array['trainee', 'junior', 'intermediate', 'senior', 'specialist'], k.level)), '{}')
          from agent_skill k
         where k.org_id = a.org_id and k.agent_id = a.id) as skills
  from agent a
  join member m on m.org_id = a.org_id and m.id = a.id
 where a.org_id = :org_id
   and a.is_active
   and m.is_active
   and a.deleted_at is null
   and m.role = any(:roles)
 order by a.id

-- name: waiting -> many Waiting
-- Who waits without an offer, longest first; and what became of the offers that were made (conversation_queue_idx).
select c.id as conversation_id, c.version, (extract(epoch from c.queued_at) * 1000)::bigint as queued_at,
       c.assigned_team_id as team_id, c.priority, coalesce(u.tier, 'standard') as tier, c.load::float8 as load,
       lower(split_part(coalesce(c.locale, t.locale, ''), '-', 1)) as language, coalesce(c.required_skills, '{}') as skills,
       (select s.agent_id
          from conversation o
          join assignment s on s.org_id = o.org_id and s.conversation_id = o.id
         where o.org_id = c.org_id
           and o.contact_id = c.contact_id
           and s.state in ('accepted', 'taken')
           and exists (select
                         from member m
                        where m.org_id = s.org_id and m.id = s.agent_id)
         order by s.created_at desc
         limit 1) as last_agent_id,
       (select coalesce(jsonb_agg(jsonb_build_object('agent_id', s.agent_id, 'state', s.state,
                 'at', (extract(epoch from s.answered_at) * 1000)::bigint) order by s.answered_at), '[]')
          from assignment s
         where s.org_id = c.org_id
           and s.conversation_id = c.id
           and s.state in ('declined', 'expired')
           and s.created_at >= c.queued_at) as refusals,
       c.overflowed_at is not null as has_overflowed
  from conversation c
  left join contact t on t.org_id = c.org_id and t.id = c.contact_id
  left join customer u on u.org_id = t.org_id and u.id = t.customer_id
 where c.org_id = :org_id
   and c.status = 'waiting'
   and c.offered_agent_id is null
   and c.kind = 'chat'
   and c.deleted_at is null
   and (:ids::uuid[] is null or c.id = any(:ids::uuid[]))
 order by c.queued_at
 limit :most

-- name: reserve -> value
-- The place that an offer needs, under the lock of the agent's row; from now on it is the others' turn.
update agent
   set last_offered_at = to_timestamp(:turn_at::bigint / 1000.0)
 where org_id = :org_id
   and id = :agent_id
   and active_load + :load <= max_load
returning id

-- name: make_offer -> run
-- Keeps what was offered to whom, and why.
insert into assignment (org_id, conversation_id, agent_id, team_id, turn, state, offered_at, deadline_at, why, created_at,
                        handoff_id)
values (:org_id, :conversation_id, :agent_id, :team_id, :turn, 'offered', clock_timestamp(),
        to_timestamp(:deadline_at::bigint / 1000.0), :why, clock_timestamp(),
        (select id
           from handoff
          where org_id = :org_id
            and conversation_id = :conversation_id
            and status in ('requested', 'offered')))


-- Places in line --------------------------------------------------------------------------------------------------------

-- name: queued -> many Queued
-- Everybody who waits, offered or not (conversation_queue_idx).
select c.id as conversation_id, c.contact_id, c.assigned_team_id as team_id,
       (extract(epoch from c.queued_at) * 1000)::bigint as queued_at, c.priority, coalesce(u.tier, 'standard') as tier
  from conversation c
  left join contact t on t.org_id = c.org_id and t.id = c.contact_id
  left join customer u on u.org_id = t.org_id and u.id = t.customer_id
 where c.org_id = :org_id
   and c.status = 'waiting'
   and c.kind = 'chat'
   and c.deleted_at is null
 order by c.queued_at
 limit :most

-- name: paces -> many Pace
-- How long each queue's last conversations were held that began within a day (conversation_started_idx).
select team_id, avg(seconds)::float8 as seconds, count(*)::integer as samples
  from (select c.assigned_team_id as team_id, extract(epoch from c.closed_at - c.assigned_at) as seconds,
               row_number() over (partition by c.assigned_team_id order by c.closed_at desc) as number
          from conversation c
         where c.org_id = :org_id
           and c.started_at > now() - interval '1 day'
           and c.closed_at > c.assigned_at
           and c.resolved_by_agent_id is distinct from c.bot_id
           and c.kind = 'chat') held
 where number <= 50
 group by team_id


-- Rules -----------------------------------------------------------------------------------------------------------------

-- name: put_rule -> run
-- How a queue is worked from now on.
insert into queue_rule (org_id, team_id, strategy, offer_seconds, overflow_team_id, overflow_seconds)
values (:org_id, :team_id, :strategy, :offer_seconds, :overflow_team_id, :overflow_seconds)
    on conflict (org_id, team_id) do update
   set strategy = excluded.strategy, offer_seconds = excluded.offer_seconds,
       overflow_team_id = excluded.overflow_team_id, overflow_seconds = excluded.overflow_seconds

-- name: teams -> records
-- Each has a queue of its own.
select id
  from team
 where org_id = :org_id
   and deleted_at is null
 order by name, id

-- name: conversation_exists -> value
-- Whether a conversation is there, for whoever asks: see `seen` of the chat domain.
select true
  from conversation
 where org_id = :org_id
   and id = :conversation_id
   and deleted_at is null
   and (:sees_only::uuid is null or assigned_agent_id = :sees_only or offered_agent_id = :sees_only
        or resolved_by_agent_id = :sees_only or :sees_only = any(supervisor_ids))

-- name: team_exists -> value
-- Whether a team is there.
select true
  from team
 where org_id = :org_id
   and id = :team_id
   and deleted_at is null


-- How a conversation travelled -------------------------------------------------------------------------------------------

-- name: assignments -> many AssignmentStep
-- Whom it was offered to, who took it, and why: the first first.
select s.id, s.state, s.agent_id, coalesce(a.name, '') as agent_name, s.team_id, coalesce(t.name, '') as team_name,
       s.turn, (extract(epoch from s.created_at) * 1000)::bigint as at,
       (extract(epoch from s.deadline_at) * 1000)::bigint as deadline_at,
       (extract(epoch from s.answered_at) * 1000)::bigint as answered_at, coalesce(s.why, '{}') as why
  from assignment s
  left join agent a on a.org_id = s.org_id and a.id = s.agent_id
  left join team t on t.org_id = s.org_id and t.id = s.team_id
 where s.org_id = :org_id
   and s.conversation_id = :conversation_id
 order by s.created_at, s.id
 limit 500


-- Bots ------------------------------------------------------------------------------------------------------------------

-- name: bot_candidates -> many Candidate
-- Whom a channel's conversations can be given to by itself: the bot that it names, those for triage, those with keywords.
select a.id as agent_id, a.name, b.type, a.routing_priority as priority,
       coalesce(b.trigger_keywords, '{}') as keywords, b.id is not distinct from h.default_bot_id as is_default,
       a.is_connected, coalesce(s.status = 'healthy' or s.retry_at <= clock_timestamp(), true) as is_well,
       a.active_load + coalesce(:weight::float8::numeric, h.load_weight) <= a.max_load as has_room
  from channel h
  join bot b on b.org_id = h.org_id and (b.id = h.default_bot_id or h.bot_ids = '{}' or b.id = any(h.bot_ids))
  join agent a on a.org_id = b.org_id and a.id = b.id
  left join bot_health s on s.org_id = b.org_id and s.bot_id = b.id
 where h.org_id = :org_id
   and h.id = :channel_id
   and a.is_active
   and a.deleted_at is null

-- name: reserve_bot -> value
-- Whether it is there and can carry one more; whoever comes second waits for the first.
select true
  from agent a
  join channel h on h.org_id = a.org_id and h.id = :channel_id
 where a.org_id = :org_id
   and a.id = :bot_id
   and a.is_active
   and a.deleted_at is null
   and a.is_connected
   and a.active_load + coalesce(:weight::float8::numeric, h.load_weight) <= a.max_load
   for no key update of a

-- name: once_failed -> records
-- Which of these bots something speaks against.
select bot_id
  from bot_health
 where org_id = :org_id
   and bot_id = any(:bot_ids::uuid[])
 order by bot_id

-- name: ensure_health -> run
-- It fails for the first time.
insert into bot_health (org_id, bot_id)
values (:org_id, :bot_id)
on conflict do nothing

-- name: lock_health -> one Condition
-- How a bot fares; whoever notes something else about it waits.
select status, reason, (extract(epoch from since) * 1000)::bigint as since,
       (extract(epoch from retry_at) * 1000)::bigint as retry_at, outcomes, relapses
  from bot_health
 where org_id = :org_id
   and bot_id = :bot_id
   for update

-- name: keep_health -> run
-- How it fares from now on.
update bot_health
   set status = :status, reason = :reason, since = to_timestamp(:since::bigint / 1000.0),
       retry_at = to_timestamp(:retry_at::bigint / 1000.0), outcomes = :outcomes::boolean[], relapses = :relapses
 where org_id = :org_id
   and bot_id = :bot_id

-- name: held_already -> records
-- Who has held a conversation since it was opened, or opened again.
select distinct s.agent_id
  from assignment s
 where s.org_id = :org_id
   and s.conversation_id = :conversation_id
   and s.agent_id is not null
   and s.state in ('taken', 'accepted')
   and s.turn >= coalesce((select max((e.data ->> 'turn')::integer)
                             from event e
                            where e.org_id = :org_id
                              and e.conversation_id = :conversation_id
                              and e.kind in ('conversation_started', 'conversation_reopened')), 0)

-- name: passed_between_bots -> value
-- How often one bot gave a conversation to another since the visitor's last word.
select count(*)
  from handoff f
  join bot b on b.org_id = f.org_id and b.id = f.from_agent_id
  join bot t on t.org_id = f.org_id and t.id = f.to_agent_id
 where f.org_id = :org_id
   and f.conversation_id = :conversation_id
   and f.requested_at > coalesce((select m.at
                                    from message m
                                   where m.org_id = :org_id
                                     and m.conversation_id = :conversation_id
                                     and m.sender_kind = 'contact'
                                   order by m.epoch desc, m.seq desc
                                   limit 1), '-infinity')


-- What is due, of all organizations -------------------------------------------------------------------------------------

-- name: waiting_by_hours -> records
-- Organizations with hours in which somebody waits whom nobody is asked to take; it may just have opened.
select distinct c.org_id
  from conversation c
  join business_hours b on b.org_id = c.org_id and (b.team_id = c.assigned_team_id or b.team_id is null)
  join queue_rule r on r.org_id = c.org_id and r.team_id is not distinct from c.assigned_team_id
 where c.status = 'waiting'
   and c.offered_agent_id is null
   and b.channel_id is null
   and b.deleted_at is null
   and r.strategy <> 'manual'

-- name: due -> records
-- Organizations in which an offer has run out, or somebody has waited long enough for another team.
select org_id
  from assignment
 where state = 'offered'
   and deadline_at <= clock_timestamp()
union
select c.org_id
  from queue_rule r
  join conversation c on c.org_id = r.org_id and c.assigned_team_id is not distinct from r.team_id
 where r.overflow_team_id is not null
   and c.status = 'waiting'
   and c.offered_agent_id is null
   and c.overflowed_at is null
   and c.queued_at <= clock_timestamp() - make_interval(secs => r.overflow_seconds)
union
select s.org_id
  from conversation c
  join assignment s on s.org_id = c.org_id and s.conversation_id = c.id
 where c.status = 'waiting'
   and c.offered_agent_id is null
   and s.state in ('declined', 'expired')
   and s.created_at >= c.queued_at
