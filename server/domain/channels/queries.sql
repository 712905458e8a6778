-- name: channel_by_widget_key -> maybe ChannelRow
-- Whose widget a page shows, before any organization is known.
select org_id, channel_id, name, is_active, allowed_origins, widget_config
  from channel_by_widget_key(:widget_key)

-- name: organization_name -> value
-- Whom the visitor talks to, for the head of the widget.
select name
  from organization
 where id = :org_id

-- name: open_hours -> maybe HoursPlan
-- When somebody is there for a channel's visitors: its own hours, else the organization's.
select timezone, weekly, holidays
  from business_hours
 where org_id = :org_id
   and team_id is null
   and (channel_id = :channel_id or channel_id is null)
   and deleted_at is null
 order by channel_id nulls last
 limit 1

-- name: add_widget -> value
-- A web widget; its key is what the company puts into its pages.
insert into channel (org_id, kind, name, widget_key, allowed_origins, widget_config)
values (:org_id, 'web_widget', :name, :widget_key, :allowed_origins, :widget_config)
returning id

-- name: channels -> many ConfiguredRow
-- The channels of an organization by name, page by page, or one of them.
select c.id, c.kind, c.name, c.is_active, c.widget_key, c.allowed_origins, c.widget_config,
       coalesce((select jsonb_agg(jsonb_build_object('kid', k.id, 'created_at',
                                                     (extract(epoch from k.created_at) * 1000)::bigint) order by k.id)
                   from identity_key k
                  where k.org_id = c.org_id and k.channel_id = c.id), '[]') as identity_keys,
       c.load_weight::float8 as load_weight, c.default_team_id, c.default_bot_id, c.bot_ids
  from channel c
 where c.org_id = :org_id
   and c.deleted_at is null
   and (:id::uuid is null or c.id = :id::uuid)
   and (:q::text = '' or strpos(lower(c.name), lower(:q::text)) > 0)
   and (:after_id::uuid is null or (c.name, c.id) > (:after::text, :after_id::uuid))
 order by c.name, c.id
 limit :limit

-- name: lock_channel -> value
-- One change at a time.
select id
  from channel
 where org_id = :org_id
   and id = :id
   and deleted_at is null
   for update

-- name: change_channel -> run
-- What is null stays.
update channel
   set name = coalesce(:name, name), is_active = coalesce(:is_active, is_active),
       allowed_origins = coalesce(:allowed_origins::text[], allowed_origins),
       widget_config = coalesce(:widget_config::jsonb, widget_config),
       load_weight = coalesce(:load_weight::float8, load_weight),
       default_team_id = case when :sets_team then :default_team_id else default_team_id end,
       default_bot_id = case when :sets_bot then :default_bot_id else default_bot_id end,
       bot_ids = coalesce(:bot_ids::uuid[], bot_ids)
 where org_id = :org_id
   and id = :id

-- name: team_exists -> value
-- Whether a team is there.
select true
  from team
 where org_id = :org_id
   and id = :team_id
   and deleted_at is null

-- name: bot_exists -> value
-- Whether a bot is there.
select true
  from agent a
  join bot b on b.org_id = a.org_id and b.id = a.id
 where a.org_id = :org_id
   and a.id = :bot_id
   and a.deleted_at is null

-- name: remove_channel -> run
-- Conversations keep their channel; nobody starts one in it any more.
update channel
   set deleted_at = now(), deleted_by = :agent_id, is_active = false
 where org_id = :org_id
   and id = :id

-- name: identity_keys -> value
-- How many keys a channel has.
select count(*)::int
  from identity_key
 where org_id = :org_id
   and channel_id = :channel_id

-- name: add_identity_key -> value
-- A key by which the company signs who its visitors are.
insert into identity_key (org_id, id, channel_id, sealed, sealed_by)
values (:org_id, :kid, :channel_id, :sealed, :sealed_by)
returning (extract(epoch from created_at) * 1000)::bigint

-- name: remove_identity_key -> run
-- What it has signed is good for nothing from now on.
delete from identity_key
 where org_id = :org_id
   and channel_id = :channel_id
   and id = :kid

-- name: identity_key -> maybe SealedKey
-- What a visitor's signed token is checked with.
select sealed, sealed_by
  from identity_key
 where org_id = :org_id
   and channel_id = :channel_id
   and id = :kid

-- name: answers_within -> value
-- The median of the first answers in a channel over two weeks, in seconds; of fewer than five it would say nothing.
select case when count(*) >= 5
            then percentile_cont(0.5) within group (order by first_response_seconds)::integer end
  from conversation
 where org_id = :org_id
   and channel_id = :channel_id
   and started_at > now() - interval '14 days'
   and first_response_at is not null
   and deleted_at is null

-- name: faces -> many FaceRow
-- Some of those who answer: of the channel's team where it has one; those who were here last come first.
select a.id, a.name, coalesce(a.avatar_url, '') as avatar_url
  from agent a
  join member m on m.org_id = a.org_id and m.id = a.id
  join channel c on c.org_id = a.org_id and c.id = :channel_id
 where a.org_id = :org_id
   and a.is_active
   and a.deleted_at is null
   and m.role <> 'viewer'
   and (c.default_team_id is null
        or exists (select from team_member t
                    where t.org_id = a.org_id and t.team_id = c.default_team_id and t.member_id = a.id))
 order by a.last_seen_at desc nulls last, a.name, a.id
 limit 3
