"""The questions of a bot, asked again until they are answered: what it missed, and what was said before."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from uuid import UUID

from frontdesk_bot.outbox import LATER, Rejected
from frontdesk_bot.protocol import client_frames as say
from frontdesk_bot.protocol.entries import AnyConversationEntry
from frontdesk_bot.protocol.server_frames import History, Refused
from frontdesk_bot.protocol.values import Position

# Frames of two nodes may overtake each other.
HOLE_PATIENCE = 0.15
# At most so many positions ride in one frame.
RESUME_MOST = 50
AGAIN_AFTER = 2.0
Lines = Sequence[AnyConversationEntry]


class Histories:
    """Questions for what was said before; one of each conversation at a time, since an answer names nothing else."""

    def __init__(self, send: Callable[[say.ClientFrame], bool]) -> None:
        self._send = send
        self._open: dict[UUID, deque[tuple[say.FetchHistory, asyncio.Future[Lines]]]] = {}

    async def ask(self, conversation_id: UUID, before: Position, limit: int) -> Lines:
        """The entries before a position; raises Rejected."""
        answer: asyncio.Future[Lines] = asyncio.get_running_loop().create_future()
        questions = self._open.setdefault(conversation_id, deque())
        questions.append((say.FetchHistory(conversation_id, before, limit), answer))
        if len(questions) == 1:
            self._send(questions[0][0])
        return await answer

    def again(self) -> None:
        """There is a new connection: the answers to the old one's questions will not come."""
        for questions in self._open.values():
            self._send(questions[0][0])

    def heard(self, answer: History) -> None:
        """Take an answer."""
        self._end(answer.conversation_id, answer.entries)

    def refused(self, frame: Refused) -> None:
        """One of them was refused; the frame may not say which."""
        if frame.code in LATER or frame.retry_after is not None:
            asyncio.get_running_loop().call_later(frame.retry_after or AGAIN_AFTER, self.again)
            return
        concerned = [frame.conversation_id] if frame.conversation_id is not None else list(self._open)
        for conversation_id in concerned:
            self._end(conversation_id, Rejected(frame))

    def _end(self, conversation_id: UUID, result: Lines | Rejected) -> None:
        questions = self._open.get(conversation_id)
        if not questions:
            return
        _, answer = questions.popleft()
        if answer.done():
            # Nobody waits for it any more.
            pass
        elif isinstance(result, Rejected):
            answer.set_exception(result)
        else:
            answer.set_result(result)
        if questions:
            self._send(questions[0][0])
        else:
            del self._open[conversation_id]


def in_portions(resumes: Sequence[say.Resume]) -> list[say.Watch]:
    """As many frames as it takes."""
    return [say.Watch(list(resumes[first : first + RESUME_MOST])) for first in range(0, len(resumes), RESUME_MOST)]
