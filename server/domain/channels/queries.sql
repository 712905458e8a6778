-- name: channel_by_widget_key -> maybe ChannelRow
-- Whose widget a page shows, before any organization is known.
select org_id, channel_id, name, is_active, allowed_origins, widget_config
  from channel_by_widget_key(:widget_key)

-- name: organization_name -> value
-- Whom the visitor talks to, for the head of the widget.
select name
  from organization
 where id = :org_id

-- name: add_widget -> value
-- A web widget; its key is what the company puts into its pages.
insert into channel (org_id, kind, name, widget_key, allowed_origins, widget_config)
values (:org_id, 'web_widget', :name, :widget_key, :allowed_origins, jsonb_build_object('greeting', :greeting::text))
returning id
