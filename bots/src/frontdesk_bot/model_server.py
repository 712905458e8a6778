"""Asks a model server, any that speaks `/v1/chat/completions`: with patience that ends, and again where that helps."""

import asyncio
import email.utils
import logging
import random
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, NamedTuple, Self

import aiohttp
import msgspec

from frontdesk_bot.completion import DONE, Completion, Events, Gathering, Malformed

logger = logging.getLogger("frontdesk_bot")
_encode = msgspec.json.Encoder().encode
# Hears all of the text so far, whenever there is more.
Hear = Callable[[str], None]
TRIES = 3
FIRST_WAIT = 0.5
_LATER = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT, HTTPStatus.TOO_MANY_REQUESTS})
LONGEST_BODY = 1_000_000


class ModelFailed(Exception):  # noqa: N818 - it tells what happened
    """There is no answer of the model; the message may be logged, and shown to the team."""

    def __init__(self, message: str, *, is_late: bool = False) -> None:
        super().__init__(message)
        self.is_late = is_late


class _Passing(ModelFailed):
    """Something that may be otherwise in a moment."""

    def __init__(self, message: str, *, is_late: bool = False, retry_after: float | None = None) -> None:
        super().__init__(message, is_late=is_late)
        self.retry_after = retry_after


class Times(NamedTuple):
    """Seconds that a model server may take: until it is connected, until the first piece, and between two."""

    connect: float = 5.0
    first: float = 20.0
    between: float = 10.0


class ModelServer:
    """One model server; `url` is what its makers call the base, as in `https://api.openai.com/v1`."""

    def __init__(self, url: str, key: str = "", times: Times | None = None) -> None:
        self._url, self._key = f"{url.rstrip('/')}/chat/completions", key
        self._times = times or Times()

    async def __aenter__(self) -> Self:
        """Connections are kept from here on."""
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *_: object) -> None:
        """And no longer."""
        await self._session.close()

    async def complete(self, asked: Mapping[str, Any], hear: Hear, *, within: float) -> Completion:
        """An answer, within so many seconds; raises ModelFailed.

        What fails in passing is asked again, with time to recover, as long as nobody has heard of the answer.
        """
        loop = asyncio.get_running_loop()
        ends = loop.time() + within
        for attempt in range(1, TRIES + 1):
            gathering = Gathering()
            try:
                async with asyncio.timeout_at(ends):
                    return await self._once(asked, gathering, hear)
            except TimeoutError:
                raise ModelFailed(f"the model took more than {within:.0f} seconds", is_late=True) from None
            except _Passing as failure:
                wait = failure.retry_after
                if wait is None:
                    wait = random.random() * FIRST_WAIT * 2**attempt  # noqa: S311 - no secret
                if gathering.text or attempt == TRIES or loop.time() + wait >= ends:
                    raise
                logger.warning("the model server: %s; asked again in %.1f s", failure, wait)
                await asyncio.sleep(wait)
        raise AssertionError

    async def _once(self, asked: Mapping[str, Any], gathering: Gathering, hear: Hear) -> Completion:
        headers = {"Content-Type": "application/json"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        body = _encode({**asked, "stream": True, "stream_options": {"include_usage": True}})
        connect = aiohttp.ClientTimeout(total=None, sock_connect=self._times.connect)
        try:
            async with asyncio.timeout(self._times.connect + self._times.first) as scope:
                async with self._session.post(
                    self._url, data=body, headers=headers, timeout=connect, allow_redirects=False
                ) as answer:
                    if answer.status != HTTPStatus.OK:
                        raise await self._refusal(answer)
                    await self._read(answer, gathering, hear, scope)
        except aiohttp.ServerTimeoutError:
            raise _Passing("no connection in time", is_late=True) from None
        except TimeoutError:
            raise _Passing("the model fell silent", is_late=True) from None
        except (aiohttp.ClientError, OSError) as error:
            raise _Passing(f"the connection failed ({type(error).__name__})") from None
        except Malformed as error:
            raise _Passing(f"the answer is malformed: {error}") from None
        completion = gathering.done()
        if not completion.text.strip() and not completion.calls:
            raise _Passing("the model said nothing")
        return completion

    async def _read(
        self, answer: aiohttp.ClientResponse, gathering: Gathering, hear: Hear, scope: asyncio.Timeout
    ) -> None:
        if answer.content_type == "application/json":
            # It does not stream.
            if gathering.take(await answer.content.read(LONGEST_BODY)):
                hear(gathering.text)
            return
        events = Events()
        async for piece in answer.content.iter_any():
            for data in events.feed(piece):
                if data == DONE:
                    return
                if gathering.take(data):
                    hear(gathering.text)
                # Not by a comment, which says that the server lives, and nothing of the model.
                scope.reschedule(asyncio.get_running_loop().time() + self._times.between)
        if not gathering.finish_reason:
            raise _Passing("the answer ended in the middle")

    async def _refusal(self, answer: aiohttp.ClientResponse) -> ModelFailed:
        told = (await answer.content.read(2000)).decode(errors="replace")
        if self._key:
            # Some servers repeat what they were shown.
            told = told.replace(self._key, "…")
        message = f"HTTP {answer.status}: {' '.join(told.split())[:300]}"
        if answer.status in _LATER or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return _Passing(message, retry_after=_seconds(answer.headers.get("Retry-After")))
        return ModelFailed(message)


def _seconds(retry_after: str | None) -> float | None:
    """What `Retry-After` says, in seconds or as a date."""
    if retry_after is None:
        return None
    try:
        return max(0.0, float(retry_after))
    except ValueError:
        pass
    try:
        return max(0.0, email.utils.parsedate_to_datetime(retry_after).timestamp() - time.time())
    except ValueError:
        return None
