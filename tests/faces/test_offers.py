"""The face of routing: what is offered, who waits in which order, and how a conversation came to somebody."""

from tests.faces.node import tell
from tests.servers import PASSWORD, Organization


async def test_an_offer_is_seen_answered_and_over(org: Organization) -> None:
    """On every page, by keys, over reloads and lost connections; and whoever was faster is named."""
    told = {"WEB_URL": org.house.url(), "WIDGET_KEY": org.widget_key, "PASSWORD": PASSWORD}
    await tell("offers.js", told | {"EMAIL": org.email("ada"), "LEAD": org.email("mats")})
