"""The organization's own settings, and its end."""

from typing import Any

import msgspec
from msgspec import UNSET

from server.core import events, jobs
from server.core.auth import Actor, Client
from server.core.db import Db
from server.core.errors import Invalid
from server.core.house import House
from server.core.sql import load
from server.core.text import require_name
from server.domain.identity.forms import ChangeOrganization
from server.domain.identity.profile import Match, check_timezone, or_none
from server.domain.identity.types import Organization

sql = load(__file__)

ERASE = "identity.erase_organization"
# Long enough to notice a mistake on Monday; the operator can open the organization again until then.
ERASE_AFTER_DAYS = 7


async def show_organization(db: Db, actor: Actor) -> Organization:
    """The organization that the actor works for."""
    async with db.scope(actor.org_id) as tx:
        return await tx.one(sql.organization, Organization)


async def change_organization(
    house: House, actor: Actor, client: Client, body: ChangeOrganization, match: Match
) -> Organization:
    """Change the organization's settings."""
    if body.name is not UNSET:
        body = msgspec.structs.replace(body, name=require_name(body.name, "the organization's name", "name"))
    check_timezone(body.timezone)
    values: dict[str, Any] = {name: or_none(getattr(body, name)) for name in body.__struct_fields__}
    async with house.db.act(actor, client) as tx:
        before = await tx.one(sql.lock_organization, Organization)
        match(before)
        await tx.run(sql.change_organization, is_kept_for_ever=body.retention_days is None, **values)
        after = await tx.one(sql.organization, Organization)
        if before != after:
            changed = [name for name in after.__struct_fields__ if getattr(before, name) != getattr(after, name)]
            await events.note(tx, actor, "organization_changed", actor.org_id, changed=changed)
    # Widgets show its name.
    await house.notices.tell("organization", actor.org_id)
    return after


async def delete_organization(house: House, actor: Actor, client: Client, name: str, match: Match) -> None:
    """Close the organization at once for everybody, and have it erased a week later."""
    async with house.db.act(actor, client) as tx:
        found = await tx.one(sql.lock_organization, Organization)
        match(found)
        if name.strip() != found.name.strip():
            raise Invalid(f"type the organization's name as it is written: {found.name}", field="name")
        await tx.run(sql.close_organization)
        await events.note(tx, actor, "organization_closed", actor.org_id)
        await jobs.add(tx, ERASE, {}, key=ERASE, after=ERASE_AFTER_DAYS * 86_400)
    await house.notices.tell("organization", actor.org_id)
