-- Statements of the knowledge.

-- name: article_cards -> many ArticleCard
-- The list in one of its orders: by title, or by a number of which the highest is first. Who does not write sees what is
-- published.
select a.id, a.title, a.summary, a.status, a.visibility, a.language, a.slug, a.category_id, a.tags, a.version,
       (extract(epoch from a.updated_at) * 1000)::bigint as updated_at, a.updated_by,
       coalesce(x.indexed_at >= a.updated_at, false) as is_indexed, coalesce(f.view_count, 0) as view_count,
       coalesce(f.suggested_count, 0) as suggested_count, coalesce(f.use_count, 0) as use_count,
       coalesce(f.helpful_count, 0) as helpful_count,
       coalesce(f.not_helpful_count, 0) as not_helpful_count, f.success_rate::float8 as success_rate
  from article a
  left join article_index x on x.org_id = a.org_id and x.article_id = a.id
  left join article_figure f on f.org_id = a.org_id and f.article_id = a.id
 cross join lateral (select case :sort::text
                              when 'views' then coalesce(f.view_count, 0)
                              when 'helpful' then coalesce(f.helpful_count::float8
                                                           / nullif(f.helpful_count + f.not_helpful_count, 0), -1)
                              when 'updated' then (extract(epoch from a.updated_at) * 1000)::bigint
                            end::float8 as place) s
 where a.org_id = :org_id
   and a.deleted_at is null
   and (:may_write or a.status = 'published' and a.visibility <> 'private')
   and (:q::text = '' or strpos(lower(a.title || ' ' || a.slug || ' ' || array_to_string(a.keywords, ' ')), lower(:q)) > 0)
   and (:status::text is null or a.status = :status)
   and (:visibility::text is null or a.visibility = :visibility)
   and (:language::text is null or a.language = :language)
   and (:category_id::uuid is null or a.category_id = :category_id)
   and (:after_id::uuid is null
        or case when :sort::text = 'title' then (lower(a.title), a.id) > (lower(:after_title::text), :after_id)
                else (s.place, a.id) < (:after::float8, :after_id) end)
 order by s.place desc, case when :sort::text = 'title' then lower(a.title) end,
          case when :sort::text = 'title' then a.id end, a.id desc
 limit :limit

-- name: article -> maybe Article
-- One article with its text; for whoever does not write, where it is published.
select id, title, summary, content, content_type, status, visibility, language, slug, category_id, keywords, tags,
       author_id, version, (extract(epoch from published_at) * 1000)::bigint as published_at,
       (extract(epoch from created_at) * 1000)::bigint as created_at,
       (extract(epoch from updated_at) * 1000)::bigint as updated_at, updated_by
  from article
 where org_id = :org_id
   and id = :article_id
   and deleted_at is null
   and (:may_write or status = 'published' and visibility <> 'private')

-- name: lock_article -> value
-- Whoever changes an article first looks at it as it is.
select id
  from article
 where org_id = :org_id
   and id = :article_id
   and deleted_at is null
   for update

-- name: add_article -> run
-- A new article; its first version is written by the trigger.
insert into article (org_id, id, title, summary, content, content_type, status, visibility, language, slug, category_id,
                     keywords, tags)
values (:org_id, :article_id, :title, :summary, :content, :content_type, :status, :visibility, :language, :slug,
        :category_id, :keywords, :tags)

-- name: change_article -> run
-- An article as it is from now on; a title or content that differs becomes the next version.
update article
   set title = :title, summary = :summary, content = :content, content_type = :content_type, status = :status,
       visibility = :visibility, language = :language, slug = :slug, category_id = :category_id, keywords = :keywords,
       tags = :tags
 where org_id = :org_id
   and id = :article_id

-- name: note_change -> value
-- Why, for the version that the trigger writes in this transaction.
select set_config('app.change_note', :note, true)

-- name: remove_article -> run
-- Gone for everybody; its address is free again.
update article
   set deleted_at = now(), deleted_by = :agent_id
 where org_id = :org_id
   and id = :article_id

-- name: slugs_like -> records
-- Which addresses that begin like this one are taken.
select slug
  from article
 where org_id = :org_id
   and language = :language
   and deleted_at is null
   and starts_with(slug, :slug)

-- name: article_versions -> many ArticleVersion
-- What an article has been, the newest first.
select id, version, title, content, changed_by, change_note, (extract(epoch from created_at) * 1000)::bigint as created_at
  from article_version
 where org_id = :org_id
   and article_id = :article_id
   and (:below::integer is null or version < :below)
 order by version desc
 limit :limit

-- name: article_version -> maybe ArticleVersion
-- One of them.
select id, version, title, content, changed_by, change_note, (extract(epoch from created_at) * 1000)::bigint as created_at
  from article_version
 where org_id = :org_id
   and article_id = :article_id
   and version = :version


-- Bringing articles from files ----------------------------------------------------------------------------------------

-- name: organization_by_slug -> value
-- Whose they are to be, as whoever types the command knows it.
select org_id
  from organization_by_slug_or_domain(:slug)

-- name: article_by_slug -> value
-- Which article a file is of; held until the file is taken.
select id
  from article
 where org_id = :org_id
   and language = :language
   and slug = :slug
   and deleted_at is null
   for update

-- name: category_by_name -> value
-- The first of this name, wherever it lies.
select id
  from kb_category
 where org_id = :org_id
   and name = :name
   and deleted_at is null
 order by created_at
 limit 1

-- name: add_category -> run
-- A category that only a file has named so far.
insert into kb_category (org_id, id, name)
values (:org_id, :category_id, :name)


-- Making the search know an article ----------------------------------------------------------------------------------

-- name: to_index -> maybe ToIndex
-- What the search is to know of an article, and what it knows.
select a.title, a.summary, a.content, a.language, a.slug, a.keywords, a.tags,
       a.status = 'published' and a.deleted_at is null as is_open, x.fingerprint
  from article a
  left join article_index x on x.org_id = a.org_id and x.article_id = a.id
 where a.org_id = :org_id
   and a.id = :article_id

-- name: hold_article -> value
-- Nobody changes the article while its passages are written.
select id
  from article
 where org_id = :org_id
   and id = :article_id
   for share

-- name: forget_passages -> run
-- What the search knew of an article.
delete from article_passage
 where org_id = :org_id
   and article_id = :article_id

-- name: add_passages -> run
-- What it knows from now on.
insert into article_passage (org_id, article_id, no, title, heading, body, keywords, language, embedding)
select :org_id, :article_id, p.no, :title, p.heading, p.body, :keywords, :language, p.embedding::vector
  from unnest(:headings::text[], :bodies::text[], :embeddings::text[]) with ordinality
       as p (heading, body, embedding, no)

-- name: keep_index -> run
-- Of which text the passages are made.
insert into article_index (org_id, article_id, fingerprint)
values (:org_id, :article_id, :fingerprint)
on conflict (org_id, article_id) do update
   set fingerprint = excluded.fingerprint, indexed_at = now()

-- name: forget_index -> run
-- The search knows nothing of it any more.
delete from article_index
 where org_id = :org_id
   and article_id = :article_id


-- Searching: each statement is one way of looking, server/domain/knowledge/search.py joins what they find -----------

-- name: by_words -> many Scored
-- The words of the question in every language that articles are written in, each word by how much it tells: what stands
-- in every second passage tells little. share is how much of all that the passage has.
with open as (
  select p.article_id, p.no, p.language, p.search
    from article_passage p
    join article a on a.org_id = p.org_id and a.id = p.article_id
   where p.org_id = :org_id
     and a.status = 'published'
     and a.deleted_at is null
     and a.visibility = any(:visibilities::text[])),
counted as (
  select language, count(*)::float8 as many
    from open
   group by language),
asked as (
  select c.language, c.many,
         ('''' || replace(replace(w.lexeme, '\', '\\'), '''', '''''') || '''')::tsquery as word
    from counted c
   cross join lateral unnest(to_tsvector(words_of(c.language), :q)) as w),
told as (
  select k.language, k.word, ln(1 + (k.many - count(o.no) + 0.5) / (count(o.no) + 0.5)) as weight
    from asked k
    left join open o on o.language = k.language and o.search @@ k.word
   group by k.language, k.word, k.many)
select o.article_id, o.no, sum(t.weight * ts_rank('{0.1, 0.2, 0.4, 1.0}', o.search, t.word)) as score,
       sum(t.weight) / (select sum(e.weight) from told e where e.language = o.language) as share
  from told t
  join open o on o.language = t.language and o.search @@ t.word
 group by o.article_id, o.no, o.language
 order by score desc, o.article_id, o.no
 limit :most

-- name: by_letters -> many Scored
-- Words that stand nowhere, such as misspelled ones: by their groups of three letters, in titles, headings and keywords.
-- What the full text knows is left to it: comparing letters takes a hundred times as long. Each word by how few passages
-- have something like it.
with open as (
  select p.article_id, p.no, p.language, p.search, lower(p.title || ' ' || p.heading || ' ' || p.keywords) as called
    from article_passage p
    join article a on a.org_id = p.org_id and a.id = p.article_id
   where p.org_id = :org_id
     and a.status = 'published'
     and a.deleted_at is null
     and a.visibility = any(:visibilities::text[])),
strange as (
  select w.word
    from unnest(:words::text[]) as w (word)
   where not exists (
         select
           from (select distinct language from open) s
           join open o on o.language = s.language and o.search @@ plainto_tsquery(words_of(s.language), w.word)
          where numnode(plainto_tsquery(words_of(s.language), w.word)) > 0)),
liked as (
  select o.article_id, o.no, w.word, strict_word_similarity(w.word, o.called)::float8 as likeness
    from open o
   cross join strange w),
told as (
  select word, ln(1 + count(*) / (1 + count(*) filter (where likeness > 0.5))::float8) as weight
    from liked
   group by word)
select l.article_id, l.no, sum(t.weight * l.likeness ^ 2) / sum(t.weight) as score, sum(t.weight * l.likeness) / sum(t.weight) as share
  from liked l
  join told t on t.word = l.word
 group by l.article_id, l.no
having max(l.likeness) > 0.3
 order by score desc, l.article_id, l.no
 limit :most

-- name: by_meaning -> many Scored
-- Whatever means the same, in whichever words and language.
select p.article_id, p.no, 1 - (p.embedding <=> :meaning::text::vector) as score,
       greatest(0, 1 - (p.embedding <=> :meaning::text::vector)) as share
  from article_passage p
  join article a on a.org_id = p.org_id and a.id = p.article_id
 where p.org_id = :org_id
   and a.status = 'published'
   and a.deleted_at is null
   and a.visibility = any(:visibilities::text[])
   and p.embedding is not null
 order by p.embedding <=> :meaning::text::vector, p.article_id, p.no
 limit :most

-- name: passages -> many PassageText
-- What is shown of those that were found.
select p.article_id, p.no, p.title, a.slug, p.language, p.heading, p.body
  from article_passage p
  join article a on a.org_id = p.org_id and a.id = p.article_id
 where p.org_id = :org_id
   and (p.article_id, p.no) in (select * from unnest(:article_ids::uuid[], :nos::integer[]))


-- What comes of articles ---------------------------------------------------------------------------------------------

-- name: figures -> maybe ArticleFigures
-- The sums of one article; for whoever does not write, where it is published.
select a.id as article_id, coalesce(f.view_count, 0) as view_count,
       coalesce(f.suggested_count, 0) as suggested_count, coalesce(f.use_count, 0) as use_count,
       coalesce(f.resolved_count, 0) as resolved_count, coalesce(f.helpful_count, 0) as helpful_count,
       coalesce(f.not_helpful_count, 0) as not_helpful_count, f.success_rate::float8 as success_rate
  from article a
  left join article_figure f on f.org_id = a.org_id and f.article_id = a.id
 where a.org_id = :org_id
   and a.id = :article_id
   and a.deleted_at is null
   and (:may_write or a.status = 'published' and a.visibility <> 'private')

-- name: keep_search -> run
-- What somebody searched for.
insert into article_event (org_id, kind, agent_id, query, results)
values (:org_id, 'search', :agent_id, :query, :results)

-- name: search_sums -> one SearchSums
-- All searches of a time.
select count(*) as count, count(*) filter (where results = 0) as unanswered
  from article_event
 where org_id = :org_id
   and kind = 'search'
   and (:since::bigint is null or created_at >= to_timestamp(:since::bigint / 1000.0))
   and (:until::bigint is null or created_at < to_timestamp(:until::bigint / 1000.0))

-- name: searches -> many SearchedFor
-- What was searched for in the same words, the most frequent first.
select lower(query) as query, count(*) as count, count(*) filter (where results = 0) as unanswered,
       (extract(epoch from max(created_at)) * 1000)::bigint as last_at
  from article_event
 where org_id = :org_id
   and kind = 'search'
   and (:since::bigint is null or created_at >= to_timestamp(:since::bigint / 1000.0))
   and (:until::bigint is null or created_at < to_timestamp(:until::bigint / 1000.0))
   and (not :is_unanswered or results = 0)
 group by lower(query)
 order by count(*) desc, max(created_at) desc, lower(query)
 limit :limit

-- name: keep_view -> run
-- Somebody of the team read an article that is published.
insert into article_event (org_id, kind, article_id, agent_id)
select org_id, 'view', id, :agent_id
  from article
 where org_id = :org_id
   and id = :article_id
   and status = 'published'
    on conflict do nothing

-- name: keep_visit -> run
-- A visitor opened what an answer cites.
insert into article_event (org_id, kind, article_id, conversation_id, message_id, contact_id)
values (:org_id, 'view', :article_id, :conversation_id, :message_id, :contact_id)
    on conflict do nothing

-- name: is_cited -> value
-- Whether a bot's answer to this visitor cites an article that is there.
select exists (select
                 from message m
                 join conversation c on c.org_id = m.org_id and c.id = m.conversation_id
                 join article a on a.org_id = m.org_id and a.id = :article_id
                where m.org_id = :org_id
                  and m.id = :message_id
                  and m.conversation_id = :conversation_id
                  and c.contact_id = :contact_id
                  and m.sender_kind = 'bot'
                  and not m.is_internal
                  and m.meta -> 'citations' @> jsonb_build_array(jsonb_build_object('article_id', a.id)))

-- name: keep_votes -> records
-- What a visitor thinks of the articles that an answer cites, in place of what it thought of them before.
insert into article_event as e (org_id, kind, article_id, conversation_id, message_id, contact_id)
select a.org_id, :kind, a.id, m.conversation_id, m.id, c.contact_id
  from message m
  join conversation c on c.org_id = m.org_id and c.id = m.conversation_id
  join article a on a.org_id = m.org_id
                and a.id in (select (cited ->> 'article_id')::uuid from jsonb_array_elements(m.meta -> 'citations') as cited)
 where m.org_id = :org_id
   and m.id = :message_id
   and m.conversation_id = :conversation_id
   and c.contact_id = :contact_id
   and m.sender_kind = 'bot'
   and not m.is_internal
   and m.deleted_at is null
 order by a.id
    on conflict (org_id, article_id, contact_id) where kind in ('helpful', 'not_helpful') do update
   set kind = excluded.kind, conversation_id = excluded.conversation_id, message_id = excluded.message_id,
       created_at = excluded.created_at
returning e.article_id

-- name: votes -> many Vote
-- What a visitor thinks of articles.
select article_id, kind = 'helpful' as is_helpful
  from article_event
 where org_id = :org_id
   and contact_id = :contact_id
   and kind in ('helpful', 'not_helpful')
 order by created_at desc, article_id
 limit 500

-- name: wait_for_measures -> value
-- The turn that server/domain/interactions takes when it measures this organization's conversations.
select pg_advisory_xact_lock(hashtextextended('frontdesk interactions ' || :org_id::uuid::text, 0))

-- name: keep_uses -> run
-- The articles that messages of these numbers were made from: a bot's citations, or those of the suggestion that a member
-- sent.
insert into article_event (org_id, kind, article_id, conversation_id, message_id, agent_id, created_at, resolved)
select distinct a.org_id, 'used', a.id, m.conversation_id, m.id, m.sender_agent_id, m.at,
       resolved_alone(m.org_id, m.conversation_id, m.at)
  from unnest(:conversation_ids::uuid[], :froms::bigint[], :uptos::bigint[]) as new (conversation_id, low, high)
  join message m on m.org_id = :org_id and m.conversation_id = new.conversation_id
                and m.seq between new.low and new.high
  left join suggestion s on s.org_id = m.org_id and s.conversation_id = m.conversation_id
                        and s.id = (m.meta ->> 'suggestion_id')::uuid and m.sender_kind = 'member'
 cross join lateral jsonb_array_elements(coalesce(m.meta -> 'citations', s.citations)) as cited
  join article a on a.org_id = m.org_id and a.id = (cited ->> 'article_id')::uuid
 where not m.is_internal
   and m.sender_kind in ('bot', 'member')
 order by a.id
    on conflict do nothing
