"""One answer of a model: rounds of words and tools, until there is a text, or it is for people."""

import asyncio
import logging
from collections.abc import Callable
from typing import Annotated, Any, Literal, NamedTuple

import msgspec
from msgspec import Meta

from frontdesk_bot.articles import Found
from frontdesk_bot.completion import Call, Completion
from frontdesk_bot.model_server import ModelServer
from frontdesk_bot.prompting import MOST_DATA, Sources, estimate, messages, without_marks
from frontdesk_bot.protocol.agent_values import BotConfiguration
from frontdesk_bot.protocol.entries import AnyConversationEntry
from frontdesk_bot.protocol.values import HandoffReason
from frontdesk_bot.streaming import Streaming
from frontdesk_bot.tools import BadArguments, NoSuchTool, Toolbox
from frontdesk_bot.turn import Turn

logger = logging.getLogger("frontdesk_bot")
MOST_ROUNDS = 5
# So many answers of tools may be errors before people are asked.
MOST_FAILURES = 3
TOOL_SECONDS = 10.0
# The articles that a question is given with, unasked.
GIVEN = 3
Search = Callable[[str], Any]


class GaveUp(Exception):  # noqa: N818 - it tells what happened
    """People are to answer; `text`, where there is one, is for the visitor."""

    def __init__(self, reason_code: HandoffReason, reason: str, text: str = "") -> None:
        super().__init__(reason)
        self.reason_code, self.reason, self.text = reason_code, reason, text


class Spent(NamedTuple):
    """Tokens: the server's word, or an estimate where it says nothing."""

    tokens_in: int = 0
    tokens_out: int = 0
    is_estimated: bool = False


class Rounds:
    """The work at one message."""

    def __init__(
        self, turn: Turn, setup: BotConfiguration, server: ModelServer, tools: Toolbox, search: Search
    ) -> None:
        self._turn, self._setup, self._server, self._tools, self._search = turn, setup, server, tools, search
        self._own = Toolbox()
        self._own.set_up(setup.tools)
        self._own.add(self.hand_off)
        if "search_articles" in tools:
            self._own.add(self.search_articles)
        self._failures = 0
        self._gave_up: GaveUp | None = None
        self.sources = Sources()
        self.spent = Spent()

    async def hand_off(
        self,
        reason: Annotated[str, Meta(description="For the team: what the visitor wants, in a sentence")],
        because: Literal["user_request", "low_confidence", "policy"] = "low_confidence",
    ) -> str:
        """Give the conversation to people: you do not know the answer, or the visitor wants a person."""
        self._gave_up = GaveUp(because, reason[:200])
        return "People were asked."

    async def search_articles(self, question: str) -> list[dict[str, Any]]:
        """Find what the company's articles say to a question, in whichever words."""
        return self.sources.add(await self._search(question))

    async def run(self, history: list[AnyConversationEntry], bot_id: Any, out: Streaming, ends: float) -> str:
        """The answer's text, with its marks; raises GaveUp and ModelFailed."""
        found = self.sources.add(await self._found())
        told = messages(self._setup, history, bot_id, found, self._turn.text)
        described = [{"type": "function", "function": each} for each in self._described()]
        for left in reversed(range(MOST_ROUNDS)):
            asked = {
                "model": self._setup.model, "temperature": self._setup.temperature,
                "max_tokens": self._setup.max_tokens, "messages": told, "tools": described,
                # In the end there has to be a text.
                "tool_choice": "auto" if left else "none",
            }  # fmt: skip
            within = ends - asyncio.get_running_loop().time()
            answer = await self._server.complete(
                asked, lambda text: out.put(without_marks(text, is_whole=False)), within=within
            )
            self._count(told, answer)
            if not answer.calls:
                if answer.finish_reason == "content_filter":
                    raise GaveUp("policy", "the model server withheld the answer")
                return answer.text
            if left:
                told += [_called(answer), *await asyncio.gather(*map(self._call, answer.calls))]
            if self._gave_up is not None:
                self._gave_up.text = without_marks(answer.text)
                raise self._gave_up
            if self._failures > MOST_FAILURES:
                raise GaveUp("tool_failure", "too many calls of tools failed")
            out.put("")
        raise GaveUp("tool_failure", f"the model had no answer after {MOST_ROUNDS} rounds of tools")

    def _described(self) -> list[dict[str, Any]]:
        own = self._own.described()
        names = {each["name"] for each in own}
        return [*own, *(each for each in self._tools.described() if each["name"] not in names)]

    async def _found(self) -> list[Found]:
        if "search_articles" not in self._tools:
            return []
        try:
            found: list[Found] = await self._search(self._turn.text)
        except OSError as error:
            logger.warning("the articles could not be searched: %s", error)
            return []
        return found[:GIVEN]

    async def _call(self, call: Call) -> dict[str, Any]:
        tools = self._own if call.name in self._own else self._tools
        try:
            async with asyncio.timeout(TOOL_SECONDS):
                answer = msgspec.json.encode(await tools.call(call.name, call.arguments or "{}")).decode()[:MOST_DATA]
        except (NoSuchTool, BadArguments) as wrong:
            self._failures += 1
            answer = _error(str(wrong))
        except TimeoutError:
            self._failures += 1
            logger.error("the tool %s took more than %s seconds", call.name, TOOL_SECONDS)
            answer = _error(f"{call.name} took too long")
        except Exception:
            # What a tool raises is for the log: a model would tell visitors of it.
            self._failures += 1
            logger.exception("the tool %s failed", call.name)
            answer = _error(f"{call.name} failed")
        return {"role": "tool", "tool_call_id": call.id, "content": answer}

    def _count(self, told: list[dict[str, Any]], answer: Completion) -> None:
        written = answer.text + "".join(each.name + each.arguments for each in answer.calls)
        tokens_in, tokens_out = answer.tokens_in, answer.tokens_out
        is_estimated = self.spent.is_estimated or tokens_in is None or tokens_out is None
        if tokens_in is None:
            tokens_in = estimate(msgspec.json.encode(told).decode())
        if tokens_out is None:
            tokens_out = estimate(written)
        self.spent = Spent(self.spent.tokens_in + tokens_in, self.spent.tokens_out + tokens_out, is_estimated)


def _called(answer: Completion) -> dict[str, Any]:
    """What the model said, for it to be reminded of."""
    calls = [
        {"id": each.id, "type": "function", "function": {"name": each.name, "arguments": each.arguments}}
        for each in answer.calls
    ]
    return {"role": "assistant", "content": answer.text or None, "tool_calls": calls}


def _error(told: str) -> str:
    return msgspec.json.encode({"error": told}).decode()
