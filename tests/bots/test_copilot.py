"""A bot helps a person with the same handler that answers visitors."""

import asyncio

from frontdesk_bot import Bot, Citation, Harness, Turn
from frontdesk_bot.echo import echo
from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import server_frames as hear
from tests.bots.conftest import at_work
from tests.conftest import Cast
from tests.machines import connected
from tests.people import Agent, eventually


async def _help_everybody(people: Cast) -> None:
    admin = Agent(people.org, "olga")
    await admin.login()
    (bot,) = (await admin.get("/api/bots"))["items"]
    await connected(people.org, bot["id"])
    await admin.change(f"/api/bots/{bot['id']}", {"copilot": "everybody"})
    await admin.leave()


async def test_what_it_would_answer_is_suggested(people: Cast, bot: Bot) -> None:
    """To whoever holds the conversation; the visitor hears what that person sends."""
    bot.on_message(echo)
    visitor, ada = await people.visitor(), await people.agent()
    async with at_work(bot):
        await _help_everybody(people)
        conversation_id = await visitor.start()
        await ada.watch(conversation_id)
        await ada.decide(say.TakeConversation(uuid7(), conversation_id, 1))
        await visitor.say(conversation_id, "hello")
        shown = (await ada.hears(hear.SuggestionChanged)).suggestion
        assert shown.body == "You said: hello"
        await ada.say(conversation_id, "Hello there")
        await visitor.hears_line("Hello there")
    assert "You said" not in str(visitor.heard)


async def test_a_bot_that_comes_back_suggests_no_second_time(people: Cast, bot: Bot) -> None:
    """The same message gives the same suggestion; what came meanwhile gets one."""
    bot.on_message(echo)
    visitor, ada = await people.visitor(), await people.agent()
    conversation_id = await visitor.start()
    await ada.watch(conversation_id)
    await ada.decide(say.TakeConversation(uuid7(), conversation_id, 1))
    async with at_work(bot):
        await _help_everybody(people)
        await visitor.say(conversation_id, "hello")
        await ada.hears(hear.SuggestionChanged)
    async with at_work(bot):
        await visitor.say(conversation_id, "still there?")

        async def all_of_them() -> list[str]:
            found = (await ada.get(f"/api/conversations/{conversation_id}/suggestions"))["suggestions"]
            return [each["body"] for each in found]

        await eventually(lambda: _is(all_of_them, ["You said: still there?", "You said: hello"]))


async def _is(look: object, expected: list[str]) -> bool:
    assert callable(look)
    return bool(await look() == expected)


async def test_several_replies_are_one_suggestion(bot: Bot) -> None:
    """With all sources; typing is shown to nobody, and whoever hands off has nothing to suggest."""

    @bot.on_message
    async def answer(turn: Turn) -> None:
        assert turn.is_copilot
        async with turn.typing():
            await asyncio.sleep(0)
        await turn.reply("One", citations=[Citation("First")])
        await turn.reply("Two", citations=[Citation("Second")], confidence=0.7)
        if "person" in turn.text:
            await turn.hand_off("wants a person")

    async with Harness(bot, is_copilot=True) as talk:
        answered = await talk.say("hello")
        assert answered.replies == []
        assert answered.suggestion is not None
        assert answered.suggestion.body == "One\n\nTwo"
        assert [each.title for each in answered.suggestion.citations] == ["First", "Second"]
        assert answered.suggestion.answer is not None
        assert answered.suggestion.answer.confidence == 0.7
        refused = await talk.say("a person, please")
        assert refused.suggestion is None
        assert refused.hand_off is None
