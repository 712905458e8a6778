"""The articles of the team, asked over HTTP with the bot's own token."""

import asyncio
import time
from http import HTTPStatus
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit, urlunsplit
from urllib.request import Request, urlopen
from uuid import UUID

import msgspec

# Whoever waits in a chat is better told that the bot does not know.
ANSWER_WITHIN = 10.0
AGAIN_AFTER = 1.0
# What the search reads of a question.
LONGEST = 200
_LATER = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE})


class Found(msgspec.Struct, frozen=True):
    """An article that may answer a question, by its best passage; `confidence`, from 0 to 1, is how likely it does."""

    article_id: UUID
    title: str
    heading: str
    passage: str
    confidence: float
    slug: str = ""
    language: str = ""


class _Answers(msgspec.Struct):
    found: list[Found]


class Articles:
    """The published articles that visitors may read."""

    def __init__(self, address: str, token: str) -> None:
        self._url, self._token = f"{_pages_of(address)}/api/knowledge/search", token

    async def search(self, question: str, *, limit: int = 3, language: str = "") -> list[Found]:
        """The articles that answer a question, in whichever words it is asked, the likeliest first.

        With a language, as in `de`, those in it come first. A server that is busy is asked again for ten seconds;
        then, and when it refuses, this raises OSError.
        """
        asked: dict[str, Any] = {"q": question[:LONGEST], "audience": "public", "limit": limit}
        if language:
            asked["language"] = language
        return await asyncio.to_thread(self._ask, f"{self._url}?{urlencode(asked)}")

    def _ask(self, url: str) -> list[Found]:
        request = Request(url, headers={"Authorization": f"Bearer {self._token}"})  # noqa: S310 - the address is the operator's
        ends = time.monotonic() + ANSWER_WITHIN
        while True:
            try:
                with urlopen(request, timeout=ANSWER_WITHIN) as answer:  # noqa: S310 - as above
                    return msgspec.json.decode(answer.read(), type=_Answers).found
            except HTTPError as error:
                error.close()
                wait = float(error.headers.get("Retry-After") or AGAIN_AFTER)
                if error.code not in _LATER or time.monotonic() + wait > ends:
                    raise
            time.sleep(wait)


def _pages_of(address: str) -> str:
    """Where the API is: beside the socket."""
    parts = urlsplit(address)
    scheme = {"ws": "http", "wss": "https"}[parts.scheme]
    return urlunsplit((scheme, parts.netloc, parts.path.removesuffix("/ws"), "", ""))
