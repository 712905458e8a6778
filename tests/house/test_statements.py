"""Every named statement is prepared against the schema, and fits the struct that its rows fill."""

import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from server.core import events, idempotency, jobs
from server.core.db import connect
from server.core.sql import Statement, parse
from server.domain.chat import types as chat_types
from server.domain.chat.canned import canned_responses
from server.domain.customers.api import contacts, customers
from server.domain.interactions.catalogue import interaction_types
from server.domain.knowledge.api import categories
from server.domain.understanding.intents import intents
from server.protocol import agent_values, collaboration_values, values
from tests.servers import Databases

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(path for folder in ("server", "workers") for path in (ROOT / folder).rglob("*.sql"))
RESOURCES = (canned_responses, categories, contacts, customers, intents, interaction_types)
STATEMENTS = [(path, each) for path in FILES for each in parse(path.read_text()).values()]
# Each names the organizations of a batch, or knows none: the log's leases, definer look-ups, readers of all events.
# The widget key is asked for before the organization is known, and a sweeper looks at nothing but the time.
LOOK_UPS = {
    "blocked_contacts",
    "channel_by_widget_key",
    "count_dead_letters",
    "dead_letters",
    "due",
    "due_collaborations",
    "forget_idempotency_keys",
    "holders_by_id",
    "jobs_due",
    "login_by_email",
    "oldest_due_job",
    "reader_lags",
    "retentions",
    "seats_by_user",
    "silent_bots",
    "staffed_by_organization",
    "who_is_connected",
    "token_by_hash",
    "waiting_by_hours",
}
UNSCOPED_FILES = {"server/domain/audit/chain.sql", "server/core/events.sql"}


def _row_types(path: Path) -> Iterator[Any]:
    yield events
    yield idempotency
    yield jobs
    yield values
    yield agent_values
    yield collaboration_values
    if path.parent.name == "workers":
        yield chat_types
    if "domain" in path.parts:
        for each in sorted(path.parent.glob("*types.py")):
            yield importlib.import_module(f"server.domain.{path.parent.name}.{each.stem}")


def _struct(path: Path, name: str) -> type[msgspec.Struct]:
    for module in _row_types(path):
        found = getattr(module, name, None)
        if isinstance(found, type) and issubclass(found, msgspec.Struct):
            return found
    raise AssertionError(f"{name} is no struct that {path.name} may fill")


@pytest.fixture(scope="module")
async def connection(databases: Databases) -> Any:
    """A connection that may prepare everything."""
    made = await connect(databases.environment["DATABASE_OWNER_URL"])
    yield made
    await made.close()


@pytest.mark.parametrize(("path", "statement"), STATEMENTS, ids=[f"{p.parent.name}.{s.name}" for p, s in STATEMENTS])
async def test_a_statement_fits_the_schema_and_its_struct(connection: Any, path: Path, statement: Statement) -> None:
    """Its tables and columns are there, and its rows have the fields of the struct, no more and no fewer."""
    prepared = await connection.prepare(statement.text)
    columns = [each.name for each in prepared.get_attributes()]
    if statement.kind in {"one", "maybe", "many"}:
        assert set(columns) == {field.name for field in msgspec.structs.fields(_struct(path, statement.row))}
    elif statement.kind == "value":
        assert len(columns) == 1
    else:
        assert statement.row == ""


@pytest.fixture(scope="module")
async def tenant(connection: Any) -> set[str]:
    """The tables whose rows belong to an organization."""
    found = await connection.fetch(
        "select c.relname as name"
        "  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'org_id'"
        " where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace"
    )
    return {row["name"] for row in found}


async def test_every_statement_on_a_tenant_table_names_the_organization(tenant: set[str]) -> None:
    """Row security is the last wall, not the only one."""
    wrong = []
    for path, statement in STATEMENTS:
        if str(path.relative_to(ROOT)) in UNSCOPED_FILES:
            continue
        if statement.name in LOOK_UPS:
            continue
        words = set(statement.text.replace("(", " ").replace(")", " ").replace(",", " ").split())
        if words & tenant and not {"org_id", "org_ids"} & set(statement.parameters):
            wrong.append(f"{path.parent.name}.{statement.name}")
    assert not wrong


# A table where a statement reads or writes one, and what the statement calls it.
_MENTION = re.compile(
    r"\b(?:from|join|update|into|using)\s+(?P<table>\w+)(?:\s+(?:as\s+)?"
    r"(?!(?:where|set|on|join|left|order|group|for|values|returning|limit|using|cross|union|and)\b)(?P<alias>\w+))?"
)


async def test_every_tenant_table_in_a_statement_is_narrowed_to_an_organization(tenant: set[str]) -> None:
    """Each by itself: a join without it would look through everybody's rows, with row security alone before them."""
    wrong = []
    for path, statement in STATEMENTS:
        if str(path.relative_to(ROOT)) in UNSCOPED_FILES or statement.name in LOOK_UPS:
            continue
        text = re.sub(r"--[^\n]*|'(?:[^']|'')*'", "", statement.text)
        mentions = [each for each in _MENTION.finditer(text) if each["table"] in tenant]
        for each in mentions:
            alias = each["alias"] or each["table"]
            is_made = re.match(r"[^(]*\(org_id\b", text[each.start() :]) and each[0].startswith("into")
            is_bare = alias == each["table"] or len(mentions) == 1
            bare = r"|(?<![.:\w])org_id\b" if is_bare else ""
            column = rf"(?:\b{alias}\.org_id\b{bare})"
            if not is_made and not re.search(rf"{column}\s*(?:=|<>)|=\s*{column}", text):
                wrong.append(f"{path.parent.name}.{statement.name}: {alias}")
    assert not wrong


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda each: each.table)
async def test_a_plain_table_has_the_columns_of_its_structs(connection: Any, resource: Any) -> None:
    """What a Resource puts together fits the schema, names the organization, and fills its struct."""
    for statement in resource.statements():
        prepared = await connection.prepare(statement.text)
        columns = [each.name for each in prepared.get_attributes()]
        assert columns == ([] if statement.kind == "run" else list(resource.row.__struct_fields__))
        assert "org_id" in statement.parameters
