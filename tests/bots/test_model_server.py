"""A bot's calls to a model server: what fails in passing is asked again, and what does not is said."""

import asyncio
import logging
import time
from email.utils import formatdate
from typing import Any

import pytest

from frontdesk_bot import model_server
from frontdesk_bot.completion import Completion
from frontdesk_bot.model_server import ModelFailed, ModelServer, Times
from tests.bots.model_house import KEY, Answer, Model, event, model, refuses, says, silent, whole, words

ASKED = {"model": "small-1", "messages": [{"role": "user", "content": "May I?"}]}
YES = says(words("Yes, you may."))


class Asked:
    """What came of a question, and what was heard on the way."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.model = Model()
        self.completion: Completion | None = None
        self.failure: ModelFailed | None = None


async def ask(*answers: Answer, within: float = 20, times: Times | None = None) -> Asked:
    """Ask a server that answers like this."""
    asked = Asked()
    async with model(*answers) as asked.model, ModelServer(asked.model.url, KEY, times) as server:
        try:
            asked.completion = await server.complete(ASKED, asked.heard.append, within=within)
        except ModelFailed as failure:
            asked.failure = failure
    return asked


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for the sake of waiting."""
    monkeypatch.setattr(model_server, "FIRST_WAIT", 0.01)


async def test_an_answer_is_heard_while_it_comes() -> None:
    """Asked as a stream, with the key, and what it costs wanted."""
    asked = await ask(YES)
    assert asked.completion is not None
    assert (asked.completion.text, asked.heard[0], asked.heard[-1]) == ("Yes, you may.", "Yes, ", "Yes, you may.")
    assert (asked.completion.tokens_in, asked.completion.tokens_out) == (12, 3)
    (body,) = asked.model.asked
    assert body == {**ASKED, "stream": True, "stream_options": {"include_usage": True}}
    assert asked.model.keys == [f"Bearer {KEY}"]


async def test_a_server_that_does_not_stream_is_understood() -> None:
    """Its answer comes at once."""
    asked = await ask(whole({"role": "assistant", "content": "Yes."}))
    assert asked.heard == ["Yes."]
    assert asked.completion is not None
    assert (asked.completion.text, asked.completion.tokens_in) == ("Yes.", 7)


@pytest.mark.parametrize(
    "passing",
    [
        refuses(429), refuses(500), refuses(503, Retry_After="0"), refuses(429, Retry_After=formatdate(0, usegmt=True)),
        says([b"data: {\n\n"]), says([event({"role": "assistant"})], cut=True), says([]), says([b"data: [DONE]\n\n"]),
        says([b'data: {"error": {"message": "overloaded"}}\n\n']), says([b'data: {"choices": []}\n\n']),
    ],
    ids=[
        "429", "500", "503 at once", "429 since long", "malformed", "cut", "empty", "nothing said", "error",
        "no choices",
    ],
)  # fmt: skip
async def test_what_fails_in_passing_is_asked_again(passing: Answer) -> None:
    """As long as nobody has heard of an answer; and at most three times."""
    asked = await ask(passing, YES)
    assert asked.completion is not None
    assert (asked.completion.text, len(asked.model.asked)) == ("Yes, you may.", 2)
    never = await ask(passing)
    assert (never.failure is not None, never.heard, len(never.model.asked)) == (True, [], 3)


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 422])
async def test_what_will_not_change_is_not_asked_again(status: int) -> None:
    """It is told, and never with the key."""
    asked = await ask(refuses(status, f"wrong key {KEY}", Location="http://127.0.0.1:1/"), YES)
    assert len(asked.model.asked) == 1
    assert f"HTTP {status}" in str(asked.failure)
    assert KEY not in str(asked.failure)


async def test_what_was_shown_is_not_asked_again() -> None:
    """Half an answer, and then nothing: a second one would be another."""
    asked = await ask(says([event({"content": "Yes, "}), event({"content": "you"})], cut=True), YES)
    assert (asked.failure is not None, asked.heard[-1], len(asked.model.asked)) == (True, "Yes, you", 1)


async def test_a_server_says_when_to_come_back() -> None:
    """Not before that; and not at all, where that is after the end of patience."""
    began = time.monotonic()
    asked = await ask(refuses(429, Retry_After="1"), YES)
    assert asked.completion is not None
    assert time.monotonic() - began >= 1
    late = await ask(refuses(429, Retry_After="60"), YES)
    assert (late.failure is not None, len(late.model.asked)) == (True, 1)


async def test_silence_ends() -> None:
    """Before the first piece, whatever comments say; between two; and at the end of all patience."""
    brief = Times(connect=0.2, first=0.2, between=0.2)
    first = await ask(silent, YES, times=brief)
    assert first.completion is not None
    never = asyncio.Event()
    between = await ask(says([event({"content": "Yes"}), b"data: [DONE]\n\n"], then=never), times=brief)
    assert between.failure is not None
    assert (between.failure.is_late, between.heard, len(between.model.asked)) == (True, ["Yes"], 1)
    altogether = await ask(silent, within=0.3)
    assert altogether.failure is not None
    assert altogether.failure.is_late


async def test_nobody_is_there(caplog: pytest.LogCaptureFixture) -> None:
    """No connection is asked for again, too; and no line of the log has the key."""
    caplog.set_level(logging.DEBUG)
    async with model() as gone:
        pass
    heard: list[Any] = []
    async with ModelServer(gone.url, KEY) as server:
        with pytest.raises(ModelFailed, match="connection"):
            await server.complete(ASKED, heard.append, within=20)
    assert (heard, KEY in caplog.text, "asked again" in caplog.text) == ([], False, True)
