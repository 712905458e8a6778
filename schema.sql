-- The whole database of Frontdesk as it should be. PostgreSQL 18.
--
-- Run it once, in an empty database, inside one transaction, as a role that owns the database and may SET ROLE to
-- fd_owner and fd_lookup; no superuser is needed. `frontdesk release` makes the roles, which belong to the whole cluster,
-- runs this file, makes the partitions and fills the shards.
--
-- fd_owner    owns everything; DDL and trigger functions
-- fd_app      the API: no DELETE where a row is only marked deleted, no INSERT where rows are made by workers only
-- fd_worker   reactions, jobs, upkeep: all rows of one organization at a time
-- fd_ingest   the message path: several organizations at a time, on the tables it stores to
-- fd_lookup   reads all organizations: the look-ups at the end of this file, sweepers, readers of the event log
-- fd_report   views only
--
-- How to read it:
--   * Every tenant table has org_id and the key (org_id, id). Foreign keys between tenant tables are composite, so that
--     a row cannot point into another organization even where row security is off.
--   * Every tenant table has row security enabled and forced. The policy `tenant` holds one organization at a time;
--     `ingest` several, on the few tables the message path touches; `lookup` reads all of them, for the look-ups that run
--     before the organization is known, for sweepers and for readers of the event log.
--   * fd_owner is bound by `tenant` too, because FORCE binds owners: its trigger functions write in the actor's
--     organization or not at all.
--   * Grants name tables one by one. ALL TABLES would reach the partitions, which their parent's policies do not guard.
--   * Lists of words in checks are the words of the protocol; a check or an index with a reason of its own says it.

create extension if not exists pg_trgm;
-- Not a trusted one: where the owner may not make it, an administrator of the cluster does, once (docs/operating.md).
create extension if not exists vector;

grant usage, create on schema public to fd_owner;
grant usage on schema public to fd_app, fd_worker, fd_ingest, fd_lookup, fd_report;

set local role fd_owner;


-- Who is asking: the settings every transaction makes first, and the keys built on time ------------------------------

-- The organization of this transaction; unset means no organization, hence no rows.
create function app_org() returns uuid
language sql stable parallel safe
return nullif(current_setting('app.org_id', true), '')::uuid;

-- The organizations of one ingest batch, comma separated, because a batch holds entries of many.
create function app_orgs() returns uuid[]
language sql stable parallel safe
return string_to_array(nullif(current_setting('app.orgs', true), ''), ',')::uuid[];

-- The seat that acts, for created_by, updated_by and the audit log; unset where the system or a visitor acts.
create function app_agent() returns uuid
language sql stable parallel safe
return nullif(current_setting('app.agent', true), '')::uuid;

-- Where the request comes from, for the audit log.
create function app_ip() returns inet
language sql stable parallel safe
return nullif(current_setting('app.ip', true), '')::inet;

-- The smallest uuidv7 of an instant: bounds of partitions, and time filters that prune (id >= uuid7_floor($since)).
create function uuid7_floor(at timestamptz) returns uuid
language sql immutable strict parallel safe
return (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '70008000000000000000')::uuid;


-- Words that several tables share ------------------------------------------------------------------------------------

create domain unit_score as numeric(4,3) check (value between 0 and 1);
-- Below -0.25 reads negative, above 0.25 positive, else neutral.
create domain sentiment as numeric(4,3) check (value between -1 and 1);
create domain score100 as smallint check (value between 0 and 100);
-- 1 lowest, 2 low, 3 medium, 4 high, 5 urgent: numbers, so that the router can sort by them.
create domain level5 as smallint check (value between 1 and 5);
create domain level4 as text check (value in ('low', 'medium', 'high', 'critical'));
create domain amount as numeric(14,2);
create domain channel_kind as text check (value in (
  'web_widget', 'web_app', 'mobile_app', 'chatbot', 'interactive_menu', 'email', 'sms', 'voice', 'video', 'whatsapp',
  'facebook', 'instagram', 'twitter', 'telegram', 'slack', 'social_media', 'api', 'web_form', 'in_person'));


-- Triggers that many tables share ------------------------------------------------------------------------------------

-- Keeps updated_at true, whatever the statement forgot.
create function touch() returns trigger
language plpgsql as $$
begin
  new.updated_at := now();
  return new;
end $$;

-- Keeps updated_at and updated_by true on tables that remember who changed them.
create function touch_by() returns trigger
language plpgsql as $$
begin
  new.updated_at := now();
  new.updated_by := coalesce(app_agent(), new.updated_by);
  return new;
end $$;

-- Refuses the statement: what was written stays as it is.
create function immutable() returns trigger
language plpgsql as $$
begin
  raise exception '% is append-only: % refused', tg_table_name, lower(tg_op) using errcode = 'insufficient_privilege';
end $$;

-- Hides values under keys that name a secret, at any depth, in settings as well as in columns.
create function masked(value jsonb) returns jsonb
language plpgsql immutable parallel safe as $$
begin
  case jsonb_typeof(value)
    when 'object' then
      return (select coalesce(jsonb_object_agg(key, case
                when key ~* '(secrets?|passwords?|passwd|token|credentials?|api_?keys?|private_?key|authorization|hash)$'
                and jsonb_typeof(inner_value) <> 'null' then '"***"'::jsonb
                else masked(inner_value) end), '{}')
                from jsonb_each(value) as pair (key, inner_value));
    when 'array' then
      return (select coalesce(jsonb_agg(masked(item) order by place), '[]')
                from jsonb_array_elements(value) with ordinality as list (item, place));
    else
      return value;
  end case;
end $$;


-- Tenancy: the organization and the logins ---------------------------------------------------------------------------

create table organization (
  id                uuid        primary key default uuidv7(),
  name              text        not null,
  slug              text        not null,
  domain            text,
  logo_url          text,
  website           text,
  industry          text,
  size              text,
  timezone          text        not null default 'UTC',
  locale            text        not null default 'en',
  -- How long a visitor may wait for a person before the console says that it is late.
  late_minutes      integer     not null default 5,
  region            text        not null default 'default',
  plan              text        not null default 'free'
                                check (plan in ('free', 'starter', 'pro', 'enterprise', 'custom')),
  plan_status       text        not null default 'active'
                                check (plan_status in ('active', 'trialing', 'past_due', 'canceled', 'unpaid')),
  plan_ends_at      timestamptz,
  billing_email     text,
  settings          jsonb       default '{}',
  -- So long is kept what bots would have said and suggested, and what was searched for; empty is for ever.
  retention_days    integer     default 730,
  storage_limit_mb  integer     default 10240,
  ticket_seq        bigint      not null default 0,
  is_active         boolean     not null default true,
  created_at        timestamptz not null default now(),
  updated_at        timestamptz not null default now(),
  constraint organization_late_check check (late_minutes between 1 and 1440),
  constraint organization_retention_check check (retention_days between 1 and 3650)
);
-- organization_by_slug_or_domain.
create unique index organization_slug_key on organization (slug);
create unique index organization_domain_key on organization (domain);

-- A login: one person, one e-mail, any number of organizations.
create table app_user (
  id             uuid        primary key default uuidv7(),
  email          text        not null,
  name           text        not null,
  password_hash  text,
  avatar_url     text,
  timezone       text        not null default 'UTC',
  locale         text        not null default 'en',
  is_active      boolean     not null default true,
  last_login_at  timestamptz,
  created_at     timestamptz not null default now(),
  updated_at     timestamptz not null default now()
);
-- login_by_email; one login however the e-mail is spelled.
create unique index app_user_email_key on app_user (lower(email));


-- People and bots ----------------------------------------------------------------------------------------------------

-- Any seat on the organization's side of a conversation; member (a person) and bot (a machine) share its id.
create table agent (
  org_id            uuid         not null references organization on delete cascade,
  id                uuid         not null default uuidv7(),
  kind              text         not null default 'human' check (kind in ('human', 'supervisor', 'bot', 'hybrid')),
  name              text         not null,
  avatar_url        text,
  specialization    text,
  languages         text[]       default '{}',
  -- What the agent chose; shown is offline where no socket lives.
  availability      text         not null default 'online' check (availability in ('online', 'away', 'busy')),
  availability_reason text       not null default '' check (length(availability_reason) <= 80),
  availability_at   timestamptz,
  -- When the first socket came, or the last one went.
  last_seen_at      timestamptz,
  is_connected      boolean      not null default false,
  max_load          numeric(6,2) not null default 4,
  active_load       numeric(6,2) not null default 0,
  schedule          jsonb        default '{}',
  routing_priority  integer      not null default 0,
  -- Whose turn it is when conversations go round.
  last_offered_at   timestamptz,
  is_active         boolean      not null default true,
  created_at        timestamptz  not null default now(),
  updated_at        timestamptz  not null default now(),
  created_by        uuid         default app_agent(),
  updated_by        uuid         default app_agent(),
  deleted_at        timestamptz,
  deleted_by        uuid,
  meta              jsonb        default '{}',
  primary key (org_id, id),
  -- A seat that gave back more than it took would be offered conversations without end.
  constraint agent_load_check check (active_load >= 0 and max_load >= 0)
);
-- The router's candidates, and the list of who is there.
create index agent_availability_idx on agent (org_id, kind, availability) where is_active;
-- Whom the workers compare with the leases in Valkey, and which organizations have somebody there.
create index agent_connected_idx on agent (org_id, id) where is_connected;

create table member (
  org_id                    uuid        not null references organization on delete cascade,
  id                        uuid        not null,
  user_id                   uuid        not null references app_user on delete cascade,
  role                      text        not null default 'agent'
                                        check (role in ('owner', 'admin', 'manager', 'agent', 'viewer')),
  -- What this member may not do though the role may (core/permissions.py); nobody withholds anything from who says so.
  withheld                  text[]      not null default '{}',
  department                text,
  job_title                 text,
  escalation_authority      level5      not null default 1,
  joined_at                 timestamptz not null default now(),
  job_role                  text        check (job_role in ('customer_success_manager', 'support_manager',
                                          'account_manager', 'sales_manager', 'legal_compliance', 'operations_manager')),
  is_active                 boolean     not null default true,
  notification_preferences  jsonb       default '{"email": true, "sms": false, "push": true}',
  -- What the person's console remembers, such as sounds and looks.
  settings                  jsonb       not null default '{}',
  last_login_at             timestamptz,
  created_at                timestamptz not null default now(),
  updated_at                timestamptz not null default now(),
  primary key (org_id, id),
  foreign key (org_id, id) references agent on delete cascade,
  constraint member_withheld_check check (withheld <@ array['queue.read', 'conversation.take_any']
                                          and (withheld = '{}' or role not in ('owner', 'admin')))
);
-- One seat per login in an organization; app_user's policy asks for it.
create unique index member_user_key on member (org_id, user_id);
-- login_by_email and the cascade from app_user, which know the user and not the organization.
create index member_user_idx on member (user_id);
-- Who may decide this: owners, admins, managers of an organization.
create index member_role_idx on member (org_id, role);

create table bot (
  org_id             uuid         not null references organization on delete cascade,
  id                 uuid         not null,
  type               text         not null default 'support'
                                  check (type in ('triage', 'support', 'sales', 'technical', 'billing', 'product', 'custom')),
  description        text,
  instructions       text         not null,
  model              text         not null default 'gpt-4o',
  temperature        numeric(3,2) not null default 0.7,
  max_tokens         integer      not null default 4000,
  trigger_keywords   text[]       default '{}',
  fallback_message   text,
  handoff_threshold  unit_score   not null default 0.5,
  -- So bad a mood is for people, and half of it twice in a row; at -1 none is.
  handoff_sentiment  sentiment    not null default -0.5,
  -- How long a visitor waits for its answer before people are asked.
  answer_seconds     integer      not null default 20 check (answer_seconds between 2 and 600),
  -- Words of a visitor that are for people at once.
  handoff_keywords   text[]       default '{}',
  -- Whose conversations it reads along in, to suggest answers: those of one member, of a team's members, or of all.
  copilot            text         not null default 'nobody' check (copilot in ('nobody', 'member', 'team', 'everybody')),
  copilot_for        uuid,
  copilot_team_id    uuid,
  -- Whom it asks before it answers, or who has to approve what it says: type, agent_ids, seconds, rounds, and of
  -- members verifiers, member_ids, team_id.
  collaboration      jsonb,
  transport          text         not null default 'websocket' check (transport in ('internal', 'websocket', 'webhook')),
  config             jsonb        default '{}',
  created_at         timestamptz  not null default now(),
  updated_at         timestamptz  not null default now(),
  primary key (org_id, id),
  foreign key (org_id, id) references agent on delete cascade,
  foreign key (org_id, copilot_for) references member on delete set null (copilot_for),
  -- What model servers accept.
  constraint bot_temperature_check check (temperature between 0 and 2)
);

-- How a bot fares, once it failed; without a row nothing speaks against it. Apart from bot, so that an answer does not
-- change what somebody is just editing.
create table bot_health (
  org_id     uuid         not null references organization on delete cascade,
  bot_id     uuid         not null,
  status     text         not null default 'healthy' check (status in ('healthy', 'unhealthy', 'trying')),
  -- Why it is not healthy.
  reason     text         check (reason in ('not_connected', 'slow', 'failing')),
  since      timestamptz  not null default now(),
  -- From when on one conversation may try it.
  retry_at   timestamptz,
  -- Its last answers since it failed first, the newest last: whether each failed.
  outcomes   boolean[]    not null default '{}',
  -- How often it failed again when it was tried; each time it rests longer.
  relapses   integer      not null default 0,
  updated_at timestamptz  not null default now(),
  primary key (org_id, bot_id),
  foreign key (org_id, bot_id) references bot on delete cascade,
  -- Without a moment it would never be tried again.
  constraint bot_health_retry_check check (status not in ('unhealthy', 'trying') or (reason is not null and retry_at is not null))
);

-- What a bot may call. A bot tells its functions when it connects: what is new stands here from then on, enabled.
create table bot_tool (
  org_id        uuid         not null references organization on delete cascade,
  id            uuid         not null default uuidv7(),
  bot_id        uuid         not null,
  -- What the function is called, and what people call it.
  tool_name     text         not null,
  display_name  text         not null,
  -- In place of what the bot tells models of it.
  description   text,
  -- What the bot tells: the JSON schema of the arguments, and what it is for.
  schema        jsonb        not null default '{}',
  settings      jsonb        not null default '{}',
  is_enabled    boolean      not null default true,
  -- The highest is offered first.
  priority      integer      not null default 0,
  -- When its bot told of it last.
  seen_at       timestamptz,
  created_at    timestamptz  not null default now(),
  updated_at    timestamptz  not null default now(),
  primary key (org_id, id),
  foreign key (org_id, bot_id) references bot on delete cascade
);
create unique index bot_tool_name_key on bot_tool (org_id, bot_id, tool_name);

create table team (
  org_id       uuid        not null references organization on delete cascade,
  id           uuid        not null default uuidv7(),
  name         text        not null,
  description  text,
  size_target  integer     default 5,
  created_at   timestamptz not null default now(),
  updated_at   timestamptz not null default now(),
  created_by   uuid        default app_agent(),
  updated_by   uuid        default app_agent(),
  deleted_at   timestamptz,
  deleted_by   uuid,
  meta         jsonb       default '{}',
  primary key (org_id, id)
);
-- Whom a bot helps.
alter table bot add foreign key (org_id, copilot_team_id) references team on delete set null (copilot_team_id);
-- People pick a team by its name; a deleted one gives its name back.
create unique index team_name_key on team (org_id, name) where deleted_at is null;

create table team_member (
  org_id      uuid        not null references organization on delete cascade,
  team_id     uuid        not null,
  member_id   uuid        not null,
  is_lead     boolean     not null default false,
  created_at  timestamptz not null default now(),
  primary key (org_id, team_id, member_id),
  foreign key (org_id, team_id) references team on delete cascade,
  foreign key (org_id, member_id) references member on delete cascade
);

-- How a bot works with others, of whom those count who are still here: nobody else can be asked, or decide.
create function collaboration_left(org uuid, setup jsonb) returns jsonb
language sql stable as $$
  select setup || jsonb_build_object(
           'agent_ids', coalesce((select jsonb_agg(n.id order by n.place)
                                    from jsonb_array_elements_text(setup -> 'agent_ids') with ordinality as n (id, place)
                                    join agent a on a.org_id = org and a.id = n.id::uuid and a.deleted_at is null), '[]'),
           'member_ids', coalesce((select jsonb_agg(n.id order by n.place)
                                     from jsonb_array_elements_text(setup -> 'member_ids') with ordinality as n (id, place)
                                     join member m on m.org_id = org and m.id = n.id::uuid and m.is_active), '[]'),
           'team_id', (select t.id
                         from team t
                        where t.org_id = org and t.id = (setup ->> 'team_id')::uuid and t.deleted_at is null))
$$;

-- What somebody is good at, and how good: what the router looks at where a conversation needs a skill.
create table agent_skill (
  org_id      uuid        not null references organization on delete cascade,
  agent_id    uuid        not null,
  -- In lower case, so that two spellings are one skill.
  skill       text        not null,
  level       text        not null default 'intermediate'
                          check (level in ('trainee', 'junior', 'intermediate', 'senior', 'specialist')),
  created_at  timestamptz not null default now(),
  primary key (org_id, agent_id, skill),
  foreign key (org_id, agent_id) references agent on delete cascade
);
-- Who can do this.
create index agent_skill_skill_idx on agent_skill (org_id, skill);

-- Sessions, keys of bots and of the API, invites, resets. Only the SHA-256 of a token is stored.
create table auth_token (
  org_id        uuid        not null references organization on delete cascade,
  id            uuid        not null default uuidv7(),
  kind          text        not null default 'session'
                            check (kind in ('session', 'bot', 'api_key', 'invite', 'password_reset')),
  agent_id      uuid        not null,
  -- What people call an API token.
  name          text,
  token_hash    bytea       not null,
  scopes        text[]      default '{}',
  expires_at    timestamptz not null,
  last_used_at  timestamptz,
  revoked_at    timestamptz,
  ip            inet,
  user_agent    text,
  created_at    timestamptz not null default now(),
  primary key (org_id, id),
  foreign key (org_id, agent_id) references agent on delete cascade
);
-- token_by_hash.
create unique index auth_token_hash_key on auth_token (token_hash);
-- The sweeper that removes what expired.
create index auth_token_expires_idx on auth_token (org_id, expires_at);

-- Whom an invitation lets in. Its token is an auth_token of the same id, which belongs to the inviter: who leaves lets
-- nobody in any more.
create table invitation (
  org_id       uuid        not null references organization on delete cascade,
  id           uuid        not null,
  email        text,
  role         text        not null check (role in ('owner', 'admin', 'manager', 'agent', 'viewer')),
  team_ids     uuid[]      not null default '{}',
  accepted_at  timestamptz,
  -- The seat that came of it.
  accepted_by  uuid,
  created_at   timestamptz not null default now(),
  primary key (org_id, id),
  foreign key (org_id, id) references auth_token on delete cascade
);

-- What a POST with an Idempotency-Key was answered, for whoever repeats it within a day.
create table idempotency_key (
  org_id        uuid        not null references organization on delete cascade,
  agent_id      uuid        not null,
  key           text        not null,
  request_hash  bytea       not null,
  -- Nothing while the first request runs.
  status        smallint,
  answer        bytea,
  claimed_at    timestamptz not null default now(),
  primary key (org_id, agent_id, key),
  foreign key (org_id, agent_id) references agent on delete cascade
);
-- The sweeper that forgets what is over a day old.
create index idempotency_key_claimed_idx on idempotency_key (claimed_at);

create trigger touch before update on organization for each row execute function touch();
create trigger touch before update on app_user for each row execute function touch();
create trigger touch before update on agent for each row execute function touch_by();
create trigger touch before update on member for each row execute function touch();
create trigger touch before update on bot for each row execute function touch();
create trigger touch before update on bot_health for each row execute function touch();
create trigger touch before update on bot_tool for each row execute function touch();
create trigger touch before update on team for each row execute function touch_by();

alter table organization enable row level security, force row level security;
alter table app_user enable row level security, force row level security;
alter table agent enable row level security, force row level security;
alter table member enable row level security, force row level security;
alter table bot enable row level security, force row level security;
alter table bot_health enable row level security, force row level security;
alter table bot_tool enable row level security, force row level security;
alter table team enable row level security, force row level security;
alter table team_member enable row level security, force row level security;
alter table agent_skill enable row level security, force row level security;
alter table auth_token enable row level security, force row level security;
alter table invitation enable row level security, force row level security;
alter table idempotency_key enable row level security, force row level security;

create policy tenant on organization to fd_app, fd_worker, fd_owner using (id = app_org()) with check (id = app_org());
create policy tenant on agent to fd_app, fd_worker, fd_owner using (org_id = app_org()) with check (org_id = app_org());
create policy tenant on member to fd_app, fd_worker, fd_owner using (org_id = app_org()) with check (org_id = app_org());
create policy tenant on bot to fd_app, fd_worker, fd_owner using (org_id = app_org()) with check (org_id = app_org());
create policy tenant on bot_health to fd_app, fd_worker, fd_owner using (org_id = app_org()) with check (org_id = app_org());
create policy tenant on bot_tool to fd_app, fd_worker, fd_owner using (org_id = app_org()) with check (org_id = app_org());
create policy tenant on team to fd_app, fd_worker, fd_owner using (org_id = app_org()) with check (org_id = app_org());
create policy tenant on team_member to fd_app, fd_worker, fd_owner using (org_id = app_org()) with check (org_id = app_org());
create policy tenant on agent_skill to fd_app, fd_worker, fd_owner using (org_id = app_org()) with check (org_id = app_org());
create policy tenant on auth_token to fd_app, fd_worker, fd_owner using (org_id = app_org()) with check (org_id = app_org());
create policy tenant on invitation to fd_app, fd_worker, fd_owner using (org_id = app_org()) with check (org_id = app_org());
create policy tenant on idempotency_key to fd_app, fd_worker, fd_owner using (org_id = app_org()) with check (org_id = app_org());
-- The sweeper looks at nothing but the time.
create policy sweep on idempotency_key to fd_worker using (claimed_at < now() - interval '1 day') with check (false);
-- A login is seen where it has a seat.
create policy tenant on app_user to fd_app, fd_worker, fd_owner
  using (exists (select from member m where m.org_id = app_org() and m.user_id = app_user.id));
-- At sign-up and invite the login is made before its seat, so it cannot be returned by the statement that makes it.
-- Never without an organization: whoever makes a login is about to seat it.
create policy sign_up on app_user for insert to fd_app, fd_worker with check (app_org() is not null);

create policy lookup on organization for select to fd_lookup using (true);
create policy lookup on app_user for select to fd_lookup using (true);
create policy lookup on agent for select to fd_lookup using (true);
create policy lookup on member for select to fd_lookup using (true);
create policy lookup on bot for select to fd_lookup using (true);
create policy lookup on auth_token for select to fd_lookup using (true);

grant select, insert, update on organization, app_user, agent, member, bot, team, auth_token, invitation to fd_app;
grant select, insert, update, delete on bot_health, bot_tool, team_member, agent_skill, idempotency_key to fd_app;
grant select, insert, update, delete on organization, app_user, agent, member, bot, bot_health, bot_tool, team, team_member, agent_skill, auth_token, invitation, idempotency_key
   to fd_worker;
grant select on organization, app_user, agent, member, bot, auth_token to fd_lookup;


-- Customers ----------------------------------------------------------------------------------------------------------

-- The account served, a person or a company.
create table customer (
  org_id                     uuid         not null references organization on delete cascade,
  id                         uuid         not null default uuidv7(),
  external_id                text,
  kind                       text         not null default 'person' check (kind in ('person', 'company')),
  name                       text,
  email                      text,
  phone                      text,
  msisdn                     text,
  company_name               text,
  company_size               integer,
  industry                   text,
  subscriber_type            text         check (subscriber_type in ('prepaid', 'postpaid', 'hybrid')),
  plan                       text         not null default 'free' check (plan in ('free', 'basic', 'premium', 'enterprise')),
  tier                       text         not null default 'standard'
                                          check (tier in ('basic', 'standard', 'premium', 'enterprise')),
  segment                    text         not null default 'standard'
                                          check (segment in ('vip', 'standard', 'at_risk', 'churned')),
  lifecycle_stage            text         not null default 'active'
                                          check (lifecycle_stage in ('new', 'active', 'at_risk', 'churned')),
  account_status             text         not null default 'active'
                                          check (account_status in ('active', 'suspended', 'closed', 'churned')),
  region                     text,
  country                    char(2),
  timezone                   text,
  language                   text,
  lead_source                text,
  mrr                        amount       not null default 0,
  ltv                        amount       not null default 0,
  credit_limit               amount,
  current_balance            amount,
  relationship_since         date,
  health_score               score100,
  churn_risk                 unit_score,
  nps_score                  smallint,
  ces_avg                    numeric(4,2),
  csat_avg                   numeric(4,2),
  sentiment_avg              sentiment,
  sentiment                  text         generated always as (
                               case when sentiment_avg > 0.25 then 'positive'
                                    when sentiment_avg < -0.25 then 'negative'
                                    else 'neutral' end) stored,
  preferred_contact_time     text,
  communication_preferences  jsonb        default '{}',
  accessibility_needs        text[]       default '{}',
  consent                    jsonb        default '{}',
  tags                       text[]       default '{}',
  custom_fields              jsonb        default '{}',
  total_interactions         integer      not null default 0,
  successful_interactions    integer      not null default 0,
  escalation_count           integer      not null default 0,
  total_tickets              integer      not null default 0,
  first_interaction_at       timestamptz,
  last_interaction_at        timestamptz,
  erased_at                  timestamptz,
  success_rate               numeric      generated always as (
                               successful_interactions::numeric / nullif(total_interactions, 0)) stored,
  created_at                 timestamptz  not null default now(),
  updated_at                 timestamptz  not null default now(),
  created_by                 uuid         default app_agent(),
  updated_by                 uuid         default app_agent(),
  deleted_at                 timestamptz,
  deleted_by                 uuid,
  meta                       jsonb        default '{}',
  primary key (org_id, id),
  -- The scale of the question "how likely are you to recommend us".
  constraint customer_nps_score_check check (nps_score between 0 and 10),
  -- One spelling, so that plain equality finds it. lower(email) could not use an index: under row security an index is
  -- asked only with operators that are leakproof, and lower is not.
  constraint customer_email_check check (email = lower(email))
);
-- The company's own number, e-mail and phone number each find one customer: links from a widget, imports, mail and SMS.
create unique index customer_external_key on customer (org_id, external_id) where deleted_at is null;
create unique index customer_email_key on customer (org_id, email) where deleted_at is null;
create unique index customer_msisdn_key on customer (org_id, msisdn) where deleted_at is null;
-- The lists a service team filters by: segment, mood, and at risk (low health, high churn).
create index customer_segment_idx on customer (org_id, segment);
create index customer_sentiment_idx on customer (org_id, sentiment);
create index customer_risk_idx on customer (org_id, health_score, churn_risk);
-- Search by tag, and by a piece of the name. Their operators are not leakproof, so Postgres asks these indexes only for
-- fd_lookup: the search goes through a definer look-up that names the organization.
create index customer_tags_idx on customer using gin (tags);
create index customer_name_idx on customer using gin (name gin_trgm_ops);

-- A human being at a customer; also the visitor nobody knows yet.
create table contact (
  org_id        uuid        not null references organization on delete cascade,
  id            uuid        not null default uuidv7(),
  customer_id   uuid,
  email         text,
  -- What the visitor said of itself last, until a member or the company writes an address; the same as email where it
  -- was the first.
  claimed_email text,
  name          text,
  first_name    text,
  last_name     text,
  title         text,
  phone         text,
  avatar_url    text,
  locale        text,
  timezone      text,
  role          text        not null default 'user' check (role in ('admin', 'billing', 'technical', 'business', 'user')),
  is_primary    boolean     not null default false,
  is_anonymous  boolean     not null default false,
  consent       jsonb       default '{}',
  last_seen_at  timestamptz,
  blocked_at    timestamptz,
  -- Somebody who turned out to be another contact. The row stays for its conversations and its browser's token: an
  -- agent's word joins what the team sees, and shows no browser another one's past.
  merged_into   uuid,
  created_at    timestamptz not null default now(),
  updated_at    timestamptz not null default now(),
  created_by    uuid        default app_agent(),
  updated_by    uuid        default app_agent(),
  deleted_at    timestamptz,
  deleted_by    uuid,
  -- Facts that the team and its bots note.
  attributes    jsonb       not null default '{}',
  meta          jsonb       default '{}',
  primary key (org_id, id),
  foreign key (org_id, customer_id) references customer on delete cascade,
  foreign key (org_id, merged_into) references contact on delete set null (merged_into),
  -- As with customer: one spelling, so that row security lets the index find it.
  constraint contact_email_check check (email = lower(email)),
  constraint contact_claimed_check check (claimed_email = lower(claimed_email))
);
-- The people of a customer.
create index contact_customer_idx on contact (org_id, customer_id);
-- A visitor gives an e-mail: is this person known?
create index contact_email_idx on contact (org_id, email);
-- The list of contacts, those first who were here last.
create index contact_seen_idx on contact (org_id, (coalesce(last_seen_at, created_at)) desc, id desc)
  where deleted_at is null;
-- search_contacts: by a piece of the name, the e-mail or the phone number; GIN, hence only for fd_lookup.
create index contact_search_idx on contact
  using gin ((coalesce(name, '') || ' ' || coalesce(email, '') || ' ' || coalesce(phone, '')) gin_trgm_ops)
  where deleted_at is null;
-- Everybody whom a contact was joined from.
create index contact_merged_idx on contact (org_id, merged_into) where merged_into is not null;
-- blocked_contacts; few.
create index contact_blocked_idx on contact (org_id, id) where blocked_at is not null;
-- One person to write to per customer.
create unique index contact_primary_key on contact (org_id, customer_id) where is_primary and deleted_at is null;

-- How a contact is recognized: the widget's visitor id, a signed-in user's id, an address in another channel.
create table contact_identity (
  org_id       uuid         not null references organization on delete cascade,
  id           uuid         not null default uuidv7(),
  contact_id   uuid         not null,
  kind         channel_kind not null,
  address      text         not null,
  verified_at  timestamptz,
  created_at   timestamptz  not null default now(),
  primary key (org_id, id),
  foreign key (org_id, contact_id) references contact on delete cascade
);
-- Who is behind this address; an address belongs to one contact.
create unique index contact_identity_address_key on contact_identity (org_id, kind, address);
-- Merging and erasing a contact.
create index contact_identity_contact_idx on contact_identity (org_id, contact_id);

create trigger touch before update on customer for each row execute function touch_by();
create trigger touch before update on contact for each row execute function touch_by();

alter table customer enable row level security, force row level security;
alter table contact enable row level security, force row level security;
alter table contact_identity enable row level security, force row level security;

create policy tenant on customer to fd_app, fd_worker, fd_owner using (org_id = app_org()) with check (org_id = app_org());
create policy tenant on contact to fd_app, fd_worker, fd_owner using (org_id = app_org()) with check (org_id = app_org());
create policy tenant on contact_identity to fd_app, fd_worker, fd_owner using (org_id = app_org()) with check (org_id = app_org());

create policy lookup on contact for select to fd_lookup using (true);

grant select, insert, update on customer, contact to fd_app;
grant select, insert, update, delete on contact_identity to fd_app;
grant select, insert, update, delete on customer, contact, contact_identity to fd_worker;
grant select on contact to fd_lookup;


-- Channels -----------------------------------------------------------------------------------------------------------

-- One configured inbox: a web widget, a mailbox, a phone line.
create table channel (
  org_id                     uuid         not null references organization on delete cascade,
  id                         uuid         not null default uuidv7(),
  kind                       channel_kind not null,
  name                       text         not null,
  is_active                  boolean      not null default true,
  settings                   jsonb        default '{}',
  widget_key                 text,
  widget_config              jsonb        default '{}',
  allowed_origins            text[]       default '{}',
  webhook_url                text,
  -- The bot that holds a visitor's conversations first, while it is there and has room.
  default_bot_id             uuid,
  -- The bots that may answer here; with none named all may.
  bot_ids                    uuid[]       not null default '{}',
  default_team_id            uuid,
  supports_bot               boolean      not null default true,
  supports_live_chat         boolean      not null default true,
  supports_video             boolean      not null default false,
  supports_files             boolean      not null default true,
  expected_response_seconds  integer      default 60,
  max_concurrent             integer,
  -- How much of an agent's max_load one conversation takes.
  load_weight                numeric(6,2) not null default 1,
  availability_sla           numeric(5,2) default 99.9,
  cost_per_interaction       amount       not null default 0,
  created_at                 timestamptz  not null default now(),
  updated_at                 timestamptz  not null default now(),
  created_by                 uuid         default app_agent(),
  updated_by                 uuid         default app_agent(),
  deleted_at                 timestamptz,
  deleted_by                 uuid,
  meta                       jsonb        default '{}',
  primary key (org_id, id),
  foreign key (org_id, default_team_id) references team on delete set null (default_team_id),
  foreign key (org_id, default_bot_id) references bot on delete set null (default_bot_id),
  -- What weighs nothing would be offered without end.
  constraint channel_load_check check (load_weight > 0)
);
-- People tell channels apart by kind and name.
create unique index channel_name_key on channel (org_id, kind, name) where deleted_at is null;
-- channel_by_widget_key.
create unique index channel_widget_key on channel (widget_key) where deleted_at is null;

create trigger touch before update on channel for each row execute function touch_by();
alter table channel enable row level security, force row level security;
create policy tenant on channel to fd_app, fd_worker, fd_owner using (org_id = app_org()) with check (org_id = app_org());
create policy lookup on channel for select to fd_lookup using (true);
grant select, insert, update on channel to fd_app;
grant select, insert, update, delete on channel to fd_worker;
grant select on channel to fd_lookup;


-- When somebody is there: of a team, of a channel, or of the whole organization; core/hours.py reads the plan.
create table business_hours (
  org_id      uuid        not null references organization on delete cascade,
  id          uuid        not null default uuidv7(),
  team_id     uuid,
  channel_id  uuid,
  timezone    text        not null,
  weekly      jsonb       not null,
  holidays    jsonb       not null default '[]',
  created_at  timestamptz not null default now(),
  updated_at  timestamptz not null default now(),
  created_by  uuid        default app_agent(),
  updated_by  uuid        default app_agent(),
  deleted_at  timestamptz,
  deleted_by  uuid,
  meta        jsonb       default '{}',
  primary key (org_id, id),
  foreign key (org_id, team_id) references team on delete cascade,
  foreign key (org_id, channel_id) references channel on delete cascade,
  -- Whose they are is one thing.
  constraint business_hours_whose_check check (num_nonnulls(team_id, channel_id) <= 1)
);
-- One plan for each; with neither of both it is the organization's.
create unique index business_hours_whose_key on business_hours (org_id, team_id, channel_id) nulls not distinct
  where deleted_at is null;

create trigger touch before update on business_hours for each row execute function touch_by();
alter table business_hours enable row level security, force row level security;
create policy tenant on business_hours to fd_app, fd_worker, fd_owner using (org_id = app_org()) with check (org_id = app_org());
create policy lookup on business_hours for select to fd_lookup using (true);
grant select on business_hours to fd_lookup;
grant select, insert, update on business_hours to fd_app;
grant select, insert, update, delete on business_hours to fd_worker;


-- Texts that agents say again and again; `/shortcut` in the composer puts one in.
create table canned_response (
  org_id        uuid        not null references organization on delete cascade,
  id            uuid        not null default uuidv7(),
  name          text        not null,
  shortcut      text,
  category      text,
  subject       text,
  content       text        not null,
  team_id       uuid,
  use_count     integer     not null default 0,
  last_used_at  timestamptz,
  is_active     boolean     not null default true,
  created_at    timestamptz not null default now(),
  updated_at    timestamptz not null default now(),
  created_by    uuid        default app_agent(),
  updated_by    uuid        default app_agent(),
  deleted_at    timestamptz,
  deleted_by    uuid,
  meta          jsonb       default '{}',
  primary key (org_id, id),
  foreign key (org_id, team_id) references team on delete set null (team_id)
);
-- One text behind a shortcut; a removed one gives it back.
create unique index canned_response_shortcut_key on canned_response (org_id, shortcut) where deleted_at is null;

create trigger touch before update on canned_response for each row execute function touch_by();
alter table canned_response enable row level security, force row level security;
create policy tenant on canned_response to fd_app, fd_worker, fd_owner using (org_id = app_org()) with check (org_id = app_org());
grant select, insert, update on canned_response to fd_app;
grant select, insert, update, delete on canned_response to fd_worker;


-- What conversations are about, in the company's own catalogue: who must answer, and how hard it is.
create table interaction_type (
  org_id                uuid        not null references organization on delete cascade,
  id                    uuid        not null default uuidv7(),
  -- What imports and other programs call it.
  code                  text        not null,
  name                  text        not null,
  category              text        not null check (category in ('billing', 'account', 'technical', 'sales', 'support')),
  sub_category          text,
  complexity            level4      not null default 'medium',
  revenue_impact        boolean     not null default false,
  is_business_critical  boolean     not null default false,
  requires_human        boolean     not null default false,
  requires_auth         boolean     not null default false,
  keywords              text[]      not null default '{}',
  required_skill        text,
  created_at            timestamptz not null default now(),
  updated_at            timestamptz not null default now(),
  created_by            uuid        default app_agent(),
  updated_by            uuid        default app_agent(),
  deleted_at            timestamptz,
  deleted_by            uuid,
  meta                  jsonb       default '{}',
  primary key (org_id, id)
);
-- One type behind a code; a removed one gives it back.
create unique index interaction_type_code_key on interaction_type (org_id, code) where deleted_at is null;

create trigger touch before update on interaction_type for each row execute function touch_by();
alter table interaction_type enable row level security, force row level security;
create policy tenant on interaction_type to fd_app, fd_worker, fd_owner using (org_id = app_org()) with check (org_id = app_org());
grant select, insert, update on interaction_type to fd_app;
grant select, insert, update, delete on interaction_type to fd_worker;


-- What visitors want, as the company names it; known by the sentences that people have given for it.
create table intent (
  org_id              uuid        not null references organization on delete cascade,
  id                  uuid        not null default uuidv7(),
  name                text        not null,
  description         text,
  examples            text[]      not null default '{}' check (cardinality(examples) <= 50),
  -- What a conversation is about, and how urgent it is, in which a visitor wants this; until somebody says otherwise.
  interaction_type_id uuid,
  priority            level5,
  is_active           boolean     not null default true,
  created_at          timestamptz not null default now(),
  updated_at          timestamptz not null default now(),
  created_by          uuid        default app_agent(),
  updated_by          uuid        default app_agent(),
  deleted_at          timestamptz,
  deleted_by          uuid,
  meta                jsonb       default '{}',
  primary key (org_id, id),
  foreign key (org_id, interaction_type_id) references interaction_type on delete set null (interaction_type_id)
);
-- Messages carry the name: one intent behind it. A removed one gives it back.
create unique index intent_name_key on intent (org_id, name) where deleted_at is null;

create trigger touch before update on intent for each row execute function touch_by();
alter table intent enable row level security, force row level security;
create policy tenant on intent to fd_app, fd_worker, fd_owner using (org_id = app_org()) with check (org_id = app_org());
grant select, insert, update on intent to fd_app;
grant select, insert, update, delete on intent to fd_worker;


-- What a company signs with who its visitors are; two may live, so that one can be replaced.
create table identity_key (
  org_id      uuid        not null references organization on delete cascade,
  id          uuid        not null default uuidv7(),
  channel_id  uuid        not null,
  -- AES-256-GCM; which key opens it (server/core/secrets.py).
  sealed      bytea       not null,
  sealed_by   text        not null,
  created_at  timestamptz not null default now(),
  created_by  uuid        default app_agent(),
  primary key (org_id, id),
  foreign key (org_id, channel_id) references channel on delete cascade
);
-- The keys of a channel.
create index identity_key_channel_idx on identity_key (org_id, channel_id);

alter table identity_key enable row level security, force row level security;
create policy tenant on identity_key to fd_app, fd_worker, fd_owner using (org_id = app_org()) with check (org_id = app_org());
grant select, insert, delete on identity_key to fd_app;
grant select, insert, delete on identity_key to fd_worker;


-- Live chat ----------------------------------------------------------------------------------------------------------

-- The live thread. What changes with every message is in conversation_live: this row is wide and has many indexes.
create table conversation (
  org_id                    uuid        not null references organization on delete cascade,
  id                        uuid        not null default uuidv7(),
  session_key               text        not null,
  kind                      text        not null default 'chat' check (kind in ('chat', 'ticket')),
  channel_id                uuid        not null,
  contact_id                uuid,
  customer_id               uuid,
  status                    text        not null default 'open'
                                        check (status in ('open', 'waiting', 'assigned', 'resolved', 'closed')),
  priority                  level5      not null default 3,
  subject                   text,
  locale                    text,
  interaction_type_id       uuid,
  primary_intent            text,
  intent_confidence         unit_score,
  emotion                   text,
  sentiment_avg             sentiment,
  -- The bot that held it last, and when and why a bot gave it to people.
  bot_id                    uuid,
  handed_off_at             timestamptz,
  escalated_at              timestamptz,
  handoff_reason            text,
  assigned_agent_id         uuid,
  assigned_team_id          uuid,
  queued_at                 timestamptz,
  assigned_at               timestamptz,
  first_response_at         timestamptz,
  required_skills           text[]      default '{}',
  -- To whom it is offered just now, and until when; it waits all the same.
  offered_agent_id          uuid,
  offer_deadline_at         timestamptz,
  -- Who joined the holder, such as a supervisor: decided here, while their stints in participant follow a moment later.
  supervisor_ids            uuid[]      not null default '{}',
  -- When it went over to another team because nobody of its own took it; once while it waits.
  overflowed_at             timestamptz,
  -- What it weighs on whoever it is offered to or held by.
  load                      numeric(6,2) not null default 1,
  -- Every decision compares and raises it: who saw an old state is refused.
  version                   integer     not null default 1,
  -- Who holds the word: raised with every change of holder, compared by the accept step of the message path.
  turn                      integer     not null default 0,
  wait_seconds              integer     not null default 0,
  csat                      smallint,
  resolved_by_agent_id      uuid,
  close_reason              text,
  sla_due_at                timestamptz,
  started_at                timestamptz not null default now(),
  resolved_at               timestamptz,
  closed_at                 timestamptz,
  page_url                  text,
  referrer                  text,
  user_agent                text,
  ip                        inet,
  -- Facts that the team and its bots note.
  attributes                jsonb       not null default '{}',
  channel_meta              jsonb       default '{}',
  bot_active                boolean     generated always as (coalesce(bot_id = assigned_agent_id, false)) stored,
  bot_handed_off            boolean     generated always as (handed_off_at is not null) stored,
  escalated                 boolean     generated always as (escalated_at is not null) stored,
  first_response_seconds    integer     generated always as (
                              extract(epoch from first_response_at - started_at)::integer) stored,
  resolution_seconds        integer     generated always as (
                              extract(epoch from coalesce(resolved_at, closed_at) - started_at)::integer) stored,
  rated                     boolean     generated always as (csat is not null) stored,
  created_at                timestamptz not null default now(),
  updated_at                timestamptz not null default now(),
  created_by                uuid        default app_agent(),
  updated_by                uuid        default app_agent(),
  deleted_at                timestamptz,
  deleted_by                uuid,
  meta                      jsonb       default '{}',
  primary key (org_id, id),
  foreign key (org_id, channel_id) references channel,
  foreign key (org_id, contact_id) references contact on delete set null (contact_id),
  foreign key (org_id, customer_id) references customer on delete set null (customer_id),
  foreign key (org_id, interaction_type_id) references interaction_type on delete set null (interaction_type_id),
  foreign key (org_id, bot_id) references bot,
  foreign key (org_id, assigned_agent_id) references agent,
  foreign key (org_id, assigned_team_id) references team on delete set null (assigned_team_id),
  foreign key (org_id, offered_agent_id) references agent,
  foreign key (org_id, resolved_by_agent_id) references agent,
  -- The five stars of the survey.
  constraint conversation_csat_check check (csat between 1 and 5),
  -- Nobody's conversation would be on nobody's screen.
  constraint conversation_assigned_check check (status <> 'assigned' or assigned_agent_id is not null),
  -- The queue is ordered by it: without one the visitor would wait for ever.
  constraint conversation_waiting_check check (status <> 'waiting' or queued_at is not null),
  -- An offer of what somebody holds already would take it away from them.
  constraint conversation_offer_check check ((offered_agent_id is null or status = 'waiting')
                                             and (offered_agent_id is null) = (offer_deadline_at is null))
);
-- The numbers beside the inbox's lists, from the index alone, and the lists themselves: everything live.
create index conversation_live_idx on conversation (org_id, status, assigned_agent_id, assigned_team_id)
  where kind = 'chat' and deleted_at is null and status in ('open', 'waiting', 'assigned');
-- What bots hold: the sweeper looks each second whether they answer.
create index conversation_bot_idx on conversation (org_id, id) where bot_active and status = 'assigned';
-- A visitor's browser, an e-mail thread or a call finds its conversation by the key it was given.
create unique index conversation_session_key on conversation (session_key) where deleted_at is null;
-- Lists of one priority or status that few have: without these they would walk past everything in its order. Narrow,
-- because what most conversations are is left out.
create index conversation_priority_idx on conversation (org_id, priority) where priority <> 3;
create index conversation_resolved_idx on conversation (org_id) where status = 'resolved';
-- The queue: whom the router offers next.
create index conversation_queue_idx on conversation (org_id, status, priority desc, queued_at) where status = 'waiting';
-- My conversations, and an agent's load recounted.
create index conversation_assigned_idx on conversation (org_id, assigned_agent_id) where status = 'assigned';
-- What somebody has closed, who does not see the queue: it stays in sight of whoever ended it.
create index conversation_closer_idx on conversation (org_id, resolved_by_agent_id, closed_at)
  where resolved_by_agent_id is not null;
-- A returning visitor's history.
create index conversation_contact_idx on conversation (org_id, contact_id);
-- A customer's timeline, a channel's and the organization's list, newest first.
create index conversation_customer_idx on conversation (org_id, customer_id, started_at);
create index conversation_channel_idx on conversation (org_id, channel_id, started_at);
create index conversation_started_idx on conversation (org_id, started_at);
-- The figures by mood.
create index conversation_emotion_idx on conversation (org_id, emotion);

-- What a conversation is about, in the team's words.
create table conversation_tag (
  org_id           uuid        not null references organization on delete cascade,
  id               uuid        not null default uuidv7(),
  conversation_id  uuid        not null,
  tag              text        not null,
  tag_category     text,
  confidence       unit_score,
  tagged_by        text,
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),
  created_by       uuid        default app_agent(),
  updated_by       uuid        default app_agent(),
  deleted_at       timestamptz,
  deleted_by       uuid,
  meta             jsonb       default '{}',
  primary key (org_id, id),
  foreign key (org_id, conversation_id) references conversation on delete cascade,
  -- Longer ones would not fit on a card. That it is in lower case is seen to where it is written: Postgres knows other
  -- letters than Python does.
  constraint conversation_tag_check check (char_length(tag) between 1 and 40)
);
-- A conversation has a tag once; also its tags in order.
create unique index conversation_tag_key on conversation_tag (org_id, conversation_id, tag) where deleted_at is null;
-- The conversations of a tag.
create index conversation_tag_idx on conversation_tag (org_id, tag) where deleted_at is null;

-- The counters that ingest raises with every batch: narrow, half empty pages and no second index keep updates in place.
create table conversation_live (
  org_id                uuid        not null references organization on delete cascade,
  conversation_id       uuid        not null,
  epoch                 integer     not null default 1,
  last_seq              bigint      not null default 0,
  -- The last number the visitor's audience can see: `after` of the next public entry when the log is seeded again.
  public_seq            bigint      not null default 0,
  -- The last message's: what the inbox compares with what somebody has read.
  last_message_seq      bigint      not null default 0,
  -- Who said that; nobody has to read what they said themselves.
  last_sender_id        uuid,
  message_count         integer     not null default 0,
  last_message_at       timestamptz,
  last_activity_at      timestamptz,
  response_count        integer     not null default 0,
  response_seconds_sum  integer     not null default 0,
  last_preview          text,
  -- The message that it is the beginning of: when that is changed, so is this.
  preview_seq           bigint,
  primary key (org_id, conversation_id),
  foreign key (org_id, conversation_id) references conversation on delete cascade
) with (fillfactor = 50);

-- When a conversation was last spoken in: the order of lists. Apart from conversation_live, so that ingest keeps no second
-- index; a reader moves it a moment later.
create table conversation_activity (
  org_id           uuid        not null references organization on delete cascade,
  conversation_id  uuid        not null,
  at               timestamptz not null default date_trunc('milliseconds', now()),
  primary key (org_id, conversation_id),
  foreign key (org_id, conversation_id) references conversation on delete cascade
);
-- The list of conversations, page by page.
create index conversation_activity_idx on conversation_activity (org_id, at desc, conversation_id desc);

-- One stint of someone in a conversation; together they are its assignment history. Made by workers only. Stints of
-- whoever held it begin and end with decisions, to the microsecond: bot and human time are sums of them.
create table participant (
  org_id              uuid        not null references organization on delete cascade,
  id                  uuid        not null default uuidv7(),
  conversation_id     uuid        not null,
  agent_id            uuid,
  contact_id          uuid,
  role                text        not null
                                  check (role in ('contact', 'bot', 'primary', 'secondary', 'supervisor', 'observer')),
  joined_at           timestamptz not null default now(),
  left_at             timestamptz,
  last_read_seq       bigint      not null default 0,
  last_delivered_seq  bigint      not null default 0,
  active_seconds      integer     generated always as (extract(epoch from left_at - joined_at)::integer) stored,
  primary key (org_id, id),
  foreign key (org_id, conversation_id) references conversation on delete cascade,
  foreign key (org_id, agent_id) references agent,
  foreign key (org_id, contact_id) references contact on delete cascade,
  -- A stint is somebody's, and not two people's.
  constraint participant_who_check check (num_nonnulls(agent_id, contact_id) = 1)
);
-- Nobody is in a conversation twice at a time; also the list of who is in it.
create unique index participant_present_key on participant (org_id, conversation_id, coalesce(agent_id, contact_id))
  where left_at is null;
-- One person is answerable at a time.
create unique index participant_primary_key on participant (org_id, conversation_id)
  where role = 'primary' and left_at is null;
-- What an agent was in, by time.
create index participant_agent_idx on participant (org_id, agent_id, joined_at);
-- How far an agent has read some conversations, over all stints; also what goes with a conversation.
create index participant_reader_idx on participant (org_id, conversation_id, agent_id);

-- Talk. No foreign keys: they cost half of the insert; ingest copies ids from server state and a nightly check finds
-- orphans. Generated columns are virtual for the same reason. created_at is the sender's clock: `at` is the truth.
create table message (
  org_id             uuid        not null,
  id                 uuid        not null default uuidv7(),
  conversation_id    uuid        not null,
  epoch              integer     not null default 1,
  seq                bigint      not null,
  at                 timestamptz not null,
  sender_kind        text        not null check (sender_kind in ('contact', 'member', 'bot', 'system')),
  sender_agent_id    uuid,
  sender_contact_id  uuid,
  sender_name        text,
  type               text        not null default 'text'
                                 check (type in ('text', 'image', 'file', 'audio', 'video', 'system', 'ai_response')),
  body               text        not null,
  body_html          text,
  is_internal        boolean     not null default false,
  reply_to_id        uuid,
  attachment_ids     uuid[]      default '{}',
  intent             text,
  intent_confidence  unit_score,
  sentiment          sentiment,
  urgency            level4,
  emotion            text        check (emotion in ('neutral', 'joy', 'anger', 'sadness', 'fear', 'surprise')),
  language           text,
  confidence         unit_score,
  model              text,
  tokens_in          integer,
  tokens_out         integer,
  processing_ms      integer,
  tools_used         text[]      default '{}',
  edited_at          timestamptz,
  deleted_at         timestamptz,
  deleted_by         uuid,
  -- What there is to tap or to fill in beside the text, or what a visitor answered to that.
  content            jsonb,
  meta               jsonb       default '{}',
  created_at         timestamptz generated always as (uuid_extract_timestamp(id)) virtual,
  role               text        generated always as (
                       case sender_kind when 'contact' then 'user' when 'system' then 'system' else 'assistant' end) virtual,
  tokens_used        integer     generated always as (coalesce(tokens_in, 0) + coalesce(tokens_out, 0)) virtual,
  is_bot_response    boolean     generated always as (sender_kind = 'bot') virtual,
  primary key (org_id, id),
  -- A person's words are never shown as a machine's, nor the other way round.
  constraint message_ai_response_check check (type <> 'ai_response' or sender_kind = 'bot'),
  -- A visitor cannot write a note, not even through a mistake of ours.
  constraint message_internal_check check (not is_internal or sender_kind <> 'contact')
) partition by range (id);
-- History, resume and seeding the log: a conversation's talk in its order.
create index message_conversation_idx on message (org_id, conversation_id, epoch, seq);

-- The words of messages, notes included, for the team's search. Filled by a reader that lags a little, never by ingest:
-- a tsvector and GIN indexes beside the message cost a third of the inserts. In months, as message: only the newest
-- month's GIN indexes grow, so that they stay in memory however much was ever said, and a search goes back month by month
-- until it has enough. No foreign keys, as with message.
create table message_search (
  org_id           uuid        not null,
  message_id       uuid        not null,
  conversation_id  uuid        not null,
  seq              bigint      not null,
  at               timestamptz not null,
  is_internal      boolean     not null default false,
  body             text        not null,
  search           tsvector    generated always as (to_tsvector('simple', body)) stored,
  primary key (org_id, message_id)
) partition by range (message_id);
-- search_messages: by words, and by a piece of one (numbers of orders, scripts without spaces). Asked only as fd_lookup.
create index message_search_words_idx on message_search using gin (search);
create index message_search_body_idx on message_search using gin (body gin_trgm_ops);
-- The same for words that are in everything: read from the newest on until there are enough.
create index message_search_time_idx on message_search (org_id, at desc, message_id desc);

-- A request to move a conversation to somebody else. It stands until somebody holds the conversation, however they came to.
create table handoff (
  org_id             uuid        not null references organization on delete cascade,
  id                 uuid        not null default uuidv7(),
  conversation_id    uuid        not null,
  from_agent_id      uuid,
  -- Who was asked for, and then who holds it.
  to_agent_id        uuid,
  to_team_id         uuid,
  reason_code        text        not null default 'transfer'
                                 check (reason_code in ('low_confidence', 'user_request', 'keyword', 'sentiment',
                                        'tool_failure', 'no_answer', 'transfer', 'timeout', 'policy')),
  reason             text,
  -- What whoever takes over should know, as whoever gave it said it.
  state_transferred  jsonb       not null default '{}',
  -- A bot's, of which no answer tells.
  tool_calls         jsonb       not null default '[]',
  confidence_before  unit_score,
  -- The conversation's from this request on.
  turn               integer     not null,
  status             text        not null default 'requested'
                                 check (status in ('requested', 'offered', 'accepted', 'passed', 'canceled')),
  requested_at       timestamptz not null default now(),
  offered_at         timestamptz,
  accepted_at        timestamptz,
  ended_at           timestamptz,
  latency_ms         integer,
  handoff_duration_seconds numeric generated always as (
                       coalesce(latency_ms / 1000.0, extract(epoch from accepted_at - requested_at))) stored,
  created_at         timestamptz not null default now(),
  updated_at         timestamptz not null default now(),
  created_by         uuid        default app_agent(),
  updated_by         uuid        default app_agent(),
  primary key (org_id, id),
  foreign key (org_id, conversation_id) references conversation on delete cascade,
  foreign key (org_id, from_agent_id) references agent,
  foreign key (org_id, to_agent_id) references agent,
  foreign key (org_id, to_team_id) references team on delete set null (to_team_id),
  -- Whoever takes it back themselves handed nothing over.
  constraint handoff_parties_check check (from_agent_id <> to_agent_id),
  -- Four kilobytes, and as much again for the blanks of its text.
  constraint handoff_state_check check (jsonb_typeof(state_transferred) = 'object'
                                        and octet_length(state_transferred::text) <= 8192),
  constraint handoff_end_check check ((status in ('accepted', 'passed', 'canceled')) = (ended_at is not null))
);
-- One request stands at a time.
create unique index handoff_open_key on handoff (org_id, conversation_id) where status in ('requested', 'offered');
-- How a conversation changed hands.
create index handoff_conversation_idx on handoff (org_id, conversation_id, requested_at);
-- How often a bot gave up lately, and why it did so last.
create index handoff_from_idx on handoff (org_id, from_agent_id, requested_at);
-- Who gives what to whom.
create index handoff_parties_idx on handoff (org_id, from_agent_id, to_agent_id);

-- Why the router offered a conversation to whom, and what became of the offer.
create table assignment (
  org_id           uuid        not null references organization on delete cascade,
  id               uuid        not null default uuidv7(),
  conversation_id  uuid        not null,
  agent_id         uuid,
  team_id          uuid,
  turn             integer     not null,
  state            text        not null
                               check (state in ('offered', 'accepted', 'declined', 'expired', 'withdrawn', 'taken',
                                      'released')),
  offered_at       timestamptz,
  deadline_at      timestamptz,
  answered_at      timestamptz,
  -- Whoever holds it asks for somebody else.
  handoff_id       uuid,
  why              jsonb       default '{}',
  created_at       timestamptz not null default now(),
  primary key (org_id, id),
  foreign key (org_id, conversation_id) references conversation on delete cascade,
  foreign key (org_id, handoff_id) references handoff on delete cascade,
  foreign key (org_id, agent_id) references agent,
  foreign key (org_id, team_id) references team on delete set null (team_id)
);
-- Nobody is asked while somebody else is.
create unique index assignment_offered_key on assignment (org_id, conversation_id) where state = 'offered';
-- How a conversation travelled.
create index assignment_conversation_idx on assignment (org_id, conversation_id, created_at);
-- The sweeper that takes back offers nobody answered, of all organizations.
create index assignment_deadline_idx on assignment (deadline_at) where state = 'offered';
-- What an agent was offered, by time.
create index assignment_agent_idx on assignment (org_id, agent_id, created_at);

-- What a bot would have answered in a conversation that a person holds, and what became of it. No foreign keys to
-- messages: what it answers may not be stored yet.
create table suggestion (
  org_id           uuid        not null references organization on delete cascade,
  id               uuid        not null,
  conversation_id  uuid        not null,
  bot_id           uuid        not null,
  -- The visitor's message that it answers.
  message_id       uuid        not null,
  body             text        not null,
  citations        jsonb       not null default '[]',
  answer           jsonb,
  state            text        not null default 'offered'
                               check (state in ('offered', 'accepted', 'edited', 'dismissed', 'outdated')),
  -- Who sent or dismissed it, and what was sent: as it was, or changed.
  agent_id         uuid,
  final_message_id uuid,
  settled_at       timestamptz,
  created_at       timestamptz not null default now(),
  primary key (org_id, id),
  foreign key (org_id, conversation_id) references conversation on delete cascade,
  foreign key (org_id, bot_id) references bot,
  foreign key (org_id, agent_id) references agent,
  -- What was sent has a message, and nothing else has.
  constraint suggestion_sent_check check ((state in ('accepted', 'edited')) = (final_message_id is not null)),
  constraint suggestion_settled_check check ((state in ('accepted', 'edited', 'dismissed', 'outdated'))
                                               = (settled_at is not null))
);
-- What a composer shows, and what a new message makes out of date.
create index suggestion_conversation_idx on suggestion (org_id, conversation_id, created_at);
-- How often a bot's suggestions are of use.
create index suggestion_bot_idx on suggestion (org_id, bot_id, created_at);

-- Several agents on one conversation: bots that whoever holds it asks before it answers, or whoever approves what a bot
-- says before the visitor hears it. What is asked of whom until when stands here, so that any process goes on with it.
create table collaboration (
  org_id               uuid        not null references organization on delete cascade,
  -- Made by the coordinator: of a draft the id of the message that it will be.
  id                   uuid        not null,
  conversation_id      uuid        not null,
  type                 text        not null
                                   check (type in ('sequential', 'parallel', 'debate', 'verification', 'expert_panel')),
  -- Who is asked; and of members who approved or rejected.
  agent_ids            uuid[]      not null,
  coordinator_agent_id uuid,
  started_at           timestamptz not null default clock_timestamp(),
  ended_at             timestamptz,
  outcome              text        check (outcome in ('approved', 'edited', 'rejected', 'consensus', 'completed', 'expired',
                                          'outdated')),
  consensus_reached    boolean,
  contributions        jsonb       not null default '[]',
  -- What is asked, and of a draft the message as the bot said it.
  question             text        not null default '',
  draft                jsonb,
  -- Who of the members may decide about it, and as which team they were named; null for whoever may answer.
  verifier_ids         uuid[],
  verifier_team_id     uuid,
  -- For which turn the coordinator speaks, and up to where the conversation was known then.
  turn                 integer     not null,
  after_seq            bigint      not null,
  rounds               smallint    not null default 1 check (rounds between 1 and 5),
  round                smallint    not null default 1,
  -- Who has not answered yet, since when they are asked, when the others go on without them, and when all is over.
  asked                uuid[]      not null default '{}',
  asked_at             timestamptz,
  due_at               timestamptz not null,
  deadline_at          timestamptz not null,
  agent_count          integer     generated always as (cardinality(agent_ids)) stored,
  duration_seconds     numeric     generated always as (extract(epoch from ended_at - started_at)) stored,
  is_complete          boolean     generated always as (ended_at is not null) stored,
  created_at           timestamptz not null default now(),
  updated_at           timestamptz not null default now(),
  created_by           uuid        default app_agent(),
  updated_by           uuid        default app_agent(),
  primary key (org_id, id),
  foreign key (org_id, conversation_id) references conversation on delete cascade,
  foreign key (org_id, coordinator_agent_id) references agent,
  constraint collaboration_over_check check ((ended_at is null) = (outcome is null)),
  constraint collaboration_draft_check check ((type = 'verification') = (draft is not null)),
  constraint collaboration_contributions_check check (jsonb_typeof(contributions) = 'array')
);
-- What a conversation's page shows, and what ends with its turn.
create index collaboration_conversation_idx on collaboration (org_id, conversation_id, started_at);
-- What bots are asked, and what waits for approval.
create index collaboration_open_idx on collaboration (org_id, conversation_id) where ended_at is null;
-- The sweeper that goes on without who is silent, of all organizations.
create index collaboration_due_idx on collaboration (due_at) where ended_at is null;

-- One row per queue that the router works: a team's, or without one that of all conversations without a team.
create table queue_rule (
  org_id            uuid        not null references organization on delete cascade,
  id                uuid        not null default uuidv7(),
  team_id           uuid,
  strategy          text        not null default 'manual'
                                check (strategy in ('manual', 'least_busy', 'round_robin', 'last_agent')),
  offer_seconds     integer     not null default 30 check (offer_seconds between 5 and 600),
  overflow_team_id  uuid,
  overflow_seconds  integer     check (overflow_seconds between 10 and 86400),
  created_at        timestamptz not null default now(),
  updated_at        timestamptz not null default now(),
  created_by        uuid        default app_agent(),
  updated_by        uuid        default app_agent(),
  primary key (org_id, id),
  foreign key (org_id, team_id) references team on delete cascade,
  foreign key (org_id, overflow_team_id) references team on delete cascade,
  -- Where to and after how long go together.
  constraint queue_rule_overflow_check check ((overflow_team_id is null) = (overflow_seconds is null)
                                              and coalesce(overflow_team_id <> team_id, true))
);
-- A queue has one rule; the organization's own has no team.
create unique index queue_rule_team_key on queue_rule (org_id, team_id) nulls not distinct;

-- Whatever moves a conversation ends the offer that was made of it, however it was moved.
create function offer_ends() returns trigger
language plpgsql as $$
begin
  if new.turn <> old.turn or new.status <> 'waiting' then
    new.offered_agent_id := null;
    new.offer_deadline_at := null;
  end if;
  if new.status <> 'waiting' then
    new.overflowed_at := null;
  end if;
  return new;
end $$;

-- Keeps agent.active_load: what is offered to somebody weighs on them as what they hold. Always in the order of their ids,
-- so that two who give each other something do not wait for one another.
create function load_moves() returns trigger
language plpgsql as $$
declare
  loser   uuid    := case when tg_op = 'UPDATE' and old.deleted_at is null then coalesce(old.offered_agent_id,
                       case old.status when 'assigned' then old.assigned_agent_id end) end;
  gainer  uuid    := case when new.deleted_at is null then coalesce(new.offered_agent_id,
                       case new.status when 'assigned' then new.assigned_agent_id end) end;
  lost    numeric := case when tg_op = 'UPDATE' then old.load end;
begin
  if loser is not distinct from gainer and lost is not distinct from new.load then
    return null;
  end if;
  perform from agent where org_id = new.org_id and id in (loser, gainer) order by id for no key update;
  update agent
     set active_load = active_load - case id when loser then lost else 0 end
                       + case id when gainer then new.load else 0 end
   where org_id = new.org_id
     and id in (loser, gainer);
  return null;
end $$;

-- An offer that nobody answered and that stands no more was withdrawn.
create function offer_withdrawn() returns trigger
language plpgsql as $$
begin
  update assignment
     set state = 'withdrawn', answered_at = clock_timestamp()
   where org_id = new.org_id
     and conversation_id = new.id
     and state = 'offered';
  return null;
end $$;

-- Whoever takes part is somebody of the organization, which no foreign key can say of an array.
create function collaboration_agents() returns trigger
language plpgsql as $$
begin
  if exists (select
               from unnest(new.agent_ids) as named (id)
              where not exists (select from agent a where a.org_id = new.org_id and a.id = named.id)) then
    raise foreign_key_violation using message = 'there is no such agent in the organization';
  end if;
  return new;
end $$;

-- What bots would have said to a person goes with the person, also where the conversation stays.
create function contact_forgotten() returns trigger
language plpgsql as $$
begin
  delete from suggestion s
   using conversation c
   where c.org_id = old.org_id and c.contact_id = old.id and s.org_id = c.org_id and s.conversation_id = c.id;
  delete from collaboration k
   using conversation c
   where c.org_id = old.org_id and c.contact_id = old.id and k.org_id = c.org_id and k.conversation_id = c.id;
  return old;
end $$;

-- A request to hand over follows the conversation: asked, held by somebody, or over.
create function handoff_follows() returns trigger
language plpgsql as $$
begin
  update handoff
     set status = case when new.status = 'waiting' and new.offered_agent_id is not null then 'offered'
                       when new.status = 'waiting' then 'requested'
                       when new.assigned_agent_id is distinct from from_agent_id and new.status = 'assigned' then 'accepted'
                       else 'canceled' end,
         to_agent_id = case when new.assigned_agent_id is distinct from from_agent_id and new.status = 'assigned'
                            then new.assigned_agent_id else to_agent_id end,
         offered_at = coalesce(offered_at, case when new.offered_agent_id is not null then clock_timestamp() end),
         accepted_at = case when new.assigned_agent_id is distinct from from_agent_id and new.status = 'assigned'
                            then clock_timestamp() end,
         latency_ms = case when new.assigned_agent_id is distinct from from_agent_id and new.status = 'assigned'
                           then (extract(epoch from clock_timestamp() - requested_at) * 1000)::integer end,
         ended_at = case when new.status <> 'waiting' then clock_timestamp() end
   where org_id = new.org_id
     and conversation_id = new.id
     and status in ('requested', 'offered');
  return null;
end $$;

-- Which bot held a conversation last stays known when people hold it, and so does when it went from the one to the others.
create function bot_held() returns trigger
language plpgsql as $$
begin
  if exists (select from bot where org_id = new.org_id and id = new.assigned_agent_id) then
    new.bot_id := new.assigned_agent_id;
  elsif new.bot_id is not null and new.status = 'assigned' then
    new.escalated_at := coalesce(new.escalated_at, clock_timestamp());
  end if;
  if tg_op = 'UPDATE' and old.assigned_agent_id = old.bot_id and new.status in ('waiting', 'assigned') then
    new.handed_off_at := clock_timestamp();
  end if;
  return new;
end $$;

create trigger bot_held_first before insert on conversation for each row
  when (new.assigned_agent_id is not null) execute function bot_held();
create trigger bot_held before update on conversation for each row
  when (new.assigned_agent_id is distinct from old.assigned_agent_id) execute function bot_held();
create trigger handoff_follows after update on conversation for each row
  when (old.status = 'waiting' and (new.status <> 'waiting' or old.offered_agent_id is distinct from new.offered_agent_id))
  execute function handoff_follows();
create trigger offer_ends before update on conversation for each row
  when (old.offered_agent_id is not null or old.overflowed_at is not null) execute function offer_ends();
create trigger load_moves_first after insert on conversation for each row
  when (new.assigned_agent_id is not null) execute function load_moves();
create trigger load_moves after update of status, assigned_agent_id, offered_agent_id, load, deleted_at on conversation
  for each row execute function load_moves();
create trigger offer_withdrawn after update on conversation for each row
  when (old.offered_agent_id is not null and new.offered_agent_id is null) execute function offer_withdrawn();
create trigger touch before update on handoff for each row execute function touch_by();
create trigger touch before update on collaboration for each row execute function touch_by();
create trigger contact_forgotten before delete on contact for each row execute function contact_forgotten();
create trigger collaboration_agents before insert or update of agent_ids on collaboration
  for each row execute function collaboration_agents();
create trigger touch before update on queue_rule for each row execute function touch_by();
create trigger touch before update on conversation for each row execute function touch_by();
create trigger touch before update on conversation_tag for each row execute function touch_by();

alter table conversation enable row level security, force row level security;
alter table conversation_tag enable row level security, force row level security;
alter table conversation_activity enable row level security, force row level security;
alter table message_search enable row level security, force row level security;
alter table conversation_live enable row level security, force row level security;
alter table participant enable row level security, force row level security;
alter table message enable row level security, force row level security;
alter table handoff enable row level security, force row level security;
alter table assignment enable row level security, force row level security;
alter table suggestion enable row level security, force row level security;
alter table collaboration enable row level security, force row level security;
alter table queue_rule enable row level security, force row level security;

create policy tenant on conversation to fd_app, fd_worker, fd_owner using (org_id = app_org()) with check (org_id = app_org());
create policy tenant on conversation_tag to fd_app, fd_worker, fd_owner using (org_id = app_org()) with check (org_id = app_org());
create policy tenant on conversation_activity to fd_app, fd_worker, fd_owner using (org_id = app_org()) with check (org_id = app_org());
create policy tenant on message_search to fd_app, fd_worker, fd_owner using (org_id = app_org()) with check (org_id = app_org());
create policy tenant on conversation_live to fd_app, fd_worker, fd_owner using (org_id = app_org()) with check (org_id = app_org());
create policy tenant on participant to fd_app, fd_worker, fd_owner using (org_id = app_org()) with check (org_id = app_org());
create policy tenant on message to fd_app, fd_worker, fd_owner using (org_id = app_org()) with check (org_id = app_org());
create policy tenant on suggestion to fd_app, fd_worker, fd_owner using (org_id = app_org()) with check (org_id = app_org());
create policy tenant on collaboration to fd_app, fd_worker, fd_owner using (org_id = app_org()) with check (org_id = app_org());
create policy tenant on handoff to fd_app, fd_worker, fd_owner using (org_id = app_org()) with check (org_id = app_org());
create policy tenant on assignment to fd_app, fd_worker, fd_owner using (org_id = app_org()) with check (org_id = app_org());
create policy tenant on queue_rule to fd_app, fd_worker, fd_owner using (org_id = app_org()) with check (org_id = app_org());

-- The inner select reads the setting once per statement instead of once per row of the batch.
create policy ingest on conversation for select to fd_ingest using (org_id = any ((select app_orgs())::uuid[]));
create policy ingest on conversation_live to fd_ingest
  using (org_id = any ((select app_orgs())::uuid[])) with check (org_id = any ((select app_orgs())::uuid[]));
create policy ingest on participant to fd_ingest
  using (org_id = any ((select app_orgs())::uuid[])) with check (org_id = any ((select app_orgs())::uuid[]));
create policy ingest on message to fd_ingest
  using (org_id = any ((select app_orgs())::uuid[])) with check (org_id = any ((select app_orgs())::uuid[]));

create policy lookup on conversation for select to fd_lookup using (true);
create policy lookup on message_search for select to fd_lookup using (true);
create policy lookup on conversation_live for select to fd_lookup using (true);
create policy lookup on participant for select to fd_lookup using (true);
create policy lookup on assignment for select to fd_lookup using (true);
create policy lookup on collaboration for select to fd_lookup using (true);
create policy lookup on queue_rule for select to fd_lookup using (true);

grant select, insert, update on conversation, handoff, assignment, suggestion, collaboration to fd_app;
grant select, insert, update, delete on queue_rule to fd_app, fd_worker;
grant select on queue_rule to fd_lookup;
grant select, insert on conversation_activity to fd_app;
grant select on message_search to fd_lookup;
grant select, insert, update, delete on conversation_activity, message_search to fd_worker;
-- A tag that was removed is gone; that it was there stands in the conversation's log.
grant select, insert, update, delete on conversation_tag to fd_app;
grant select on conversation_live, participant, message to fd_app;
grant select, insert, update, delete on conversation, conversation_tag, conversation_live, participant, message, handoff, assignment, suggestion, collaboration to fd_worker;
grant select on conversation to fd_ingest;
grant select, insert, update on conversation_live, participant, message to fd_ingest;
grant select on conversation, conversation_live, participant, assignment, collaboration to fd_lookup;


-- Interactions -------------------------------------------------------------------------------------------------------

-- The measured fact of one contact: what lies between the opening of a conversation and its end. A conversation that is
-- opened again gets another row, with the former one as its parent. Made by workers, from the events of conversations:
-- its id is that of the decision that opened it, so that the same events make the same rows.
create table interaction (
  org_id                    uuid        not null references organization on delete cascade,
  id                        uuid        not null default uuidv7(),
  kind                      text        not null default 'chat'
                                        check (kind in ('chat', 'ticket', 'email', 'call', 'meeting', 'ivr', 'self_service',
                                               'video_call')),
  -- Who answered: a bot alone, or a person, be it only in the end.
  mode                      text        not null default 'bot'
                                        check (mode in ('bot', 'live_chat', 'self_service', 'ivr', 'video_call')),
  customer_id               uuid,
  contact_id                uuid,
  channel_id                uuid,
  interaction_type_id       uuid,
  conversation_id           uuid,
  parent_id                 uuid,
  summary                   text,
  -- Abandoned: it ended and nobody had answered, neither a person nor a bot.
  status                    text        not null default 'open'
                                        check (status in ('open', 'completed', 'abandoned', 'failed')),
  resolution_status         text        not null default 'unresolved'
                                        check (resolution_status in ('unresolved', 'resolved', 'partially_resolved',
                                               'escalated')),
  started_at                timestamptz not null default now(),
  ended_at                  timestamptz,
  -- What is over of waiting, bots and people: each a sum of stints, rounded once. What goes on is added when it ends.
  queue_seconds             integer     not null default 0,
  bot_seconds               integer     not null default 0,
  human_seconds             integer     not null default 0,
  -- Who held it last, people before bots, and who else did before.
  primary_agent_id          uuid,
  secondary_agent_id        uuid,
  -- Who joined beside the holder last.
  supervisor_agent_id       uuid,
  -- How often it went on from one holder to another.
  transfer_count            integer     not null default 0,
  escalated_to_human        boolean     not null default false,
  escalation_reason         text,
  escalated_at              timestamptz,
  device_type               text,
  client_info               text,
  browser                   text,
  connection_type           text,
  screen_resolution         text,
  language                  text,
  csat                      smallint,
  ces                       smallint,
  nps                       smallint,
  -- Nobody came back with the same within seven days; unknown while it is open.
  first_contact_resolution  boolean,
  value                     amount,
  cost_to_serve             amount,
  revenue_impact            amount,
  intent                    text,
  sentiment                 sentiment,
  error_code                text,
  duration_seconds          integer     generated always as (extract(epoch from ended_at - started_at)::integer) stored,
  sentiment_label           text        generated always as (
                              case when sentiment is null then null
                                   when sentiment > 0.25 then 'positive'
                                   when sentiment < -0.25 then 'negative'
                                   else 'neutral' end) stored,
  created_at                timestamptz not null default now(),
  updated_at                timestamptz not null default now(),
  primary key (org_id, id),
  foreign key (org_id, customer_id) references customer on delete cascade,
  foreign key (org_id, contact_id) references contact on delete set null (contact_id),
  foreign key (org_id, channel_id) references channel,
  foreign key (org_id, interaction_type_id) references interaction_type on delete set null (interaction_type_id),
  foreign key (org_id, conversation_id) references conversation on delete cascade,
  foreign key (org_id, parent_id) references interaction on delete set null (parent_id),
  foreign key (org_id, primary_agent_id) references agent,
  foreign key (org_id, secondary_agent_id) references agent,
  foreign key (org_id, supervisor_agent_id) references agent,
  -- What a person had to take over counts wholly as live chat: no bot's figures are made better by it.
  constraint interaction_escalated_check check (not (escalated_to_human and mode = 'bot')),
  constraint interaction_human_check check (mode <> 'bot' or human_seconds = 0),
  constraint interaction_ended_check check (ended_at >= started_at),
  -- The scales of the surveys.
  constraint interaction_csat_check check (csat between 1 and 5),
  constraint interaction_ces_check check (ces between 1 and 7),
  constraint interaction_nps_check check (nps between 0 and 10)
);
-- A conversation is measured once at a time.
create unique index interaction_open_key on interaction (org_id, conversation_id) where status = 'open';
-- The list, by time, and of a channel, an agent, a kind.
create index interaction_started_idx on interaction (org_id, started_at desc, id desc);
create index interaction_channel_idx on interaction (org_id, channel_id, started_at);
create index interaction_agent_idx on interaction (org_id, primary_agent_id, started_at);
create index interaction_kind_idx on interaction (org_id, kind, started_at);
-- Whoever came back: a customer's and a contact's, by time.
create index interaction_customer_idx on interaction (org_id, customer_id, started_at);
create index interaction_contact_idx on interaction (org_id, contact_id, started_at);
-- A conversation's own; also what goes with it.
create index interaction_conversation_idx on interaction (org_id, conversation_id);
-- The next one of the same conversation.
create index interaction_parent_idx on interaction (org_id, parent_id) where parent_id is not null;

-- Whatever a person had a hand in is live chat, whoever writes the row.
create function classify() returns trigger
language plpgsql as $$
begin
  if new.mode = 'bot' and (new.escalated_to_human or new.human_seconds > 0) then
    new.mode := 'live_chat';
  end if;
  return new;
end $$;

-- Whether one contact was enough, for this row and for the earlier ones of the same person that it may be a repeat of:
-- the conversation opened again, or the same type of matter within seven days. It looks at rows and not at what happened
-- first, so that the order in which they are written does not matter.
create function resolve_contacts() returns trigger
language plpgsql as $$
begin
  update interaction e
     set first_contact_resolution = judged.is_enough
    from (select o.id,
                 case when o.status = 'open' then null
                      else o.status = 'completed' and not exists (
                        select from interaction r
                         where r.org_id = o.org_id
                           and (r.started_at, r.id) > (o.started_at, o.id)
                           and r.started_at < o.ended_at + interval '7 days'
                           and (r.parent_id = o.id
                                or (r.interaction_type_id = o.interaction_type_id
                                    and (r.customer_id = o.customer_id or r.contact_id = o.contact_id)))) end as is_enough
            from interaction o
           where o.org_id = new.org_id
             and (o.id = new.id
                  or o.id = new.parent_id
                  or ((o.customer_id = new.customer_id or o.contact_id = new.contact_id)
                      and o.started_at <= new.started_at
                      and o.ended_at > new.started_at - interval '7 days'))) judged
   where e.org_id = new.org_id
     and e.id = judged.id
     and e.first_contact_resolution is distinct from judged.is_enough;
  return null;
end $$;

-- Keeps the customer's totals: how many interactions are over, how many of them ended well or needed a person.
create function customer_totals() returns trigger
language plpgsql as $$
begin
  if tg_op <> 'INSERT' and old.customer_id is not null and old.status <> 'open' then
    update customer
       set total_interactions = total_interactions - 1,
           successful_interactions = successful_interactions - (old.resolution_status = 'resolved')::integer,
           escalation_count = escalation_count - old.escalated_to_human::integer
     where org_id = old.org_id
       and id = old.customer_id;
  end if;
  if tg_op <> 'DELETE' and new.customer_id is not null and new.status <> 'open' then
    update customer
       set total_interactions = total_interactions + 1,
           successful_interactions = successful_interactions + (new.resolution_status = 'resolved')::integer,
           escalation_count = escalation_count + new.escalated_to_human::integer,
           first_interaction_at = least(first_interaction_at, new.started_at),
           last_interaction_at = greatest(last_interaction_at, new.ended_at)
     where org_id = new.org_id
       and id = new.customer_id;
  end if;
  return null;
end $$;

create trigger classify before insert or update on interaction for each row execute function classify();
create trigger customer_totals after insert or delete or update of customer_id, status, resolution_status,
  escalated_to_human, ended_at on interaction for each row execute function customer_totals();
create trigger resolve_contacts after insert or update of customer_id, contact_id, parent_id, interaction_type_id, status,
  started_at, ended_at on interaction for each row execute function resolve_contacts();
create trigger touch before update on interaction for each row execute function touch();

alter table interaction enable row level security, force row level security;
create policy tenant on interaction to fd_app, fd_worker, fd_owner using (org_id = app_org()) with check (org_id = app_org());
grant select on interaction to fd_app;
grant select, insert, update, delete on interaction to fd_worker;


-- Knowledge ----------------------------------------------------------------------------------------------------------

-- What articles are sorted by; a tree, because people look for a topic before they look for a sentence.
create table kb_category (
  org_id         uuid        not null references organization on delete cascade,
  id             uuid        not null default uuidv7(),
  name           text        not null,
  description    text,
  icon           text,
  parent_id      uuid,
  display_order  integer     not null default 0,
  is_active      boolean     not null default true,
  created_at     timestamptz not null default now(),
  updated_at     timestamptz not null default now(),
  created_by     uuid        default app_agent(),
  updated_by     uuid        default app_agent(),
  deleted_at     timestamptz,
  deleted_by     uuid,
  meta           jsonb       default '{}',
  primary key (org_id, id),
  foreign key (org_id, parent_id) references kb_category on delete set null (parent_id)
);
-- The children of a category that is removed.
create index kb_category_parent_idx on kb_category (org_id, parent_id);

-- One text that answers a question. Its page's description and its neighbours come with the help centre.
create table article (
  org_id        uuid        not null references organization on delete cascade,
  id            uuid        not null default uuidv7(),
  category_id   uuid,
  content_type  text        not null default 'faq'
                            check (content_type in ('faq', 'documentation', 'policy', 'procedure', 'training', 'custom')),
  title         text        not null,
  summary       text        not null default '',
  -- Markdown. No HTML beside it: whoever shows it draws the few marks that a message has, too.
  content       text        not null default '',
  status        text        not null default 'draft' check (status in ('draft', 'published', 'archived')),
  -- public: for visitors, too; internal: for the team; private: for those who write articles.
  visibility    text        not null default 'public' check (visibility in ('public', 'internal', 'private')),
  language      text        not null default 'en',
  slug          text        not null,
  keywords      text[]      not null default '{}',
  tags          text[]      not null default '{}',
  author_id     uuid        default app_agent(),
  -- Rises with the title and the content; article_version has each of them.
  version       integer     not null default 1,
  published_at  timestamptz,
  created_at    timestamptz not null default now(),
  updated_at    timestamptz not null default now(),
  created_by    uuid        default app_agent(),
  updated_by    uuid        default app_agent(),
  deleted_at    timestamptz,
  deleted_by    uuid,
  meta          jsonb       default '{}',
  primary key (org_id, id),
  foreign key (org_id, category_id) references kb_category on delete set null (category_id),
  foreign key (org_id, author_id) references agent,
  -- Nobody is answered with an empty page.
  constraint article_published_check check (status <> 'published' or (content <> '' and published_at is not null))
);
-- One address for one text in one language; a removed one gives it back.
create unique index article_slug_key on article (org_id, language, slug) where deleted_at is null;
-- The articles of a category.
create index article_category_idx on article (org_id, category_id);

-- Each title and content that an article ever had, written by its trigger and by nothing else.
create table article_version (
  org_id       uuid        not null references organization on delete cascade,
  id           uuid        not null default uuidv7(),
  article_id   uuid        not null,
  version      integer     not null,
  title        text        not null,
  content      text        not null,
  changed_by   uuid,
  change_note  text,
  created_at   timestamptz not null default now(),
  primary key (org_id, id),
  foreign key (org_id, article_id) references article on delete cascade,
  foreign key (org_id, changed_by) references agent
);
-- Two who change one article at once make two versions.
create unique index article_version_key on article_version (org_id, article_id, version);

-- The configuration of full text search for a language: it knows the endings and the words that say nothing.
create function words_of(language text) returns regconfig
language sql immutable parallel safe
return case split_part(lower(language), '-', 1)
         when 'ar' then 'pg_catalog.arabic'::regconfig
         when 'da' then 'pg_catalog.danish'::regconfig
         when 'de' then 'pg_catalog.german'::regconfig
         when 'en' then 'pg_catalog.english'::regconfig
         when 'es' then 'pg_catalog.spanish'::regconfig
         when 'fi' then 'pg_catalog.finnish'::regconfig
         when 'fr' then 'pg_catalog.french'::regconfig
         when 'it' then 'pg_catalog.italian'::regconfig
         when 'nl' then 'pg_catalog.dutch'::regconfig
         when 'no' then 'pg_catalog.norwegian'::regconfig
         when 'pt' then 'pg_catalog.portuguese'::regconfig
         when 'ru' then 'pg_catalog.russian'::regconfig
         when 'sv' then 'pg_catalog.swedish'::regconfig
         when 'tr' then 'pg_catalog.turkish'::regconfig
         else 'pg_catalog.simple'::regconfig end;

-- A part of a published article, as the search sees it: short enough to be one answer. Made anew from the article by a
-- worker; who may find it is asked of the article at every search, so that what is archived is gone at once.
create table article_passage (
  org_id      uuid        not null references organization on delete cascade,
  article_id  uuid        not null,
  no          integer     not null,
  title       text        not null,
  heading     text        not null default '',
  body        text        not null,
  -- The article's own words for it, such as other names of the thing.
  keywords    text        not null default '',
  language    text        not null,
  -- No index on it: the nearest of all organizations are not the nearest of one (docs/decisions/0016-knowledge-search.md).
  embedding   vector(512),
  search      tsvector    generated always as (
                setweight(to_tsvector(words_of(language), title), 'A')
                || setweight(to_tsvector(words_of(language), heading || ' ' || keywords), 'B')
                || setweight(to_tsvector(words_of(language), body), 'D')) stored,
  primary key (org_id, article_id, no),
  foreign key (org_id, article_id) references article on delete cascade
);

-- What of an article the search knows. Beside it and not in it: whoever edits an article must not be told that somebody
-- changed it first because a worker has read it.
create table article_index (
  org_id       uuid        not null references organization on delete cascade,
  article_id   uuid        not null,
  fingerprint  bytea       not null,
  indexed_at   timestamptz not null default now(),
  primary key (org_id, article_id),
  foreign key (org_id, article_id) references article on delete cascade
);

-- What was done with articles: read, voted on by a visitor, suggested to a person, cited in an answer; and what was searched
-- for, found or not.
create table article_event (
  org_id           uuid        not null references organization on delete cascade,
  id               uuid        not null default uuidv7(),
  kind             text        not null check (kind in ('view', 'search', 'suggested', 'used', 'helpful', 'not_helpful')),
  article_id       uuid,
  conversation_id  uuid,
  -- The answer that cites it, or the visitor's message that one was suggested to. No foreign key: talk has none.
  message_id       uuid,
  contact_id       uuid,
  -- Who looked or said it, of the team and its bots.
  agent_id         uuid,
  query            text,
  -- How many articles were likely to answer.
  results          integer,
  -- Whether a bot alone brought the conversation to its end; empty until it has ended.
  resolved         boolean,
  created_at       timestamptz not null default now(),
  primary key (org_id, id),
  foreign key (org_id, article_id) references article on delete cascade,
  foreign key (org_id, conversation_id) references conversation on delete set null (conversation_id),
  foreign key (org_id, contact_id) references contact on delete set null (contact_id),
  foreign key (org_id, agent_id) references agent,
  -- A search is about no article yet, and everything else is about one.
  constraint article_event_search_check check ((kind = 'search') = (article_id is null)
                                               and (kind = 'search') = (query is not null and results is not null)),
  constraint article_event_resolved_check check (kind = 'used' or resolved is null)
);
-- An answer uses an article once, however often it is read from the log.
create unique index article_event_used_key on article_event (org_id, message_id, article_id) where kind = 'used';
-- A second vote is another opinion, and not another voter.
create unique index article_event_vote_key on article_event (org_id, article_id, contact_id)
 where kind in ('helpful', 'not_helpful');
-- Whoever looks again on the same day (UTC) has looked.
create unique index article_event_view_key on article_event
       (org_id, article_id, coalesce(contact_id, agent_id), ((created_at at time zone 'UTC')::date)) where kind = 'view';
-- How the uses in a conversation ended.
create index article_event_conversation_idx on article_event (org_id, conversation_id) where kind = 'used';
-- What was searched for, by time.
create index article_event_kind_idx on article_event (org_id, kind, created_at);

-- The sums of article_event for each article, kept by its trigger. Beside the article and not in it, as article_index is:
-- a vote is no change of the text, and does not wait for somebody who writes it.
create table article_figure (
  org_id             uuid     not null references organization on delete cascade,
  article_id         uuid     not null,
  view_count         integer  not null default 0,
  suggested_count    integer  not null default 0,
  use_count          integer  not null default 0,
  resolved_count     integer  not null default 0,
  helpful_count      integer  not null default 0,
  not_helpful_count  integer  not null default 0,
  success_rate       numeric  generated always as (resolved_count::numeric / nullif(use_count, 0)) stored,
  primary key (org_id, article_id),
  foreign key (org_id, article_id) references article on delete cascade
);

-- A category lies within another one and never within itself, at any depth: whoever draws the tree would not end. It
-- holds the organization's tree while it looks, so that two moves at once do not make a ring together.
create function category_tree() returns trigger
language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('kb_category ' || new.org_id, 0));
  if exists (
    with recursive above (id, parent_id) as (
      select c.id, c.parent_id from kb_category c where c.org_id = new.org_id and c.id = new.parent_id
      union
      select c.id, c.parent_id from above join kb_category c on c.org_id = new.org_id and c.id = above.parent_id)
    select from above where id = new.id) or new.parent_id = new.id
  then
    raise exception 'a category cannot lie within itself' using errcode = 'check_violation', column = 'parent_id';
  end if;
  if exists (select from kb_category c where c.org_id = new.org_id and c.id = new.parent_id and c.deleted_at is not null) then
    raise exception 'there is no such parent' using errcode = 'check_violation', column = 'parent_id';
  end if;
  return new;
end $$;

-- What lay in a category that was removed lies where that one lay.
create function category_lift() returns trigger
language plpgsql as $$
begin
  update kb_category set parent_id = old.parent_id where org_id = old.org_id and parent_id = old.id;
  update article set category_id = old.parent_id where org_id = old.org_id and category_id = old.id;
  return null;
end $$;

-- Nothing is sorted under what nobody sees any more.
create function article_category() returns trigger
language plpgsql as $$
begin
  if exists (select from kb_category c where c.org_id = new.org_id and c.id = new.category_id and c.deleted_at is not null) then
    raise exception 'there is no such category' using errcode = 'check_violation', column = 'category_id';
  end if;
  return new;
end $$;

-- Counts the versions, and when the article was published last.
create function article_counts() returns trigger
language plpgsql as $$
begin
  if tg_op = 'UPDATE' and (new.title, new.content) is distinct from (old.title, old.content) then
    new.version := old.version + 1;
  end if;
  if new.status = 'published' and (tg_op = 'INSERT' or old.status <> 'published') then
    new.published_at := now();
  end if;
  return new;
end $$;

-- Keeps every title and content: whoever overwrites an article has lost nothing.
create function article_snapshot() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into article_version (org_id, article_id, version, title, content, changed_by, change_note)
  values (new.org_id, new.id, new.version, new.title, new.content, app_agent(),
          nullif(current_setting('app.change_note', true), ''));
  return null;
end $$;

-- What an article's figures are is what its events say, whoever writes, changes or forgets them.
create function article_figure_sums() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  changed article_event := case when tg_op = 'DELETE' then old else new end;
begin
  if changed.article_id is null then
    return null;
  end if;
  if tg_op = 'INSERT' then
    insert into article_figure (org_id, article_id) values (new.org_id, new.article_id) on conflict do nothing;
  end if;
  update article_figure f
     set view_count = f.view_count + d.views, suggested_count = f.suggested_count + d.suggested, use_count = f.use_count + d.uses,
         resolved_count = f.resolved_count + d.resolved, helpful_count = f.helpful_count + d.helpful,
         not_helpful_count = f.not_helpful_count + d.not_helpful
    from (select coalesce(sum(e.sign) filter (where e.kind = 'view'), 0) as views,
                 coalesce(sum(e.sign) filter (where e.kind = 'suggested'), 0) as suggested,
                 coalesce(sum(e.sign) filter (where e.kind = 'used'), 0) as uses,
                 coalesce(sum(e.sign) filter (where e.resolved), 0) as resolved,
                 coalesce(sum(e.sign) filter (where e.kind = 'helpful'), 0) as helpful,
                 coalesce(sum(e.sign) filter (where e.kind = 'not_helpful'), 0) as not_helpful
            from (values (1, case when tg_op <> 'DELETE' then new.kind end, tg_op <> 'DELETE' and new.resolved),
                         (-1, case when tg_op <> 'INSERT' then old.kind end, tg_op <> 'INSERT' and old.resolved))
                 as e (sign, kind, resolved)) d
   where f.org_id = changed.org_id
     and f.article_id = changed.article_id;
  return null;
end $$;

-- What a bot suggests to a person was made from articles, whatever becomes of it.
create function article_suggested() returns trigger
language plpgsql as $$
begin
  insert into article_event (org_id, kind, article_id, conversation_id, message_id, agent_id)
  select distinct a.org_id, 'suggested', a.id, new.conversation_id, new.message_id, new.bot_id
    from jsonb_array_elements(new.citations) as cited
    join article a on a.org_id = new.org_id and a.id = (cited ->> 'article_id')::uuid
   order by a.id;
  return null;
end $$;

-- Whether what was said then was the end of it without a person, by the interaction that it was said in.
create function resolved_alone(org uuid, conversation uuid, said_at timestamptz) returns boolean
language sql stable as $$
  select case when i.status <> 'open' then i.mode = 'bot' and i.resolution_status = 'resolved' end
    from interaction i
   where i.org_id = org
     and i.conversation_id = conversation
   order by i.started_at > said_at, abs(extract(epoch from i.started_at - said_at))
   limit 1
$$;

create function article_outcomes() returns trigger
language plpgsql as $$
begin
  update article_event e
     set resolved = resolved_alone(e.org_id, e.conversation_id, e.created_at)
   where e.org_id = new.org_id
     and e.conversation_id = new.conversation_id
     and e.kind = 'used'
     and e.resolved is distinct from resolved_alone(e.org_id, e.conversation_id, e.created_at);
  return null;
end $$;

create trigger article_figure_sums after insert or delete or update of kind, resolved on article_event
  for each row execute function article_figure_sums();
create trigger article_suggested after insert on suggestion
  for each row when (new.citations <> '[]') execute function article_suggested();
create trigger article_outcomes after insert or update of mode, status, resolution_status, started_at on interaction
  for each row execute function article_outcomes();
create trigger category_tree before insert or update of parent_id on kb_category
  for each row when (new.parent_id is not null) execute function category_tree();
create trigger category_lift after update of deleted_at on kb_category
  for each row when (old.deleted_at is null and new.deleted_at is not null) execute function category_lift();
create trigger article_category before insert or update of category_id on article
  for each row when (new.category_id is not null) execute function article_category();
create trigger article_counts before insert or update on article for each row execute function article_counts();
create trigger article_first after insert on article for each row execute function article_snapshot();
create trigger article_snapshot after update on article
  for each row when (old.version <> new.version) execute function article_snapshot();
create trigger touch before update on kb_category for each row execute function touch_by();
create trigger touch before update on article for each row execute function touch_by();

alter table kb_category enable row level security, force row level security;
alter table article enable row level security, force row level security;
alter table article_version enable row level security, force row level security;
alter table article_passage enable row level security, force row level security;
alter table article_index enable row level security, force row level security;
alter table article_event enable row level security, force row level security;
alter table article_figure enable row level security, force row level security;

create policy tenant on kb_category to fd_app, fd_worker, fd_owner using (org_id = app_org()) with check (org_id = app_org());
create policy tenant on article to fd_app, fd_worker, fd_owner using (org_id = app_org()) with check (org_id = app_org());
create policy tenant on article_version to fd_app, fd_worker, fd_owner using (org_id = app_org()) with check (org_id = app_org());
create policy tenant on article_passage to fd_app, fd_worker, fd_owner using (org_id = app_org()) with check (org_id = app_org());
create policy tenant on article_index to fd_app, fd_worker, fd_owner using (org_id = app_org()) with check (org_id = app_org());
create policy tenant on article_event to fd_app, fd_worker, fd_owner using (org_id = app_org()) with check (org_id = app_org());
create policy tenant on article_figure to fd_app, fd_worker, fd_owner using (org_id = app_org()) with check (org_id = app_org());

grant select, insert, update on kb_category, article to fd_app;
grant select, insert, update on article_event to fd_app;
grant select on article_version, article_passage, article_index, article_figure to fd_app;
grant select, insert, update, delete on kb_category, article, article_version, article_passage, article_index, article_event, article_figure
   to fd_worker;


-- The event log, its readers, and jobs -------------------------------------------------------------------------------

-- One line for everything that happened, written in the transaction that made it so: outbox, feed of webhooks, trigger of
-- rules, source of figures, timeline. Readers tail (xid, id) > cursor and xid < pg_snapshot_xmin(pg_current_snapshot());
-- a plain id > n would skip the row of a transaction that commits late. No foreign keys, as with message.
create table event (
  org_id           uuid        not null,
  id               uuid        not null default uuidv7(),
  xid              xid8        not null default pg_current_xact_id(),
  at               timestamptz not null default clock_timestamp(),
  kind             text        not null,
  actor_kind       text        not null check (actor_kind in ('member', 'bot', 'contact', 'system', 'api')),
  actor_id         uuid,
  subject_type     text        not null,
  subject_id       uuid,
  conversation_id  uuid,
  epoch            integer,
  seq              bigint,
  name             text,
  outcome          text        check (outcome in ('ok', 'failed', 'abandoned', 'skipped')),
  error_code       text,
  ended_at         timestamptz,
  data             jsonb       default '{}',
  created_at       timestamptz generated always as (uuid_extract_timestamp(id)) virtual,
  primary key (org_id, id)
) partition by range (id);
-- The readers' tail.
create index event_xid_idx on event (xid, id);
-- History and resume: the entries of a conversation that are not talk.
create index event_conversation_idx on event (org_id, conversation_id, epoch, seq) where conversation_id is not null;

-- How far each reader of the event log has come, and who holds it.
create table reader (
  name         text        primary key,
  xid          xid8        not null,
  id           uuid        not null,
  lease_token  uuid,
  lease_until  timestamptz,
  updated_at   timestamptz not null default now()
);

-- What must be tried again until it works.
create table job (
  org_id        uuid        not null references organization on delete cascade,
  id            uuid        not null default uuidv7(),
  kind          text        not null,
  args          jsonb       default '{}',
  dedupe_key    text,
  run_at        timestamptz not null default now(),
  attempts      integer     not null default 0,
  max_attempts  integer     not null default 10,
  last_error    text,
  lease_until   timestamptz,
  done_at       timestamptz,
  failed_at     timestamptz,
  created_at    timestamptz not null default now(),
  primary key (org_id, id)
);
-- Asking twice for the same work makes one job, until that is over.
create unique index job_dedupe_key on job (org_id, dedupe_key) where done_at is null and failed_at is null;
-- What is due, of all organizations.
create index job_due_idx on job (run_at) where done_at is null and failed_at is null;

-- The epoch fence of the message path: one row per partition of the log, compared on every connect to Valkey.
create table shard (
  p            integer     primary key,
  epoch        integer     not null default 1,
  run_id       text,
  cursor       text,
  lease_token  uuid,
  lease_until  timestamptz
);

-- Entries of the log that cannot be stored, byte for byte. Without organization where not even that could be read.
create table dead_letter (
  id           uuid        primary key default uuidv7(),
  org_id       uuid        references organization on delete cascade,
  p            integer     not null,
  entry        bytea       not null,
  error        text        not null,
  resolved_at  timestamptz,
  created_at   timestamptz not null default now()
);
-- The operator's list, newest first.
create index dead_letter_created_idx on dead_letter (org_id, created_at);

-- Wakes readers and who does jobs, once per statement; equal notices of one transaction are sent once, after its commit.
create function wake() returns trigger
language plpgsql as $$
begin
  perform pg_notify(tg_argv[0], '');
  return null;
end $$;
create trigger event_wake after insert on event for each statement execute function wake('event');
create trigger job_wake after insert on job for each statement execute function wake('job');

alter table event enable row level security, force row level security;
alter table job enable row level security, force row level security;
alter table dead_letter enable row level security, force row level security;

create policy tenant on event to fd_app, fd_worker, fd_owner using (org_id = app_org()) with check (org_id = app_org());
create policy tenant on job to fd_app, fd_worker, fd_owner using (org_id = app_org()) with check (org_id = app_org());
create policy tenant on dead_letter to fd_worker, fd_owner
  using (org_id is null or org_id = app_org()) with check (org_id is null or org_id = app_org());

create policy ingest on event to fd_ingest
  using (org_id = any ((select app_orgs())::uuid[])) with check (org_id = any ((select app_orgs())::uuid[]));
create policy ingest on dead_letter for insert to fd_ingest
  with check (org_id is null or org_id = any ((select app_orgs())::uuid[]));

create policy lookup on event for select to fd_lookup using (true);
create policy lookup on job for select to fd_lookup using (true);
create policy lookup on dead_letter for select to fd_lookup using (true);

grant select, insert on event, job to fd_app;
grant select, insert, update, delete on event, job, dead_letter, reader to fd_worker;
grant select, insert, update on event to fd_ingest;
grant insert on dead_letter to fd_ingest;
grant select on event, job, dead_letter, reader to fd_lookup;
-- Gateways compare the epoch; the holder of a lease moves it. Rows are made by release alone.
grant select on shard to fd_app, fd_lookup;
grant select, update on shard to fd_worker, fd_ingest;


-- Audit --------------------------------------------------------------------------------------------------------------

-- Who did what, for ever: it outlives the organization, hence no foreign key, and refuses every change. No secrets, no
-- message text and no personal values in it, because nothing could be erased from it later.
create table audit_log (
  id           uuid        not null default uuidv7(),
  org_id       uuid,
  -- As with event: what the chain's reader follows, so that it passes no slow transaction's line by.
  xid          xid8        not null default pg_current_xact_id(),
  entity_type  text        not null,
  entity_id    uuid,
  action       text        not null check (action in ('create', 'read', 'update', 'delete', 'login', 'logout', 'export')),
  event        text,
  actor_type   text        not null check (actor_type in ('user', 'agent', 'system', 'api')),
  actor_id     uuid,
  changes      jsonb       default '{}',
  ip_address   inet,
  user_agent   text,
  meta         jsonb       default '{}',
  created_at   timestamptz generated always as (uuid_extract_timestamp(id)) virtual,
  primary key (id)
) partition by range (id);
-- What happened to this thing, what did this actor do, who exported or deleted, and what happened lately.
create index audit_log_entity_idx on audit_log (org_id, entity_type, entity_id, id);
create index audit_log_actor_idx on audit_log (org_id, actor_type, actor_id, id);
create index audit_log_action_idx on audit_log (org_id, action, id);
create index audit_log_time_idx on audit_log (org_id, id);
-- The chain's reader.
create index audit_log_xid_idx on audit_log (xid, id);

-- The hash chain over audit_log: a changed or missing row breaks it. One chain for each organization, and one for what
-- concerns none; n counts its links.
create table audit_chain (
  org_id     uuid,
  n          bigint not null,
  audit_id   uuid   primary key,
  prev_hash  bytea  not null,
  row_hash   bytea  not null
);
-- A chain has one end, also when two readers go on at once; and the verifier walks it in this order.
create unique index audit_chain_place_key on audit_chain (org_id, n) nulls not distinct;

-- What the chain holds of a line, letter by letter. Columns that come later are not in it, or every hash would change.
create function audit_text(entry audit_log) returns text
language sql stable
return case when entry.id is not null then jsonb_build_array(
         entry.id, entry.org_id, entry.xid::text, entry.entity_type, entry.entity_id, entry.action, entry.event,
         entry.actor_type, entry.actor_id, entry.changes, entry.ip_address::text, entry.user_agent, entry.meta)::text end;

-- Every partition needs this trigger of its own: a statement on a partition does not fire its parent's.
create trigger immutable before update or delete or truncate on audit_log
  for each statement execute function immutable();

-- Who the transaction acts for, in the log's words.
create function app_actor_type() returns text
language sql stable
return case when app_agent() is null then 'system'
            when current_setting('app.via', true) = 'api' then 'api'
            when exists (select from member m where m.org_id = app_org() and m.id = app_agent()) then 'user'
            else 'agent' end;

-- How a value appears in the log: personal ones only as there or not, secrets masked at any depth.
create function audit_value(key text, value jsonb, personal text[]) returns jsonb
language sql immutable parallel safe
return case when key = any (personal) and jsonb_typeof(value) <> 'null' then '"***"'::jsonb
            else masked(jsonb_build_object(key, value)) -> key end;

-- Writes what changed in a row to the audit log, in the transaction that changed it.
-- First argument: columns that change too often to be worth a line. Second: personal columns, of which the log tells that
-- they changed and not what they hold. A deleted row leaves its id and nothing else, since nothing here can be erased.
create function audit_row() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  ignored   text[] := string_to_array(tg_argv[0], ',')
                      || '{org_id,id,created_at,created_by,updated_at,updated_by}'::text[];
  personal  text[] := string_to_array(tg_argv[1], ',');
  old_row   jsonb  := case when tg_op = 'INSERT' then '{}' else to_jsonb(old) end;
  new_row   jsonb  := case when tg_op = 'DELETE' then '{}' else to_jsonb(new) end;
  org       uuid   := (old_row || new_row ->> case tg_table_name when 'organization' then 'id' else 'org_id' end)::uuid;
  diff      jsonb  := '{}';
begin
  -- The organization itself is going with everything in it: that is one line, and organization_gone writes it.
  if org = app_org() and not exists (select from organization o where o.id = org) then
    return null;
  end if;

  select coalesce(jsonb_object_agg(key, jsonb_build_array(
           audit_value(key, coalesce(old_row -> key, 'null'), personal), audit_value(key, value, personal))), '{}')
    into diff
    from jsonb_each(new_row) as changed (key, value)
   where key <> all (ignored)
     and value <> coalesce(old_row -> key, 'null');
  if tg_op = 'UPDATE' and diff = '{}' then
    return null;
  end if;

  insert into audit_log (org_id, entity_type, entity_id, action, actor_type, actor_id, changes, ip_address, user_agent)
  select org, tg_table_name, (old_row || new_row ->> 'id')::uuid,
         case when tg_op = 'INSERT' then 'create'
              when tg_op = 'DELETE' then 'delete'
              when old_row ->> 'deleted_at' is null and new_row ->> 'deleted_at' is not null then 'delete'
              else 'update' end,
         app_actor_type(), app_agent(), diff, app_ip(),
         nullif(current_setting('app.user_agent', true), '');
  return null;
end $$;

create trigger audit_row after update on organization
  for each row execute function audit_row('ticket_seq', 'billing_email');
create trigger audit_row after insert or update or delete on member
  for each row execute function audit_row('settings,notification_preferences,last_login_at', '');
-- The seat's own columns, of which people change few; what it is doing just now is nobody's history.
create trigger audit_row after update on agent
  for each row execute function audit_row(
    'kind,availability,availability_reason,availability_at,last_seen_at,last_offered_at,is_connected,active_load,deleted_at,'
    'deleted_by', 'name,avatar_url,meta');
create trigger audit_row after insert or update or delete on team
  for each row execute function audit_row('', '');
create trigger audit_row after insert or update or delete on queue_rule
  for each row execute function audit_row('', '');
create trigger audit_row after insert or update on invitation
  for each row execute function audit_row('', 'email');
-- Sessions are logins and logouts in the log; an invitation's token is told by the invitation.
create trigger audit_row after insert or update on auth_token
  for each row when (new.kind in ('api_key', 'bot')) execute function audit_row('last_used_at', '');
create trigger audit_row after insert or update or delete on bot
  for each row execute function audit_row('', '');
create trigger audit_row after insert or update or delete on bot_tool
  for each row execute function audit_row('', '');
create trigger audit_row after insert or update or delete on channel
  for each row execute function audit_row('', '');
create trigger audit_row after insert or update or delete on business_hours
  for each row execute function audit_row('', '');
-- Who wrote what is in the article's versions; the log names the version.
create trigger audit_row after insert or update or delete on article
  for each row execute function audit_row('summary,content', '');
create trigger audit_row after insert or update or delete on kb_category
  for each row execute function audit_row('', '');
create trigger audit_row after insert or update or delete on identity_key
  for each row execute function audit_row('sealed', '');
create trigger audit_row after insert or update or delete on customer
  for each row execute function audit_row(
    'total_interactions,successful_interactions,escalation_count,total_tickets,first_interaction_at,last_interaction_at,success_rate,sentiment',
    'external_id,name,email,phone,msisdn,company_name,preferred_contact_time,accessibility_needs,custom_fields,tags,meta');
create trigger audit_row after insert or update or delete on contact
  for each row execute function audit_row(
    'last_seen_at',
    'email,claimed_email,name,first_name,last_name,title,phone,avatar_url,meta');

-- Takes what no foreign key takes along, and leaves the one line that outlives the organization.
create function organization_gone() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  -- Row security binds this function as well: without it talk would stay behind, and nobody would ever see that.
  if app_org() is distinct from old.id then
    raise exception 'set app.org_id to the organization before deleting it';
  end if;
  delete from message where org_id = old.id;
  delete from message_search where org_id = old.id;
  delete from event where org_id = old.id;
  insert into audit_log (org_id, entity_type, entity_id, action, actor_type, actor_id, ip_address, user_agent)
  values (old.id, 'organization', old.id, 'delete', app_actor_type(), app_agent(), app_ip(),
          nullif(current_setting('app.user_agent', true), ''));
  return old;
end $$;
create trigger organization_gone before delete on organization for each row execute function organization_gone();

alter table audit_log enable row level security, force row level security;
alter table audit_chain enable row level security, force row level security;

create policy tenant on audit_log to fd_app, fd_worker, fd_owner using (org_id = app_org()) with check (org_id = app_org());
-- What concerns no organization, such as a login that nobody has: written by workers, read by the chain's reader.
create policy system on audit_log for insert to fd_worker with check (org_id is null);
create policy tenant on audit_chain to fd_app, fd_worker, fd_owner using (org_id = app_org()) with check (org_id = app_org());
create policy system on audit_chain to fd_worker using (org_id is null) with check (org_id is null);
create policy lookup on audit_log for select to fd_lookup using (true);
create policy lookup on audit_chain for select to fd_lookup using (true);

grant select, insert on audit_log to fd_app, fd_worker;
grant select on audit_chain to fd_app;
grant select, insert on audit_chain to fd_worker;
grant select on audit_log, audit_chain to fd_lookup;


-- Partitions: one per month of message, message_search, event and audit_log ------------------------------------------

-- Makes the months that are missing, both ends included, and tells which. Workers keep two months back and three ahead;
-- an import asks for its own first. Nobody is granted anything on a partition, and row security without a policy shows
-- nothing to whoever gets there all the same: reading goes through the parent. Attached rather than made in place, so
-- that readers and writers of the parent never wait.
-- Before anybody has counted, the planner takes two hundred organizations for granted: one of them seems to have a single
-- row, so it looks for a row by its organization alone, and joins a hundred cards by a million comparisons. Autovacuum counts
-- after a minute, and never where there are fewer than fifty rows. Most installations have one organization.
create function assume_one_organization(name text) returns void
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  perform pg_restore_attribute_stats('schemaname', 'public', 'relname', c.relname::text, 'attname', 'org_id',
                                     'inherited', c.relkind = 'p', 'null_frac', 0::real, 'avg_width', 16,
                                     'n_distinct', 1::real)
     from pg_class c
     join pg_attribute a on a.attrelid = c.oid and a.attname = 'org_id'
    where c.relnamespace = 'public'::regnamespace and c.relname = name;
end $$;
revoke execute on function assume_one_organization(text) from public;

create function make_partitions(from_month date, to_month date) returns setof text
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  parent  text;
  month   timestamp;
  part    text;
begin
  -- Two workers at once would both find the month missing.
  perform pg_advisory_xact_lock(hashtextextended('frontdesk make_partitions', 0));
  foreach parent in array array['message', 'message_search', 'event', 'audit_log'] loop
    for month in select generate_series(date_trunc('month', from_month::timestamp), to_month::timestamp, interval '1 month') loop
      part := parent || to_char(month, '_YYYY_MM');
      continue when to_regclass('public.' || part) is not null;
      execute format('create table public.%I (like public.%I including defaults including constraints including generated)',
                     part, parent);
      execute format('alter table public.%I enable row level security, force row level security', part);
      if parent = 'audit_log' then
        execute format('create trigger immutable before update or delete or truncate on public.%I
                        for each statement execute function public.immutable()', part);
      end if;
      execute format('alter table public.%I attach partition public.%I for values from (%L) to (%L)', parent, part,
                     public.uuid7_floor(month at time zone 'UTC'),
                     public.uuid7_floor((month + interval '1 month') at time zone 'UTC'));
      perform public.assume_one_organization(part);
      return next part;
    end loop;
  end loop;
end $$;
revoke execute on function make_partitions(date, date) from public;
grant execute on function make_partitions(date, date) to fd_worker;

do $$
begin
  perform assume_one_organization(relname::text)
     from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p');
end $$;


-- Look-ups before the organization is known --------------------------------------------------------------------------

-- They belong to fd_lookup: row security is forced, so a function of the tables' owner would see nothing. The right to
-- make something in the schema is lent for these lines only.
reset role;
grant create on schema public to fd_lookup;
set local role fd_lookup;

-- Who logs in, with the password to compare and the seats to choose from; no row for an unknown or closed login.
create function login_by_email(email text)
returns table (user_id uuid, name text, password_hash text, memberships jsonb)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
select u.id, u.name, u.password_hash,
       coalesce(jsonb_agg(jsonb_build_object('org_id', m.org_id, 'agent_id', m.id, 'role', m.role, 'org_name', o.name)
                          order by m.last_login_at desc nulls last, o.name, o.id) filter (where o.id is not null and a.id is not null), '[]')
  from app_user u
  left join member m on m.user_id = u.id and m.is_active
  left join agent a on a.org_id = m.org_id and a.id = m.id and a.is_active and a.deleted_at is null
  left join organization o on o.id = m.org_id and o.is_active
 where lower(u.email) = lower(login_by_email.email) and u.is_active
 group by u.id
$$;

-- Whose token this is; no row for one that is unknown, revoked or expired, or whose holder or organization is closed.
create function token_by_hash(token_hash bytea)
returns table (org_id uuid, token_id uuid, kind text, scopes text[], expires_at timestamptz, last_used_at timestamptz,
               agent_id uuid, agent_kind text, agent_name text, user_id uuid, role text, withheld text[])
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
select t.org_id, t.id, t.kind, t.scopes, t.expires_at, t.last_used_at, a.id, a.kind, a.name, m.user_id, m.role,
       coalesce(m.withheld, '{}')
  from auth_token t
  join organization o on o.id = t.org_id and o.is_active
  join agent a on a.org_id = t.org_id and a.id = t.agent_id and a.is_active and a.deleted_at is null
  left join member m on m.org_id = a.org_id and m.id = a.id
  left join app_user u on u.id = m.user_id
 where t.token_hash = token_by_hash.token_hash
   and t.revoked_at is null
   and t.expires_at > now()
   and coalesce(m.is_active and u.is_active, true)
$$;

-- Every open seat of a login, for the switcher and for what concerns the login as a whole, such as a new password.
create function seats_by_user(user_id uuid)
returns table (org_id uuid, agent_id uuid, role text, org_name text)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
select m.org_id, m.id, m.role, o.name
  from member m
  join agent a on a.org_id = m.org_id and a.id = m.id and a.is_active and a.deleted_at is null
  join organization o on o.id = m.org_id and o.is_active
 where m.user_id = seats_by_user.user_id and m.is_active
 order by o.name, o.id
$$;

-- The logins all of whose seats, closed ones too, are in one organization: they are erased with it.
create function sole_logins_by_organization(org_id uuid)
returns table (user_id uuid)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
select m.user_id
  from member m
 where m.org_id = sole_logins_by_organization.org_id
   and not exists (select from member other where other.user_id = m.user_id and other.org_id <> m.org_id)
$$;

-- Which of these tokens are still good, and what their holders are called and may do: open sockets are held against it.
create function holders_by_id(org_ids uuid[], token_ids uuid[])
returns table (token_id uuid, agent_name text, role text, withheld text[])
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
select t.id, a.name, coalesce(m.role, 'bot'), coalesce(m.withheld, '{}')
  from unnest(org_ids, token_ids) as asked (org_id, token_id)
  join auth_token t on t.org_id = asked.org_id and t.id = asked.token_id
  join organization o on o.id = t.org_id and o.is_active
  join agent a on a.org_id = t.org_id and a.id = t.agent_id and a.is_active and a.deleted_at is null
  left join member m on m.org_id = a.org_id and m.id = a.id
  left join app_user u on u.id = m.user_id
 where t.revoked_at is null
   and t.expires_at > now()
   and coalesce(m.is_active and u.is_active, true)
$$;

-- Which of these organizations have somebody there to answer: a person who may write, is connected and chose to be online.
create function staffed_by_organization(org_ids uuid[])
returns table (org_id uuid)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
select asked.org_id
  from unnest(org_ids) as asked (org_id)
 where exists (select from agent a
                 join member m on m.org_id = a.org_id and m.id = a.id and m.is_active and m.role <> 'viewer'
                where a.org_id = asked.org_id and a.is_connected and a.is_active and a.availability = 'online')
$$;

-- The channel a widget belongs to; closed ones too, so that the page can say so. No row for a closed organization.
create function channel_by_widget_key(widget_key text)
returns table (org_id uuid, channel_id uuid, name text, is_active boolean, allowed_origins text[], widget_config jsonb)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
select c.org_id, c.id, c.name, c.is_active, c.allowed_origins, c.widget_config
  from channel c
  join organization o on o.id = c.org_id and o.is_active
 where c.widget_key = channel_by_widget_key.widget_key
   and c.deleted_at is null
$$;

-- The organization behind a slug or a domain of its own, for sign-in pages and the help centre.
create function organization_by_slug_or_domain(address text)
returns table (org_id uuid, name text, slug text, domain text, logo_url text, locale text)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
select o.id, o.name, o.slug, o.domain, o.logo_url, o.locale
  from organization o
 where (o.slug = address or o.domain = address) and o.is_active
 order by o.slug = address desc
 limit 1
$$;

-- The last messages of an organization with these words, or with this piece of text. A word that is in everything is
-- found among the newest, read one by one. What is not there often enough is rarer than one in thirty: then the GIN indexes
-- tell, of the newest month, of two more, of six more and of all the rest, until there are enough. Their hits must be
-- sorted, and each step bounds how many the next one can have. A piece of fewer than three characters has no trigram: it
-- would be looked for in every message there is.
create function search_messages(org uuid, words tsquery, piece text, most integer)
returns table (message_id uuid, conversation_id uuid, seq bigint, at timestamptz, is_internal boolean, body text)
language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp set plan_cache_mode = force_custom_plan set enable_seqscan = off as $$
declare
  pattern  text := '%' || regexp_replace(piece, '([\\%_])', '\\\1', 'g') || '%';
  is_long  boolean := char_length(piece) >= 3;
  newest   integer := greatest(2000, most * 30);
  edge     record;
  months   integer;
  low      uuid;
  high     uuid := 'ffffffff-ffff-ffff-ffff-ffffffffffff';
  more     integer;
  found    integer;
begin
  if org is distinct from app_org() then
    return;
  end if;
  return query
  select m.message_id, m.conversation_id, m.seq, m.at, m.is_internal, m.body
    from (select s.message_id, s.conversation_id, s.seq, s.at, s.is_internal, s.body, s.search
            from message_search s
           where s.org_id = org
           order by s.at desc, s.message_id desc
           limit newest) m
   where m.search @@ words or (is_long and m.body ilike pattern)
   order by m.at desc
   limit most;
  get diagnostics found = row_count;
  if found = most then
    return;
  end if;
  select s.at, s.message_id
    into edge
    from message_search s
   where s.org_id = org
   order by s.at desc, s.message_id desc
  offset newest - 1
   limit 1;
  if edge.at is null then
    return;
  end if;
  foreach months in array array[0, 2, 8, null] loop
    low := coalesce(uuid7_floor(date_trunc('month', uuid_extract_timestamp(edge.message_id), 'UTC')
                                - make_interval(months => months)), '00000000-0000-0000-0000-000000000000');
    -- The sum keeps the planner from reading all of them in their order.
    return query
    select m.message_id, m.conversation_id, m.seq, m.at, m.is_internal, m.body
      from message_search m
     where m.org_id = org and m.message_id >= low and m.message_id < high
       and (m.at, m.message_id) < (edge.at, edge.message_id)
       and (m.search @@ words or (is_long and m.body ilike pattern))
     order by m.at + interval '0' desc
     limit most - found;
    get diagnostics more = row_count;
    found := found + more;
    exit when found = most;
    high := low;
  end loop;
end $$;

-- The contacts of an organization whose name, e-mail or phone number has this piece; fewer than three characters begin
-- the name.
create function search_contacts(org uuid, piece text, most integer)
returns table (contact_id uuid)
language sql stable security definer
set search_path = pg_catalog, public, pg_temp set plan_cache_mode = force_custom_plan as $$
select c.id
  from contact c
 where c.org_id = org and c.org_id = app_org() and c.deleted_at is null
   and (coalesce(c.name, '') || ' ' || coalesce(c.email, '') || ' ' || coalesce(c.phone, ''))
         ilike case when char_length(piece) < 3 then '' else '%' end
               || regexp_replace(piece, '([\\%_])', '\\\1', 'g') || '%'
 order by coalesce(c.last_seen_at, c.created_at) desc
 limit most
$$;

-- Who may not speak, of all organizations, with everybody whom they were joined from: every node keeps them in mind.
create function blocked_contacts()
returns table (org_id uuid, contact_id uuid)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
select c.org_id, c.id
  from contact c
 where c.blocked_at is not null
union
select j.org_id, j.id
  from contact c
  join contact j on j.org_id = c.org_id and j.merged_into = c.id
 where c.blocked_at is not null
$$;

revoke execute on function login_by_email(text), token_by_hash(bytea), holders_by_id(uuid[], uuid[]), seats_by_user(uuid),
                           sole_logins_by_organization(uuid), channel_by_widget_key(text),
                           organization_by_slug_or_domain(text), search_messages(uuid, tsquery, text, integer),
                           search_contacts(uuid, text, integer), blocked_contacts(), staffed_by_organization(uuid[]) from public;
grant execute on function sole_logins_by_organization(uuid) to fd_worker;
grant execute on function login_by_email(text), token_by_hash(bytea), holders_by_id(uuid[], uuid[]), seats_by_user(uuid),
                          channel_by_widget_key(text), organization_by_slug_or_domain(text),
                          search_messages(uuid, tsquery, text, integer), search_contacts(uuid, text, integer),
                          blocked_contacts(), staffed_by_organization(uuid[]) to fd_app;

reset role;
revoke create on schema public from fd_lookup;
