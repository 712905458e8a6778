-- name: login_by_email -> maybe LoginRow
-- Whom a typed e-mail names, before any organization is known.
select user_id, name, password_hash, memberships
  from login_by_email(:email)

-- name: token_by_hash -> maybe TokenRow
-- Whom a cookie or a bot's token names, before any organization is known.
select org_id, token_id, kind, scopes, expires_at, last_used_at, agent_id, agent_kind, agent_name, user_id, role,
       withheld
  from token_by_hash(:token_hash)

-- name: holders_by_id -> many Standing
-- Which sockets may stay open: the tokens they came with, of many organizations.
select token_id, agent_name as name, role, withheld
  from holders_by_id(:org_ids, :token_ids)

-- name: is_open -> value
-- Whether an organization's visitors may stay.
select is_active
  from organization
 where id = :org_id

-- name: seats_by_user -> many Membership
-- Every open seat of a login.
select org_id, agent_id, role, org_name
  from seats_by_user(:user_id)

-- name: seats_of -> many Membership
-- Every open seat of the login that this seat belongs to, for the switcher.
select s.org_id, s.agent_id, s.role, s.org_name
  from member m, seats_by_user(m.user_id) s
 where m.org_id = :org_id and m.id = :agent_id

-- name: me -> maybe MeRow
-- The seat as its own console shows it.
select a.id as agent_id, a.name, u.email, coalesce(a.avatar_url, u.avatar_url) as avatar_url, m.role, m.withheld, a.availability,
       a.availability_reason, o.id as organization_id, o.name as organization_name, o.slug as organization_slug, o.late_minutes,
       (select coalesce(jsonb_agg(jsonb_build_object('organization_id', s.org_id, 'name', s.org_name, 'role', s.role)),
                        '[]')
          from seats_by_user(u.id) s) as organizations,
       u.timezone, u.locale, m.settings
  from agent a
  join member m on m.org_id = a.org_id and m.id = a.id
  join app_user u on u.id = m.user_id
  join organization o on o.id = a.org_id
 where a.org_id = :org_id and a.id = :agent_id

-- name: add_token -> value
-- A session or a bot's key; only the hash of it is kept.
insert into auth_token (org_id, kind, agent_id, token_hash, expires_at, ip, user_agent)
values (:org_id, :kind, :agent_id, :token_hash, now() + make_interval(days => :days),
        nullif(:address::text, '')::inet, nullif(:user_agent::text, ''))
returning id

-- name: touch_token -> run
-- Lists of tokens and sessions tell when each was last used.
update auth_token
   set last_used_at = now()
 where org_id = :org_id and id = :token_id

-- name: sessions -> many SessionInfo
-- Where somebody is logged in, for the list from which sessions are ended.
select id, (extract(epoch from created_at) * 1000)::bigint as created_at,
       (extract(epoch from last_used_at) * 1000)::bigint as last_used_at,
       (extract(epoch from expires_at) * 1000)::bigint as expires_at,
       coalesce(host(ip), '') as address, coalesce(user_agent, '') as user_agent,
       id is not distinct from :this_id::uuid as is_this
  from auth_token
 where org_id = :org_id and agent_id = :agent_id and kind = 'session' and revoked_at is null and expires_at > now()
 order by id desc
 limit 200

-- name: end_sessions -> records
-- One's own sessions only; twice does no more than once.
update auth_token
   set revoked_at = now()
 where org_id = :org_id and agent_id = :agent_id and id = any(:token_ids::uuid[]) and kind = 'session'
   and revoked_at is null
returning id

-- name: end_all_tokens -> records
-- What a new password puts an end to: sessions, and other ways to a new password.
update auth_token
   set revoked_at = now()
 where org_id = :org_id and agent_id = :agent_id and kind in ('session', 'password_reset') and revoked_at is null
   and id is distinct from :keep::uuid
returning id

-- name: note_login -> run
-- The list of members shows when each was last here, and the next login begins where the last one did.
update member
   set last_login_at = now()
 where org_id = :org_id and id = :agent_id

-- name: enter_organization -> run
-- The rest of the transaction works in another organization of the same login.
select set_config('app.org_id', :org_id::uuid::text, true), set_config('app.agent', :agent_id::uuid::text, true)

-- name: password_of -> one PasswordRow
-- The login behind a seat.
select u.id as user_id, u.email, u.password_hash
  from member m
  join app_user u on u.id = m.user_id
 where m.org_id = :org_id and m.id = :agent_id

-- name: put_password -> run
-- A new password counts in every organization of the login.
update app_user
   set password_hash = :password_hash
 where id = :user_id

-- name: lock_seat -> run
-- One change at a time: whoever comes second sees what the first has made of it.
select id
  from agent
 where org_id = :org_id
   and id = :agent_id
   for update

-- name: change_seat -> run
-- What a person is called here.
update agent
   set name = coalesce(:name::text, name)
 where org_id = :org_id and id = :agent_id

-- name: choose_availability -> run
-- By the agent's own hand only; the same choice again is none, and a new reason begins no new time.
update agent
   set availability = :availability, availability_reason = :reason,
       availability_at = case when availability = :availability then availability_at else now() end
 where org_id = :org_id and id = :agent_id
   and (availability, availability_reason) is distinct from (:availability, :reason)

-- name: staffed_by_organization -> records
-- Which of these organizations have somebody there to answer.
select org_id
  from staffed_by_organization(:org_ids)

-- name: change_login -> run
-- What a person says of itself everywhere.
update app_user
   set timezone = coalesce(:timezone::text, timezone), locale = coalesce(:locale::text, locale)
 where id = (select user_id from member where org_id = :org_id and id = :agent_id)

-- name: change_settings -> run
-- What the person's console remembers.
update member
   set settings = :settings
 where org_id = :org_id and id = :agent_id

-- name: add_organization -> run
-- The tenant's own row; it is made in a scope that its id has opened already.
insert into organization (id, name, slug)
values (:org_id, :name, :slug)

-- name: add_login -> run
-- A login is seen only once it has a seat, hence its id is given and nothing is returned.
insert into app_user (id, email, name, password_hash)
values (:user_id, lower(:email), :name, :password_hash)

-- name: add_agent -> run
-- A seat, of a person or a machine.
insert into agent (org_id, id, kind, name)
values (:org_id, :agent_id, :kind, :name)

-- name: add_member -> run
-- A person's side of a seat.
insert into member (org_id, id, user_id, role)
values (:org_id, :agent_id, :user_id, :role)

-- name: add_bot -> run
-- A machine's side of a seat.
insert into bot (org_id, id, instructions, type, description)
values (:org_id, :agent_id, :instructions, :type, nullif(:description::text, ''))

-- name: add_team -> value
-- A team; people pick it by its name.
insert into team (org_id, name, description)
values (:org_id, :name, nullif(:description::text, ''))
returning id

-- name: join_team -> run
-- A seat in a team; twice does no more than once.
insert into team_member (org_id, team_id, member_id, is_lead)
values (:org_id, :team_id, :agent_id, :is_lead)
on conflict do nothing

-- name: members -> many Member
-- Everybody who works or worked here, a page at a time.
select m.id, a.name, u.email, coalesce(a.avatar_url, u.avatar_url) as avatar_url, m.role,
       coalesce(m.job_title, '') as job_title, m.is_active and a.is_active as is_active, a.availability,
       array(select tm.team_id
               from team_member tm
              where tm.org_id = m.org_id and tm.member_id = m.id
              order by tm.team_id) as team_ids,
       (select coalesce(jsonb_agg(jsonb_build_object('skill', s.skill, 'level', s.level) order by s.skill), '[]')
          from agent_skill s
         where s.org_id = a.org_id and s.agent_id = a.id) as skills,
       coalesce(a.languages, '{}') as languages, a.max_load::float8 as max_load, a.routing_priority,
       m.withheld, (extract(epoch from m.joined_at) * 1000)::bigint as joined_at,
       (extract(epoch from m.last_login_at) * 1000)::bigint as last_login_at
  from member m
  join agent a on a.org_id = m.org_id and a.id = m.id
  join app_user u on u.id = m.user_id
 where m.org_id = :org_id
   and (:role::text is null or m.role = :role)
   and (:is_active::boolean is null or (m.is_active and a.is_active) = :is_active)
   and (:q::text = '' or strpos(lower(a.name), lower(:q)) > 0 or strpos(lower(u.email), lower(:q)) > 0)
   and (:after_id::uuid is null or (a.name, m.id) > (:after::text, :after_id))
 order by a.name, m.id
 limit :limit

-- name: member -> one Member
-- One of them, as the list shows it.
select m.id, a.name, u.email, coalesce(a.avatar_url, u.avatar_url) as avatar_url, m.role,
       coalesce(m.job_title, '') as job_title, m.is_active and a.is_active as is_active, a.availability,
       array(select tm.team_id
               from team_member tm
              where tm.org_id = m.org_id and tm.member_id = m.id
              order by tm.team_id) as team_ids,
       (select coalesce(jsonb_agg(jsonb_build_object('skill', s.skill, 'level', s.level) order by s.skill), '[]')
          from agent_skill s
         where s.org_id = a.org_id and s.agent_id = a.id) as skills,
       coalesce(a.languages, '{}') as languages, a.max_load::float8 as max_load, a.routing_priority,
       m.withheld, (extract(epoch from m.joined_at) * 1000)::bigint as joined_at,
       (extract(epoch from m.last_login_at) * 1000)::bigint as last_login_at
  from member m
  join agent a on a.org_id = m.org_id and a.id = m.id
  join app_user u on u.id = m.user_id
 where m.org_id = :org_id and m.id = :member_id

-- name: lock_owners -> records
-- Before anybody's role or seat changes: two owners who take each other's role wait for one another, in one order.
select id
  from member
 where org_id = :org_id and role = 'owner' and is_active
 order by id
   for update

-- name: lock_member -> records
-- The seat that is about to change.
select id
  from member
 where org_id = :org_id and id = :member_id
   for update

-- name: change_member -> run
-- A member's side of a seat; what is null stays. Whoever becomes an admin is limited no longer.
update member
   set role = :role, is_active = :is_active,
       withheld = case when :role in ('owner', 'admin') then '{}' else coalesce(:withheld::text[], withheld) end,
       job_title = case when :job_title::text is null then job_title else nullif(:job_title, '') end
 where org_id = :org_id and id = :member_id

-- name: change_seat_of_member -> run
-- The seat itself, which the router looks at.
update agent
   set name = coalesce(:name::text, name), is_active = :is_active
 where org_id = :org_id and id = :member_id

-- name: end_seat_tokens -> run
-- Nothing that was given to this seat opens anything any more.
update auth_token
   set revoked_at = now()
 where org_id = :org_id and agent_id = :agent_id and revoked_at is null

-- name: teams -> many Team
-- The teams, a page at a time.
select t.id, t.name, coalesce(t.description, '') as description,
       array(select tm.member_id
               from team_member tm
              where tm.org_id = t.org_id and tm.team_id = t.id
              order by tm.created_at, tm.member_id) as member_ids,
       (select tm.member_id
          from team_member tm
         where tm.org_id = t.org_id and tm.team_id = t.id and tm.is_lead
         limit 1) as lead_id
  from team t
 where t.org_id = :org_id and t.deleted_at is null
   and (:after_id::uuid is null or (t.name, t.id) > (:after::text, :after_id))
 order by t.name, t.id
 limit :limit

-- name: team -> maybe Team
-- One of them.
select t.id, t.name, coalesce(t.description, '') as description,
       array(select tm.member_id
               from team_member tm
              where tm.org_id = t.org_id and tm.team_id = t.id
              order by tm.created_at, tm.member_id) as member_ids,
       (select tm.member_id
          from team_member tm
         where tm.org_id = t.org_id and tm.team_id = t.id and tm.is_lead
         limit 1) as lead_id
  from team t
 where t.org_id = :org_id and t.id = :team_id and t.deleted_at is null

-- name: lock_team -> run
-- The team that is about to change.
select id
  from team
 where org_id = :org_id and id = :team_id
   for update

-- name: change_team -> run
-- What people call a team, and what it is for.
update team
   set name = coalesce(:name::text, name),
       description = case when :description::text is null then description else nullif(:description, '') end
 where org_id = :org_id and id = :team_id

-- name: remove_team -> run
-- A removed team gives its name back.
update team
   set deleted_at = now(), deleted_by = :agent_id
 where org_id = :org_id and id = :team_id

-- name: members_among -> records
-- Which of these are members; those who left may stay in a team's list for when they come back.
select id
  from member
 where org_id = :org_id and id = any(:member_ids::uuid[])

-- name: leave_team -> run
-- Everybody, before others take their place.
delete from team_member
 where org_id = :org_id and team_id = :team_id

-- name: join_team_together -> run
-- Who is in a team from now on.
insert into team_member (org_id, team_id, member_id, is_lead)
select :org_id, :team_id, member_id, member_id is not distinct from :lead_id::uuid
  from unnest(:member_ids::uuid[]) as wanted (member_id)

-- name: join_teams -> run
-- A new member's teams, of those that are still there.
insert into team_member (org_id, team_id, member_id)
select org_id, id, :agent_id
  from team
 where org_id = :org_id and id = any(:team_ids::uuid[]) and deleted_at is null
on conflict do nothing

-- name: teams_among -> records
-- Which of these are teams.
select id
  from team
 where org_id = :org_id and id = any(:team_ids::uuid[]) and deleted_at is null

-- name: organization -> one Organization
-- The settings as members see them.
select id, name, slug, logo_url, website, industry, size, timezone, locale, late_minutes, retention_days, plan,
       (extract(epoch from created_at) * 1000)::bigint as created_at
  from organization
 where id = :org_id

-- name: lock_organization -> one Organization
-- The same, about to be changed.
select id, name, slug, logo_url, website, industry, size, timezone, locale, late_minutes, retention_days, plan,
       (extract(epoch from created_at) * 1000)::bigint as created_at
  from organization
 where id = :org_id
   for update

-- name: change_organization -> run
-- What is left out stays, what is empty goes.
update organization
   set name = coalesce(:name::text, name),
       logo_url = case when :logo_url::text is null then logo_url else nullif(:logo_url, '') end,
       website = case when :website::text is null then website else nullif(:website, '') end,
       industry = case when :industry::text is null then industry else nullif(:industry, '') end,
       size = case when :size::text is null then size else nullif(:size, '') end,
       timezone = coalesce(:timezone::text, timezone),
       locale = coalesce(:locale::text, locale),
       late_minutes = coalesce(:late_minutes::integer, late_minutes),
       retention_days = case when not :is_kept_for_ever::boolean then coalesce(:retention_days::integer, retention_days) end
 where id = :org_id

-- name: close_organization -> run
-- Nobody gets in any more, by any door.
update organization
   set is_active = false
 where id = :org_id

-- name: add_link -> value
-- The token behind a link that is mailed or shown once; its id comes first, because the token is made from it.
insert into auth_token (org_id, id, kind, agent_id, token_hash, expires_at)
values (:org_id, :id, :kind, :agent_id, :token_hash, now() + make_interval(secs => :seconds))
returning (extract(epoch from expires_at) * 1000)::bigint

-- name: use_link -> run
-- Used or revoked: of two who come at once, one does.
update auth_token
   set revoked_at = now()
 where org_id = :org_id and id = :id and kind = :kind and revoked_at is null and expires_at > now()

-- name: add_invitation -> run
-- Whom the link lets in, and as what.
insert into invitation (org_id, id, email, role, team_ids)
values (:org_id, :id, nullif(lower(:email::text), ''), :role, :team_ids)

-- name: is_member -> value
-- Whether an e-mail belongs to somebody who works here.
select exists (select from member m
                 join app_user u on u.id = m.user_id
                where m.org_id = :org_id and m.is_active and lower(u.email) = lower(:email))

-- name: invitations -> many Invitation
-- Those that still let somebody in, the newest first.
select i.id, coalesce(i.email, '') as email, i.role, i.team_ids, a.name as inviter_name,
       case when j.id is null then '' when j.done_at is not null then 'sent' when j.failed_at is not null then 'failed'
            else 'waiting' end as mail,
       (extract(epoch from i.created_at) * 1000)::bigint as created_at,
       (extract(epoch from t.expires_at) * 1000)::bigint as expires_at
  from invitation i
  join auth_token t on t.org_id = i.org_id and t.id = i.id
  join agent a on a.org_id = t.org_id and a.id = t.agent_id
  left join job j on j.org_id = i.org_id and j.dedupe_key = 'mail ' || i.id
 where i.org_id = :org_id and t.revoked_at is null and t.expires_at > now()
   and (:before::uuid is null or i.id < :before)
 order by i.id desc
 limit :limit

-- name: invitation -> maybe InvitationRow
-- An invitation for whoever shows its token, and for its mail.
select i.id, coalesce(i.email, '') as email, i.role, i.team_ids, a.name as inviter_name, o.name as organization_name
  from invitation i
  join auth_token t on t.org_id = i.org_id and t.id = i.id
  join agent a on a.org_id = t.org_id and a.id = t.agent_id
  join organization o on o.id = i.org_id
 where i.org_id = :org_id and i.id = :id

-- name: accept_invitation -> run
-- What came of it.
update invitation
   set accepted_at = now(), accepted_by = :agent_id
 where org_id = :org_id and id = :id

-- name: seat_of_login -> maybe SeatRow
-- Whether a login has or had a seat here.
select m.id, m.is_active and a.is_active as is_active
  from member m
  join agent a on a.org_id = m.org_id and a.id = m.id
 where m.org_id = :org_id and m.user_id = :user_id

-- name: api_tokens -> many ApiToken
-- The keys of programs that open something, the newest first.
select t.id, coalesce(t.name, '') as name, coalesce(t.scopes, '{}') as scopes, t.agent_id, a.name as agent_name,
       (extract(epoch from t.created_at) * 1000)::bigint as created_at,
       (extract(epoch from t.expires_at) * 1000)::bigint as expires_at,
       (extract(epoch from t.last_used_at) * 1000)::bigint as last_used_at
  from auth_token t
  join agent a on a.org_id = t.org_id and a.id = t.agent_id
 where t.org_id = :org_id and t.kind = 'api_key' and t.revoked_at is null and t.expires_at > now()
   and (:before::uuid is null or t.id < :before)
 order by t.id desc
 limit :limit

-- name: add_api_token -> one ApiToken
-- A key for programs; only the hash of it is kept.
with t as (
  insert into auth_token (org_id, kind, agent_id, name, scopes, token_hash, expires_at)
  values (:org_id, 'api_key', :agent_id, :name, :scopes, :token_hash, now() + make_interval(days => :days))
  returning org_id, id, name, scopes, agent_id, created_at, expires_at, last_used_at
)
select t.id, coalesce(t.name, '') as name, coalesce(t.scopes, '{}') as scopes, t.agent_id, a.name as agent_name,
       (extract(epoch from t.created_at) * 1000)::bigint as created_at,
       (extract(epoch from t.expires_at) * 1000)::bigint as expires_at,
       (extract(epoch from t.last_used_at) * 1000)::bigint as last_used_at
  from t
  join agent a on a.org_id = t.org_id and a.id = t.agent_id

-- name: bots -> many Bot
-- The machines, a page at a time.
select b.id, a.name, b.type, coalesce(b.description, '') as description, b.instructions,
       (extract(epoch from b.created_at) * 1000)::bigint as created_at,
       (select (extract(epoch from max(t.last_used_at)) * 1000)::bigint
          from auth_token t
         where t.org_id = b.org_id and t.agent_id = b.id) as last_used_at,
       case when not a.is_connected
              then jsonb_build_object('status', 'unhealthy', 'reason', 'not_connected',
                     'since', (extract(epoch from a.last_seen_at) * 1000)::bigint)
            else jsonb_build_object('status', coalesce(s.status, 'healthy'), 'reason', s.reason,
                   'since', (extract(epoch from s.since) * 1000)::bigint) end as health
  from bot b
  join agent a on a.org_id = b.org_id and a.id = b.id and a.deleted_at is null
  left join bot_health s on s.org_id = b.org_id and s.bot_id = b.id
 where b.org_id = :org_id
   and (:after_id::uuid is null or (a.name, b.id) > (:after::text, :after_id))
 order by a.name, b.id
 limit :limit

-- name: configured_bot -> maybe BotRow
-- One machine, as it is set up.
select a.id, a.is_connected, a.max_load::float8 as capacity, a.active_load::float8 as load,
       jsonb_build_object('name', a.name, 'type', b.type, 'description', coalesce(b.description, ''),
         'instructions', b.instructions, 'model', b.model, 'temperature', b.temperature, 'max_tokens', b.max_tokens,
         'fallback_message', coalesce(b.fallback_message, ''), 'handoff_threshold', b.handoff_threshold,
         'handoff_keywords', coalesce(b.handoff_keywords, '{}'), 'answer_seconds', b.answer_seconds,
         'copilot', b.copilot, 'copilot_for', b.copilot_for, 'copilot_team_id', b.copilot_team_id,
         'trigger_keywords', coalesce(b.trigger_keywords, '{}'), 'routing_priority', a.routing_priority,
         'handoff_sentiment', b.handoff_sentiment,
         'collaboration', collaboration_left(b.org_id, b.collaboration),
         'tools', coalesce((select jsonb_agg(jsonb_build_object('tool_name', t.tool_name, 'is_enabled', t.is_enabled,
                                               'description', coalesce(t.description, ''), 'settings', t.settings)
                                             order by t.priority desc, t.tool_name)
                              from bot_tool t
                             where t.org_id = b.org_id and t.bot_id = b.id), '[]')) as configuration,
       case when not a.is_connected
              then jsonb_build_object('status', 'unhealthy', 'reason', 'not_connected',
                     'since', (extract(epoch from a.last_seen_at) * 1000)::bigint)
            else jsonb_build_object('status', coalesce(s.status, 'healthy'), 'reason', s.reason,
                   'since', (extract(epoch from s.since) * 1000)::bigint) end as health,
       (extract(epoch from a.last_seen_at) * 1000)::bigint as seen_at,
       (extract(epoch from s.retry_at) * 1000)::bigint as retry_at,
       cardinality(coalesce(s.outcomes, '{}')) as recent_answers,
       cardinality(array_positions(coalesce(s.outcomes, '{}'), true)) as recent_failures, failure.failure as last_failure
  from bot b
  join agent a on a.org_id = b.org_id and a.id = b.id and a.deleted_at is null
  left join bot_health s on s.org_id = b.org_id and s.bot_id = b.id
  left join lateral (
    select jsonb_build_object('at', (extract(epoch from h.requested_at) * 1000)::bigint, 'reason_code', h.reason_code,
             'reason', case when :sees_only::uuid is null then coalesce(h.reason, '') else '' end) as failure
      from handoff h
     where h.org_id = b.org_id
       and h.from_agent_id = b.id
       and h.reason_code in ('tool_failure', 'timeout', 'no_answer')
     order by h.requested_at desc
     limit 1) failure on true
 where b.org_id = :org_id
   and b.id = :bot_id

-- name: bot_tools -> many BotTool
-- What a bot may have, as it is offered.
select t.id, t.bot_id, t.tool_name, t.display_name, coalesce(t.description, '') as description, t.schema, t.settings,
       t.is_enabled, t.priority, (extract(epoch from t.seen_at) * 1000)::bigint as seen_at
  from bot_tool t
  join agent a on a.org_id = t.org_id and a.id = t.bot_id and a.deleted_at is null
 where t.org_id = :org_id and t.bot_id = :bot_id
 order by t.priority desc, t.tool_name

-- name: bot_tool -> maybe BotTool
-- One of it.
select t.id, t.bot_id, t.tool_name, t.display_name, coalesce(t.description, '') as description, t.schema, t.settings,
       t.is_enabled, t.priority, (extract(epoch from t.seen_at) * 1000)::bigint as seen_at
  from bot_tool t
  join agent a on a.org_id = t.org_id and a.id = t.bot_id and a.deleted_at is null
 where t.org_id = :org_id and t.bot_id = :bot_id and t.id = :tool_id

-- name: add_bot_tool -> run
-- One that its bot has not told of.
insert into bot_tool (org_id, id, bot_id, tool_name, display_name, description, settings, is_enabled, priority)
values (:org_id, :tool_id, :bot_id, :tool_name, :display_name, nullif(:description::text, ''), :settings, :is_enabled,
        :priority)

-- name: change_bot_tool -> run
-- As people want it from now on.
update bot_tool
   set display_name = :display_name, description = nullif(:description::text, ''), settings = :settings,
       is_enabled = :is_enabled, priority = :priority
 where org_id = :org_id and bot_id = :bot_id and id = :tool_id

-- name: remove_bot_tool -> run
-- Nobody says anything of it any more.
delete from bot_tool
 where org_id = :org_id and bot_id = :bot_id and id = :tool_id

-- name: see_bot_tools -> records
-- What a bot tells, and of it what is new, or another than it was.
with known as (
  select tool_name, schema
    from bot_tool
   where org_id = :org_id and bot_id = :bot_id
), seen as (
  insert into bot_tool (org_id, bot_id, tool_name, display_name, schema, seen_at)
  select :org_id, :bot_id, told ->> 'tool_name', told ->> 'display_name', told -> 'schema', now()
    from jsonb_array_elements(:told::jsonb -> 'tools') told
   where told ->> 'tool_name' in (select tool_name from known)
      or (select count(*) from known) + jsonb_array_length(:told::jsonb -> 'tools') <= :most::integer
  on conflict (org_id, bot_id, tool_name) do update set schema = excluded.schema, seen_at = excluded.seen_at
  returning id, tool_name, schema
)
select seen.id
  from seen
  left join known on known.tool_name = seen.tool_name
 where known.schema is distinct from seen.schema

-- name: configure_bot -> run
-- As somebody wants it from now on.
update bot
   set type = :type, description = nullif(:description::text, ''), instructions = :instructions, model = :model,
       temperature = :temperature::float8, max_tokens = :max_tokens,
       fallback_message = nullif(:fallback_message::text, ''), handoff_threshold = :handoff_threshold::float8,
       handoff_keywords = :handoff_keywords, answer_seconds = :answer_seconds,
       copilot = :copilot, copilot_for = :copilot_for, copilot_team_id = :copilot_team_id,
       trigger_keywords = :trigger_keywords,
       handoff_sentiment = :handoff_sentiment::float8, collaboration = :collaboration
 where org_id = :org_id
   and id = :bot_id

-- name: bots_among -> records
-- Which of these are bots that somebody can ask.
select id
  from agent
 where org_id = :org_id and id = any(:ids::uuid[]) and kind = 'bot' and deleted_at is null

-- name: roles_among -> records
-- Which of these are members who are here, and as what.
select id, role
  from member
 where org_id = :org_id and id = any(:ids::uuid[]) and is_active

-- name: place_bot -> run
-- Under another name or before others, if it is so.
update agent
   set name = :name, routing_priority = :routing_priority
 where org_id = :org_id
   and id = :agent_id
   and (name, routing_priority) <> (:name::text, :routing_priority::integer)

-- name: lock_bot -> records
-- The machine that is about to change.
select id
  from agent
 where org_id = :org_id and id = :bot_id and kind = 'bot' and deleted_at is null
   for update

-- name: remove_bot -> run
-- What it said stays, and with it its name.
update agent
   set is_active = false, deleted_at = now(), deleted_by = :agent_id
 where org_id = :org_id and id = :bot_id

-- name: mail_to -> maybe MailTo
-- Who gets the link of a token by mail, as long as the link is good.
select coalesce(i.email, u.email) as email, a.name, o.name as organization_name
  from auth_token t
  join organization o on o.id = t.org_id and o.is_active
  join agent a on a.org_id = t.org_id and a.id = t.agent_id and a.is_active
  join member m on m.org_id = a.org_id and m.id = a.id and m.is_active
  join app_user u on u.id = m.user_id
  left join invitation i on i.org_id = t.org_id and i.id = t.id
 where t.org_id = :org_id and t.id = :id and t.revoked_at is null and t.expires_at > now()
   and (t.kind = 'password_reset' or i.email is not null)

-- name: erase_sole_logins -> run
-- Logins that have no seat anywhere else go with the organization.
delete from app_user
 where id in (select user_id from sole_logins_by_organization(:org_id))

-- name: erase_organization -> run
-- Everything of it goes along; one line of the audit log stays.
delete from organization
 where id = :org_id

-- name: change_routing -> run
-- For whom somebody works, and how much at a time; what is null stays.
update agent
   set languages = coalesce(:languages::text[], languages),
       max_load = coalesce(:max_load::float8, max_load),
       routing_priority = coalesce(:routing_priority::integer, routing_priority)
 where org_id = :org_id and id = :member_id

-- name: forget_skills -> run
-- All of them, before others take their place.
delete from agent_skill
 where org_id = :org_id and agent_id = :member_id

-- name: add_skills -> run
-- What somebody can do from now on.
insert into agent_skill (org_id, agent_id, skill, level)
select :org_id, :member_id, skill, level
  from unnest(:skills::text[], :levels::text[]) as wanted (skill, level)

-- name: hours -> maybe HoursPlan
-- The plan of a team or of a channel; with neither, the organization's.
select timezone, weekly, holidays
  from business_hours
 where org_id = :org_id
   and team_id is not distinct from :team_id::uuid
   and channel_id is not distinct from :channel_id::uuid
   and deleted_at is null

-- name: lock_hours -> run
-- One change at a time, also of what is not there yet.
select id
  from organization
 where id = :org_id
   for no key update

-- name: put_hours -> run
-- From now on these.
insert into business_hours (org_id, team_id, channel_id, timezone, weekly, holidays)
values (:org_id, :team_id, :channel_id, :timezone, :weekly, :holidays)
on conflict (org_id, team_id, channel_id) where deleted_at is null
   do update set timezone = excluded.timezone, weekly = excluded.weekly, holidays = excluded.holidays

-- name: remove_hours -> run
-- None of its own any more.
update business_hours
   set deleted_at = now(), deleted_by = :agent_id
 where org_id = :org_id
   and team_id is not distinct from :team_id::uuid
   and channel_id is not distinct from :channel_id::uuid
   and deleted_at is null
