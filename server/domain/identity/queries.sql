-- name: login_by_email -> maybe LoginRow
-- Whom a typed e-mail names, before any organization is known.
select user_id, name, password_hash, memberships
  from login_by_email(:email)

-- name: token_by_hash -> maybe TokenRow
-- Whom a cookie or a bot's token names, before any organization is known.
select org_id, token_id, kind, scopes, expires_at, agent_id, agent_kind, agent_name, user_id, role
  from token_by_hash(:token_hash)

-- name: holders_by_id -> many Standing
-- Which sockets may stay open: the tokens they came with, of many organizations.
select token_id, agent_name as name, role
  from holders_by_id(:org_ids, :token_ids)

-- name: me -> maybe Me
-- The seat as the console shows it.
select a.id as agent_id, a.name, m.role, o.id as organization_id, o.name as organization_name
  from agent a
  join member m on m.org_id = a.org_id and m.id = a.id
  join organization o on o.id = a.org_id
 where a.org_id = :org_id and a.id = :agent_id

-- name: add_token -> value
-- A session or a bot's key; only the hash of it is kept.
insert into auth_token (org_id, kind, agent_id, token_hash, expires_at, ip, user_agent)
values (:org_id, :kind, :agent_id, :token_hash, now() + make_interval(days => :days),
        nullif(:address::text, '')::inet, nullif(:user_agent::text, ''))
returning id

-- name: revoke_token -> run
-- A logout; twice does no more than once.
update auth_token
   set revoked_at = now()
 where org_id = :org_id and id = :token_id and revoked_at is null

-- name: note_login -> run
-- The list of members shows when each was last here.
update app_user
   set last_login_at = now()
 where id = (select user_id from member where org_id = :org_id and id = :agent_id)

-- name: audit -> run
-- One line of the audit log that no trigger writes: logins and logouts change no row worth a difference.
insert into audit_log (org_id, entity_type, entity_id, action, event, actor_type, actor_id, ip_address, user_agent)
values (:org_id, 'auth_token', :token_id, :action, :event, 'user', :agent_id,
        nullif(:address::text, '')::inet, nullif(:user_agent::text, ''))

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
insert into bot (org_id, id, instructions)
values (:org_id, :agent_id, :instructions)

-- name: add_team -> value
-- A team; people pick it by its name.
insert into team (org_id, name)
values (:org_id, :name)
returning id

-- name: join_team -> run
-- A seat in a team; twice does no more than once.
insert into team_member (org_id, team_id, member_id, is_lead)
values (:org_id, :team_id, :agent_id, :is_lead)
on conflict do nothing
