"""Finding a widget's channel, and letting its visitors in."""

import re
import secrets
from uuid import UUID

from server.core.auth import Visitor, read_visitor, sign_visitor
from server.core.clock import now_ms
from server.core.db import Db, UniqueViolation
from server.core.errors import Conflict, Invalid, NotFound, TooFast, Unauthenticated
from server.core.house import House
from server.core.ids import uuid7
from server.core.limits import address_key
from server.core.sql import load
from server.domain.channels.origins import plain_origin
from server.domain.channels.types import WIDGET_KEY, Channel, ChannelRow, NewWidget, OpenSession, VisitorSession

sql = load(__file__)


async def look_up_channel(db: Db, widget_key: str) -> Channel | None:
    """The channel of a widget key, as it stands in the database; what Fresh remembers for a few seconds."""
    async with db.unscoped() as tx:
        row = await tx.maybe(sql.channel_by_widget_key, ChannelRow, widget_key=widget_key)
    if row is None:
        return None
    async with db.scope(row.org_id) as tx:
        organization_name = await tx.value(sql.organization_name)
    config = row.widget_config if isinstance(row.widget_config, dict) else {}
    return Channel(
        org_id=row.org_id,
        id=row.channel_id,
        name=row.name,
        organization_name=organization_name,
        is_active=row.is_active,
        allowed_origins=tuple(origin for each in row.allowed_origins or () if (origin := plain_origin(each))),
        greeting=str(config.get("greeting") or ""),
    )


async def channel_by_key(house: House, widget_key: str) -> Channel:
    """The open channel that this widget key names."""
    # Whatever has another shape names nothing, and need not be looked up.
    channel: Channel | None = await house.channels.get(widget_key) if re.match(WIDGET_KEY, widget_key) else None
    if channel is None or not channel.is_active:
        raise NotFound("there is no widget with this key")
    return channel


async def open_session(house: House, address: str, body: OpenSession) -> VisitorSession:
    """Let a visitor in: the same one as last time where the token proves it, else a new one."""
    if wait := house.visits.take(address_key(address), house.clock()):
        raise TooFast("too many visits from this address; wait a little", retry_after=wait)
    channel = await channel_by_key(house, body.widget_key)
    visitor = _known(house.settings.secret, channel, body.token) or _new(channel)
    now = now_ms()
    token, expires_at = sign_visitor(house.settings.secret, visitor, now)
    return VisitorSession(
        token=token,
        expires_at=expires_at,
        contact_id=visitor.contact_id,
        organization_name=channel.organization_name,
        channel_name=channel.name,
        greeting=channel.greeting,
        server_time=now,
    )


def _known(secret: str, channel: Channel, token: str | None) -> Visitor | None:
    if not token:
        return None
    try:
        visitor = read_visitor(secret, token)
    except Unauthenticated:
        return None
    # Being somebody in one organization says nothing about who one is in another.
    return visitor if (visitor.org_id, visitor.channel_id) == (channel.org_id, channel.id) else None


def _new(channel: Channel) -> Visitor:
    # The id is no secret, yet it must not be guessed either: 74 of its bits are random.
    contact_id = uuid7()
    return Visitor(channel.org_id, channel.id, contact_id, f"Visitor {contact_id.hex[-4:].upper()}")


async def add_widget(db: Db, org_id: UUID, body: NewWidget) -> tuple[UUID, str]:
    """Open a web widget; gives the channel's id and the key for the company's pages."""
    origins = [plain_origin(each) for each in body.allowed_origins]
    if None in origins:
        wrong = body.allowed_origins[origins.index(None)]
        raise Invalid(f"{wrong!r} is no origin; write https://shop.example without a path")
    key = body.widget_key or f"fdw_{secrets.token_urlsafe(16)}"
    try:
        async with db.scope(org_id) as tx:
            channel_id: UUID = await tx.value(
                sql.add_widget, name=body.name, widget_key=key, allowed_origins=origins, greeting=body.greeting
            )
    except UniqueViolation:
        raise Conflict("a widget of this name, or with this key, is there already") from None
    return channel_id, key
