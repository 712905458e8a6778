"""Rows of any table, made from what the catalogue says about its columns."""

import json
import re
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import UUID

from asyncpg import PostgresError

from server.core.ids import uuid7
from server.release import schema_sql

# Tables without org_id: the tenant itself, logins that many tenants share, and the program's own bookkeeping.
GLOBAL = {"organization", "app_user", "reader", "shard"}
TABLES = re.findall(r"^create table (\w+)", schema_sql(), re.MULTILINE)
TENANT = [table for table in TABLES if table not in GLOBAL]
PARTITIONED = re.findall(
    r"^create table (\w+) \((?:(?!\n\)).)*\n\) partition by", schema_sql(), re.MULTILINE | re.DOTALL
)
# Row security of its own kind holds these two; reader and shard hold nothing of anybody.
GUARDED = [*TENANT, "organization", "app_user"]
# Columns that may be null each for itself, but not all of them together.
ALSO = {"participant": {"contact_id"}, "business_hours": {"team_id"}, "queue_rule": {"team_id"},
        "article_event": {"article_id"}}  # fmt: skip
# Columns that mean nothing without another one.
BESIDE: dict[tuple[str, str], dict[str, Any]] = {
    ("conversation", "offered_agent_id"): {
        "status": "waiting", "queued_at": "2026-11-01T00:00:00Z", "offer_deadline_at": "2026-11-01T00:00:00Z",
    },
    ("queue_rule", "overflow_team_id"): {"overflow_seconds": 60},
}  # fmt: skip
# And the one that must be empty then.
ONE_OF = {"participant": "agent_id", "business_hours": "channel_id"}

COLUMNS = """
select c.relname as table, a.attname as name, a.attnotnull as is_needed, a.atthasdef as has_default,
       format_type(coalesce(nullif(t.typbasetype, 0), t.oid), null) as type,
       (select substring(pg_get_constraintdef(d.oid) from '''([^'']+)''')
          from pg_constraint d where d.contypid = t.oid and pg_get_constraintdef(d.oid) like '%ARRAY[%') as domain_word,
       (select substring(pg_get_constraintdef(k.oid) from 'ARRAY\\[''([^'']+)''')
          from pg_constraint k
         where k.conrelid = c.oid and k.contype = 'c' and k.conkey = array[a.attnum]) as check_word
  from pg_attribute a
  join pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'p')
  join pg_type t on t.oid = a.atttypid
 where c.relnamespace = 'public'::regnamespace and not c.relispartition
   and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
 order by c.relname, a.attnum
"""
# The last column of a key says which row of the parent; org_id, the first, is the same in both.
FOREIGN = """
select k.conname as name, k.conrelid::regclass::text as table, k.confrelid::regclass::text as parent,
       (select array_agg(a.attname order by place) from unnest(k.conkey) with ordinality as key (num, place)
          join pg_attribute a on a.attrelid = k.conrelid and a.attnum = key.num) as columns,
       (select array_agg(a.attname order by place) from unnest(k.confkey) with ordinality as key (num, place)
          join pg_attribute a on a.attrelid = k.confrelid and a.attnum = key.num) as parent_columns,
       k.confdeltype = 'c' as cascades
  from pg_constraint k
 where k.contype = 'f' and k.connamespace = 'public'::regnamespace
"""

Row = dict[str, Any]


@dataclass
class World:
    """Makes rows with all the parents they need, and asks whether Postgres refuses what a test tries."""

    connection: Any
    columns: dict[str, list[Any]]
    foreign: list[Any]
    numbers: "count[int]" = field(default_factory=lambda: count(100))

    @classmethod
    async def over(cls, connection: Any) -> "World":
        """Read the catalogue through a connection and make rows through it."""
        columns: dict[str, list[Any]] = {}
        for column in await connection.fetch(COLUMNS):
            columns.setdefault(column["table"], []).append(column)
        return cls(connection, columns, await connection.fetch(FOREIGN))

    async def organization(self) -> UUID:
        """A new tenant."""
        made = await self.row("organization", None)
        return UUID(made["id"])

    async def row(self, table: str, org_id: UUID | None, /, **given: Any) -> Row:
        """A row of this table, inserted; as JSON, with its defaults and generated columns."""
        planned = await self.plan(table, org_id, **given)
        # Audit triggers write in the actor's organization or not at all.
        if org_id is not None:
            await self.connection.execute("select set_config('app.org_id', $1, true)", str(org_id))
        return await self.insert(table, planned)

    async def plan(self, table: str, org_id: UUID | None, /, **given: Any) -> Row:
        """The least a row of this table needs, with its parents in place."""
        row = dict(given)
        if org_id is not None and "org_id" in {column["name"] for column in self.columns[table]}:
            row.setdefault("org_id", str(org_id))
        parents = {key["columns"][-1]: key["parent"] for key in self.foreign if key["table"] == table}
        for column in self.columns[table]:
            name = column["name"]
            is_needed = (column["is_needed"] and not column["has_default"]) or name in ALSO.get(table, ())
            if name in row or not is_needed:
                continue
            if name in parents:
                row[name] = (await self.row(parents[name], org_id))["id"]
            else:
                row[name] = self.sample(column)
        return row

    def sample(self, column: Any) -> Any:
        """A value that this column takes and no other row has."""
        number = next(self.numbers)
        if word := column["check_word"] or column["domain_word"]:
            return word
        by_type: dict[str, Any] = {
            "text": f"sample {number}",
            "uuid": str(uuid7()),
            "uuid[]": [],
            "integer": number,
            "bigint": number,
            "xid8": str(number),
            "bytea": f"\\x{number:08x}",
            "boolean": True,
            "jsonb": [],
            "timestamp with time zone": f"2026-11-01T00:00:00.{number:06d}Z",
        }
        return by_type[column["type"]]

    async def insert(self, table: str, row: Row) -> Row:
        """Insert exactly this."""
        made: Row = await self.connection.fetchval(f"{inserting(table, row)} returning to_jsonb({table}.*)", row)
        return made

    async def become(self, role: str, *org_ids: UUID) -> None:
        """Work as this role for these organizations, or for none."""
        orgs = ",".join(map(str, org_ids))
        await self.connection.execute("reset role")
        await self.connection.execute(
            "select set_config('app.org_id', $1, true), set_config('app.orgs', $2, true)",
            str(org_ids[0]) if org_ids else "",
            orgs,
        )
        if role != "superuser":
            await self.connection.execute(f"set local role {role}")

    async def refusal(self, statement: str, *values: Any) -> PostgresError | None:
        """What Postgres says against this statement; None when it takes it. Nothing of it stays."""
        attempt = self.connection.transaction()
        await attempt.start()
        try:
            await self.connection.execute(statement, *values)
        except PostgresError as refused:
            return refused
        finally:
            await attempt.rollback()
        return None

    async def insert_refusal(self, table: str, row: Row) -> PostgresError | None:
        """What Postgres says against this row."""
        return await self.refusal(inserting(table, row), row)

    async def partitions(self, parent: str) -> list[str]:
        """The months of a partitioned table."""
        found = await self.connection.fetch(
            "select inhrelid::regclass::text as name from pg_inherits where inhparent = $1::regclass order by 1", parent
        )
        return [row["name"] for row in found]

    async def plan_of(self, statement: str, *values: Any) -> str:
        """How Postgres would run this, as text."""
        found = await self.connection.fetchval(f"explain (format json, costs off) {statement}", *values)
        return found if isinstance(found, str) else json.dumps(found)


def inserting(table: str, row: Row) -> str:
    """The statement that inserts a row given as JSON."""
    names = ", ".join(row)
    return f"insert into {table} ({names}) select {names} from jsonb_populate_record(null::{table}, $1)"
