"""A bot that has a language model answer: any server that speaks `/v1/chat/completions`, grounded on the articles.

`BOT_URL=… BOT_TOKEN=… MODEL_URL=https://api.openai.com/v1 MODEL_API_KEY=… python -m frontdesk_bot.model`. Which model
it is, and how it is told to answer, people set up in the console. Needs `pip install frontdesk-bot[model]`.
"""

import asyncio
import logging
import os
import sys
from typing import Any

from frontdesk_bot.articles import Found
from frontdesk_bot.bot import Bot
from frontdesk_bot.echo import start
from frontdesk_bot.model_server import ModelFailed, ModelServer, Times
from frontdesk_bot.prompting import Sources, citations, has_marks, without_marks
from frontdesk_bot.rounds import GaveUp, Rounds, Spent
from frontdesk_bot.streaming import fitting
from frontdesk_bot.turn import Turn

logger = logging.getLogger("frontdesk_bot")
DO_NOT_KNOW = "I do not know that. I ask somebody of the team to join us."
HANDING_OVER = "I ask somebody of the team to join us."
# With these the server says what people have set up for a bot that cannot help.
CANNOT_HELP = frozenset({"low_confidence", "tool_failure", "timeout"})
# The server asks people where a bot is silent for `answer_seconds`: this much before that the bot does it itself.
MARGIN = 3.0
LONGEST = 60.0


class ModelBot(Bot):
    """A bot that answers as its model does; `@bot.tool` gives the model something to call.

    `model_url` is the server's base, as in `https://api.openai.com/v1`; `key` is sent to it and written nowhere.
    """

    def __init__(
        self, url: str, token: str, model_url: str, key: str = "", *, times: Times | None = None, capacity: int = 100
    ) -> None:
        super().__init__(url, token, capacity=capacity, deadline=2 * LONGEST)
        self._model_url, self._key, self._times = model_url, key, times
        self._server: ModelServer | None = None
        self.tool(self.search_articles)
        self.on_message(self._answer)

    async def search_articles(self, question: str) -> list[Found]:
        """Find what the company's articles say to a question, in whichever words."""
        return await self.articles.search(question)

    async def serve(self, **how: Any) -> None:
        """Run, with connections to the model server that are kept as long."""
        async with ModelServer(self._model_url, self._key, self._times) as self._server:
            await super().serve(**how)

    async def _answer(self, turn: Turn) -> None:
        setup, server = self.configuration, self._server
        assert server is not None
        if setup is None:
            # The server tells it before anything else; one that does not has nobody who may answer.
            raise ModelFailed("the bot was not told how it is set up")
        rounds = Rounds(turn, setup, server, self.tools, self.articles.search)
        ends = asyncio.get_running_loop().time() + min(LONGEST, max(1.0, setup.answer_seconds - MARGIN))
        async with turn.typing(), turn.streaming() as out:
            try:
                history = list(await turn.history(limit=50))
                text = await rounds.run(history, turn.bot_id, out, ends)
                cited = _sure(text, rounds.sources, setup.handoff_threshold)
            except (GaveUp, ModelFailed) as why:
                await self._give_up(turn, why, rounds, setup.fallback_message)
                return
            await turn.reply(
                fitting(without_marks(text)),
                citations=citations(cited),
                confidence=max((each.confidence for each in cited), default=None),
                **_cost(setup.model, rounds.spent),
            )

    async def _give_up(self, turn: Turn, why: GaveUp | ModelFailed, rounds: Rounds, fallback: str) -> None:
        """Say so, and ask people in."""
        if isinstance(why, GaveUp):
            code, own = why.reason_code, why.text
        else:
            logger.error("no answer of the model: %s", why)
            code, own = ("timeout" if why.is_late else "tool_failure"), ""
        if not (fallback and code in CANNOT_HELP):
            # Otherwise the server says that.
            text = own or (HANDING_OVER if code == "user_request" else DO_NOT_KNOW)
            await turn.reply(fitting(text), **_cost("", rounds.spent))
        await turn.hand_off(
            str(why)[:200],
            reason_code=code,
            state={"question": turn.text[:1000], "looked_at": rounds.sources.titles, "tools": turn.tools_used},
        )


def _sure(text: str, sources: Sources, threshold: float) -> list[Found]:
    """What an answer comes from; raises GaveUp where that is unlikely to be it, or where no words are left."""
    cited = sources.cited(text)
    if not cited and has_marks(text):
        raise GaveUp("low_confidence", "the model names articles that it was not given")
    if cited and max(each.confidence for each in cited) < threshold:
        raise GaveUp("low_confidence", "what it would have answered from is unlikely to answer it")
    if not without_marks(text):
        raise GaveUp("low_confidence", "the model said nothing")
    return cited


def _cost(model: str, spent: Spent) -> dict[str, Any]:
    return {"model": model, **spent._asdict()}


def model_bot(url: str, token: str) -> Bot:
    """The bot as the environment says."""
    return ModelBot(url, token, os.environ["MODEL_URL"], os.environ.get("MODEL_API_KEY", ""))


if __name__ == "__main__":
    sys.exit(start(model_bot, "BOT_URL", "BOT_TOKEN"))
