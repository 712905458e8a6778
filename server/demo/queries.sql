-- Statements that make and remove the demo. Rows come as one list of objects per table.


-- What is there ---------------------------------------------------------------------------------------------------------

-- name: is_empty -> value
-- Whether nobody has founded an organization yet.
select not exists (select from organization)

-- name: find -> value
-- The demo's organization, by the slug that it alone has.
select id
  from organization
 where slug = :slug

-- name: origins -> value
-- Where the shop's widget may be shown.
select allowed_origins
  from channel
 where org_id = :org_id
   and widget_key = :widget_key

-- name: login -> value
-- A login that is there already, from another organization.
select id
  from app_user
 where lower(email) = lower(:email)

-- name: helper -> value
-- The bot that the shop's visitors meet first.
select default_bot_id
  from channel
 where org_id = :org_id
   and widget_key = :widget_key

-- name: helper_token -> run
-- Once for each bot: one that was ended stays so.
insert into auth_token (org_id, kind, agent_id, token_hash, expires_at)
values (:org_id, 'bot', :bot_id, :token_hash, now() + make_interval(days => :days))
    on conflict (token_hash) do nothing

-- name: is_helpers -> value
-- Whether a token is good.
select exists (select from auth_token
                where org_id = :org_id and token_hash = :token_hash and revoked_at is null and expires_at > now())

-- name: logins_of_this_alone -> records
-- Logins that have a seat in the demo and nowhere else.
select m.user_id
  from member m
 where m.org_id = :org_id
   and not exists (select from member other where other.user_id = m.user_id and other.org_id <> m.org_id)

-- name: count_conversations -> value
-- How many conversations go when the demo goes.
select count(*)
  from conversation
 where org_id = :org_id


-- The company -----------------------------------------------------------------------------------------------------------

-- name: organization -> run
-- The tenant's own row.
insert into organization (id, name, slug, website, industry, timezone)
values (:org_id, :name, :slug, :website, 'Retail', 'Europe/Berlin')

-- name: act_as -> value
-- Whom the audit log names for what follows in this transaction.
select set_config('app.agent', coalesce(:agent_id::uuid::text, ''), true)

-- name: logins -> run
-- Everybody's login; the password is the same and known.
insert into app_user (id, email, name, password_hash)
select id, email, name, password_hash
  from jsonb_populate_recordset(null::app_user, :rows)

-- name: agent -> run
-- Seats.
insert into agent (org_id, id, kind, name, languages, availability, max_load, created_at)
select :org_id, id, kind, name, languages, availability, max_load, created_at
  from jsonb_populate_recordset(null::agent, :rows)

-- name: member -> run
-- People's side of seats.
insert into member (org_id, id, user_id, role, job_title, joined_at)
select :org_id, id, user_id, role, job_title, joined_at
  from jsonb_populate_recordset(null::member, :rows)

-- name: bot -> run
-- Machines' side of seats.
insert into bot (org_id, id, type, description, instructions)
select :org_id, id, type, description, instructions
  from jsonb_populate_recordset(null::bot, :rows)

-- name: team -> run
-- Teams.
insert into team (org_id, id, name, description)
select :org_id, id, name, description
  from jsonb_populate_recordset(null::team, :rows)

-- name: team_member -> run
-- Who is in which team.
insert into team_member (org_id, team_id, member_id, is_lead)
select :org_id, team_id, member_id, is_lead
  from jsonb_populate_recordset(null::team_member, :rows)

-- name: channel -> run
-- Widgets, with their looks.
insert into channel
  (org_id, id, kind, name, widget_key, widget_config, allowed_origins, default_team_id, default_bot_id, created_at)
select :org_id, id, kind, name, widget_key, widget_config, allowed_origins, default_team_id, default_bot_id, created_at
  from jsonb_populate_recordset(null::channel, :rows)

-- name: canned_response -> run
-- Answers kept at hand.
insert into canned_response (org_id, name, shortcut, category, content, team_id, use_count, last_used_at)
select :org_id, name, shortcut, category, content, team_id, use_count, last_used_at
  from jsonb_populate_recordset(null::canned_response, :rows)

-- name: interaction_type -> run
-- What people come with.
insert into interaction_type (org_id, id, code, name, category, sub_category, complexity, keywords)
select :org_id, id, code, name, category, sub_category, complexity, keywords
  from jsonb_populate_recordset(null::interaction_type, :rows)

-- name: intent -> run
-- What they want, by how they say it.
insert into intent (org_id, name, examples)
select :org_id, name, examples
  from jsonb_populate_recordset(null::intent, :rows)

-- name: customer -> run
-- People and companies that buy.
insert into customer (org_id, id, kind, name, company_name, email, company_size, industry, country, language, segment, plan,
                      relationship_since, created_at)
select :org_id, id, kind, name, company_name, email, company_size, industry, country, language, segment,
       coalesce(plan, 'free'), relationship_since, created_at
  from jsonb_populate_recordset(null::customer, :rows)

-- name: contact -> run
-- Whoever wrote.
insert into contact (org_id, id, customer_id, email, name, first_name, last_name, locale, is_primary, is_anonymous,
                     created_at)
select :org_id, id, customer_id, email, name, first_name, last_name, locale, coalesce(is_primary, false),
       coalesce(is_anonymous, false), created_at
  from jsonb_populate_recordset(null::contact, :rows)

-- name: contact_identity -> run
-- How their browsers are recognized.
insert into contact_identity (org_id, contact_id, kind, address, created_at)
select :org_id, contact_id, 'web_widget', address, created_at
  from jsonb_populate_recordset(null::contact_identity, :rows)


-- The weeks -------------------------------------------------------------------------------------------------------------

-- name: conversation -> run
-- As their last decision left them.
insert into conversation (org_id, id, session_key, channel_id, contact_id, customer_id, status, priority,
                          interaction_type_id, subject, locale,
                          assigned_agent_id, bot_id, assigned_team_id, queued_at, assigned_at, first_response_at, version, turn,
                          wait_seconds, resolved_by_agent_id, close_reason, started_at, closed_at, page_url, referrer,
                          user_agent, ip, primary_intent, intent_confidence, emotion, sentiment_avg, created_at)
select :org_id, id, session_key, channel_id, contact_id, customer_id, status, priority, interaction_type_id, subject,
       locale, assigned_agent_id, bot_id, assigned_team_id, queued_at, assigned_at, first_response_at, version, turn,
       wait_seconds, resolved_by_agent_id, close_reason, started_at, closed_at, page_url, referrer, user_agent, ip, primary_intent, intent_confidence, emotion,
       sentiment_avg, started_at
  from jsonb_populate_recordset(null::conversation, :rows)

-- name: conversation_live -> run
-- Where their logs stand; accept seeds itself from here.
insert into conversation_live (org_id, conversation_id, last_seq, public_seq, last_message_seq, last_sender_id,
                               message_count, last_message_at, last_activity_at, last_preview, preview_seq)
select :org_id, conversation_id, last_seq, public_seq, last_message_seq, last_sender_id, message_count, last_message_at,
       last_activity_at, last_preview, preview_seq
  from jsonb_populate_recordset(null::conversation_live, :rows)

-- name: participant -> run
-- Who was in them, and from when to when.
insert into participant (org_id, id, conversation_id, agent_id, contact_id, role, joined_at, left_at, last_read_seq,
                         last_delivered_seq)
select :org_id, id, conversation_id, agent_id, contact_id, role, joined_at, left_at, last_read_seq, last_delivered_seq
  from jsonb_populate_recordset(null::participant, :rows)

-- name: message -> run
-- What was said.
insert into message (org_id, id, conversation_id, seq, at, sender_kind, sender_agent_id, sender_contact_id, sender_name,
                     body, is_internal, confidence, processing_ms, tokens_in, tokens_out, intent, intent_confidence,
                     sentiment, emotion, urgency, language)
select :org_id, id, conversation_id, seq, at, sender_kind, sender_agent_id, sender_contact_id, sender_name, body,
       is_internal, confidence, processing_ms, coalesce(tokens_in, 0), coalesce(tokens_out, 0), intent, intent_confidence,
       sentiment, emotion, urgency, language
  from jsonb_populate_recordset(null::message, :rows)

-- name: event -> run
-- What was decided, with its number: history, and no news. Transaction 1 lies before every reader's beginning, so that
-- nobody reacts to it.
insert into event (org_id, id, xid, at, kind, actor_kind, actor_id, subject_type, subject_id, conversation_id, epoch, seq,
                   data)
select :org_id, id, '1', at, kind, actor_kind, actor_id, 'conversation', conversation_id, conversation_id, 1, seq, data
  from jsonb_populate_recordset(null::event, :rows)

-- name: assignment -> run
-- How they travelled.
insert into assignment (org_id, conversation_id, agent_id, team_id, turn, state, answered_at, created_at)
select :org_id, conversation_id, agent_id, team_id, turn, state, answered_at, answered_at
  from jsonb_populate_recordset(null::assignment, :rows)

-- name: conversation_tag -> run
-- What they were about.
insert into conversation_tag (org_id, conversation_id, tag, tagged_by, created_at)
select :org_id, conversation_id, tag, tagged_by, created_at
  from jsonb_populate_recordset(null::conversation_tag, :rows)


-- What readers would have followed ------------------------------------------------------------------------------------

-- name: follow_activity -> run
-- Where conversations stand in lists.
insert into conversation_activity (org_id, conversation_id, at)
select org_id, conversation_id, last_message_at
  from conversation_live
 where org_id = :org_id

-- name: follow_words -> run
-- What the team can search for.
insert into message_search (org_id, message_id, conversation_id, seq, at, is_internal, body)
select org_id, id, conversation_id, seq, at, is_internal, body
  from message
 where org_id = :org_id

-- name: follow_contacts -> run
-- When somebody was here last.
update contact c
   set last_seen_at = said.at
  from (select sender_contact_id as contact_id, max(at) as at
          from message
         where org_id = :org_id
         group by sender_contact_id) said
 where c.org_id = :org_id
   and c.id = said.contact_id


-- The end ---------------------------------------------------------------------------------------------------------------

-- name: remove_logins -> run
-- Logins that were only good for the demo; their seats go with them. Seen only as long as these have a seat here.
delete from app_user
 where id = any(:user_ids::uuid[])

-- name: remove_organization -> run
-- The organization and, by its keys and its trigger, all that is in it.
delete from organization
 where id = :org_id
