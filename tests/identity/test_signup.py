"""Somebody who has never been here founds an organization, and is its owner."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from typing import Any

import pytest

from server.core.permissions import PERMISSIONS
from server.domain.identity.slugs import LONGEST, slug_of
from tests.browser import Answer, Browser, is_refusal
from tests.identity.test_login import an_address
from tests.servers import PASSWORD, Databases, House, Organization


def somebody(**more: str) -> dict[str, Any]:
    """What a person types whom nobody knows."""
    email = f"nora@{secrets.token_hex(5)}.example"
    return {"name": "Nora New", "email": email, "password": PASSWORD, "organization_name": "Nora's Books"} | more


async def sign_up(house: House, body: dict[str, Any], **headers: str | None) -> tuple[Browser, Answer]:
    """Sign up in a browser of one's own."""
    browser = Browser(house)
    answer = await browser.post("/api/signup", body, **headers)
    if answer.cookie is not None:
        browser.token = answer.cookie.value
    return browser, answer


@pytest.fixture(scope="module")
async def closed(databases: Databases, house: House) -> AsyncIterator[House]:
    """A web whose operator founds organizations himself."""
    async with House(databases, webs=1, workers=0, FRONTDESK_SIGNUP="closed") as running:
        yield running


async def test_signing_up_makes_an_organization_its_owner_and_a_session(house: House) -> None:
    """In one go: the next page is the console."""
    body = somebody()
    nora, answer = await sign_up(house, body)
    assert answer.status == 201, answer.text
    me = (await nora.get("/api/me")).json
    assert me == answer.json
    assert (me["name"], me["email"], me["role"]) == ("Nora New", body["email"], "owner")
    assert me["organization_name"] == "Nora's Books"
    assert me["organization_slug"].startswith("noras-books")
    assert me["permissions"] == sorted(PERMISSIONS["owner"])
    again = await Browser(house).log_in(body["email"])
    assert again.json["organization_id"] == me["organization_id"]


async def test_many_may_call_their_organization_the_same(house: House) -> None:
    """Each gets an address of its own, also those who come in the same moment."""
    name = f"Same {secrets.token_hex(4)}"
    made = await asyncio.gather(*(sign_up(house, somebody(organization_name=name)) for _ in range(8)))
    slugs = {answer.json["organization_slug"] for _, answer in made}
    assert len(slugs) == 8
    assert slug_of(name) in slugs
    assert all(each.startswith(slug_of(name)) for each in slugs)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Müller & Söhne GmbH", "muller-sohne-gmbh"),
        ("Łódź Straße", "lodz-strasse"),
        ("Магазин Книг", "magazin-knig"),
        ("Ελληνικά Νέα", "ellinika-nea"),
        ("김치 가게", "gimci-gage"),
        ("O'Reilly\u2019s", "oreillys"),
        ("  --  A  --  B  ", "a-b"),
        ("x" * 120, "x" * LONGEST),
        ("山田", ""),
        ("🎉", ""),
    ],
)
def test_an_address_is_made_from_what_the_name_sounds_like(name: str, slug: str) -> None:
    """In Latin letters, since it stands in links."""
    assert slug_of(name) == slug


@pytest.mark.parametrize("name", ["山田商店", "شركة", "🎉", "API", "A"])
async def test_a_name_that_makes_no_address_gets_one_that_can_be_spoken(house: House, name: str) -> None:
    """And is itself kept as it was typed."""
    _, answer = await sign_up(house, somebody(organization_name=name))
    assert answer.status == 201, answer.text
    assert answer.json["organization_name"] == name
    assert answer.json["organization_slug"].isascii()
    assert len(answer.json["organization_slug"]) >= 5


async def test_a_known_login_founds_another_organization_with_its_own_password(house: House, org: Organization) -> None:
    """And nobody else does it with that e-mail."""
    email = org.email("ada")
    wrong = (await sign_up(house, somebody(email=email, password="somebody else's")))[1]
    assert is_refusal(wrong, 401, "unauthenticated")
    assert wrong.json["field"] == "password"
    _, answer = await sign_up(house, somebody(email=email.upper(), organization_name="Ada's own"))
    assert answer.status == 201
    assert {each["name"] for each in answer.json["organizations"]} == {"Ada's own", org.slug.title()}
    assert (await Browser(house).log_in(email)).status == 200


async def test_a_form_that_is_sent_twice_founds_one_organization(house: House) -> None:
    """Whether the two come together or one after the other."""
    body = somebody()
    both = await asyncio.gather(*(sign_up(house, body) for _ in range(2)))
    assert min(answer.status for _, answer in both) == 201
    assert is_refusal((await sign_up(house, body))[1], 429, "too_fast")
    assert len((await Browser(house).log_in(body["email"])).json["organizations"]) == 1


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"password": "too short"}, "password"),
        ({"password": "aaaaaaaaaaaa"}, "password"),
        ({"name": " \t "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"organization_name": "\u200b"}, "organization_name"),
        ({"organization_name": "\u202e\u0007"}, "organization_name"),
        ({"email": "nora"}, "email"),
    ],
)
async def test_what_cannot_be_taken_is_said_with_its_field(house: House, more: dict[str, str], field: str) -> None:
    """So that the page can say it where it was typed; and nothing is made."""
    body = somebody(**more)
    answer = (await sign_up(house, body))[1]
    assert is_refusal(answer, 422, "invalid")
    assert answer.json["field"] == field
    assert await house.rows("select id from app_user where email = $1", body["email"]) == []


async def test_a_name_cannot_disguise_itself(house: House) -> None:
    """What would turn round the line it stands in is taken out."""
    _, answer = await sign_up(house, somebody(name="Nora\u202e New", organization_name=" Books\u0007 &\tmore "))
    assert (answer.json["name"], answer.json["organization_name"]) == ("Nora New", "Books & more")


async def test_the_own_e_mail_is_no_password(house: House) -> None:
    """Everybody would try that first."""
    body = somebody()
    assert is_refusal((await sign_up(house, body | {"password": body["email"]}))[1], 422, "invalid")


async def test_signing_up_again_and_again_from_one_address_is_slowed_down(strict: House) -> None:
    """A script cannot fill the house."""
    address = an_address()
    told = [(await sign_up(strict, somebody(), X_Forwarded_For=address))[1] for _ in range(4)]
    assert [each.status for each in told[:3]] == [201] * 3
    assert is_refusal(told[3], 429, "too_fast")
    assert (await sign_up(strict, somebody(), X_Forwarded_For=an_address()))[1].status == 201


async def test_guessing_passwords_at_the_sign_up_counts_like_guessing_at_the_login(
    strict: House, org: Organization
) -> None:
    """Else it would be a second door with no lock."""
    for _ in range(3):
        body = somebody(email=org.email("ada"), password="some wrong guess")
        assert (await sign_up(strict, body, X_Forwarded_For=an_address()))[1].status == 401
    assert is_refusal(await Browser(strict).log_in(org.email("ada"), X_Forwarded_For=an_address()), 429, "too_fast")


async def test_where_sign_up_is_closed_nobody_founds_anything(closed: House) -> None:
    """The page knows it before somebody has typed a form."""
    assert (await Browser(closed).get("/api/doors")).json == {"may_sign_up": False, "may_reset_password": False}
    assert is_refusal((await sign_up(closed, somebody()))[1], 403, "forbidden")


async def test_the_doors_are_told_to_everybody(house: House) -> None:
    """Without a session."""
    assert (await Browser(house).get("/api/doors")).json == {"may_sign_up": True, "may_reset_password": False}


async def test_another_sites_page_cannot_sign_its_visitors_up(house: House) -> None:
    """Else somebody would work in an organization that somebody else owns."""
    body = somebody()
    assert is_refusal((await sign_up(house, body, Sec_Fetch_Site="cross-site"))[1], 403, "forbidden")


async def test_founding_stands_in_the_audit_log_and_the_event_log(strict: House) -> None:
    """Who, from where; and no password."""
    address = an_address()
    _, answer = await sign_up(strict, somebody(), X_Forwarded_For=address)
    org_id, agent_id = answer.json["organization_id"], answer.json["agent_id"]
    rows = await strict.rows(
        "select entity_type, action, event, actor_type, actor_id::text, host(ip_address) as ip, changes::text"
        " from audit_log where org_id = $1::text::uuid order by id",
        org_id,
    )
    told = [(each["entity_type"], each["action"], each["event"]) for each in rows]
    assert told == [
        ("member", "create", None),
        ("organization", "create", "organization_founded"),
        ("auth_token", "login", "organization_founded"),
    ]
    assert {(each["actor_type"], each["actor_id"], each["ip"]) for each in rows} == {("user", agent_id, address)}
    assert PASSWORD not in str(rows)
    events = await strict.rows("select kind from event where org_id = $1::text::uuid order by id", org_id)
    assert [each["kind"] for each in events] == ["member_joined", "organization_founded"]
