"""A database that is small and skewed, and what Postgres does there with a statement of the product's own."""

import json
import random
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

from bench.millions.company import Channel, Company, contacts
from bench.millions.story import COLUMNS, DAY, Storyteller, moment
from bench.millions.texts import texts
from server.core.clock import now_ms
from server.core.ids import uuid7, uuid7_from
from server.core.sql import parse
from tests.schema.world import World

ROOT = Path(__file__).resolve().parents[2]
# One organization has nearly everything, as it is where it hurts.
SHARES = (0.9, 0.07, 0.03)
MESSAGES, MONTHS = 20_000, 4
# As often as Postgres looks at the values before it makes a plan for all of them.
UNTIL_GENERIC = 6
TINY = 100
_numbers = count()
_LOOKED_AT = """
select sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::integer
  from pg_stat_xact_user_tables
 where relname like 'message_search%'
"""
# Two older months of short words with a needle in each, and this month's talk.
_HAY = """
insert into message_search (org_id, message_id, conversation_id, seq, at, body)
select $1, overlay(uuid7_floor(at)::text placing substr(gen_random_uuid()::text, 16) from 16)::uuid, uuidv7(), n, at,
       case when n % 10000 = 0 then 'needle' when n <= 2500 then 'the hay of today' else 'hay ' || n end
  from generate_series(1, 20000) n,
       lateral (select now() - n * interval '5 minutes' as at) moment
"""


@dataclass
class Case:
    """One statement as the product runs it: what it is asked for, and how much it may look at."""

    file: str
    name: str
    values: dict[str, Any]
    # Rows that its scans may bring, those included that a filter throws away.
    rows: int
    # The product has it planned for its values (plan_for_these_values).
    is_custom: bool = False

    @property
    def text(self) -> str:
        """The statement, with numbered parameters."""
        return parse((ROOT / self.file).read_text("utf-8"))[self.name].text

    @property
    def parameters(self) -> tuple[str, ...]:
        """Their names in order."""
        return parse((ROOT / self.file).read_text("utf-8"))[self.name].parameters


async def fill(connection: Any, world: World) -> list[Company]:
    """Bring the rows in, past triggers; the organizations, the large one first."""
    chance, now = random.Random(7), now_ms()
    first, teller, made = now - MONTHS * 30 * DAY, None, []
    teller = Storyteller(7, texts(chance), now)
    orgs = [await world.organization() for _ in SHARES]
    await connection.execute("set session_replication_role = replica")
    await connection.execute("select make_partitions((now() - interval '6 months')::date, now()::date)")
    for org, share in zip(orgs, SHARES, strict=True):
        channels = [Channel(uuid7(), each) for each in (0.2, 0.002, 1.0)]
        for number, each in enumerate(channels):
            await connection.execute(
                "insert into channel (org_id, id, kind, name) values ($1, $2, 'web_widget', $3)",
                org,
                each.id,
                str(number),
            )
        agents = [(uuid7(), f"Agent {number}") for number in range(20)]
        await connection.executemany(
            "insert into agent (org_id, id, name) values ($1, $2, $3)", [(org, *each) for each in agents]
        )
        ids = sorted(
            uuid7_from(first - chance.randrange(DAY), chance.getrandbits(74)).hex for _ in range(int(4_000 * share))
        )
        company = Company(org, agents, [], channels, contacts(chance, len(ids), ids), share)
        made.append(company)
        for month in range(MONTHS):
            begins = first + month * 30 * DAY
            teller.month(company, begins, begins + 30 * DAY, int(MESSAGES * share / MONTHS), brief=1.0)
    teller.giant(made[0], first, 4_000)
    for table, lines in teller.take_rows().items():
        await copy(connection, table, COLUMNS[table], lines)
    talk, decided = teller.take_until(now)
    await copy(connection, "message", COLUMNS["message"], talk)
    await copy(connection, "event", COLUMNS["event"], decided)
    await copy(
        connection, "contact", "org_id id name email last_seen_at is_anonymous", _contacts(made, teller.last_seen)
    )
    await connection.execute(_HAY, orgs[0])
    await connection.execute("update conversation set priority = 3 where priority = 1 and id::text !~ '0$'")
    await connection.execute(
        "insert into audit_log (id, org_id, xid, entity_type, entity_id, action, actor_type)"
        " select overlay(uuid7_floor(last_seen_at)::text placing substr(gen_random_uuid()::text, 16) from 16)::uuid,"
        "        org_id, '1', 'contact', id, 'update', 'user' from contact, generate_series(1, 5)"
    )
    await connection.execute("vacuum (analyze)")
    return made


def _contacts(companies: Iterable[Company], seen: dict[str, int]) -> Iterator[str]:
    for company in companies:
        for number, each in enumerate(company.contacts):
            at = seen.get(each.id, now_ms() - number * 60_000)
            email = each.email or "\\N"
            yield f"{company.id.hex}\t{each.id}\t{each.name}\t{email}\t{moment(at)}\t{'f' if each.email else 't'}\n"


async def copy(connection: Any, table: str, columns: str, lines: Iterable[str]) -> None:
    """Bring lines of COPY's text format in."""

    async def source() -> AsyncIterator[bytes]:
        yield "".join(lines).encode()

    await connection.copy_to_table(table, source=source(), columns=columns.split(), format="text")


async def faults(connection: Any, case: Case, org: UUID) -> list[str]:
    """What is wrong with how Postgres runs a statement as fd_app, with the plan that it keeps."""
    values = {"org_id": org} | case.values
    await connection.execute(f"select set_config('app.org_id', '{values['org_id']}', true)")
    await connection.execute("set local role fd_app")
    mode = "force_custom_plan" if case.is_custom else "auto"
    await connection.execute(f"set local plan_cache_mode = {mode}")
    # Prepared statements outlive the transaction, and another test's drop must not be planned around.
    asked = f"asked_{next(_numbers)}"
    await connection.execute(f"prepare {asked} as {case.text}")
    call = f"execute {asked}({', '.join(_literal(values[name]) for name in case.parameters)})"
    for _ in range(UNTIL_GENERIC):
        await connection.execute(call)
    told = await connection.fetchval(f"explain (analyze, timing off, costs off, format json) {call}")
    plan = (json.loads(told) if isinstance(told, str) else told)[0]["Plan"]
    return [*_wrong(plan, case)]


def _wrong(plan: dict[str, Any], case: Case) -> Iterator[str]:
    read = 0.0
    for node in _nodes(plan):
        kind, table = node["Node Type"], node.get("Relation Name", "")
        looked = node["Actual Loops"] * sum(
            node.get(each, 0) for each in ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck")
        )
        # A month with hardly anything in it is read faster without an index.
        if kind == "Seq Scan" and _is_large(table) and looked > TINY:
            yield f"{case.name} reads all of {table}"
        read += looked if "Scan" in kind and _is_large(table) else 0
        if kind == "Sort" and (many := max(each["Actual Rows"] for each in node["Plans"])) > case.rows:
            yield f"{case.name} sorts {many:.0f} rows"
    if read > case.rows:
        yield f"{case.name} looks at {read:.0f} rows, and may at {case.rows}"


def _is_large(table: str) -> bool:
    large = ("message", "event", "conversation", "contact", "participant", "audit_log")
    return table.startswith(large)


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from _nodes(child)


def _literal(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, tuple)):
        return "'{" + ",".join(map(str, value)) + "}'"
    return "'" + str(value).replace("'", "''") + "'"


async def looked_at(connection: Any, org: UUID, words: str) -> int:
    """How many rows of message_search the search reads for a word, all months and steps together."""
    await connection.execute(f"select set_config('app.org_id', '{org}', true)")
    await connection.execute("set local role fd_app")
    # What other transactions of this connection have read may still be among the figures.
    before = await connection.fetchval(_LOOKED_AT)
    assert await connection.fetch("select * from search_messages($1, to_tsquery('simple', $2), $2, 20)", org, words)
    return int(await connection.fetchval(_LOOKED_AT) - before)
