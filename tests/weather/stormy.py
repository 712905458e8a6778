"""An installation between whose processes and servers there are lines that can be broken."""

from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self
from urllib.parse import parse_qs, unquote, urlsplit

from tests.processes import Process
from tests.proxy import Proxy
from tests.servers import Databases, House

_POSTGRES_SOCKET = ".s.PGSQL.5432"


class Lines(NamedTuple):
    """The lines of one process."""

    valkey: Proxy
    postgres: Proxy


class Stormy(House):
    """Two webs and two workers, each with lines of its own to Valkey and Postgres."""

    def __init__(self, databases: Databases, **settings: str) -> None:
        super().__init__(databases, webs=2, workers=2, **settings)
        self.lines = {each.name: self._lay(each) for each in self.processes}

    def _lay(self, process: Process) -> Lines:
        folder = self.databases.folder / process.name
        redis_url, database_url = process.environment["REDIS_URL"], process.environment["DATABASE_URL"]
        valkey, postgres = folder / "valkey.sock", folder / _POSTGRES_SOCKET
        database = urlsplit(database_url)
        (server,) = parse_qs(database.query)["host"]
        process.environment["REDIS_URL"] = f"unix://{valkey}"
        process.environment["DATABASE_URL"] = database._replace(query=f"host={folder}").geturl()
        return Lines(
            Proxy(valkey, Path(unquote(urlsplit(redis_url).path))), Proxy(postgres, Path(server) / _POSTGRES_SOCKET)
        )

    async def __aenter__(self) -> Self:
        """Lay the lines, and start everything."""
        for each in self.lines.values():
            for proxy in each:
                await self._exits.enter_async_context(proxy)
        return await super().__aenter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop everything, the lines last."""
        for process in self.processes:
            process.kill()
        await super().__aexit__(kind, error, trace)
