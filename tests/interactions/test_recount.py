"""The figures of interactions, counted again from the events by somebody who knows nothing of how they were made."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import entries as told
from tests.conftest import Cast
from tests.people import Agent, Visitor, eventually
from tests.servers import House, running

READERS = ["chat.participants", "interactions.measure"]
SHOWN = """
select to_jsonb(i) - array['created_at', 'updated_at'] as row
  from interaction i
 where org_id = $1
 order by conversation_id, started_at, id
"""
STINTS = """
select to_jsonb(p) - array['last_read_seq', 'last_delivered_seq'] as row
  from participant p
 where org_id = $1 and role <> 'observer'
 order by conversation_id, joined_at, id
"""
# As though each decision's transaction had begun before that of the one it follows.
REVERSED = """
update event e
   set xid = (100 + r.n)::text::xid8
  from (select id, row_number() over (order by xid desc, id desc) as n
          from event
         where org_id = $1 and data ? 'turn') r
 where e.org_id = $1 and e.id = r.id
returning 1
"""


@pytest.fixture(scope="module")
async def own_house() -> AsyncIterator[House]:
    """An installation whose one worker this file kills."""
    async with running(webs=1, workers=1) as house:
        yield house


@pytest.fixture
async def cast(own_house: House) -> AsyncIterator[Cast]:
    """The people of a company of its own."""
    async with AsyncExitStack() as stack:
        yield Cast(await own_house.organization(), stack)


async def test_the_sums_are_those_of_the_events_whatever_became_of_the_worker(own_house: House, cast: Cast) -> None:
    """Taken, passed on, given back, closed, given up, opened again; with a worker that died in the middle; and again
    with readers that begin from the beginning, once over the rows and once without them.
    """
    ada, ben = await cast.agent("ada"), await cast.agent("ben")
    visitors = [await cast.visitor() for _ in range(4)]
    held, passed, given_up, back = [await each.start() for each in visitors]
    await ada.take(held, 1)
    await ada.stored(await ada.say(held, "Hello"))
    await ada.take(passed, 1)
    own_house.workers[0].kill()
    await _pass_on(ada, ben, passed)
    await ada.close(held, 2)
    await ben.close(given_up, 1)
    await ben.take(back, 1)
    await ben.say(back, "Here you are")
    await ben.close(back, 2)
    own_house.workers[0].start()
    await _come_back(visitors[3], ada, back)
    await _matches(own_house, cast.org.id)
    # An end may be known before the answer that came before it is stored.
    first, second, third, fourth, fifth = await eventually(
        lambda: _ended(own_house, cast.org.id, held, passed, given_up, back)
    )
    assert (second["primary_agent_id"], second["secondary_agent_id"]) == (str(ada.id), str(ben.id))
    assert (second["transfer_count"], third["primary_agent_id"], fifth["parent_id"]) == (2, None, fourth["id"])
    assert (fourth["first_contact_resolution"], first["first_contact_resolution"]) == (False, True)
    assert {each["mode"] for each in (first, second, third, fourth, fifth)} == {"live_chat"}
    await _count_again(own_house, cast.org.id)


async def _ended(house: House, org_id: UUID, *conversations: UUID) -> list[dict[str, Any]]:
    rows = [each["row"] for each in await house.rows(SHOWN, org_id)]
    told = [row for each in conversations for row in rows if row["conversation_id"] == str(each)]
    return told if [each["status"] for each in told] == ["completed", "open", "abandoned", "completed", "open"] else []


async def _pass_on(ada: Agent, ben: Agent, conversation: UUID) -> None:
    await ada.decide(say.AssignConversation(uuid7(), conversation, 2, agent_id=ben.id))
    await ben.decide(say.ReleaseConversation(uuid7(), conversation, 3))
    await ada.take(conversation, 4)


async def _come_back(visitor: Visitor, ada: Agent, conversation: UUID) -> None:
    await ada.watch(conversation)
    await visitor.say(conversation, "One more thing")
    reopened = await ada.hears(told.ConversationReopened, patience=30)
    await ada.take(conversation, reopened.version)


async def _matches(house: House, org_id: UUID) -> None:
    async def is_so() -> bool:
        rows = [each["row"] for each in await house.rows(SHOWN, org_id)]
        return {UUID(each["id"]): _figures(each) for each in rows} == await recounted(house, org_id)

    await eventually(is_so, patience=30)


def _figures(row: dict[str, Any]) -> tuple[Any, ...]:
    ends = row["ended_at"] and datetime.fromisoformat(row["ended_at"])
    return datetime.fromisoformat(row["started_at"]), ends, row["queue_seconds"], row["human_seconds"]


async def recounted(house: House, org_id: UUID) -> dict[UUID, tuple[Any, ...]]:
    """Beginning, end, and the seconds of waiting and of people, of each interaction by the decision that opened it."""
    events = await house.rows(
        "select id, conversation_id, kind, at, data, actor_kind from event"
        " where org_id = $1 and conversation_id is not null and data ? 'turn'"
        " order by conversation_id, (data ->> 'version')::integer",
        org_id,
    )
    found: dict[UUID, list[Any]] = {}
    state, since, opened = "nobody", None, None
    for event in events:
        if opened is not None and state != "nobody":
            found[opened][2 if state == "waiting" else 3] += event["at"] - since
        if event["kind"] in {"conversation_started", "conversation_reopened"}:
            opened = event["id"]
            found[opened] = [event["at"], None, timedelta(), timedelta()]
        if event["kind"] == "conversation_closed":
            assert opened is not None
            found[opened][1] = event["at"]
        last = event["data"]["status"]
        state = {"waiting": "waiting", "assigned": "held"}.get(last, "nobody")
        since = event["at"]
    return {
        each: (start, end, *((part // timedelta(microseconds=1) + 500_000) // 1_000_000 for part in (queue, human)))
        for each, (start, end, queue, human) in found.items()
    }


async def _count_again(house: House, org_id: UUID) -> None:
    before = await _all(house, org_id)
    assert len(before[1]) > len(before[0])
    for is_emptied in (False, True):
        house.workers[0].stop()
        if is_emptied:
            for table in ("interaction", "participant"):
                await house.rows(f"delete from {table} where org_id = $1 returning 1", org_id)
            await house.rows(REVERSED, org_id)
        await house.rows("delete from reader where name = any($1) returning 1", READERS)
        house.workers[0].start()
        await eventually(lambda: _is_through(house), patience=40)
        assert await _all(house, org_id) == before
    # The stints of a conversation that was never opened again are its interaction's seconds.
    sums = await house.rows(
        "select i.human_seconds, round(sum(extract(epoch from p.left_at - p.joined_at)))::integer as held"
        "  from interaction i join participant p on p.conversation_id = i.conversation_id and p.role = 'primary'"
        " where i.org_id = $1 and i.parent_id is null"
        "   and not exists (select from interaction n where n.parent_id = i.id)"
        " group by i.id, i.human_seconds",
        org_id,
    )
    assert sums
    assert [each for each in sums if each["human_seconds"] != each["held"]] == []


async def _all(house: House, org_id: UUID) -> list[list[dict[str, Any]]]:
    return [await house.rows(each, org_id) for each in (SHOWN, STINTS)]


async def _is_through(house: House) -> bool:
    rows = await house.rows(
        "select from reader where name = any($1)"
        " and xid > (select max(xid::text::bigint) from event)::text::xid8 and lease_until > now()",
        READERS,
    )
    return len(rows) == len(READERS)
