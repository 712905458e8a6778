"""A company with one of everything, in which nothing may change any more: whoever asks there is refused."""

from contextlib import suppress
from typing import Any

from server.core.endpoint import Endpoint
from server.core.errors import Refused
from server.core.permissions import TABLE
from server.domain import endpoints
from tests.api.samples import id_fields, route_of, sample, thing
from tests.api.shapes import Unknown
from tests.api.world import Caller, Request, World
from tests.servers import House


class Quiet:
    """The company, what could be asked of it, and its rows as they are to stay."""

    def __init__(self, world: World) -> None:
        self.world = world
        # For every route a request that would go well, or why there is none.
        self._asked: dict[str, Request | AssertionError] = {}
        # For every field of a body or a query that names a thing, one of the company's.
        self.things: dict[str, Any] = {}
        # For every permission a program that has all the others.
        self.without: dict[str | None, Caller] = {}
        self.rows: dict[str, str] = {}
        self.ids: set[str] = set()

    @classmethod
    async def furnished(cls, house: House) -> "Quiet":
        """One of everything that a route could be about."""
        made = cls(await World.of(house))
        for name in ("conversation_id", "message_id"):
            made.things[name] = await thing(made.world, name)
        for each in endpoints():
            made._asked[route_of(each)] = await _tried(made.world, each)
            for field in (*id_fields(each.body), *id_fields(each.query)):
                if field.encode_name not in made.things:
                    with suppress(AssertionError, Unknown):
                        made.things[field.encode_name] = await thing(made.world, field.encode_name)
        for missing in {each.permission for each in endpoints()}:
            made.without[missing] = await made.world.program("owner", *(each for each in TABLE if each != missing))
        made.rows = await made.world.settled()
        made.ids = await made.world.every_id()
        return made

    def asked(self, endpoint: Endpoint) -> Request:
        """A request that would go well there."""
        found = self._asked[route_of(endpoint)]
        if isinstance(found, AssertionError):
            raise found
        return found

    async def changes(self) -> list[str]:
        """The tables in which something has changed, said once."""
        before, self.rows = self.rows, await self.world.rows()
        return sorted(name for name in before if before[name] != self.rows[name])


async def _tried(world: World, endpoint: Endpoint) -> Request | AssertionError:
    # One route that nobody has told about yet must not take the others with it.
    try:
        return await sample(world, endpoint)
    except (AssertionError, Refused) as error:
        return AssertionError(f"{route_of(endpoint)}: {error}")
