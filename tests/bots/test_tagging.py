"""A bot sorts what it holds: it tags conversations, for the team alone."""

import pytest

from frontdesk_bot import Bot, Harness, Turn
from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import entries as told
from tests.bots.conftest import at_work
from tests.conftest import Cast
from tests.people import Refused


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
