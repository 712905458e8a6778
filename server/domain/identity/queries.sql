-- name: login_by_email -> maybe LoginRow
-- Whom a typed e-mail names, before any organization is known.
select user_id, name, password_hash, memberships
  from login_by_email(:email)

-- name: token_by_hash -> maybe TokenRow
-- Whom a cookie or a bot's token names, before any organization is known.
select org_id, token_id, kind, scopes, expires_at, last_used_at, agent_id, agent_kind, agent_name, user_id, role
  from token_by_hash(:token_hash)

-- name: holders_by_id -> many Standing
-- Which sockets may stay open: the tokens they came with, of many organizations.
select token_id, agent_name as name, role
  from holders_by_id(:org_ids, :token_ids)

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
select a.id as agent_id, a.name, u.email, coalesce(a.avatar_url, u.avatar_url) as avatar_url, m.role, a.availability,
       o.id as organization_id, o.name as organization_name, o.slug as organization_slug,
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

-- name: change_seat -> run
-- What a person says of itself here.
update agent
   set name = coalesce(:name::text, name),
       availability = coalesce(:availability::text, availability),
       availability_at = case when :availability is null then availability_at else now() end
 where org_id = :org_id and id = :agent_id

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
