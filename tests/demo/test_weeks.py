"""The demo's past is as good as a past that happened: numbers, states, and people who go on talking in it."""

from contextlib import AsyncExitStack
from itertools import pairwise
from typing import Any
from uuid import UUID

from server.core.db import open_db
from server.core.ids import uuid7
from server.domain.chat.stints import keep_stints
from server.domain.interactions.reactions import measure
from server.protocol import client_frames as say
from server.protocol import entries as told
from server.protocol.values import Position
from tests.demo.conftest import Customer, Member
from tests.inbox import snapshot, totals
from tests.people import eventually
from tests.servers import House, Organization

# Every line of every conversation, talk and decisions.
LINES = """
select conversation_id, seq, at, id, 'message' as kind, is_internal, null::jsonb as data from message
union all
select conversation_id, seq, at, id, kind, coalesce((data ->> 'is_internal')::boolean, false), data from event
 where seq is not null
 order by conversation_id, seq
"""


async def _lines(house: House) -> dict[UUID, list[dict[str, Any]]]:
    found: dict[UUID, list[dict[str, Any]]] = {}
    for row in await house.rows(LINES):
        found.setdefault(row["conversation_id"], []).append(row)
    return found


async def test_every_number_fits(filled: House) -> None:
    """Numbers have no hole, times only rise, and the counters are what the lines add up to."""
    lines = await _lines(filled)
    rows = await filled.rows("select c.*, l.* from conversation c join conversation_live l on l.conversation_id = c.id")
    assert 250 <= len(rows) == len(lines) <= 400
    for row in rows:
        here = lines[row["id"]]
        said = [each for each in here if each["kind"] == "message"]
        decided = [each["data"] for each in here if each["data"] is not None]
        assert [each["seq"] for each in here] == list(range(1, row["last_seq"] + 1))
        assert all(one["at"] < next_one["at"] for one, next_one in pairwise(here))
        assert row["public_seq"] == max(each["seq"] for each in here if not each["is_internal"])
        assert (row["last_message_seq"], row["message_count"]) == (said[-1]["seq"], len(said))
        assert (row["last_message_at"], row["last_activity_at"]) == (said[-1]["at"], here[-1]["at"])
        assert [each["version"] for each in decided] == list(range(1, row["version"] + 1))
        assert (decided[-1]["status"], decided[-1]["turn"]) == (row["status"], row["turn"])
        assert (row["queued_at"] is not None) == (row["status"] == "waiting")
        assert (row["assigned_agent_id"] is not None) == (row["status"] == "assigned")


async def test_nobody_is_in_a_conversation_twice_and_every_stint_fits(filled: House) -> None:
    """As the reader of participants leaves it: the holder of now is primary, those of before have left."""
    holders = await filled.rows(
        "select c.id from conversation c full join"
        "  (select * from participant where role in ('primary', 'bot') and left_at is null) p"
        "  on p.conversation_id = c.id"
        " where c.assigned_agent_id is distinct from p.agent_id"
    )
    assert not holders
    assert not await filled.rows("select from participant where left_at < joined_at")
    assert not await filled.rows(
        "select from conversation c where not exists (select from participant p"
        "  where p.conversation_id = c.id and p.contact_id = c.contact_id and p.role = 'contact')"
    )


async def test_bots_say_how_sure_they_are_and_visitors_are_understood(filled: House, company: Organization) -> None:
    """Each intent has examples and conversations about it; in moods there is something of everything."""
    unsure = await filled.rows("select 1 from message where (sender_kind = 'bot') <> (confidence is not null)")
    assert not unsure
    rows = await filled.rows(
        "select i.name, cardinality(i.examples) as examples, count(c.id) as talks from intent i"
        " left join conversation c on c.primary_intent = i.name group by i.name, i.examples"
    )
    assert len(rows) >= 5
    assert all(row["examples"] >= 4 and row["talks"] > 0 for row in rows), rows
    moods = await filled.rows("select distinct emotion from conversation where sentiment_avg is not null")
    assert {row["emotion"] for row in moods} >= {"neutral", "joy", "anger", "sadness"}
    (said,) = await filled.rows(
        "select conversation_id, confidence::float8 as confidence from message where sender_kind = 'bot'"
        " order by at limit 1"
    )
    maya = Member(company, "maya")
    await maya.connect()
    try:
        past = await maya.watch(said["conversation_id"], Position(1, 0))
        answers = [each.answer for each in past.entries if isinstance(each, told.MessagePosted) and each.answer]
        assert answers[0].confidence == said["confidence"]
        shown = await maya.get("/api/intents")
        assert len(shown["items"]) == len(rows)
    finally:
        await maya.leave()


async def test_what_bots_held_and_hold_is_known(filled: House, company: Organization) -> None:
    """A bot that had a conversation stands with it; some are with a bot now, in a list of their own."""
    wrong = await filled.rows(
        "select 1 from conversation c where c.org_id = $1 and c.bot_id is distinct from (select p.agent_id"
        " from participant p where p.org_id = c.org_id and p.conversation_id = c.id and p.role = 'bot' limit 1)",
        company.id,
    )
    assert not wrong
    maya = Member(company, "maya")
    await maya.login()
    try:
        listed = await maya.get("/api/conversations?status=assigned&bot_active=true")
        assert {each["assigned_agent_name"] for each in listed["items"]} == {"Sprig"}
    finally:
        await maya.leave()


async def test_an_old_conversation_goes_on(filled: House, company: Organization) -> None:
    """Somebody writes, answers, closes and comes back: on every screen and in Postgres the numbers go on."""
    (row,) = await filled.rows(
        "select c.id, c.contact_id, c.channel_id, c.version, l.last_seq, l.public_seq, l.message_count"
        "  from conversation c join conversation_live l on l.conversation_id = c.id"
        "  join agent a on a.id = c.assigned_agent_id"
        "  join conversation_tag t on t.conversation_id = c.id"
        " where a.name like 'Jonas%' order by c.id limit 1"
    )
    conversation, last = row["id"], row["last_seq"]
    async with AsyncExitStack() as stack:
        jonas, customer = Member(company, "jonas"), Customer(company, row["contact_id"], row["channel_id"])
        for person in (jonas, customer):
            stack.push_async_callback(person.leave)
            await person.connect()
        past = await jonas.watch(conversation, Position(1, 0))
        assert [each.seq for each in past.entries] == list(range(1, last + 1))
        assert past.summary is not None
        assert (past.summary.version, past.summary.status) == (row["version"], "assigned")
        seen = await customer.watch(conversation)
        assert seen.entries[-1].seq == row["public_seq"]
        assert not any(isinstance(each, told.ConversationTagged) for each in seen.entries)
        answer = await jonas.say(conversation, "Still there?")
        assert (answer.epoch, answer.seq) == (1, last + 1)
        heard = await customer.hears_line("Still there?")
        assert heard.after == row["public_seq"]
        closed = await jonas.close(conversation, row["version"])
        again = await customer.say(conversation, "One more thing")
        assert (closed.seq, again.seq) == (last + 2, last + 3)
        reopened = await jonas.hears(told.ConversationReopened)
        assert (reopened.seq, reopened.version) == (last + 4, row["version"] + 2)
        await jonas.take(conversation, reopened.version)
        await jonas.say(conversation, "Gladly.")
    await eventually(lambda: filled.rows("select from message where body = 'Gladly.'"))
    await test_every_number_fits(filled)


async def test_the_inbox_counts_what_is_there(filled: House, company: Organization) -> None:
    """The lists beside the demo's inbox show what counting the cards gives."""
    maya = Member(company, "maya")
    await maya.login()
    screen = await snapshot(maya)
    await maya.leave()
    rows = await filled.rows(
        "select status, assigned_agent_id as agent, assigned_team_id as team from conversation where status <> 'closed'"
    )
    statuses = [row["status"] for row in rows]
    open_, waiting, assigned = (statuses.count(each) for each in ("open", "waiting", "assigned"))
    assert screen.totals == (open_, waiting, assigned, open_ + waiting)
    for field, counted in (("agent", screen.agents), ("team", screen.teams)):
        assert counted == {who: sum(row[field] == who for row in rows) for who in {row[field] for row in rows} - {None}}
    assert waiting >= 5
    assert len(screen.agents) >= 4


async def test_nobody_reacts_to_what_was_there_before(filled: House, company: Organization) -> None:
    """Readers follow what happens now; the past announces nothing, and nobody joins it again."""
    before = await filled.rows("select count(*) as n, max(joined_at) as last from participant")
    maya = Member(company, "maya")
    await maya.connect()
    start = (await snapshot(maya)).position
    missed = (await maya.watch(None, start)).entries
    (waiting,) = await filled.rows(
        "select id, version from conversation where status = 'waiting' order by queued_at limit 1"
    )
    await maya.decide(say.PrioritizeConversation(uuid7(), waiting["id"], waiting["version"], 5))
    change = await maya.hears(told.InboxChanged)
    # Beside it the feed tells at most who comes and goes.
    cards = [each for each in [*missed, *maya.heard] if isinstance(each, told.InboxChanged)]
    assert [each.card.conversation_id for each in cards] == [waiting["id"]]
    assert change.counts is not None
    assert totals(change.counts) == (await snapshot(maya)).totals
    await maya.leave()
    # The readers have seen a later event, hence all that came before it.
    assert await filled.rows("select count(*) as n, max(joined_at) as last from participant") == before
    feed = await filled.rows(
        "select from event where epoch is null and conversation_id is not null and kind <> 'messages_posted'"
    )
    assert not feed


async def test_the_past_can_be_listed_and_searched(filled: House, company: Organization) -> None:
    """Readers fill lists and search from what happens; the demo has done it for what they never saw."""
    maya = Member(company, "maya")
    await maya.login()
    found = await maya.get("/api/search?q=monstera")
    assert found["messages"]
    page = await maya.get("/api/conversations?status=closed&limit=200")
    more = await maya.get(f"/api/conversations?status=closed&limit=200&cursor={page['next_cursor']}")
    closed = await filled.rows("select id from conversation where status = 'closed'")
    listed = [each["conversation_id"] for each in page["items"] + more["items"]]
    assert sorted(listed) == sorted(str(row["id"]) for row in closed)
    await maya.leave()


async def test_every_contact_of_the_past_is_measured_as_the_worker_would(filled: House) -> None:
    """By bots alone and by people, about something, and given up; counted again, nothing changes."""
    rows = await filled.rows("select to_jsonb(i) as row from interaction i order by id")
    kinds = {(row["mode"], row["status"]) for row in (each["row"] for each in rows)}
    assert {("bot", "completed"), ("live_chat", "completed"), ("live_chat", "open")} <= kinds
    assert not await filled.rows(
        "select from conversation c where not exists (select from interaction i where i.conversation_id = c.id)"
    )
    about = await filled.rows("select count(*) as n, count(interaction_type_id) as known from interaction")
    assert about[0]["known"] > about[0]["n"] / 3
    assert await filled.rows("select from customer where total_interactions > 1 and success_rate = 1")
    stints = "select to_jsonb(p) as row from participant p order by id"
    before = await filled.rows(stints)
    (org,) = await filled.rows("select id from organization where slug = 'frontdesk-demo'")
    ids = [row["id"] for row in await filled.rows("select id from conversation")]
    worker = await open_db(filled.databases.environment["DATABASE_URL"], "fd_worker", size=1)
    async with worker.scope(org["id"]) as tx:
        await keep_stints(tx, ids)
        await measure(tx, ids)
    await worker.close()
    assert await filled.rows("select to_jsonb(i) as row from interaction i order by id") == rows
    assert await filled.rows(stints) == before
