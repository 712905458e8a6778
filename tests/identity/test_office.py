"""What a company sets up for itself: teams, bots, keys for programs, its own settings, and its end."""

import pytest

from server.protocol.codes import CloseCode
from tests.browser import Browser, is_refusal, soon
from tests.conftest import Cast
from tests.identity.test_members import people_of
from tests.people import eventually
from tests.servers import PASSWORD, House, Organization


@pytest.fixture
async def olga(house: House, org: Organization) -> Browser:
    """The owner's browser."""
    return await Browser(house).logged_in(org.email("olga"))


async def erased(house: House, org: Organization) -> None:
    """The week after a deletion is over."""
    await house.rows("update job set run_at = now() where org_id = $1", org.id)

    async def is_gone() -> bool:
        return not await house.rows("select id from organization where id = $1", org.id)

    await eventually(is_gone)


async def test_a_team_is_made_changed_and_removed(olga: Browser) -> None:
    """Its members stay members; its name is free again."""
    found = await people_of(olga)
    ids = [found["ada"]["id"], found["ben"]["id"]]
    body = {"name": "Support", "description": "First line", "member_ids": ids, "lead_id": ids[1]}
    team = (await olga.post("/api/teams", body)).json
    assert team == body | {"id": team["id"], "member_ids": team["member_ids"]}
    assert sorted(team["member_ids"]) == sorted(ids)
    assert is_refusal(await olga.post("/api/teams", {"name": "Support"}), 409, "conflict")
    path = f"/api/teams/{team['id']}"
    assert (await olga.ask("PATCH", path, {"name": "Help"})).json["description"] == "First line"
    after = await olga.ask("PUT", f"{path}/members", {"member_ids": ids[:1], "lead_id": ids[0]})
    assert (after.json["member_ids"], after.json["lead_id"]) == (ids[:1], ids[0])
    assert (await people_of(olga))["ada"]["team_ids"] == [team["id"]]
    assert is_refusal(await olga.ask("PUT", f"{path}/members", {"member_ids": [], "lead_id": ids[0]}), 422, "invalid")
    assert (await olga.get("/api/teams")).json["items"] == [after.json]
    assert (await olga.ask("DELETE", path)).status == 204
    assert (await olga.get("/api/teams")).json["items"] == []
    assert (await people_of(olga))["ada"]["team_ids"] == []
    assert (await olga.post("/api/teams", {"name": "Help"})).status == 201


async def test_two_who_edit_a_team_at_once_do_not_overwrite_each_other(house: House, org: Organization) -> None:
    """The second one is told, and looks again."""
    one, two = [await Browser(house).logged_in(org.email("olga")) for _ in range(2)]
    path = f"/api/teams/{(await one.post('/api/teams', {'name': 'Support'})).json['id']}"
    tag = (await two.get(path)).headers["etag"]
    assert (await one.ask("PATCH", path, {"name": "Help"}, If_Match=tag)).status == 200
    assert is_refusal(await two.ask("PATCH", path, {"name": "Care"}, If_Match=tag), 412, "conflict")
    assert (await one.get(path)).json["name"] == "Help"


async def test_a_bot_is_added_gets_another_token_and_goes(people: Cast, olga: Browser, house: House) -> None:
    """A token is shown once; with a new one, or without a seat, its sockets close on every node."""
    org = people.org
    made = (await olga.post("/api/bots", {"name": "Rita", "type": "triage", "instructions": "Sort."})).json
    company = Organization(house, org.id, org.slug, org.widget_key, org.channel_id)
    company.bot_token = made["token"]
    rita = Cast(company, people._stack)
    first = await rita.bot(node=1)
    listed = {each["name"]: each for each in (await olga.get("/api/bots")).json["items"]}
    assert listed.keys() == {"Rita", "Robbie"}
    assert "token" not in listed["Rita"]
    assert listed["Rita"]["last_used_at"] is not None
    company.bot_token = (await olga.post(f"/api/bots/{made['id']}/token", {})).json["token"]
    assert await first.hears_close() == CloseCode.REVOKED
    second = await rita.bot()
    assert (await olga.ask("DELETE", f"/api/bots/{made['id']}")).status == 204
    assert await second.hears_close() == CloseCode.REVOKED
    assert [each["name"] for each in (await olga.get("/api/bots")).json["items"]] == ["Robbie"]
    assert is_refusal(await olga.ask("DELETE", f"/api/bots/{made['id']}"), 404, "not_found")


async def test_an_api_token_does_what_it_is_for_until_it_is_revoked(house: House, olga: Browser) -> None:
    """It is shown once, told when it was used last, and ends on every node at once."""
    body = {"name": "Sync", "scopes": ["member.read"], "expires_days": 30}
    made = (await olga.post("/api/tokens", body)).json
    program = {"Authorization": f"Bearer {made['token']}", "Sec_Fetch_Site": None}
    there = Browser(house, node=1)
    assert (await there.get("/api/members", **program)).status == 200
    assert is_refusal(await there.get("/api/teams", **program), 403, "forbidden")
    (listed,) = (await olga.get("/api/tokens")).json["items"]
    assert (listed["name"], listed["scopes"], listed["agent_name"]) == ("Sync", ["member.read"], "Olga Owner")
    assert listed["last_used_at"] is not None
    assert made["token"] not in str(listed)
    assert (await olga.ask("DELETE", f"/api/tokens/{made['id']}")).status == 204
    assert is_refusal(await soon(401, lambda: there.get("/api/members", **program)), 401, "unauthenticated")
    assert (await olga.get("/api/tokens")).json["items"] == []


async def test_no_program_makes_itself_a_key_that_may_do_more(house: House, olga: Browser) -> None:
    """Nor does anybody else give what he has not."""
    made = (await olga.post("/api/tokens", {"name": "Keys", "scopes": ["api_token.write", "team.read"]})).json
    program = {"Authorization": f"Bearer {made['token']}", "Sec_Fetch_Site": None}
    there = Browser(house)
    assert is_refusal(
        await there.post("/api/tokens", {"name": "More", "scopes": ["audit.read"]}, **program), 403, "forbidden"
    )
    plain = (await there.post("/api/tokens", {"name": "Same"}, **program)).json
    assert plain["scopes"] == ["api_token.write", "team.read"]
    unknown = await olga.post("/api/tokens", {"name": "Odd", "scopes": ["everything"]})
    assert is_refusal(unknown, 422, "invalid")
    assert unknown.json["field"] == "scopes"


async def test_the_organizations_settings_are_changed_and_shown(house: House, org: Organization, olga: Browser) -> None:
    """What is left out stays, and what is empty goes; visitors see the new name, and consoles what late is."""
    before = (await olga.get("/api/organization")).json
    fields = {"name": "Books & Co", "logo_url": "https://cdn.example/logo.png", "timezone": "Asia/Tokyo", "size": "9"}
    after = (await olga.ask("PATCH", "/api/organization", fields | {"late_minutes": 12})).json
    assert after == before | fields | {"late_minutes": 12}
    assert (await olga.ask("PATCH", "/api/organization", {"logo_url": ""})).json == after | {"logo_url": None}
    visit = await Browser(house, node=1).post("/api/widget/sessions", {"widget_key": org.widget_key})
    assert visit.json["organization_name"] == "Books & Co"
    ada = await Browser(house, node=1).logged_in(org.email("ada"))
    assert (before["late_minutes"], (await ada.get("/api/me")).json["late_minutes"]) == (5, 12)
    for minutes in (0, 1441, 2.5, "5"):
        assert is_refusal(await olga.ask("PATCH", "/api/organization", {"late_minutes": minutes}), 422, "invalid")
    for wrong in ({"logo_url": "javascript:alert(1)"}, {"timezone": "Mars/Olympus"}, {"name": " "}):
        assert is_refusal(await olga.ask("PATCH", "/api/organization", wrong), 422, "invalid")


async def test_a_deleted_organization_is_closed_at_once_and_erased_later(
    people: Cast, house: House, olga: Browser
) -> None:
    """Members, bots and visitors are out on every node; a week later nothing of it is left but the audit log."""
    org = people.org
    visitor, ada, robbie = await people.visitor(node=1), await people.agent(node=1), await people.bot()
    conversation = await visitor.start()
    await visitor.stored(await visitor.say(conversation, "Hello"))
    wrong = await olga.ask("DELETE", "/api/organization", {"name": "something else"})
    assert is_refusal(wrong, 422, "invalid")
    answer = await olga.ask("DELETE", "/api/organization", {"name": org.slug.title()})
    assert answer.status == 204
    for person in (visitor, ada, robbie):
        assert await person.hears_close() == CloseCode.REVOKED
    assert is_refusal(await olga.get("/api/me"), 401, "unauthenticated")
    assert is_refusal(await Browser(house).log_in(org.email("olga")), 401, "unauthenticated")
    session = await Browser(house, node=1).post("/api/widget/sessions", {"widget_key": org.widget_key})
    assert is_refusal(session, 404, "not_found")
    await erased(house, org)
    assert await house.rows("select id from app_user where email = $1", org.email("ada")) == []
    assert await house.rows("select id from message where org_id = $1", org.id) == []
    rows = await house.rows("select action from audit_log where org_id = $1 and entity_type = 'organization'", org.id)
    assert [each["action"] for each in rows][-1] == "delete"


async def test_whoever_works_elsewhere_too_keeps_the_login(
    house: House, org: Organization, other: Organization, olga: Browser
) -> None:
    """Only logins that nothing else keeps are erased with an organization."""
    there = await Browser(house).logged_in(other.email("olga"))
    link = (await there.post("/api/invitations", {"role": "agent", "email": org.email("olga")})).json["link"]
    body = {"token": link.partition("#token=")[2], "password": PASSWORD}
    assert (await Browser(house).post("/api/invitations/accept", body)).status == 200
    await olga.ask("DELETE", "/api/organization", {"name": org.slug.title()})
    await erased(house, org)
    assert (await Browser(house).log_in(org.email("olga"))).json["organization_id"] == str(other.id)
