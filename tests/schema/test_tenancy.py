"""An organization sees and touches its own rows and nobody else's, whichever role works for it."""

from uuid import UUID

import pytest

from tests.schema.world import ALSO, BESIDE, GUARDED, ONE_OF, PARTITIONED, TENANT, Row, World

ROLES = ("fd_app", "fd_worker", "fd_ingest", "fd_lookup", "fd_report", "fd_owner")
# fd_lookup reads every organization: that is what it is for. It is tried with the writers all the same.
SCOPED = tuple(role for role in ROLES if role != "fd_lookup")
DENIED = "42501"


async def seen(world: World, table: str) -> int:
    """How many rows the role sees; none where it may not even look."""
    looking = await world.refusal(f"select from {table}")
    if looking is not None:
        assert looking.sqlstate == DENIED
        return 0
    count: int = await world.connection.fetchval(f"select count(*) from {table}")
    return count


async def touched(world: World, statement: str) -> int:
    """How many rows a change reaches; none where it is refused."""
    refused = await world.refusal(statement)
    if refused is not None:
        assert refused.sqlstate == DENIED, refused
        return 0
    attempt = world.connection.transaction()
    await attempt.start()
    status: str = await world.connection.execute(statement)
    await attempt.rollback()
    return int(status.rsplit(" ", 1)[-1])


async def theirs(world: World, table: str) -> tuple[UUID, Row]:
    """An organization with a row in this table, and a second row that could be inserted there."""
    org = await world.organization()
    given = {"id": str(org)} if table == "organization" else {}
    if table == "app_user":
        await world.row("member", org)
    elif table != "organization":
        await world.row(table, org)
    spare = await world.plan(table, org, **given)
    if table == "organization":
        spare["id"] = str(await world.connection.fetchval("select uuidv7()"))
    return org, spare


@pytest.mark.parametrize("table", GUARDED)
async def test_another_organization_sees_and_changes_nothing(world: World, table: str) -> None:
    """Neither the wrong organization nor a forgotten one finds, changes, deletes or adds a row."""
    org, spare = await theirs(world, table)
    stranger = await world.organization()
    key = "id" if table in {"organization", "app_user"} else "org_id"
    for scope in ([stranger], []):
        own = 1 if table == "organization" and scope else 0
        for role in SCOPED:
            await world.become(role, *scope)
            assert await seen(world, table) <= own, (role, scope)
        for role in ROLES:
            await world.become(role, *scope)
            assert await touched(world, f"update {table} set {key} = {key}") <= own, (role, scope)
            # Deleting the stranger's own organization is its right.
            assert await touched(world, f"delete from {table} where {key} <> '{stranger}'") == 0, (role, scope)
            if table == "app_user" and scope:
                continue  # A login is nobody's before it has a seat.
            refused = await world.insert_refusal(table, spare)
            assert refused is not None, (role, scope)
            assert refused.sqlstate == DENIED, (role, scope, refused)
    await world.become("superuser", org)
    assert await seen(world, table) >= 1


@pytest.mark.parametrize("table", GUARDED)
async def test_the_organization_itself_sees_and_adds_rows(world: World, table: str) -> None:
    """The counter-proof: what is refused above is refused for the organization, not for the row."""
    org, spare = await theirs(world, table)
    await world.become("fd_worker", org)
    # At least the one: an article that is made writes its first version by itself.
    assert await seen(world, table) >= 1
    await world.become("fd_worker", UUID(spare["id"]) if table == "organization" else org)
    assert await world.insert_refusal(table, spare) is None


@pytest.mark.parametrize("table", TENANT)
async def test_a_row_cannot_be_moved_to_another_organization(world: World, table: str) -> None:
    """WITH CHECK holds on the way out as well."""
    org, _ = await theirs(world, table)
    stranger = await world.organization()
    for role in ("fd_app", "fd_worker", "fd_ingest", "fd_owner"):
        await world.become(role, org)
        refused = await world.refusal(f"update {table} set org_id = $1", stranger)
        assert refused is not None, role
        assert refused.sqlstate == DENIED, (role, refused)


@pytest.mark.parametrize("parent", PARTITIONED)
async def test_a_partition_shows_nothing_by_its_own_name(world: World, parent: str) -> None:
    """Not even to its own organization, nor to its owner: reading goes through the parent."""
    org, spare = await theirs(world, parent)
    months = await world.partitions(parent)
    assert len(months) >= 6
    filled = []
    for month in months:
        await world.become("superuser", org)
        filled.append(await seen(world, month))
        for role in ROLES:
            await world.become(role, org)
            assert await seen(world, month) == 0, (role, month)
            refused = await world.insert_refusal(month, spare)
            assert refused is not None, (role, month)
            assert refused.sqlstate == DENIED, (role, month, refused)
    assert sum(filled) == 1


async def test_ingest_works_for_several_organizations_at_once(world: World) -> None:
    """A batch stores talk of all organizations it names, and of no other."""
    rows = [await world.plan("message", await world.organization()) for _ in range(3)]
    first, second, third = (UUID(row["org_id"]) for row in rows)
    await world.become("fd_ingest", first, second)
    assert await world.insert_refusal("message", rows[0]) is None
    assert await world.insert_refusal("message", rows[1]) is None
    refused = await world.insert_refusal("message", rows[2])
    assert refused is not None
    assert refused.sqlstate == DENIED
    await world.become("superuser", third)
    for row in rows:
        await world.insert("message", row)
    await world.become("fd_ingest", first, second)
    assert await seen(world, "message") == 2


async def test_look_ups_see_every_organization(world: World) -> None:
    """Readers of the event log and sweepers work before and beyond one organization."""
    for _ in range(2):
        await world.row("event", await world.organization())
    await world.become("fd_lookup")
    assert await seen(world, "event") == 2


async def test_a_reference_cannot_leave_the_organization(world: World) -> None:
    """Composite keys hold even where row security is off: no row points at another organization's."""
    org, stranger = await world.organization(), await world.organization()
    between = [key for key in world.foreign if key["parent"] in TENANT]
    for key in between:
        column = key["columns"][-1]
        abroad = await world.row(key["parent"], stranger)
        row = await world.plan(key["table"], org)
        if column == ONE_OF.get(key["table"]):
            row = {name: value for name, value in row.items() if name not in ALSO[key["table"]]}
        row[column] = abroad[key["parent_columns"][-1]]
        row |= BESIDE.get((key["table"], column), {})
        await world.become("superuser", org)
        refused = await world.insert_refusal(key["table"], row)
        assert refused is not None, key["name"]
        assert (refused.sqlstate, refused.constraint_name) == ("23503", key["name"])
