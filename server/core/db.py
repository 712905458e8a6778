"""Postgres: the one file that knows the driver.

A transaction belongs to one organization and one role: `scope(org_id)` sets both inside the transaction, and row
security does the rest. Every statement is a named one (server/core/sql.py) and its rows become structs.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
import msgspec

from server.core.auth import Actor, Client
from server.core.config import BadSettings
from server.core.errors import Invalid, Unavailable
from server.core.opening import opening
from server.core.sql import Statement

T = TypeVar("T")

# What asyncpg raises when the server is away, starting, stopping or cut off in the middle.
AWAY = (
    OSError,
    TimeoutError,
    asyncpg.exceptions.ConnectionDoesNotExistError,
    asyncpg.exceptions.InterfaceError,
    asyncpg.exceptions.CannotConnectNowError,
    asyncpg.exceptions.AdminShutdownError,
    asyncpg.exceptions.CrashShutdownError,
    asyncpg.exceptions.TooManyConnectionsError,
    asyncpg.exceptions.ConnectionFailureError,
    # How asyncpg tells of a connection that was cut off between two statements ("cannot switch to state").
    asyncpg.exceptions.InternalClientError,
)
# What Postgres says to a user, a password or a database that it does not know.
REFUSED = (
    asyncpg.exceptions.InvalidAuthorizationSpecificationError,
    asyncpg.exceptions.InvalidCatalogNameError,
)
UniqueViolation = asyncpg.exceptions.UniqueViolationError
# One row or value that Postgres cannot take: what ingest bisects for.
BadData = (
    asyncpg.exceptions.DataError,
    asyncpg.exceptions.IntegrityConstraintViolationError,
    asyncpg.exceptions._base.DataError,  # noqa: SLF001 - the driver's own, for what it cannot encode
)
# What Postgres says where an extension is not there, or not for this user to make.
CannotExtend = (asyncpg.exceptions.InsufficientPrivilegeError, asyncpg.exceptions.FeatureNotSupportedError)
Connection = asyncpg.Connection


def why_bad(error: Exception) -> str:
    """What Postgres cannot take, by the names of things: its own sentence may quote the row."""
    named = getattr(error, "constraint_name", None) or getattr(error, "column_name", None)
    return type(error).__name__ + (f" ({named})" if named else "")


NOT_RELEASED = (
    asyncpg.exceptions.InvalidParameterValueError,
    asyncpg.exceptions.UndefinedObjectError,
    asyncpg.exceptions.InsufficientPrivilegeError,
)
# uuidv7(), virtual generated columns and more of schema.sql came with it.
POSTGRES = 18


@contextmanager
def _address_in(variable: str) -> Iterator[None]:
    """Say what is wrong with an address that no waiting would mend, and never what stands in it."""
    try:
        yield
    except REFUSED as error:
        raise BadSettings(f"Postgres refuses {variable}: {error}; correct its user, password or database") from None
    except ValueError:
        raise BadSettings(
            f"{variable} is no address like postgresql://user:password@host:5432/database;"
            " in a password write : / ? # @ % as %3A %2F %3F %23 %40 %25"
        ) from None


async def connect(url: str, variable: str = "DATABASE_URL") -> Any:
    """One plain connection, for `release` and tests; raises BadSettings for an address that is refused."""
    with _address_in(variable):
        connection = await asyncpg.connect(url, timeout=10)
    await _teach(connection)
    return connection


async def _teach(connection: Any) -> None:
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        format="binary",
        encoder=lambda value: b"\x01" + msgspec.json.encode(value),
        decoder=lambda data: msgspec.json.decode(data[1:]),
    )


class Transaction:
    """Statements of one transaction, for one organization unless it was opened for all."""

    __slots__ = ("_connection", "org_id")

    def __init__(self, connection: Any, org_id: UUID | None) -> None:
        self._connection = connection
        self.org_id = org_id

    def _arguments(self, statement: Statement, values: dict[str, Any]) -> list[Any]:
        if self.org_id is not None and "org_id" in statement.parameters:
            values.setdefault("org_id", self.org_id)
        return statement.arguments(values)

    async def many(self, statement: Statement, row: type[T], **values: Any) -> list[T]:
        """Every row, as structs."""
        records = await self._connection.fetch(statement.text, *self._arguments(statement, values))
        return [msgspec.convert(dict(record), row, from_attributes=False) for record in records]

    async def maybe(self, statement: Statement, row: type[T], **values: Any) -> T | None:
        """The first row as a struct, or None."""
        record = await self._connection.fetchrow(statement.text, *self._arguments(statement, values))
        return None if record is None else msgspec.convert(dict(record), row)

    async def one(self, statement: Statement, row: type[T], **values: Any) -> T:
        """The row that must be there."""
        found = await self.maybe(statement, row, **values)
        if found is None:
            raise LookupError(f"{statement.name} gave no row")
        return found

    async def value(self, statement: Statement, **values: Any) -> Any:
        """The first column of the first row."""
        return await self._connection.fetchval(statement.text, *self._arguments(statement, values))

    async def records(self, statement: Statement, **values: Any) -> Sequence[Any]:
        """Plain records, for the hot path, where a struct a row would cost as much as the row."""
        found: Sequence[Any] = await self._connection.fetch(statement.text, *self._arguments(statement, values))
        return found

    async def run(self, statement: Statement, **values: Any) -> int:
        """Run for its effect; the number of rows it touched."""
        status: str = await self._connection.execute(statement.text, *self._arguments(statement, values))
        last = status.rsplit(" ", 1)[-1]
        return int(last) if last.isdigit() else 0


class Db:
    """A pool of one role's connections; opened with `open_db`."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    @asynccontextmanager
    async def act(self, actor: Actor, client: Client | None = None) -> AsyncIterator[Transaction]:
        """A transaction of somebody's organization; what it changes is audited as done by this actor, from there."""
        known = {"app.org_id": str(actor.org_id)}
        if actor.kind in {"member", "bot"}:
            known["app.agent"] = str(actor.id)
        if actor.is_api:
            known["app.via"] = "api"
        if client is not None:
            known |= {"app.ip": client.address, "app.user_agent": client.agent}
        try:
            async with self._transaction(known) as connection:
                yield Transaction(connection, actor.org_id)
        except asyncpg.exceptions.ForeignKeyViolationError as error:
            if not str(error).startswith("insert or update"):
                raise
            # Postgres names no column where row security is on; the constraint's name has it.
            named = str(error.constraint_name).removeprefix(f"{error.table_name}_").removeprefix("org_id_")
            column = named.removesuffix("_fkey")
            thing = column.removesuffix("_id").replace("_", " ")
            raise Invalid(f"there is no such {thing}", field=column) from None
        except asyncpg.exceptions.CheckViolationError as error:
            # Postgres names no column for a check of its own; a trigger that does has put its rule into words.
            if error.column_name is None:
                raise
            raise Invalid(error.message, field=error.column_name) from None

    @asynccontextmanager
    async def scope(self, org_id: UUID, *, agent_id: UUID | None = None) -> AsyncIterator[Transaction]:
        """A transaction in which row security shows just this organization."""
        known = {"app.org_id": str(org_id)} | ({"app.agent": str(agent_id)} if agent_id else {})
        async with self._transaction(known) as connection:
            yield Transaction(connection, org_id)

    @asynccontextmanager
    async def scope_many(self, org_ids: Sequence[UUID]) -> AsyncIterator[Transaction]:
        """A transaction of ingest, in which several organizations' rows of the message path are seen."""
        async with self._transaction({"app.orgs": ",".join(map(str, org_ids))}) as connection:
            yield Transaction(connection, None)

    @asynccontextmanager
    async def unscoped(self) -> AsyncIterator[Transaction]:
        """A transaction of no organization: global tables and definer look-ups only."""
        async with self._transaction({}) as connection:
            yield Transaction(connection, None)

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[Transaction]:
        """Single statements of no organization, each by itself: without the two trips around a transaction."""
        async with self._connection() as connection:
            yield Transaction(connection, None)

    @asynccontextmanager
    async def _transaction(self, known: dict[str, str]) -> AsyncIterator[Any]:
        begin, settings, values = opening(known)
        async with self._connection() as connection:
            try:
                await connection.execute(begin)
                if values:
                    await connection.execute(settings, *values)
                yield connection
            except BaseException:
                if connection.is_in_transaction():
                    await connection.execute("rollback")
                raise
            await connection.execute("commit")

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Any]:
        try:
            async with self._pool.acquire(timeout=5) as connection:
                yield connection
        except AWAY as error:
            if isinstance(error, ValueError):
                # A value that the driver cannot encode is an InterfaceError as well; trying again would not help.
                raise
            raise Unavailable("the database is away; try again shortly", retry_after=2) from error

    async def listen(self, heard: Mapping[str, Callable[[], None]]) -> None:
        """Call what is asked for on each notification of a channel; returns when its own connection is lost."""
        lost = asyncio.Event()

        def notified(_: Any, __: int, channel: str, ___: str) -> None:
            heard[channel]()

        async with self._connection() as connection:
            connection.add_termination_listener(lambda _: lost.set())
            for channel in heard:
                await connection.add_listener(channel, notified)
            try:
                await lost.wait()
            finally:
                for channel in heard:
                    if not connection.is_closed():
                        await asyncio.shield(connection.remove_listener(channel, notified))

    @property
    def connections(self) -> dict[str, int]:
        """How many connections of this pool work just now, and how many wait for work."""
        size, idle = self._pool.get_size(), self._pool.get_idle_size()
        return {"busy": size - idle, "idle": idle}

    async def close(self) -> None:
        """Give every connection back to Postgres."""
        await self._pool.close()


async def open_db(url: str, role: str, *, size: int) -> Db:
    """Open a pool whose connections work as one of the schema's roles."""

    async def prepare(connection: Any) -> None:
        await _teach(connection)
        try:
            await connection.execute(f"set role {role}")
        except NOT_RELEASED:
            raise BadSettings("the database is not prepared for this user; run `frontdesk release` first") from None

    async def leave_as_it_is(_: Any) -> None:
        """The pool's own reset would drop the role; every use is one transaction, which leaves nothing behind."""

    try:
        with _address_in("DATABASE_URL"):
            pool = await asyncpg.create_pool(
                url, min_size=1, max_size=size, init=prepare, reset=leave_as_it_is, command_timeout=30, timeout=5
            )
    except AWAY as error:
        raise Unavailable("the database is away; try again shortly", retry_after=2) from error
    await _require_version(pool)
    return Db(pool)


async def _require_version(pool: Any) -> None:
    async with pool.acquire() as connection:
        major = connection.get_server_version().major
    if major != POSTGRES:
        await pool.close()
        raise BadSettings(f"DATABASE_URL leads to Postgres {major}; Frontdesk needs Postgres {POSTGRES}")
