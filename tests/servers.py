"""Real servers for tests and benches: Postgres and Valkey from wheels, web and worker as processes of their own."""

import asyncio
import secrets
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import UUID

import aiohttp

from server.core.auth import Passwords
from server.core.db import Db, connect, open_db
from server.domain.channels.actions import add_widget
from server.domain.channels.types import NewWidget
from server.domain.identity.actions import add_bot, add_member, found_organization
from server.domain.identity.bot_types import NewBot
from server.domain.identity.types import NewMember, NewOrganization, Role
from server.release import release
from server.up.owner import servers_owner
from server.up.postgres import SUPERUSER, Postgres
from server.up.valkey import Valkey
from tests.processes import ROOT, START_SECONDS, Process, free_port

# What a test needs with them comes from here, too.
__all__ = ["ROOT", "Process", "free_port"]

PASSWORD = "correct horse battery staple"
SHOP = "http://shop.example"
# Who works in every company, under which name and as what.
PEOPLE: dict[str, tuple[str, Role]] = {
    "olga": ("Olga Owner", "owner"),
    "alma": ("Alma Admin", "admin"),
    "mats": ("Mats Manager", "manager"),
    "ada": ("Ada Agent", "agent"),
    "ben": ("Ben Agent", "agent"),
    "vera": ("Vera", "viewer"),
}


class Databases:
    """One Postgres and one Valkey, released and ready, in a folder that goes with them."""

    def __init__(self, *, appendfsync: str = "no", durable: bool = False) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="frontdesk-test-"))
        self.folder.chmod(0o711)
        owner = servers_owner()
        self.postgres = Postgres(self.folder / "data", owner, durable=durable)
        self.valkey = Valkey(self.folder / "data", owner, appendfsync=appendfsync)
        self.environment: dict[str, str] = {}

    async def start(self) -> None:
        """Start both and make the tables."""
        self.postgres.start()
        self.valkey.start()
        self.environment = {
            "DATABASE_URL": self.postgres.url(),
            "DATABASE_OWNER_URL": self.postgres.url(SUPERUSER),
            "REDIS_URL": self.valkey.url,
            "FRONTDESK_SECRET": secrets.token_hex(32),
        }
        await release(self.environment["DATABASE_OWNER_URL"], self.environment["DATABASE_URL"])

    def stop(self) -> None:
        """Stop both and throw everything away."""
        self.valkey.kill()
        self.postgres.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


class OnePassword(Passwords):
    """Hashes the password of all these people once: fifty companies would else take half a minute."""

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[str, str] = {}

    async def hash(self, password: str) -> str:
        """The hash, made the first time."""
        if password not in self._known:
            self._known[password] = await super().hash(password)
        return self._known[password]


class Organization:
    """One company: its people, its bot, and the key of its widget."""

    def __init__(self, house: "House", org_id: UUID, slug: str, widget_key: str, channel_id: UUID) -> None:
        self.house, self.id, self.slug = house, org_id, slug
        self.widget_key, self.channel_id = widget_key, channel_id
        self.bot_token = ""

    def email(self, person: str) -> str:
        """The e-mail of one of its people; PEOPLE names them."""
        return f"{person}@{self.slug}.example"


def _with_port(settings: Mapping[str, str], port: int) -> dict[str, str]:
    """The settings of one web, in which {port} stands for its own."""
    return {name: value.replace("{port}", str(port)) for name, value in settings.items()} | {"PORT": str(port)}


class House:
    """A running installation: some webs, some workers, and the companies in it."""

    def __init__(self, databases: Databases, *, webs: int = 2, workers: int = 2, **settings: str) -> None:
        self.databases = databases
        common = {
            # Tests come from one address, and many at once.
            "FRONTDESK_CONNECT_RATE": "1000",
            "FRONTDESK_CONNECT_BURST": "2000",
            "FRONTDESK_LOGIN_RATE": "1000",
            "FRONTDESK_API_RATE": "1000",
            "FRONTDESK_API_BURST": "2000",
            "FRONTDESK_SIGNUP_RATE": "1000",
            "FRONTDESK_MEMBER_RATE": "500",
            "FRONTDESK_LEASE": "2",
            "FRONTDESK_PRESENCE_GRACE": "3",
            "FRONTDESK_PRESENCE_REFRESH": "1",
            "FRONTDESK_DATABASE_POOL": "4",
            "FRONTDESK_LOG_LEVEL": "info",
            # A model of 150 MB in each house: those with a story about it ask for it.
            "FRONTDESK_UNDERSTANDING": "off",
            **databases.environment,
            **settings,
        }
        self.ports = [free_port() for _ in range(webs)]
        self.webs = [
            Process(f"web-{number}", "web", _with_port(common, port), databases.folder)
            for number, port in enumerate(self.ports, 1)
        ]
        self.workers = [
            Process(f"worker-{number}", "worker", common, databases.folder) for number in range(1, workers + 1)
        ]
        # Where each process answers those who watch it, by its name.
        self.health_ports: dict[str, int] = {}
        self._exits = AsyncExitStack()
        self._glance: Any = None
        self._glancing = asyncio.Lock()
        self.db: Db

    @property
    def processes(self) -> list[Process]:
        """Everything that was started."""
        return [*self.webs, *self.workers]

    def url(self, node: int = 0) -> str:
        """Where one of the webs answers."""
        return f"http://127.0.0.1:{self.ports[node]}"

    def watched(self) -> Self:
        """The same, with a port for each process on which it tells how it is."""
        for process in self.processes:
            self.health_ports[process.name] = free_port()
            process.add_settings(FRONTDESK_HEALTH_PORT=str(self.health_ports[process.name]))
        return self

    async def __aenter__(self) -> Self:
        """Start everything and wait until it is ready."""
        for process in self.processes:
            process.start()
        self.db = await open_db(self.databases.environment["DATABASE_URL"], "fd_app", size=4)
        self._exits.push_async_callback(self.db.close)
        self.passwords = OnePassword()
        self._exits.callback(self.passwords.close)
        self.http = await self._exits.enter_async_context(aiohttp.ClientSession())
        for node in range(len(self.webs)):
            await self.ready(node)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop everything that still runs."""
        await self._exits.aclose()
        for process in self.processes:
            process.kill()

    async def ready(self, node: int = 0, *, patience: float = START_SECONDS) -> None:
        """Wait until a web says that it is ready."""
        ends, told = time.monotonic() + patience, ""
        while time.monotonic() < ends:
            if not self.webs[node].is_running:
                raise RuntimeError(f"{self.webs[node].name} ended:\n{self.webs[node].log.read_text()[-4000:]}")
            try:
                async with self.http.get(f"{self.url(node)}/health/ready") as answer:
                    told = await answer.text()
                    if answer.status == 200:
                        return
            except aiohttp.ClientError as error:
                told = str(error)
            await asyncio.sleep(0.05)
        logs = "\n".join(f"== {each.name}\n{each.log.read_text()[-1500:]}" for each in self.processes)
        raise RuntimeError(f"{self.webs[node].name} is not ready: {told}\n{logs}")

    async def organization(self) -> Organization:
        """Found a company of its own for one test: its people, a bot and a widget."""
        slug = f"org-{secrets.token_hex(6)}"
        founded = NewOrganization(name=slug.title(), slug=slug, owner=_person("olga", slug))
        org_id = (await found_organization(self.db, self.passwords, founded)).organization_id
        for name in PEOPLE:
            if name != "olga":
                await add_member(self.db, self.passwords, org_id, _person(name, slug))
        channel_id, key = await add_widget(self.db, org_id, NewWidget(name="Shop", allowed_origins=[SHOP]))
        made = Organization(self, org_id, slug, key, channel_id)
        _, made.bot_token = await add_bot(self.db, org_id, NewBot(name="Robbie", instructions="Help."))
        return made

    async def rows(self, query: str, *arguments: object) -> list[dict[str, Any]]:
        """Look into the database as its superuser, past every wall; the first id is the organization's."""
        connection = await connect(self.databases.environment["DATABASE_OWNER_URL"])
        try:
            # Triggers that audit a change write in an organization or not at all, whoever makes it.
            org_id = next((each for each in arguments if isinstance(each, UUID)), None)
            if org_id is not None:
                await connection.fetch("select set_config('app.org_id', $1, false)", str(org_id))
            return [dict(row) for row in await connection.fetch(query, *arguments)]
        finally:
            await connection.close()

    async def glance(self, query: str, *arguments: object) -> list[dict[str, Any]]:
        """The same over a connection that stays open, for whoever looks often and breaks nothing."""
        async with self._glancing:
            if self._glance is None:
                self._glance = await connect(self.databases.environment["DATABASE_OWNER_URL"])
                self._exits.push_async_callback(self._glance.close)
            return [dict(row) for row in await self._glance.fetch(query, *arguments)]


def _person(name: str, slug: str) -> NewMember:
    called, role = PEOPLE[name]
    return NewMember(name=called, email=f"{name}@{slug}.example", password=PASSWORD, role=role)


@asynccontextmanager
async def running(*, webs: int = 2, workers: int = 2, **settings: str) -> AsyncIterator[House]:
    """An installation with databases of its own, for tests that break it."""
    databases = Databases()
    try:
        await databases.start()
        async with House(databases, webs=webs, workers=workers, **settings) as house:
            yield house
    finally:
        databases.stop()
