"""A bot sorts what it holds: it tags conversations and notes facts, for the team alone."""

import json
from typing import Any

import pytest

from frontdesk_bot import Bot, Harness, Turn
from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import entries as told
from server.protocol.values import Attributes
from tests.bots.conftest import at_work
from tests.conftest import Cast
from tests.gateway.cases import refusal
from tests.machines import Bot as Machine
from tests.people import Agent, Refused


def sorting(bot: Bot) -> Bot:
    """It puts what it hears on the conversation as tags."""

    @bot.on_message
    async def sort(turn: Turn) -> None:
        removed = ["new"] if "done" in turn.text else []
        tagged = [await turn.tag(*turn.text.split(), remove=removed), await turn.tag("billing")]
        await turn.reply(f"{len([each for each in tagged if each])} changes")

    return bot


async def test_a_bot_tags_what_it_holds(bot: Bot, people: Cast) -> None:
    """People see it as it happens, the visitor never; what is so already is no trouble."""
    visitor, ada = await people.visitor(), await people.agent(node=1)
    async with at_work(sorting(bot), people.org):
        conversation_id = await visitor.start()
        await ada.watch(conversation_id)
        await visitor.say(conversation_id, "New VIP")
        await visitor.hears_line("2 changes")
        tagged = await ada.hears(told.ConversationTagged)
        assert (tagged.added, tagged.sender.kind, tagged.turn) == (["new", "vip"], "bot", tagged.turn)
        await visitor.say(conversation_id, "billing done")
        await visitor.hears_line("1 changes")
        shown = await ada.get(f"/api/conversations/{conversation_id}")
        assert shown["card"]["tags"] == ["billing", "done", "vip"]
    assert not [each for each in visitor.heard if isinstance(each, told.ConversationTagged)]


async def test_a_bot_tags_nothing_that_others_hold(people: Cast) -> None:
    """Not what waits, and not what was taken from it."""
    visitor, ada, bot = await people.visitor(), await people.agent(), await people.bot()
    conversation_id = await visitor.start()

    async def tags() -> None:
        await bot.decide(say.TagConversation(uuid7(), conversation_id, add=["mine"]))

    with pytest.raises(Refused, match="forbidden"):
        await tags()
    await bot.given(conversation_id, ada)
    await tags()
    await ada.decide(say.TakeConversation(uuid7(), conversation_id, 3))
    with pytest.raises(Refused, match="forbidden"):
        await bot.decide(say.TagConversation(uuid7(), conversation_id, add=["still mine"]))


async def test_a_bot_notes_facts(bot: Bot, people: Cast) -> None:
    """About the conversation and about the person, whom they follow into the next one; null takes one away."""

    @bot.on_message
    async def note_down(turn: Turn) -> None:
        plan = None if turn.text == "no plan" else "gold"
        noted = await turn.set_attributes(conversation={"order": 1041, "is_new": True}, contact={"plan": plan})
        await turn.reply("noted" if noted else "known")

    visitor, ada = await people.visitor(), await people.agent(node=1)
    async with at_work(bot, people.org):
        conversation_id = await visitor.start()
        await ada.watch(conversation_id)
        await visitor.say(conversation_id, "Hello")
        await visitor.hears_line("noted")
        heard = await ada.hears(told.AttributesSet)
        assert (heard.sender.kind, heard.contact_attributes) == ("bot", {"plan": "gold"})
        shown = await ada.get(f"/api/conversations/{conversation_id}")
        assert (shown["attributes"], shown["contact"]["attributes"]) == (
            {"order": 1041, "is_new": True},
            {"plan": "gold"},
        )
        await visitor.say(conversation_id, "Hello again")
        await visitor.hears_line("known")
        second = await visitor.start()
        shown = await ada.get(f"/api/conversations/{second}")
        assert (shown["attributes"], shown["contact"]["attributes"]) == ({}, {"plan": "gold"})
        await visitor.say(second, "no plan")
        await visitor.hears(told.MessagePosted, lambda each: (each.body, each.conversation_id) == ("noted", second))
        assert (await ada.get(f"/api/conversations/{conversation_id}"))["contact"]["attributes"] == {}
    assert not [each for each in visitor.heard if isinstance(each, told.AttributesSet)]


async def test_facts_have_their_bounds(people: Cast) -> None:
    """In number, name and length; and who a visitor is stays what the company has signed or a person has written."""
    visitor, ada, bot = await people.visitor(), await people.agent(), await people.bot()
    conversation_id = await visitor.start()

    async def refused(who: Agent | Machine, **facts: Any) -> str:
        with pytest.raises(Refused) as failure:
            await who.decide(say.SetAttributes(uuid7(), conversation_id, **facts))
        return str(failure.value.frame.code.value)

    assert await refused(bot, attributes={"mine": True}) == "forbidden"
    before = (await ada.get(f"/api/conversations/{conversation_id}"))["contact"]
    for start in (0, 20):
        noted: Attributes = {f"fact_{start + number}": "x" for number in range(20)}
        await ada.decide(
            say.SetAttributes(uuid7(), conversation_id, noted, {"name": "Mallory", "email": "m@evil.example"})
        )
    assert await refused(ada, attributes={f"more_{number}": 1 for number in range(11)}) == "too_many"
    assert await refused(ada) == "conflict"
    shown = await ada.get(f"/api/conversations/{conversation_id}")
    assert shown["contact"] == before | {"attributes": {"name": "Mallory", "email": "m@evil.example"}}
    assert len(shown["attributes"]) == 40
    for facts in (
        {"Admin Name": 1},
        {"long": "x" * 201},
        {"deep": {"a": 1}},
        {f"n{number}": 1 for number in range(21)},
    ):
        frame = {
            "type": "set_attributes",
            "id": str(uuid7()),
            "conversation_id": str(conversation_id),
            "attributes": facts,
        }
        assert (await refusal(ada, json.dumps(frame))).code in {"malformed", "invalid"}


async def test_the_harness_keeps_tags() -> None:
    """A bot's test sees what is on the conversation."""
    async with Harness(sorting(Bot("http://127.0.0.1", "fdb_none"))) as talk:
        await talk.say("new vip")
        assert talk.tags == {"new", "vip", "billing"}
        await talk.say("done")
        assert talk.tags == {"vip", "billing", "done"}
    async with Harness(sorting(Bot("http://127.0.0.1", "fdb_none")), is_copilot=True) as talk:
        await talk.say("new")
        assert talk.tags == set()
