"""Web origins."""

import pytest

from server.domain.channels.origins import frame_ancestors, origin_allowed, plain_origin

OWN = ("https://chat.example",)


@pytest.mark.parametrize(
    ("written", "origin"),
    [
        ("https://shop.example", "https://shop.example"),
        (" HTTPS://Shop.Example/ ", "https://shop.example"),
        ("https://shop.example:443", "https://shop.example"),
        ("http://shop.example:80", "http://shop.example"),
        ("http://shop.example:443", "http://shop.example:443"),
        ("http://127.0.0.1:8001", "http://127.0.0.1:8001"),
        ("http://[2001:db8::1]:8001", "http://[2001:db8::1]:8001"),
        ("http://localhost", "http://localhost"),
    ],
)
def test_an_origin_is_kept_as_browsers_write_it(written: str, origin: str) -> None:
    assert plain_origin(written) == origin


@pytest.mark.parametrize(
    "written",
    [
        "",
        "*",
        "null",
        "shop.example",
        "//shop.example",
        "https://",
        "https://*.shop.example",
        "https://shop.example/path",
        "https://user@shop.example",
        "https://shop.example; script-src *",
        "https://shop.example https://evil.example",
        "https://shop.example,https://evil.example",
        "https://shop.example\nx",
        "https://shop.example:port",
        "https://shop.example:123456",
        "https://-shop.example",
        "https://shöp.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc",
        "'self'",
    ],
)
def test_what_is_no_exact_origin_is_none(written: str) -> None:
    assert plain_origin(written) is None


def test_only_plain_origins_get_into_the_policy() -> None:
    """A row that was changed by hand cannot open the panel to everybody."""
    assert frame_ancestors(["https://a.example", "*", "https://b.example; script-src *"]) == (
        "frame-ancestors 'self' https://a.example"
    )
    assert frame_ancestors([]) == frame_ancestors(["*"]) == "frame-ancestors 'self'"


def test_a_socket_comes_from_us_from_the_channel_or_from_no_browser() -> None:
    allowed = ["https://shop.example"]
    for origin in (None, "", "https://chat.example", "https://shop.example", "HTTPS://SHOP.EXAMPLE"):
        assert origin_allowed(origin, OWN, allowed)
    for origin in ("null", "https://evil.example", "http://shop.example", "https://shop.example:8443", "*"):
        assert not origin_allowed(origin, OWN, allowed)
