"""The panel, the loader and the console, and what they may do in a browser."""

from server.domain.channels.actions import add_widget
from server.domain.channels.types import NewWidget
from tests.browser import Browser, is_refusal
from tests.channels.conftest import CONSOLE, LOADER
from tests.servers import SHOP, House, Organization


async def test_only_the_channels_own_pages_may_frame_the_panel(paged: House, org: Organization) -> None:
    """And the console, to try it; a page of somebody else's cannot lay it under its own buttons."""
    answer = await Browser(paged).get(f"/widget/panel?key={org.widget_key}")
    assert answer.status == 200
    assert answer.text.startswith("<!doctype html>")
    assert answer.text.endswith("<title>Panel</title></html>")
    assert answer.policy["frame-ancestors"] == f"'self' {SHOP}"
    assert "x-frame-options" not in answer.headers


async def test_a_widget_without_pages_can_be_framed_by_the_console_alone(paged: House, org: Organization) -> None:
    """Not: by all."""
    _, key = await add_widget(paged.db, org.id, NewWidget("Nowhere"))
    assert (await Browser(paged).get(f"/widget/panel?key={key}")).policy["frame-ancestors"] == "'self'"


async def test_the_panel_runs_nothing_but_its_own_files(paged: House, org: Organization) -> None:
    """No inline script, no foreign one, and no talk with other servers."""
    browser = Browser(paged)
    policy = (await browser.get(f"/widget/panel?key={org.widget_key}")).policy
    assert (policy["default-src"], policy["script-src"], policy["style-src"]) == ("'self'", "'self'", "'self'")
    assert policy["connect-src"] == f"'self' ws{browser.url.removeprefix('http')}"
    assert (policy["base-uri"], policy["object-src"], policy["form-action"]) == ("'none'", "'none'", "'self'")


async def test_a_host_header_cannot_write_into_the_policy(paged: House, org: Organization) -> None:
    """What is no host stays out of it."""
    for host in ("a; script-src *", "a *", "evil.example/x", "a'b"):
        answer = await Browser(paged).get(f"/widget/panel?key={org.widget_key}", Host=host)
        assert answer.policy.get("connect-src") == "'self'"
        assert answer.policy["script-src"] == "'self'"


async def test_an_unknown_key_has_no_panel(paged: House) -> None:
    """Whatever stands in its place."""
    for query in ("", "?key=", "?key=unknown-widget-key", "?key=%00%00%00%00%00%00%00%00", "?key=" + "x" * 5000):
        assert is_refusal(await Browser(paged).get(f"/widget/panel{query}"), 404, "not_found")


async def test_any_page_may_load_the_loader(paged: House) -> None:
    """Briefly kept, because its address never changes."""
    answer = await Browser(paged).get("/widget.js", Sec_Fetch_Site="cross-site", Origin=SHOP)
    assert (answer.status, answer.text) == (200, LOADER)
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["cache-control"].startswith("public, max-age=300")


async def test_nothing_else_is_shared_with_other_origins(paged: House, org: Organization) -> None:
    """The API answers our own pages; a shop's script gets nothing to read."""
    for path in ("/api/me", f"/widget/panel?key={org.widget_key}", "/", "/faces/assets/logo.svg"):
        assert "access-control-allow-origin" not in (await Browser(paged).get(path, Origin=SHOP)).headers


async def test_the_console_is_one_page_at_many_addresses_and_in_no_frame(paged: House) -> None:
    """It finds its own way; whoever frames it, frames nothing."""
    for path in ("/", "/console", "/console/conversations/7"):
        answer = await Browser(paged).get(path)
        assert (answer.status, answer.text) == (200, CONSOLE)
        assert answer.policy["frame-ancestors"] == "'none'"
        assert (answer.policy["default-src"], answer.policy["script-src"]) == ("'none'", "'self'")
        assert answer.policy["require-trusted-types-for"] == "'script'"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["cache-control"] == "no-cache"


async def test_a_file_named_by_its_content_is_kept_for_ever(paged: House) -> None:
    """All others are asked for again."""
    browser = Browser(paged)
    hashed = await browser.get("/faces/assets/panel-Bx3_k-9Z.js", Accept_Encoding="gzip")
    assert (hashed.status, hashed.headers["content-encoding"]) == (200, "gzip")
    assert hashed.headers["cache-control"] == "public, max-age=31536000, immutable"
    logo = await browser.get("/faces/assets/logo.svg")
    assert (logo.status, logo.headers["cache-control"]) == (200, "no-cache")


async def test_a_page_fetched_as_a_file_can_do_nothing(paged: House) -> None:
    """The panel without its policy would be one that anybody may frame."""
    answer = await Browser(paged).get("/faces/panel.html")
    assert answer.policy == {"default-src": "'none'", "frame-ancestors": "'none'"}


async def test_files_outside_of_the_pages_are_not_served(paged: House) -> None:
    """However the way to them is written."""
    for path in ("/faces/../web-1.log", "/faces/%2e%2e/%2e%2e/etc/passwd", "/faces//etc/passwd", "/faces/", "/faces"):
        assert is_refusal(await Browser(paged).get(path), 404, "not_found")


async def test_pages_that_are_not_built_say_how_to_build_them(unbuilt: House, org: Organization) -> None:
    """A developer's first start ends with a sentence, not with a blank page."""
    browser = Browser(unbuilt)
    for path in ("/", f"/widget/panel?key={org.widget_key}", "/widget.js", "/faces/assets/logo.svg"):
        answer = await browser.get(path)
        assert answer.status == 503
        assert answer.headers["content-type"].startswith("text/plain")
        assert "make faces" in answer.text
