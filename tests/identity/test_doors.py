"""Who may ask, from which page, and with what."""

import pytest

from tests.browser import Answer, Browser, is_refusal
from tests.servers import House, Organization

UNSAFE = [("POST", "/api/logout"), ("POST", "/api/socket-tickets")]


@pytest.mark.parametrize(
    "told",
    [
        {"Sec_Fetch_Site": "cross-site"},
        # Another port or name of the same site is another page all the same.
        {"Sec_Fetch_Site": "same-site", "Origin": "http://127.0.0.1:9"},
        {"Sec_Fetch_Site": None, "Origin": "https://evil.example"},
        {"Sec_Fetch_Site": None, "Origin": "null"},
        {"Sec_Fetch_Site": None, "Origin": ""},
        {"Sec_Fetch_Site": None},
    ],
)
@pytest.mark.parametrize(("method", "path"), UNSAFE)
async def test_another_sites_page_cannot_use_the_cookie(
    house: House, org: Organization, method: str, path: str, told: dict[str, str | None]
) -> None:
    """Neither by a form, nor by a script, nor from a frame without an origin."""
    ada = await Browser(house).logged_in(org.email("ada"))
    assert is_refusal(await ada.ask(method, path, {}, **told), 403, "forbidden")
    assert (await ada.get("/api/me")).status == 200


async def test_our_own_page_is_known_by_either_header(house: House, org: Organization) -> None:
    """Browsers leave Sec-Fetch-Site out where the page came in the clear."""
    ada = await Browser(house).logged_in(org.email("ada"))
    assert (await ada.post("/api/socket-tickets", {}, Sec_Fetch_Site=None, Origin=ada.url)).status == 200
    assert (await ada.post("/api/socket-tickets", {})).status == 200


async def test_behind_a_proxy_our_own_origin_is_the_configured_one(strict: House, org: Organization) -> None:
    """The Host header is whatever the proxy made of it."""
    ada = Browser(strict)
    await ada.log_in(org.email("ada"), X_Forwarded_For="2001:db8:aaaa::1")
    for origin, status in (("https://chat.example", 200), (strict.url(), 403)):
        answer = await ada.post("/api/socket-tickets", {}, Sec_Fetch_Site=None, Origin=origin)
        assert answer.status == status


async def test_another_sites_page_cannot_log_its_visitors_in(house: House, org: Organization) -> None:
    """Else somebody would work in an account that somebody else reads."""
    stranger = Browser(house)
    for told in ({"Sec_Fetch_Site": "cross-site"}, {"Sec_Fetch_Site": None, "Origin": "https://evil.example"}):
        answer = await stranger.log_in(org.email("ada"), **told)
        assert is_refusal(answer, 403, "forbidden")
        assert answer.cookie is None
    # A script without a browser has no cookies that could be abused.
    assert (await stranger.log_in(org.email("ada"), Sec_Fetch_Site=None)).status == 200


@pytest.mark.parametrize("cookie", ["", "nonsense", "fds_" + "A" * 43, "fdb_" + "A" * 43, "é\x80", "a" * 3000])
async def test_whoever_has_no_session_is_told_to_log_in(house: House, cookie: str) -> None:
    """Whatever stands in the cookie."""
    nobody = Browser(house)
    nobody.token = cookie
    assert is_refusal(await nobody.get("/api/me"), 401, "unauthenticated")
    assert is_refusal(await nobody.post("/api/socket-tickets", {}), 401, "unauthenticated")


async def test_a_bots_token_is_no_session(house: House, org: Organization) -> None:
    """A machine cannot be put where a person is expected."""
    robot = Browser(house)
    robot.token = org.bot_token
    assert is_refusal(await robot.get("/api/me"), 401, "unauthenticated")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "malformed"),
        (b"{", 400, "malformed"),
        (b"\xff\xfe{}", 400, "malformed"),
        (b"[]", 422, "invalid"),
        (b'{"email": ' + b"[" * 4000, 422, "invalid"),
        (b'{"more": ' + b"[" * 4000, 400, "malformed"),
        (b'{"email": "a@b.example", "password": "\\ud800"}', 400, "malformed"),
        (b'{"email": "a@b.example", "password": "x\\u0000"}', 400, "malformed"),
        (b'{"email": "a@b.example", "password": "x\x00"}', 400, "malformed"),
        (b'{"email": "a\\u0000@b.example", "password": "x"}', 400, "malformed"),
        (b'{"email": "a@b.example"}', 422, "invalid"),
        (b'{"email": 7, "password": "x"}', 422, "invalid"),
        (b'{"email": "nobody", "password": "x"}', 422, "invalid"),
        (b'{"email": "a@b.example\\n", "password": "x"}', 422, "invalid"),
        (b'{"email": "a@b.example", "password": ""}', 422, "invalid"),
        (b'{"email": "a@b.example", "password": "x", "organization_id": "7"}', 422, "invalid"),
        (b'"' + b"x" * 5000 + b'"', 413, "invalid"),
    ],
)
async def test_a_body_that_cannot_be_taken_is_refused(house: House, body: bytes, status: int, code: str) -> None:
    """With a reason, and never by a mistake of ours."""
    assert is_refusal(await Browser(house).ask("POST", "/api/login", data=body), status, code)


async def test_a_backslash_before_u0000_is_no_nul(house: House) -> None:
    """Text that only looks like one is taken."""
    body = b'{"email": "a@b.example", "password": "\\\\u0000"}'
    assert is_refusal(await Browser(house).ask("POST", "/api/login", data=body), 401, "unauthenticated")


async def test_visits_from_one_network_are_slowed_down(strict: House, org: Organization) -> None:
    """A script cannot collect tokens without end; the house next door is not touched."""

    async def visit(address: str) -> Answer:
        body = {"widget_key": org.widget_key}
        return await Browser(strict).post("/api/widget/sessions", body, X_Forwarded_For=address)

    visits = [await visit(f"2001:db8:bbbb:1::{number}") for number in range(8)]
    assert [each.status for each in visits[:5]] == [200] * 5
    assert is_refusal(visits[-1], 429, "too_fast")
    assert (await visit("2001:db8:bbbb:2::1")).status == 200


async def test_where_there_is_https_browsers_are_told_to_stay_there(strict: House) -> None:
    """Also with an answer that is no success."""
    for path in ("/health/live", "/nothing"):
        assert "max-age" in (await Browser(strict).get(path)).headers["strict-transport-security"]
