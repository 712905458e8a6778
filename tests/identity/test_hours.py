"""When the organization, its teams and its channels are there."""

from typing import Any

import pytest

from tests.browser import Browser, is_refusal, soon
from tests.servers import House, Organization

DAY = [["09:00", "12:00"], ["13:00", "17:00"]]
PLAN = {
    "timezone": "Europe/Berlin",
    "weekly": [DAY, DAY, DAY, DAY, [["09:00", "15:00"]], [], []],
    "holidays": [{"date": "2026-12-25", "name": "Christmas", "spans": []}],
}
OWN = "/api/organization/hours"


@pytest.fixture
async def olga(house: House, org: Organization) -> Browser:
    """The owner's browser."""
    return await Browser(house).logged_in(org.email("olga"))


async def put(browser: Browser, path: str, plan: Any, **headers: str | None) -> Any:
    """Save hours; what is answered."""
    return await browser.ask("PUT", path, {"plan": plan}, **headers)


async def test_everybody_has_hours_of_their_own_or_none(olga: Browser, org: Organization) -> None:
    """The organization, a team and a channel; without a plan there is none, and taking it back leaves none."""
    team = (await olga.post("/api/teams", {"name": "Support"})).json
    paths = OWN, f"/api/teams/{team['id']}/hours", f"/api/channels/{org.channel_id}/hours"
    for place, path in enumerate(paths):
        assert (await olga.get(path)).json == {"plan": None}
        plan = PLAN | {"timezone": ("Europe/Berlin", "Asia/Tokyo", "America/Lima")[place]}
        for _ in range(2):
            assert (await put(olga, path, plan)).json == {"plan": plan}
    assert [(await olga.get(path)).json["plan"]["timezone"] for path in paths] == [
        "Europe/Berlin", "Asia/Tokyo", "America/Lima",
    ]  # fmt: skip
    assert (await put(olga, paths[1], None)).json == {"plan": None}
    assert (await olga.get(paths[1])).json == {"plan": None}
    assert (await put(olga, paths[1], PLAN)).status == 200


async def test_a_change_of_hours_is_an_event_and_a_line_of_the_audit_log(
    house: House, org: Organization, olga: Browser
) -> None:
    """With whose they are; what changes nothing leaves nothing."""
    for plan in (PLAN, PLAN, PLAN | {"holidays": []}, None):
        assert (await put(olga, OWN, plan)).status == 200
    events = await house.rows("select subject_id, data from event where kind = 'hours_changed' and org_id = $1", org.id)
    assert [(each["subject_id"], each["data"]) for each in events] == [(org.id, {"whose": "organization"})] * 3
    lines = (await olga.get("/api/audit?entity_type=business_hours")).json["items"]
    assert [each["action"] for each in lines] == ["delete", "update", "create"]
    assert lines[1]["changes"] == {"holidays": [PLAN["holidays"], []]}
    assert {each["actor_name"] for each in lines} == {"Olga Owner"}


async def test_leads_say_when_their_teams_are_there_and_admins_the_rest(house: House, org: Organization) -> None:
    """A manager may not open or close the whole house, and an agent nothing; all of them may look."""
    olga, mina = Browser(house), Browser(house)
    await olga.logged_in(org.email("olga"))
    link = (await olga.post("/api/invitations", {"role": "manager", "email": f"mina@{org.slug}.example"})).json["link"]
    body = {"token": link.partition("#token=")[2], "name": "Mina", "password": "a long enough word"}
    mina.token = (await mina.post("/api/invitations/accept", body)).cookie.value
    ada = await Browser(house).logged_in(org.email("ada"))
    team = (await olga.post("/api/teams", {"name": "Support"})).json["id"]
    channel = f"/api/channels/{org.channel_id}/hours"
    assert (await put(mina, f"/api/teams/{team}/hours", PLAN)).status == 200
    for who, path in ((mina, OWN), (mina, channel), (ada, f"/api/teams/{team}/hours"), (ada, OWN), (ada, channel)):
        assert is_refusal(await put(who, path, PLAN), 403, "forbidden")
        assert (await who.get(path)).status == 200


@pytest.mark.parametrize(
    ("wrong", "field", "told"),
    [
        ({"timezone": "Mars/Olympus"}, "plan.timezone", "there is no such time zone"),
        ({"weekly": [[["09:00", "09:00"]], *[[]] * 6]}, "plan.weekly[0]", "Monday: 09:00 to 09:00 is no time"),
        (
            {"weekly": [*[[]] * 6, [["09:00", "12:00"], ["11:30", "17:00"]]]},
            "plan.weekly[6]",
            "Sunday: two times overlap",
        ),
        ({"weekly": [[]] * 6}, "plan.weekly", ""),
        ({"weekly": [[["9:00", "17:00"]], *[[]] * 6]}, "plan.weekly[0][0][0]", ""),
        ({"weekly": [[["09:00", "24:01"]], *[[]] * 6]}, "plan.weekly[0][0][1]", ""),
        ({"holidays": [{"date": "2026-02-30"}]}, "plan.holidays[0].date", "there is no date 2026-02-30"),
        ({"holidays": [{"date": "2026-05-01"}] * 2}, "plan.holidays[1].date", "stands there twice"),
    ],
)
async def test_what_makes_no_sense_is_refused_where_it_stands(
    olga: Browser, wrong: dict[str, Any], field: str, told: str
) -> None:
    """In words for whoever typed it."""
    refused = await put(olga, OWN, PLAN | wrong)
    assert is_refusal(refused, 422, "invalid")
    assert refused.json.get("field") == field
    assert told in refused.json["message"]


async def test_two_who_change_hours_at_once_do_not_overwrite_each_other(house: House, org: Organization) -> None:
    """Neither where there were none before."""
    one, two = [await Browser(house).logged_in(org.email("olga")) for _ in range(2)]
    tag = (await two.get(OWN)).headers["etag"]
    assert (await put(one, OWN, PLAN, If_Match=tag)).status == 200
    assert is_refusal(await put(two, OWN, PLAN | {"holidays": []}, If_Match=tag), 412, "conflict")
    assert (await one.get(OWN)).json == {"plan": PLAN}
    assert (await soon(200, lambda: one.get(OWN))).json["plan"] == PLAN
