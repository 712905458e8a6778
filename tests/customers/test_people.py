"""Contacts and customers as members keep them: found, corrected, blocked, joined."""

from typing import Any
from uuid import uuid4

import pytest

from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import entries as told
from tests.browser import Browser, is_refusal
from tests.conftest import Cast
from tests.inbox import changes, follow, snapshot
from tests.people import Refused, Visitor, eventually
from tests.servers import House, Organization

CONTACTS = "/api/contacts"


@pytest.fixture
async def ada(house: House, org: Organization) -> Browser:
    """One of the agents, logged in."""
    return await Browser(house).logged_in(org.email("ada"))


async def _names(browser: Browser, query: str) -> list[Any]:
    return [each["name"] for each in (await browser.get(f"{CONTACTS}?{query}")).json["items"]]


async def test_a_contact_is_kept_in_one_spelling(ada: Browser, house: House, org: Organization) -> None:
    """No control characters or marks of direction in names, e-mails in lower case; the audit log has no values."""
    made = await ada.post(CONTACTS, {"name": " Zoë\u202e\tKeller\u0000"[:-1], "email": "Zoe@Example.ORG", "title": ""})
    assert made.status == 201, made.text
    contact = made.json
    assert (contact["name"], contact["email"], contact["title"]) == ("Zoë Keller", "zoe@example.org", None)
    one = f"{CONTACTS}/{contact['id']}"
    changed = await ada.ask("PATCH", one, {"phone": "+41 44 123 45 67"})
    assert changed.json == contact | {"phone": "+41 44 123 45 67"}
    pictures = ("javascript:alert(1)", "https://elsewhere.example/a.png", "//elsewhere.example/a.png", "/api/logout")
    for wrong in ({"email": "no address"}, {"phone": "call me"}, *({"avatar_url": each} for each in pictures)):
        assert is_refusal(await ada.ask("PATCH", one, wrong), 422, "invalid")
    assert (await ada.ask("DELETE", one)).status == 204
    assert is_refusal(await ada.get(one), 404, "not_found")
    rows = await house.rows(
        "select action, changes from audit_log where org_id = $1 and entity_type = 'contact' order by id", org.id
    )
    assert [row["action"] for row in rows] == ["create", "update", "delete"]
    assert rows[1]["changes"]["phone"] == [None, "***"]


async def test_the_list_finds_people_and_goes_on_page_by_page(ada: Browser) -> None:
    """By a piece of the name, e-mail or number, whoever was made last first; wild cards are letters like others."""
    for name, email in (("Ann Meyer", "ann@example.org"), ("Bo Meyerling", "bo@example.org"), ("100% Bob_x", "c@x.io")):
        await ada.post(CONTACTS, {"name": name, "email": email})
    assert await _names(ada, "q=meyer") == ["Bo Meyerling", "Ann Meyer"]
    assert await _names(ada, "q=ann@") == ["Ann Meyer"]
    assert await _names(ada, "q=bo") == ["Bo Meyerling"]
    assert await _names(ada, "q=0%25+b") == ["100% Bob_x"]
    assert await _names(ada, "q=n%25m") == []
    first = (await ada.get(f"{CONTACTS}?limit=2")).json
    rest = (await ada.get(f"{CONTACTS}?limit=2&cursor={first['next_cursor']}")).json
    assert [each["name"] for each in first["items"] + rest["items"]] == ["100% Bob_x", "Bo Meyerling", "Ann Meyer"]
    assert rest["next_cursor"] is None


async def test_a_customer_has_its_people(ada: Browser) -> None:
    """One e-mail finds one customer, and a contact names the account that it belongs to."""
    lamps = (
        await ada.post("/api/customers", {"name": "Lamp & Co", "kind": "company", "email": "Hi@Lamp.example"})
    ).json
    assert (lamps["email"], lamps["tags"], lamps["plan"]) == ("hi@lamp.example", [], "free")
    again = await ada.post("/api/customers", {"name": "Lamps", "email": "hi@lamp.example"})
    assert is_refusal(again, 409, "conflict")
    contact = (await ada.post(CONTACTS, {"name": "Ann", "customer_id": lamps["id"]})).json
    assert [each["id"] for each in (await ada.get(f"{CONTACTS}?customer_id={lamps['id']}")).json["items"]] == [
        contact["id"]
    ]
    nobody = await ada.post(CONTACTS, {"name": "Bo", "customer_id": str(uuid4())})
    assert is_refusal(nobody, 422, "invalid")


async def test_a_blocked_visitor_is_shown_out_and_kept_out(ada: Browser, people: Cast) -> None:
    """Its sockets close on every node, it opens none, gets no token and starts nothing, until somebody lets it in."""
    visitor, agent = await people.visitor(node=1), await people.agent()
    conversation = await visitor.start()
    one = f"{CONTACTS}/{visitor.contact_id}"
    assert (await ada.post(f"{one}/block", None)).json["blocked_at"] > 0
    assert await visitor.hears_close() == 4504
    again = Visitor(people.org, node=0)
    again.token, again.contact_id = visitor.token, visitor.contact_id

    async def is_kept_out() -> bool:
        await again.open()
        await again.send(say.Hello(1, await again.credentials()))
        return await again.hears_close() == 4504

    await eventually(is_kept_out)
    url = f"{people.org.house.url()}/api/widget/conversations"
    body = {"type": "start_conversation", "id": str(uuid7())}
    headers = {"Authorization": f"Bearer {visitor.token}"}
    async with people.org.house.http.post(url, json=body, headers=headers) as answer:
        assert (answer.status, (await answer.json())["code"]) == (403, "forbidden")
    return_with = {"widget_key": people.org.widget_key, "token": visitor.token}
    for node in (0, 1):
        turned_away = await Browser(people.org.house, node).post("/api/widget/sessions", return_with)
        assert is_refusal(turned_away, 403, "forbidden")
    begun = {"id": str(uuid7()), "contact_id": str(visitor.contact_id), "channel_id": str(people.org.channel_id)}
    assert is_refusal(await ada.post("/api/conversations", begun), 422, "invalid")
    assert (await ada.post(f"{one}/unblock", None)).json["blocked_at"] is None

    async def is_let_in() -> bool:
        await again.open()
        await again.send(say.Hello(1, await again.credentials()))
        async with again._news:
            await again._news.wait_for(lambda: again.close_code is not None or bool(again.heard))
        return again.close_code is None

    await eventually(is_let_in)
    renewed = await Browser(people.org.house).post("/api/widget/sessions", return_with)
    assert renewed.json["contact_id"] == str(visitor.contact_id)
    await agent.watch(conversation)
    await again.say(conversation, "Here I am again")
    await agent.hears_line("Here I am again")
    await again.leave()


async def test_two_contacts_are_one_person_for_the_team(ada: Browser, people: Cast, house: House) -> None:
    """The team sees all conversations as one person's; each browser goes on with its own, and sees no other's."""
    at_home, at_work, agent = await people.visitor(), await people.visitor(node=1), await people.agent()
    first, second = await at_home.start("At home"), await at_work.start("At work")
    await ada.ask("PATCH", f"{CONTACTS}/{at_work.contact_id}", {"name": "Zoë Keller", "email": "zoe@example.org"})
    await agent.decide(say.SetAttributes(uuid7(), first, contact_attributes={"plan": "gold", "since": 2024}))
    await agent.decide(say.SetAttributes(uuid7(), second, contact_attributes={"plan": "free", "city": "Riga"}))
    screen = await follow(agent)
    merged = await ada.post(f"{CONTACTS}/{at_home.contact_id}/merge", {"other_id": str(at_work.contact_id)})
    assert (merged.status, merged.json["email"], merged.json["name"]) == (200, "zoe@example.org", "Zoë Keller")
    assert is_refusal(await ada.get(f"{CONTACTS}/{at_work.contact_id}"), 404, "not_found")

    async def cards_say_so() -> bool:
        for change in changes(agent.heard):
            screen.take(change)
        fresh = await snapshot(agent)
        return screen.shown == fresh.shown and {
            (each.contact_id, each.contact_name) for each in fresh.cards.values()
        } == {(at_home.contact_id, "Zoë Keller")}

    await eventually(cards_say_so)
    listed = (await ada.get(f"{CONTACTS}/{at_home.contact_id}/conversations")).json["items"]
    assert {each["conversation_id"] for each in listed} == {str(first), str(second)}
    shown = (await ada.get(f"/api/conversations/{second}")).json
    assert (shown["contact"]["id"], shown["past_count"]) == (str(at_home.contact_id), 1)
    assert shown["contact"]["attributes"] == {"plan": "gold", "since": 2024, "city": "Riga"}
    await agent.watch(second)
    await at_work.say(second, "Still here")
    await agent.hears_line("Still here")
    with pytest.raises(Refused):
        await at_work.say(first, "Not mine")
    assert await house.rows(
        "select count(distinct contact_id) as n from conversation where org_id = $1", people.org.id
    ) == [{"n": 2}]
    await ada.post(f"{CONTACTS}/{at_home.contact_id}/block", None)
    assert [await at_work.hears_close(), await at_home.hears_close()] == [4504, 4504]


async def test_nobody_is_joined_with_a_stranger(ada: Browser, house: House, other: Organization) -> None:
    """Neither with somebody of another company, nor with oneself, nor with who is gone."""
    mine = (await ada.post(CONTACTS, {"name": "Mine"})).json["id"]
    theirs = await (await Browser(house).logged_in(other.email("ada"))).post(CONTACTS, {"name": "Theirs"})
    for other_id, status, code in ((theirs.json["id"], 404, "not_found"), (mine, 422, "invalid")):
        assert is_refusal(await ada.post(f"{CONTACTS}/{mine}/merge", {"other_id": other_id}), status, code)


async def test_a_member_begins_a_conversation(ada: Browser, people: Cast) -> None:
    """The visitor's open widget hears of it and answers; it is the member's, and begun once."""
    visitor, agent = await people.visitor(), await people.agent("ben")
    await visitor.start("Long ago")
    begun = {
        "id": str(uuid7()), "contact_id": str(visitor.contact_id), "channel_id": str(people.org.channel_id),
        "body": "Is all well with your lamp?",
    }  # fmt: skip
    for _ in range(2):
        assert (await ada.post("/api/conversations", begun)).status == 201
    heard = await visitor.hears_line("Is all well with your lamp?")
    assert str(heard.conversation_id) == begun["id"]
    started = await visitor.hears(told.ConversationStarted, lambda each: each.sender.kind == "member")
    assert (started.status, started.turn) == ("assigned", 1)
    await agent.watch(heard.conversation_id)
    await visitor.say(heard.conversation_id, "Very well, thank you")
    await agent.hears_line("Very well, thank you")
    assert visitor.lines(heard.conversation_id) == ["Is all well with your lamp?"]
    card = (await snapshot(agent)).cards[heard.conversation_id]
    assert card.assigned_agent_name == "Ada Agent"

    async def both_take_part() -> bool:
        rows = await people.org.house.rows(
            "select role from participant where conversation_id = $1 order by role", heard.conversation_id
        )
        return [row["role"] for row in rows] == ["contact", "primary"]

    await eventually(both_take_part)
