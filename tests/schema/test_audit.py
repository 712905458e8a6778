"""What was written to the audit log stays, and it tells who changed what without keeping secrets."""

from typing import Any
from uuid import UUID

import pytest

from tests.schema.world import World

EVERYBODY = ("superuser", "fd_owner", "fd_app", "fd_worker", "fd_ingest", "fd_lookup", "fd_report")


async def lines(world: World, entity_type: str) -> list[Any]:
    """The audit lines about one kind of thing, oldest first."""
    found: list[Any] = await world.connection.fetch(
        "select * from audit_log where entity_type = $1 order by id", entity_type
    )
    return found


@pytest.mark.parametrize("role", EVERYBODY)
@pytest.mark.parametrize("statement", ["update {} set event = 'x'", "delete from {}", "truncate {}"])
async def test_nobody_changes_the_audit_log(world: World, role: str, statement: str) -> None:
    """Neither its owner nor a superuser updates, deletes or truncates it, by its name or a partition's."""
    org = await world.organization()
    await world.row("audit_log", org)
    for table in ["audit_log", *await world.partitions("audit_log")]:
        await world.become(role, org)
        refused = await world.refusal(statement.format(table))
        assert refused is not None, table
        assert refused.sqlstate == "42501"
        if role in {"superuser", "fd_owner"}:
            # They hold every right, so it is the trigger that refuses.
            assert "is append-only" in str(refused), table


async def test_a_change_is_told_with_its_actor_and_both_values(world: World) -> None:
    """Create, update and delete each leave one line; the delete leaves nothing of the row."""
    org = await world.organization()
    ann = await world.row("member", org)
    team = await world.row("member", org)
    await world.become("fd_worker", org)
    await world.connection.execute("select set_config('app.agent', $1, true)", ann["id"])
    await world.connection.execute("select set_config('app.ip', '192.0.2.7', true)")
    await world.connection.execute("update member set role = 'admin' where id = $1", UUID(team["id"]))
    await world.connection.execute("delete from member where id = $1", UUID(team["id"]))
    created, changed, deleted = [line for line in await lines(world, "member") if str(line["entity_id"]) == team["id"]]
    assert (created["action"], created["actor_type"], created["actor_id"]) == ("create", "system", None)
    assert created["changes"]["role"] == [None, "agent"]
    assert (changed["action"], changed["actor_type"], str(changed["actor_id"])) == ("update", "user", ann["id"])
    assert changed["changes"] == {"role": ["agent", "admin"]}
    assert str(changed["ip_address"]) == "192.0.2.7"
    assert (deleted["action"], deleted["changes"]) == ("delete", {})


async def test_a_bot_is_told_from_a_person(world: World) -> None:
    """actor_type is agent where a machine acts."""
    org = await world.organization()
    bot = await world.row("bot", org)
    await world.become("fd_worker", org)
    await world.connection.execute("select set_config('app.agent', $1, true)", bot["id"])
    await world.connection.execute("update bot set model = 'other'")
    assert [line["actor_type"] for line in await lines(world, "bot")] == ["system", "agent"]


async def test_secrets_are_masked_at_any_depth(world: World) -> None:
    """A key stays out of the log wherever in the settings it lies, and so does its new value."""
    org = await world.organization()
    settings = {"jwt_secret": "s1", "mail": [{"apiKey": "s2", "host": "example.com"}], "max_tokens": 5, "token": None}
    channel = await world.row("channel", org, settings=settings)
    await world.connection.execute(
        "update channel set settings = jsonb_set(settings, '{mail,0,apiKey}', '\"s3\"') where id = $1",
        UUID(channel["id"]),
    )
    shown = {"jwt_secret": "***", "mail": [{"apiKey": "***", "host": "example.com"}], "max_tokens": 5, "token": None}
    created, changed = await lines(world, "channel")
    assert created["changes"]["settings"] == [None, shown]
    assert changed["changes"] == {"settings": [shown, shown]}


async def test_personal_values_never_reach_what_cannot_be_erased(world: World) -> None:
    """The log tells that a person's address changed, also when it is erased, and never what it was."""
    org = await world.organization()
    for table in ("customer", "contact"):
        person = await world.row(table, org, email="ann@example.com", name="Ann Example", phone="+15550100")
        erasing = f"update {table} set email = null, name = null, phone = null where id = $1"
        await world.connection.execute(erasing, UUID(person["id"]))
        created, erased = await lines(world, table)
        assert created["changes"]["email"] == [None, "***"]
        assert erased["changes"] == {name: ["***", None] for name in ("email", "name", "phone")}


async def test_what_changes_all_day_is_not_worth_a_line(world: World) -> None:
    """Counters and last-seen marks change with every message."""
    org = await world.organization()
    await world.row("contact", org)
    await world.row("customer", org)
    await world.connection.execute("update contact set last_seen_at = now()")
    await world.connection.execute("update customer set total_interactions = 1, last_interaction_at = now()")
    assert len(await lines(world, "contact")) == 1
    assert len(await lines(world, "customer")) == 1


async def test_marking_as_deleted_reads_as_a_delete(world: World) -> None:
    """Soft or hard, whoever looks for deletions finds it."""
    org = await world.organization()
    await world.row("channel", org)
    await world.connection.execute("update channel set deleted_at = now()")
    assert [line["action"] for line in await lines(world, "channel")] == ["create", "delete"]


async def test_who_changed_a_row_last_is_written_down(world: World) -> None:
    """touch_by keeps updated_by and updated_at; a statement cannot forget or forge the time."""
    org = await world.organization()
    ann = await world.row("agent", org)
    team = await world.row("team", org)
    await world.connection.execute("select set_config('app.agent', $1, true)", ann["id"])
    await world.connection.execute(
        "update team set name = 'x', updated_at = '2000-01-01' where id = $1", UUID(team["id"])
    )
    changed = await world.connection.fetchrow("select updated_by, updated_at = now() as is_now from team")
    assert (str(changed["updated_by"]), changed["is_now"]) == (ann["id"], True)
    await world.connection.execute("update organization set name = 'x', updated_at = '2000-01-01' where id = $1", org)
    assert await world.connection.fetchval("select updated_at = now() from organization where id = $1", org)
