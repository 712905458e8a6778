"""Talk to a bot without a server: the bot runs as ever, and a small house in memory answers its frames.

async with Harness(bot) as talk:
    answer = await talk.say("hello")
    assert answer.text == "You said: hello"
"""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from frontdesk_bot.answered import Answer as Answer  # noqa: PLC0414 - what a harness gives
from frontdesk_bot.bot import Bot
from frontdesk_bot.harness_others import Others, Reviewer
from frontdesk_bot.ids import FIRST_NOTE, Clock, answer_id, uuid7
from frontdesk_bot.loopback import Loopback
from frontdesk_bot.outbox import Decision
from frontdesk_bot.protocol import client_frames as say
from frontdesk_bot.protocol import server_frames as hear
from frontdesk_bot.protocol.agent_values import BotConfiguration
from frontdesk_bot.protocol.client_frames import AnswerQuestion, Contribute
from frontdesk_bot.protocol.collaboration_values import Contribution
from frontdesk_bot.protocol.content import Content, ContentReply
from frontdesk_bot.protocol.entries import MessagePosted
from frontdesk_bot.protocol.values import Attributes, Card, Identity, Limits, Marks, Position, Sender, Summary
from frontdesk_bot.room import Job
from frontdesk_bot.wire import Wire

# Far away: nobody tests a bot for its patience with these.
LIMITS = Limits(message_bytes=16_384, in_flight=32, rate=10_000, burst=10_000, watched=10_000, ping_every=3600)
KEPT = ("is_internal", "message_type", "citations", "answer", "content")


class Talk:
    """One visitor's conversation with the bot."""

    def __init__(self, harness: "Harness", visitor: Sender, conversation_id: UUID) -> None:
        self._harness = harness
        self.visitor, self.conversation_id = visitor, conversation_id
        self.entries: list[MessagePosted] = []
        # What the bot is through with before it comes.
        self.past = 0
        self.hand_off: say.HandOffConversation | None = None
        self.tags: set[str] = set()
        self.attributes: Attributes = {}
        self.contact_attributes: Attributes = {}
        self.shown: dict[UUID, list[str]] = {}
        self.suggestions: dict[UUID, say.SuggestAnswer] = {}

    async def tap(self, label: str) -> Answer:
        """Tap one of the answers that the bot's last words offer."""
        shown, content = self._shown_last()
        tapped = next(each for each in content.quick_replies if each.label == label)
        return await self.say(label, ContentReply(shown.id, tapped.payload))

    async def fill(self, **values: str) -> Answer:
        """Fill in the form that the bot's last words hold; what is given is not checked here."""
        shown, _ = self._shown_last()
        told = "\n".join(f"{name}: {value}" for name, value in values.items())
        return await self.say(told, ContentReply(shown.id, values=values))

    def _shown_last(self) -> tuple[MessagePosted, Content]:
        said = next(each for each in reversed(self.entries) if each.sender.kind == "bot" and not each.is_internal)
        assert said.content is not None, "the bot's last words hold nothing to tap or to fill in"
        return said, said.content

    async def say(self, text: str, reply: ContentReply | None = None) -> Answer:
        """Write to the bot, and wait until it is through with it; raises what its handler raised."""
        content = None if reply is None else Content(reply=reply)
        message = self.add(self.visitor, text, self._harness.new_id(), content=content)
        await self._harness.tell(message)
        # By their ids: what answers another message of the same conversation may stand in between.
        bot_id, most = self._harness.bot_id, len(self.entries)
        ids = {answer_id(bot_id, message.id, first + n) for first in (0, FIRST_NOTE) for n in range(most)}
        shown = [text for message_id in self.shown if message_id in ids for text in self.shown[message_id]]
        said = [each for each in self.entries if each.id in ids]
        return Answer(said, self.hand_off, shown, self.suggestions.get(message.id))

    async def ask_contribution(self, text: str, **fields: Any) -> Contribute:
        """Ask the bot as another one does that consults it; `collaboration_type` and the like say more."""
        return await self._harness.ask_contribution(self.conversation_id, text, **fields)

    async def ask_aside(self, text: str) -> AnswerQuestion:
        """Ask the bot outside of this and any conversation, as the console's test chat does."""
        return await self._harness.ask_aside(text)

    def add(self, sender: Sender, text: str, entry_id: UUID, **fields: Any) -> MessagePosted:
        """Put a line into the conversation; one that is there already stays as it is."""
        known = next((each for each in self.entries if each.id == entry_id), None)
        if known is not None:
            return known
        seq = len(self.entries) + 1
        entry = MessagePosted(
            id=entry_id, epoch=1, seq=seq, after=seq - 1, at=self._harness.clock.now(), sender=sender, body=text,
            conversation_id=self.conversation_id, **fields,
        )  # fmt: skip
        self.entries.append(entry)
        return entry

    def held(self) -> hear.ConversationHeld | hear.ConversationAssisted:
        """The bot has it, or a person whose co-pilot it is."""
        card = Card(
            conversation_id=self.conversation_id, status="assigned", version=1, priority=3, contact_id=self.visitor.id,
            contact_name=self.visitor.name, channel_id=self.conversation_id, channel_name="Harness",
            channel_kind="web_widget", started_at=self._harness.clock.now(), last_seq=0, message_count=0,
        )  # fmt: skip
        if self._harness.is_copilot:
            return hear.ConversationAssisted(self.conversation_id, card, self.resumed(None))
        return hear.ConversationHeld(self.conversation_id, 1, card, self.resumed(None))

    def resumed(self, position: Position | None) -> hear.Resumed:
        """What the bot missed."""
        last = Position(1, len(self.entries))
        missed = self.entries[position.seq if position else 0 :]
        summary = Summary("assigned", 1, 1, last.seq)
        marks = [Marks(self._harness.bot_id, "bot", self.past, self.past)]
        return hear.Resumed(self.conversation_id, position is not None, last, list(missed), summary, marks)


class Harness:
    """A house for one bot, which may take `patience` seconds to be through with a message.

    With `is_copilot` a person holds the conversation, and the bot suggests. `others` is what the bots say that it
    consults, and a `reviewer` tells of each reply why it is rejected, or None.
    """

    def __init__(
        self,
        bot: Bot,
        *,
        patience: float = 10.0,
        configuration: BotConfiguration | None = None,
        is_copilot: bool = False,
        others: Sequence[Contribution] = (),
        reviewer: Reviewer | None = None,
    ) -> None:
        self.is_copilot = is_copilot
        self._others = Others(others, reviewer)
        self.clock = Clock()
        self._bot, self._patience, self._configuration = bot, patience, configuration
        self.bot_id = self.new_id()
        self._sender = Sender("bot", self.bot_id, "Bot")
        self._talks: dict[UUID, Talk] = {}
        self._through: dict[UUID, asyncio.Future[None]] = {}
        self._wire = Loopback(self.heard)
        self._running: asyncio.Task[None] | None = None
        self._welcome = asyncio.Event()
        self._asides: dict[UUID, asyncio.Future[AnswerQuestion]] = {}

    async def __aenter__(self) -> Talk:
        """Start the bot, and bring a visitor to it."""
        self._running = asyncio.create_task(self._bot.serve(through=self._dial, done=self._done))
        return self.newcomer()

    async def __aexit__(self, *_: object) -> None:
        """Stop the bot."""
        assert self._running is not None
        self._bot.stop()
        await self._running

    def newcomer(
        self, name: str = "", *, past: Sequence[MessagePosted] = (), spoken_by: UUID | None = None
    ) -> Talk:  # fmt: skip
        """One more visitor, with a conversation of its own.

        The bot is through with the messages of `past`; those of `spoken_by` were its own.
        """
        talk = Talk(self, Sender("contact", self.new_id(), name), self.new_id())
        for number, each in enumerate(past, 1):
            sender = {"contact": talk.visitor, "bot": self._sender if each.sender.id == spoken_by else each.sender}
            talk.entries.append(msgspec.structs.replace(
                each, conversation_id=talk.conversation_id, epoch=1, seq=number, after=number - 1,
                sender=sender.get(each.sender.kind, each.sender),
            ))  # fmt: skip
        talk.past = len(talk.entries)
        self._talks[talk.conversation_id] = talk
        if self._welcome.is_set():
            self._wire.tell(talk.held())
        return talk

    def leave(self, talk: Talk) -> None:
        """The conversation ends."""
        del self._talks[talk.conversation_id]
        if talk.hand_off is None:
            self._wire.tell(hear.ConversationLeft(talk.conversation_id))

    def configure(self, configuration: BotConfiguration) -> None:
        """People set the bot up otherwise."""
        self._wire.tell(hear.BotConfigured(configuration))

    def new_id(self) -> UUID:
        """An id that nothing has."""
        return uuid7(self.clock.now())

    async def tell(self, message: MessagePosted) -> None:
        """Tell the bot of a message, and wait until it is through with it."""
        through = self._through[message.id] = asyncio.get_running_loop().create_future()
        self._wire.tell(message)
        async with asyncio.timeout(self._patience):
            assert self._running is not None
            await asyncio.wait([through, self._running], return_when=asyncio.FIRST_COMPLETED)
        if self._running.done():
            self._running.result()
        through.result()

    async def ask_aside(self, text: str) -> AnswerQuestion:
        """Ask the bot outside of any conversation, and wait for its answer."""
        answer: asyncio.Future[AnswerQuestion] = asyncio.get_running_loop().create_future()
        self._asides[question_id := self.new_id()] = answer
        async with asyncio.timeout(self._patience):
            await self._welcome.wait()
            self._wire.tell(hear.Question(question_id, text, int(self._patience)))
            return await answer

    async def ask_contribution(self, conversation_id: UUID, text: str, **fields: Any) -> Contribute:
        """Ask the bot as another one does, and wait for what it says."""
        answer, request = self._others.ask(self.new_id(), conversation_id, text, int(self._patience), fields)
        async with asyncio.timeout(self._patience):
            await self._welcome.wait()
            self._wire.tell(request)
            return await answer

    def heard(self, frame: Any) -> None:
        """Answer a frame of the bot's as the server does."""
        tell = self._wire.tell
        match frame:
            case say.Hello():
                identity = Identity("bot", self.bot_id, self._sender.name, self.new_id())
                tell(hear.Welcome(self.new_id(), identity, self.clock.now(), LIMITS))
                if self._configuration is not None:
                    self.configure(self._configuration)
                self._welcome.set()
                for talk in self._talks.values():
                    tell(talk.held())
            case say.Watch():
                asked = [(self._talks[each.conversation_id], each) for each in frame.resume if each.conversation_id]
                tell(hear.ResumedFrame([talk.resumed(each.position) for talk, each in asked]))
            case say.PostMessage() | say.ConsultAgents() | say.SuggestAnswer():
                for each in self._answers(frame):
                    tell(each)
            case say.ShowPartial() | AnswerQuestion() | Contribute():
                self._keep(frame)
            case say.HandOffConversation() | say.TagConversation() | say.SetAttributes():
                tell(hear.Accepted(frame.id, frame.conversation_id, 1, 0, 0, self.clock.now()))
                self._decide(frame)
            case say.FetchHistory():
                before = self._talks[frame.conversation_id].entries[: frame.before.seq - 1]
                tell(hear.History(frame.conversation_id, list(before[-frame.limit :]), len(before) > frame.limit))

    def _decide(self, frame: Decision) -> None:
        talk = self._talks[frame.conversation_id]
        if isinstance(frame, say.TagConversation):
            talk.tags = (talk.tags | {*frame.add}) - {*frame.remove}
        elif isinstance(frame, say.SetAttributes):
            talk.attributes.update(frame.attributes)
            talk.contact_attributes.update(frame.contact_attributes)
        else:
            talk.hand_off = frame
            self._wire.tell(hear.ConversationLeft(frame.conversation_id))

    def _answers(self, frame: say.PostMessage | say.ConsultAgents | say.SuggestAnswer) -> list[Any]:
        talk, at = self._talks[frame.conversation_id], self.clock.now()
        if isinstance(frame, say.ConsultAgents):
            return [self._others.consulted(frame, self.bot_id, at)]
        if isinstance(frame, say.SuggestAnswer):
            talk.suggestions[frame.message_id] = frame
            return [self._others.suggested(frame, self.bot_id, at)]
        if rejected := self._others.rejected(frame, self.bot_id, at):
            return [rejected]
        entry = talk.add(self._sender, frame.body, frame.id, **{name: getattr(frame, name) for name in KEPT})
        accepted = hear.Accepted(entry.id, entry.conversation_id, entry.epoch, entry.seq, entry.after, entry.at)
        return [accepted, hear.Stored(entry.conversation_id, entry.epoch, entry.seq)]

    def _keep(self, frame: "say.ShowPartial | AnswerQuestion | Contribute") -> None:
        if isinstance(frame, AnswerQuestion):
            self._asides.pop(frame.id).set_result(frame)
        elif isinstance(frame, Contribute):
            self._others.heard(frame)
        else:
            self._talks[frame.conversation_id].shown.setdefault(frame.message_id, []).append(frame.body)

    def _done(self, job: Job, failure: Exception | None) -> None:
        through = self._through.pop(job.id, None) if isinstance(job, MessagePosted) else None
        if through is None or through.done():
            return
        if failure is None:
            through.set_result(None)
        else:
            through.set_exception(failure)

    async def _dial(self) -> Wire:
        return self._wire
