"""Who decides about a bot's drafts may be named, one by one or as a team; and nobody waits for who is gone."""

from typing import Any
from uuid import UUID

import pytest

from server.core.ids import uuid7
from server.protocol import entries as told
from server.protocol import server_frames as hear
from tests.browser import Browser, is_refusal
from tests.conftest import Cast
from tests.people import Refused
from tests.routing.drafts import DRAFT, Desk, never_heard, never_heard_yet, open_desk, set_up
from tests.routing.test_drafts import browser, path, waiting
from tests.servers import Organization


@pytest.fixture
async def desk(people: Cast) -> Desk:
    """The bot on one node, Ada on the other."""
    return await open_desk(people)


@pytest.fixture
async def olga(org: Organization) -> Browser:
    """The owner's browser."""
    return await Browser(org.house).logged_in(org.email("olga"))


async def ids_of(olga: Browser) -> dict[str, str]:
    """The members by their first names."""
    found = (await olga.get("/api/members")).json["items"]
    return {each["name"].split()[0].lower(): each["id"] for each in found}


def by(*member_ids: str, **more: Any) -> dict[str, Any]:
    """Nothing is said before one of these members approves it."""
    return {"type": "verification", "verifiers": "members", "member_ids": [*member_ids]} | more


async def handed(desk: Desk) -> list[dict[str, Any]]:
    """How the conversation changed hands."""
    found = await desk.ada.get(f"/api/conversations/{desk.conversation_id}/handoffs")
    return list(found["handoffs"])


async def test_only_who_is_named_decides(people: Cast, desk: Desk, olga: Browser) -> None:
    """Ben, and whoever says so: not Ada at her socket, nor the manager over REST; the draft tells whom it waits for."""
    ids = await ids_of(olga)
    await set_up(people, desk.bot, by(ids["ben"]))
    draft = await desk.drafts()
    frame = (
        await desk.ada.hears(hear.CollaborationChanged, lambda each: each.collaboration.id == draft.id)
    ).collaboration
    assert frame.verifier_ids == [UUID(ids["ben"])]
    await desk.ada.send(desk.verdict(draft.id, "approve"))
    with pytest.raises(Refused, match="forbidden"):
        await desk.ada.answer(draft.id)
    mats, ben = await browser(desk, "mats"), await browser(desk, "ben")
    decide, approve = f"{path(desk, draft.id)}/decide", {"verdict": "approve"}
    assert is_refusal(await mats.post(decide, approve), 403, "forbidden")
    lists = {name: await waiting(await browser(desk, name)) for name in ("ada", "mats", "ben", "alma", "olga")}
    assert {name for name, found in lists.items() if found} == {"ben", "alma", "olga"}
    assert await waiting(mats, f"/conversations/{desk.conversation_id}") == [str(draft.id)]
    await never_heard_yet(desk)
    assert (await ben.post(decide, approve)).json["outcome"] == "approved"
    await desk.visitor.hears_line(DRAFT)


async def test_whoever_sets_bots_up_always_decides(people: Cast, desk: Desk, olga: Browser) -> None:
    """An admin, too; and of their programs those that may set bots up."""
    await set_up(people, desk.bot, by((await ids_of(olga))["ben"]))
    nobody = Browser(desk.ada.org.house)
    for who, text in ((await browser(desk, "alma"), "One."), (olga, "Two.")):
        draft = await desk.drafts(text)
        assert (await who.post(f"{path(desk, draft.id)}/decide", {"verdict": "approve"})).status == 200
        await desk.visitor.hears_line(text)
    draft = await desk.drafts("Three.")
    for scopes, status in ((["conversation.reply"], 403), (["conversation.reply", "bot.write"], 200)):
        made = (await olga.post("/api/tokens", {"name": "Program", "scopes": scopes})).json
        program = {"Authorization": f"Bearer {made['token']}", "Sec_Fetch_Site": None}
        answer = await nobody.post(f"{path(desk, draft.id)}/decide", {"verdict": "approve"}, **program)
        assert answer.status == status, answer.text


async def test_a_team_decides(people: Cast, desk: Desk, olga: Browser) -> None:
    """Its members do, as they are when the bot says something; without the team people answer at once."""
    ids = await ids_of(olga)
    team = (await olga.post("/api/teams", {"name": "Legal", "member_ids": [ids["ben"]]})).json
    await set_up(people, desk.bot, {"type": "verification", "verifiers": "team", "team_id": team["id"]})
    ben = await browser(desk, "ben")
    first = await desk.drafts()
    shown = (await ben.get(path(desk, first.id))).json
    assert (shown["verifier_ids"], shown["verifier_team_id"]) == ([ids["ben"]], team["id"])
    await desk.ada.send(desk.verdict(first.id, "reject"))
    with pytest.raises(Refused, match="forbidden"):
        await desk.ada.answer(first.id)
    assert (await ben.post(f"{path(desk, first.id)}/decide", {"verdict": "reject"})).status == 200
    await olga.ask("PUT", f"/api/teams/{team['id']}/members", {"member_ids": [ids["ada"]]})
    second = await desk.drafts("Yes.")
    assert is_refusal(await ben.post(f"{path(desk, second.id)}/decide", {"verdict": "reject"}), 403, "forbidden")
    await desk.ada.send(desk.verdict(second.id, "approve"))
    await desk.visitor.hears_line("Yes.")
    assert (await olga.ask("DELETE", f"/api/teams/{team['id']}")).status == 204
    third = await desk.drafts("No.")
    await desk.becomes(desk.bot, third.id, "expired")
    assert [each["state"]["draft"] for each in await handed(desk)] == ["No."]
    found = (await olga.get(f"/api/bots/{desk.bot.id}")).json["configuration"]["collaboration"]
    assert (found["verifiers"], found.get("team_id")) == ("team", None)


async def test_who_left_is_no_longer_named(people: Cast, desk: Desk, olga: Browser) -> None:
    """He is gone from the list and back with his seat; where nobody of it is left, people answer at once."""
    ids = await ids_of(olga)
    await set_up(people, desk.bot, by(ids["ben"], ids["mats"]))
    configured = f"/api/bots/{desk.bot.id}"

    async def named() -> list[str]:
        found = (await olga.get(configured)).json["configuration"]["collaboration"]
        assert found["verifiers"] == "members"
        return list(found.get("member_ids", []))

    assert (await olga.ask("DELETE", f"/api/members/{ids['ben']}")).status == 204
    assert await named() == [ids["mats"]]
    first = await desk.drafts()
    assert (await olga.get(path(desk, first.id))).json["verifier_ids"] == [ids["mats"]]
    assert (await olga.post(f"{path(desk, first.id)}/decide", {"verdict": "reject"})).status == 200
    assert (await olga.ask("DELETE", f"/api/members/{ids['mats']}")).status == 204
    assert await named() == []
    second = await desk.drafts()
    await desk.becomes(desk.bot, second.id, "expired")
    assert [(each["reason_code"], each["state"]["draft"]) for each in await handed(desk)] == [("policy", DRAFT)]
    assert (await olga.ask("PATCH", f"/api/members/{ids['ben']}", {"is_active": True})).status == 200
    assert await named() == [ids["ben"]]
    await never_heard(desk)


async def test_where_all_who_are_named_are_away_people_answer(people: Cast, desk: Desk, olga: Browser) -> None:
    """When the seconds are over, as where anybody decides."""
    await set_up(people, desk.bot, by((await ids_of(olga))["ben"], seconds=2))
    draft = await desk.drafts()
    await desk.becomes(desk.bot, draft.id, "expired")
    await desk.ada.hears(told.HandoffRequested)
    assert [each["state"]["draft"] for each in await handed(desk)] == [DRAFT]
    await never_heard(desk)


async def test_whom_one_names_is_somebody_who_can_decide(desk: Desk, olga: Browser, other: Organization) -> None:
    """A member who is here and may answer, or a team; what is named to no end is not kept."""
    ids = await ids_of(olga)
    strangers = await Browser(desk.ada.org.house).logged_in(other.email("olga"))
    theirs = (await ids_of(strangers))["ben"]
    their_team = (await strangers.post("/api/teams", {"name": "Legal"})).json["id"]
    configured = f"/api/bots/{desk.bot.id}"
    team: dict[str, Any] = {"type": "verification", "verifiers": "team"}
    for wrong in (
        by(), by(ids["ben"], ids["ben"]), by(ids["vera"]), by(theirs), by(str(uuid7())), by(str(desk.bot.id)),
        team, team | {"team_id": their_team},
    ):  # fmt: skip
        answer = await olga.ask("PATCH", configured, {"collaboration": wrong})
        assert is_refusal(answer, 422, "invalid"), wrong
        assert answer.json["field"] == "collaboration"
    kept = by(ids["ben"]) | {"verifiers": "anybody", "team_id": their_team}
    found = (await olga.ask("PATCH", configured, {"collaboration": kept})).json["configuration"]["collaboration"]
    assert {"member_ids", "team_id"} & {name for name, value in found.items() if value} == set()
