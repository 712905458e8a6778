-- name: meet_contact -> value
-- The visitor of a widget, made when it first says something; gives whether somebody blocked it.
insert into contact (org_id, id, name, locale, is_anonymous, last_seen_at)
values (:org_id, :contact_id, nullif(:name::text, ''), nullif(:locale::text, ''), true, now())
on conflict (org_id, id) do update
   set last_seen_at = excluded.last_seen_at,
       -- Somebody who was removed and comes back is there again; who was joined with another stays that one.
       deleted_at = case when contact.merged_into is not null then contact.deleted_at end
returning contact.blocked_at is not null
          or exists (select from contact m
                      where m.org_id = contact.org_id and m.id = contact.merged_into and m.blocked_at is not null)

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
       claimed_email = case when :email::text = '' then claimed_email end,
       last_seen_at = now(), deleted_at = case when merged_into is not null then deleted_at end
 where org_id = :org_id
   and id = :contact_id
returning id as contact_id, coalesce(name, '') as name, email is not null as has_email,
          blocked_at is not null
          or exists (select from contact m
                      where m.org_id = contact.org_id and m.id = contact.merged_into and m.blocked_at is not null)
            as is_blocked,
          (old.name, old.email) is distinct from (new.name, new.email) as is_changed

-- name: claim_email -> run
-- What a visitor says of itself: it takes an empty place or that of its own older word, and else stands beside.
update contact
   set email = case when coalesce(email = claimed_email, email is null) then :email else email end,
       claimed_email = case when coalesce(email = claimed_email, email is null) then :email else nullif(:email, email) end
 where org_id = :org_id
   and id = :contact_id
   and claimed_email is distinct from :email

-- name: returning -> maybe Returning
-- Somebody who comes back with a token of ours.
select email is not null as has_email,
       blocked_at is not null
       or exists (select from contact m
                   where m.org_id = contact.org_id and m.id = contact.merged_into and m.blocked_at is not null)
         as is_blocked
  from contact
 where org_id = :org_id
   and id = :contact_id


-- What members do with contacts ------------------------------------------------------------------------------------------

-- name: plan_for_these_values -> value
-- A list has many filters and few in use: planned for the values that are there, the others fall away.
select set_config('plan_cache_mode', 'force_custom_plan', true)

-- name: contact_places -> many Place
-- The list, those first who were here last (contact_seen_idx); a customer's people by contact_customer_idx, what a search
-- found by the key. In microseconds, which is what the order knows.
select id, (extract(epoch from coalesce(last_seen_at, created_at)) * 1000000)::bigint as at
  from contact
 where org_id = :org_id
   and deleted_at is null
   and (:ids::uuid[] is null or id = any(:ids::uuid[]))
   and (:customer_id::uuid is null or customer_id = :customer_id)
   and (:is_blocked::boolean is null or (blocked_at is not null) = :is_blocked)
   and (:is_anonymous::boolean is null or is_anonymous = :is_anonymous)
   and (:after_id::uuid is null
        or (coalesce(last_seen_at, created_at), id) < (to_timestamp(:after::bigint / 1000000.0), :after_id::uuid))
 order by coalesce(last_seen_at, created_at) desc, id desc
 limit :limit

-- name: contacts -> many Contact
-- Some of them, those first who were here last.
select id, customer_id, email, claimed_email, name, first_name, last_name, title, phone, avatar_url, locale, timezone,
       role, is_primary, is_anonymous, attributes, (extract(epoch from last_seen_at) * 1000)::bigint as last_seen_at,
       (extract(epoch from blocked_at) * 1000)::bigint as blocked_at,
       (extract(epoch from created_at) * 1000)::bigint as created_at
  from contact
 where org_id = :org_id
   and deleted_at is null
   and id = any(:ids::uuid[])
 order by coalesce(last_seen_at, created_at) desc, id desc

-- name: set_attributes -> value
-- What is noted of somebody from now on; how much that is, where it is another thing than before.
update contact t
   set attributes = jsonb_strip_nulls(t.attributes || :attributes)
 where t.org_id = :org_id
   and t.id = :contact_id
   and t.deleted_at is null
   and t.attributes <> jsonb_strip_nulls(t.attributes || :attributes)
returning (select count(*) from jsonb_object_keys(new.attributes))

-- name: search_contacts -> records
-- By a piece of the name, the e-mail or the phone number.
select contact_id
  from search_contacts(:org_id, :piece, :most)

-- name: known_as -> records
-- Contacts, and everybody whom they were joined from.
select unnest(:contact_ids::uuid[]) as id
 union
select id
  from contact
 where org_id = :org_id
   and merged_into = any(:contact_ids::uuid[])

-- name: block_contact -> run
-- Nothing where it is so already.
update contact
   set blocked_at = case when :is_blocked then now() end
 where org_id = :org_id
   and id = :contact_id
   and deleted_at is null
   and (blocked_at is not null) <> :is_blocked

-- name: lock_contacts -> records
-- Two contacts that are about to be joined; one that was joined before is not there any more.
select id
  from contact
 where org_id = :org_id
   and id = any(:contact_ids::uuid[])
   and deleted_at is null
 order by id
   for update

-- name: let_go_of_primary -> run
-- A customer has one primary contact; the other one may take this place over.
update contact
   set is_primary = false, meta = coalesce(meta, '{}') || jsonb_build_object('was_primary', is_primary)
 where org_id = :org_id
   and id = :contact_id

-- name: take_over -> run
-- What the joined contact knew and this one lacks.
update contact c
   set email = coalesce(c.email, o.email), phone = coalesce(c.phone, o.phone),
       claimed_email = coalesce(c.claimed_email,
                                case when c.email is null then o.claimed_email else nullif(o.claimed_email, c.email) end),
       name = case when c.is_anonymous and not o.is_anonymous then coalesce(o.name, c.name) else coalesce(c.name, o.name) end,
       first_name = coalesce(c.first_name, o.first_name), last_name = coalesce(c.last_name, o.last_name),
       title = coalesce(c.title, o.title), avatar_url = coalesce(c.avatar_url, o.avatar_url),
       locale = coalesce(c.locale, o.locale), timezone = coalesce(c.timezone, o.timezone),
       customer_id = coalesce(c.customer_id, o.customer_id),
       is_primary = c.is_primary or (c.customer_id is null and (o.meta ->> 'was_primary')::boolean),
       is_anonymous = c.is_anonymous and o.is_anonymous, last_seen_at = greatest(c.last_seen_at, o.last_seen_at),
       attributes = o.attributes || c.attributes
  from contact o
 where c.org_id = :org_id
   and c.id = :contact_id
   and o.org_id = c.org_id
   and o.id = :other_id

-- name: merge_contact -> run
-- The joined contact, and whoever was joined with it before.
update contact
   set merged_into = :contact_id, deleted_at = coalesce(deleted_at, now())
 where org_id = :org_id
   and (id = :other_id or merged_into = :other_id)

-- name: blocked_contacts -> records
-- Who may not speak, in all organizations.
select org_id, contact_id
  from blocked_contacts()

-- name: customer -> maybe Customer
-- The account that somebody belongs to.
select id, kind, external_id, name, email, phone, company_name, company_size, industry, plan, tier, segment,
       lifecycle_stage, region, country, timezone, language, tags, custom_fields,
       (extract(epoch from created_at) * 1000)::bigint as created_at
  from customer
 where org_id = :org_id
   and id = :customer_id
   and deleted_at is null
