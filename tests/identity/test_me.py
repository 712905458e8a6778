"""What a person does about itself: name, organizations, sessions, password."""

from typing import Any

import pytest

from server.domain.identity.actions import add_member
from server.domain.identity.types import NewMember
from server.protocol.codes import CloseCode
from tests.browser import Browser, is_refusal, soon
from tests.conftest import Cast
from tests.identity.test_login import an_address
from tests.people import Agent
from tests.servers import PASSWORD, House, Organization

NEW = "a rather new sentence"


@pytest.fixture
async def both(house: House, org: Organization, other: Organization) -> str:
    """The e-mail of somebody who works in two organizations."""
    await add_member(house.db, house.passwords, other.id, NewMember("Ada", org.email("ada"), PASSWORD, "viewer"))
    return org.email("ada")


async def test_one_goes_over_to_another_organization(
    house: House, org: Organization, other: Organization, both: str
) -> None:
    """With a new session there; the old one ends, so that no window goes on under the wrong name."""
    ada = await Browser(house).logged_in(both)
    before = (await ada.get("/api/me")).json
    assert {each["organization_id"] for each in before["organizations"]} == {str(org.id), str(other.id)}
    target = next(each for each in before["organizations"] if each["organization_id"] != before["organization_id"])
    old = ada.token
    answer = await ada.post("/api/me/organization", {"organization_id": target["organization_id"]})
    assert answer.status == 200
    assert (answer.json["organization_id"], answer.json["role"]) == (target["organization_id"], target["role"])
    ada.token = old
    assert is_refusal(await ada.get("/api/me"), 401, "unauthenticated")
    ada.token = answer.cookie.value
    assert (await ada.get("/api/me")).json == answer.json
    again = await Browser(house).log_in(both)
    assert again.json["organization_id"] == target["organization_id"], "the next login begins where one was last"


async def test_nobody_goes_over_to_where_there_is_no_seat(house: House, org: Organization, other: Organization) -> None:
    """Whatever id is typed; the session stays."""
    ben = await Browser(house).logged_in(org.email("ben"))
    for target in (str(other.id), str(org.channel_id)):
        assert is_refusal(await ben.post("/api/me/organization", {"organization_id": target}), 404, "not_found")
    assert (await ben.get("/api/me")).status == 200


async def test_a_profile_is_changed_by_its_owner(house: House, org: Organization) -> None:
    """What is left out stays as it is."""
    ada = await Browser(house).logged_in(org.email("ada"))
    changes: list[dict[str, Any]] = [
        {"name": "Ada Lovelace"},
        {"timezone": "Europe/Berlin", "locale": "de"},
        {"settings": {"sound": False, "look": {"theme": "dark"}}},
        {},
    ]
    expected = (await ada.get("/api/me")).json
    for change in changes:
        answer = await ada.ask("PATCH", "/api/me", change)
        expected |= change
        assert (answer.status, answer.json) == (200, expected)
    assert (await ada.get("/api/me")).json == expected


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"name": "\u2066 \u200b"},
        {"timezone": "Europe/Atlantis"},
        {"timezone": "../../etc/passwd"},
        {"locale": "x"},
        {"settings": {"draft": "x" * 8192}},
        {"settings": []},
    ],
)
async def test_a_profile_takes_no_nonsense(house: House, org: Organization, change: dict[str, Any]) -> None:
    """It is refused with a reason, and nothing changes."""
    ada = await Browser(house).logged_in(org.email("ada"))
    before = (await ada.get("/api/me")).json
    assert is_refusal(await ada.ask("PATCH", "/api/me", change), 422, "invalid")
    assert (await ada.get("/api/me")).json == before


async def test_a_new_name_is_said_at_once(people: Cast, house: House) -> None:
    """Visitors see it with the next word, without a reconnect."""
    visitor, ada = await people.visitor(), await people.agent()
    conversation = await visitor.start()
    browser = await Browser(house).logged_in(people.org.email("ada"))
    await browser.ask("PATCH", "/api/me", {"name": "Augusta"})

    number = 0
    while True:
        number += 1
        await ada.say(conversation, f"Hello {number}")
        heard = await visitor.hears_line(f"Hello {number}")
        if heard.sender.name == "Augusta":
            break
        assert number < 50


async def test_sessions_are_listed_and_ended_one_by_one(strict: House, org: Organization) -> None:
    """A phone that was lost is logged out from the laptop."""
    laptop, phone = Browser(strict), Browser(strict)
    there = an_address()
    await laptop.log_in(org.email("ada"), X_Forwarded_For=an_address(), User_Agent="Laptop")
    await phone.log_in(org.email("ada"), X_Forwarded_For=there, User_Agent="Phone")
    await Browser(strict).log_in(org.email("ben"), X_Forwarded_For=an_address())
    listed = (await laptop.get("/api/me/sessions")).json
    assert [(each["user_agent"], each["is_this"]) for each in listed["items"]] == [("Phone", False), ("Laptop", True)]
    lost = listed["items"][0]
    assert lost["address"] == there
    assert lost["created_at"] <= lost["expires_at"] - 13 * 86_400_000
    assert (await phone.get("/api/me")).status == 200
    assert (await laptop.ask("DELETE", f"/api/me/sessions/{lost['id']}")).status == 204
    assert is_refusal(await phone.get("/api/me"), 401, "unauthenticated")
    assert is_refusal(await laptop.ask("DELETE", f"/api/me/sessions/{lost['id']}"), 404, "not_found")
    assert len((await laptop.get("/api/me/sessions")).json["items"]) == 1


async def test_nobody_ends_or_sees_the_sessions_of_others(house: House, org: Organization) -> None:
    """Not even of a colleague."""
    ada, ben = await Browser(house).logged_in(org.email("ada")), await Browser(house).logged_in(org.email("ben"))
    (of_ben,) = (await ben.get("/api/me/sessions")).json["items"]
    assert of_ben["id"] not in (await ada.get("/api/me/sessions")).text
    assert is_refusal(await ada.ask("DELETE", f"/api/me/sessions/{of_ben['id']}"), 404, "not_found")
    assert (await ben.get("/api/me")).status == 200


async def test_ending_a_session_closes_its_sockets(people: Cast, house: House) -> None:
    """On whichever node they are."""
    ada = await people.agent(node=1)
    laptop = await Browser(house).logged_in(people.org.email("ada"))
    listed = (await laptop.get("/api/me/sessions")).json["items"]
    (console,) = [each for each in listed if not each["is_this"]]
    await laptop.ask("DELETE", f"/api/me/sessions/{console['id']}")
    assert await ada.hears_close() == CloseCode.REVOKED


async def test_a_new_password_ends_all_other_sessions_in_every_organization(
    house: House, org: Organization, other: Organization, both: str
) -> None:
    """Whoever had found out the old one is gone at once."""
    ada = await Browser(house).logged_in(both)
    thief, elsewhere = Agent(org, node=1), Browser(house, node=1)
    body = {"email": both, "password": PASSWORD, "organization_id": str(other.id)}
    elsewhere.token = (await elsewhere.post("/api/login", body)).cookie.value
    await thief.connect()
    answer = await ada.post("/api/me/password", {"current": PASSWORD, "password": NEW})
    assert answer.status == 204, answer.text
    assert await thief.hears_close() == CloseCode.REVOKED
    await thief.leave()
    assert is_refusal(await soon(401, lambda: elsewhere.get("/api/me")), 401, "unauthenticated")
    assert (await ada.get("/api/me")).status == 200
    assert is_refusal(await Browser(house).log_in(both), 401, "unauthenticated")
    assert (await Browser(house).log_in(both, NEW)).status == 200
    rows = await house.rows("select org_id from audit_log where event = 'password_changed' and action = 'update'")
    assert {org.id, other.id} <= {row["org_id"] for row in rows}


async def test_a_password_is_changed_by_whoever_knows_it(house: House, org: Organization) -> None:
    """A console that was left open is not enough; and the new one must be good."""
    ada = await Browser(house).logged_in(org.email("ada"))
    wrong = await ada.post("/api/me/password", {"current": "a wild guess", "password": NEW})
    assert is_refusal(wrong, 401, "unauthenticated")
    weak = await ada.post("/api/me/password", {"current": PASSWORD, "password": "short"})
    assert is_refusal(weak, 422, "invalid")
    assert weak.json["field"] == "password"
    assert (await Browser(house).log_in(org.email("ada"))).status == 200
