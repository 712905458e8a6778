"""Whatever somebody does leaves a line: who, from where, with what."""

from typing import Any

import pytest

from tests.browser import Browser, is_refusal
from tests.identity.test_login import an_address
from tests.identity.test_members import people_of
from tests.people import eventually
from tests.servers import PASSWORD, Databases, House, Organization


@pytest.fixture(scope="module")
async def proxied(databases: Databases, house: House) -> Any:
    """A web behind a proxy, which tells where everybody comes from."""
    async with House(databases, webs=1, workers=0, FRONTDESK_TRUST_PROXY="yes") as running:
        yield running


class Auditor(Browser):
    """An owner who reads the audit log."""

    async def lines(self, query: str = "") -> list[Any]:
        """The newest lines."""
        answer = await self.get(f"/api/audit?limit=200&{query}")
        assert answer.status == 200, answer.text
        found: list[Any] = answer.json["items"]
        return found


@pytest.fixture
async def olga(proxied: House, org: Organization) -> Auditor:
    """The owner."""
    return await Auditor(proxied).logged_in(org.email("olga"))


async def test_everything_that_people_do_leaves_a_line(proxied: House, org: Organization, olga: Auditor) -> None:
    """Create, read, update, delete, login, logout and export: with the actor, the address and the browser."""
    me = (await olga.get("/api/me")).json
    told: dict[str, str | None] = {"X_Forwarded_For": an_address(), "User_Agent": "Lynx/2.9"}
    ben = (await people_of(olga))["ben"]
    await olga.ask("PATCH", f"/api/members/{ben['id']}", {"job_title": "Lead", "name": "Benjamin"}, **told)
    team = (await olga.post("/api/teams", {"name": "Support"}, **told)).json
    await olga.ask("PUT", f"/api/teams/{team['id']}/members", {"member_ids": [ben["id"]]}, **told)
    await olga.ask("DELETE", f"/api/teams/{team['id']}", **told)
    await olga.ask("PATCH", "/api/organization", {"size": "7"}, **told)
    made = (await olga.post("/api/tokens", {"name": "Sync"}, **told)).json
    bot = (await olga.post("/api/bots", {"name": "Rita"}, **told)).json
    invitation = (await olga.post("/api/invitations", {"role": "agent", "email": "n@people.example"}, **told)).json
    await olga.get("/api/audit/export", **told)
    page = (await olga.get("/api/audit?entity_type=team&limit=1", **told)).json
    await olga.get(f"/api/audit?entity_type=team&cursor={page['next_cursor']}", **told)
    await olga.post("/api/logout", {}, **told)
    again = await Auditor(proxied).logged_in(org.email("olga"))
    lines = [each for each in await again.lines() if each["user_agent"] == "Lynx/2.9"][::-1]
    assert [(each["entity_type"], each["action"], each["event"]) for each in lines] == [
        ("member", "update", ""),
        ("agent", "update", ""),
        ("team", "create", ""),
        ("team", "update", "team_members_changed"),
        ("team", "delete", ""),
        ("organization", "update", ""),
        ("auth_token", "create", ""),
        ("bot", "create", ""),
        ("auth_token", "create", ""),
        ("invitation", "create", ""),
        ("audit_log", "export", ""),
        ("audit_log", "read", ""),
        ("auth_token", "logout", "session_ended"),
    ]
    assert {(each["actor_type"], each["actor_id"], each["actor_name"]) for each in lines} == {
        ("user", me["agent_id"], "Olga Owner")
    }
    assert {each["address"] for each in lines} == {told["X_Forwarded_For"]}
    assert lines[0]["changes"] == {"job_title": [None, "Lead"]}
    assert lines[1]["changes"] == {"name": ["***", "***"]}
    assert lines[5]["changes"] == {"size": [None, "7"]}
    secrets = (made["token"], bot["token"], invitation["link"].partition("=")[2], "n@people.example", "Benjamin")
    kept = await proxied.rows("select l::text as line from audit_log l where org_id = $1", org.id)
    assert not [each for each in secrets if each in str(kept)]


async def test_a_line_calls_the_thing_as_it_is_now(proxied: House, org: Organization, olga: Auditor) -> None:
    """By its name or its e-mail; a file that is handed out holds none, since nobody could erase one from it."""
    ben = (await people_of(olga))["ben"]
    await olga.ask("PATCH", f"/api/members/{ben['id']}", {"job_title": "Head"})
    team = (await olga.post("/api/teams", {"name": "Plants"})).json
    await olga.ask("PATCH", f"/api/teams/{team['id']}", {"name": "Plants and pots"})
    await olga.post("/api/invitations", {"role": "agent", "email": "iris@people.example"})
    await olga.post("/api/tokens", {"name": "Nightly sync"})
    channel = (await olga.post("/api/channels", {"name": "Second shop"})).json
    await olga.post(f"/api/channels/{channel['id']}/identity-keys", {})
    await olga.ask("PATCH", "/api/organization", {"size": "9"})
    named = {(each["entity_type"], each["entity_name"]) for each in (await olga.lines())[:12]}
    company = (await olga.get("/api/organization")).json["name"]
    assert named >= {
        ("member", "Ben Agent"), ("team", "Plants and pots"), ("invitation", "iris@people.example"),
        ("auth_token", "Nightly sync"), ("channel", "Second shop"), ("organization", company),
    }  # fmt: skip
    exported = (await olga.get("/api/audit/export")).text.splitlines()
    assert not [each for each in exported if '"entity_name":""' not in each]


async def test_who_acts_is_told_apart(proxied: House, org: Organization, olga: Auditor) -> None:
    """A person, and a program in a person's name."""
    token = (await olga.post("/api/tokens", {"name": "Sync"})).json["token"]
    program = {"Authorization": f"Bearer {token}", "Sec_Fetch_Site": None}
    await Browser(proxied).ask("PATCH", "/api/organization", {"size": "8"}, **program)
    newest = (await olga.lines("entity_type=organization"))[0]
    assert (newest["actor_type"], newest["changes"]) == ("api", {"size": [None, "8"]})


async def test_a_wrong_password_is_told_where_the_login_works(
    proxied: House, org: Organization, other: Organization, olga: Auditor
) -> None:
    """In each of its organizations, with address and browser; without what was typed."""
    link = (await olga.post("/api/invitations", {"role": "viewer", "email": other.email("ada")})).json["link"]
    await Browser(proxied).post(
        "/api/invitations/accept", {"token": link.partition("#token=")[2], "password": PASSWORD}
    )
    address = an_address()
    await Browser(proxied).log_in(other.email("ada"), "typed by mistake", X_Forwarded_For=address, User_Agent="Odd")

    async def refused() -> list[Any]:
        return [each for each in await olga.lines("action=login") if each["event"] == "login_refused"]

    (line,) = await eventually(refused)
    assert (line["address"], line["user_agent"], line["actor_name"]) == (address, "Odd", "Ada Agent")
    rows = await proxied.rows("select org_id, l::text as line from audit_log l where event = 'login_refused'")
    assert len([each for each in rows if each["org_id"] == other.id]) == 1
    assert "typed by mistake" not in str(rows)


async def test_a_wrong_login_of_nobody_is_told_without_a_name(proxied: House) -> None:
    """It concerns no organization; the e-mail may be a password in the wrong field."""
    address = an_address()
    await Browser(proxied).log_in("my-secret-phrase@nobody.example", "x", X_Forwarded_For=address)
    query = "select org_id, actor_id, entity_id, l::text as line from audit_log l where host(ip_address) = $1"

    async def lines() -> Any:
        return await proxied.rows(query, address)

    (line,) = await eventually(lines)
    assert (line["org_id"], line["actor_id"], line["entity_id"]) == (None, None, None)
    assert "my-secret-phrase" not in line["line"]


async def test_the_log_is_read_by_owners_and_admins_of_the_organization(
    proxied: House, org: Organization, other: Organization, olga: Auditor
) -> None:
    """A page at a time; nobody sees another organization's."""
    for person, status in (("ada", 403), ("vera", 403), ("mats", 403), ("alma", 200)):
        browser = await Browser(proxied).logged_in(org.email(person))
        assert (await browser.get("/api/audit")).status == status, person
        assert (await browser.get("/api/audit/export")).status == status, person
    stranger = await Auditor(proxied).logged_in(other.email("olga"))
    theirs = {each["id"] for each in await stranger.lines()}
    seen: list[Any] = []
    cursor = ""
    while cursor is not None:
        page = (await olga.get(f"/api/audit?limit=3&cursor={cursor}")).json
        seen += page["items"]
        cursor = page["next_cursor"]
    ids = [each["id"] for each in seen]
    assert ids == sorted(ids, reverse=True)
    assert len(set(ids)) == len(ids) > 6
    assert not theirs & set(ids)
    assert is_refusal(await Browser(proxied).get("/api/audit/export"), 401, "unauthenticated")


async def test_the_export_is_the_log(olga: Auditor) -> None:
    """One line of JSON each, as a file."""
    answer = await olga.get("/api/audit/export")
    assert answer.headers["content-disposition"] == 'attachment; filename="audit.jsonl"'
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    listed = await olga.lines()
    exported = answer.text.splitlines()
    assert len(exported) == len(listed) - 1, "all but the line of this look at the list"
    assert listed[1]["id"] in exported[0]
    assert '"action":"export"' in exported[0]
