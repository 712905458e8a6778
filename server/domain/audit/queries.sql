-- name: plan_for_these_values -> value
-- A list has many filters and few in use: planned for the values that are there, the others fall away.
select set_config('plan_cache_mode', 'force_custom_plan', true)

-- name: lines -> many AuditLine
-- What happened, the newest first, a page at a time; of one kind of thing, of one thing, or by one actor. Where names are
-- asked for, a thing is called as it is now: the log itself holds no personal value, and what is gone has no name.
select l.id, (extract(epoch from l.created_at) * 1000)::bigint as at, l.entity_type, l.entity_id,
       coalesce(case when not :with_names::boolean then ''
                     when l.entity_type = 'organization' then (select name from organization where id = :org_id)
                     when l.entity_type in ('member', 'agent', 'bot') then t.name
                     when l.entity_type = 'team' then (select name from team where org_id = :org_id and id = l.entity_id)
                     when l.entity_type = 'channel' then (select name from channel where org_id = :org_id and id = l.entity_id)
                     when l.entity_type = 'identity_key' then
                       (select c.name from identity_key k join channel c on c.org_id = k.org_id and c.id = k.channel_id
                         where k.org_id = :org_id and k.id = l.entity_id)
                     when l.entity_type = 'auth_token' then
                       (select name from auth_token where org_id = :org_id and id = l.entity_id)
                     when l.entity_type = 'invitation' then
                       (select email from invitation where org_id = :org_id and id = l.entity_id)
                     when l.entity_type = 'article' then (select title from article where org_id = :org_id and id = l.entity_id)
                     when l.entity_type = 'kb_category' then
                       (select name from kb_category where org_id = :org_id and id = l.entity_id)
                     when l.entity_type = 'contact' then (select name from contact where org_id = :org_id and id = l.entity_id)
                     when l.entity_type = 'customer' then (select name from customer where org_id = :org_id and id = l.entity_id)
                 end, '') as entity_name,
       l.action,
       coalesce(l.event, '') as event, l.actor_type, l.actor_id, coalesce(a.name, '') as actor_name,
       coalesce(l.changes, '{}') as changes, coalesce(host(l.ip_address), '') as address,
       coalesce(l.user_agent, '') as user_agent
  from audit_log l
  left join agent a on a.org_id = l.org_id and a.id = l.actor_id
  left join agent t on t.org_id = l.org_id and t.id = l.entity_id
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
