"""Whoever may no longer be here is gone from every node within a second."""

import time
from collections.abc import AsyncIterator

import pytest
import redis.asyncio as redis

from server.core.sql import Statement
from server.protocol import client_frames as say
from server.protocol.codes import CloseCode
from tests.browser import Browser, is_refusal, soon
from tests.conftest import Cast
from tests.machines import Bot
from tests.people import Agent
from tests.servers import Databases, House, Organization

DEMOTE = Statement("demote", "run", "", "update member set role = 'viewer' where id = $1", ("agent_id",))


@pytest.fixture(scope="module")
async def watchful(databases: Databases, house: House) -> AsyncIterator[House]:
    """A web that looks every half second by itself."""
    async with House(databases, webs=1, workers=0, FRONTDESK_RECHECK_EVERY="0.5") as running:
        yield running


async def test_a_logout_closes_the_sockets_of_that_session_on_every_node(people: Cast) -> None:
    """The console in the other window says so at once; another session of the same person goes on."""
    ada = await people.agent()
    second = Agent(people.org)
    second.http, second.id = ada.http, ada.id
    await second.connect(node=1)
    elsewhere = await people.agent(node=1)
    began = time.monotonic()
    await ada.post("/api/logout", {})
    assert [await ada.hears_close(), await second.hears_close()] == [CloseCode.REVOKED] * 2
    # By the notice, that is: by itself a node looks every thirty seconds.
    assert time.monotonic() - began < 10
    await elsewhere.watch(None)
    assert elsewhere.close_code is None


async def test_after_a_logout_no_node_knows_the_session(house: House, org: Organization) -> None:
    """Also one that has just been asked, and remembers for seconds."""
    here = await Browser(house).logged_in(org.email("ada"))
    there = Browser(house, node=1)
    there.token = here.token
    assert (await there.get("/api/me")).status == 200
    await here.post("/api/logout", {})
    assert is_refusal(await soon(401, lambda: there.get("/api/me")), 401, "unauthenticated")
    assert is_refusal(await here.get("/api/me"), 401, "unauthenticated")


class Slow(Agent):
    """Somebody whose browser takes its time between the ticket and the socket."""

    ticket: say.AsMember

    async def credentials(self) -> say.AsMember:
        """The ticket of before."""
        return self.ticket


async def test_a_ticket_of_an_ended_session_opens_nothing(org: Organization) -> None:
    """It is good for half a minute, the session for as long as it is."""
    ada = Slow(org)
    await ada.login()
    ada.ticket = say.AsMember((await ada.post("/api/socket-tickets", {}))["ticket"])
    await ada.post("/api/logout", {})
    with pytest.raises(AssertionError, match=str(int(CloseCode.REVOKED))):
        await ada.connect()
    await ada.leave()


async def test_a_notice_that_was_lost_is_no_hole(watchful: House, house: House, org: Organization) -> None:
    """What changed in Postgres is found without being told."""
    company = Organization(watchful, org.id, org.slug, org.widget_key, org.channel_id)
    company.bot_token = org.bot_token
    ada, ben, robbie = Agent(company), Agent(company, "ben"), Bot(company)
    for each in (ada, ben, robbie):
        await each.connect()
    await house.rows("update auth_token set revoked_at = now() where org_id = $1 and kind = 'bot'", org.id)
    await house.rows("update agent set is_active = false where org_id = $1 and id = $2", org.id, ada.id)
    async with house.db.scope(org.id) as tx:
        await tx.run(DEMOTE, agent_id=ben.id)
    assert await robbie.hears_close() == CloseCode.REVOKED
    assert await ada.hears_close() == CloseCode.REVOKED
    assert await ben.hears_close() == CloseCode.RELOAD
    for each in (ada, ben, robbie):
        await each.leave()


async def test_what_was_said_while_a_node_did_not_listen_is_found_on_coming_back(
    house: House, people: Cast, databases: Databases
) -> None:
    """Its connection for notices was cut, and the notice went by."""
    ada = await people.agent(node=1)
    await house.rows("update auth_token set revoked_at = now() where org_id = $1 and agent_id = $2", ada.org.id, ada.id)
    async with redis.from_url(databases.valkey.url) as client:
        await client.client_kill_filter(_type="pubsub")
    assert await ada.hears_close(patience=5) == CloseCode.REVOKED
