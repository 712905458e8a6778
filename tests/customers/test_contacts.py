"""Visitors become contacts when they first say something."""

from uuid import uuid4

import pytest

from server.core.errors import Forbidden
from server.domain.customers.actions import ensure_contact
from tests.servers import House, Organization


async def test_a_visitor_is_written_down_once(house: House, org: Organization) -> None:
    """However many conversations it starts."""
    contact_id = uuid4()
    for locale in ("de-CH", "en"):
        async with house.db.scope(org.id) as tx:
            await ensure_contact(tx, contact_id, "Visitor 1A2B", locale)
    rows = await house.rows(
        "select c.id, c.name, c.locale, c.is_anonymous, c.last_seen_at is not null as is_seen, i.kind, i.address"
        " from contact c join contact_identity i on i.org_id = c.org_id and i.contact_id = c.id where c.org_id = $1",
        org.id,
    )
    assert rows == [
        {
            "id": contact_id,
            "name": "Visitor 1A2B",
            "locale": "de-CH",
            "is_anonymous": True,
            "is_seen": True,
            "kind": "web_widget",
            "address": str(contact_id),
        }
    ]


async def test_a_name_that_was_corrected_stays(house: House, org: Organization) -> None:
    """The token goes on saying the old one."""
    contact_id = uuid4()
    async with house.db.scope(org.id) as tx:
        await ensure_contact(tx, contact_id, "Visitor 1A2B", "")
        await tx._connection.execute("update contact set name = 'Zoë Keller' where org_id = $1", org.id)
        await ensure_contact(tx, contact_id, "Visitor 1A2B", "")
    rows = await house.rows("select name, locale from contact where org_id = $1", org.id)
    assert rows == [{"name": "Zoë Keller", "locale": None}]


async def test_a_blocked_visitor_starts_nothing(house: House, org: Organization) -> None:
    """The token is good for a month; the block counts at once."""
    contact_id = uuid4()
    async with house.db.scope(org.id) as tx:
        await ensure_contact(tx, contact_id, "", "")
        await tx._connection.execute("update contact set blocked_at = now() where org_id = $1", org.id)
        with pytest.raises(Forbidden):
            await ensure_contact(tx, contact_id, "", "")


async def test_the_same_id_in_two_organizations_is_two_contacts(
    house: House, org: Organization, other: Organization
) -> None:
    """Neither blocks, names or finds the other's."""
    contact_id = uuid4()
    for each, name in ((org, "Here"), (other, "There")):
        async with house.db.scope(each.id) as tx:
            await ensure_contact(tx, contact_id, name, "")
    rows = await house.rows("select name from contact where id = $1 order by name", contact_id)
    assert rows == [{"name": "Here"}, {"name": "There"}]
