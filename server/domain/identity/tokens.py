"""Who holds a token, whether it is still good, and tickets for sockets."""

from collections.abc import Sequence
from contextlib import suppress
from uuid import UUID

import msgspec

from server.core.auth import TICKET, Actor, Holder, new_token, token_hash
from server.core.cache import Cache
from server.core.clock import now, now_ms
from server.core.db import Db
from server.core.errors import Unauthenticated, Unavailable
from server.core.fresh import Fresh
from server.core.permissions import PERMISSIONS
from server.core.sql import load
from server.domain.identity.types import Standing, TokenRow

sql = load(__file__)

# Lists tell when a token was last used; to the minute would be a write a minute for everybody who is here.
TOUCH_EVERY = 300.0


async def holder_by_hash(db: Db, hashed: bytes) -> Holder | None:
    """Who holds a session's, a bot's or an API token, if it is good; what Fresh remembers for a few seconds."""
    row = await find_token(db, hashed)
    if row is None:
        return None
    ends_at = int(row.expires_at.timestamp() * 1000)
    holder = None
    if row.kind in {"session", "api_key"} and row.role is not None:
        # A token made for nothing in particular may do what its maker may.
        scopes = None if row.kind == "session" else frozenset(row.scopes or PERMISSIONS[row.role])
        actor = Actor(
            "member", row.agent_id, row.org_id, row.agent_name, row.role, session_id=row.token_id, scopes=scopes,
            withheld=row.withheld,
        )  # fmt: skip
        holder = Holder(actor, ends_at)
    elif row.kind == "bot" and row.agent_kind == "bot":
        holder = Holder(Actor("bot", row.agent_id, row.org_id, row.agent_name, "bot", None, row.token_id), ends_at)
    if holder is not None and (row.last_used_at is None or now() - row.last_used_at.timestamp() > TOUCH_EVERY):
        # Nobody is kept out because this could not be written.
        with suppress(Unavailable):
            async with db.scope(row.org_id) as tx:
                await tx.run(sql.touch_token, token_id=row.token_id)
    return holder


async def find_token(db: Db, hashed: bytes) -> TokenRow | None:
    """A token that is good, with who holds it."""
    async with db.unscoped() as tx:
        return await tx.maybe(sql.token_by_hash, TokenRow, token_hash=hashed)


async def standings(db: Db, org_ids: Sequence[UUID], token_ids: Sequence[UUID]) -> dict[UUID, Standing]:
    """Of these tokens those that are still good, with what their holders are called and may do now."""
    async with db.unscoped() as tx:
        found = await tx.many(sql.holders_by_id, Standing, org_ids=org_ids, token_ids=token_ids)
    return {each.token_id: each for each in found}


async def is_open(db: Db, org_id: UUID) -> bool:
    """Whether an organization is there and not closed."""
    async with db.scope(org_id) as tx:
        return bool(await tx.value(sql.is_open))


async def bot_by_token(tokens: Fresh[bytes, Holder | None], token: str) -> Actor:
    """The bot that shows this token."""
    holder = await tokens.get(token_hash(token))
    if holder is None or holder.actor.kind != "bot" or holder.ends_at <= now_ms():
        raise Unauthenticated("the bot's token is wrong or was revoked")
    return holder.actor


async def give_ticket(cache: Cache, actor: Actor) -> str:
    """Make what opens one socket for this actor, once and within 30 seconds."""
    ticket, _ = new_token(TICKET)
    await cache.put_ticket(ticket, msgspec.json.encode(actor))
    return ticket


async def redeem_ticket(cache: Cache, ticket: str) -> Actor:
    """Whoever was given this ticket; it is used up."""
    value = await cache.take_ticket(ticket)
    if value is None:
        raise Unauthenticated("the ticket is wrong, used or older than 30 seconds")
    return msgspec.json.decode(value, type=Actor)
