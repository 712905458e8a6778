"""One message of a visitor, and everything that a bot can do about it."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from itertools import count
from typing import Any
from uuid import UUID

from frontdesk_bot.consulting import Consulted
from frontdesk_bot.ids import FIRST_CONSULTED, FIRST_NOTE, FIRST_TAGGING, HANDOFF, SUGGESTION, answer_id
from frontdesk_bot.outbox import Decision, Rejected
from frontdesk_bot.patience import Patience
from frontdesk_bot.protocol import client_frames as say
from frontdesk_bot.protocol.codes import RefusalCode
from frontdesk_bot.protocol.content import Content, ContentCard, ContentForm, QuickReply
from frontdesk_bot.protocol.entries import AnyConversationEntry, MessagePosted
from frontdesk_bot.protocol.server_frames import Accepted
from frontdesk_bot.protocol.values import (
    Answer,
    AttributeValue,
    BotType,
    Citation,
    HandoffReason,
    MessageType,
    Sender,
    ToolCall,
)
from frontdesk_bot.room import Room
from frontdesk_bot.streaming import Streaming
from frontdesk_bot.voice import Voice

# Whoever listens forgets after six seconds that somebody types.
TYPING_EVERY = 3.0
# As many as the server takes.
TOOLS_TOLD, CALLS_TOLD = 20, 50
CITED_MOST = 5


class Turn:
    """A visitor's message: the bot's turn to say something, or not to.

    What a handler says gets its ids from the message, in the order in which it is said: a handler that runs a second
    time, after a crash, leaves no second line.
    """

    def __init__(self, message: MessagePosted, voice: Voice, room: Room, patience: Patience) -> None:
        self.message = message
        self._voice, self._room, self._patience = voice, room, patience
        # The turn that this message came in: whoever holds the conversation later says other things.
        self._number = room.turn
        self._replied, self._notes, self._taggings = 0, count(FIRST_NOTE), count(FIRST_TAGGING)
        self._consulted = count(FIRST_CONSULTED)
        # A person holds the conversation, and what the bot would say is a suggestion to that person.
        self.is_copilot = room.is_copilot
        self._suggested: list[tuple[str, Sequence[Citation], Answer | None]] | None = [] if room.is_copilot else None
        self._began = time.monotonic()
        # The names of the tools that were called since the turn began.
        self.tools_used: list[str] = []
        # The calls that the server was not told of yet.
        self.tool_calls: list[ToolCall] = []

    @property
    def text(self) -> str:
        """What the visitor wrote."""
        return self.message.body

    @property
    def payload(self) -> str | None:
        """What stands behind the quick reply that the visitor tapped; None for everything else."""
        reply = self.message.content and self.message.content.reply
        return reply.payload if reply else None

    @property
    def values(self) -> dict[str, str]:
        """What the visitor filled into a form, checked as the form says; empty for everything else."""
        reply = self.message.content and self.message.content.reply
        return reply.values if reply else {}

    @property
    def conversation_id(self) -> UUID:
        """Where."""
        return self.message.conversation_id

    @property
    def bot_id(self) -> UUID:
        """The bot itself, as a sender of messages."""
        return self._voice.bot_id

    @property
    def visitor(self) -> Sender:
        """Who; the name is empty as long as nobody knows it."""
        return self.message.sender

    @property
    def is_aside(self) -> bool:
        """Whether this is a question from outside of any conversation, such as of the console's test chat.

        What is said goes to whoever asks and into no log, and `conversation_id` names nothing.
        """
        return self._room.is_aside

    async def reply(
        self,
        text: str,
        *,
        citations: Sequence[Citation] = (),
        quick_replies: Sequence[QuickReply] = (),
        cards: Sequence[ContentCard] = (),
        form: ContentForm | None = None,
        confidence: float | None = None,
        intent: str = "",
        model: str = "",
        tokens_in: int = 0,
        tokens_out: int = 0,
        is_estimated: bool = False,
    ) -> Accepted | None:
        """Answer the visitor; comes back when the answer has its number in the conversation.

        Beside the text there may be answers to tap, cards and a form; the text should say the same for whoever is shown
        nothing else. The visitor sees what `citations` the answer comes from, and the team how sure the bot is and what
        it cost; how long it took, and which tools it called, is told with it. A co-pilot's answer is its suggestion,
        which goes out when the handler is through: it has no number, and None comes back.
        """
        answer = None
        if confidence is not None or intent or model or tokens_in or tokens_out or self.tools_used:
            answer = Answer(
                confidence, intent, model, tokens_in, tokens_out, int((time.monotonic() - self._began) * 1000),
                self.tools_used[:TOOLS_TOLD], self._calls(), is_estimated,
            )  # fmt: skip
        if self.is_copilot:
            if self._suggested is not None:
                self._suggested.append((text, citations, answer))
            return None
        kind: MessageType = "ai_response" if model else "text"
        self._replied += 1
        content = Content(list(quick_replies), list(cards), form) if quick_replies or cards or form else None
        return await self._post(
            self._replied - 1, text, message_type=kind, citations=list(citations), answer=answer, content=content
        )

    async def consult(self, question: str = "") -> Consulted:
        """Ask the bots that this one is set up to work with, before it answers: what the visitor asks, or this.

        Comes back when they are through or the time is, with what there is; raises Rejected for one that works alone.
        """
        frame = say.ConsultAgents(
            answer_id(self._voice.bot_id, self.message.id, next(self._consulted)), self.conversation_id, self._number,
            question or self.text,
        )  # fmt: skip
        with self._patience.paused():
            return Consulted(await self._voice.consult(frame))

    async def note(self, text: str) -> Accepted:
        """Write something that only the team sees."""
        return await self._post(next(self._notes), text, is_internal=True)

    async def tag(self, *add: str, remove: Sequence[str] = ()) -> Accepted | None:
        """Put tags on the conversation, and take some off; None where they are so already, and for a co-pilot.

        People see them at once, and visitors never do.
        """
        return await self._sort(say.TagConversation(self._next_id(), self.conversation_id, list(add), list(remove)))

    async def set_attributes(
        self, *, conversation: Mapping[str, AttributeValue] = {}, contact: Mapping[str, AttributeValue] = {}
    ) -> Accepted | None:
        """Note facts about the conversation, and about the visitor; None takes one away.

        People see them at once, and visitors never do. None comes back where they are so already, and for a co-pilot.
        """
        frame = say.SetAttributes(self._next_id(), self.conversation_id, dict(conversation), dict(contact))
        return await self._sort(frame)

    def _next_id(self) -> UUID:
        return answer_id(self._voice.bot_id, self.message.id, next(self._taggings))

    async def _sort(self, frame: Decision) -> Accepted | None:
        if self.is_copilot:
            return None
        try:
            with self._patience.paused():
                return await self._voice.post(frame)
        except Rejected as rejected:
            if rejected.code is RefusalCode.CONFLICT:
                return None
            raise

    async def hand_off(
        self,
        reason: str = "",
        *,
        reason_code: HandoffReason = "transfer",
        team_id: UUID | None = None,
        agent_id: UUID | None = None,
        bot_name: str = "",
        bot_type: BotType | None = None,
        state: dict[str, Any] | None = None,
        confidence: float | None = None,
    ) -> Accepted | None:
        """Let somebody else have the conversation: a team, a member, another bot, or whoever is next.

        With `low_confidence`, `tool_failure` or `timeout`, and nobody asked for, that is the next bot, if there is one.

        `reason`, `state` (what was found out) and `confidence` are for whoever takes it, and never the visitor's.
        What is said afterwards is refused; the handler may finish what else it does. A co-pilot that hands off has
        nothing to suggest: a person holds the conversation already.
        """
        if self.is_copilot:
            self._suggested = None
            return None
        self._room.is_handed_over = True
        frame = say.HandOffConversation(
            answer_id(self._voice.bot_id, self.message.id, HANDOFF), self.conversation_id, turn=self._number,
            agent_id=agent_id, team_id=team_id, bot_name=bot_name, bot_type=bot_type, reason_code=reason_code,
            reason=reason, state=state or {}, confidence=confidence, tool_calls=self._calls(),
        )  # fmt: skip
        try:
            with self._patience.paused():
                return await self._voice.post(frame)
        except Rejected:
            self._room.is_handed_over = False
            raise

    def _calls(self) -> list[ToolCall]:
        told = self.tool_calls[:CALLS_TOLD]
        # Of several suggestions the last one counts, and tells of all.
        self.tool_calls[:] = told if self.is_copilot else []
        return told

    async def suggest(self) -> None:
        """Show whoever holds the conversation what the handler would have answered; called when it is through."""
        said, self._suggested = self._suggested, None
        if not said:
            return
        answers = [each for _, _, each in said if each is not None]
        frame = say.SuggestAnswer(
            answer_id(self._voice.bot_id, self.message.id, SUGGESTION), self.conversation_id, self.message.id,
            "\n\n".join(text for text, _, _ in said),
            citations=[each for _, cited, _ in said for each in cited][:CITED_MOST],
            answer=answers[-1] if answers else None,
        )  # fmt: skip
        await self._voice.post(frame)

    @asynccontextmanager
    async def typing(self) -> AsyncIterator[None]:
        """Show the visitor that something is coming, as long as the block runs: `async with turn.typing():`."""
        if self.is_copilot:
            # The visitor sees nothing of it.
            yield
            return
        task = asyncio.create_task(self._type())
        try:
            yield
        finally:
            task.cancel()
            self._voice.hint(say.SetTyping(self.conversation_id, is_typing=False))

    @asynccontextmanager
    async def streaming(self) -> AsyncIterator[Streaming]:
        """Show the next reply while it is being made: `async with turn.streaming() as out: out.write("Yes, ")`.

        `await turn.reply(out.text)` in the block puts the answer in its place; a block without one takes it back.
        """
        out, number, bot = Streaming(), self._replied, self._voice
        if self.is_copilot:
            # The visitor sees nothing of it.
            yield out
            return
        message_id = answer_id(bot.bot_id, self.message.id, number)
        task = asyncio.create_task(out.show(message_id, self.conversation_id, self._number, bot.hint))
        try:
            yield out
        finally:
            task.cancel()
            if self._replied == number and out.text:
                bot.hint(say.ShowPartial(message_id, self.conversation_id, self._number, ""))

    async def history(self, limit: int = 50) -> Sequence[AnyConversationEntry]:
        """The entries before this message, oldest first: what was said, and what was decided."""
        with self._patience.paused():
            return await self._voice.history(self.conversation_id, self.message, limit)

    async def _post(self, number: int, text: str, **fields: Any) -> Accepted:
        entry_id = answer_id(self._voice.bot_id, self.message.id, number)
        frame = say.PostMessage(entry_id, self.conversation_id, text, turn=self._number, **fields)
        with self._patience.paused():
            return await self._voice.post(frame)

    async def _type(self) -> None:
        while True:
            self._voice.hint(say.SetTyping(self.conversation_id))
            await asyncio.sleep(TYPING_EVERY)
