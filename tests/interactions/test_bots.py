"""Bots and people in one conversation: who is counted for what, in interactions and in stints."""

from typing import Any
from uuid import UUID

from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import entries as told
from tests.conftest import Cast
from tests.people import Agent, eventually
from tests.routing.bots import answer, first_bot, hand_off, held
from tests.servers import House


async def test_what_a_bot_alone_answered_is_a_bot_s(people: Cast, house: House) -> None:
    """All of its time; and no person has any, though a person closed it."""
    visitor, ada, bot = await people.visitor(), await people.agent("ada"), await people.bot()
    await first_bot(bot)
    conversation = await visitor.start()
    await answer(bot, conversation, "With pleasure.", (await held(bot, conversation)).turn)
    await _earlier(house, people.org.id, conversation, "1 minute")
    await ada.close(conversation, 1)
    found = await _over(ada, conversation)
    assert (found["mode"], found["human_seconds"], found["queue_seconds"]) == ("bot", 0, 0)
    assert 60 <= found["bot_seconds"] == found["duration_seconds"] < 90
    assert (found["primary_agent_id"], found["primary_agent_name"]) == (str(bot.id), "Robbie")
    assert (found["escalated_to_human"], found["resolution_status"]) == (False, "resolved")
    assert await _roles(house, conversation) == ["bot", "contact"]


async def test_what_a_bot_hands_over_counts_wholly_as_live_chat(people: Cast, house: House) -> None:
    """One interaction with both times, why it was handed over, and when a person had it."""
    visitor, ada, bot = await people.visitor(), await people.agent("ada"), await people.bot()
    await first_bot(bot)
    conversation = await visitor.start()
    turn = (await held(bot, conversation)).turn
    await answer(bot, conversation, "I do not know.", turn)
    asked = hand_off(conversation, turn, reason_code="low_confidence", confidence=0.2)
    await bot.send(asked)
    await bot.answer(asked.id)
    released = await visitor.hears(told.ConversationReleased)
    for event_id, ago in ((conversation, "3 minutes"), (released.id, "2 minutes")):
        await _earlier(house, people.org.id, event_id, ago)
    await ada.take(conversation, released.version)
    taken = await visitor.hears(told.ConversationTaken)
    await _earlier(house, people.org.id, taken.id, "1 minute")
    await ada.close(conversation, taken.version)
    found = await _over(ada, conversation)
    assert (found["mode"], found["escalated_to_human"], found["escalation_reason"]) == (
        "live_chat", True, "low_confidence",
    )  # fmt: skip
    for part in ("bot_seconds", "queue_seconds", "human_seconds"):
        assert 55 <= found[part] <= 90, part
    assert abs(found["bot_seconds"] + found["queue_seconds"] + found["human_seconds"] - found["duration_seconds"]) <= 1
    assert (found["primary_agent_id"], found["secondary_agent_id"]) == (str(ada.id), str(bot.id))
    assert (found["transfer_count"], found["escalated_at"] - found["started_at"] >= 110_000) == (1, True)
    assert await _roles(house, conversation) == ["bot", "contact", "primary"]


async def test_whoever_takes_from_a_bot_escalates_it(people: Cast, house: House) -> None:
    """Also where nobody had asked for a person."""
    visitor, ada, bot = await people.visitor(), await people.agent("ada"), await people.bot()
    await first_bot(bot)
    conversation = await visitor.start()
    await held(bot, conversation)
    await ada.take(conversation, 1)
    await ada.say(conversation, "I am a person.")
    await ada.decide(say.AssignConversation(uuid7(), conversation, 2, agent_id=bot.id))
    await held(bot, conversation, 3)
    await ada.close(conversation, 3)
    found = await _over(ada, conversation)
    assert (found["mode"], found["escalation_reason"], found["transfer_count"]) == ("live_chat", "transfer", 2)
    assert await _roles(house, conversation) == ["bot", "bot", "contact", "primary"]


async def _earlier(house: House, org_id: UUID, event_id: UUID, ago: str) -> None:
    """Let a decision have been taken so long ago, once it has its time from the log."""
    statement = (
        "update event set at = at - $3::text::interval where org_id = $1 and id = $2 and seq is not null returning 1"
    )
    await eventually(lambda: house.rows(statement, org_id, event_id, ago))


async def _over(ada: Agent, conversation: UUID) -> dict[str, Any]:
    async def look() -> Any:
        (row,) = (await ada.get(f"/api/conversations/{conversation}/interactions"))["items"] or [{"status": ""}]
        return row if row["status"] == "completed" else None

    found: dict[str, Any] = await eventually(look)
    return found


async def _roles(house: House, conversation: UUID) -> list[str]:
    async def look() -> list[str]:
        rows = await house.rows(
            "select role, left_at is null as present from participant"
            " where conversation_id = $1 and role <> 'observer' order by role",
            conversation,
        )
        is_over = all(row["present"] == (row["role"] == "contact") for row in rows)
        return [row["role"] for row in rows] if is_over else []

    found: list[str] = await eventually(look)
    return found
