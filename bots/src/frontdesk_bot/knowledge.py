"""A bot that answers from the articles of the team, says where from, and asks people in when it does not know.

`BOT_URL=… BOT_TOKEN=… python -m frontdesk_bot.knowledge`.
"""

import sys

import msgspec

from frontdesk_bot.articles import Found
from frontdesk_bot.bot import Bot
from frontdesk_bot.echo import start
from frontdesk_bot.protocol.values import Citation
from frontdesk_bot.turn import Turn

# Where nobody has set the bot up: below this a passage is more likely about something else.
SURE = 0.5
UNKNOWN = "I do not know that. I ask somebody of the team to join us."


def knowledge_bot(url: str, token: str) -> Bot:
    """A bot that knows what the public articles know."""
    bot = Bot(url, token)

    @bot.tool
    async def search_articles(question: str) -> list[Found]:
        """Find the articles that answer a question, in whichever words it is asked; the likeliest first."""
        return await bot.articles.search(question)

    @bot.on_message
    async def answer(turn: Turn) -> None:
        async with turn.typing():
            found = msgspec.convert(await bot.tools.call("search_articles", {"question": turn.text}), list[Found])
        best = max(found, key=lambda each: each.confidence, default=None)
        sure = SURE if bot.configuration is None else bot.configuration.handoff_threshold
        if best is not None and best.confidence >= sure:
            source = Citation(best.title[:200], best.article_id, best.heading[:200])
            await turn.reply(best.passage, citations=[source], confidence=best.confidence)
        else:
            if bot.configuration is None or not bot.configuration.fallback_message:
                # Otherwise the server says that.
                await turn.reply(UNKNOWN)
            await turn.hand_off(
                "no article answers it",
                reason_code="low_confidence",
                state={"question": turn.text[:1000], "looked_at": [each.title for each in found]},
                confidence=best.confidence if best is not None else 0.0,
            )

    return bot


if __name__ == "__main__":
    sys.exit(start(knowledge_bot, "BOT_URL", "BOT_TOKEN"))
