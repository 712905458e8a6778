"""A post office on loopback: it takes mail, or refuses it first."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope

from tests.people import eventually
from tests.servers import free_port


class Post:
    """What came in, and what is said to whoever brings it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.letters: list[EmailMessage] = []
        # Said to the next ones in the place of yes.
        self.refusals: list[str] = []
        self.tries = 0

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Take a letter."""
        self.tries += 1
        if self.refusals:
            return self.refusals.pop(0)
        assert isinstance(envelope.content, bytes)
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        return "250 taken"

    async def letter_to(self, email: str, *, patience: float = 10.0) -> EmailMessage:
        """The last letter to somebody, as soon as there is one."""

        async def found() -> EmailMessage | None:
            return next((each for each in reversed(self.letters) if each["To"] == email), None)

        letter: EmailMessage = await eventually(found, patience=patience)
        return letter


def text_of(letter: EmailMessage, kind: str = "plain") -> str:
    """What stands in it."""
    body = letter.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def token_in(letter: EmailMessage) -> str:
    """The token in its link."""
    found = re.search(r"https://chat\.example/\w+#token=(fd[ir]_[\w-]{43})\s", text_of(letter))
    assert found, text_of(letter)
    return found[1]


@asynccontextmanager
async def open_post() -> AsyncIterator[Post]:
    """Open a post office."""
    post = Post(free_port())
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(post, enable_SMTPUTF8=True, loop=loop, hostname="post.example"), "127.0.0.1", post.port
    )
    try:
        yield post
    finally:
        server.close()
