"""What a member may not do though the role may: withheld by those who run the house, and never from them."""

from typing import Any

import asyncpg
import pytest

from server.protocol.codes import CloseCode
from tests.browser import Browser, is_refusal
from tests.conftest import Cast
from tests.identity.test_members import change, people_of
from tests.people import eventually
from tests.servers import House, Organization


@pytest.fixture
async def olga(house: House, org: Organization) -> Browser:
    """The owner's browser."""
    return await Browser(house).logged_in(org.email("olga"))


async def test_what_is_withheld_is_gone_at_once_and_comes_back(people: Cast, olga: Browser, house: House) -> None:
    """From the console, which is sent away to come back without it, and on every node; and the log tells who did it."""
    ada = await people.agent(node=1)
    browser = await Browser(house, node=1).logged_in(people.org.email("ada"))
    assert "queue.read" in ada.welcome.permissions
    here = (await people_of(olga))["ada"]
    both = ["queue.read", "conversation.take_any"]
    assert (await change(olga, here, withheld=both)).json["withheld"] == sorted(both)
    assert await ada.hears_close() == CloseCode.RELOAD
    welcome = await ada.connect()
    assert not set(both) & set(welcome.permissions)
    assert "conversation.take" in welcome.permissions

    async def mine() -> Any:
        return (await browser.get("/api/me")).json["permissions"]

    assert not set(both) & set(await mine())
    (line,) = (await olga.get(f"/api/audit?entity_type=member&entity_id={ada.id}&action=update")).json["items"]
    assert line["changes"]["withheld"] == [[], sorted(both)]
    assert (await change(olga, here, withheld=[])).status == 200
    assert await ada.hears_close() == CloseCode.RELOAD
    assert set(both) < set((await ada.connect()).permissions)


async def test_nothing_is_withheld_from_who_says_what_is(olga: Browser, house: House, org: Organization) -> None:
    """Neither by hand nor by a new role; and a lead says nothing of the kind."""
    there = await people_of(olga)
    for name in ("olga", "alma"):
        answer = await change(olga, there[name], withheld=["queue.read"])
        assert is_refusal(answer, 422, "invalid"), answer
        assert answer.json["field"] == "withheld"
    assert (await change(olga, there["ben"], withheld=["organization.delete"])).status == 422
    assert (await change(olga, there["ben"], withheld=["queue.read"])).status == 200
    mats = await Browser(house).logged_in(org.email("mats"))
    assert is_refusal(await change(mats, there["ben"], withheld=[]), 403, "forbidden")
    made = (await change(olga, there["ben"], role="admin")).json
    assert (made["role"], made["withheld"]) == ("admin", [])
    with pytest.raises(asyncpg.CheckViolationError):
        await house.rows(
            "update member set withheld = array['queue.read'] where org_id = $1 and role = 'owner'", org.id
        )


async def test_a_token_may_no_more_than_its_maker(olga: Browser, house: House, org: Organization) -> None:
    """What is withheld from a person is withheld from its programs."""
    alma = await Browser(house).logged_in(org.email("alma"))
    made = (await alma.post("/api/tokens", {"name": "Export"})).json
    program = {"Authorization": f"Bearer {made['token']}"}
    there = await people_of(olga)
    assert "queue.read" in (await Browser(house).get("/api/me", **program)).json["permissions"]
    assert (await change(olga, there["alma"], role="agent", withheld=["queue.read"])).status == 200

    async def permissions() -> bool:
        return "queue.read" not in (await Browser(house).get("/api/me", **program)).json["permissions"]

    await eventually(permissions)
