"""The list of articles in each of its orders, page by page."""

from typing import Any

import pytest

from tests.browser import Browser, is_refusal
from tests.conftest import Cast
from tests.knowledge.test_articles import PATH, somebody
from tests.knowledge.test_figures import answers, does, published
from tests.people import eventually
from tests.routing.bots import first_bot
from tests.servers import House, Organization


async def _titles(who: Browser, sort: str) -> list[str]:
    """All titles, of one page after the other."""
    titles: list[str] = []
    cursor = ""
    while True:
        page = (await who.get(f"{PATH}?sort={sort}&limit=2&cursor={cursor}")).json
        titles += [each["title"] for each in page["items"]]
        if (cursor := page["next_cursor"]) is None:
            return titles


async def test_articles_are_listed_in_several_orders(people: Cast) -> None:
    """By title whatever its case, by readers, and by the share of voters whom they helped; none twice, none missing."""
    house, org = people.org.house, people.org
    mats, visitor, bot = await somebody(house, org, "mats"), await people.visitor(), await people.bot()
    await first_bot(bot)
    ids = {title: await published(mats, title) for title in ("delta", "Alpha", "charlie", "Bravo", "alpha")}
    for who in ("mats", "ada", "olga"):
        reader = await somebody(house, org, who)
        for title in ("charlie", "Bravo")[: 1 if who == "olga" else 2]:
            await reader.get(f"{PATH}/{ids[title]}")
    conversation_id = await visitor.start()
    for title, is_helpful in (("delta", True), ("Bravo", False)):
        await visitor.say(conversation_id, f"What about {title}?")
        message_id = await answers(bot, conversation_id, ids[title])
        vote: dict[str, Any] = {"conversation_id": str(conversation_id), "message_id": str(message_id)}

        async def is_kept(body: dict[str, Any] = vote | {"is_helpful": is_helpful}) -> bool:
            return (await does(visitor, "votes", **body)).status == 200

        await eventually(is_kept)
    assert await _titles(mats, "updated") == ["alpha", "Bravo", "charlie", "Alpha", "delta"]
    assert await _titles(mats, "title") == ["Alpha", "alpha", "Bravo", "charlie", "delta"]
    assert await _titles(mats, "views") == ["charlie", "Bravo", "alpha", "Alpha", "delta"]
    assert await _titles(mats, "helpful") == ["delta", "Bravo", "alpha", "charlie", "Alpha"]


@pytest.mark.parametrize("sort", ["updated", "title", "views", "helpful"])
async def test_a_cursor_that_was_made_up_is_refused(house: House, org: Organization, sort: str) -> None:
    """As everywhere."""
    ada = await somebody(house, org, "ada")
    assert is_refusal(await ada.get(f"{PATH}?sort={sort}&cursor=nonsense"), 422, "invalid")
