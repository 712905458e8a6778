"""What bots would have said, and what was searched for, is kept as long as the organization says, and as its people."""

from contextlib import AsyncExitStack
from typing import Any

import pytest

from server.core.db import open_db
from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import server_frames as hear
from tests.browser import Browser, is_refusal
from tests.conftest import Cast
from tests.routing.drafts import Desk, open_desk, set_up
from tests.servers import House
from workers.upkeep import forget_old

SEARCHES = "/api/knowledge/searches"


@pytest.fixture
async def desk(people: Cast) -> Desk:
    """A draft that was rejected and a suggestion in one conversation, and a search that found nothing."""
    desk = await open_desk(people)
    await makes(desk, "Secretly for ever")
    await set_up(people, desk.bot, {"type": "verification"}, copilot="everybody")
    return desk


async def makes(desk: Desk, text: str) -> None:
    """A draft that was rejected, and what somebody searched for."""
    draft = await desk.drafts(text)
    await desk.ada.send(desk.verdict(draft.id, "reject", f"{text}?"))
    await desk.becomes(desk.bot, draft.id, "rejected")
    await desk.ada.get(f"/api/knowledge/search?q={text}")


async def suggests(desk: Desk, text: str) -> None:
    """What the bot would say where Ada holds the conversation."""
    said = await desk.visitor.say(desk.conversation_id, "Or a pot?")
    frame = say.SuggestAnswer(uuid7(), desk.conversation_id, said.id, text)
    await desk.bot.send(frame)
    await desk.bot.hears(hear.SuggestionChanged, lambda each: each.suggestion.id == frame.id)


async def kept(desk: Desk) -> dict[str, list[str]]:
    """What there is, as the API lists it."""
    of = f"/api/conversations/{desk.conversation_id}"
    mats = await Browser(desk.ada.org.house).logged_in(desk.ada.org.email("mats"))
    suggestions = (await desk.ada.get(f"{of}/suggestions"))["suggestions"]
    return {
        "drafts": [each["draft"]["body"] for each in await desk.read(desk.ada)],
        "suggestions": [each["body"] for each in suggestions],
        "searches": sorted(each["query"] for each in (await mats.get(SEARCHES)).json["searches"]),
    }


async def ages(desk: Desk, days: int) -> None:
    """All of it becomes so many days older."""
    house, org_id = desk.ada.org.house, desk.ada.org.id
    earlier = f"now() - interval '{days} days'"
    made = f"overlay(uuid7_floor({earlier})::text placing substr(id::text, 16) from 16)::uuid"
    for table, times in (
        ("suggestion", f"created_at = {earlier}"),
        ("collaboration", f"created_at = {earlier}, started_at = {earlier}, ended_at = {earlier}"),
        ("article_event", f"created_at = {earlier}"),
    ):
        await house.rows(f"update {table} set id = {made}, {times} where org_id = $1", org_id)


async def upkeep(house: House) -> None:
    """The hour is over."""
    url = house.databases.environment["DATABASE_URL"]
    async with AsyncExitStack() as stack:
        roles = []
        for role in ("fd_lookup", "fd_worker"):
            db = await open_db(url, role, size=1)
            stack.push_async_callback(db.close)
            roles.append(db)
        await forget_old(*roles)


async def olga_sets(desk: Desk, days: int | None) -> Any:
    """The owner says how long."""
    olga = await Browser(desk.ada.org.house).logged_in(desk.ada.org.email("olga"))
    answer = await olga.ask("PATCH", "/api/organization", {"retention_days": days})
    assert answer.status == 200, answer.text
    return answer.json["retention_days"]


async def test_what_is_older_than_the_organization_keeps_is_gone(house: House, desk: Desk) -> None:
    """Drafts with what was said to them, suggestions and searches; what is younger stays, and so does the talk."""
    await desk.ada.take(desk.conversation_id, 2)
    await suggests(desk, "Secretly yes")
    old = {"drafts": ["Secretly for ever"], "suggestions": ["Secretly yes"], "searches": ["secretly for ever"]}
    assert await kept(desk) == old
    await ages(desk, 40)
    assert await olga_sets(desk, 41) == 41
    await upkeep(house)
    assert await kept(desk) == old
    await suggests(desk, "Today")
    await desk.ada.get("/api/knowledge/search?q=today")
    assert await olga_sets(desk, 39) == 39
    await upkeep(house)
    assert await kept(desk) == {"drafts": [], "suggestions": ["Today"], "searches": ["today"]}
    entries = await desk.ada.get(f"/api/conversations/{desk.conversation_id}/entries")
    assert "May I return a plant?" in str(entries)


async def test_who_keeps_for_ever_keeps_for_ever(house: House, desk: Desk) -> None:
    """Two years by default; nothing else than days or nothing can be said."""
    olga = await Browser(house).logged_in(desk.ada.org.email("olga"))
    assert (await olga.get("/api/organization")).json["retention_days"] == 730
    await ages(desk, 4000)
    assert await olga_sets(desk, None) is None
    await upkeep(house)
    assert (await kept(desk))["drafts"] == ["Secretly for ever"]
    for wrong in (0, 3651, "1"):
        assert is_refusal(await olga.ask("PATCH", "/api/organization", {"retention_days": wrong}), 422, "invalid")
    assert (await olga.ask("PATCH", "/api/organization", {"name": "Books"})).json["retention_days"] is None


async def test_what_waits_is_not_forgotten(house: House, desk: Desk) -> None:
    """However old its id is, a draft stands as long as somebody may decide about it."""
    await olga_sets(desk, 1)
    waits = await desk.drafts("Secretly soon")
    old = "update collaboration set id = uuid7_floor(now() - interval '9 days') where org_id = $1 and ended_at is null"
    await house.rows(old, desk.ada.org.id)
    await upkeep(house)
    assert (await kept(desk))["drafts"] == ["Secretly soon", "Secretly for ever"]
    assert waits.body == "Secretly soon"


@pytest.mark.parametrize("whose", ["conversation", "contact"])
async def test_it_goes_with_the_conversation_and_with_the_person(house: House, desk: Desk, whose: str) -> None:
    """Whichever of them is erased, nothing is left of what a bot would have said there."""
    await desk.ada.take(desk.conversation_id, 2)
    await suggests(desk, "Secretly yes")
    found = {"conversation": desk.conversation_id, "contact": desk.visitor.contact_id}[whose]
    await house.rows(f"delete from {whose} where org_id = $1 and id = $2", desk.ada.org.id, found)
    for table in ("suggestion", "collaboration"):
        assert await house.rows(f"select id from {table} where org_id = $1", desk.ada.org.id) == [], table
