"""Keeps one connection to the server alive: says hello, answers pings, notices death, comes back."""

import asyncio
import logging
from contextlib import suppress
from typing import Any, Protocol

import msgspec

from frontdesk_bot.hearing import read
from frontdesk_bot.protocol import client_frames as say
from frontdesk_bot.protocol.server_frames import Ping, Welcome
from frontdesk_bot.verdict import BROKEN, Verdict, delay_before, is_for_good, told, verdict_of
from frontdesk_bot.wire import CONNECT_DEADLINE, Closed, Dial, TurnedAway, Wire

logger = logging.getLogger("frontdesk_bot")
# A busy machine may be late by this much without being dead.
GRACE = 5.0
# The server answers within two seconds, also when a part of it is away; silence after a question is a dead network.
ANSWER_WITHIN = 6.0
encode = msgspec.json.Encoder().encode


class Stopped(Exception):  # noqa: N818 - it tells what happened
    """The server does not want this bot back; the message says why, and what to do."""

    def __init__(self, message: str, code: int = 0) -> None:
        super().__init__(message)
        self.code = code


class Listener(Protocol):
    """Whom the connection serves."""

    def hello(self) -> say.Hello:
        """The first frame."""

    def welcomed(self, welcome: Welcome) -> None:
        """A connection is there."""

    def heard(self, frame: Any) -> None:
        """Something arrived."""

    def parted(self, *, forget: bool) -> None:
        """The connection is gone; `forget` says that the server cannot go on from the positions."""


class Link:
    """One connection at a time, as long as it runs."""

    def __init__(self, dial: Dial, listener: Listener) -> None:
        self._dial, self._listener = dial, listener
        self._outgoing: asyncio.Queue[str] | None = None
        self._silence = 0.0
        self._scope = asyncio.timeout(None)
        self._is_asked = False
        self._was_welcome = False
        self._attempt = 0

    @property
    def is_live(self) -> bool:
        """There is a connection, and the server knows who it is."""
        return self._outgoing is not None

    def send(self, frame: say.ClientFrame) -> bool:
        """Send a frame and tell whether there was a connection to send it on."""
        if self._outgoing is None:
            return False
        self._outgoing.put_nowait(encode(frame).decode())
        if isinstance(frame, _ANSWERED) and not self._is_asked:
            self._is_asked = True
            self._expect(ANSWER_WITHIN)
        return True

    async def run(self) -> None:
        """Connect, and come back whenever the connection is lost; raises Stopped when there is no use in it."""
        while True:
            verdict = await self._once()
            wait = delay_before(self._attempt, verdict.wait)
            self._attempt += 1
            logger.debug("coming back in %.1f s", wait)
            await asyncio.sleep(wait)

    async def _once(self) -> Verdict:
        try:
            wire = await self._dial()
        except TurnedAway as answer:
            if is_for_good(answer.status) and not self._was_welcome:
                raise Stopped(
                    f"the server answered HTTP {answer.status} in place of a socket; look at the address"
                ) from None
            ended = Closed(BROKEN, str(answer))
        except ValueError as error:
            raise Stopped(str(error)) from None
        except Closed as error:
            ended = error
        else:
            ended = await self._live(wire)
        verdict = verdict_of(ended.code, ended.reason)
        if not verdict.come_back:
            raise Stopped(f"the server closed the connection for good ({told(ended.code)})", ended.code)
        logger.warning("no connection (%s)", ended.reason or told(ended.code))
        return verdict

    async def _live(self, wire: Wire) -> Closed:
        """Speak on a connection until it ends; how it did."""
        outgoing: asyncio.Queue[str] = asyncio.Queue()
        ended = Closed(BROKEN)
        writer = asyncio.create_task(_write(wire, outgoing))
        try:
            outgoing.put_nowait(encode(self._listener.hello()).decode())
            self._silence = CONNECT_DEADLINE
            async with asyncio.timeout(self._silence) as self._scope:
                while True:
                    self._hear(read(await wire.receive()), outgoing)
                    self._is_asked = False
                    self._expect(self._silence)
        except TimeoutError:
            ended = Closed(BROKEN, "the server fell silent")
        except Closed as error:
            ended = error
        finally:
            self._outgoing = None
            self._listener.parted(forget=verdict_of(ended.code, ended.reason).forget)
            writer.cancel()
            with suppress(asyncio.CancelledError):
                await writer
            await wire.close()
        return ended

    def _expect(self, seconds: float) -> None:
        """Something has to come within so many seconds, or the connection is dead."""
        self._scope.reschedule(asyncio.get_running_loop().time() + seconds)

    def _hear(self, frame: Any, outgoing: asyncio.Queue[str]) -> None:
        if isinstance(frame, Ping):
            outgoing.put_nowait(encode(say.Pong()).decode())
        elif isinstance(frame, Welcome):
            # Two pings that did not come, and a little: the network is gone without a word.
            self._silence = 2 * frame.limits.ping_every + GRACE
            self._attempt, self._was_welcome, self._outgoing = 0, True, outgoing
            self._listener.welcomed(frame)
        elif frame is not None:
            self._listener.heard(frame)


_ANSWERED = (
    say.PostMessage, say.EditMessage, say.DeleteMessage, say.HandOffConversation, say.TagConversation,
    say.SetAttributes, say.SuggestAnswer, say.ConsultAgents, say.Watch, say.FetchHistory,
)  # fmt: skip


async def _write(wire: Wire, outgoing: asyncio.Queue[str]) -> None:
    with suppress(Closed):
        while True:
            await wire.send(await outgoing.get())
