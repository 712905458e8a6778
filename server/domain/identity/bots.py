"""How bots are set up: what they are told, when they give up, and what makes them."""

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from server.core import events
from server.core.auth import Actor, Client
from server.core.db import Db, Transaction
from server.core.errors import Invalid, NotFound
from server.core.house import House
from server.core.permissions import PERMISSIONS
from server.core.sql import load
from server.core.text import Name, clean_name, require_name
from server.domain.identity.bot_types import BotRow
from server.domain.identity.profile import Match
from server.protocol.agent_values import BotConfiguration
from server.protocol.collaboration_values import CollaborationSetup
from server.protocol.values import BotType, Copilot

sql = load(__file__)


# Any member may approve, and nobody debates alone.
_LEAST = {"verification": 0, "debate": 2}
Keywords = Annotated[list[Annotated[str, Meta(max_length=60)]], Meta(max_length=50)]


class ChangeBot(Struct, frozen=True):
    """What changes about a bot; what is left out stays."""

    name: Name | UnsetType = UNSET
    type: BotType | UnsetType = UNSET
    description: Annotated[str, Meta(max_length=1000)] | UnsetType = UNSET
    instructions: Annotated[str, Meta(max_length=20_000)] | UnsetType = UNSET
    model: Annotated[str, Meta(min_length=1, max_length=120)] | UnsetType = UNSET
    temperature: Annotated[float, Meta(ge=0, le=2)] | UnsetType = UNSET
    max_tokens: Annotated[int, Meta(ge=1, le=1_000_000)] | UnsetType = UNSET
    fallback_message: Annotated[str, Meta(max_length=2000)] | UnsetType = UNSET
    handoff_threshold: Annotated[float, Meta(ge=0, le=1)] | UnsetType = UNSET
    handoff_keywords: Keywords | UnsetType = UNSET
    trigger_keywords: Keywords | UnsetType = UNSET
    routing_priority: Annotated[int, Meta(ge=-100, le=100)] | UnsetType = UNSET
    answer_seconds: Annotated[int, Meta(ge=2, le=600)] | UnsetType = UNSET
    copilot: Copilot | UnsetType = UNSET
    copilot_for: UUID | UnsetType | None = UNSET
    copilot_team_id: UUID | UnsetType | None = UNSET
    handoff_sentiment: Annotated[float, Meta(ge=-1, le=0)] | UnsetType = UNSET
    collaboration: CollaborationSetup | UnsetType | None = UNSET


async def show_bot(db: Db, actor: Actor, bot_id: UUID) -> BotRow:
    """One bot, with its configuration."""
    async with db.scope(actor.org_id) as tx:
        return await _bot(tx, actor, bot_id)


async def configuration_of(db: Db, bot: Actor) -> BotConfiguration:
    """What a bot is told of itself."""
    async with db.scope(bot.org_id) as tx:
        return (await _bot(tx, bot, bot.id)).configuration


async def change_bot(house: House, actor: Actor, client: Client, bot_id: UUID, body: ChangeBot, match: Match) -> BotRow:
    """Change a bot's configuration; it is told at once, wherever it is connected."""
    given = {name: value for name, value in msgspec.structs.asdict(body).items() if value is not UNSET}
    if "name" in given:
        given["name"] = require_name(given["name"], "the bot's name", "name")
    for name in given.keys() & {"handoff_keywords", "trigger_keywords"}:
        given[name] = sorted({word for each in given[name] if (word := clean_name(each))})
    if given.get("collaboration") is not None:
        given["collaboration"] = _meant(given["collaboration"])
    async with house.db.act(actor, client) as tx:
        if not await tx.records(sql.lock_bot, bot_id=bot_id):
            raise NotFound("there is no such bot")
        before = await _bot(tx, actor, bot_id)
        match(before)
        after = msgspec.structs.replace(before.configuration, **given)
        changed = [name for name in given if getattr(before.configuration, name) != getattr(after, name)]
        if "collaboration" in changed and after.collaboration is not None:
            await _require_others(tx, bot_id, after.collaboration)
            await _require_verifiers(tx, after.collaboration)
        if changed:
            values = msgspec.structs.asdict(after) | {"collaboration": msgspec.to_builtins(after.collaboration)}
            # They are changed by themselves.
            del values["tools"]
            named = {name: values.pop(name) for name in ("name", "routing_priority")}
            await tx.run(sql.place_bot, agent_id=bot_id, **named)
            await tx.run(sql.configure_bot, bot_id=bot_id, **values)
            await events.note(tx, actor, "bot_changed", bot_id, changed=changed)
        found = await _bot(tx, actor, bot_id)
    if changed:
        await house.notices.tell("agent", bot_id)
    return found


async def remove_bot(house: House, actor: Actor, client: Client, bot_id: UUID, match: Match) -> None:
    """Take a bot's seat away; what it said stays."""
    async with house.db.act(actor, client) as tx:
        if not await tx.records(sql.lock_bot, bot_id=bot_id):
            raise NotFound("there is no such bot")
        match(await _bot(tx, actor, bot_id))
        await tx.run(sql.end_seat_tokens, agent_id=bot_id)
        await tx.run(sql.remove_bot, bot_id=bot_id, agent_id=actor.id)
        await events.note(tx, actor, "bot_removed", bot_id)
    await house.notices.tell("agent", bot_id)


async def _require_others(tx: Transaction, bot_id: UUID, setup: CollaborationSetup) -> None:
    least = _LEAST.get(setup.type, 1)
    if len(setup.agent_ids) < least:
        raise Invalid(f"name {least} bots at least", field="collaboration")
    if bot_id in setup.agent_ids or len({*setup.agent_ids}) < len(setup.agent_ids):
        raise Invalid("name others than the bot itself, and each once", field="collaboration")
    if len(await tx.records(sql.bots_among, ids=setup.agent_ids)) < len(setup.agent_ids):
        raise Invalid("there is no such bot", field="collaboration")


def _meant(setup: CollaborationSetup) -> CollaborationSetup:
    """The same without whom it names to no end."""
    who = setup.verifiers if setup.type == "verification" else "anybody"
    return msgspec.structs.replace(
        setup, verifiers=who, member_ids=setup.member_ids if who == "members" else [],
        team_id=setup.team_id if who == "team" else None,
    )  # fmt: skip


async def _require_verifiers(tx: Transaction, setup: CollaborationSetup) -> None:
    if setup.verifiers == "members":
        if not setup.member_ids or len({*setup.member_ids}) < len(setup.member_ids):
            raise Invalid("name a member at least, and each once", field="collaboration")
        found = {row["id"]: row["role"] for row in await tx.records(sql.roles_among, ids=setup.member_ids)}
        if len(found) < len(setup.member_ids):
            raise Invalid("there is no such member", field="collaboration")
        if any("conversation.reply" not in PERMISSIONS[role] for role in found.values()):
            raise Invalid("name members who may answer visitors", field="collaboration")
    elif setup.verifiers == "team" and not (
        setup.team_id and await tx.records(sql.teams_among, team_ids=[setup.team_id])
    ):
        raise Invalid("there is no such team", field="collaboration")


async def _bot(tx: Transaction, actor: Actor, bot_id: UUID) -> BotRow:
    found = await tx.maybe(sql.configured_bot, BotRow, bot_id=bot_id, sees_only=actor.sees_only)
    if found is None:
        raise NotFound("there is no such bot")
    return found
