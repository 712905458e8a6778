"""A web with narrow limits, behind a proxy, that tells all it can in its log."""

from collections.abc import AsyncIterator

import pytest

from tests.identity.post import Post, open_post
from tests.servers import Databases, House


@pytest.fixture(scope="session")
async def strict(databases: Databases, house: House) -> AsyncIterator[House]:
    """One more web on the same databases; the workers of the installation serve it, too."""
    async with House(
        databases,
        webs=1,
        workers=0,
        FRONTDESK_LOGIN_RATE="3",
        FRONTDESK_SIGNUP_RATE="3",
        FRONTDESK_CONNECT_RATE="1",
        FRONTDESK_CONNECT_BURST="5",
        FRONTDESK_TRUST_PROXY="yes",
        FRONTDESK_PUBLIC_URL="https://chat.example",
        FRONTDESK_LOG_LEVEL="debug",
    ) as running:
        yield running


@pytest.fixture(scope="session")
async def post() -> AsyncIterator[Post]:
    """A post office."""
    async with open_post() as opened:
        yield opened


@pytest.fixture(scope="session")
async def mailing(databases: Databases, house: House, post: Post) -> AsyncIterator[House]:
    """A web and a worker that send mail, behind a proxy."""
    async with House(
        databases,
        webs=1,
        workers=1,
        SMTP_URL=f"smtp://127.0.0.1:{post.port}",
        MAIL_FROM="Frontdesk <desk@chat.example>",
        FRONTDESK_PUBLIC_URL="https://chat.example",
        FRONTDESK_TRUST_PROXY="yes",
    ) as running:
        yield running
