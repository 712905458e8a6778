"""A conversation that begins without a word: who has it then; and what is kept of those who could not have one."""

from typing import Any
from uuid import UUID

from frontdesk_bot import Bot, Turn
from server.protocol import entries as told
from tests.bots.conftest import at_work
from tests.conftest import Cast
from tests.people import Agent, Visitor, eventually
from tests.routing.bots import answer, first_bot, hand_off, held, hire
from tests.servers import Organization


async def _is_gone(org: Organization, bot_id: UUID) -> bool:
    return not await org.house.rows("select 1 from agent where id = $1 and is_connected", bot_id)


async def _given_by_words(visitor: Visitor, *said: str) -> tuple[UUID, told.ConversationAssigned]:
    """A conversation that nobody has until the first of these words, all of which are said at once."""
    conversation_id = await visitor.start()
    began = await visitor.hears(told.ConversationStarted, lambda each: each.conversation_id == conversation_id)
    assert (began.status, began.agent_id) == ("open", None)
    for each in said:
        await visitor.send(visitor.draft(conversation_id, each))
    return conversation_id, await visitor.hears(
        told.ConversationAssigned, lambda each: each.conversation_id == conversation_id
    )


async def test_the_choice_waits_for_words_that_may_decide(people: Cast) -> None:
    """A client that says nothing at first: nobody has it until the visitor speaks, and then whoever knows the word."""
    visitor, agent = await people.visitor(), await people.agent(node=1)
    robbie = await people.bot()
    await first_bot(robbie)
    bill = await hire(people, "Bill", trigger_keywords=["refund"], node=1)
    for words, name in (("I want a refund", "Bill"), ("Hello", "Robbie")):
        conversation_id, given = await _given_by_words(visitor, words, "and a refund, too")
        assert (given.agent_name, given.turn) == (name, 1)
        bot = bill if name == "Bill" else robbie
        await held(bot, conversation_id, 1)
        await answer(bot, conversation_id, f"I am {name}.", 1)
    # A person who was faster has it, and keeps it.
    conversation_id = await visitor.start()
    await agent.take(conversation_id)
    await visitor.stored(await visitor.say(conversation_id, "a refund"))
    # Words by which a person is asked for, and no bot.
    asking = await visitor.start()
    await visitor.say(asking, "Let me talk to a human")
    await visitor.hears(told.ConversationReleased, lambda each: each.conversation_id == asking)
    shown = [(await agent.get(f"/api/conversations/{each}"))["card"] for each in (conversation_id, asking)]
    assert [(each["status"], each.get("assigned_agent_id")) for each in shown] == [
        ("assigned", str(agent.id)), ("waiting", None),
    ]  # fmt: skip
    # Where no bot that is there knows a word, the channel's has it at once.
    await bill.leave()
    await eventually(lambda: _is_gone(people.org, bill.id), patience=60)
    conversation_id = await visitor.start()
    await held(robbie, conversation_id, 1)


async def test_who_was_passed_over_is_kept_where_people_have_it(people: Cast) -> None:
    """At the beginning, when it opens again, and when a bot gives it up."""
    visitor, agent = await people.visitor(), await people.agent()
    bill = await hire(people, "Bill", trigger_keywords=["refund"])
    conversation_id = await visitor.start(words="a refund")
    await held(bill, conversation_id, 1)
    await visitor.stored(await visitor.say(conversation_id, "a refund"))
    await bill.decide(hand_off(conversation_id, 1, reason_code="low_confidence"))
    await visitor.hears(told.ConversationReleased)
    assert await _passed_over(agent, conversation_id) == [("taken", []), ("released", [("Bill", "held")])]
    await bill.leave()
    await eventually(lambda: _is_gone(people.org, bill.id), patience=60)
    conversation_id = await visitor.start(words="a refund")
    assert await _passed_over(agent, conversation_id) == [("released", [("Bill", "away")])]


async def _passed_over(agent: Agent, conversation_id: UUID) -> list[Any]:
    steps = (await agent.get(f"/api/conversations/{conversation_id}/assignments"))["assignments"]
    return [
        (each["state"], [(one["name"], one["because"]) for one in each["why"]["choice"]["passed_over"]])
        for each in steps
    ]


async def test_the_first_words_are_answered(people: Cast) -> None:
    """Whoever they choose hears them, though they were said before anybody had the conversation."""
    org = people.org
    lead = Agent(org, "olga")
    await lead.login()
    (robbie,) = (await lead.get("/api/bots"))["items"]
    await lead.change(f"/api/bots/{robbie['id']}", {"trigger_keywords": ["refund"]})
    await lead.leave()
    bot = Bot(org.house.url(), org.bot_token)

    @bot.on_message
    async def echo(turn: Turn) -> None:
        await turn.reply(f"You said: {turn.text}")

    visitor = await people.visitor(node=1)
    async with at_work(bot, org):
        conversation_id = await visitor.start()
        await visitor.say(conversation_id, "I want a refund")
        await visitor.hears_line("You said: I want a refund")
