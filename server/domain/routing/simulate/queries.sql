-- Statements of the simulator: a day as it was. Times travel as milliseconds.


-- name: organization_of -> value
-- Whose day is to be read.
select id
  from organization
 where slug = :slug

-- name: team_names -> records
-- So that a scenario can name them.
select id, name
  from team
 where org_id = :org_id
   and deleted_at is null

-- name: happened -> records
-- What moved a conversation or a seat, in order.
select kind, (extract(epoch from at) * 1000)::bigint as at, xid::text as xid, actor_kind, actor_id,
       coalesce(conversation_id, subject_id) as subject_id, data
  from event
 where org_id = :org_id
   and kind = any(:kinds)
   and at >= to_timestamp(:since::bigint / 1000.0)
   and at < to_timestamp(:until::bigint / 1000.0)
 order by at, id

-- name: conversations -> records
-- Who came, and who was waiting or talking when the day began.
select c.id, c.contact_id, c.priority, c.assigned_team_id as team_id, c.load::float8 as load,
       coalesce(c.locale, t.locale, '') as language, coalesce(c.required_skills, '{}') as skills,
       coalesce(u.tier, 'standard') as tier,
       (select s.agent_id
          from conversation o
          join assignment s on s.org_id = o.org_id and s.conversation_id = o.id
         where o.org_id = c.org_id
           and o.contact_id = c.contact_id
           and s.state in ('accepted', 'taken')
           and s.created_at < to_timestamp(:since::bigint / 1000.0)
         order by s.created_at desc
         limit 1) as last_agent_id,
       (select e.data ->> 'status'
          from event e
         where e.org_id = c.org_id
           and e.conversation_id = c.id
           and e.data ? 'status'
           and e.at < to_timestamp(:since::bigint / 1000.0)
         order by e.at desc
         limit 1) as status_before,
       (select (extract(epoch from max(e.at)) * 1000)::bigint
          from event e
         where e.org_id = c.org_id
           and e.conversation_id = c.id
           and e.kind in ('conversation_started', 'conversation_released', 'conversation_reopened')
           and e.at < to_timestamp(:since::bigint / 1000.0)) as queued_before,
       (select s.agent_id
          from assignment s
         where s.org_id = c.org_id
           and s.conversation_id = c.id
           and s.state in ('accepted', 'taken')
           and s.created_at < to_timestamp(:since::bigint / 1000.0)
         order by s.created_at desc
         limit 1) as holder_before,
       (extract(epoch from c.started_at) * 1000)::bigint as started_at
  from conversation c
  left join contact t on t.org_id = c.org_id and t.id = c.contact_id
  left join customer u on u.org_id = t.org_id and u.id = t.customer_id
 where c.org_id = :org_id
   and c.kind = 'chat'
   and c.deleted_at is null
   and c.started_at < to_timestamp(:until::bigint / 1000.0)
   and (c.closed_at is null or c.closed_at >= to_timestamp(:since::bigint / 1000.0))

-- name: offers -> records
-- Whom the router asked, why, and when that was over.
select conversation_id, agent_id, state, why, (extract(epoch from answered_at) * 1000)::bigint as answered_at
  from assignment
 where org_id = :org_id
   and offered_at >= to_timestamp(:since::bigint / 1000.0)
   and offered_at < to_timestamp(:until::bigint / 1000.0)
 order by created_at, id

-- name: seats_before -> records
-- Who was there when the day began, and what they had chosen.
select e.subject_id as agent_id,
       (array_agg(e.kind order by e.at desc) filter (where e.kind <> 'availability_changed'))[1] as kind,
       (array_agg(e.data ->> 'availability' order by e.at desc)
         filter (where e.kind = 'availability_changed'))[1] as availability
  from event e
 where e.org_id = :org_id
   and e.kind in ('agent_connected', 'agent_disconnected', 'availability_changed')
   and e.at < to_timestamp(:since::bigint / 1000.0)
 group by e.subject_id

-- name: turns_before -> records
-- When each was asked last.
select agent_id, (extract(epoch from max(offered_at)) * 1000)::bigint as at
  from assignment
 where org_id = :org_id
   and offered_at < to_timestamp(:since::bigint / 1000.0)
 group by agent_id
