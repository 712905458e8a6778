"""What a person changes about itself: name, language, settings, and its password."""

from collections.abc import Callable
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import msgspec
from msgspec import UNSET, UnsetType

from server.core import audit, events
from server.core.auth import Actor, Client
from server.core.db import Transaction
from server.core.errors import Invalid
from server.core.house import House
from server.core.sql import load
from server.core.text import require_name
from server.domain.identity.forms import ChangeMe, ChangePassword, Me
from server.domain.identity.logins import show_seat
from server.domain.identity.passwords import check_password, prove
from server.domain.identity.types import Membership, PasswordRow

sql = load(__file__)

# Compares with If-Match what is about to be changed.
Match = Callable[[Any], None]
# What the console remembers of a person's taste is no file.
SETTINGS_BYTES = 8192


async def change_me(house: House, actor: Actor, client: Client, body: ChangeMe, match: Match) -> Me:
    """Change what a person says of itself; the name counts in this organization, language and time in all."""
    if body.name is not UNSET:
        body = msgspec.structs.replace(body, name=require_name(body.name, "your name", "name"))
    check_timezone(body.timezone)
    if body.settings is not UNSET and len(msgspec.json.encode(body.settings)) > SETTINGS_BYTES:
        raise Invalid(f"settings may take {SETTINGS_BYTES} bytes", field="settings")
    async with house.db.act(actor, client) as tx:
        await tx.run(sql.lock_seat, agent_id=actor.id)
        match(await show_seat(tx, actor.id))
        await tx.run(sql.change_seat, agent_id=actor.id, name=or_none(body.name))
        if body.timezone is not UNSET or body.locale is not UNSET:
            await tx.run(
                sql.change_login, agent_id=actor.id, timezone=or_none(body.timezone), locale=or_none(body.locale)
            )
        if body.settings is not UNSET:
            await tx.run(sql.change_settings, agent_id=actor.id, settings=body.settings)
        if body.name is not UNSET:
            await events.note(tx, actor, "member_changed", actor.id, changed=["name"])
        me = await show_seat(tx, actor.id)
    if body.name is not UNSET:
        await house.notices.tell("agent", actor.id)
    return me


def or_none(value: "str | UnsetType") -> str | None:
    """What a statement takes for a field that was left out."""
    return None if value is UNSET else value


def check_timezone(name: "str | UnsetType", field: str = "timezone") -> None:
    """Refuse a time zone that nobody knows, where this machine knows any."""
    if name is UNSET or not _are_known():
        return
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Invalid("there is no such time zone; write one like Europe/Berlin", field=field) from None


@cache
def _are_known() -> bool:
    return bool(available_timezones())


async def change_password(house: House, actor: Actor, client: Client, body: ChangePassword) -> None:
    """Give the login another password; all its other sessions end, in every organization."""
    async with house.db.scope(actor.org_id) as tx:
        login = await tx.one(sql.password_of, PasswordRow, agent_id=actor.id)
    check_password(body.password, login.email)
    await prove(house, client, login.email, body.current)
    hashed = await house.passwords.hash(body.password)
    async with house.db.act(actor, client) as tx:
        ended = await put_password(tx, login.user_id, actor, hashed, keep=actor.session_id)
    await house.notices.tell("token", *ended)


async def put_password(
    tx: Transaction,
    user_id: UUID,
    actor: Actor,
    hashed: str,
    *,
    keep: UUID | None = None,
    event: str = "password_changed",
) -> list[UUID]:
    """Store a login's new password and end its sessions in all organizations but one; which ended."""
    await tx.run(sql.put_password, user_id=user_id, password_hash=hashed)
    ended: list[UUID] = []
    for seat in await tx.many(sql.seats_by_user, Membership, user_id=user_id):
        # One transaction for all: a new password that leaves a thief's session open would be worse than none.
        await tx.run(sql.enter_organization, org_id=seat.org_id, agent_id=seat.agent_id)
        rows = await tx.records(sql.end_all_tokens, org_id=seat.org_id, agent_id=seat.agent_id, keep=keep)
        ended += [row["id"] for row in rows]
        await audit.note(tx, "update", "app_user", user_id, event=event, org_id=seat.org_id)
    await tx.run(sql.enter_organization, org_id=actor.org_id, agent_id=actor.id)
    return ended
