"""What an answer of a bot on the library comes from, for visitors and for the team."""

from frontdesk_bot import Bot, Citation, Harness, Turn
from tests.bots.conftest import at_work
from tests.conftest import Cast

SOURCE = Citation("Returning a plant", heading="By post", url="/help/returning")


def learned(bot: Bot) -> Bot:
    """A bot that looks something up for one question, and knows the other by itself."""

    @bot.tool
    def find(question: str) -> str:
        """Find what answers a question."""
        return question.upper()

    @bot.on_message
    async def answer(turn: Turn) -> None:
        if turn.text == "hello":
            await turn.reply("hello")
        else:
            found = await bot.tools.call("find", {"question": turn.text})
            await turn.reply(
                found, citations=[SOURCE], confidence=0.8, intent="return", model="small-1", tokens_in=12, tokens_out=3
            )

    return bot


async def test_the_visitor_sees_the_source_and_the_team_how_sure_it_was(people: Cast, bot: Bot) -> None:
    """The tools that were called, and how long it took, go with it by themselves."""
    visitor, agent = await people.visitor(), await people.agent()
    async with at_work(learned(bot), people.org):
        conversation = await visitor.start()
        await agent.watch(conversation)
        await visitor.say(conversation, "may i return it?")
        line = await visitor.hears_line("MAY I RETURN IT?")
        assert ([each.title for each in line.citations], line.answer) == (["Returning a plant"], None)
        seen = (await agent.hears_line("MAY I RETURN IT?")).answer
    assert line.message_type == "ai_response"
    assert seen is not None
    assert (seen.confidence, seen.intent, seen.model) == (0.8, "return", "small-1")
    assert (seen.tokens_in, seen.tokens_out, seen.tools_used) == (12, 3, ["find"])
    assert 0 <= seen.processing_ms < 10_000


async def test_a_harness_tells_it_too() -> None:
    """And of an answer that comes from nowhere, nothing."""
    async with Harness(learned(Bot("http://127.0.0.1", "fdb_none"))) as talk:
        answer = await talk.say("may i return it?")
        assert answer.citations == [SOURCE]
        assert [each.tools_used for each in answer.facts] == [["find"]]
        assert (await talk.say("hello")).facts == []
