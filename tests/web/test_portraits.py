"""Pictures of people over HTTP."""

from server.core.ids import uuid7
from server.core.portrait import portrait
from tests.browser import Browser, is_refusal
from tests.servers import House


async def test_everybody_has_a_picture_that_browsers_keep(house: House) -> None:
    """The same from every node, for any page, and nothing runs when it is opened by itself."""
    one = uuid7()
    for node in (0, 1):
        answer = await Browser(house, node).get(f"/portraits/{one}.svg")
        assert (answer.status, answer.text) == (200, portrait(one))
        assert answer.headers["content-type"] == "image/svg+xml"
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
        assert answer.policy == {"default-src": "'none'", "frame-ancestors": "'none'", "sandbox": ""}


async def test_bots_and_strangers_have_pictures_of_their_own(house: House) -> None:
    one, browser = uuid7(), Browser(house)
    for of in ("visitor", "bot"):
        assert (await browser.get(f"/portraits/{one}.svg?of={of}")).text == portrait(one, of)


async def test_there_are_no_other_pictures(house: House) -> None:
    """What is no id, or of no kind, is refused in the one shape."""
    browser = Browser(house)
    for path in (
        "/portraits/me.svg",
        "/portraits/1.svg",
        f"/portraits/{uuid7()}.png",
        f"/portraits/{uuid7()}.svg?of=cat",
    ):
        assert is_refusal(await browser.get(path), 404, "not_found")
