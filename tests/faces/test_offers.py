"""The face of routing: what is offered, who waits in which order, and how a conversation came to somebody."""

from tests.faces.node import tell
from tests.servers import PASSWORD, Organization


async def test_an_offer_is_seen_answered_and_over(org: Organization) -> None:
    """On every page, by keys, over reloads and lost connections; and whoever was faster is named."""
    told = {"WEB_URL": org.house.url(), "WIDGET_KEY": org.widget_key, "PASSWORD": PASSWORD}
    await tell("offers.js", told | {"EMAIL": org.email("ada"), "LEAD": org.email("mats")})


async def test_the_queue_is_seen_in_its_order_and_the_way_of_a_conversation_told(org: Organization) -> None:
    """Numbers, live; rules that are set and taken back; and why somebody was asked, or was not."""
    told = {"WEB_URL": org.house.url(), "WIDGET_KEY": org.widget_key, "PASSWORD": PASSWORD, "EMAIL": org.email("alma")}
    await tell("queue.js", told)
