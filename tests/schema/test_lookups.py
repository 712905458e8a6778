"""The six questions that are asked before the organization is known."""

import pytest

from tests.schema.world import World

FUNCTIONS = ("login_by_email('x')", "token_by_hash('\\x00')", "channel_by_widget_key('x')",
             "organization_by_slug_or_domain('x')", "holders_by_id('{}', '{}')", "seats_by_user(null)",
             "search_messages(uuidv7(), 'x', 'x', 1)", "search_contacts(uuidv7(), 'x', 1)",
             "blocked_contacts()", "staffed_by_organization('{}')")  # fmt: skip


@pytest.mark.parametrize("function", FUNCTIONS)
async def test_only_the_app_asks_them(world: World, function: str) -> None:
    """A password hash is one call away, so the call is granted to the one role that needs it."""
    await world.become("fd_app")
    assert await world.refusal(f"select * from {function}") is None
    for role in ("fd_worker", "fd_ingest", "fd_report"):
        await world.become(role)
        refused = await world.refusal(f"select * from {function}")
        assert refused is not None
        assert refused.sqlstate == "42501"


async def test_a_login_finds_its_seats_in_all_organizations(world: World) -> None:
    """Any spelling of the e-mail, each open seat; a closed seat or organization is not offered."""
    user = await world.row("app_user", None, email="ann@example.com", password_hash="argon2")
    first, second, third, fourth = [await world.organization() for _ in range(4)]
    await world.row("member", first, user_id=user["id"], role="owner")
    await world.row("member", second, user_id=user["id"])
    await world.row("member", third, user_id=user["id"], is_active=False)
    await world.row("member", fourth, user_id=user["id"])
    await world.connection.execute("update organization set is_active = false where id = $1", fourth)
    await world.become("fd_app")
    found = await world.connection.fetchrow("select * from login_by_email('Ann@Example.COM')")
    assert (str(found["user_id"]), found["password_hash"]) == (user["id"], "argon2")
    seats = {(seat["org_id"], seat["role"]) for seat in found["memberships"]}
    assert seats == {(str(first), "owner"), (str(second), "agent")}
    assert set(found["memberships"][0]) == {"org_id", "agent_id", "role", "org_name"}
    await world.become("superuser")
    await world.connection.execute("update app_user set is_active = false where email = 'ann@example.com'")
    assert await world.connection.fetchrow("select * from login_by_email('ann@example.com')") is None


async def test_a_token_opens_one_seat_until_anything_closes_it(world: World) -> None:
    """Revoked, expired, a closed seat, login or organization: each by itself shuts the door."""
    org = await world.organization()
    member = await world.row("member", org, role="manager")
    await world.row("auth_token", org, agent_id=member["id"], token_hash="\\x0102", expires_at="2100-01-01T00:00:00Z")
    asking = "select * from token_by_hash('\\x0102')"
    await world.become("fd_app")
    found = await world.connection.fetchrow(asking)
    assert (found["org_id"], str(found["agent_id"]), str(found["user_id"])) == (org, member["id"], member["user_id"])
    assert (found["kind"], found["role"], found["agent_kind"]) == ("session", "manager", "human")
    for closing in (
        "update auth_token set revoked_at = now()",
        "update auth_token set expires_at = now()",
        "update member set is_active = false",
        "update agent set is_active = false",
        "update agent set deleted_at = now()",
        "update app_user set is_active = false",
        "update organization set is_active = false",
    ):
        await world.become("superuser", org)
        attempt = world.connection.transaction()
        await attempt.start()
        await world.connection.execute(closing)
        assert await world.connection.fetchrow(asking) is None, closing
        await attempt.rollback()


async def test_a_bots_token_has_no_login_behind_it(world: World) -> None:
    """A machine has a seat and no role."""
    org = await world.organization()
    bot = await world.row("bot", org)
    await world.row(
        "auth_token", org, kind="bot", agent_id=bot["id"], token_hash="\\x03", expires_at="2100-01-01T00:00:00Z"
    )
    found = await world.connection.fetchrow("select * from token_by_hash('\\x03')")
    assert (str(found["agent_id"]), found["user_id"], found["role"]) == (bot["id"], None, None)


async def test_a_widget_key_finds_its_channel(world: World) -> None:
    """With what the loader needs; a deleted channel or a closed organization is not there."""
    org = await world.organization()
    await world.row("channel", org, widget_key="key", allowed_origins=["https://shop.example"], is_active=False)
    await world.become("fd_app")
    asking = "select * from channel_by_widget_key('key')"
    found = await world.connection.fetchrow(asking)
    assert (found["org_id"], found["is_active"], found["allowed_origins"]) == (org, False, ["https://shop.example"])
    assert set(found.keys()) == {"org_id", "channel_id", "name", "is_active", "allowed_origins", "widget_config"}
    await world.become("superuser", org)
    await world.connection.execute("update channel set deleted_at = now()")
    assert await world.connection.fetchrow(asking) is None


async def test_an_organization_is_found_by_slug_and_by_domain(world: World) -> None:
    """Where one's slug is another's domain, the slug wins: it was given out by us."""
    one = await world.row("organization", None, slug="acme", domain="help.acme.example")
    await world.row("organization", None, slug="other", domain="acme")
    await world.become("fd_app")
    for address in ("acme", "help.acme.example"):
        found = await world.connection.fetch("select * from organization_by_slug_or_domain($1)", address)
        assert [str(row["org_id"]) for row in found] == [one["id"]]
