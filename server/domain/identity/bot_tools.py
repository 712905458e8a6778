"""The tools of bots: bots tell what they have, and people say which of it they may call."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from msgspec import UNSET

from server.core import events
from server.core.auth import Actor, Client
from server.core.db import Db, Transaction, UniqueViolation
from server.core.endpoint import Page
from server.core.errors import Conflict, Invalid, NotFound
from server.core.house import House
from server.core.ids import uuid7
from server.core.sql import load
from server.core.text import require_name
from server.domain.identity.profile import Match
from server.domain.identity.tool_types import BotTool, ChangeBotTool, NewBotTool
from server.protocol.bot_values import DeclaredTool

sql = load(__file__)
# More than any model can choose from.
MOST = 100
SETTINGS_BYTES = 8192


async def list_tools(db: Db, actor: Actor, bot_id: UUID) -> Page[BotTool]:
    """All tools of a bot, as they are offered."""
    async with db.scope(actor.org_id) as tx:
        await _require_bot(tx, bot_id)
        return Page(await tx.many(sql.bot_tools, BotTool, bot_id=bot_id))


async def show_tool(db: Db, actor: Actor, bot_id: UUID, tool_id: UUID) -> BotTool:
    """One of them."""
    async with db.scope(actor.org_id) as tx:
        return await _tool(tx, bot_id, tool_id)


async def make_tool(house: House, actor: Actor, client: Client, bot_id: UUID, body: NewBotTool) -> BotTool:
    """Set a tool up before its bot tells of it."""
    _require_short(body.settings)
    values = msgspec.structs.asdict(body)
    values["display_name"] = require_name(body.display_name or _spelled(body.tool_name), "the name", "display_name")
    tool_id = uuid7()
    try:
        async with house.db.act(actor, client) as tx:
            await _require_room(tx, bot_id, 1)
            await tx.run(sql.add_bot_tool, bot_id=bot_id, tool_id=tool_id, **values)
            made = await _changed(tx, actor, bot_id, tool_id)
    except UniqueViolation:
        raise Conflict("the bot has a tool of this name already") from None
    await house.notices.tell("agent", bot_id)
    return made


async def change_tool(
    house: House, actor: Actor, client: Client, bot_id: UUID, tool_id: UUID, body: ChangeBotTool, match: Match
) -> BotTool:
    """Change what people say of a tool; its bot is told at once."""
    given = {name: value for name, value in msgspec.structs.asdict(body).items() if value is not UNSET}
    if "display_name" in given:
        given["display_name"] = require_name(given["display_name"], "the name", "display_name")
    _require_short(given.get("settings", {}))
    async with house.db.act(actor, client) as tx:
        await _require_bot(tx, bot_id)
        before = await _tool(tx, bot_id, tool_id)
        match(before)
        after = msgspec.structs.replace(before, **given)
        if after == before:
            return before
        await tx.run(
            sql.change_bot_tool, bot_id=bot_id, tool_id=tool_id, display_name=after.display_name,
            description=after.description, settings=after.settings, is_enabled=after.is_enabled,
            priority=after.priority,
        )  # fmt: skip
        found = await _changed(tx, actor, bot_id, tool_id)
    await house.notices.tell("agent", bot_id)
    return found


async def remove_tool(house: House, actor: Actor, client: Client, bot_id: UUID, tool_id: UUID, match: Match) -> None:
    """Forget a tool; it is back, and enabled, when its bot tells of it again."""
    async with house.db.act(actor, client) as tx:
        await _require_bot(tx, bot_id)
        match(await _tool(tx, bot_id, tool_id))
        await tx.run(sql.remove_bot_tool, bot_id=bot_id, tool_id=tool_id)
        await events.note(tx, actor, "bot_changed", bot_id, changed=["tools"])
    await house.notices.tell("agent", bot_id)


async def see_tools(house: House, bot: Actor, tools: Sequence[DeclaredTool]) -> None:
    """A bot tells what it has: what is new is enabled, and what is known gets the schema that it has now."""
    told = [
        {
            "tool_name": each.tool_name,
            "display_name": _spelled(each.tool_name),
            "schema": {**each.parameters, "description": each.description},
        }
        for each in {each.tool_name: each for each in tools}.values()
    ]
    async with house.db.act(bot) as tx:
        await _require_room(tx, bot.id, 0)
        new = await tx.records(sql.see_bot_tools, bot_id=bot.id, told={"tools": told}, most=MOST)
        if new:
            await events.note(tx, bot, "bot_changed", bot.id, changed=["tools"])
    if new:
        await house.notices.tell("agent", bot.id)


def _spelled(tool_name: str) -> str:
    """`order_status` as people read it."""
    return tool_name.replace("_", " ").replace("-", " ").strip().capitalize() or tool_name


def _require_short(settings: dict[str, object]) -> None:
    if len(msgspec.json.encode(settings)) > SETTINGS_BYTES:
        raise Invalid(f"the settings are longer than {SETTINGS_BYTES} bytes", field="settings")


async def _require_bot(tx: Transaction, bot_id: UUID) -> None:
    if not await tx.records(sql.lock_bot, bot_id=bot_id):
        raise NotFound("there is no such bot")


async def _require_room(tx: Transaction, bot_id: UUID, more: int) -> None:
    await _require_bot(tx, bot_id)
    if more and len(await tx.many(sql.bot_tools, BotTool, bot_id=bot_id)) + more > MOST:
        raise Conflict(f"a bot may have {MOST} tools")


async def _changed(tx: Transaction, actor: Actor, bot_id: UUID, tool_id: UUID) -> BotTool:
    await events.note(tx, actor, "bot_changed", bot_id, changed=["tools"])
    return await _tool(tx, bot_id, tool_id)


async def _tool(tx: Transaction, bot_id: UUID, tool_id: UUID) -> BotTool:
    found = await tx.maybe(sql.bot_tool, BotTool, bot_id=bot_id, tool_id=tool_id)
    if found is None:
        raise NotFound("there is no such tool")
    return found
