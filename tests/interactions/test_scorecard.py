"""A bot's scorecard says what its conversations say."""

from typing import Any
from uuid import UUID

from server.protocol import entries as told
from server.protocol.values import Answer
from tests.conftest import Cast
from tests.people import Agent, eventually
from tests.routing.bots import first_bot, hand_off, held
from tests.servers import House


async def card_when(olga: Agent, bot_id: UUID, **expected: Any) -> dict[str, Any]:
    """The scorecard, as soon as it says this."""

    async def look() -> Any:
        found = await olga.get(f"/api/bots/{bot_id}/scorecard")
        return found if {name: found[name] for name in expected} == expected else None

    found: dict[str, Any] = await eventually(look, patience=30)
    return found


async def test_a_scorecard_counts_what_happened(people: Cast, house: House) -> None:
    """One conversation that it brought to its end alone, one that it gave up, and nothing that is older."""
    olga, bot = await people.agent("olga"), await people.bot()
    empty = await card_when(olga, bot.id, conversations=0, answers=0, handed_off=0, resolved_alone=0, reasons={})
    assert (empty["answer_ms"], empty["confidence"]) == (None, None)
    await first_bot(bot)
    await olga.change(f"/api/bots/{bot.id}", {"fallback_message": "That is beyond me."})
    alone, given_up = await people.visitor(), await people.visitor()
    first, second = await alone.start(), await given_up.start()
    for visitor, conversation, sure, text in (
        (alone, first, 0.9, "With pleasure."),
        (given_up, second, 0.7, "Perhaps."),
    ):
        turn = (await held(bot, conversation)).turn
        await visitor.say(conversation, "Hello?")
        await bot.stored(await bot.say(conversation, text, turn=turn, answer=Answer(sure)))
    asked = hand_off(second, (await held(bot, second)).turn, reason_code="low_confidence", confidence=0.2)
    await bot.send(asked)
    await given_up.hears(told.ConversationReleased)
    # What the server says for it is no answer of its own.
    said = "select 1 from message where org_id = $1 and body = 'That is beyond me.'"
    await eventually(lambda: house.rows(said, people.org.id))
    await olga.close(first, 1)
    found = await card_when(
        olga, bot.id, conversations=2, answers=2, handed_off=1, resolved_alone=1, reasons={"low_confidence": 1}
    )
    assert abs(found["confidence"] - 0.8) < 0.01
    assert 0 <= found["answer_ms"] < 60_000
    await house.rows(
        "update participant set joined_at = joined_at - interval '31 days' where org_id = $1 and conversation_id = $2",
        people.org.id, second,
    )  # fmt: skip
    await house.rows(
        "update handoff set requested_at = requested_at - interval '31 days' where org_id = $1", people.org.id
    )
    await card_when(olga, bot.id, conversations=1, answers=1, handed_off=0, resolved_alone=1, reasons={})


async def test_another_company_s_bot_has_none_here(people: Cast, house: House) -> None:
    """It is not there."""
    olga = await people.agent("olga")
    other = await house.organization()
    (row,) = await house.rows("select id from bot where org_id = $1", other.id)
    assert olga.http is not None
    async with olga.http.get(f"{house.url()}/api/bots/{row['id']}/scorecard") as answer:
        assert answer.status == 404
