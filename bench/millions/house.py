"""Where the millions live: a folder with Postgres and Valkey, made once, and measured as often as wanted."""

import os
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from bench.millions.load import SETTINGS, load
from server.core.clock import now_ms
from server.domain.identity.actions import add_member
from server.domain.identity.types import NewMember
from server.release import release
from server.up.owner import servers_owner
from server.up.postgres import SUPERUSER, Postgres
from server.up.valkey import Valkey
from tests.servers import PASSWORD, Databases, House, Organization

AGENTS = 40
SMALL = 3
UNLIMITED = {
    f"FRONTDESK_{each}": "100000"
    for each in (
        "API_RATE", "API_BURST", "VISITOR_RATE", "VISITOR_BURST", "MEMBER_RATE", "CONNECT_RATE", "CONNECT_BURST",
        "ORGANIZATION_RATE", "ORGANIZATION_API_RATE", "WATCHED",
    )
}  # fmt: skip


class Known(msgspec.Struct):
    """What is in a folder."""

    secret: str
    messages: int
    org_id: UUID
    slug: str
    widget_key: str
    channel_id: UUID
    bot_token: str
    loaded: dict[str, Any]


class Folder(Databases):
    """Databases in a folder that may outlive the run."""

    def __init__(self, path: Path | None) -> None:
        self.folder = path or Path(tempfile.mkdtemp(prefix="frontdesk-millions-"))
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o711)
        self._owner = servers_owner()
        self._secret = secrets.token_hex(32)
        self.environment: dict[str, str] = {}
        self.valkey = Valkey(self.folder / "data", self._owner, appendfsync="no")

    @property
    def _note(self) -> Path:
        return self.folder / "millions.json"

    async def open(self, messages: int) -> Known:
        """Load what is not there yet; what the folder holds."""
        if self._note.exists():
            known = msgspec.json.decode(self._note.read_bytes(), type=Known)
            self._secret = known.secret
            return known
        await self._start(SETTINGS)
        try:
            async with House(self, webs=0, workers=0) as house:
                large, *small = [await house.organization() for _ in range(1 + SMALL)]
                for number in range(AGENTS - 6):
                    body = NewMember(f"Agent {number}", f"agent{number}@{large.slug}.example", PASSWORD, "agent")
                    await add_member(house.db, house.passwords, large.id, body)
            loaded = await load(self.environment["DATABASE_OWNER_URL"], large, small, messages, now_ms())
        finally:
            self.halt()
        known = Known(
            self._secret,
            messages,
            large.id,
            large.slug,
            large.widget_key,
            large.channel_id,
            large.bot_token,
            dict(loaded),
        )
        self._note.write_bytes(msgspec.json.encode(known))
        return known

    async def _start(self, settings: dict[str, str]) -> None:
        self.postgres = Postgres(self.folder / "data", self._owner, durable=False, settings=settings)
        self.postgres.start(600)
        self.valkey.start()
        self.environment = {
            "DATABASE_URL": self.postgres.url(), "DATABASE_OWNER_URL": self.postgres.url(SUPERUSER),
            "REDIS_URL": self.valkey.url, "FRONTDESK_SECRET": self._secret,
        }  # fmt: skip
        await release(self.environment["DATABASE_OWNER_URL"], self.environment["DATABASE_URL"])

    @asynccontextmanager
    async def opened(
        self, known: Known, settings: dict[str, str] | None = None
    ) -> AsyncIterator[tuple[House, Organization]]:
        """A web and a worker on it, with the product's own settings and nothing of Postgres in memory."""
        self._forget_pages()
        await self._start(settings or {})
        try:
            async with House(self, webs=1, workers=1, **UNLIMITED) as house:
                org = Organization(house, known.org_id, known.slug, known.widget_key, known.channel_id)
                org.bot_token = known.bot_token
                yield house, org
        finally:
            self.halt()

    def halt(self) -> None:
        """Stop both, so that nothing has to be recovered."""
        self.valkey.stop()
        self.postgres.stop()

    def remove(self) -> None:
        """Throw everything away."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _forget_pages(self) -> None:
        """Let the kernel forget the files, and nobody else's: what is read first comes from the disk."""
        for path in (self.folder / "data" / "postgres" / "base").rglob("*"):
            if path.is_file():
                descriptor = os.open(path, os.O_RDONLY)
                os.fsync(descriptor)
                os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
                os.close(descriptor)
