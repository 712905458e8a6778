"""Setting channels up: how a widget looks, which pages may show it, and the keys for signed visitors."""

import secrets
from html import escape
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET

from server.core.db import Transaction, UniqueViolation
from server.core.endpoint import Call, Page
from server.core.errors import Conflict, Invalid, NotFound
from server.core.events import note
from server.core.http import origin_of, wrong_field
from server.core.ids import uuid7
from server.core.paging import cursor_after, read_cursor
from server.core.secrets import Vault
from server.core.sql import load
from server.core.text import require_name
from server.domain.channels.actions import new_widget_key
from server.domain.channels.appearance import Appearance, clean_appearance, read_appearance
from server.domain.channels.origins import require_origins
from server.domain.channels.types import (
    ChangeChannel,
    ChannelFilter,
    ConfiguredChannel,
    ConfiguredRow,
    IdentityKey,
    NewChannel,
    NewIdentityKey,
)
from server.domain.identity.hours import change_hours, hours_of
from server.domain.identity.types import Hours

sql = load(__file__)

# One that signs, and one that replaces it while pages with the old one are still open.
MOST_KEYS = 2
SEALED_IN = "identity_key.sealed"


async def list_channels(call: Call, query: ChannelFilter) -> Page[ConfiguredChannel]:
    """The channels of the actor's organization, by name."""
    after, after_id = read_cursor(query.cursor, str)
    async with call.house.db.act(call.actor) as tx:
        rows = await _rows(tx, q=query.q, after=after, after_id=after_id, limit=query.limit + 1)
    shown = rows[: query.limit]
    last = shown[-1] if len(rows) > query.limit else None
    return Page([_shown(call, row) for row in shown], cursor_after(last.name, last.id) if last else None)


async def show_channel(call: Call, channel_id: UUID) -> ConfiguredChannel:
    """One channel."""
    async with call.house.db.act(call.actor) as tx:
        return _shown(call, await _row(tx, channel_id))


async def make_channel(call: Call, body: NewChannel) -> ConfiguredChannel:
    """Open a web widget."""
    config = msgspec.to_builtins(clean_appearance(body.appearance))
    try:
        async with call.house.db.act(call.actor, call.client) as tx:
            channel_id: UUID = await tx.value(
                sql.add_widget, name=require_name(body.name), widget_key=new_widget_key(),
                allowed_origins=require_origins(body.allowed_origins), widget_config=config,
            )  # fmt: skip
            await note(tx, call.actor, "channel_created", channel_id)
            return _shown(call, await _row(tx, channel_id))
    except UniqueViolation:
        raise _taken() from None


async def change_channel(call: Call, channel_id: UUID, body: ChangeChannel) -> ConfiguredChannel:
    """Change what is given; every node knows it at once, and every page from its next look."""
    try:
        async with call.house.db.act(call.actor, call.client) as tx:
            before = await _locked(tx, channel_id)
            call.match(_shown(call, before))
            values = _changes(before, body)
            if not values:
                raise Invalid("there is nothing to change in it")
            team_id = values.get("default_team_id")
            if team_id is not None and not await tx.value(sql.team_exists, team_id=team_id):
                raise NotFound("there is no such team")
            bot_ids = {*values.get("bot_ids", ()), values.get("default_bot_id")} - {None}
            for bot_id in bot_ids:
                if not await tx.value(sql.bot_exists, bot_id=bot_id):
                    raise NotFound("there is no such bot")
            given = dict.fromkeys(_CHANGEABLE) | values
            await tx.run(
                sql.change_channel, id=channel_id, sets_team="default_team_id" in values,
                sets_bot="default_bot_id" in values, **given,
            )  # fmt: skip
            await note(tx, call.actor, "channel_changed", channel_id, fields=sorted(values))
            changed = _shown(call, await _row(tx, channel_id))
    except UniqueViolation:
        raise _taken() from None
    await call.house.notices.tell("channel", channel_id)
    if not changed.is_active:
        await call.house.notices.tell("closed_channel", channel_id)
    return changed


_CHANGEABLE = (
    "name",
    "is_active",
    "allowed_origins",
    "widget_config",
    "load_weight",
    "default_team_id",
    "default_bot_id",
    "bot_ids",
)


def _changes(before: ConfiguredRow, body: ChangeChannel) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if body.name is not UNSET:
        values["name"] = require_name(body.name)
    if body.allowed_origins is not UNSET:
        values["allowed_origins"] = require_origins(body.allowed_origins)
    if body.load_weight is not UNSET:
        values["load_weight"] = round(body.load_weight, 2)
    for name in ("is_active", "default_team_id", "default_bot_id"):
        if (value := getattr(body, name)) is not UNSET:
            values[name] = value
    if body.bot_ids is not UNSET:
        values["bot_ids"] = sorted(set(body.bot_ids))
    if body.appearance is not UNSET:
        known = msgspec.to_builtins(read_appearance(before.widget_config))
        if unknown := sorted(body.appearance.keys() - known.keys()):
            raise Invalid("there is no such setting", field=f"appearance.{unknown[0]}")
        try:
            appearance = msgspec.convert(known | body.appearance, Appearance)
        except msgspec.ValidationError as error:
            wrong = wrong_field(error)
            raise Invalid(wrong.message, field=f"appearance.{wrong.field}") from None
        values["widget_config"] = msgspec.to_builtins(clean_appearance(appearance))
    return values


async def show_channel_hours(call: Call, channel_id: UUID) -> Hours:
    """Show when somebody is there for a channel, where it has hours of its own."""
    async with call.house.db.act(call.actor) as tx:
        await _row(tx, channel_id)
        return await hours_of(tx, channel_id=channel_id)


async def put_channel_hours(call: Call, channel_id: UUID, body: Hours) -> Hours:
    """Say when somebody is there for a channel; without a plan it keeps to the organization's hours."""
    async with call.house.db.act(call.actor, call.client) as tx:
        await _locked(tx, channel_id)
        hours = await change_hours(tx, call.actor, body, call.match, channel_id=channel_id)
    await call.house.notices.tell("channel", channel_id)
    return hours


async def remove_channel(call: Call, channel_id: UUID) -> None:
    """Take a channel away; its conversations stay."""
    async with call.house.db.act(call.actor, call.client) as tx:
        call.match(_shown(call, await _locked(tx, channel_id)))
        await tx.run(sql.remove_channel, id=channel_id, agent_id=call.actor.id)
        await note(tx, call.actor, "channel_removed", channel_id)
    await call.house.notices.tell("channel", channel_id)
    await call.house.notices.tell("closed_channel", channel_id)


async def make_identity_key(call: Call, channel_id: UUID) -> NewIdentityKey:
    """Make a key for signing who a visitor is; two may live at a time, so that one can be replaced."""
    kid, secret = uuid7(), f"fdi_{secrets.token_urlsafe(48)}"
    async with call.house.db.act(call.actor, call.client) as tx:
        await _locked(tx, channel_id)
        if await tx.value(sql.identity_keys, channel_id=channel_id) >= MOST_KEYS:
            raise Conflict("there are two keys already; remove the older one first")
        found = Vault(call.house.settings.secret).seal(call.actor.org_id, SEALED_IN, secret)
        created_at: int = await tx.value(
            sql.add_identity_key, channel_id=channel_id, kid=kid, sealed=found.sealed, sealed_by=found.sealed_by
        )
        await note(tx, call.actor, "identity_key_created", kid, channel_id=channel_id)
    return NewIdentityKey(kid, secret, created_at)


async def remove_identity_key(call: Call, channel_id: UUID, identity_key_id: UUID) -> None:
    """End a key; what it has signed is refused from now on."""
    async with call.house.db.act(call.actor, call.client) as tx:
        call.match(_shown(call, await _locked(tx, channel_id)))
        if not await tx.run(sql.remove_identity_key, channel_id=channel_id, kid=identity_key_id):
            raise NotFound("there is no such identity key")
        await note(tx, call.actor, "identity_key_removed", identity_key_id, channel_id=channel_id)


async def _rows(tx: Transaction, **asked: Any) -> list[ConfiguredRow]:
    nothing: dict[str, Any] = {"id": None, "q": "", "after": None, "after_id": None, "limit": 1}
    return await tx.many(sql.channels, ConfiguredRow, **nothing | asked)


async def _row(tx: Transaction, channel_id: UUID) -> ConfiguredRow:
    rows = await _rows(tx, id=channel_id)
    if not rows:
        raise NotFound("there is no such channel")
    return rows[0]


async def _locked(tx: Transaction, channel_id: UUID) -> ConfiguredRow:
    await tx.value(sql.lock_channel, id=channel_id)
    return await _row(tx, channel_id)


def _taken() -> Conflict:
    return Conflict("another widget has this name", field="name")


def _shown(call: Call, row: ConfiguredRow) -> ConfiguredChannel:
    key = row.widget_key or ""
    return ConfiguredChannel(
        id=row.id,
        kind=row.kind,
        name=row.name,
        is_active=row.is_active,
        widget_key=row.widget_key,
        allowed_origins=row.allowed_origins or [],
        appearance=read_appearance(row.widget_config),
        identity_keys=msgspec.convert(row.identity_keys, list[IdentityKey]),
        snippet=f'<script async src="{escape(origin_of(call.request))}/widget.js" data-key="{escape(key)}"></script>'
        if key
        else "",
        load_weight=row.load_weight,
        default_team_id=row.default_team_id,
        default_bot_id=row.default_bot_id,
        bot_ids=row.bot_ids,
    )
