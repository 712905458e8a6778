"""The routes of the organization's own settings, of API tokens and of bots."""

from uuid import UUID

import msgspec

from server.core.endpoint import Call, Cursor, Page, delete, get, patch, post, put
from server.domain.identity import bot_tools, bots, cookies, hours, keys, organizations, questions
from server.domain.identity.bot_types import Bot, BotRow, ConfiguredBot, NewBot
from server.domain.identity.bots import ChangeBot
from server.domain.identity.connections import connections_of
from server.domain.identity.forms import (
    BotToken,
    ChangeOrganization,
    DeleteOrganization,
    MadeBot,
    MadeToken,
    NewToken,
)
from server.domain.identity.questions import AskBot, BotAnswer
from server.domain.identity.tool_types import BotTool, ChangeBotTool, NewBotTool
from server.domain.identity.types import ApiToken, Hours, Organization

# The longest question and fifty lines before it would be more; this is a long talk.
MOST_ASKED = 200_000


async def show_organization(call: Call) -> Organization:
    """Show the organization's settings."""
    return await organizations.show_organization(call.house.db, call.actor)


async def change_organization(call: Call, body: ChangeOrganization) -> Organization:
    """Change the organization's settings."""
    return await organizations.change_organization(call.house, call.actor, call.client, body, call.match)


async def delete_organization(call: Call, body: DeleteOrganization) -> None:
    """Close the organization for everybody at once; a week later everything in it is erased."""
    await organizations.delete_organization(call.house, call.actor, call.client, body.name, call.match)
    cookies.end(call)


async def show_hours(call: Call) -> Hours:
    """Show when the organization is there."""
    return await hours.show_hours(call.house, call.actor)


async def put_hours(call: Call, body: Hours) -> Hours:
    """Say when the organization is there, also for every team and channel that has no hours of its own."""
    return await hours.put_hours(call.house, call.actor, call.client, body, call.match)


async def list_tokens(call: Call, query: Cursor) -> Page[ApiToken]:
    """List the API tokens that open something, the newest first."""
    return await keys.list_tokens(call.house.db, call.actor, query)


async def make_token(call: Call, body: NewToken) -> MadeToken:
    """Make an API token, which is shown once; it may do what its maker may, or less."""
    return await keys.make_token(call.house.db, call.actor, call.client, body)


async def revoke_token(call: Call, token_id: UUID) -> None:
    """Let an API token open nothing any more."""
    call.match_any()
    await keys.revoke_token(call.house, call.actor, call.client, token_id)


async def list_bots(call: Call, query: Cursor) -> Page[Bot]:
    """List the bots, by name."""
    return await keys.list_bots(call.house.db, call.actor, query)


async def make_bot(call: Call, body: NewBot) -> MadeBot:
    """Give a machine a seat and a token, which is shown once."""
    return await keys.make_bot(call.house.db, call.actor, call.client, body)


async def show_bot(call: Call, bot_id: UUID) -> ConfiguredBot:
    """Show one bot with its configuration."""
    return await _connected(call, await bots.show_bot(call.house.db, call.actor, bot_id))


async def change_bot(call: Call, bot_id: UUID, body: ChangeBot) -> ConfiguredBot:
    """Change a bot's configuration; it is told at once."""
    return await _connected(call, await bots.change_bot(call.house, call.actor, call.client, bot_id, body, call.match))


async def _connected(call: Call, bot: BotRow) -> ConfiguredBot:
    where = await connections_of(call.house, call.actor.org_id, bot.id)
    return ConfiguredBot(**msgspec.structs.asdict(bot), connections=where)


async def ask_bot(call: Call, body: AskBot) -> BotAnswer:
    """Ask a bot outside of any conversation: what it would say, and how it came to it."""
    return await questions.ask_bot(call.house.db, call.questions, call.actor, body)


async def renew_bot_token(call: Call, bot_id: UUID) -> BotToken:
    """Give a bot a new token, which is shown once; the old one ends and its sockets close."""
    return await keys.renew_bot_token(call.house, call.actor, call.client, bot_id)


async def remove_bot(call: Call, bot_id: UUID) -> None:
    """Take a bot's seat away; what it said stays."""
    await bots.remove_bot(call.house, call.actor, call.client, bot_id, call.match)


async def list_bot_tools(call: Call, bot_id: UUID) -> Page[BotTool]:
    """List the tools of a bot, as they are offered."""
    return await bot_tools.list_tools(call.house.db, call.actor, bot_id)


async def show_bot_tool(call: Call, bot_id: UUID, tool_id: UUID) -> BotTool:
    """Show one tool of a bot."""
    return await bot_tools.show_tool(call.house.db, call.actor, bot_id, tool_id)


async def make_bot_tool(call: Call, bot_id: UUID, body: NewBotTool) -> BotTool:
    """Set a tool up before its bot tells of it."""
    return await bot_tools.make_tool(call.house, call.actor, call.client, bot_id, body)


async def change_bot_tool(call: Call, bot_id: UUID, tool_id: UUID, body: ChangeBotTool) -> BotTool:
    """Change what people say of a tool, such as whether it may be called; its bot is told at once."""
    return await bot_tools.change_tool(call.house, call.actor, call.client, bot_id, tool_id, body, call.match)


async def remove_bot_tool(call: Call, bot_id: UUID, tool_id: UUID) -> None:
    """Forget a tool; it is back, and enabled, when its bot tells of it again."""
    await bot_tools.remove_tool(call.house, call.actor, call.client, bot_id, tool_id, call.match)


endpoints = [
    get("/api/organization", show_organization, permission="organization.read"),
    patch("/api/organization", change_organization, permission="organization.write"),
    delete("/api/organization", delete_organization, permission="organization.delete"),
    get("/api/organization/hours", show_hours, permission="organization.read"),
    put("/api/organization/hours", put_hours, permission="organization.write"),
    get("/api/tokens", list_tokens, permission="api_token.write"),
    post("/api/tokens", make_token, permission="api_token.write", status=201, is_secret=True),
    delete("/api/tokens/{token_id}", revoke_token, permission="api_token.write"),
    post("/api/agents/chat", ask_bot, permission="bot.ask", most=MOST_ASKED),
    get("/api/bots", list_bots, permission="bot.read"),
    post("/api/bots", make_bot, permission="bot.write", status=201, is_secret=True),
    get("/api/bots/{bot_id}", show_bot, permission="bot.read"),
    patch("/api/bots/{bot_id}", change_bot, permission="bot.write"),
    post("/api/bots/{bot_id}/token", renew_bot_token, permission="bot.write", is_secret=True),
    get("/api/bots/{bot_id}/tools", list_bot_tools, permission="bot.read"),
    post("/api/bots/{bot_id}/tools", make_bot_tool, permission="bot.write", status=201),
    get("/api/bots/{bot_id}/tools/{tool_id}", show_bot_tool, permission="bot.read"),
    patch("/api/bots/{bot_id}/tools/{tool_id}", change_bot_tool, permission="bot.write"),
    delete("/api/bots/{bot_id}/tools/{tool_id}", remove_bot_tool, permission="bot.write"),
    delete("/api/bots/{bot_id}", remove_bot, permission="bot.write"),
]
