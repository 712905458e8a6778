"""What is not for bots: as soon as somebody says what a conversation is about, people have it."""

from uuid import UUID

import pytest

from server.core.ids import uuid7
from server.protocol import client_frames as say
from tests.conftest import Cast
from tests.people import Agent
from tests.routing.bots import first_bot, held
from tests.routing.queue import offered


@pytest.mark.parametrize(
    ("rule", "told"),
    [("requires_human", "Refund is for people"), ("requires_auth", "Refund is for visitors who are known")],
)
async def test_a_bot_does_not_keep_what_is_not_for_bots(
    desk: tuple[Agent, Agent], people: Cast, rule: str, told: str
) -> None:
    """The other conversations it keeps."""
    bot, visitor, mats = await people.bot(), await people.visitor(), await people.agent("mats")
    await mats.watch(None)
    await first_bot(bot)
    types = {}
    for name, rules in (("Refund", {rule: True}), ("Parcel", {})):
        body = {"code": name.lower(), "name": name, "category": "billing", **rules}
        types[name] = UUID((await mats.post("/api/interaction-types", body))["id"])
    kept, given = await visitor.start(), await visitor.start()
    for conversation_id, name in ((kept, "Parcel"), (given, "Refund")):
        card = (await held(bot, conversation_id, 1)).card
        await mats.decide(say.ClassifyConversation(uuid7(), conversation_id, card.version, types[name]))
    await offered((*desk, mats), given)
    (row,) = (await mats.get(f"/api/conversations/{given}/handoffs"))["handoffs"]
    assert (row["reason_code"], row["reason"]) == ("policy", told)
    assert (await mats.get(f"/api/conversations/{kept}"))["card"]["assigned_agent_id"] == str(bot.id)
