"""Questions to bots from outside of conversations: put to one of a bot's sockets, on whichever node it is.

A question lies in Valkey until a node fetches it that has the bot, which a notice tells it of, and so does the answer.
"""

import asyncio
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec

from server.core.cache import Cache
from server.core.clock import now_ms
from server.core.errors import Late, NotFound, Unavailable
from server.core.notices import Notices
from server.protocol.client_frames import AnswerQuestion
from server.protocol.server_frames import Question

if TYPE_CHECKING:
    from server.gateway.session import Session

# A node that has the bot fetches a question at once; nobody wants to wait long for a bot that is not there.
TAKEN_WITHIN = 1.5


class Put(msgspec.Struct, frozen=True):
    """A question on its way to a bot; nobody waits for the answer after `ends_at`."""

    org_id: UUID
    ends_at: int
    question: Question


_put = msgspec.json.Decoder(Put).decode
_answer = msgspec.json.Decoder(AnswerQuestion).decode
_encode = msgspec.json.Encoder().encode


class Questions:
    """What this node has asked bots, and what its bots were asked."""

    def __init__(
        self, cache: Cache, notices: Notices, sessions: Callable[[], Iterable["Session"]],
        spawn: Callable[..., None],
    ) -> None:  # fmt: skip
        self._cache, self._notices, self._sessions, self._spawn = cache, notices, sessions, spawn
        # Question -> who waits for its answer here.
        self._asked: dict[UUID, asyncio.Future[AnswerQuestion]] = {}

    def listen(self) -> None:
        """Hear of questions and answers."""
        self._notices.on("question", self._due)
        self._notices.on("answer", self._answered)

    async def ask(self, org_id: UUID, bot_id: UUID, question: Question) -> AnswerQuestion:
        """What a bot answers; raises Unavailable where it is not connected, and Late where it says nothing in time."""
        put = _encode(Put(org_id, now_ms() + question.seconds * 1000, question))
        answer: asyncio.Future[AnswerQuestion] = asyncio.get_running_loop().create_future()
        self._asked[question.id] = answer
        try:
            await self._cache.leave(f"question {bot_id}", put, question.seconds)
            await self._notices.tell("question", bot_id)
            done, _ = await asyncio.wait([answer], timeout=TAKEN_WITHIN)
            if not done and await self._cache.withdraw(f"question {bot_id}", put):
                raise Unavailable("the bot is not connected", retry_after=5)
            async with asyncio.timeout(question.seconds - TAKEN_WITHIN):
                return await answer
        except TimeoutError:
            raise Late(f"the bot did not answer within {question.seconds} seconds") from None
        finally:
            del self._asked[question.id]

    def answer(self, session: "Session", frame: AnswerQuestion) -> None:
        """A bot answers what it was asked; refuses what it was not, or has answered."""
        if frame.id not in session.questions:
            raise NotFound("there is no such question, or it is answered")
        session.questions.discard(frame.id)
        if frame.id in self._asked:
            self._give(frame)
        else:
            self._spawn(self._send(frame), lambda _: None)

    async def _send(self, frame: AnswerQuestion) -> None:
        await self._cache.leave(f"answer {frame.id}", _encode(frame), 30)
        await self._notices.tell("answer", frame.id)

    def _give(self, frame: AnswerQuestion) -> None:
        waits = self._asked.get(frame.id)
        if waits is not None and not waits.done():
            waits.set_result(frame)

    def _due(self, bot_id: UUID) -> None:
        if self._of(bot_id):
            self._spawn(self._fetch(bot_id), lambda _: None)

    async def _fetch(self, bot_id: UUID) -> None:
        while (session := self._of(bot_id)) and (found := await self._cache.fetch(f"question {bot_id}")):
            put = _put(found)
            assert session.actor is not None
            if put.org_id == session.actor.org_id and put.ends_at > now_ms():
                session.questions.add(put.question.id)
                session.say(put.question)

    def _of(self, bot_id: UUID) -> "Session | None":
        """The newest socket of a bot: an older one may be dead, and nobody knows it yet."""
        mine = [
            each for each in self._sessions()
            if each.kind == "bot" and each.actor is not None and each.actor.id == bot_id and not each.socket.is_going
        ]  # fmt: skip
        return max(mine, key=lambda each: each.id, default=None)

    def _answered(self, question_id: UUID) -> None:
        if question_id in self._asked:
            self._spawn(self._take(question_id), lambda _: None)

    async def _take(self, question_id: UUID) -> None:
        if found := await self._cache.fetch(f"answer {question_id}"):
            self._give(_answer(found))
