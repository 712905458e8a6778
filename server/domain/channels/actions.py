"""Finding a widget's channel, and letting its visitors in."""

import re
import secrets
from uuid import UUID

import msgspec

from server.core.auth import Actor, Visitor, read_visitor, sign_visitor
from server.core.clock import now_ms
from server.core.db import Db, UniqueViolation
from server.core.errors import Conflict, NotFound, TooFast, Unauthenticated, Unavailable
from server.core.hours import HoursPlan
from server.core.house import House
from server.core.ids import uuid7
from server.core.limits import address_key
from server.core.sql import load
from server.domain.channels.appearance import Appearance, Face, WidgetSettings, read_appearance, widget_settings
from server.domain.channels.origins import plain_origin, require_origins
from server.domain.channels.types import (
    WIDGET_KEY,
    Channel,
    ChannelRow,
    FaceRow,
    GiveEmail,
    NewWidget,
    OpenSession,
    Reception,
    VisitorSession,
)
from server.domain.customers.actions import claim_email, ensure_contact, has_email

sql = load(__file__)


async def look_up_channel(db: Db, widget_key: str) -> Channel | None:
    """The channel of a widget key, as it stands in the database; what Fresh remembers for a few seconds."""
    async with db.unscoped() as tx:
        row = await tx.maybe(sql.channel_by_widget_key, ChannelRow, widget_key=widget_key)
    if row is None:
        return None
    async with db.scope(row.org_id) as tx:
        organization_name = await tx.value(sql.organization_name)
        hours = await tx.maybe(sql.open_hours, HoursPlan, channel_id=row.channel_id)
    return Channel(
        org_id=row.org_id,
        id=row.channel_id,
        name=row.name,
        organization_name=organization_name,
        is_active=row.is_active,
        allowed_origins=tuple(origin for each in row.allowed_origins or () if (origin := plain_origin(each))),
        appearance=read_appearance(row.widget_config),
        hours=hours,
    )


async def look_up_reception(db: Db, channel: tuple[UUID, UUID]) -> Reception:
    """Who answers in a channel and how soon, by organization and channel; what Fresh remembers for a minute."""
    org_id, channel_id = channel
    async with db.scope(org_id) as tx:
        rows = await tx.many(sql.faces, FaceRow, channel_id=channel_id)
        return Reception([_face(row) for row in rows], await tx.value(sql.answers_within, channel_id=channel_id))


def _face(row: FaceRow) -> Face:
    # A picture from elsewhere would tell its server who visits.
    is_ours = row.avatar_url.startswith("/") and not row.avatar_url.startswith("//")
    return Face(row.id, row.name, row.avatar_url if is_ours else f"/portraits/{row.id}.svg")


async def channel_by_key(house: House, widget_key: str) -> Channel:
    """The open channel that this widget key names."""
    # Whatever has another shape names nothing, and need not be looked up.
    channel: Channel | None = await house.channels.get(widget_key) if re.match(WIDGET_KEY, widget_key) else None
    if channel is None or not channel.is_active:
        raise NotFound("there is no widget with this key")
    return channel


async def settings_of(house: House, channel: Channel, wanted: str) -> WidgetSettings:
    """What the panel of a channel is drawn from, for somebody who wants this language."""
    try:
        reception: Reception = await house.receptions.get((channel.org_id, channel.id))
    except Unavailable:
        # The chat goes on without faces.
        reception = Reception([], None)
    return widget_settings(
        channel.appearance, channel.organization_name, wanted, reception.team, reception.answers_within
    )


async def open_session(house: House, address: str, body: OpenSession) -> VisitorSession:
    """Let a visitor in: the same one as last time where the token proves it, else a new one."""
    await spend_visit(house, address)
    channel = await channel_by_key(house, body.widget_key)
    known = anonymous(house.settings.secret, channel, body.token)
    # Whoever is new has said nothing yet, so that nobody need be asked.
    return session_for(
        house, channel, known or _new(channel), has_email=known is not None and await knows_email(house.db, known)
    )


async def spend_visit(house: House, address: str) -> None:
    """Count a visit of this address; refuses too many of them."""
    if wait := house.visits.take(address_key(address), house.clock()):
        raise TooFast("too many visits from this address; wait a little", retry_after=wait)


def session_for(house: House, channel: Channel, visitor: Visitor, *, has_email: bool) -> VisitorSession:
    """A session of a visitor whom we know, by a token or by what the company has signed."""
    now = now_ms()
    token, expires_at = sign_visitor(house.settings.secret, visitor, now)
    return VisitorSession(
        token=token,
        expires_at=expires_at,
        contact_id=visitor.contact_id,
        is_known=visitor.is_known,
        has_email=has_email,
        organization_name=channel.organization_name,
        channel_name=channel.name,
        greeting=channel.appearance.greeting,
        server_time=now,
    )


async def knows_email(db: Db, visitor: Visitor) -> bool:
    """Whether this visitor has an address; refuses a blocked one. While the database is away it is let in unasked."""
    try:
        async with db.scope(visitor.org_id) as tx:
            return await has_email(tx, visitor.contact_id)
    except Unavailable:
        return True


def anonymous(secret: str, channel: Channel, token: str | None) -> Visitor | None:
    """Whom a token of ours names in this channel, unless only the company may say so."""
    if not token:
        return None
    try:
        visitor = read_visitor(secret, token)
    except Unauthenticated:
        return None
    # Being somebody in one organization says nothing about who one is in another.
    is_here = (visitor.org_id, visitor.channel_id) == (channel.org_id, channel.id)
    return visitor if is_here and not visitor.is_known else None


def _new(channel: Channel) -> Visitor:
    # The id is no secret, yet it must not be guessed either: 74 of its bits are random.
    contact_id = uuid7()
    return Visitor(channel.org_id, channel.id, contact_id, f"Visitor {contact_id.hex[-4:].upper()}")


async def give_email(db: Db, visitor: Actor, body: GiveEmail) -> None:
    """Keep where a visitor says it can be reached: a claim that proves nothing and joins nobody to anybody."""
    async with db.act(visitor) as tx:
        await ensure_contact(tx, visitor.id, visitor.name, "")
        await claim_email(tx, visitor.id, body.email.lower())


async def add_widget(db: Db, org_id: UUID, body: NewWidget) -> tuple[UUID, str]:
    """Open a web widget; gives the channel's id and the key for the company's pages."""
    key = body.widget_key or new_widget_key()
    config = msgspec.to_builtins(Appearance(greeting=body.greeting))
    try:
        async with db.scope(org_id) as tx:
            channel_id: UUID = await tx.value(
                sql.add_widget, name=body.name, widget_key=key, allowed_origins=require_origins(body.allowed_origins),
                widget_config=config,
            )  # fmt: skip
    except UniqueViolation:
        raise Conflict("a widget of this name, or with this key, is there already") from None
    return channel_id, key


async def organization_name(db: Db, org_id: UUID) -> str:
    """What visitors read at the head of the widget."""
    async with db.scope(org_id) as tx:
        name: str = await tx.value(sql.organization_name)
        return name


def new_widget_key() -> str:
    """A key that no other widget has."""
    return f"fdw_{secrets.token_urlsafe(16)}"
