"""Tickets for sockets, and tokens of bots."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial

import pytest
import redis.asyncio as redis

from server.core.auth import Holder
from server.core.cache import Cache, open_cache
from server.core.errors import Unauthenticated
from server.core.fresh import Fresh
from server.domain.identity.tokens import bot_by_token, give_ticket, holder_by_hash, redeem_ticket
from tests.browser import Browser
from tests.servers import Databases, House, Organization


@pytest.fixture
async def cache(databases: Databases) -> AsyncIterator[Cache]:
    """The Valkey of the installation."""
    cache = await open_cache(databases.valkey.url)
    yield cache
    await cache.close()


@pytest.fixture
def tokens(house: House) -> Fresh[bytes, Holder | None]:
    """Tokens as a web looks them up, but never remembered."""
    return Fresh(partial(holder_by_hash, house.db), lambda: 0.0, seconds=0, spare=0, most=1)


async def test_a_ticket_names_whom_it_was_given_to(house: House, org: Organization, cache: Cache) -> None:
    """With organization and role, so that the socket need not ask again."""
    ada = Browser(house)
    me = (await ada.log_in(org.email("ada"))).json
    actor = await redeem_ticket(cache, (await ada.post("/api/socket-tickets", {})).json["ticket"])
    assert (actor.kind, str(actor.id), actor.name, actor.role) == ("member", me["agent_id"], "Ada Agent", "agent")
    assert actor.org_id == org.id
    assert actor.session_id is not None
    assert actor.may("conversation.reply")


async def test_a_ticket_is_good_once(house: House, org: Organization, cache: Cache) -> None:
    """Of twenty who show it in the same moment, one comes in."""
    ada = await Browser(house).logged_in(org.email("ada"))
    ticket = (await ada.post("/api/socket-tickets", {})).json["ticket"]
    tries = [redeem_ticket(cache, ticket) for _ in range(20)]
    found = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(each, Unauthenticated) for each in found) == 19


async def test_a_ticket_ends_after_half_a_minute(
    house: House, org: Organization, cache: Cache, databases: Databases
) -> None:
    """Valkey forgets it; a ticket in a log is worth nothing."""
    ada = await Browser(house).logged_in(org.email("ada"))
    async with redis.from_url(databases.valkey.url) as client:
        before = {key async for key in client.scan_iter("fd:ticket:*")}
        ticket = (await ada.post("/api/socket-tickets", {})).json["ticket"]
        (key,) = {key async for key in client.scan_iter("fd:ticket:*")} - before
        assert 0 < await client.ttl(key) <= 30
        assert ticket.encode() not in key
        await client.pexpireat(key, 1)
    with pytest.raises(Unauthenticated):
        await redeem_ticket(cache, ticket)


@pytest.mark.parametrize("ticket", ["", "fdt_unknown", "\x00", "\ud800", "x" * 5000])
async def test_what_is_no_ticket_names_nobody(cache: Cache, ticket: str) -> None:
    """Whatever it holds."""
    with pytest.raises(Unauthenticated):
        await redeem_ticket(cache, ticket)


async def test_a_bot_is_known_by_its_token(org: Organization, tokens: Fresh[bytes, Holder | None]) -> None:
    """It may talk, and decides nothing."""
    bot = await bot_by_token(tokens, org.bot_token)
    assert (bot.kind, bot.org_id, bot.name) == ("bot", org.id, "Robbie")
    assert bot.may("conversation.reply")
    assert not bot.may("conversation.take")


async def test_a_revoked_or_foreign_token_is_no_bots(
    house: House, org: Organization, tokens: Fresh[bytes, Holder | None]
) -> None:
    """A person's session is none, either."""
    ada = await Browser(house).logged_in(org.email("ada"))
    for token in ("", "fdb_" + "A" * 43, ada.token):
        with pytest.raises(Unauthenticated):
            await bot_by_token(tokens, token)
    await house.rows("update auth_token set revoked_at = now() where org_id = $1 and kind = 'bot'", org.id)
    with pytest.raises(Unauthenticated):
        await bot_by_token(tokens, org.bot_token)


async def test_only_hashes_of_tokens_are_stored(
    house: House, org: Organization, databases: Databases, cache: Cache
) -> None:
    """Whoever reads a dump of Postgres or Valkey can log in as nobody."""
    ada = await Browser(house).logged_in(org.email("ada"))
    actor = await redeem_ticket(cache, (await ada.post("/api/socket-tickets", {})).json["ticket"])
    ticket = await give_ticket(cache, actor)
    stored = await house.rows("select t::text as row from auth_token t where org_id = $1", org.id)
    assert len(stored) == 2
    async with redis.from_url(databases.valkey.url) as client:
        kept = [(key, await client.get(key)) async for key in client.scan_iter("fd:ticket:*")]
    assert kept
    for secret in (ada.token, org.bot_token, ticket):
        assert secret not in str(stored)
        assert secret not in str(kept)
    await redeem_ticket(cache, ticket)
