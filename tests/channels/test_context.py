"""Where a visitor was when a conversation began."""

from typing import Any
from uuid import UUID

from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol.values import Page
from tests.browser import Browser
from tests.people import Visitor
from tests.servers import Databases, House, Organization

PAGE = Page(url="https://shop.example/lamps?color=brass", title="Lamps", referrer="https://search.example/?q=lamps")
BROWSER = "Mozilla/5.0 (X11; Linux) Lynx/3"


async def context(house: House, conversation_id: UUID) -> Any:
    """What the conversation's row says."""
    rows = await house.rows(
        "select page_url, referrer, user_agent, host(ip) as address from conversation where id = $1", conversation_id
    )
    return rows[0]


async def test_a_conversation_knows_the_page_and_the_browser_it_began_in(house: House, org: Organization) -> None:
    """Over the socket as over REST; no proxy is trusted here, so that nobody can choose an address."""
    visitor = Visitor(org)
    visitor.headers = {"User-Agent": BROWSER, "X-Forwarded-For": "203.0.113.7"}
    await visitor.connect()
    frame = say.StartConversation(uuid7(), page=PAGE)
    await visitor.send(frame)
    await visitor.answer(frame.id)
    by_hand: dict[str, Any] = {"id": str(uuid7()), "page": {"url": PAGE.url, "referrer": PAGE.referrer}}
    told = {"Authorization": f"Bearer {visitor.token}", "User_Agent": BROWSER, "X_Forwarded_For": "203.0.113.7"}
    assert (await Browser(house).post("/api/widget/conversations", by_hand, **told)).status == 201
    for each in (frame.id, UUID(by_hand["id"])):
        assert await context(house, each) == {
            "page_url": PAGE.url, "referrer": PAGE.referrer, "user_agent": BROWSER, "address": "127.0.0.1",
        }  # fmt: skip
    await visitor.leave()


async def test_a_trusted_proxy_tells_the_address(databases: Databases, house: House, org: Organization) -> None:
    """The last one that it saw; what stands before it anybody may have written."""
    async with House(databases, webs=1, workers=0, FRONTDESK_TRUST_PROXY="true") as behind:
        session = await Browser(behind).post("/api/widget/sessions", {"widget_key": org.widget_key})
        body = {"id": str(uuid7())}
        told = {"Authorization": f"Bearer {session.json['token']}", "X_Forwarded_For": "198.51.100.1, 203.0.113.7"}
        assert (await Browser(behind).post("/api/widget/conversations", body, **told)).status == 201
    assert (await context(house, UUID(body["id"])))["address"] == "203.0.113.7"
