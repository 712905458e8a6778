"""The first frame: who is let in, from where, and what the others are told."""

import time
from collections.abc import AsyncIterator
from uuid import UUID

import msgspec
import pytest

from server.core.auth import Visitor as Named
from server.core.auth import sign_visitor
from server.core.ids import uuid7
from server.domain.channels.actions import add_widget
from server.domain.channels.types import NewWidget
from server.protocol import client_frames as say
from server.protocol import server_frames as hear
from server.protocol.values import PROTOCOL
from tests.conftest import Cast
from tests.gateway.conftest import Bystanders
from tests.gateway.raw import TEXT, Raw, hello_of, masked, upgrade
from tests.machines import Bot
from tests.people import Agent, Person, Visitor
from tests.servers import SHOP, Databases, House, Organization

MONTH = 30 * 86_400_000


class Elsewhere(Visitor):
    """A visitor whose browser tells another origin."""

    page = "http://evil.example"

    @property
    def origin(self) -> str:
        """Where the page is from that opened the socket."""
        return self.page


@pytest.fixture(scope="module")
async def hasty(databases: Databases, house: House) -> AsyncIterator[House]:
    """One more web on the same databases, that waits half a second for a hello."""
    async with House(databases, webs=1, workers=0, FRONTDESK_HELLO_DEADLINE="0.5") as made:
        yield made


async def _closed(person: Person, first: say.ClientFrame | str) -> int:
    """The code that a first frame is closed with."""
    await person.open()
    await (person.send_text(first) if isinstance(first, str) else person.send(first))
    code = await person.hears_close()
    assert person.heard == []
    return code


def _hello(credentials: say.AsVisitor | say.AsMember | say.AsBot) -> say.Hello:
    return say.Hello(PROTOCOL, credentials)


@pytest.mark.parametrize(
    ("page", "is_welcome"),
    [
        (SHOP, True), (SHOP.upper(), True), ("", True), ("http://evil.example", False), (f"{SHOP}.evil.example", False),
        ("https://shop.example", False), (f"{SHOP}:8080", False), ("null", False),
    ],
)  # fmt: skip
async def test_a_visitor_comes_from_the_channel_s_pages(
    shop: Organization, bystanders: Bystanders, page: str, *, is_welcome: bool
) -> None:
    """From anywhere else the socket is closed, and does not say what the token was worth."""
    visitor = Elsewhere(shop)
    visitor.page = page
    hello = _hello(await visitor.credentials())
    if is_welcome:
        await visitor.connect()
    else:
        assert await _closed(visitor, hello) == 4502
    await visitor.leave()
    await bystanders.go_on()


async def test_our_own_pages_may_open_sockets(shop: Organization, house: House) -> None:
    """The widget's panel is a document of ours, and so is the console."""
    own = [Elsewhere(shop), Elsewhere(shop)]
    own[0].page, own[1].page = house.url(), house.url().upper()
    for visitor in own:
        await visitor.connect()
        await visitor.leave()


async def test_a_member_comes_from_our_own_pages_only(shop: Organization, cast: Cast) -> None:
    """Not from the shop's, which another may have written on; the ticket is not used up by the refusal."""
    agent = Agent(shop)
    hello = _hello(await agent.credentials())
    page = Elsewhere(shop)
    page.page = SHOP
    assert await _closed(page, hello) == 4502
    await agent.open()
    await agent.send(hello)
    await agent.hears(hear.Welcome)
    await agent.leave()


async def test_a_ticket_is_good_once(shop: Organization, bystanders: Bystanders) -> None:
    """The second socket that shows it is closed, the first one stays."""
    agent = Agent(shop)
    hello = _hello(await agent.credentials())
    await agent.open()
    await agent.send(hello)
    await agent.hears(hear.Welcome)
    assert await _closed(Visitor(shop), hello) == 4501
    await agent.say(bystanders.conversation_id, "Still here")
    await agent.leave()


def _signed(org: Organization, *, secret: str = "", ago: int = 0, **other: UUID) -> str:
    """A visitor's token as the server would sign it, but for what is told."""
    named = Named(other.get("org_id", org.id), other.get("channel_id", org.channel_id), uuid7())
    secret = secret or org.house.databases.environment["FRONTDESK_SECRET"]
    return sign_visitor(secret, named, int(time.time() * 1000) - ago)[0]


async def test_a_visitor_s_token_is_ours_and_unchanged_and_in_time(
    shop: Organization, other: Organization, bystanders: Bystanders
) -> None:
    """Expired, tampered with, signed by somebody else, of another channel or company: all are one to the sender."""
    good = _signed(shop)
    head, body, signature = good.split(".")
    second, _ = await add_widget(shop.house.db, shop.id, NewWidget(name="Second", allowed_origins=[SHOP]))
    wrong = [
        _signed(shop, ago=MONTH + 60_000),
        _signed(shop, secret="f" * 64),
        f"{head}.{body}.{signature[::-1]}",
        f"{head}.{_signed(shop).split('.')[1]}.{signature}",
        f"eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{body}.",
        f"{head}.{body}",
        _signed(other),
        _signed(shop, channel_id=second),
        _signed(shop, org_id=other.id),
        "",
        "nonsense",
        "\u0100.\u0100.\u0100",
        "." * 2000,
    ]
    for token in wrong:
        visitor = Visitor(shop)
        assert await _closed(visitor, _hello(say.AsVisitor(shop.widget_key, token))) == 4501, token
    visitor = Visitor(shop)
    visitor.token = good
    await visitor.connect()
    await visitor.leave()
    await bystanders.go_on()


async def test_a_ticket_or_a_bot_s_token_that_is_none_opens_nothing(shop: Organization) -> None:
    """Nor does the one in the place of the other."""
    agent = Agent(shop)
    ticket = (await agent.credentials()).ticket
    for credentials in (
        say.AsMember("fdt_" + "A" * 43), say.AsMember(""), say.AsMember(shop.bot_token), say.AsBot(ticket),
        say.AsBot(shop.bot_token[:-1]), say.AsBot(""), say.AsBot("fdb_" + "A" * 43), say.AsBot("\u0100"),
    ):  # fmt: skip
        assert await _closed(Visitor(shop), _hello(credentials)) == 4501, credentials
    await agent.leave()


async def test_there_is_no_widget_of_this_key(shop: Organization) -> None:
    """Coming back would not help."""
    token = _signed(shop)
    for key in ("fdw_AAAAAAAAAAAAAAAAAAAAAA", "", "'; drop table channel; --"):
        assert await _closed(Visitor(shop), _hello(say.AsVisitor(key, token))) == 4500


@pytest.mark.parametrize(
    "first",
    [
        "", "hello", "{}", '{"type":"pong"}', '{"type":"welcome"}', '{"type":"hello"}',
        '{"type":"hello","protocol":"1"}',
        '{"type":"hello","protocol":1,"credentials":{"kind":"system"}}', '{"a":' * 3000,
        '{"type":"hello","protocol":1,"credentials":{"kind":"bot","token":"x","capacity":0}}',
        '{"type":"hello","protocol":1,"credentials":{"kind":"bot","token":"\\ud800"}}',
        msgspec.json.encode(say.Hello(1, say.AsBot("x"), resume=[say.Resume(None)] * 51)).decode(),
        msgspec.json.encode(say.Hello(1, say.AsBot("x" * 2001))).decode(),
    ],
)  # fmt: skip
async def test_whoever_does_not_say_hello_first_is_closed(
    shop: Organization, bystanders: Bystanders, first: str
) -> None:
    """With a code that says not to come back, since it would go the same way."""
    assert await _closed(Visitor(shop), first) == 4500
    await bystanders.go_on()


@pytest.mark.parametrize("protocol", [0, 2, -1, 2**80])
async def test_another_protocol_is_told_to_reload(shop: Organization, protocol: int) -> None:
    """Before anything else is looked at, so that the credentials may have changed as well."""
    assert await _closed(Visitor(shop), say.Hello(protocol, say.AsBot("nobody"))) == 4505


async def test_the_sixth_socket_of_a_visitor_is_closed(shop: Organization, bystanders: Bystanders) -> None:
    """Five tabs stay; when one is closed another may come; a sixth person is not concerned."""
    first = Visitor(shop)
    await first.connect()
    tabs = [Visitor(shop) for _ in range(5)]
    for tab in tabs:
        tab.token = first.token
    for tab in tabs[:4]:
        await tab.connect()
    assert await _closed(tabs[4], _hello(await first.credentials())) == 4503
    conversation = await first.start()
    await tabs[3].say(conversation, "From the fifth tab")
    await first.hears_line("From the fifth tab")
    await tabs[0].leave()
    await tabs[4].connect()
    for tab in (first, *tabs):
        await tab.leave()
    await bystanders.go_on()


async def test_who_says_nothing_is_closed_in_time(hasty: House) -> None:
    """With 4005, also when pings were sent, a part of a frame, or a hello before there was a socket to read it."""
    shop = await hasty.organization()
    hello = await hello_of(Visitor(shop))
    async with Raw(hasty) as silent, Raw(hasty) as busy, Raw(hasty) as slow, Raw(hasty) as early, Raw(hasty) as good:
        for raw in (silent, busy, slow):
            await raw.shake_hands()
        await busy.send(masked(9, b"I am here"))
        await slow.send(masked(TEXT, hello)[:-1])
        await early.send(upgrade(), masked(TEXT, hello))
        assert (await early.answer())[0] == 101
        await good.greet(Visitor(shop))
        for raw in (silent, busy, slow, early):
            assert (await raw.close()).code == 4005
        await good.send(masked(TEXT, b"{}"))
        assert (await good.hears(hear.Refused)).code == "malformed"


async def test_a_bot_needs_no_origin(shop: Organization) -> None:
    """It has no browser, and its token is all that it shows."""
    bot = Bot(shop)
    assert (await bot.connect()).identity.kind == "bot"
    await bot.leave()
