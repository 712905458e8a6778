-- Statements of the understanding domain.

-- name: taught_intents -> many TaughtIntent
-- What is looked for in messages.
select name, examples
  from intent
 where org_id = :org_id
   and is_active
   and deleted_at is null
 order by name, id

-- name: to_understand -> many ToUnderstand
-- Visitors' messages of these numbers, and those that were edited, which are still to be understood. Of yesterday's
-- nobody wants to know any more: whoever begins to look after years does not look at years.
select m.id, m.conversation_id, m.body, m.edited_at, coalesce(c.locale, '') as locale
  from (select p.id
          from unnest(:conversation_ids::uuid[], :froms::bigint[], :uptos::bigint[]) as new (conversation_id, low, high)
          join message p on p.org_id = :org_id and p.conversation_id = new.conversation_id
                            and p.seq between new.low and new.high
        union
        select unnest(:message_ids::uuid[])) wanted
  join message m on m.org_id = :org_id and m.id = wanted.id
  join conversation c on c.org_id = m.org_id and c.id = m.conversation_id
 where m.sender_kind = 'contact'
   and m.urgency is null
   and m.body <> ''
   and m.deleted_at is null
   and m.at > now() - interval '1 day'
 order by m.conversation_id, m.epoch, m.seq
 limit :limit

-- name: keep_readings -> records
-- What was understood, unless it was understood, edited or taken back meanwhile.
update message m
   set intent = nullif(new.intent, ''), intent_confidence = case when new.intent <> '' then new.intent_confidence end,
       sentiment = new.sentiment, urgency = new.urgency, emotion = new.emotion, language = nullif(new.language, '')
  from jsonb_to_recordset(:rows) as new (id uuid, edited_at timestamptz, intent text, intent_confidence numeric,
       sentiment numeric, urgency text, emotion text, language text)
 where m.org_id = :org_id
   and m.id = new.id
   and m.urgency is null
   and m.deleted_at is null
   and m.edited_at is not distinct from new.edited_at
returning m.id

-- name: keep_moods -> records
-- What the visitor's messages say together: what is wanted most surely, the last feeling among three messages, and the
-- mean of their moods; the language where the browser did not tell. Gives those of which people see another thing.
update conversation c
   set primary_intent = said.intent, intent_confidence = said.intent_confidence, emotion = said.emotion,
       sentiment_avg = said.sentiment, locale = coalesce(c.locale, said.language)
  from (select w.id, s.sentiment, s.language, i.intent, i.intent_confidence, f.emotion
          from unnest(:conversation_ids::uuid[]) as w (id)
          left join lateral (select round(avg(m.sentiment), 3) as sentiment,
                                    mode() within group (order by m.language) as language
                               from message m
                              where m.org_id = :org_id and m.conversation_id = w.id and m.sender_kind = 'contact') s on true
          left join lateral (select m.intent, max(m.intent_confidence) as intent_confidence
                               from message m
                              where m.org_id = :org_id and m.conversation_id = w.id and m.sender_kind = 'contact'
                                and m.intent is not null
                              group by m.intent
                              order by sum(m.intent_confidence) desc, m.intent
                              limit 1) i on true
          left join lateral (select l.emotion
                               from (select m.emotion, m.epoch, m.seq
                                       from message m
                                      where m.org_id = :org_id and m.conversation_id = w.id
                                        and m.sender_kind = 'contact' and m.emotion is not null
                                      order by m.epoch desc, m.seq desc
                                      limit 3) l
                              order by l.emotion = 'neutral', l.epoch desc, l.seq desc
                              limit 1) f on true) said
 where c.org_id = :org_id
   and c.id = said.id
   and (c.primary_intent, c.intent_confidence, c.emotion, c.sentiment_avg, c.locale)
       is distinct from
       (said.intent, said.intent_confidence, said.emotion, said.sentiment, coalesce(c.locale, said.language))
returning case when (old.primary_intent, old.emotion, round(old.sentiment_avg, 1), old.locale)
                    is distinct from (new.primary_intent, new.emotion, round(new.sentiment_avg, 1), new.locale)
               then c.id end as id

-- name: tell_understood -> run
-- What follows from it is other readers' work.
insert into event (org_id, kind, actor_kind, subject_type, subject_id, conversation_id, data)
select :org_id, 'conversation_understood', 'system', 'conversation', new.conversation_id, new.conversation_id, new.data
  from unnest(:conversation_ids::uuid[], :data::jsonb[]) as new (conversation_id, data)
