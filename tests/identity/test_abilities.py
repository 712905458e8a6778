"""What members can do: skills, languages, and how much at a time."""

from typing import Any

import pytest

from tests.browser import Answer, Browser, is_refusal
from tests.identity.test_members import people_of
from tests.servers import House, Organization


@pytest.fixture
async def olga(house: House, org: Organization) -> Browser:
    """The owner's browser."""
    return await Browser(house).logged_in(org.email("olga"))


async def change(browser: Browser, member: Any, **fields: Any) -> Answer:
    """Say what somebody can do."""
    return await browser.ask("PATCH", f"/api/members/{member['id']}/routing", fields)


async def test_what_somebody_can_do_stands_in_the_list(olga: Browser) -> None:
    """In one spelling; what is left out stays, and a list takes the place of the one before."""
    ada = (await people_of(olga))["ada"]
    assert (ada["skills"], ada["languages"], ada["max_load"], ada["routing_priority"]) == ([], [], 4, 0)
    skills = [{"skill": " Refunds ", "level": "specialist"}, {"skill": "billing"}]
    languages = ["DE", "pt-br", "de", "zh-Hant"]
    after = await change(olga, ada, skills=skills, languages=languages, max_load=2.5, routing_priority=-1)
    kept = {
        "skills": [{"skill": "billing", "level": "intermediate"}, {"skill": "refunds", "level": "specialist"}],
        "languages": ["de", "pt-BR", "zh-Hant"],
        "max_load": 2.5,
        "routing_priority": -1,
    }
    assert after.json == ada | kept
    assert (await people_of(olga))["ada"] == after.json
    assert (await change(olga, ada, max_load=0)).json == ada | kept | {"max_load": 0}
    fewer = [{"skill": "BILLING", "level": "trainee"}]
    assert (await change(olga, ada, skills=fewer)).json["skills"] == [{"skill": "billing", "level": "trainee"}]
    assert (await change(olga, ada, skills=[], languages=[])).json == ada | {"max_load": 0, "routing_priority": -1}


async def test_a_change_of_skills_is_an_event_and_a_line_of_the_audit_log(
    house: House, org: Organization, olga: Browser
) -> None:
    """With both lists; what changes nothing leaves nothing."""
    ada = (await people_of(olga))["ada"]
    for _ in range(2):
        assert (await change(olga, ada, skills=[{"skill": "refunds"}], max_load=3)).status == 200
    found = await house.rows(
        "select data from event where kind = 'member_changed' and org_id = $1 and subject_id = $2", org.id, ada["id"]
    )
    assert [sorted(each["data"]["changed"]) for each in found] == [["max_load", "skills"]]
    lines = (await olga.get(f"/api/audit?entity_type=agent&entity_id={ada['id']}")).json["items"]
    changes = [each["changes"] for each in lines if each["action"] == "update"]
    assert {"max_load": [4.0, 3.0]} in changes
    assert {"skills": [[], [{"skill": "refunds", "level": "intermediate"}]]} in changes
    assert len(changes) == 2


async def test_leads_say_what_others_can_do_and_nobody_else_does(house: House, org: Organization) -> None:
    """Not even of oneself."""
    ada = await Browser(house).logged_in(org.email("ada"))
    people = await people_of(ada)
    assert is_refusal(await change(ada, people["ada"], max_load=1), 403, "forbidden")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"skills": [{"skill": "refunds"}, {"skill": "Refunds "}]}, "skills[1].skill"),
        ({"skills": [{"skill": "\u200b"}]}, "skills[0].skill"),
        ({"skills": [{"skill": "refunds", "level": "god"}]}, "skills[0].level"),
        ({"languages": ["German please"]}, "languages[0]"),
        ({"max_load": -1}, "max_load"),
        ({"max_load": 1001}, "max_load"),
        ({"routing_priority": 0.5}, "routing_priority"),
    ],
)
async def test_what_cannot_be_is_refused_where_it_stands(olga: Browser, wrong: dict[str, Any], field: str) -> None:
    """And nothing of it is kept."""
    ada = (await people_of(olga))["ada"]
    refused = await change(olga, ada, **wrong)
    assert is_refusal(refused, 422, "invalid")
    assert refused.json.get("field") == field
    assert (await people_of(olga))["ada"] == ada


async def test_a_channel_says_what_its_conversations_weigh(olga: Browser, org: Organization) -> None:
    """One, unless somebody says otherwise; never nothing."""
    path = f"/api/channels/{org.channel_id}"
    assert (await olga.get(path)).json["load_weight"] == 1
    assert (await olga.ask("PATCH", path, {"load_weight": 0.255})).json["load_weight"] in {0.25, 0.26}
    for wrong in (0, -1, 0.001, 101):
        assert is_refusal(await olga.ask("PATCH", path, {"load_weight": wrong}), 422, "invalid")
