-- Statements of the chain over the audit log, which sees all organizations.

-- name: lines_after -> many ToChain
-- What the chain has not reached yet; only of transactions before which none is still running, so that no line can
-- appear behind its end.
select l.org_id, l.id, l.xid::text as xid, audit_text(l) as text
  from audit_log l
 where (l.xid, l.id) > (:xid::text::xid8, :id::uuid)
   and l.xid < :horizon::text::xid8
 order by l.xid, l.id
 limit :limit

-- name: last_link -> maybe Link
-- Where an organization's chain ends.
select n, row_hash
  from audit_chain
 where org_id = :org_id
 order by n desc
 limit 1

-- name: last_system_link -> maybe Link
-- Where the chain of what concerns no organization ends.
select n, row_hash
  from audit_chain
 where org_id is null
 order by n desc
 limit 1

-- name: linked_among -> records
-- Lines that got their link before the reader could remember it.
select audit_id
  from audit_chain
 where audit_id = any(:ids::uuid[])

-- name: add_links -> run
-- The next links of one chain.
insert into audit_chain (org_id, n, audit_id, prev_hash, row_hash)
select :org_id::uuid, n, audit_id, prev_hash, row_hash
  from unnest(:ns::bigint[], :ids::uuid[], :prev_hashes::bytea[], :row_hashes::bytea[])
       as new (n, audit_id, prev_hash, row_hash)

-- name: chains -> many Chained
-- Whose chains there are; of an erased organization the id is left.
select c.org_id, coalesce(o.slug, c.org_id::text, '(no organization)') as slug
  from (select distinct org_id from audit_chain) c
  left join organization o on o.id = c.org_id
 where :organization::text = '' or o.slug = :organization or c.org_id::text = :organization
 order by slug

-- name: links_after -> many LinkRow
-- A stretch of a chain, with the lines as they are now.
select c.n, c.audit_id, c.prev_hash, c.row_hash, audit_text(l) as text
  from audit_chain c
  left join audit_log l on l.id = c.audit_id and l.org_id = c.org_id
 where c.org_id = :org_id and c.n > :after
 order by c.n
 limit :limit

-- name: system_links_after -> many LinkRow
-- The same of what concerns no organization.
select c.n, c.audit_id, c.prev_hash, c.row_hash, audit_text(l) as text
  from audit_chain c
  left join audit_log l on l.id = c.audit_id and l.org_id is null
 where c.org_id is null and c.n > :after
 order by c.n
 limit :limit

-- name: loose_lines -> many Loose
-- Lines that the chain has passed by, and that have no link: somebody put them in afterwards.
select l.org_id, l.id
  from audit_log l
 where not exists (select from audit_chain c where c.audit_id = l.id)
   and (l.xid, l.id) <= (select r.xid, r.id from reader r where r.name = :reader)
   and (:organization::uuid is null or l.org_id = :organization)
 order by l.id
 limit :limit
