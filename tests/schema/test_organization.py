"""An organization goes with everything it has, and nobody else loses a row."""

from tests.schema.world import TENANT, World

# They outlive the organization.
KEPT = {"audit_log", "audit_chain"}


async def test_deleting_an_organization_takes_everything_of_it(world: World) -> None:
    """Every table is empty of it, the audit log keeps one line about it, and the neighbour keeps every row."""
    org, neighbour = await world.organization(), await world.organization()
    for table in TENANT:
        await world.row(table, org)
        await world.row(table, neighbour)
    before = await counts(world, neighbour)
    assert min(before.values()) >= 1
    await world.become("fd_worker", org)
    await world.connection.execute("delete from organization where id = $1", org)
    await world.become("superuser", neighbour)
    left = {table for table, count in (await counts(world, org)).items() if count}
    assert left == KEPT
    assert await counts(world, neighbour) == before
    deletions = await world.connection.fetch(
        "select entity_type from audit_log where org_id = $1 and action = 'delete'", org
    )
    assert [line["entity_type"] for line in deletions] == ["organization"]


async def test_an_organization_is_deleted_by_name_or_not_at_all(world: World) -> None:
    """Without its setting its talk would stay behind unseen, so even a superuser is refused."""
    org = await world.organization()
    await world.become("superuser")
    refused = await world.refusal("delete from organization where id = $1", org)
    assert refused is not None
    assert "set app.org_id" in str(refused)


async def test_a_channel_with_conversations_stays(world: World) -> None:
    """Only an organization takes its conversations along; a channel or an agent in use is refused."""
    org = await world.organization()
    await world.row("conversation", org)
    refused = await world.refusal("delete from channel where org_id = $1", org)
    assert refused is not None
    assert refused.sqlstate == "23503"


async def test_an_erased_contact_leaves_the_conversation(world: World) -> None:
    """SET NULL empties the one column and not the organization's."""
    org = await world.organization()
    contact = await world.row("contact", org)
    await world.row("conversation", org, contact_id=contact["id"])
    await world.connection.execute("delete from contact where org_id = $1", org)
    assert await world.connection.fetchval("select contact_id is null from conversation where org_id = $1", org)


async def counts(world: World, org: object) -> dict[str, int]:
    return {
        table: await world.connection.fetchval(f"select count(*) from {table} where org_id = $1", org)
        for table in TENANT
    }
