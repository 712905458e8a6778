"""HTTP routes as typed values: the door does what is common, and OpenAPI, docs and generated tests walk them.

A route is a plain async function and one line in its domain's `endpoints`. What it takes stands in its signature: ids
of the path by name, `query` and `body` as structs; what it answers is its return annotation.
"""

import hashlib
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, Literal, TypeVar, get_type_hints
from uuid import UUID

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.core import http
from server.core.auth import Actor, Client
from server.core.errors import Changed, Forbidden
from server.core.house import House
from server.core.idempotency import HEADER, once

T = TypeVar("T")
Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
# Without these a request means the same whatever is sent along.
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class Who(StrEnum):
    """Who may come to a route at all; what its permission says comes on top."""

    MEMBER = "member"
    VISITOR = "visitor"
    ANYONE = "anyone"


MEMBER, VISITOR, ANYONE = Who.MEMBER, Who.VISITOR, Who.ANYONE


class Cursor(msgspec.Struct, frozen=True):
    """Where a list goes on, and how much of it: what every query for a list begins with."""

    cursor: http.CursorText = ""
    limit: http.PageSize = 50


class Page(msgspec.Struct, Generic[T], frozen=True):
    """A part of a list; `next_cursor` leads to the next one and is null at the end."""

    items: list[T]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One request at its route, with who makes it settled."""

    house: House
    request: Request
    client: Client
    # Headers and cookies to go with the answer.
    response: Response = field(default_factory=Response)
    _actor: Actor | None = None

    @property
    def actor(self) -> Actor:
        """Who asks; only a route for anyone has nobody here."""
        assert self._actor is not None
        return self._actor

    @property
    def log(self) -> Any:
        """The log of this node (domain/chat/log.py), which this floor does not know."""
        return self.request.app.state.log

    @property
    def history(self) -> Any:
        """The reader of the past (domain/chat/history.py)."""
        return self.request.app.state.history

    @property
    def questions(self) -> Any:
        """The way to the bots' sockets (gateway/questions.py)."""
        return self.request.app.state.questions

    def match(self, current: Any) -> None:
        """Refuse where If-Match names another state than the current one, which the caller has locked."""
        wanted = self.request.headers.get("if-match")
        if wanted not in {None, "*"} and wanted.strip('"').partition("-")[0] != _digest(_edited(current)):
            raise Changed("somebody changed it first; look again and decide anew")

    def match_any(self) -> None:
        """Refuse an If-Match that names a state of what stands in lists only: it has no ETag that could be meant."""
        if self.request.headers.get("if-match") not in {None, "*"}:
            raise Changed("this has no ETag; send If-Match as * or not at all")


def etag_of(shown: Any) -> str:
    """The ETag of an answer: it names what is in it.

    Where more is shown than people edit, such as what a bot carries just now, there are two parts: If-Match compares
    the first, so that only another edit is in the way of an edit, and If-None-Match both.
    """
    edited = _edited(shown)
    return f'"{_digest(shown)}"' if edited is shown else f'"{_digest(edited)}-{_digest(shown)}"'


def _edited(shown: Any) -> Any:
    return shown.edited() if hasattr(shown, "edited") else shown


def _digest(shown: Any) -> str:
    return hashlib.sha256(msgspec.json.encode(shown)).hexdigest()[:20]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One route: what it takes, who may use it, and the function that does it."""

    method: Method
    path: str
    run: Callable[..., Awaitable[Any]]
    who: Who
    permission: str | None
    status: int
    # Another site's page may cause it: nothing happens in anybody's name.
    is_open: bool
    # The longest body that it takes, in bytes.
    most: int
    # Its answer is shown once and kept nowhere, not even for whoever repeats the request.
    is_secret: bool
    # A bot may use it as well as a member, with its own token.
    for_bots: bool
    body: Any
    query: Any
    answer: Any
    ids: tuple[str, ...]

    @property
    def name(self) -> str:
        """The function's name, which is the operation's in OpenAPI."""
        return self.run.__name__

    @property
    def summary(self) -> str:
        """The first sentence of the function's docstring."""
        return (self.run.__doc__ or "").strip().split("\n\n")[0].replace("\n", " ")

    def route(self) -> Route:
        """The same as Starlette has it."""
        # Where an id belongs, nothing else matches: a word may stand there in another route.
        return Route(re.sub(r"{(\w+)}", r"{\1:uuid}", self.path), self._answer, methods=[self.method])

    async def _answer(self, request: Request) -> Response:
        actor = await self._who(request)
        call = Call(http.house_of(request), request, http.client_of(request), _actor=actor)
        arguments: dict[str, Any] = {name: request.path_params[name] for name in self.ids}
        if self.query is not None:
            arguments["query"] = http.query(request, self.query)
        if self.body is not None:
            arguments["body"] = await http.read(request, self.body, self.most)

        async def run() -> tuple[int, bytes]:
            answer = await self.run(call, **arguments)
            if self.method == "GET" and self.answer is not None:
                call.response.headers["etag"] = etag_of(answer)
            return (204, b"") if self.answer is None else (self.status, msgspec.json.encode(answer))

        key = request.headers.get(HEADER, "")
        if key and self.method == "POST" and actor is not None:
            what = f"{self.path} {msgspec.json.encode(arguments, enc_hook=str).decode()}"
            status, content = await once(call.house.db, actor, key, what, run, is_secret=self.is_secret)
        else:
            status, content = await run()
        return self._reply(call, status, content)

    async def _who(self, request: Request) -> Actor | None:
        match self.who:
            case Who.ANYONE:
                if self.method in UNSAFE and not self.is_open:
                    http.require_same_site(request, browser=False)
                return None
            case Who.VISITOR:
                actor = http.visitor_of(request)
            case Who.MEMBER:
                actor = await http.member_of(request, or_bot=self.for_bots)
        http.spend(http.house_of(request), actor)
        if self.who is Who.VISITOR:
            return actor
        if self.permission is not None:
            actor.require(self.permission)
        elif actor.is_api and self.method != "GET":
            raise Forbidden("this belongs to a person: log in to do it")
        return actor

    def _reply(self, call: Call, status: int, content: bytes) -> Response:
        tag = call.response.headers.get("etag")
        if tag is not None and tag in call.request.headers.get("if-none-match", ""):
            status, content = 304, b""
        made = Response(content or None, status, media_type="application/json" if content else None)
        # What the route put on the answer it had not made yet, such as cookies; its own length is not meant.
        made.background = call.response.background
        made.raw_headers.extend(each for each in call.response.raw_headers if each[0] != b"content-length")
        return made


def _endpoint(
    method: Method,
    path: str,
    run: Callable[..., Awaitable[Any]],
    *,
    permission: str | None = None,
    who: Who = Who.MEMBER,
    status: int = 200,
    is_open: bool = False,
    most: int = http.MOST_BYTES,
    is_secret: bool = False,
    for_bots: bool = False,
) -> Endpoint:
    hints = get_type_hints(run, include_extras=True)
    answer = hints.pop("return")
    answer = None if answer is type(None) else answer
    ids = tuple(re.findall(r"{(\w+)}", path))
    body, query = hints.pop("body", None), hints.pop("query", None)
    if hints != {"call": Call} | dict.fromkeys(ids, UUID):
        raise TypeError(f"{run.__name__} takes {sorted(hints)}, which {path} does not give")
    return Endpoint(
        method, path, run, who, permission, 204 if answer is None else status, is_open, most, is_secret,
        for_bots, body, query, answer, ids,
    )  # fmt: skip


def get(path: str, run: Callable[..., Awaitable[Any]], **more: Any) -> Endpoint:
    """A route that reads."""
    return _endpoint("GET", path, run, **more)


def post(path: str, run: Callable[..., Awaitable[Any]], **more: Any) -> Endpoint:
    """A route that makes or does something; `status=201` where something is made."""
    return _endpoint("POST", path, run, **more)


def put(path: str, run: Callable[..., Awaitable[Any]], **more: Any) -> Endpoint:
    """A route that puts something in the place of what was there."""
    return _endpoint("PUT", path, run, **more)


def patch(path: str, run: Callable[..., Awaitable[Any]], **more: Any) -> Endpoint:
    """A route that changes the fields it is given."""
    return _endpoint("PATCH", path, run, **more)


def delete(path: str, run: Callable[..., Awaitable[Any]], **more: Any) -> Endpoint:
    """A route that removes something."""
    return _endpoint("DELETE", path, run, **more)
