"""A person logs in, works, and logs out."""

import asyncio
import secrets
import statistics
import time
from ipaddress import IPv6Address
from uuid import uuid4

from server.core.permissions import PERMISSIONS
from tests.browser import Browser, is_refusal
from tests.servers import PASSWORD, House, Organization


def an_address() -> str:
    """An address that nobody else in the tests comes from."""
    return str(IPv6Address(f"2001:db8:{secrets.token_hex(2)}:{secrets.token_hex(2)}::1"))


async def test_the_right_password_opens_a_session(house: House, org: Organization) -> None:
    """Ada is known on every web, and told where she is."""
    ada = Browser(house)
    answer = await ada.log_in(org.email("ada"))
    assert answer.status == 200
    assert answer.json == {
        "agent_id": answer.json["agent_id"],
        "name": "Ada Agent",
        "email": org.email("ada"),
        "avatar_url": None,
        "role": "agent",
        "permissions": sorted(PERMISSIONS["agent"]),
        "availability": "online",
        "availability_reason": "",
        "organization_id": str(org.id),
        "organization_name": org.slug.title(),
        "organization_slug": org.slug,
        "late_minutes": 5,
        "organizations": [{"organization_id": str(org.id), "name": org.slug.title(), "role": "agent"}],
        "timezone": "UTC",
        "locale": "en",
        "settings": {},
    }
    elsewhere = Browser(house, node=1)
    elsewhere.token = ada.token
    assert (await elsewhere.get("/api/me")).json == answer.json


async def test_an_email_is_the_same_however_it_is_spelled(house: House, org: Organization) -> None:
    """A phone writes the first letter large."""
    assert (await Browser(house).log_in(org.email("ada").title())).status == 200


async def test_wrong_password_and_unknown_email_are_told_the_same(house: House, org: Organization) -> None:
    """Whoever tries addresses does not learn which of them exist."""
    wrong = await Browser(house).log_in(org.email("ada"), "wrong")
    unknown = await Browser(house).log_in(org.email("nobody"), "wrong")
    assert is_refusal(wrong, 401, "unauthenticated")
    assert (wrong.status, wrong.text) == (unknown.status, unknown.text)
    assert wrong.cookie is unknown.cookie is None


async def test_an_unknown_email_takes_as_long(house: House, org: Organization) -> None:
    """Without the work of a real hash, the clock would tell."""

    async def seconds(email: str) -> float:
        began = time.perf_counter()
        await Browser(house).log_in(email, "wrong")
        return time.perf_counter() - began

    known, unknown = [], []
    for _ in range(7):
        known.append(await seconds(org.email("ada")))
        unknown.append(await seconds(org.email("nobody")))
    assert statistics.median(unknown) > statistics.median(known) / 2


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(strict: House, org: Organization) -> None:
    """On https it never travels in the clear, either."""
    cookie = (await Browser(strict).log_in(org.email("ada"), X_Forwarded_For=an_address())).cookie
    assert cookie["httponly"]
    assert cookie["secure"]
    assert (cookie["samesite"], cookie["path"], cookie["domain"]) == ("lax", "/", "")
    assert 0 < int(cookie["max-age"]) <= 14 * 86_400


async def test_without_https_the_cookie_is_not_marked_secure(house: House, org: Organization) -> None:
    """A browser would throw it away, and nobody could try Frontdesk on another machine of the house."""
    assert not (await Browser(house).log_in(org.email("ada"))).cookie["secure"]


async def test_wrong_tries_on_one_email_are_slowed_down(strict: House, org: Organization) -> None:
    """From however many addresses they come; the right password waits as well."""
    email = org.email("ada")
    for _ in range(3):
        assert (await Browser(strict).log_in(email, "wrong", X_Forwarded_For=an_address())).status == 401
    refused = await Browser(strict).log_in(email, X_Forwarded_For=an_address())
    assert is_refusal(refused, 429, "too_fast")
    assert 0 < refused.json["retry_after"] <= 60
    assert 0 < int(refused.headers["retry-after"]) <= 60
    assert (await Browser(strict).log_in(org.email("ben"), X_Forwarded_For=an_address())).status == 200


async def test_wrong_tries_from_one_network_are_slowed_down(strict: House, org: Organization) -> None:
    """Whatever e-mails they try, and whichever of its addresses they use."""
    address = an_address()
    for number in range(3):
        one = address.removesuffix("1") + str(number + 2)
        assert (await Browser(strict).log_in(f"{number}@{org.slug}.example", "x", X_Forwarded_For=one)).status == 401
    assert is_refusal(await Browser(strict).log_in(org.email("ada"), X_Forwarded_For=address), 429, "too_fast")


async def test_tries_at_once_are_counted_before_they_are_looked_at(strict: House, org: Organization) -> None:
    """A hundred guesses in one moment are no better than one after the other."""
    tries = [Browser(strict).log_in(org.email("ada"), f"guess {n}", X_Forwarded_For=an_address()) for n in range(12)]
    assert sorted(each.status for each in await asyncio.gather(*tries)) == [401] * 3 + [429] * 9


async def test_right_logins_do_not_use_up_the_allowance(strict: House, org: Organization) -> None:
    """An office behind one address comes to work in the morning."""
    address = an_address()
    for _ in range(8):
        assert (await Browser(strict).log_in(org.email("ada"), X_Forwarded_For=address)).status == 200


async def test_what_a_client_says_of_its_address_counts_only_behind_a_proxy(house: House, org: Organization) -> None:
    """Else everybody would choose a new address for every guess, and the audit log would lie."""
    ada = Browser(house)
    await ada.log_in(org.email("ada"), X_Forwarded_For="203.0.113.9")
    rows = await house.rows(
        "select host(ip_address) as ip from audit_log where org_id = $1 and action = 'login'", org.id
    )
    assert rows == [{"ip": "127.0.0.1"}]


async def test_login_and_logout_stand_in_the_audit_log(strict: House, org: Organization) -> None:
    """Who, from where, with what, whatever a browser calls itself; and no secret."""
    ada = Browser(strict)
    address, agent = an_address(), f"Fire\\'; set local app.org_id = '{uuid4()}' " + "9" * 400
    me = (await ada.log_in(org.email("ada"), X_Forwarded_For=f"10.0.0.1, {address}", User_Agent=agent)).json
    await ada.post("/api/logout", {}, X_Forwarded_For=address)
    rows = await strict.rows(
        "select action, actor_type, actor_id::text, host(ip_address) as ip, user_agent, changes, meta from audit_log"
        " where org_id = $1 and action in ('login', 'logout') order by id",
        org.id,
    )
    assert [each["action"] for each in rows] == ["login", "logout"]
    assert {(each["actor_type"], each["actor_id"], each["ip"]) for each in rows} == {("user", me["agent_id"], address)}
    assert str(rows[0]["user_agent"]) == agent[:300]
    assert PASSWORD not in str(rows)
    assert ada.token not in str(rows)


async def test_after_the_logout_the_cookie_opens_nothing(house: House, org: Organization) -> None:
    """Here at once; the other webs forget within seconds."""
    ada = await Browser(house).logged_in(org.email("ada"))
    out = await ada.post("/api/logout", {})
    assert out.status == 204
    assert (out.cookie.value, out.cookie["max-age"]) == ("", "0")
    assert is_refusal(await ada.get("/api/me"), 401, "unauthenticated")
    assert is_refusal(await ada.post("/api/logout", {}), 401, "unauthenticated")


async def test_a_logout_ends_one_session_of_several(house: House, org: Organization) -> None:
    """The phone goes on when the laptop is closed."""
    laptop = await Browser(house).logged_in(org.email("ada"))
    phone = await Browser(house).logged_in(org.email("ada"))
    await laptop.post("/api/logout", {})
    assert (await phone.get("/api/me")).status == 200


async def test_a_session_that_has_ended_opens_nothing(house: House, org: Organization) -> None:
    """Two weeks after the login, whatever the cookie says."""
    ada = await Browser(house).logged_in(org.email("ada"))
    await house.rows("update auth_token set expires_at = now() - interval '1 s' where org_id = $1", org.id)
    assert is_refusal(await ada.get("/api/me"), 401, "unauthenticated")


async def test_a_member_who_left_cannot_log_in(house: House, org: Organization) -> None:
    """A right password of a seat that is closed is no right password."""
    await house.rows("update agent set is_active = false where org_id = $1 and name = 'Ada Agent'", org.id)
    assert is_refusal(await Browser(house).log_in(org.email("ada")), 401, "unauthenticated")


async def test_a_session_shows_its_own_organization_only(house: House, org: Organization, other: Organization) -> None:
    """Two people called Ada, in two companies, never meet."""
    ada = await Browser(house).logged_in(org.email("ada"))
    stranger = await Browser(house).logged_in(other.email("ada"))
    mine, theirs = (await ada.get("/api/me")).json, (await stranger.get("/api/me")).json
    assert (mine["organization_id"], theirs["organization_id"]) == (str(org.id), str(other.id))
    assert mine["agent_id"] != theirs["agent_id"]
