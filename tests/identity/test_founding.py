"""Organizations and seats come into being."""

import secrets

import pytest

from server.core.errors import Conflict, NotFound, Unauthenticated
from server.domain.identity.actions import add_member, find_seat, found_organization
from server.domain.identity.types import NewMember, NewOrganization
from tests.browser import Browser, is_refusal
from tests.servers import PASSWORD, House, Organization


async def test_an_address_is_given_to_one_organization(house: House, org: Organization) -> None:
    """The second one is told, and leaves nothing behind."""
    email = f"new@{secrets.token_hex(4)}.example"
    body = NewOrganization("Another", org.slug, NewMember("Nora", email, PASSWORD))
    with pytest.raises(Conflict):
        await found_organization(house.db, house.passwords, body)
    with pytest.raises(NotFound):
        await find_seat(house.db, email)


async def test_one_login_can_have_seats_in_two_organizations(
    house: House, org: Organization, other: Organization
) -> None:
    """The person says which; the password is one and the same."""
    ada = NewMember("Ada elsewhere", org.email("ada"), PASSWORD, "viewer")
    await add_member(house.db, house.passwords, other.id, ada)
    seen = set()
    for each in (org, other):
        browser = Browser(house)
        body = {"email": org.email("ada"), "password": PASSWORD, "organization_id": str(each.id)}
        me = (await browser.post("/api/login", body)).json
        seen.add((me["organization_id"], me["name"], me["role"]))
    assert seen == {(str(org.id), "Ada Agent", "agent"), (str(other.id), "Ada elsewhere", "viewer")}


async def test_a_seat_in_one_organization_opens_no_other(house: House, org: Organization, other: Organization) -> None:
    """With the right password and somebody else's organization, one is nobody."""
    body = {"email": org.email("ada"), "password": PASSWORD, "organization_id": str(other.id)}
    assert is_refusal(await Browser(house).post("/api/login", body), 401, "unauthenticated")


async def test_a_known_login_is_taken_over_by_nobody(house: House, org: Organization, other: Organization) -> None:
    """Who founds an organization with somebody's e-mail must know the password, and does not change it."""
    thief = NewMember("Ada", org.email("ada"), "thief's password")
    for attempt in (
        found_organization(house.db, house.passwords, NewOrganization("T", f"t-{secrets.token_hex(4)}", thief)),
        add_member(house.db, house.passwords, other.id, thief),
    ):
        with pytest.raises(Unauthenticated):
            await attempt
    assert (await Browser(house).log_in(org.email("ada"))).status == 200


async def test_a_person_has_one_seat_in_an_organization(house: House, org: Organization) -> None:
    """Asked for twice, it is refused the second time."""
    with pytest.raises(Conflict):
        await add_member(house.db, house.passwords, org.id, NewMember("Ada", org.email("ada").upper(), PASSWORD))
