"""The demo's bot under `frontdesk up`: it answers visitors from the help articles, and gives way to people."""

import os
import signal
import subprocess
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import aiohttp
import asyncpg
import pytest

from server.demo import DEMO_LOGINS, DEMO_WIDGET_KEY
from server.protocol import entries as told
from server.up.postgres import SUPERUSER
from tests.people import Agent, Refused, Visitor, eventually
from tests.up.running import Life, Up, is_running, wait_until

# Its own start, the articles' first indexing and the process that knows their meaning.
SLOW = 60.0
QUESTION = "How do I put the chat widget on my website?"
ARTICLE = "Put the chat widget on your website"
READY = """
select (select count(*) from article_index) >= 40
   and (select bool_or(a.is_connected) from agent a join channel c on c.default_bot_id = a.id where a.is_active)
"""


class Member(Agent):
    """Somebody of the demo's company, by the first name."""

    async def login(self) -> None:
        self.http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        email, password = next(each for each in DEMO_LOGINS if each[0].startswith(self.name))
        self.id = UUID((await self.post("/api/login", {"email": email, "password": password}))["agent_id"])


@pytest.fixture
async def shop(mine: Life) -> AsyncIterator[Any]:
    """The demo's company as a browser reaches it, its bot at work."""
    up = mine.running()
    line = next(line for line in up.lines if line.strip().startswith("Console"))
    url = f"http://{line.rpartition('http://')[2]}"
    async with aiohttp.ClientSession() as http:
        house = SimpleNamespace(http=http, url=lambda _node=0: url)
        await is_at_work(mine)
        yield SimpleNamespace(up=up, house=house, widget_key=DEMO_WIDGET_KEY)


async def is_at_work(life: Life) -> None:
    """Wait until the bot is connected and the search knows the articles."""

    async def look() -> bool:
        connection = await asyncpg.connect(life.servers()[0].url(SUPERUSER))
        try:
            return bool(await connection.fetchval(READY))
        finally:
            await connection.close()

    await eventually(look, patience=SLOW)


async def hears_answer(visitor: Visitor, conversation: UUID, *, patience: float = SLOW) -> told.MessagePosted:
    """The bot's answer to a question that an article answers."""
    asked = await visitor.say(conversation, QUESTION)

    def is_answer(each: told.MessagePosted) -> bool:
        return each.conversation_id == conversation and each.sender.kind == "bot" and each.seq > asked.seq

    return await visitor.hears(told.MessagePosted, is_answer, patience=patience)


async def test_the_bot_answers_first_with_a_citation_and_gives_way_to_a_person(shop: Any) -> None:
    """A visitor of the shop asks, is answered from an article, asks for a person, and talks with one."""
    visitor, jonas = Visitor(shop), Member(shop, "jonas")
    try:
        await jonas.connect()
        await visitor.connect()
        conversation = await visitor.start()
        answer = await hears_answer(visitor, conversation)
        assert [each.title for each in answer.citations] == [ARTICLE]
        assert "before `</body>`" in answer.body
        await jonas.watch(conversation)
        await visitor.say(conversation, "I want to talk to a person")
        await jonas.hears(told.HandoffRequested, lambda each: each.conversation_id == conversation, patience=SLOW)

        async def takes() -> bool:
            shown = await jonas.get(f"/api/conversations/{conversation}")
            try:
                await jonas.take(conversation, shown["card"]["version"])
            except Refused:
                return False
            return True

        # The bot may have gone on to ask for people itself, which is one more decision.
        await eventually(takes)
        await jonas.say(conversation, "Hello, this is Jonas.")
        line = await visitor.hears_line("Hello, this is Jonas.")
        assert line.sender.kind == "member"
    finally:
        await visitor.leave()
        await jonas.leave()


async def test_a_killed_bot_comes_back_and_answers(shop: Any, mine: Life) -> None:
    """What was asked while it was away is answered as well."""
    visitor = Visitor(shop)
    try:
        await visitor.connect()
        conversation = await visitor.start()
        first = await hears_answer(visitor, conversation)
        os.kill(killed := shop.up.pid("bot"), signal.SIGKILL)
        second = await hears_answer(visitor, conversation)
        assert (second.body, second.sender) == (first.body, first.sender)
        assert shop.up.pid("bot") not in {0, killed}
    finally:
        await visitor.leave()


async def test_a_demo_that_is_made_anew_has_its_bot_again(shop: Any, mine: Life) -> None:
    """Another bot with another token; and one whose token somebody renewed is left to whoever did."""
    _demo(mine, shop.up)
    await is_at_work(mine)
    visitor, maya = Visitor(shop), Member(shop, "maya")
    try:
        await visitor.connect()
        assert (await hears_answer(visitor, await visitor.start())).citations
        await maya.login()
        (bot,) = (await maya.get("/api/bots"))["items"]
        before = shop.up.pid("bot")
        await maya.post(f"/api/bots/{bot['id']}/token", {})
        wait_until(lambda: shop.up.pid("bot") not in {0, before}, SLOW)
        shop.up.hear("somebody has given its bot another token", SLOW)
        assert is_running(shop.up.pid("bot"))
    finally:
        await visitor.leave()
        await maya.leave()
        _demo(mine, shop.up)
    await is_at_work(mine)


def _demo(life: Life, up: Up) -> None:
    """`frontdesk demo --reset` in a terminal beside it, once more where the database was too busy to answer."""
    command = [life.runner.python, "-m", "server", "demo", "--reset"]
    environment = {**life.runner.environ, "FRONTDESK_DATA": str(up.folder)}
    if subprocess.run(command, env=environment, cwd=life.runner.cwd, check=False).returncode:
        subprocess.run(command, env=environment, cwd=life.runner.cwd, check=True)
