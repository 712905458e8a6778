"""A visitor opens the widget, goes away, and comes back."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from server.core.auth import VISITOR_MS, Visitor, read_visitor, sign_visitor
from server.core.clock import now_ms
from server.core.errors import Conflict, Invalid
from server.domain.channels.actions import add_widget
from server.domain.channels.types import NewWidget
from tests.browser import Browser, is_refusal
from tests.servers import House, Organization


async def visit(house: House, org: Organization, token: str | None = None, node: int = 0) -> Any:
    """Open the widget; what the server answers."""
    answer = await Browser(house, node).post("/api/widget/sessions", {"widget_key": org.widget_key, "token": token})
    assert answer.status == 200, answer.text
    return answer.json


async def test_a_first_visit_gives_a_token_and_says_whose_chat_this_is(house: House, org: Organization) -> None:
    """Nothing is stored yet: most visitors never say a word."""
    session = await visit(house, org)
    visitor = read_visitor(house.databases.environment["FRONTDESK_SECRET"], session["token"])
    assert (visitor.org_id, visitor.channel_id) == (org.id, org.channel_id)
    assert UUID(session["contact_id"]) == visitor.contact_id
    assert (session["organization_name"], session["channel_name"]) == (org.slug.title(), "Shop")
    assert abs(session["server_time"] - now_ms()) < 60_000
    assert session["server_time"] + VISITOR_MS - 1000 <= session["expires_at"] <= session["server_time"] + VISITOR_MS
    assert await house.rows("select id from contact where org_id = $1", org.id) == []


async def test_a_returning_visitor_is_the_same_person(house: House, org: Organization) -> None:
    """On whichever web, and with a token that lasts for another month."""
    secret = house.databases.environment["FRONTDESK_SECRET"]
    first = await visit(house, org)
    visitor = read_visitor(secret, first["token"])
    old, ends = sign_visitor(secret, visitor, now_ms() - VISITOR_MS + 60_000)
    again = await visit(house, org, old, node=1)
    assert again["contact_id"] == first["contact_id"]
    assert again["expires_at"] > ends + VISITOR_MS - 120_000


async def test_two_visitors_are_two_people(house: House, org: Organization) -> None:
    """Without a token nobody is anybody."""
    assert (await visit(house, org))["contact_id"] != (await visit(house, org))["contact_id"]


@pytest.mark.parametrize("kind", ["tampered", "ended", "signed elsewhere", "of another company", "of another widget"])
async def test_a_token_that_proves_nothing_makes_a_new_visitor(
    house: House, org: Organization, other: Organization, kind: str
) -> None:
    """Never an error: somebody with an old page open must still be able to talk."""
    secret = house.databases.environment["FRONTDESK_SECRET"]
    somebody, now = Visitor(org.id, org.channel_id, uuid4()), now_ms()
    token = {
        "tampered": sign_visitor(secret, somebody, now)[0][:-4] + "AAAA",
        "ended": sign_visitor(secret, somebody, now - VISITOR_MS - 5000)[0],
        "signed elsewhere": sign_visitor("x" * 32, somebody, now)[0],
        "of another company": sign_visitor(secret, Visitor(other.id, other.channel_id, somebody.contact_id), now)[0],
        "of another widget": sign_visitor(secret, Visitor(org.id, uuid4(), somebody.contact_id), now)[0],
    }[kind]
    assert (await visit(house, org, token))["contact_id"] != str(somebody.contact_id)


@pytest.mark.parametrize("key", ["unknown-widget-key", "A" * 64])
async def test_an_unknown_key_opens_nothing(house: House, key: str) -> None:
    """Whoever guesses learns no more."""
    assert is_refusal(await Browser(house).post("/api/widget/sessions", {"widget_key": key}), 404, "not_found")


@pytest.mark.parametrize(
    "key", ["", "short", "x" * 65, "with space here", "key'; drop", "naïve-key-1", "valid-key-1\n"]
)
async def test_what_cannot_be_a_key_is_not_even_looked_up(house: House, key: str) -> None:
    """It is refused for its shape."""
    assert is_refusal(await Browser(house).post("/api/widget/sessions", {"widget_key": key}), 422, "invalid")


async def test_a_closed_channel_opens_nothing(house: House, org: Organization) -> None:
    """A widget that was switched off lets nobody in."""
    async with house.db.scope(org.id) as tx:
        await tx._connection.execute("update channel set is_active = false where org_id = $1", org.id)
    answer = await Browser(house).post("/api/widget/sessions", {"widget_key": org.widget_key})
    assert is_refusal(answer, 404, "not_found")


async def test_a_greeting_is_told(house: House, org: Organization) -> None:
    """The first line that a visitor reads."""
    _, key = await add_widget(house.db, org.id, NewWidget("With greeting", greeting="Grüezi!"))
    assert (await Browser(house).post("/api/widget/sessions", {"widget_key": key})).json["greeting"] == "Grüezi!"


async def test_a_widget_cannot_be_opened_to_everybody(house: House, org: Organization) -> None:
    """Each page that may show it is named exactly."""
    for origin in ("*", "https://*.example", "shop.example"):
        with pytest.raises(Invalid, match="is no origin"):
            await add_widget(house.db, org.id, NewWidget("Wide", [origin]))


async def test_a_key_leads_to_one_widget(house: House, org: Organization, other: Organization) -> None:
    """Also across organizations: it is looked up before any is known."""
    with pytest.raises(Conflict):
        await add_widget(house.db, other.id, NewWidget("Copy", widget_key=org.widget_key))
