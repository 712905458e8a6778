"""The widget on a page of somebody else's, told in a real browser."""

from server.demo import DEMO_LOGINS
from tests.faces.node import tell
from tests.servers import House


async def test_the_widget_on_a_page_of_somebody_elses(demo_house: House, shop: str) -> None:
    """What it costs, how it behaves by mouse, keyboard and script, and axe in every state, light, dark and rtl."""
    (owner, password), (agent, _) = DEMO_LOGINS[:2]
    told = {"WEB_URL": demo_house.url(), "SHOP_URL": shop, "EMAIL": owner, "AGENT_EMAIL": agent, "PASSWORD": password}
    await tell("widget.js", told)


async def test_a_visitor_outside_business_hours(demo_house: House, shop: str) -> None:
    """Is told when somebody is back, may leave an address, and learns of every change without a reload."""
    email, password = DEMO_LOGINS[0]
    await tell("hours.js", {"WEB_URL": demo_house.url(), "SHOP_URL": shop, "EMAIL": email, "PASSWORD": password})
