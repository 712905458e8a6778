"""A bot that does not do its work is left alone for a while, and tried again: everybody on every node sees it so."""

from functools import partial
from typing import Any
from uuid import UUID

from server.protocol import entries as told
from tests.conftest import Cast
from tests.machines import Bot
from tests.people import Agent, Visitor, eventually
from tests.routing.bots import answer, first_bot, hand_off, held, hire


async def _health(agent: Agent, bot: Bot) -> dict[str, Any]:
    found: dict[str, Any] = (await agent.get(f"/api/bots/{bot.id}"))["health"]
    return found


async def _becomes(agent: Agent, bot: Bot, status: str) -> dict[str, Any]:
    async def is_so() -> dict[str, Any]:
        found = await _health(agent, bot)
        return found if found.get("status", "healthy") == status else {}

    found: dict[str, Any] = await eventually(is_so)
    return found


async def _rests_no_more(bot: Bot) -> None:
    await bot.org.house.rows(
        "update bot_health set retry_at = now() where org_id = $1 and bot_id = $2 and status = 'unhealthy'",
        bot.org.id, bot.id,
    )  # fmt: skip


async def _start(visitor: Visitor) -> tuple[UUID, UUID | None]:
    conversation_id = await visitor.start()
    began = await visitor.hears(told.ConversationStarted, lambda each: each.conversation_id == conversation_id)
    return conversation_id, began.agent_id


async def _fail(visitor: Visitor, bot: Bot) -> None:
    conversation_id, holder = await _start(visitor)
    assert holder == bot.id
    await held(bot, conversation_id)
    await bot.decide(hand_off(conversation_id, 1, reason_code="tool_failure"))


async def test_a_failing_bot_rests_is_tried_by_one_and_is_well_again(people: Cast) -> None:
    """Three failures; then nobody, one, and everybody. The team sees it live, and the event log has it."""
    visitor, agent = await people.visitor(), await people.agent()
    await agent.watch(None)
    robbie = await people.bot(node=1)
    await first_bot(robbie)
    for _ in range(3):
        await _fail(visitor, robbie)
    shown = await _becomes(agent, robbie, "unhealthy")
    assert (shown["reason"], shown["since"] > 0) == ("failing", True)
    (listed,) = (await agent.get("/api/bots"))["items"]
    assert listed["health"] == shown
    page = await agent.get(f"/api/bots/{robbie.id}")
    assert (page["recent_failures"], page["recent_answers"], page["retry_at"] - shown["since"]) == (3, 3, 30_000)
    assert page["last_failure"]["reason_code"] == "tool_failure"
    assert page["seen_at"] <= page["last_failure"]["at"] < page["retry_at"]
    line = await agent.hears(
        told.AgentChanged, lambda each: each.agent.health is not None and each.agent.health.status == "unhealthy"
    )
    assert line.agent.id == robbie.id
    assert (await _start(visitor))[1] is None

    await _rests_no_more(robbie)
    tried, holder = await _start(visitor)
    assert holder == robbie.id
    assert (await _health(agent, robbie))["status"] == "trying"
    assert (await _start(visitor))[1] is None
    await held(robbie, tried)
    await visitor.say(tried, "Does it work?")
    await answer(robbie, tried, "It does.", 1)
    await _becomes(agent, robbie, "healthy")
    page = await agent.get(f"/api/bots/{robbie.id}")
    assert (page["recent_failures"], page["retry_at"], page["last_failure"] is None) == (0, None, False)
    assert (await _start(visitor))[1] == robbie.id
    rows = await people.org.house.rows(
        "select kind, data ->> 'reason' as reason from event where org_id = $1 and subject_id = $2"
        " and kind in ('bot_tripped', 'bot_tried', 'bot_healed') order by id",
        people.org.id, robbie.id,
    )  # fmt: skip
    assert [tuple(row.values()) for row in rows] == [
        ("bot_tripped", "failing"), ("bot_tried", "failing"), ("bot_healed", "failing"),
    ]  # fmt: skip


# The reader that counts answers is past what was said in a conversation.
_COUNTED = """
select from event e
  join reader r on r.name = 'chat.handoffs' and (r.xid, r.id) >= (e.xid, e.id)
 where e.org_id = $1 and e.conversation_id = $2 and e.kind = 'messages_posted'
"""


async def test_what_is_said_in_its_name_when_it_cannot_help_is_no_answer(people: Cast) -> None:
    """A bot with words for that rests after three failures like any other."""
    visitor, olga = await people.visitor(), await people.agent("olga")
    robbie = await people.bot()
    await first_bot(robbie)
    await olga.change(f"/api/bots/{robbie.id}", {"fallback_message": "That is beyond me."})
    for _ in range(3):
        conversation_id, _ = await _start(visitor)
        await held(robbie, conversation_id)
        await robbie.decide(hand_off(conversation_id, 1, reason_code="tool_failure"))
        await eventually(partial(people.org.house.rows, _COUNTED, people.org.id, conversation_id))
    assert (await _becomes(olga, robbie, "unhealthy"))["reason"] == "failing"


async def test_why_it_gave_up_is_told_to_those_who_see_the_conversation(people: Cast) -> None:
    """Its own words may be about a visitor; who does not see the queue gets the reason alone."""
    visitor, olga = await people.visitor(), await people.agent("olga")
    robbie = await people.bot()
    await first_bot(robbie)
    conversation_id, _ = await _start(visitor)
    await held(robbie, conversation_id)
    await robbie.decide(hand_off(conversation_id, 1, reason_code="tool_failure", reason="no order of Vera's"))
    found = (await olga.get(f"/api/bots/{robbie.id}"))["last_failure"]
    assert (found["reason_code"], found["reason"]) == ("tool_failure", "no order of Vera's")
    ada = await people.agent("ada", node=1)
    await olga.change(f"/api/members/{ada.id}", {"withheld": ["queue.read"]})
    found = (await ada.get(f"/api/bots/{robbie.id}"))["last_failure"]
    assert (found["reason_code"], found["reason"]) == ("tool_failure", "")


async def test_what_fails_when_it_is_tried_rests_again(people: Cast) -> None:
    """Twice as long."""
    visitor, agent = await people.visitor(), await people.agent()
    robbie = await people.bot()
    await first_bot(robbie)
    for _ in range(3):
        await _fail(visitor, robbie)
    await _becomes(agent, robbie, "unhealthy")
    await _rests_no_more(robbie)
    await _fail(visitor, robbie)
    (row,) = await people.org.house.rows(
        "select status, extract(epoch from retry_at - since)::integer as rest from bot_health where org_id = $1",
        people.org.id,
    )
    assert row == {"status": "unhealthy", "rest": 60}


async def test_the_next_bot_has_what_a_silent_one_left(people: Cast) -> None:
    """And what that leaves as well, people; nobody has it twice."""
    visitor, agent = await people.visitor(), await people.agent()
    robbie = await people.bot()
    await first_bot(robbie)
    bill = await hire(people, "Bill", type="triage", node=1)
    await people.org.house.rows("update bot set answer_seconds = 2 where org_id = $1", people.org.id)
    conversation_id, holder = await _start(visitor)
    assert holder == robbie.id
    await agent.watch(conversation_id)
    await visitor.say(conversation_id, "Hello?")
    await held(bill, conversation_id, 2)
    await visitor.hears(told.ConversationReleased, patience=60)
    rows = (await agent.get(f"/api/conversations/{conversation_id}/handoffs"))["handoffs"]
    assert [(row["from_agent_name"], row["to_agent_name"], row["reason_code"]) for row in rows] == [
        ("Bill", "", "no_answer"), ("Robbie", "Bill", "no_answer"),
    ]  # fmt: skip
    found = await people.org.house.rows("select outcomes from bot_health where org_id = $1", people.org.id)
    assert [row["outcomes"] for row in found] == [[True], [True]]


async def test_what_another_bot_said_before_is_no_answer(people: Cast) -> None:
    """The next one owes it, and when it is silent as well, people have it."""
    visitor = await people.visitor()
    robbie = await people.bot()
    await first_bot(robbie)
    await hire(people, "Bill", type="billing", answer_seconds=2)
    conversation_id, _ = await _start(visitor)
    await visitor.say(conversation_id, "My bill?")
    await held(robbie, conversation_id, 1)
    await answer(robbie, conversation_id, "Bill knows.", 1)
    await robbie.decide(hand_off(conversation_id, 1, bot_type="billing"))
    await visitor.hears(told.ConversationReleased, patience=60)


async def test_one_that_is_not_there_is_shown_so(people: Cast) -> None:
    """What it left unanswered is the next one's at once, and it rests when it comes back."""
    visitor, agent = await people.visitor(), await people.agent()
    robbie = await people.bot()
    await first_bot(robbie)
    bill = await hire(people, "Bill", type="triage", node=1)
    conversation_id, holder = await _start(visitor)
    assert holder == robbie.id
    await held(robbie, conversation_id)
    await visitor.stored(await visitor.say(conversation_id, "Hello?"))
    await robbie.vanish()
    await held(bill, conversation_id, 2)
    assert (await _becomes(agent, robbie, "unhealthy"))["reason"] == "not_connected"
    await robbie.connect()
    await robbie.is_there()
    assert (await _start(visitor))[1] == bill.id
    await _rests_no_more(robbie)
    assert (await _start(visitor))[1] == robbie.id
