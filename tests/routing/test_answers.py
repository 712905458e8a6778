"""What a bot tells of its answers: visitors see what they come from, the team how it came to them."""

from typing import Any
from uuid import UUID

import pytest

from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import entries as told
from server.protocol.server_frames import History
from server.protocol.values import Answer, Citation, Position
from tests.conftest import Cast
from tests.people import Refused

CITED = [Citation("Opening hours", uuid7(), "In winter", "/help/hours")]
ANSWER = Answer(0.83, "hours", "small-1", 120, 30, 42, ["search_articles"])


def _answers(entries: Any) -> list[tuple[Any, Any]]:
    return [(each.citations, each.answer) for each in entries if isinstance(each, told.MessagePosted)]


async def test_visitors_see_the_sources_and_the_team_sees_all(people: Cast) -> None:
    """Live, after a reconnect from what waits to be stored, and from the past."""
    visitor, agent, bot = await people.visitor(), await people.agent(), await people.bot()
    conversation_id = await visitor.start()
    await agent.watch(conversation_id)
    await bot.given(conversation_id, agent)
    said = await bot.say(conversation_id, "From nine to five.", citations=CITED, answer=ANSWER)
    assert _answers([await visitor.hears(told.MessagePosted)]) == [(CITED, None)]
    assert _answers([await agent.hears(told.MessagePosted)]) == [(CITED, ANSWER)]
    await bot.stored(said)
    assert _answers(await _past(agent, conversation_id)) == [(CITED, ANSWER)]
    assert _answers(await _past(visitor, conversation_id)) == [(CITED, None)]
    assert "small-1" not in str(visitor.heard)
    (row,) = await bot.org.house.rows(
        "select confidence::float8, model, tokens_used, tools_used, meta from message where org_id = $1", bot.org.id
    )
    assert (row["confidence"], row["model"], row["tokens_used"]) == (0.83, "small-1", 150)


async def _past(who: Any, conversation_id: UUID) -> list[Any]:
    """As somebody is shown it who comes anew, wherever it lies by now."""
    frame = say.FetchHistory(conversation_id, Position(2**31, 2**53 - 1))
    before = len(who.heard)
    await who.send(frame)
    history = await who.hears(History, lambda each: each in who.heard[before:])
    return list(history.entries)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "//evil.example", " https://evil.example", "data:text/html,x"])
async def test_a_source_is_a_place_to_read(people: Cast, url: str) -> None:
    """And nothing that a browser would run, or take for another server's."""
    bot, conversation_id = await people.bot(), uuid7()
    frame = say.PostMessage(uuid7(), conversation_id, "Look", turn=1, citations=[Citation("Look", url=url)])
    await bot.send(frame)
    with pytest.raises(Refused, match="malformed"):
        await bot.answer(frame.id)


async def test_nobody_else_has_sources(people: Cast) -> None:
    """What a person says is theirs."""
    visitor, agent = await people.visitor(), await people.agent()
    conversation_id = await visitor.start()
    for each in (visitor, agent):
        with pytest.raises(Refused, match="forbidden"):
            await each.say(conversation_id, "Believe me", citations=CITED)
        with pytest.raises(Refused, match="forbidden"):
            await each.say(conversation_id, "Believe me", answer=ANSWER)
