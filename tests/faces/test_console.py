"""The console as people use it, and as those use it who cannot see it or have no mouse."""

from server.demo import DEMO_LOGINS
from tests.faces.node import tell
from tests.servers import House


async def test_a_day_at_the_console(demo_house: House, shop: str) -> None:
    """Take, tag, give away, answer, note, close, undo, search, and be told who was faster."""
    (owner, password), (agent, _) = DEMO_LOGINS[0], DEMO_LOGINS[1]
    told = {"WEB_URL": demo_house.url(), "SHOP_URL": shop, "EMAIL": agent, "OTHER_EMAIL": owner, "PASSWORD": password}
    await tell("desk.js", told)


async def test_the_team_sees_who_is_there(demo_house: House, shop: str) -> None:
    """Chosen on one device, shown on all; a colleague's picture of it changes by itself."""
    (owner, password), (agent, _) = DEMO_LOGINS[0], DEMO_LOGINS[1]
    told = {"WEB_URL": demo_house.url(), "EMAIL": agent, "OTHER_EMAIL": owner, "PASSWORD": password}
    await tell("team.js", told)


async def test_a_phone_tells_what_was_done_where_nobody_presses(demo_house: House, shop: str) -> None:
    """What was done covers neither the field nor a button, and is swiped away; nothing speaks of keys."""
    email, password = DEMO_LOGINS[1]
    await tell("phone.js", {"WEB_URL": demo_house.url(), "SHOP_URL": shop, "EMAIL": email, "PASSWORD": password})


async def test_news_reach_whoever_looks_elsewhere(demo_house: House, shop: str) -> None:
    """A count in the title, a sound, and a notification for who wants one."""
    email, password = DEMO_LOGINS[1]
    await tell("bell.js", {"WEB_URL": demo_house.url(), "SHOP_URL": shop, "EMAIL": email, "PASSWORD": password})


async def test_every_page_keeps_to_the_rules_of_accessibility(demo_house: House, shop: str) -> None:
    """Names, contrast, focus and structure, by axe; and nothing is too wide for the smallest phone."""
    email, password = DEMO_LOGINS[0]
    await tell("pages.js", {"WEB_URL": demo_house.url(), "SHOP_URL": shop, "EMAIL": email, "PASSWORD": password})


async def test_a_lead_sets_hours_and_says_what_colleagues_can_do(demo_house: House, shop: str) -> None:
    """A week, nights, holidays, whose they are; skills, languages, limits; and what is wrong is told."""
    email, password = DEMO_LOGINS[0]
    await tell("office.js", {"WEB_URL": demo_house.url(), "SHOP_URL": shop, "EMAIL": email, "PASSWORD": password})


async def test_a_lead_writes_an_article_and_an_agent_finds_it(demo_house: House, shop: str) -> None:
    """Written beside its preview, published, asked for, restored, archived; all of it by names and keys."""
    (lead, password), (agent, _) = DEMO_LOGINS[0], DEMO_LOGINS[1]
    told = {"WEB_URL": demo_house.url(), "EMAIL": lead, "OTHER_EMAIL": agent, "PASSWORD": password}
    await tell("articles.js", told)
