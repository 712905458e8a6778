"""Who works here: roles, leaving and coming back, and teams."""

import asyncio
from typing import Any

import pytest

from server.protocol.codes import CloseCode
from tests.browser import Answer, Browser, is_refusal, soon
from tests.conftest import Cast
from tests.people import Agent
from tests.servers import House, Organization


async def people_of(browser: Browser) -> dict[str, Any]:
    """The members by the first word of their names."""
    listed = (await browser.get("/api/members")).json["items"]
    return {each["name"].split()[0].lower(): each for each in listed}


async def change(by: Browser, member: dict[str, Any], **fields: Any) -> Answer:
    """Change a member."""
    return await by.ask("PATCH", f"/api/members/{member['id']}", fields)


@pytest.fixture
async def olga(house: House, org: Organization) -> Browser:
    """The owner's browser."""
    return await Browser(house).logged_in(org.email("olga"))


async def test_members_are_listed_by_name(olga: Browser, org: Organization) -> None:
    """With what a colleague may know; found by a piece of the name or e-mail, by role, a page at a time."""
    listed = (await olga.get("/api/members")).json
    names = [each["name"] for each in listed["items"]]
    assert names == sorted(names)
    assert {"Ada Agent", "Ben Agent", "Olga Owner", "Vera"} <= set(names)
    ada, owner = listed["items"][0], listed["items"][names.index("Olga Owner")]
    assert ada == {
        "id": ada["id"],
        "name": "Ada Agent",
        "email": org.email("ada"),
        "avatar_url": None,
        "role": "agent",
        "job_title": "",
        "is_active": True,
        "availability": "online",
        "team_ids": [],
        "skills": [],
        "languages": [],
        "max_load": 4,
        "routing_priority": 0,
        "withheld": [],
        "joined_at": ada["joined_at"],
        "last_login_at": None,
    }
    assert owner["last_login_at"] >= ada["joined_at"]
    for query, found in (("q=AGENT", 2), (f"q={org.email('vera')}", 1), ("role=viewer", 1), ("is_active=false", 0)):
        assert len((await olga.get(f"/api/members?{query}")).json["items"]) == found, query
    seen, cursor = [], ""
    while cursor is not None:
        page = (await olga.get(f"/api/members?limit=3&cursor={cursor}")).json
        seen += page["items"]
        cursor = page["next_cursor"]
    assert seen == listed["items"]


async def test_a_changed_role_counts_at_once(people: Cast, olga: Browser, house: House) -> None:
    """Everywhere: the console comes back for its new rights, and the API knows them on every node."""
    ada = await people.agent(node=1)
    browser = await Browser(house, node=1).logged_in(people.org.email("ada"))
    assert is_refusal(await browser.post("/api/teams", {"name": "Mine"}), 403, "forbidden")
    answer = await change(olga, (await people_of(olga))["ada"], role="manager", job_title="Lead")
    assert (answer.json["role"], answer.json["job_title"]) == ("manager", "Lead")
    assert await ada.hears_close() == CloseCode.RELOAD
    await soon(201, lambda: browser.post("/api/teams", {"name": "Mine"}))
    welcome = await ada.connect()
    assert "team.write" in welcome.permissions


async def test_whoever_leaves_is_out_at_once(people: Cast, olga: Browser, house: House) -> None:
    """Sockets and sessions end on every node; what was said stays; and nothing of it opens again on coming back."""
    visitor, ada = await people.visitor(), await people.agent(node=1)
    conversation = await visitor.start()
    await ada.say(conversation, "I was here")
    browser = await Browser(house).logged_in(people.org.email("ada"))
    member = (await people_of(olga))["ada"]
    assert (await olga.ask("DELETE", f"/api/members/{member['id']}")).status == 204
    assert await ada.hears_close() == CloseCode.REVOKED
    assert is_refusal(await browser.get("/api/me"), 401, "unauthenticated")
    assert is_refusal(await Browser(house).log_in(people.org.email("ada")), 401, "unauthenticated")
    assert (await visitor.hears_line("I was here")).sender.name == "Ada Agent"
    assert (await people_of(olga))["ada"]["is_active"] is False
    assert (await change(olga, member, is_active=True)).json["is_active"] is True
    elsewhere = Browser(house, node=1)
    elsewhere.token = browser.token
    assert is_refusal(await soon(401, lambda: elsewhere.get("/api/me")), 401, "unauthenticated")
    assert (await Browser(house).log_in(people.org.email("ada"))).status == 200


async def test_the_last_owner_stays(olga: Browser) -> None:
    """Neither demoted nor gone, whoever asks; with a second owner both may."""
    found = await people_of(olga)
    for fields in ({"role": "admin"}, {"is_active": False}):
        assert is_refusal(await change(olga, found["olga"], **fields), 409, "conflict")
    assert is_refusal(await olga.ask("DELETE", f"/api/members/{found['olga']['id']}"), 409, "conflict")
    assert (await change(olga, found["olga"], name="Olga the First")).status == 200
    await change(olga, found["ada"], role="owner", is_active=True)
    assert (await change(olga, found["olga"], role="admin")).status == 200


async def test_an_owner_who_left_is_no_owner_to_count_on(olga: Browser) -> None:
    """Only whoever can still decide keeps an organization from being nobody's."""
    found = await people_of(olga)
    await change(olga, found["ada"], role="owner")
    await change(olga, found["ada"], is_active=False)
    assert is_refusal(await change(olga, found["olga"], role="admin"), 409, "conflict")


async def test_two_owners_who_demote_each_other_leave_one(house: House, org: Organization, olga: Browser) -> None:
    """In the same moment; ten times over."""
    found = await people_of(olga)
    await change(olga, found["ada"], role="owner")
    ada = await Browser(house, node=1).logged_in(org.email("ada"))
    for _ in range(10):
        told = await asyncio.gather(change(olga, found["ada"], role="admin"), change(ada, found["olga"], role="admin"))
        owners = await house.rows("select id from member where org_id = $1 and role = 'owner'", org.id)
        assert len(owners) == 1, [each.text for each in told]
        by, other = (olga, "ada") if str(owners[0]["id"]) == found["olga"]["id"] else (ada, "olga")
        await change(by, found[other], role="owner")


async def test_nobody_reaches_above_himself(house: House, org: Organization, olga: Browser) -> None:
    """An admin makes no owner, touches none, and does not make himself one."""
    found = await people_of(olga)
    await change(olga, found["ada"], role="admin")
    ada = await Browser(house).logged_in(org.email("ada"))
    for member, fields in (
        ("ben", {"role": "owner"}),
        ("ada", {"role": "owner"}),
        ("olga", {"role": "agent"}),
        ("olga", {"name": "Nobody"}),
        ("olga", {"is_active": False}),
    ):
        assert is_refusal(await change(ada, found[member], **fields), 403, "forbidden")
    assert (await change(ada, found["ben"], role="admin")).status == 200
    assert (await change(ada, found["ben"], role="viewer")).status == 200


async def test_an_api_token_falls_with_its_maker(house: House, olga: Browser, org: Organization) -> None:
    """It may never do more than whoever made it may now."""
    found = await people_of(olga)
    await change(olga, found["ada"], role="admin")
    ada = await Browser(house).logged_in(org.email("ada"))
    token = (await ada.post("/api/tokens", {"name": "Sync"})).json["token"]
    program = {"Authorization": f"Bearer {token}", "Sec_Fetch_Site": None}
    stranger = Browser(house, node=1)
    assert (await stranger.ask("PATCH", "/api/organization", {"size": "5"}, **program)).status == 200
    await change(olga, found["ada"], role="agent")
    await soon(403, lambda: stranger.ask("PATCH", "/api/organization", {"size": "6"}, **program))
    await change(olga, found["ada"], is_active=False)
    await soon(401, lambda: stranger.ask("PATCH", "/api/organization", {"size": "6"}, **program))


async def test_what_people_do_stands_in_the_event_log(house: House, org: Organization, olga: Browser) -> None:
    """For consoles, rules and figures, in the transaction that did it."""
    found = await people_of(olga)
    await change(olga, found["ada"], role="manager")
    await change(olga, found["ben"], is_active=False)
    await change(olga, found["ben"], is_active=True)
    team = (await olga.post("/api/teams", {"name": "Support"})).json
    await olga.ask("PATCH", "/api/organization", {"size": "3"})
    await olga.ask("DELETE", f"/api/teams/{team['id']}")
    rows = await house.rows(
        "select kind, actor_kind, actor_id::text, subject_type, subject_id::text, data from event"
        " where org_id = $1 and actor_id = $2::text::uuid and kind <> 'member_joined' order by id",
        org.id, found["olga"]["id"],
    )  # fmt: skip
    assert [each["kind"] for each in rows][-6:] == [
        "member_changed", "member_left", "member_returned", "team_created", "organization_changed", "team_removed",
    ]  # fmt: skip
    assert rows[-6]["data"] == {"changed": ["role"]}
    assert (rows[-6]["subject_type"], rows[-6]["subject_id"]) == ("member", found["ada"]["id"])


async def test_an_agent_does_not_manage_people(house: House, org: Organization, olga: Browser) -> None:
    """He sees who works here, and that is all."""
    agent = Agent(org)
    await agent.login()
    ada = await Browser(house).logged_in(org.email("ada"))
    found = await people_of(ada)
    assert is_refusal(await change(ada, found["ben"], name="B"), 403, "forbidden")
    assert is_refusal(await ada.post("/api/invitations", {"role": "viewer"}), 403, "forbidden")
    await agent.leave()
