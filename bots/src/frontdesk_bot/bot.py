"""A bot: what it does about what happens, and where it connects."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import UUID

from frontdesk_bot.articles import Articles
from frontdesk_bot.attending import Done, Handlers
from frontdesk_bot.consulting import OnAsked
from frontdesk_bot.desk import Desk
from frontdesk_bot.events import Event
from frontdesk_bot.ids import uuid7
from frontdesk_bot.outbox import NotApproved
from frontdesk_bot.protocol.agent_values import BotConfiguration
from frontdesk_bot.protocol.client_frames import PostMessage
from frontdesk_bot.protocol.server_frames import Accepted
from frontdesk_bot.tools import F, Toolbox
from frontdesk_bot.turn import Turn
from frontdesk_bot.wire import Dial, address_of, dial

E = TypeVar("E", bound=Event)
T = TypeVar("T", bound=Callable[[Turn], Awaitable[object]])
OnRejected = Callable[[Turn, NotApproved], Awaitable[object]]
# Within the half minute that a platform usually gives a process to stop.
GOODBYE = 10.0


class Bot:
    """A bot of one organization, known by its token.

    `capacity` is how many conversations it holds at the same time. A handler is stopped after `deadline` seconds, not
    counting what it waits for the server; then, or when it fails, the conversation is handed over to people.
    """

    def __init__(self, url: str, token: str, *, capacity: int = 100, deadline: float = 30.0) -> None:
        self.address, self._token = address_of(url), token
        self.tools = Toolbox()
        # What the team has written for visitors: `await bot.articles.search("How do I return a plant?")`.
        self.articles = Articles(self.address, token)
        # How people have set it up (instructions, model, threshold …): there after the welcome, and always the newest.
        self.configuration: BotConfiguration | None = None
        # What was said long ago is asked once more, and nobody hears the answers: tools had better change nothing.
        self.is_rehearsing = False
        self._handlers = Handlers(capacity=capacity, deadline=deadline)
        self._watched: dict[UUID, None] = {}
        self._desk: Desk | None = None
        self._stop = asyncio.Event()

    def on_message(self, handler: T) -> T:
        """Call this for each message of a visitor: in a conversation one after the other, in many at once."""
        self._handlers.add(Turn, handler)
        return handler

    def on_contribution(self, handler: OnAsked) -> OnAsked:
        """Call this for what other bots ask, and for what they would say where this one has to approve it.

        Without it the handler for messages answers questions, and nothing is approved.
        """
        self._handlers.asked = handler
        return handler

    def on_rejected(self, handler: OnRejected) -> OnRejected:
        """Call this with the turn where somebody rejects what was replied; without it people get the conversation."""
        self._handlers.rejected = handler
        return handler

    def on(self, kind: type[E]) -> Callable[[Callable[[E], Awaitable[object]]], Callable[[E], Awaitable[object]]]:
        """Call this for each event of a kind, in order with the messages of its conversation: `@bot.on(Edited)`."""

        def register(handler: Callable[[E], Awaitable[object]]) -> Callable[[E], Awaitable[object]]:
            self._handlers.add(kind, handler)
            return handler

        return register

    def tool(self, function: F) -> F:
        """Make a function callable by name with checked arguments; see `bot.tools`."""
        self.tools.add(function)
        return function

    def watch(self, conversation_id: UUID) -> None:
        """Read along in a conversation that the bot does not hold: it may write notes there, and speak to nobody."""
        self._watched[conversation_id] = None
        if self._desk is not None:
            self._desk.watch(conversation_id)

    async def unwatch(self, conversation_id: UUID) -> None:
        """Read along no longer; a handler that works at it is canceled."""
        self._watched.pop(conversation_id, None)
        if self._desk is not None:
            await self._desk.unwatch(conversation_id)

    async def say(self, conversation_id: UUID, text: str) -> Accepted:
        """Say something that answers nothing, such as that a parcel has arrived; raises Rejected."""
        if self._desk is None:
            raise RuntimeError("the bot is not running")
        desk = self._desk
        return await desk.post(
            PostMessage(uuid7(desk.clock.now()), conversation_id, text, turn=desk.turn_of(conversation_id))
        )

    def run(self) -> None:
        """Run until SIGINT or SIGTERM, or until the server wants the bot no more (raises Stopped)."""
        asyncio.run(self._run())

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.stop)
        await self.serve()

    @property
    def is_connected(self) -> bool:
        """There is a connection just now."""
        return self._desk is not None and self._desk.link.is_live

    def _configured(self, configuration: BotConfiguration) -> None:
        self.configuration = configuration
        self.tools.set_up(configuration.tools)

    def stop(self) -> None:
        """Finish what was begun, wait until it is stored, and go."""
        self._stop.set()

    async def serve(self, *, through: Dial | None = None, done: Done = lambda _job, _failure: None) -> None:
        """The same as `run`, inside of a loop that runs already; the harness gives it another connection."""
        self._stop.clear()
        desk = self._desk = Desk(through or (lambda: dial(self.address)), self._token, self._handlers, done)
        desk.configured, desk.declared = self._configured, self.tools.declared
        for conversation_id in self._watched:
            desk.watch(conversation_id)
        link, stop = asyncio.create_task(desk.link.run()), asyncio.create_task(self._stop.wait())
        try:
            await asyncio.wait([link, stop], return_when=asyncio.FIRST_COMPLETED)
            await desk.close(0 if link.done() else GOODBYE)
            if link.done():
                link.result()
        finally:
            self._desk = None
            for task in (link, stop):
                task.cancel()
            await asyncio.gather(link, stop, return_exceptions=True)
