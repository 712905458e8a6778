"""Which bot a visitor meets: by the first words, by the channel, or one for triage, which knows whom to ask."""

from typing import Any
from uuid import UUID

import pytest

from server.core.db import connect
from server.protocol import entries as told
from tests.conftest import Cast
from tests.people import Agent, Refused, Visitor, eventually
from tests.routing.bots import answer, first_bot, hand_off, held, hire
from tests.servers import Organization


async def _holder(visitor: Visitor, words: str) -> str:
    """Who has a conversation that begins with these words."""
    conversation_id = await visitor.start(words=words)
    began = await visitor.hears(told.ConversationStarted, lambda each: each.conversation_id == conversation_id)
    return began.agent_name


async def _change_channel(org: Organization, *, status: int = 200, **fields: Any) -> None:
    lead = Agent(org, "olga")
    await lead.login()
    await lead.change(f"/api/channels/{org.channel_id}", fields, status=status)
    await lead.leave()


async def test_the_first_words_decide_whom_a_visitor_meets(people: Cast) -> None:
    """Whole words; priority, then the longer keyword; without one the channel's bot, then triage, then people."""
    visitor = await people.visitor()
    triage = await hire(people, "Trish", type="triage")
    await hire(people, "Bill", trigger_keywords=["refund", "order"])
    await hire(people, "Stan", trigger_keywords=["order status"], node=1)
    await hire(people, "Vip", trigger_keywords=["Café"], routing_priority=3)
    assert await _holder(visitor, "I want a REFUND, please") == "Bill"
    assert await _holder(visitor, "my order status") == "Stan"
    assert await _holder(visitor, "a refund for the cafe") == "Vip"
    assert await _holder(visitor, "refunds") == "Trish"
    robbie = await people.bot()
    await first_bot(robbie)
    assert await _holder(visitor, "Hello") == "Robbie"
    await robbie.leave()
    await triage.leave()
    await eventually(lambda: _are_gone(people.org, robbie.id, triage.id), patience=60)
    assert await _holder(visitor, "Hello") == ""
    # A person is asked for: no bot has it for a moment.
    assert await _holder(visitor, "A refund! Let me talk to a human") == ""


async def test_a_channel_says_which_bots_answer_in_it(people: Cast) -> None:
    """None named means all; its own one is always meant. The why of it is kept."""
    visitor, agent = await people.visitor(), await people.agent()
    bill, stan = [await hire(people, name, trigger_keywords=["refund"]) for name in ("Bill", "Stan")]
    assert await _holder(visitor, "refund") == "Bill"
    await _change_channel(people.org, bot_ids=[str(stan.id)])
    conversation_id = await visitor.start(words="a refund, please")
    await held(stan, conversation_id)
    (step,) = (await agent.get(f"/api/conversations/{conversation_id}/assignments"))["assignments"]
    assert (step["agent_name"], step["state"]) == ("Stan", "taken")
    assert step["why"] == {
        "choice": {"agent_id": str(stan.id), "by": "keyword", "keyword": "refund", "passed_over": []}
    }
    await _change_channel(people.org, bot_ids=[], default_bot_id=str(bill.id))
    assert await _holder(visitor, "Hello") == "Bill"
    await _change_channel(people.org, bot_ids=[str(people.org.id)], status=404)


async def test_what_opens_again_is_given_by_its_new_words(people: Cast) -> None:
    """As at the beginning."""
    visitor, agent = await people.visitor(), await people.agent()
    bill = await hire(people, "Bill", trigger_keywords=["refund"])
    conversation_id = await visitor.start(words="Hello")
    await agent.take(conversation_id)
    taken = await visitor.hears(told.ConversationTaken)
    await agent.close(conversation_id, taken.version)
    await visitor.hears(told.ConversationClosed)
    await visitor.say(conversation_id, "And now I want a refund.")
    assert (await visitor.hears(told.ConversationReopened)).agent_id == bill.id
    await held(bill, conversation_id)


async def test_one_for_triage_knows_whom_to_ask(people: Cast) -> None:
    """By a type or a name; one that is not there is refused, and the conversation stays where it is."""
    visitor = await people.visitor()
    triage = await hire(people, "Trish", type="triage")
    bill = await hire(people, "Bill", type="billing")
    other = await hire(people, "Otto", type="sales", node=1)
    conversation_id = await visitor.start()
    await held(triage, conversation_id, 1)
    with pytest.raises(Refused, match="no such bot"):
        await triage.decide(hand_off(conversation_id, 1, bot_type="technical"))
    with pytest.raises(Refused, match="ask for one"):
        await triage.decide(hand_off(conversation_id, 1, bot_type="billing", bot_name="Otto"))
    await triage.decide(hand_off(conversation_id, 1, bot_type="billing", state={"order": "1041"}))
    await held(bill, conversation_id, 2)
    await bill.decide(hand_off(conversation_id, 2, bot_name="otto"))
    await held(other, conversation_id, 3)
    await answer(other, conversation_id, "I am Otto.", 3)
    await visitor.hears_line("I am Otto.")


async def test_who_cannot_help_says_so_once_and_the_next_one_has_it(people: Cast) -> None:
    """The bot's own words for it, before anybody else speaks; in the end people have it."""
    visitor, agent = await people.visitor(), await people.agent()
    robbie = await people.bot()
    await first_bot(robbie)
    bill = await hire(people, "Bill", trigger_keywords=["refund"], fallback_message="That is beyond me.")
    conversation_id = await visitor.start(words="refund")
    await agent.watch(conversation_id)
    await held(bill, conversation_id, 1)
    await visitor.say(conversation_id, "a refund")
    frame = hand_off(conversation_id, 1, reason_code="low_confidence", reason="I do not know")
    await bill.decide(frame)
    await bill.send(frame)
    await held(robbie, conversation_id, 2)
    said = await visitor.hears_line("That is beyond me.")
    assert (said.sender.kind, said.sender.name) == ("bot", "Bill")
    await answer(robbie, conversation_id, "I neither.", 2)
    await robbie.decide(hand_off(conversation_id, 2, reason_code="low_confidence"))
    await visitor.hears(told.ConversationReleased)
    assert visitor.lines(conversation_id) == ["That is beyond me.", "I neither."]
    rows = (await agent.get(f"/api/conversations/{conversation_id}/handoffs"))["handoffs"]
    assert [(row["from_agent_name"], row["to_agent_name"], row["status"]) for row in rows] == [
        ("Robbie", "", "requested"), ("Bill", "Robbie", "accepted"),
    ]  # fmt: skip


async def _are_gone(org: Organization, *ids: UUID) -> bool:
    rows = await org.house.rows("select 1 from agent where id = any($1) and is_connected", list(ids))
    return not rows


async def test_bots_that_pass_it_on_without_a_word_are_stopped(people: Cast) -> None:
    """Three times between two visitors' words; then people have it, and a bot that is asked for does not."""
    visitor, agent = await people.visitor(), await people.agent()
    robbie = await people.bot()
    await first_bot(robbie)
    bill = await hire(people, "Bill")
    conversation_id = await visitor.start()
    await agent.watch(conversation_id)
    turn = 1
    for asked in (bill, robbie, bill):
        other = robbie if asked is bill else bill
        await held(other, conversation_id, turn)
        await other.decide(hand_off(conversation_id, turn, agent_id=asked.id))
        turn += 1
    await held(bill, conversation_id, turn)
    await visitor.stored(await visitor.say(conversation_id, "Is somebody there?"))
    for asked in (robbie, bill, robbie):
        other = robbie if asked is bill else bill
        await held(other, conversation_id, turn)
        await other.decide(hand_off(conversation_id, turn, agent_id=asked.id))
        turn += 1
    await held(robbie, conversation_id, turn)
    await robbie.decide(hand_off(conversation_id, turn, bot_name="Bill"))
    await visitor.hears(told.ConversationReleased)
    asked_for = await agent.hears(told.HandoffRequested, lambda each: each.to_agent_id is None)
    assert asked_for.reason_code == "policy"
    assert "3 times" in asked_for.reason


async def test_a_bot_that_talks_on_and_on_is_stopped(people: Cast) -> None:
    """More than twenty times for a word of the visitor; twenty are its business."""
    visitor, agent = await people.visitor(), await people.agent()
    robbie = await people.bot()
    await first_bot(robbie)
    calm, loud = await visitor.start(), await visitor.start()
    for conversation_id in (calm, loud):
        await agent.watch(conversation_id)
        await held(robbie, conversation_id, 1)
        await visitor.say(conversation_id, "Hello")
    for number in range(20):
        for conversation_id in (calm, loud):
            await answer(robbie, conversation_id, f"and {number}", 1)
    await visitor.stored(await visitor.say(calm, "Enough"))
    await answer(robbie, loud, "and on", 1)
    asked = await agent.hears(told.HandoffRequested)
    assert (asked.conversation_id, asked.reason_code) == (loud, "policy")
    await answer(robbie, calm, "Sorry", 1)


async def test_a_person_can_be_asked_for_whichever_bot_has_it(people: Cast) -> None:
    """Also right after one bot gave it to another, and by words that the first one heard."""
    visitor, agent = await people.visitor(), await people.agent()
    robbie = await people.bot()
    await first_bot(robbie)
    bill = await hire(people, "Bill", node=1)
    for number in range(5):
        conversation_id = await visitor.start()
        await agent.watch(conversation_id)
        await held(robbie, conversation_id, 1)
        pass_on = hand_off(conversation_id, 1, agent_id=bill.id)
        word = visitor.draft(conversation_id, "I want to talk to a human")
        # Both at once: whichever is first, people have it in the end.
        for who, frame in ((visitor, word), (robbie, pass_on))[:: 1 if number % 2 else -1]:
            await who.send(frame)
        await agent.hears(
            told.HandoffRequested,
            lambda each, here=conversation_id: each.conversation_id == here and each.reason_code == "user_request",  # type: ignore[misc]
        )
        await visitor.hears(
            told.ConversationReleased,
            lambda each, here=conversation_id: each.conversation_id == here,  # type: ignore[misc]
        )


async def test_a_wish_for_a_person_outlasts_a_handoff_in_the_same_moment(people: Cast) -> None:
    """Heard while one bot held it, and raised when the next one does."""
    house = people.org.house
    visitor, agent = await people.visitor(), await people.agent()
    robbie = await people.bot()
    await first_bot(robbie)
    bill = await hire(people, "Bill", node=1)
    conversation_id = await visitor.start()
    await agent.watch(conversation_id)
    await held(robbie, conversation_id, 1)
    other = await connect(house.databases.environment["DATABASE_OWNER_URL"])
    try:
        async with other.transaction():
            # Whoever waits first goes first.
            lock = "select pg_advisory_xact_lock(hashtextextended('routing:' || $1::uuid, 0))"
            await other.fetch(lock, people.org.id)
            await robbie.send(hand_off(conversation_id, 1, agent_id=bill.id))
            await eventually(lambda: _are_waiting(people.org, 1))
            await visitor.say(conversation_id, "I want to talk to a human")
            await eventually(lambda: _are_waiting(people.org, 2))
    finally:
        await other.close()
    await held(bill, conversation_id, 2)
    asked = await agent.hears(told.HandoffRequested, lambda each: each.reason_code == "user_request")
    assert asked.from_agent_id == bill.id


async def _are_waiting(org: Organization, many: int) -> bool:
    """So many wait to hand something over."""
    waiting = "select count(*) as n from pg_locks where not granted and locktype = 'advisory'"
    return bool((await org.house.glance(waiting))[0]["n"] >= many)
