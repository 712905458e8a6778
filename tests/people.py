"""The people of a story: visitors, agents and bots, who speak the real protocol over real sockets."""

import asyncio
import time
from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

import aiohttp
import msgspec

from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import entries as told
from server.protocol import server_frames as hear
from server.protocol.values import PROTOCOL, Position
from tests.hearing import read
from tests.servers import PASSWORD, Organization

T = TypeVar("T")
PATIENCE = 10.0


class Refused(Exception):  # noqa: N818 - it carries a frame, not an error
    """The server refused what was said."""

    def __init__(self, frame: hear.Refused) -> None:
        super().__init__(f"{frame.code}: {frame.message}")
        self.frame = frame


class Person:
    """One client: everything it heard, in order, and ways to wait for more."""

    def __init__(self, org: Organization, node: int = 0) -> None:
        self.org, self.node = org, node
        self.heard: list[Any] = []
        self.welcome: hear.Welcome
        self.close_code: int | None = None
        # What this person's browser, or a proxy on the way, says besides.
        self.headers: dict[str, str] = {}
        self.answers_pings = True
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._listening: asyncio.Task[None] | None = None
        self._news = asyncio.Condition()

    async def credentials(self) -> say.AsVisitor | say.AsMember | say.AsBot:
        """What this person shows at the door."""
        raise NotImplementedError

    @property
    def origin(self) -> str:
        """The origin that the person's browser tells."""
        return ""

    async def connect(self, *resume: say.Resume, node: int | None = None) -> hear.Welcome:
        """Open a socket, say hello and wait for the welcome."""
        await self.open(node)
        credentials = await self.credentials()
        await self.send(say.Hello(PROTOCOL, credentials, resume=list(resume)))
        known = {each.session_id for each in self.heard if isinstance(each, hear.Welcome)}
        self.welcome = await self.hears(hear.Welcome, lambda each: each.session_id not in known)
        return self.welcome

    async def open(self, node: int | None = None) -> None:
        """Open a socket and say nothing."""
        self.node = self.node if node is None else node
        headers = ({"Origin": self.origin} if self.origin else {}) | self.headers
        self.close_code = None
        self._socket = await self.org.house.http.ws_connect(
            f"{self.org.house.url(self.node)}/ws", headers=headers, autoclose=True, max_msg_size=0
        )
        self._listening = asyncio.create_task(self._listen(self._socket))

    async def _listen(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            if message.type is aiohttp.WSMsgType.TEXT:
                frame = read(message.data)
                if isinstance(frame, hear.Ping) and self.answers_pings:
                    await socket.send_str(msgspec.json.encode(say.Pong()).decode())
                await self.took(frame)
                async with self._news:
                    self.heard.append(frame)
                    self._news.notify_all()
        async with self._news:
            self.close_code = socket.close_code
            self._news.notify_all()

    async def took(self, frame: Any) -> None:
        """Do at once whatever this person does about a frame."""

    async def send(self, frame: say.ClientFrame) -> None:
        """Send a frame and wait for nothing."""
        await self.send_text(msgspec.json.encode(frame).decode())

    async def send_text(self, text: str) -> None:
        """Send whatever text."""
        assert self._socket is not None
        await self._socket.send_str(text)

    async def hears(
        self, kind: type[T], where: Callable[[T], bool] = lambda _: True, *, patience: float = PATIENCE
    ) -> T:
        """The first frame of this kind, heard already or soon."""

        def found() -> T | None:
            return next((each for each in self.heard if isinstance(each, kind) and where(each)), None)

        async with self._news:
            try:
                async with asyncio.timeout(patience):
                    await self._news.wait_for(lambda: found() is not None or self.close_code is not None)
            except TimeoutError:
                raise AssertionError(f"no {kind} was heard, but: {self.heard[-8:]}") from None
        result = found()
        if result is None:
            raise AssertionError(f"the socket was closed with {self.close_code} before {kind}: {self.heard[-4:]}")
        return result

    async def hears_close(self, *, patience: float = PATIENCE) -> int:
        """The code that the server closed the socket with."""
        async with self._news, asyncio.timeout(patience):
            await self._news.wait_for(lambda: self.close_code is not None)
        assert self.close_code is not None
        return self.close_code

    async def answer(self, frame_id: UUID) -> hear.Accepted:
        """What the server answers to the frame of this id; raises Refused."""

        def is_it(frame: Any) -> bool:
            return bool(frame.id == frame_id)

        got = await self.hears((hear.Accepted, hear.Refused), is_it)  # type: ignore[arg-type]
        if isinstance(got, hear.Refused):
            raise Refused(got)
        assert isinstance(got, hear.Accepted)
        return got

    async def decide(self, frame: Any) -> hear.Accepted:
        """Send a decision and wait for its number."""
        await self.send(frame)
        return await self.answer(frame.id)

    def draft(self, conversation_id: UUID, body: str, **fields: Any) -> say.PostMessage:
        """A message that was not sent yet."""
        return say.PostMessage(uuid7(), conversation_id, body, **fields)

    async def say(self, conversation_id: UUID, body: str, **fields: Any) -> hear.Accepted:
        """Say something and wait until it is accepted."""
        draft = self.draft(conversation_id, body, **fields)
        await self.send(draft)
        return await self.answer(draft.id)

    async def stored(self, accepted: hear.Accepted) -> hear.Stored:
        """Wait until an accepted entry is committed."""
        return await self.hears(
            hear.Stored, lambda each: each.conversation_id == accepted.conversation_id and each.upto >= accepted.seq
        )

    async def hears_line(self, body: str, **fields: Any) -> told.MessagePosted:
        """Wait for a message of this text."""
        return await self.hears(told.MessagePosted, lambda each: each.body == body, **fields)

    async def watch(self, conversation_id: UUID | None, position: Position | None = None) -> hear.Resumed:
        """Follow a conversation, or the inbox, and take what the server has of it."""
        known = {id(each) for each in self.heard}
        await self.send(say.Watch([say.Resume(conversation_id, position)]))
        answer = await self.hears(hear.ResumedFrame, lambda each: id(each) not in known)
        return answer.resumed[0]

    def lines(self, conversation_id: UUID) -> list[str]:
        """The texts of a conversation that came live, in the order they came."""
        return [
            each.body
            for each in self.heard
            if isinstance(each, told.MessagePosted) and each.conversation_id == conversation_id
        ]

    async def leave(self) -> None:
        """Go home."""
        await self.leave_socket()

    async def leave_socket(self) -> None:
        """Close the socket properly."""
        if self._socket is not None:
            await self._socket.close()
        if self._listening is not None:
            await self._listening

    async def vanish(self) -> None:
        """Lose the connection, as in a tunnel."""
        if self._socket is not None:
            response = self._socket._response
            assert response.connection is not None
            assert response.connection.transport is not None
            response.connection.transport.abort()
        if self._listening is not None:
            self._listening.cancel()
        self._socket = self._listening = None


class Visitor(Person):
    """Somebody on the company's website."""

    def __init__(self, org: Organization, node: int = 0) -> None:
        super().__init__(org, node)
        self.token = ""
        self.contact_id: UUID

    async def credentials(self) -> say.AsVisitor:
        """The widget's key and the token, got over REST the first time."""
        if not self.token:
            body = {"widget_key": self.org.widget_key}
            url = f"{self.org.house.url(self.node)}/api/widget/sessions"
            async with self.org.house.http.post(url, json=body) as answer:
                assert answer.status == 200, await answer.text()
                session = await answer.json()
            self.token, self.contact_id = session["token"], UUID(session["contact_id"])
        return say.AsVisitor(self.org.widget_key, self.token)

    async def start(self, subject: str = "", words: str = "") -> UUID:
        """Start a conversation; its id."""
        frame = say.StartConversation(uuid7(), subject, words=words)
        await self.send(frame)
        await self.answer(frame.id)
        return frame.id


class Agent(Person):
    """A member at the console."""

    def __init__(self, org: Organization, name: str = "ada", node: int = 0) -> None:
        super().__init__(org, node)
        self.name = name
        self.http: aiohttp.ClientSession | None = None
        self.id: UUID

    async def login(self) -> None:
        """Log in; the cookie stays in this person's browser."""
        self.http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        answer = await self.post("/api/login", {"email": self.org.email(self.name), "password": PASSWORD})
        self.id = UUID(answer["agent_id"])

    async def credentials(self) -> say.AsMember:
        """A fresh ticket."""
        if self.http is None:
            await self.login()
        return say.AsMember((await self.post("/api/socket-tickets", {}))["ticket"])

    async def post(self, path: str, body: dict[str, Any]) -> Any:
        """Call the API as the console does."""
        assert self.http is not None
        url = self.org.house.url(self.node)
        async with self.http.post(url + path, json=body, headers={"Origin": url}) as answer:
            assert answer.status < 300, await answer.text()
            return await answer.json() if answer.status != 204 else None

    async def get(self, path: str) -> Any:
        """Read from the API as the console does."""
        assert self.http is not None
        async with self.http.get(self.org.house.url(self.node) + path) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def change(self, path: str, fields: dict[str, Any], *, status: int = 200) -> Any:
        """Change something that is as it was just shown."""
        assert self.http is not None
        url = self.org.house.url(self.node)
        async with self.http.get(url + path) as answer:
            tag = answer.headers["ETag"]
        async with self.http.patch(url + path, json=fields, headers={"Origin": url, "If-Match": tag}) as answer:
            assert answer.status == status, await answer.text()
            return await answer.json()

    async def take(self, conversation_id: UUID, version: int = 1) -> hear.Accepted:
        """Become the holder of a conversation."""
        return await self.decide(say.TakeConversation(uuid7(), conversation_id, version))

    async def close(self, conversation_id: UUID, version: int) -> hear.Accepted:
        """End a conversation."""
        return await self.decide(say.CloseConversation(uuid7(), conversation_id, version, "solved"))

    async def leave(self) -> None:
        """Close the socket and the browser."""
        await super().leave()
        if self.http is not None:
            await self.http.close()


async def eventually(look: Callable[[], Any], *, patience: float = PATIENCE) -> Any:
    """The first truthy answer of an awaitable look, or a failure that shows the last one."""
    ends = time.monotonic() + patience
    while True:
        found = await look()
        if found or time.monotonic() > ends:
            assert found, f"it never came to be: {found!r}"
            return found
        await asyncio.sleep(0.03)
