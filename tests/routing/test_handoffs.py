"""Handoffs over real sockets: a bot holds, asks for people, and what it says too late is refused in every window."""

from uuid import UUID

import pytest

from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import entries as told
from server.protocol import server_frames as hear
from server.protocol.values import Answer
from tests.conftest import Cast
from tests.machines import Bot
from tests.people import Agent, Refused, Visitor, eventually
from tests.routing.bots import answer, first_bot, hand_off, held
from tests.routing.queue import loads, offered
from tests.servers import Organization


async def test_a_bot_holds_first_and_hands_over_with_everything_it_knows(
    desk: tuple[Agent, Agent], people: Cast
) -> None:
    """The visitor hears who answers, and never why it is somebody else's now; whoever takes it sees it all."""
    bot, visitor = await people.bot(), await people.visitor()
    await first_bot(bot)
    conversation_id = await visitor.start()
    began = await visitor.hears(told.ConversationStarted)
    assert (began.agent_id, began.agent_name, began.status) == (bot.id, "Robbie", "assigned")
    card = (await held(bot, conversation_id, 1)).card
    assert (card.contact_id, card.assigned_agent_id) == (visitor.welcome.identity.id, bot.id)
    await visitor.say(conversation_id, "Can I pay in cash?")
    await bot.hears(told.MessagePosted, lambda each: each.body == "Can I pay in cash?")
    await answer(bot, conversation_id, "Let me see.", 1)
    await visitor.hears(told.MessagePosted, lambda each: each.body == "Let me see." and each.sender.kind == "bot")

    await bot.decide(
        hand_off(
            conversation_id, 1, reason_code="low_confidence", reason="Cash is not in my book",
            state={"order": "1041"}, confidence=0.31,
        )
    )  # fmt: skip
    asked = await offered(desk, conversation_id)
    line = await asked.hears(told.InboxChanged, lambda each: each.card.offered_agent_id == asked.id)
    assert line.card.handoff is not None
    assert (line.card.handoff.from_agent_name, line.card.handoff.reason) == ("Robbie", "Cash is not in my book")
    await bot.hears(hear.ConversationLeft)
    await asked.decide(say.AcceptOffer(uuid7(), conversation_id))
    taken = await visitor.hears(told.ConversationTaken)
    assert taken.agent_id == asked.id
    (row,) = (await asked.get(f"/api/conversations/{conversation_id}/handoffs"))["handoffs"]
    assert (row["status"], row["to_agent_id"], row["state"]) == ("accepted", str(asked.id), {"order": "1041"})
    assert (row["reason_code"], row["confidence"], row["from_agent_name"]) == ("low_confidence", 0.31, "Robbie")
    assert 0 <= row["latency_ms"] < 60_000
    assert row["requested_at"] <= row["offered_at"] <= row["accepted_at"]
    assert not [each for each in visitor.heard if isinstance(each, told.HandoffRequested)]
    assert "Cash is not in my book" not in str(visitor.heard)
    found = await loads(bot.org)
    assert (found[bot.id], found[asked.id]) == (0, 1)


async def test_what_a_former_holder_says_is_refused_in_every_window(desk: tuple[Agent, Agent], people: Cast) -> None:
    """Requested, offered, declined, accepted, given back to the bot, and closed."""
    bot, visitor = await people.bot(), await people.visitor()
    await first_bot(bot)
    conversation_id = await visitor.start()
    await held(bot, conversation_id, 1)
    await bot.decide(hand_off(conversation_id, 1))
    await _is_late(bot, conversation_id, 1)
    asked = await offered(desk, conversation_id)
    await _is_late(bot, conversation_id, 1)
    await asked.decide(say.DeclineOffer(uuid7(), conversation_id))
    await _is_late(bot, conversation_id, 1)
    other = await offered(desk, conversation_id, but=asked.id)
    await other.decide(say.AcceptOffer(uuid7(), conversation_id))
    await _is_late(bot, conversation_id, 1)

    # A member speaks for a turn as well, where it says so.
    taken = await visitor.hears(told.ConversationTaken)
    await other.decide(say.HandOffConversation(uuid7(), conversation_id, version=taken.version, agent_id=bot.id))
    again = await held(bot, conversation_id, taken.turn + 1)
    await _is_late(other, conversation_id, taken.turn)
    await _is_late(bot, conversation_id, 1)
    await answer(bot, conversation_id, "I have it again.", again.turn)
    with pytest.raises(Refused, match="unavailable"):
        await answer(bot, conversation_id, "I am ahead of the log.", again.turn + 1)
    with pytest.raises(Refused, match="invalid"):
        await bot.say(conversation_id, "I do not say for which turn.", turn=None)
    await visitor.hears(told.MessagePosted, lambda each: each.body == "I have it again.")
    assert visitor.lines(conversation_id) == ["I have it again."]
    rows = await bot.org.house.rows(
        "select status, reason_code from handoff where org_id = $1 order by requested_at", bot.org.id
    )
    assert [row["status"] for row in rows] == ["accepted", "accepted"]


async def _is_late(who: Agent | Bot, conversation_id: UUID, turn: int) -> None:
    frame = say.PostMessage(uuid7(), conversation_id, "Too late", turn=turn)
    await who.send(frame)
    with pytest.raises(Refused, match="stale_turn"):
        await who.answer(frame.id)


async def test_a_bot_hands_over_what_it_holds_and_nothing_else(desk: tuple[Agent, Agent], people: Cast) -> None:
    """Not what it held, not what it never held, and a state of four kilobytes at most."""
    bot, visitor = await people.bot(), await people.visitor()
    conversation_id = await visitor.start()
    with pytest.raises(Refused, match="stale_turn"):
        await bot.decide(hand_off(conversation_id, 0))
    with pytest.raises(Refused, match="conflict"):
        await bot.decide(say.HandOffConversation(uuid7(), conversation_id, version=1))
    with pytest.raises(Refused, match="invalid"):
        await bot.decide(say.HandOffConversation(uuid7(), conversation_id))
    with pytest.raises(Refused, match="invalid"):
        await bot.decide(hand_off(conversation_id, 0, state={"a": "b" * 4096}))
    with pytest.raises(Refused, match="stale_turn"):
        await answer(bot, conversation_id, "I hold nothing.", 0)
    assert not visitor.lines(conversation_id)


async def test_a_colleague_is_asked_by_name_may_pass_it_on_and_after_silence_the_queue_goes_on(
    staff: tuple[Agent, Agent, Agent], people: Cast
) -> None:
    """Also where nobody works the queue; who is not there is not asked."""
    ada, ben, mats = staff
    visitor = await people.visitor()
    conversation_id = await visitor.start()
    await ada.take(conversation_id)
    version = (await visitor.hears(told.ConversationTaken)).version
    with pytest.raises(Refused, match="not_found"):
        await ada.decide(say.HandOffConversation(uuid7(), conversation_id, version=version, agent_id=uuid7()))
    with pytest.raises(Refused, match="has the conversation already"):
        await ada.decide(say.HandOffConversation(uuid7(), conversation_id, version=version, agent_id=ada.id))
    await ada.decide(
        say.HandOffConversation(uuid7(), conversation_id, version=version, agent_id=ben.id, reason="Knows lamps")
    )
    assert await offered((ben,), conversation_id) is ben
    assert (await loads(ada.org))[ben.id] == 1
    card = (await ben.hears(told.InboxChanged, lambda each: each.card.offered_agent_id == ben.id)).card
    await ben.decide(say.HandOffConversation(uuid7(), conversation_id, version=card.version, agent_id=mats.id))
    assert await offered((mats,), conversation_id, but=ben.id) is mats
    with pytest.raises(Refused, match="run out"):
        await ben.decide(say.AcceptOffer(uuid7(), conversation_id))
    await mats.decide(say.AcceptOffer(uuid7(), conversation_id))
    rows = (await mats.get(f"/api/conversations/{conversation_id}/handoffs"))["handoffs"]
    assert [(row["status"], row["to_agent_id"], row["reason"]) for row in rows] == [
        ("accepted", str(mats.id), ""), ("passed", str(ben.id), "Knows lamps"),
    ]  # fmt: skip
    steps = (await mats.get(f"/api/conversations/{conversation_id}/assignments"))["assignments"]
    assert [each["state"] for each in steps] == ["taken", "declined", "accepted"]


async def test_silence_after_being_asked_by_name_leaves_it_to_the_queue(
    staff: tuple[Agent, Agent, Agent], people: Cast
) -> None:
    """The minute is over, and everybody sees that it waits."""
    ada, ben, mats = staff
    visitor = await people.visitor()
    conversation_id = await visitor.start()
    await ada.decide(say.HandOffConversation(uuid7(), conversation_id, version=1, agent_id=ben.id))
    await offered((ben, mats), conversation_id)
    await _minute_passes(ada.org)
    ended = await mats.hears(
        told.InboxChanged,
        lambda each: each.card.conversation_id == conversation_id and each.card.version > 3
        and each.card.offered_agent_id is None,
    )  # fmt: skip
    assert (ended.card.status, ended.card.handoff is not None) == ("waiting", True)
    await mats.take(conversation_id, ended.card.version)
    (row,) = (await mats.get(f"/api/conversations/{conversation_id}/handoffs"))["handoffs"]
    assert (row["status"], row["to_agent_id"]) == ("accepted", str(mats.id))


async def _minute_passes(org: Organization) -> None:
    query = "update {} set {} = {} - interval '2 minutes' where org_id = $1 and {} is not null"
    column = "deadline_at"
    await org.house.rows(query.format("assignment", column, column, column), org.id)
    column = "offer_deadline_at"
    await org.house.rows(query.format("conversation", column, column, column), org.id)


@pytest.mark.parametrize(
    ("words", "reason"),
    [("Can I please talk to a real person?", "user_request"), ("I will call my LAWYER now", "keyword")],
)
async def test_a_visitor_who_asks_for_a_person_or_says_a_word_for_people_gets_one(
    desk: tuple[Agent, Agent], people: Cast, words: str, reason: str
) -> None:
    """Whatever the bot would say to it."""
    bot, visitor = await people.bot(), await people.visitor()
    await bot.org.house.rows(
        "update bot set handoff_keywords = '{lawyer}' where org_id = $1 and id = $2", bot.org.id, bot.id
    )
    await first_bot(bot)
    conversation_id = await visitor.start()
    await held(bot, conversation_id)
    await visitor.say(conversation_id, "Where is my lamp?")
    await visitor.say(conversation_id, words)
    await offered(desk, conversation_id)
    (row,) = (await desk[0].get(f"/api/conversations/{conversation_id}/handoffs"))["handoffs"]
    assert (row["reason_code"], row["from_agent_id"]) == (reason, str(bot.id))


async def test_a_bot_that_says_nothing_or_is_gone_leaves_nobody_alone(desk: tuple[Agent, Agent], people: Cast) -> None:
    """Silence past its deadline is an answer too."""
    bot = await people.bot()
    await bot.org.house.rows("update bot set answer_seconds = 2 where org_id = $1 and id = $2", bot.org.id, bot.id)
    await first_bot(bot)
    quiet, gone = await people.visitor(), await people.visitor()
    first, second = await quiet.start(), await gone.start()
    await _ask(bot, quiet, first)
    await _ask(bot, gone, second)
    await answer(bot, first, "One moment.", 1)
    await offered(desk, second)
    await bot.leave()
    await quiet.say(first, "And now?")
    await offered(desk, first)
    for each in (first, second):
        (row,) = (await desk[0].get(f"/api/conversations/{each}/handoffs"))["handoffs"]
        assert (row["reason_code"], row["from_agent_id"]) == ("no_answer", str(bot.id))


async def _ask(bot: Bot, visitor: Visitor, conversation_id: UUID) -> None:
    await held(bot, conversation_id)
    await visitor.say(conversation_id, "Hello?")
    await bot.hears(told.MessagePosted, lambda each: each.conversation_id == conversation_id)


async def test_a_bot_that_comes_back_hears_what_it_holds_and_what_it_missed(
    desk: tuple[Agent, Agent], people: Cast
) -> None:
    """By another node, from where it stood; and a second socket of the same bot hears it as well."""
    bot, visitor = await people.bot(), await people.visitor()
    await first_bot(bot)
    conversation_id = await visitor.start()
    await held(bot, conversation_id)
    await bot.leave()
    await visitor.say(conversation_id, "Are you there?")
    second, third = await people.bot(node=1), await people.bot()
    for each in (second, third):
        found = await held(each, conversation_id, 1)
        assert [line.body for line in found.resumed.entries if isinstance(line, told.MessagePosted)] == [
            "Are you there?"
        ]
    await answer(second, conversation_id, "Here I am.", 1)
    await third.hears(told.MessagePosted, lambda each: each.body == "Here I am.")
    card = (await held(second, conversation_id)).card
    await desk[0].take(conversation_id, card.version)
    for each in (second, third):
        await each.hears(hear.ConversationLeft)
        await _is_late(each, conversation_id, 1)

    async def at_rest() -> bool:
        return (await loads(bot.org))[bot.id] == 0

    await eventually(at_rest)


async def test_an_answer_that_the_bot_is_not_sure_of_is_its_last(desk: tuple[Agent, Agent], people: Cast) -> None:
    """Whoever takes over sees how sure it was; the visitor has the answer, and somebody who knows."""
    bot, visitor = await people.bot(), await people.visitor()
    await first_bot(bot)
    conversation_id = await visitor.start()
    await held(bot, conversation_id, 1)
    await bot.say(conversation_id, "It may be Tuesday.", answer=Answer(confidence=0.2))
    await offered(desk, conversation_id)
    (row,) = (await desk[0].get(f"/api/conversations/{conversation_id}/handoffs"))["handoffs"]
    assert (row["reason_code"], row["reason"]) == ("low_confidence", "the bot was 20% sure of its answer")
    assert visitor.lines(conversation_id) == ["It may be Tuesday."]
