-- name: lines -> many AuditLine
-- What happened, the newest first, a page at a time; of one kind of thing, of one thing, or by one actor.
select l.id, (extract(epoch from l.created_at) * 1000)::bigint as at, l.entity_type, l.entity_id, l.action,
       coalesce(l.event, '') as event, l.actor_type, l.actor_id, coalesce(a.name, '') as actor_name,
       coalesce(l.changes, '{}') as changes, coalesce(host(l.ip_address), '') as address,
       coalesce(l.user_agent, '') as user_agent
  from audit_log l
  left join agent a on a.org_id = l.org_id and a.id = l.actor_id
 where l.org_id = :org_id
   and (:entity_type::text is null or l.entity_type = :entity_type)
   and (:entity_id::uuid is null or l.entity_id = :entity_id)
   and (:actor_id::uuid is null or l.actor_id = :actor_id)
   and (:action::text is null or l.action = :action)
   and (:before::uuid is null or l.id < :before)
 order by l.id desc
 limit :limit

-- name: add_refused_login -> run
-- A wrong password; without an organization where nobody has the e-mail.
insert into audit_log (org_id, entity_type, entity_id, action, event, actor_type, actor_id, ip_address, user_agent)
values (:org_id, 'app_user', :user_id, 'login', 'login_refused', 'user', :agent_id,
        nullif(:address::text, '')::inet, nullif(:user_agent::text, ''))
