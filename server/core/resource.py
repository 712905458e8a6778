"""Plain tables over HTTP: one `Resource` gives list, get, create, change and remove, and writes their events.

Five verbs and never a sixth: whatever holds a decision is a named statement and an action of its domain. The columns
are the fields of the structs, so that a table, its JSON and its types cannot come apart.
"""

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar
from uuid import UUID

import msgspec
from msgspec import UNSET, Struct

from server.core.db import UniqueViolation
from server.core.endpoint import Call, Cursor, Endpoint, Page, delete, get, patch, post
from server.core.errors import Conflict, Invalid, NotFound
from server.core.events import note
from server.core.ids import uuid7
from server.core.paging import cursor_after, read_cursor
from server.core.sql import Kind, Statement, named
from server.core.text import Sought, require_name

Row = TypeVar("Row", bound=Struct)
New = TypeVar("New", bound=Struct)
Change = TypeVar("Change", bound=Struct)
# Puts what is given into the one spelling that is kept, or refuses it; told whether the row is a new one.
Spell = Callable[[dict[str, Any], bool], dict[str, Any]]
# What was removed is kept for those who link to it, and shown to nobody else.
_ALIVE = "org_id = :org_id and deleted_at is null"


class Resource(Generic[Row, New, Change]):
    """The routes of one table that nobody decides about.

    `row` is what is shown, with `id` among its fields; `new` what may be given at first, `change` what may be changed
    (its fields are UNSET where they are left out). `search` names the columns in which the list looks for `q`.
    """

    def __init__(
        self, table: str, path: str, row: type[Row], new: type[New], change: type[Change], *,
        permission: str, order: str, search: Sequence[str] = (), taken: str = "",
        spell: Spell = lambda values, _: _cleaned(values),
    ) -> None:  # fmt: skip
        self.table, self.path, self.row = table, path, row
        self._new, self._change_shape = new, change
        self.permission, self.order = permission, order
        self._spell = spell
        # Said when a unique index refuses: which one it was, in words.
        self.taken = taken or f"a {self.noun} of this name is there already"
        columns = ", ".join(map(_shown, row.__struct_fields__))
        given = new.__struct_fields__
        found = " or ".join(f"strpos(lower({each}), lower(:q)) > 0" for each in search) or "false"
        of = f"from {table} where {_ALIVE}"
        one = f"select {columns} {of} and id = :id"
        self._statements = {
            "list": self._named(
                "many",
                f"select {columns} {of} and (:q::text = '' or {found})"
                f" and (:after_id::uuid is null or ({order}, id) > (:after, :after_id))"
                f" order by {order}, id limit :limit",
            ),
            "get": self._named("maybe", one),
            "lock": self._named("maybe", f"{one} for update"),
            "create": self._named(
                "maybe",
                f"insert into {table} (org_id, id, {', '.join(given)})"
                f" values (:org_id, :id, {', '.join(f':{each}' for each in given)}) returning {columns}",
            ),
            "remove": self._named(
                "run", f"update {table} set deleted_at = now(), deleted_by = :agent_id where {_ALIVE} and id = :id"
            ),
        }

    def statements(self) -> list[Statement]:
        """Every statement that it can run, for the test that prepares them against the schema."""
        return [*self._statements.values(), self._changing(self._change_shape.__struct_fields__)]

    @property
    def noun(self) -> str:
        """The thing in words."""
        return self.table.replace("_", " ")

    def endpoints(self) -> list[Endpoint]:
        """The five routes."""
        one, read, write = f"{self.path}/{{{self.table}_id}}", f"{self.permission}.read", f"{self.permission}.write"
        verbs: dict[str, tuple[Any, dict[str, Any]]] = {
            "list": (self._list, {"query": Search, "return": Page[self.row]}),  # type: ignore[name-defined]
            "get": (self._get, {"return": self.row}),
            "create": (self._create, {"body": self._new, "return": self.row}),
            "change": (self._change, {"body": self._change_shape, "return": self.row}),
            "remove": (self._remove, {"return": type(None)}),
        }
        made = {verb: self._route(verb, run, hints) for verb, (run, hints) in verbs.items()}
        return [
            get(self.path, made["list"], permission=read),
            get(one, made["get"], permission=read),
            post(self.path, made["create"], permission=write, status=201),
            patch(one, made["change"], permission=write),
            delete(one, made["remove"], permission=write),
        ]

    def _route(self, verb: str, run: Any, hints: dict[str, Any]) -> Any:
        has_id = verb in {"get", "change", "remove"}

        async def route(call: Call, **given: Any) -> Any:
            return await run(call, *((given.pop(f"{self.table}_id"),) if has_id else ()), **given)

        told = {"list": f"List every {self.noun}, page by page", "get": f"Show one {self.noun}"}
        route.__name__ = f"{verb}_{self.table}{'s' if verb == 'list' else ''}"
        route.__doc__ = told.get(verb, f"{verb.title()} a {self.noun}") + "."
        route.__annotations__ = {"call": Call, **({f"{self.table}_id": UUID} if has_id else {}), **hints}
        return route

    async def _list(self, call: Call, query: "Search") -> Page[Row]:
        after, after_id = read_cursor(query.cursor, str)
        async with call.house.db.act(call.actor) as tx:
            rows = await tx.many(
                self._statements["list"], self.row, q=query.q, after=after, after_id=after_id, limit=query.limit + 1
            )
        more = len(rows) > query.limit
        rows = rows[: query.limit]
        return Page(rows, cursor_after(getattr(rows[-1], self.order), _id_of(rows[-1])) if more else None)

    async def _get(self, call: Call, row_id: UUID) -> Row:
        async with call.house.db.act(call.actor) as tx:
            return self._found(await tx.maybe(self._statements["get"], self.row, id=row_id))

    async def _create(self, call: Call, body: New) -> Row:
        values = self._spell(msgspec.structs.asdict(body), True)
        try:
            async with call.house.db.act(call.actor, call.client) as tx:
                made = self._found(await tx.maybe(self._statements["create"], self.row, id=uuid7(), **values))
                await note(tx, call.actor, f"{self.table}_created", _id_of(made))
                return made
        except UniqueViolation:
            raise Conflict(self.taken) from None

    async def _change(self, call: Call, row_id: UUID, body: Change) -> Row:
        values = {key: value for key, value in msgspec.structs.asdict(body).items() if value is not UNSET}
        if not values:
            raise Invalid("there is nothing to change in it")
        values = self._spell(values, False)
        try:
            async with call.house.db.act(call.actor, call.client) as tx:
                call.match(self._found(await tx.maybe(self._statements["lock"], self.row, id=row_id)))
                changed = self._found(await tx.maybe(self._changing(sorted(values)), self.row, id=row_id, **values))
                await note(tx, call.actor, f"{self.table}_changed", row_id, fields=sorted(values))
                return changed
        except UniqueViolation:
            raise Conflict(self.taken) from None

    async def _remove(self, call: Call, row_id: UUID) -> None:
        async with call.house.db.act(call.actor, call.client) as tx:
            call.match(self._found(await tx.maybe(self._statements["lock"], self.row, id=row_id)))
            await tx.run(self._statements["remove"], id=row_id, agent_id=call.actor.id)
            await note(tx, call.actor, f"{self.table}_removed", row_id)

    def _found(self, row: Row | None) -> Row:
        if row is None:
            raise NotFound(f"there is no such {self.noun}")
        return row

    def _changing(self, fields: Sequence[str]) -> Statement:
        columns = ", ".join(map(_shown, self.row.__struct_fields__))
        sets = ", ".join(f"{each} = :{each}" for each in fields)
        return self._named("maybe", f"update {self.table} set {sets} where {_ALIVE} and id = :id returning {columns}")

    def _named(self, kind: Kind, text: str) -> Statement:
        return named(self.table, kind, text, "" if kind == "run" else self.row.__name__)


class Search(Cursor, frozen=True):
    """A list, and what to look for in it."""

    q: Sought = ""


def _cleaned(values: dict[str, Any]) -> dict[str, Any]:
    # A name stands in lists and headings; whatever else is text is kept as it was written.
    return values | {"name": require_name(values["name"])} if isinstance(values.get("name"), str) else values


def _shown(field: str) -> str:
    # Moments are milliseconds wherever they are seen.
    if field.endswith("_at"):
        return f"(extract(epoch from {field}) * 1000)::bigint as {field}"
    return field


def _id_of(row: Struct) -> UUID:
    found: UUID = row.id  # type: ignore[attr-defined]
    return found
