"""The bot that answers from the team's articles."""

import sys

from server.protocol import entries as told
from tests.bots.conftest import bot_process
from tests.conftest import Cast
from tests.knowledge.test_articles import somebody
from tests.knowledge.test_search import ARTICLES, written


async def test_it_answers_from_an_article_and_asks_people_in_when_it_does_not_know(people: Cast) -> None:
    """The visitor sees which article it was, whoever takes over what the bot looked at."""
    visitor, agent = await people.visitor(), await people.agent()
    made = await written(await somebody(people.org.house, people.org))
    async with bot_process(people.org, sys.executable, "-m", "frontdesk_bot.knowledge"):
        conversation = await visitor.start()
        await agent.watch(conversation)
        await visitor.say(conversation, "How do I return a plant?")
        line = await visitor.hears_line(ARTICLES["Returning a plant"])
        assert [(each.title, str(each.article_id)) for each in line.citations] == [
            ("Returning a plant", made["Returning a plant"])
        ]
        seen = (await agent.hears_line(line.body)).answer
        assert seen is not None
        assert seen.tools_used == ["search_articles"]
        assert seen.confidence is not None
        await visitor.say(conversation, "Xylophone quartet tonight?")
        await visitor.hears_line("I do not know that. I ask somebody of the team to join us.")
        asked = await agent.hears(told.HandoffRequested)
    assert asked.reason_code == "low_confidence"
    (row,) = await people.org.house.rows("select state_transferred from handoff where org_id = $1", people.org.id)
    assert "Xylophone quartet tonight?" in str(row["state_transferred"])
