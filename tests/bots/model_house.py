"""A model server for stories: it speaks `/v1/chat/completions` as the real ones do, and says what a story gives it."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from frontdesk_bot.protocol.agent_values import BotConfiguration

KEY = "sk-of-nobody"
# As somebody set it up who changed nothing.
SETUP = BotConfiguration("Bot", "support", "", "", "gpt-4o", 0.7, 4000, "", 0.5, [], 20)
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Model:
    """What it will say, the last thing again and again, and what it was asked."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.url = ""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer."""
        self.asked.append(await request.json())
        self.keys.append(request.headers.get("Authorization"))
        answer = self.answers[min(len(self.asked), len(self.answers)) - 1]
        return await answer(request)


@asynccontextmanager
async def model(*answers: Answer) -> AsyncIterator[Model]:
    """One that runs meanwhile."""
    there = Model(*answers)
    application = web.Application()
    application.router.add_post("/v1/chat/completions", there.handle)
    runner = web.AppRunner(application, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    there.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    try:
        yield there
    finally:
        await runner.cleanup()


def event(delta: dict[str, Any], finish_reason: str | None = None) -> bytes:
    """One piece."""
    chunk = {
        "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "small-1",
        "choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}], "usage": None,
    }  # fmt: skip
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"


def usage(tokens_in: int, tokens_out: int) -> bytes:
    """The last piece, which has no choice."""
    told = {"prompt_tokens": tokens_in, "completion_tokens": tokens_out, "total_tokens": tokens_in + tokens_out}
    return b"data: " + json.dumps({"id": "chatcmpl-1", "choices": [], "usage": told}).encode() + b"\n\n"


def words(text: str, *, spent: tuple[int, int] | None = (12, 3)) -> list[bytes]:
    """A whole answer, a word a piece."""
    pieces = [event({"role": "assistant", "content": ""})]
    pieces += [event({"content": f"{word} "}) for word in text.split(" ")[:-1]]
    pieces += [event({"content": text.rsplit(" ", maxsplit=1)[-1]}), event({}, "stop")]
    return [*pieces, *([usage(*spent)] if spent else []), b"data: [DONE]\n\n"]


def calls(*wanted: tuple[str, Any]) -> list[bytes]:
    """The model wants tools called, at once; the arguments come in pieces."""
    pieces = [event({"role": "assistant", "content": None})]
    for number, (name, arguments) in enumerate(wanted):
        text = arguments if isinstance(arguments, str) else json.dumps(arguments)
        head = {
            "index": number,
            "id": f"call_{number}",
            "type": "function",
            "function": {"name": name, "arguments": ""},
        }
        pieces.append(event({"tool_calls": [head]}))
        pieces += [
            event({"tool_calls": [{"index": number, "function": {"arguments": text[at : at + 5]}}]})
            for at in range(0, len(text), 5)
        ]
    return [*pieces, event({}, "tool_calls"), usage(20, 5), b"data: [DONE]\n\n"]


def says(pieces: Sequence[bytes], *, then: asyncio.Event | None = None, cut: bool = False) -> Answer:
    """Stream these; before the last one wait for something, or end without a word."""

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream; charset=utf-8"})
        await response.prepare(request)
        for number, piece in enumerate(pieces):
            if then is not None and number == len(pieces) - 1:
                await then.wait()
            await response.write(piece)
        if cut:
            assert request.transport is not None
            request.transport.abort()
        return response

    return answer


def refuses(status: int, told: str = "busy", **headers: str) -> Answer:
    """Say no."""

    async def answer(_: web.Request) -> web.StreamResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.json_response({"error": {"message": told}}, status=status, headers=named)

    return answer


def whole(message: dict[str, Any]) -> Answer:
    """An answer of a server that does not stream."""

    async def answer(_: web.Request) -> web.StreamResponse:
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        return web.json_response({"choices": [choice], "usage": {"prompt_tokens": 7, "completion_tokens": 2}})

    return answer


async def silent(request: web.Request) -> web.StreamResponse:
    """Take the question, and say nothing but that one lives."""
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    while True:
        await response.write(b": still here\n\n")
        await asyncio.sleep(0.05)
