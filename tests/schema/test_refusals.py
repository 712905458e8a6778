"""Every check and every unique index refuses the row it was written against."""

from typing import Any

from tests.schema.world import GLOBAL, ONE_OF, Row, World

# Lists of words are tried with a word that is in none of them; these checks say something of their own.
CHECKS: dict[str, list[Row]] = {
    "agent_availability_reason_check": [{"availability_reason": "x" * 81}],
    "agent_load_check": [{"active_load": -0.5}, {"max_load": -1}],
    "bot_temperature_check": [{"temperature": 2.01}, {"temperature": -0.1}],
    "customer_nps_score_check": [{"nps_score": 11}, {"nps_score": -1}],
    "customer_email_check": [{"email": "Ann@example.com"}],
    "contact_email_check": [{"email": "Ann@example.com"}],
    "contact_claimed_check": [{"claimed_email": "Ann@example.com"}],
    "organization_late_check": [{"late_minutes": 0}, {"late_minutes": 1441}],
    "organization_retention_check": [{"retention_days": 0}, {"retention_days": 3651}],
    "channel_load_check": [{"load_weight": 0}, {"load_weight": -1}],
    "business_hours_whose_check": [{"channel_id": "00000000-0000-7000-8000-000000000000"}],
    "interaction_escalated_check": [{"mode": "bot", "escalated_to_human": True}],
    "interaction_human_check": [{"mode": "bot", "human_seconds": 1}],
    "interaction_ended_check": [{"ended_at": "2025-11-01T00:00:00Z"}],
    "interaction_csat_check": [{"csat": 0}, {"csat": 6}],
    "interaction_ces_check": [{"ces": 0}, {"ces": 8}],
    "interaction_nps_check": [{"nps": -1}, {"nps": 11}],
    "member_withheld_check": [{"withheld": ["organization.delete"]}, {"withheld": ["queue.read"], "role": "admin"}],
    "conversation_csat_check": [{"csat": 0}, {"csat": 6}],
    "conversation_assigned_check": [{"status": "assigned"}],
    "conversation_waiting_check": [{"status": "waiting"}],
    "conversation_offer_check": [{"offer_deadline_at": "2026-11-01T00:00:00Z"}],
    "bot_health_retry_check": [{"status": "unhealthy"}, {"status": "trying", "reason": "slow"}],
    "bot_answer_seconds_check": [{"answer_seconds": 1}, {"answer_seconds": 601}],
    "handoff_parties_check": [dict.fromkeys(("from_agent_id", "to_agent_id"), "00000000-0000-7000-8000-000000000000")],
    "handoff_state_check": [{"state_transferred": "[]"}, {"state_transferred": '{"a": "' + "b" * 8192 + '"}'}],
    "handoff_end_check": [{"status": "accepted"}, {"ended_at": "2026-11-01T00:00:00Z"}],
    "suggestion_sent_check": [{"state": "accepted"}, {"final_message_id": "00000000-0000-7000-8000-000000000000"}],
    "suggestion_settled_check": [{"state": "dismissed"}, {"settled_at": "2026-11-01T00:00:00Z"}],
    "collaboration_over_check": [{"outcome": "completed"}, {"ended_at": "2026-11-01T00:00:00Z"}],
    "collaboration_draft_check": [{"draft": {}}, {"type": "verification"}],
    "collaboration_contributions_check": [{"contributions": {}}],
    "collaboration_rounds_check": [{"rounds": 0}, {"rounds": 6}],
    "intent_examples_check": [{"examples": "{" + ",".join("x" * 51) + "}"}],
    "queue_rule_offer_seconds_check": [{"offer_seconds": 4}, {"offer_seconds": 601}],
    "queue_rule_overflow_check": [{"overflow_seconds": 60}],
    "queue_rule_overflow_seconds_check": [
        {"overflow_team_id": "00000000-0000-7000-8000-000000000000", "overflow_seconds": each} for each in (9, 86_401)
    ],
    "conversation_tag_check": [{"tag": ""}, {"tag": "x" * 41}],
    "participant_who_check": [{"contact_id": None}, {"agent_id": "00000000-0000-7000-8000-000000000000"}],
    "article_published_check": [{"status": "published"}],
    "article_event_search_check": [
        {"kind": "search", "query": "parcel", "results": 0},
        {"kind": "search", "article_id": None, "query": "parcel"},
        {"kind": "view", "query": "parcel", "results": 0},
    ],
    "article_event_resolved_check": [{"kind": "view", "resolved": True}],
    "message_ai_response_check": [{"type": "ai_response", "sender_kind": "member"}],
    "message_internal_check": [{"is_internal": True, "sender_kind": "contact"}],
}
DOMAINS: dict[str, list[str]] = {
    "unit_score": ["-0.001", "1.001"],
    "sentiment": ["-1.001", "1.001"],
    "score100": ["-1", "101"],
    "level5": ["0", "6"],
    "level4": ["urgent"],
    "channel_kind": ["pigeon"],
}
# Checks that nobody can fail as long as this trigger of the table puts the row right first.
PUT_RIGHT = {"interaction_escalated_check": "classify", "interaction_human_check": "classify"}
# What a partial index asks of a row, besides columns that must be empty.
APPLIES: dict[str, Row] = {
    "contact_primary_key": {"is_primary": True}, "participant_primary_key": {"role": "primary"},
    "article_event_used_key": {"kind": "used"}, "article_event_vote_key": {"kind": "helpful"},
}  # fmt: skip

CHECK_CONSTRAINTS = """
select k.conname as name, c.relname as table,
       (select a.attname from pg_attribute a
         where a.attrelid = c.oid and k.conkey = array[a.attnum]
           and pg_get_constraintdef(k.oid) ~ '^CHECK \\(\\(\\w+ = ANY \\(ARRAY\\[') as worded
  from pg_constraint k
  join pg_class c on c.oid = k.conrelid
 where k.contype = 'c' and k.connamespace = 'public'::regnamespace and not c.relispartition
 order by k.conname
"""
# An expression's columns are found through pg_depend; a partial index leaves out rows where some column is not null.
UNIQUE_INDEXES = """
select c.relname as name, i.indrelid::regclass::text as table,
       (select array_agg(distinct a.attname order by a.attname) from pg_attribute a
         where a.attrelid = i.indrelid
           and (a.attnum = any (i.indkey::smallint[])
                or exists (select from pg_depend d
                            where d.objid = c.oid and d.refobjid = i.indrelid
                              and d.refobjsubid = a.attnum))) as columns,
       array(select m[1] from regexp_matches(pg_get_expr(i.indpred, i.indrelid), '(\\w+) IS NULL', 'g') as m) as empty
  from pg_index i
  join pg_class c on c.oid = i.indexrelid
 where i.indisunique and c.relnamespace = 'public'::regnamespace and not c.relispartition
 order by c.relname
"""


async def test_every_word_list_refuses_other_words(world: World) -> None:
    """A word that the protocol does not know cannot be stored."""
    org = await world.organization()
    for check in await world.connection.fetch(CHECK_CONSTRAINTS):
        if check["worded"]:
            row = await world.plan(check["table"], org, **{check["worded"]: "no such word"})
            await refused_by(world, check["name"], check["table"], row)


async def test_every_other_check_refuses_what_it_was_written_against(world: World) -> None:
    """Each is listed above with rows it must refuse: a new check without such a row fails here."""
    org = await world.organization()
    checks = [check for check in await world.connection.fetch(CHECK_CONSTRAINTS) if not check["worded"]]
    assert {check["name"] for check in checks} == set(CHECKS)
    for check in checks:
        if trigger := PUT_RIGHT.get(check["name"]):
            await world.connection.execute(f"alter table {check['table']} disable trigger {trigger}")
        for violation in CHECKS[check["name"]]:
            row = await world.plan(check["table"], org)
            await refused_by(world, check["name"], check["table"], {**row, **violation})


async def test_every_domain_refuses_what_lies_outside(world: World) -> None:
    """Scores, levels and kinds keep their range in every table that uses them."""
    domains = await world.connection.fetch(
        "select t.typname as name, k.conname as check from pg_constraint k join pg_type t on t.oid = k.contypid"
        " where k.contype = 'c' and k.connamespace = 'public'::regnamespace"
    )
    assert {domain["name"] for domain in domains} == set(DOMAINS)
    for domain in domains:
        for value in DOMAINS[domain["name"]]:
            refused = await world.refusal(f"select '{value}'::{domain['name']}")
            assert refused is not None, (domain["name"], value)
            assert refused.constraint_name == domain["check"], refused


async def test_whoever_collaborates_is_of_the_organization(world: World) -> None:
    """Which no foreign key can say of an array: another organization's agent is refused, and so is nobody's id."""
    org, neighbour = await world.organization(), await world.organization()
    own, foreign = await world.row("agent", org), await world.row("agent", neighbour)
    await world.row("collaboration", org, agent_ids=[own["id"]])
    for other in (foreign["id"], "00000000-0000-7000-8000-000000000000"):
        row = await world.plan("collaboration", org, agent_ids=[own["id"], other])
        refused = await world.insert_refusal("collaboration", row)
        assert refused is not None
        assert refused.sqlstate == "23503"


async def test_every_unique_index_refuses_the_second_row(world: World) -> None:
    """Two rows that are equal in the columns of the index, and in nothing else that matters."""
    for index in await world.connection.fetch(UNIQUE_INDEXES):
        table, twins = index["table"], await rows_alike(world, index)
        await world.connection.execute("savepoint before_twins")
        await world.insert(table, twins[0])
        refused = await world.insert_refusal(table, twins[1])
        assert refused is not None, index["name"]
        assert refused.sqlstate == "23505", (index["name"], refused)
        # A partition's index has a name of its own.
        assert refused.constraint_name == index["name"] or index["name"].startswith(f"{table}_pkey"), refused
        await world.connection.execute("rollback to savepoint before_twins")


async def test_what_is_over_gives_its_place_back(world: World) -> None:
    """A deleted name, a participant who left, a job that is done: the next one may have the same."""
    tried = 0
    for index in await world.connection.fetch(UNIQUE_INDEXES):
        for column in index["empty"]:
            twins = await rows_alike(world, index)
            await world.connection.execute("savepoint before_twins")
            await world.insert(index["table"], {**twins[0], column: "2026-11-02T00:00:00Z"})
            assert await world.insert_refusal(index["table"], twins[1]) is None, (index["name"], column)
            await world.connection.execute("rollback to savepoint before_twins")
            tried += 1
    assert tried >= 10


async def test_one_login_however_its_address_is_spelled(world: World) -> None:
    """Ann@Example.com cannot sign up beside ann@example.com."""
    await world.row("app_user", None, email="ann@example.com")
    again = await world.plan("app_user", None, email="Ann@Example.com")
    await refused_by(world, "app_user_email_key", "app_user", again)


async def rows_alike(world: World, index: Any) -> tuple[Row, Row]:
    """Two rows not stored yet, equal in the columns of this index and different in every other key."""
    table = index["table"]
    org = None if table in GLOBAL else await world.organization()
    given = dict(APPLIES.get(index["name"], {}))
    left_out = {"org_id", ONE_OF.get(table, "")}
    for column in world.columns[table]:
        name = column["name"]
        if name in index["columns"] and name not in {*index["empty"], *given, *left_out}:
            parents = [key["parent"] for key in world.foreign if key["table"] == table and key["columns"][-1] == name]
            given[name] = (await world.row(parents[0], org))["id"] if parents else world.sample(column)
    first = await world.plan(table, org, **given)
    await world.become("superuser", *[org] if org else [])
    return first, await world.plan(table, org, **{name: first[name] for name in index["columns"] if name in first})


async def refused_by(world: World, constraint: str, table: str, row: Row) -> None:
    refused = await world.insert_refusal(table, row)
    assert refused is not None, constraint
    assert refused.constraint_name == constraint, refused
