"""A browser without a screen: it keeps its cookie and says what browsers say with every request."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from http.cookies import Morsel, SimpleCookie
from typing import Any, Self

import aiohttp
import msgspec

from tests.people import eventually
from tests.servers import PASSWORD, House

# Far less than the time after which what a node remembers is too old for it anyway.
NOTICED = 3.0
# Pieces are sent without telling how long they are together.
Data = bytes | str | AsyncIterator[bytes] | None


class Answer(msgspec.Struct, frozen=True):
    """What the server answered."""

    status: int
    headers: dict[str, str]
    text: str
    # The cookie that came with it.
    cookie: Any = None

    @property
    def json(self) -> Any:
        """The answer's JSON."""
        return msgspec.json.decode(self.text)

    @property
    def policy(self) -> dict[str, str]:
        """The content security policy, by directive."""
        parts = [each.strip().partition(" ") for each in self.headers["content-security-policy"].split(";")]
        return {name: rest for name, _, rest in parts}


class Browser:
    """Somebody's browser at one web process."""

    def __init__(self, house: House, node: int = 0) -> None:
        self._house = house
        self.url = house.url(node)
        self.token = ""

    async def ask(
        self, method: str, path: str, body: Any = None, *, data: Data = None, **headers: str | None
    ) -> Answer:
        """Send one request, piece by piece where the data are; a header that is None is left out."""
        sent = {"Sec-Fetch-Site": "same-origin", "Cookie": f"fd_session={self.token}" if self.token else None}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        content = msgspec.json.encode(body) if body is not None else data
        async with self._house.http.request(
            method,
            self.url + path,
            data=content,
            headers={name: value for name, value in sent.items() if value is not None},
            allow_redirects=False,
        ) as answer:
            found = {name.lower(): value for name, value in answer.headers.items()}
            return Answer(answer.status, found, await answer.text(), _cookie(answer))

    async def get(self, path: str, **headers: str | None) -> Answer:
        """GET."""
        return await self.ask("GET", path, **headers)

    async def post(self, path: str, body: Any, **headers: str | None) -> Answer:
        """POST JSON."""
        return await self.ask("POST", path, body, **headers)

    async def log_in(self, email: str, password: str = PASSWORD, **headers: str | None) -> Answer:
        """Log in, and keep the cookie where there is one."""
        answer = await self.post("/api/login", {"email": email, "password": password}, **headers)
        if answer.cookie is not None:
            self.token = answer.cookie.value
        return answer

    async def logged_in(self, email: str) -> Self:
        """The same browser, after a login that worked."""
        answer = await self.log_in(email)
        assert answer.status == 200, answer.text
        return self


def _cookie(answer: aiohttp.ClientResponse) -> "Morsel[str] | None":
    jar: SimpleCookie = SimpleCookie()
    for each in answer.headers.getall("Set-Cookie", []):
        jar.load(each)
    return jar.get("fd_session")


def is_refusal(answer: Answer, status: int, code: str) -> bool:
    """Whether this is the one shape of errors, and nothing more."""
    assert (answer.status, answer.json.get("code")) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/json"
    assert answer.json.keys() <= {"code", "message", "retry_after", "field"}
    assert re.fullmatch(r"\S.*[^.\s]", answer.json["message"])
    return True


async def soon(status: int, ask: Callable[[], Awaitable[Answer]]) -> Answer:
    """The answer of a node that hears by a notice what another one changed, once it has this status."""

    async def answered() -> Answer | None:
        answer = await ask()
        return answer if answer.status == status else None

    found: Answer = await eventually(answered, patience=NOTICED)
    return found
