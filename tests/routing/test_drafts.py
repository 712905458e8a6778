"""Drafts over REST: what waits is listed and decided about without a socket, by the same rule."""

import asyncio
from uuid import UUID

import pytest

from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import entries as told
from server.protocol import server_frames as hear
from tests.browser import Browser, is_refusal
from tests.conftest import Cast
from tests.gateway.test_sight import limit
from tests.routing.bots import hire
from tests.routing.drafts import DRAFT, Desk, never_heard, open_desk, set_up


@pytest.fixture
async def desk(people: Cast) -> Desk:
    """The bot on one node, Ada on the other."""
    return await open_desk(people)


async def browser(desk: Desk, name: str, node: int = 1) -> Browser:
    """A member's browser with no socket."""
    return await Browser(desk.ada.org.house, node).logged_in(desk.ada.org.email(name))


def path(desk: Desk, draft_id: UUID) -> str:
    """Where one draft stands."""
    return f"/api/conversations/{desk.conversation_id}/drafts/{draft_id}"


async def waiting(who: Browser, of: str = "") -> list[str]:
    """The ids of what waits, in their order, read one at a time."""
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = (await who.get(f"/api{of}/drafts?limit=1&cursor={cursor}")).json
        found += [each["id"] for each in page["items"]]
        cursor = page["next_cursor"]
    return found


async def test_a_draft_is_approved_over_rest(desk: Desk) -> None:
    """It is listed, shown and approved on another node; the visitor hears it once, also when that is said again."""
    draft = await desk.drafts()
    ben = await browser(desk, "ben")
    (listed,) = (await ben.get("/api/drafts")).json["items"]
    assert (listed["id"], listed["draft"]["body"], listed.get("outcome")) == (str(draft.id), DRAFT, None)
    assert (await ben.get(path(desk, draft.id))).json == listed
    answers = [await ben.post(f"{path(desk, draft.id)}/decide", {"verdict": "approve"}) for _ in range(2)]
    assert [(each.status, each.json["outcome"]) for each in answers] == [(200, "approved")] * 2
    assert answers[0].json == answers[1].json == (await ben.get(path(desk, draft.id))).json
    line = await desk.visitor.hears_line(DRAFT)
    assert (line.id, line.sender.id) == (draft.id, desk.bot.id)
    await desk.becomes(desk.ada, draft.id, "approved")
    await desk.visitor.say(desk.conversation_id, "Thanks")
    assert desk.visitor.lines(desk.conversation_id).count(DRAFT) == 1
    assert await waiting(ben) == []


async def test_what_is_decided_otherwise_afterwards_is_a_conflict(desk: Desk) -> None:
    """Whoever wants what is so gets it; whoever wants anything else is told what it is."""
    changed = {"verdict": "approve", "body": "You can return it for 30 days."}
    first, second = await desk.drafts(), await desk.drafts("Never.")
    ada, ben = await browser(desk, "ada"), await browser(desk, "ben", 0)
    for who in (ada, ben, ada):
        assert (await who.post(f"{path(desk, first.id)}/decide", changed)).json["outcome"] == "edited"
        answer = await who.post(f"{path(desk, second.id)}/decide", {"verdict": "reject", "body": "Too short."})
        assert [each["body"] for each in answer.json["contributions"]] == ["Too short."]
    for wrong in ({"verdict": "approve"}, {"verdict": "approve", "body": "For ever."}, {"verdict": "reject"}):
        assert is_refusal(await ben.post(f"{path(desk, first.id)}/decide", wrong), 409, "conflict")
    assert is_refusal(await ada.post(f"{path(desk, second.id)}/decide", {"verdict": "approve"}), 409, "conflict")
    await desk.visitor.hears_line(changed["body"])
    third = await desk.drafts("Yes.")
    await desk.visitor.say(desk.conversation_id, "Or a pot?")
    await desk.becomes(desk.bot, third.id, "outdated")
    assert is_refusal(await ada.post(f"{path(desk, third.id)}/decide", {"verdict": "approve"}), 409, "conflict")
    assert (await ada.get(path(desk, third.id))).json["outcome"] == "outdated"
    await never_heard(desk)
    assert not {"Never.", "Yes."} & {*desk.visitor.lines(desk.conversation_id)}


async def test_a_socket_and_a_request_at_once_say_it_once(desk: Desk) -> None:
    """Ada on one node by her socket, Ben on the other over REST, with two texts: one counts, and both hear which."""
    ben = await browser(desk, "ben")
    for _ in range(3):
        draft = await desk.drafts()
        texts = {desk.ada.id: "For 30 days.", None: "For 14 days."}
        answer, _ = await asyncio.gather(
            ben.post(f"{path(desk, draft.id)}/decide", {"verdict": "approve", "body": texts[None]}),
            desk.ada.send(desk.verdict(draft.id, "approve", texts[desk.ada.id])),
        )
        (said,) = (await desk.becomes(desk.ada, draft.id, "edited")).contributions
        assert answer.status == (409 if said.agent_id == desk.ada.id else 200)
        line = await desk.visitor.hears(told.MessagePosted, lambda each, of=draft.id: each.id == of)  # type: ignore[misc]
        assert line.body == said.body
        await desk.visitor.say(desk.conversation_id, "Thanks")
        heard = [each for each in desk.visitor.heard if isinstance(each, told.MessagePosted) and each.id == draft.id]
        assert len(heard) == 1
        # What waits for the visitor's word is not what the next draft answers.
        await desk.bot.hears(told.MessagePosted, lambda each, after=line.seq: each.seq > after)  # type: ignore[misc]


async def test_what_waits_is_listed_for_whoever_may_decide(people: Cast, desk: Desk) -> None:
    """Of all conversations, least time left first, page by page; of one; and of no other but one's own."""
    elsewhere = await desk.visitor.start()
    held = await desk.bot.given(elsewhere, desk.ada)
    await set_up(people, desk.bot, {"type": "verification", "seconds": 200})
    late = await desk.drafts()
    await set_up(people, desk.bot, {"type": "verification", "seconds": 100})
    soon = desk.bot.draft(elsewhere, "Yes.", turn=held.turn)
    await desk.bot.send(soon)
    await desk.bot.hears(hear.CollaborationChanged, lambda each: each.collaboration.id == soon.id)
    ben = await browser(desk, "ben")
    assert await waiting(ben) == [str(soon.id), str(late.id)]
    assert await waiting(ben, f"/conversations/{elsewhere}") == [str(soon.id)]
    assert is_refusal(await ben.get("/api/drafts?cursor=x"), 422, "invalid")
    away = await people.agent("ben", node=1)
    await limit(people, away, "queue.read")
    assert await waiting(ben) == []
    of_one = f"/api/conversations/{desk.conversation_id}/drafts"
    for asked in (of_one, path(desk, late.id)):
        assert is_refusal(await ben.get(asked), 404, "not_found")
    answer = await ben.post(f"{path(desk, late.id)}/decide", {"verdict": "approve"})
    assert is_refusal(answer, 404, "not_found")
    await never_heard(desk)


async def test_who_may_not_is_refused(desk: Desk) -> None:
    """Viewers, bots, tokens for something else, whoever is nobody; and what is no draft, or stands elsewhere."""
    draft = await desk.drafts()
    decide, approve = f"{path(desk, draft.id)}/decide", {"verdict": "approve"}
    vera, olga, nobody = await browser(desk, "vera"), await browser(desk, "olga"), Browser(desk.ada.org.house)
    assert is_refusal(await vera.get("/api/drafts"), 403, "forbidden")
    assert (await vera.get(path(desk, draft.id))).status == 200
    assert is_refusal(await vera.post(decide, approve), 403, "forbidden")
    program = {"Authorization": f"Bearer {desk.ada.org.bot_token}", "Sec_Fetch_Site": None}
    for who in ({}, program):
        assert is_refusal(await nobody.post(decide, approve, **who), 401, "unauthenticated")
        assert is_refusal(await nobody.get("/api/drafts", **who), 401, "unauthenticated")
    made = (await olga.post("/api/tokens", {"name": "Reads", "scopes": ["conversation.read"]})).json
    program = {"Authorization": f"Bearer {made['token']}", "Sec_Fetch_Site": None}
    assert (await nobody.get(path(desk, draft.id), **program)).status == 200
    assert is_refusal(await nobody.post(decide, approve, **program), 403, "forbidden")
    elsewhere = await desk.visitor.start()
    for wrong in (f"/api/conversations/{elsewhere}/drafts/{draft.id}", path(desk, uuid7())):
        assert is_refusal(await olga.get(wrong), 404, "not_found")
        assert is_refusal(await olga.post(f"{wrong}/decide", approve), 404, "not_found")
    await never_heard(desk)
    made = (await olga.post("/api/tokens", {"name": "Verifies", "scopes": ["conversation.reply"]})).json
    program = {"Authorization": f"Bearer {made['token']}", "Sec_Fetch_Site": None}
    again = await desk.drafts("Yes.")
    answer = await nobody.post(f"{path(desk, again.id)}/decide", approve, **program)
    assert answer.json["contributions"][0]["agent_name"] == "Olga Owner"
    await desk.visitor.hears_line("Yes.")


async def test_what_comes_too_late_is_a_conflict(people: Cast, desk: Desk) -> None:
    """Nobody decided in time, and people answer."""
    await set_up(people, desk.bot, {"type": "verification", "seconds": 2})
    draft = await desk.drafts()
    await desk.becomes(desk.ada, draft.id, "expired")
    ben = await browser(desk, "ben")
    for verdict in ("approve", "reject"):
        answer = await ben.post(f"{path(desk, draft.id)}/decide", {"verdict": verdict})
        assert is_refusal(answer, 409, "conflict")
    assert "people answer" in answer.json["message"]
    await never_heard(desk)


async def test_what_bots_ask_each_other_is_no_draft(people: Cast, desk: Desk) -> None:
    """It is not listed, not shown as one, and nobody's to decide about."""
    expert = await hire(people, "Expert")
    await set_up(people, desk.bot, {"type": "parallel", "agent_ids": [str(expert.id)], "seconds": 60})
    turn = desk.bot.draft(desk.conversation_id, "").turn or 0
    consult = say.ConsultAgents(uuid7(), desk.conversation_id, turn, "Until when?")
    await desk.bot.send(consult)
    await expert.hears(hear.ContributionRequested)
    ben = await browser(desk, "ben")
    assert await waiting(ben) == await waiting(ben, f"/conversations/{desk.conversation_id}") == []
    assert is_refusal(await ben.get(path(desk, consult.id)), 404, "not_found")
    answer = await ben.post(f"{path(desk, consult.id)}/decide", {"verdict": "approve"})
    assert is_refusal(answer, 403, "forbidden")
