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

-- name: contact_by_address -> value
-- Who is behind what the company has signed.
select contact_id
  from contact_identity
 where org_id = :org_id
   and kind = 'web_widget'
   and address = :address

-- name: add_known -> run
-- Somebody whom the company has named, for the first time.
insert into contact (org_id, id, is_anonymous)
values (:org_id, :contact_id, false)

-- name: add_address -> run
-- How this contact is recognized from now on; the company's signature has proven it.
insert into contact_identity (org_id, contact_id, kind, address, verified_at)
values (:org_id, :contact_id, 'web_widget', :address, now())

-- name: greet_known -> one Acquaintance
-- The company knows best what its people are called; what it leaves out stays.
update contact
   set name = coalesce(nullif(:name::text, ''), name), email = coalesce(nullif(:email::text, ''), email),
       meta = case when :email::text = '' then meta else coalesce(meta, '{}') - 'is_email_claimed' end,
       last_seen_at = now()
 where org_id = :org_id
   and id = :contact_id
returning id as contact_id, coalesce(name, '') as name, email is not null as has_email, blocked_at is not null as is_blocked

-- name: claim_email -> run
-- What a visitor says of itself; it stands over an older claim, never over what somebody vouched for.
update contact
   set email = :email, meta = coalesce(meta, '{}') || '{"is_email_claimed": true}'
 where org_id = :org_id
   and id = :contact_id
   and (email is null or meta @> '{"is_email_claimed": true}')

-- name: has_email -> value
-- Whether to offer to leave one.
select email is not null
  from contact
 where org_id = :org_id
   and id = :contact_id
