"""A question from outside of any conversation: the same handler answers it, and only whoever asks hears it."""

from uuid import UUID

from frontdesk_bot.outbox import Outgoing
from frontdesk_bot.protocol import client_frames as say
from frontdesk_bot.protocol.collaboration_values import Collaboration
from frontdesk_bot.protocol.entries import MessagePosted
from frontdesk_bot.protocol.server_frames import Accepted, Question
from frontdesk_bot.protocol.values import Answer, Sender, SenderKind
from frontdesk_bot.room import Room
from frontdesk_bot.streaming import Hint

# As the server takes them.
MOST_CITATIONS, MOST_TOOLS, LONGEST = 5, 20, 8000


class Aside:
    """What the turn of such a question speaks to in the place of the server: it keeps what is said."""

    def __init__(self, question: Question, bot_id: UUID, at: int) -> None:
        self.bot_id = bot_id
        self._question, self._at = question, at
        self._said: list[say.PostMessage] = []
        self._hand_off: say.HandOffConversation | None = None
        self._before = [self._line(seq, each.by, each.body) for seq, each in enumerate(question.history, 1)]
        self.message = self._line(len(self._before) + 1, "contact", question.body, id=question.id)

    def room(self) -> Room:
        """Where the handler is: no conversation, and held by nobody else."""

        async def nobody(_room: Room, _job: object) -> None:
            """Nothing happens in it."""

        room = Room(self._question.id, nobody, lambda _: None, lambda _: None)
        room.is_held, room.turn, room.is_aside = True, 1, True
        return room

    async def post(self, frame: Outgoing) -> Accepted:
        """Keep what is said to the visitor, and whether somebody else is asked."""
        if isinstance(frame, say.HandOffConversation):
            self._hand_off = frame
        elif isinstance(frame, say.PostMessage) and not frame.is_internal:
            self._said.append(frame)
        seq = self.message.seq + len(self._said)
        return Accepted(frame.id, frame.conversation_id, 1, seq, seq - 1, self._at)

    async def consult(self, frame: say.ConsultAgents) -> Collaboration:
        """Nobody is asked for somebody who only wants to know what the bot would say."""
        return Collaboration(
            frame.id, frame.conversation_id, "parallel", [], self.bot_id, "", self._at, self._at, outcome="completed"
        )

    async def history(self, conversation_id: UUID, before: MessagePosted, limit: int) -> list[MessagePosted]:
        """What was said before."""
        return self._before[-limit:]

    def hint(self, frame: Hint) -> None:
        """Nobody looks on."""

    def answer(self) -> say.AnswerQuestion:
        """What it comes to; where it was said in several pieces, the last of them says how sure the bot is."""
        how = [each.answer for each in self._said if each.answer is not None]
        citations = [citation for each in self._said for citation in each.citations]
        away = self._hand_off
        return say.AnswerQuestion(
            self._question.id,
            "\n\n".join(each.body for each in self._said)[:LONGEST],
            citations[:MOST_CITATIONS],
            _together(how) if how else None,
            away.reason_code if away else None,
            away.reason if away else "",
        )

    def _line(self, seq: int, by: SenderKind, body: str, id: UUID | None = None) -> MessagePosted:
        sender = Sender(by, self.bot_id if by == "bot" else self._question.id)
        return MessagePosted(
            id=id or UUID(int=self._question.id.int ^ seq), epoch=1, seq=seq, after=seq - 1, at=self._at, sender=sender,
            body=body, conversation_id=self._question.id,
        )  # fmt: skip


def _together(how: list[Answer]) -> Answer:
    last = how[-1]
    return Answer(
        last.confidence, last.intent, last.model, sum(each.tokens_in for each in how),
        sum(each.tokens_out for each in how), last.processing_ms,
        list(dict.fromkeys(tool for each in how for tool in each.tools_used))[:MOST_TOOLS],
    )  # fmt: skip
