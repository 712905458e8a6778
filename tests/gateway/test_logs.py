"""Nobody finds a word of a conversation, or anything that opens a door, in a log or in the names of keys."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
import redis.asyncio as redis

from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol.values import PROTOCOL, Page
from tests.conftest import Cast
from tests.gateway.cases import refusal, unlucky
from tests.gateway.raw import TEXT, Raw, masked
from tests.people import Agent, Visitor
from tests.servers import PASSWORD, Databases, House

# What nobody else's test says.
WORD = "Zwetschgenknoedel"


@pytest.fixture(scope="module")
async def chatty(databases: Databases, house: House) -> AsyncIterator[Cast]:
    """The people of a company on a web that logs all it can."""
    async with House(databases, webs=1, workers=0, FRONTDESK_LOG_LEVEL="debug") as made, AsyncExitStack() as stack:
        yield Cast(await made.organization(), stack)


class Secrets:
    """Every text and token of a story, each made so that it cannot be anything else."""

    def __init__(self) -> None:
        self.all: list[str] = [PASSWORD]

    def text(self) -> str:
        """Another text that must not be found."""
        self.all.append(f"{WORD}{len(self.all)}x{uuid7().hex[-8:]}")
        return self.all[-1]

    def found_in(self, where: str) -> list[str]:
        """Those that stand there."""
        return [each for each in self.all if each in where]


async def _talk(cast: Cast, secrets: Secrets) -> None:
    """A conversation with everything in it that can be said."""
    visitor, agent, bot = await cast.visitor(), await cast.agent(), await cast.bot()
    page = Page(f"https://shop.example/{secrets.text()}", secrets.text(), f"https://search.example/?q={secrets.text()}")
    start = say.StartConversation(uuid7(), secrets.text(), page)
    await visitor.send(start)
    await visitor.answer(start.id)
    await agent.watch(start.id)
    said = await visitor.say(start.id, secrets.text())
    await visitor.send(say.EditMessage(uuid7(), start.id, said.id, secrets.text()))
    await agent.say(start.id, secrets.text(), is_internal=True)
    card = (await bot.given(start.id, agent)).card
    await bot.say(start.id, secrets.text(), message_type="ai_response")
    state, turn = {secrets.text(): secrets.text()}, card.version - 1
    await bot.decide(say.HandOffConversation(uuid7(), start.id, turn=turn, reason=secrets.text(), state=state))
    await agent.take(start.id, card.version + 1)
    await agent.decide(say.CloseConversation(uuid7(), start.id, card.version + 2, secrets.text()))
    await visitor.stored(await visitor.say(start.id, secrets.text()))
    secrets.all += [visitor.token, cast.org.bot_token]
    assert agent.http is not None
    secrets.all += [cookie.value for cookie in agent.http.cookie_jar]


async def _go_wrong(cast: Cast, secrets: Secrets) -> str:
    """Frames that are refused, that cannot be read, and one that the server fails at; the number of that failure."""
    visitor, agent = await cast.visitor(), await cast.agent("ben")
    conversation = await visitor.start()
    await refusal(visitor, visitor.draft(uuid7(), secrets.text()))
    await refusal(visitor, visitor.draft(conversation, secrets.text() + "\0"))
    await refusal(visitor, visitor.draft(conversation, secrets.text(), message_type="ai_response"))
    await refusal(visitor, f'{{"type":"{secrets.text()}"}}')
    await refusal(visitor, f'{{"type":"post_message","body":"{secrets.text()}"')
    await refusal(visitor, f'{{"type":"post_message","id":"{secrets.text()}"}}')
    await refusal(agent, say.CloseConversation(uuid7(), conversation, 2**70, secrets.text()))
    poor = await unlucky(cast.org, secrets.text())
    secrets.all.append(poor.token)
    failed = await refusal(poor, say.StartConversation(uuid7(), secrets.text(), Page(secrets.text())))
    await poor.leave()
    async with Raw(cast.org.house) as raw:
        await raw.greet(visitor)
        await raw.send(masked(TEXT, secrets.text().encode() + b"\xff"))
        await raw.close()
    return failed.message.rpartition(" ")[2]


async def _knock(cast: Cast, secrets: Secrets) -> None:
    """Hellos that are closed, and a wrong password."""
    visitor, agent = Visitor(cast.org), Agent(cast.org)
    good = await agent.credentials()
    secrets.all.append(good.ticket)
    for credentials in (
        say.AsMember(f"fdt_{secrets.text()}"), say.AsBot(f"fdb_{secrets.text()}"),
        say.AsVisitor(cast.org.widget_key, secrets.text()), say.AsVisitor(secrets.text(), secrets.text()), good, good,
    ):  # fmt: skip
        await visitor.open()
        await visitor.send(say.Hello(PROTOCOL, credentials))
        if credentials is not good:
            await visitor.hears_close()
    await visitor.open()
    await visitor.send_text(f'{{"type":"hello","credentials":{{"kind":"member","ticket":"{secrets.text()}"}}}}')
    await visitor.hears_close()
    await agent.leave()
    wrong = {"email": f"{secrets.text()}@shop.example", "password": secrets.text()}
    async with cast.org.house.http.post(f"{cast.org.house.url()}/api/login", json=wrong) as answer:
        assert answer.status == 401
    async with Raw(cast.org.house) as raw:
        await raw.send(f"GET /ws?ticket={secrets.text()} HTTP/1.1\r\nX: {secrets.text()}\r\n nonsense\r\n\r\n".encode())
        assert (await raw.answer())[0] == 400


async def test_neither_words_nor_keys_are_logged(chatty: Cast, house: House) -> None:
    """Whatever is said, refused, misunderstood or failed at: no log has it, at any level, and no key in Valkey."""
    secrets = Secrets()
    await _talk(chatty, secrets)
    incident = await _go_wrong(chatty, secrets)
    await _knock(chatty, secrets)
    assert len(secrets.all) > 30
    logs = {each.log: each.log.read_text() for each in (*house.processes, *chatty.org.house.processes)}
    # The failure is in a log, with its traceback: these are the right files, and it was a failure.
    assert any(incident in log and "Traceback" in log for log in logs.values())
    assert {path.name: secrets.found_in(log) for path, log in logs.items()} == {path.name: [] for path in logs}
    assert not any(WORD in log for log in logs.values())
    async with redis.from_url(house.databases.valkey.url) as valkey:
        names = b"\n".join([name async for name in valkey.scan_iter(count=1000)]).decode("utf-8", "replace")
    assert chatty.org.id.hex in names
    assert secrets.found_in(names) == []
