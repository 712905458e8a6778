"""The API's document and its page."""

import re

from tests.browser import Browser
from tests.servers import House


async def test_the_page_loads_everything_from_here(house: House) -> None:
    """A network without internet shows it as well."""
    browser = Browser(house)
    page = await browser.get("/api/docs")
    assert page.status == 200
    assert page.policy["connect-src"] == "'self'"
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(loaded) == 5
    for each in loaded:
        assert each == "data:," or (await browser.get(each)).status == 200


async def test_the_document_names_every_route_and_what_it_needs(house: House) -> None:
    """Also for whoever is not logged in: it holds nothing of anybody's."""
    document = (await Browser(house).get("/api/openapi.json")).json
    assert document["openapi"].startswith("3.1")
    take = document["paths"]["/api/conversations/{conversation_id}/take"]["post"]
    assert take["description"] == "Needs the permission `conversation.take`."
    assert {each["name"] for each in take["parameters"]} == {"conversation_id", "idempotency-key"}
    assert take["responses"].keys() == {"200", "default"}
