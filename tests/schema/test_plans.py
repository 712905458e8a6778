"""What people ask all day is answered from indexes, whatever else is in the tables; without one of these it is not."""

from collections.abc import AsyncIterator
from typing import Any, NamedTuple
from uuid import UUID

import pytest

from server.core.clock import now_ms
from server.core.db import connect
from server.core.ids import uuid7
from server.release import release
from tests.schema.conftest import MakeDatabase
from tests.schema.plans import Case, faults, fill, looked_at
from tests.schema.world import World

CHAT, CUSTOMERS, AUDIT = (f"server/domain/{each}/queries.sql" for each in ("chat", "customers", "audit"))
NO_FILTER: dict[str, Any] = dict.fromkeys(
    ("status", "assigned_agent_id", "team_id", "channel_id", "priority", "contact_ids", "seen_ids", "found_ids",
     "found_contact_ids", "after", "after_id")
) | {"unassigned": False, "bot_active": False, "limit": 51}  # fmt: skip
NO_CONTACT: dict[str, Any] = dict.fromkeys(
    ("ids", "customer_id", "is_blocked", "is_anonymous", "after", "after_id")
) | {"limit": 51}
NO_LINE: dict[str, Any] = dict.fromkeys(("entity_type", "entity_id", "actor_id", "action", "before")) | {
    "limit": 51,
    "with_names": True,
}
# Which index each of them needs, if nothing can stand in for it, and what it is asked for: capitals are somebody there.
ASKED: dict[str, tuple[str, str, dict[str, Any], int]] = {
    "entries_before": (
        "message_conversation_idx",
        CHAT,
        {"conversation_id": "GIANT", "before": 2000, "is_team": True, "limit": 51},
        200,
    ),
    "entries_after": (
        "event_conversation_idx",
        CHAT,
        {"conversation_id": "GIANT", "after": 2000, "is_team": False, "limit": 201},
        600,
    ),
    "cards": ("conversation_tag_key", CHAT, {"ids": "SOME"}, 500),
    "newest_cards": ("conversation_started_idx", CHAT, {"status": None, "limit": 100}, 1000),
    "counts": ("conversation_live_idx", CHAT, {}, 400),
    "visitor_conversations": ("conversation_contact_idx", CHAT, {"contact_id": "CONTACT"}, 200),
    "conversation_details": ("conversation_contact_idx", CHAT, {"conversation_id": "GIANT", "seen_ids": None}, 200),
    "seen": ("conversation_closer_idx", CHAT, {"agent_id": "AGENT", "most": 500}, 1000),
    "known_as": ("contact_merged_idx", CUSTOMERS, {"contact_ids": "CONTACTS"}, 50),
}
PAGE, ONE = {"after": "LATELY", "after_id": "GIANT"}, {"entity_type": "contact", "entity_id": "CONTACT"}
MINE = "conversation_live_idx conversation_assigned_idx"
CUSTOM: dict[str, tuple[str, str, str, dict[str, Any], int]] = {
    "everything": ("conversation_activity_idx", CHAT, "conversations", NO_FILTER, 300),
    "page 9": ("conversation_activity_idx", CHAT, "conversations", NO_FILTER | PAGE, 300),
    "a quiet channel": ("conversation_channel_idx", CHAT, "conversations", NO_FILTER | {"channel_id": "QUIET"}, 300),
    "a rare priority": ("conversation_priority_idx", CHAT, "conversations", NO_FILTER | {"priority": 1}, 300),
    "an empty status": ("conversation_resolved_idx", CHAT, "conversations", NO_FILTER | {"status": "resolved"}, 50),
    "mine": (MINE, CHAT, "conversations", NO_FILTER | {"assigned_agent_id": "AGENT"}, 200),
    "a rare tag": ("conversation_tag_idx", CHAT, "tagged_conversations", NO_FILTER | {"tag": "legal"}, 400),
    "contacts": ("contact_seen_idx", CUSTOMERS, "contact_places", NO_CONTACT, 100),
    "blocked contacts": ("contact_blocked_idx", CUSTOMERS, "contact_places", NO_CONTACT | {"is_blocked": True}, 50),
    "a small organization's audit log": ("", AUDIT, "lines", NO_LINE | {"org_id": "SMALL"}, 300),
    "the audit log of one contact": ("audit_log_entity_idx", AUDIT, "lines", NO_LINE | ONE, 100),
}  # fmt: skip
CASES = {name: (index, Case(file, name, values, rows)) for name, (index, file, values, rows) in ASKED.items()} | {
    told: (index, Case(file, name, values, rows, is_custom=True))
    for told, (index, file, name, values, rows) in CUSTOM.items()
}


class Place(NamedTuple):
    """A connection into the filled database, and who is there."""

    connection: Any
    org: UUID
    people: dict[str, Any]

    def given(self, case: Case) -> Case:
        """The case, asked about somebody."""
        values = {
            name: self.people.get(each, each) if isinstance(each, str) else each for name, each in case.values.items()
        }
        return Case(case.file, case.name, values, case.rows, case.is_custom)


@pytest.fixture(scope="module")
async def filled(empty_database: MakeDatabase) -> AsyncIterator[Place]:
    """Thousands of messages over several months, nearly all of one organization."""
    urls = await empty_database()
    await release(urls.owner, urls.app)
    connection = await connect(urls.superuser)
    company, _, small = await fill(connection, await World.over(connection))
    giant, *_ = await connection.fetchval(
        "select array_agg(conversation_id order by message_count desc) from conversation_live where org_id = $1",
        company.id,
    )
    some = await connection.fetchval(
        "select array_agg(id) from (select id from conversation where org_id = $1 order by md5(id::text) limit 20) c",
        company.id,
    )
    people = {
        "GIANT": giant, "SOME": some, "AGENT": company.agents[3][0], "CONTACT": UUID(company.contacts[900].id),
        "CONTACTS": [each.id for each in company.contacts[:20]], "QUIET": company.channels[1].id,
        "SMALL": small.id, "LATELY": now_ms() - 40 * 86_400_000,
    }  # fmt: skip
    yield Place(connection, company.id, people)
    await connection.close()


@pytest.fixture
async def young(empty_database: MakeDatabase) -> AsyncIterator[Place]:
    """A hundred conversations of a company that has just begun: nobody has counted any table."""
    urls = await empty_database()
    await release(urls.owner, urls.app)
    connection = await connect(urls.superuser)
    world = await World.over(connection)
    org = await world.organization()
    await connection.execute("set session_replication_role = replica")
    channel = uuid7()
    await connection.execute(
        "insert into channel (org_id, id, kind, name) values ($1, $2, 'web_widget', 'Shop')", org, channel
    )
    some = await connection.fetchval(
        "with person as (insert into contact (org_id) select $1 from generate_series(1, 100) returning id),"
        " begun as (insert into conversation (org_id, session_key, status, contact_id, channel_id)"
        "           select $1, id, 'open', id, $2 from person returning id)"
        " select array_agg(id) from begun",
        org,
        channel,
    )
    yield Place(connection, org, {"SOME": some})
    await connection.close()


async def test_nothing_is_read_through_before_anybody_has_counted(young: Place) -> None:
    """In the first minute of an installation a hundred cards are a few hundred rows, and not a million."""
    case = Case(CHAT, "cards", {"ids": "SOME"}, 500)
    assert await _faults(young, case) == []
    await young.connection.execute("select pg_clear_attribute_stats('public', 'contact', 'org_id', false)")
    assert await _faults(young, case) != []


@pytest.mark.parametrize("told", CASES)
async def test_it_is_answered_from_indexes(filled: Place, told: str) -> None:
    """Under row security, with the plan that stays: no table is read through, nor more than a few pages."""
    _, case = CASES[told]
    assert await _faults(filled, case) == []


@pytest.mark.parametrize("told", [told for told, (index, _) in CASES.items() if index])
async def test_without_its_index_it_would_not_be(filled: Place, told: str) -> None:
    """The test above sees it when the index goes."""
    index, case = CASES[told]
    assert await _faults(filled, case, without=index) != []


async def _faults(filled: Place, case: Case, *, without: str = "") -> list[str]:
    transaction = filled.connection.transaction()
    await transaction.start()
    try:
        for index in without.split():
            await filled.connection.execute(f"drop index {index}")
        return await faults(filled.connection, filled.given(case), filled.org)
    finally:
        await transaction.rollback()


@pytest.mark.parametrize(
    ("word", "index", "rows"),
    [
        # Found among the newest 2,000; where these begin is not asked for.
        ("the", "message_search_time_idx", 2_000),
        # Where they begin is asked for as well; the rest by GIN.
        ("needle", "message_search_words_idx", 4_100),
        ("eedl", "message_search_body_idx", 4_100),
    ],
)
async def test_a_search_reads_the_newest_and_then_what_has_the_word(
    filled: Place, word: str, index: str, rows: int
) -> None:
    """Common words and rare ones; without the index everything is read."""
    assert await _search(filled, word) <= rows
    assert await _search(filled, word, without=index) > rows


async def _search(filled: Place, word: str, *, without: str = "") -> int:
    transaction = filled.connection.transaction()
    await transaction.start()
    try:
        if without:
            await filled.connection.execute(f"drop index {without}")
        return await looked_at(filled.connection, filled.org, word)
    finally:
        await transaction.rollback()
