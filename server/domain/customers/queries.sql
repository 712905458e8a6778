-- name: meet_contact -> value
-- The visitor of a widget, made when it first says something; gives whether somebody blocked it.
insert into contact (org_id, id, name, locale, is_anonymous, last_seen_at)
values (:org_id, :contact_id, nullif(:name::text, ''), nullif(:locale::text, ''), true, now())
on conflict (org_id, id) do update set last_seen_at = excluded.last_seen_at
returning blocked_at is not null

-- name: name_identity -> run
-- How the widget recognizes this contact: by the id in its signed token.
insert into contact_identity (org_id, contact_id, kind, address)
values (:org_id, :contact_id, 'web_widget', :contact_id::uuid::text)
on conflict do nothing
