"""Keys of programs: API tokens, and bots with theirs."""

from uuid import UUID

import msgspec

from server.core import events
from server.core.auth import API_KEY, BOT, Actor, Client, new_token
from server.core.db import Db
from server.core.endpoint import Cursor, Page
from server.core.errors import Forbidden, Invalid, NotFound
from server.core.house import House
from server.core.ids import uuid7
from server.core.paging import cursor_after, read_cursor
from server.core.permissions import TABLE
from server.core.sql import load
from server.core.text import require_name
from server.domain.identity.actions import BOT_DAYS
from server.domain.identity.bot_types import Bot, NewBot
from server.domain.identity.forms import BotToken, MadeBot, MadeToken, NewToken
from server.domain.identity.types import ApiToken

sql = load(__file__)


async def list_tokens(db: Db, actor: Actor, query: Cursor) -> Page[ApiToken]:
    """The API tokens that open something, the newest first; of each its name and never itself."""
    _, before = read_cursor(query.cursor, str)
    async with db.scope(actor.org_id) as tx:
        found = await tx.many(sql.api_tokens, ApiToken, before=before, limit=query.limit + 1)
    items = found[: query.limit]
    return Page(items, cursor_after("", items[-1].id) if len(found) > query.limit else None)


async def make_token(db: Db, actor: Actor, client: Client, body: NewToken) -> MadeToken:
    """Make an API token that may do what its maker may, or less."""
    if unknown := set(body.scopes) - TABLE.keys():
        raise Invalid(f"there is no permission {min(unknown)}; docs/permissions.md lists them", field="scopes")
    if beyond := set(body.scopes) - actor.permissions:
        raise Forbidden(f"nobody gives more than he has: you lack {min(beyond)}")
    # A program cannot make itself a key that may do more.
    scopes = sorted(set(body.scopes) or (actor.permissions if actor.is_api else ()))
    name, (token, hashed) = require_name(body.name, "the token's name", "name"), new_token(API_KEY)
    async with db.act(actor, client) as tx:
        made = await tx.one(
            sql.add_api_token, ApiToken, agent_id=actor.id, name=name, scopes=scopes, token_hash=hashed,
            days=body.expires_days,
        )  # fmt: skip
        await events.note(tx, actor, "api_token_made", made.id)
    return MadeToken(made.id, made.name, made.scopes, made.expires_at, token)


async def revoke_token(house: House, actor: Actor, client: Client, token_id: UUID) -> None:
    """Let an API token open nothing any more, from now on and on every node."""
    async with house.db.act(actor, client) as tx:
        if not await tx.run(sql.use_link, id=token_id, kind="api_key"):
            raise NotFound("there is no such token")
        await events.note(tx, actor, "api_token_revoked", token_id)
    await house.notices.tell("token", token_id)


async def list_bots(db: Db, actor: Actor, query: Cursor) -> Page[Bot]:
    """The bots, by name."""
    after, after_id = read_cursor(query.cursor, str)
    async with db.scope(actor.org_id) as tx:
        found = await tx.many(sql.bots, Bot, after=after, after_id=after_id, limit=query.limit + 1)
    items = found[: query.limit]
    return Page(items, cursor_after(items[-1].name, items[-1].id) if len(found) > query.limit else None)


async def make_bot(db: Db, actor: Actor, client: Client, body: NewBot) -> MadeBot:
    """Give a machine a seat and a token."""
    body = msgspec.structs.replace(body, name=require_name(body.name, "the bot's name", "name"))
    bot_id, (token, hashed) = uuid7(), new_token(BOT)
    async with db.act(actor, client) as tx:
        await tx.run(sql.add_agent, agent_id=bot_id, kind="bot", name=body.name)
        await tx.run(
            sql.add_bot, agent_id=bot_id, instructions=body.instructions, type=body.type, description=body.description
        )
        await tx.value(
            sql.add_token, kind="bot", agent_id=bot_id, token_hash=hashed, days=BOT_DAYS, address="", user_agent=""
        )
        await events.note(tx, actor, "bot_added", bot_id)
    return MadeBot(bot_id, body.name, body.type, body.description, body.instructions, token)


async def renew_bot_token(house: House, actor: Actor, client: Client, bot_id: UUID) -> BotToken:
    """Give a bot a new token; the old one is worth nothing from now on, and its sockets close."""
    token, hashed = new_token(BOT)
    async with house.db.act(actor, client) as tx:
        if not await tx.records(sql.lock_bot, bot_id=bot_id):
            raise NotFound("there is no such bot")
        await tx.run(sql.end_seat_tokens, agent_id=bot_id)
        await tx.value(
            sql.add_token, kind="bot", agent_id=bot_id, token_hash=hashed, days=BOT_DAYS, address="", user_agent=""
        )
        await events.note(tx, actor, "bot_token_renewed", bot_id)
    await house.notices.tell("agent", bot_id)
    return BotToken(token)
