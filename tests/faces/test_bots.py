"""The face of bots: set up, tried, and sent ahead; their tools, how they fare, and whom they help."""

import asyncio
import json
from contextlib import suppress
from functools import partial
from uuid import UUID

from frontdesk_bot import Bot, Turn
from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import server_frames as hear
from tests.conftest import Cast
from tests.faces.node import tell
from tests.machines import connected
from tests.people import Agent
from tests.servers import PASSWORD, Organization


def robbie(people: Cast) -> Bot:
    """Says back what it hears, with how it is set up; has two tools, and fails on demand."""
    bot = Bot(people.org.house.url(), people.org.bot_token)

    @bot.tool
    def order_status(order_id: int) -> str:
        """What became of an order."""
        return f"{order_id} left"

    @bot.tool
    def book_a_collection_of_what_is_sent_back(order_id: int, day: str) -> str:
        """Has the parcel service collect what a customer sends back, on a working day, between eight and six."""
        return f"{order_id} on {day}"

    @bot.on_message
    async def answer(turn: Turn) -> None:
        assert bot.configuration is not None
        if "fail" in turn.text:
            raise RuntimeError("on demand")
        how = f" ({bot.configuration.handoff_threshold}, {bot.configuration.fallback_message})"
        await turn.reply(f"You said: {turn.text}{how if 'threshold' in turn.text else ''}", confidence=0.8)

    return bot


async def _suggestions(people: Cast, olga: Agent, bot_id: UUID) -> None:
    """Of four that Ada got, one was sent as it was, one changed, one put away, and one came too late."""
    visitor, ada = await people.visitor(), await people.agent("ada")
    await connected(people.org, bot_id)
    await olga.change(f"/api/bots/{bot_id}", {"copilot": "everybody"})
    conversation_id = await visitor.start()
    await ada.watch(conversation_id)
    await ada.decide(say.TakeConversation(uuid7(), conversation_id, 1))
    for question, sent in (("One?", "You said: One?"), ("Two?", "That is two."), ("Three?", None), ("Four?", "")):
        await visitor.say(conversation_id, question)
        shown = (await ada.hears(hear.SuggestionChanged, partial(_answers, question))).suggestion
        if sent is None:
            await ada.post(f"/api/conversations/{conversation_id}/suggestions/{shown.id}/dismiss", {})
        else:
            told = await ada.say(conversation_id, sent or "Bye", suggestion_id=shown.id if sent else None)
            await ada.stored(told)


async def _used(org: Organization, bot_id: str) -> None:
    """What the bot called before it gave a conversation away; put straight into its table."""
    status, refund = {"tool_name": "order_status", "ms": 84}, {"tool_name": "refund", "ms": 10_000, "is_failed": True}
    await org.house.rows(
        "insert into handoff (org_id, conversation_id, from_agent_id, turn, status, ended_at, tool_calls)"
        " select org_id, id, $2::text::uuid, 1, 'canceled', now(), $3::text::jsonb from conversation where org_id = $1",
        org.id, bot_id, json.dumps([status, status, refund]),
    )  # fmt: skip


def _answers(question: str, frame: hear.SuggestionChanged) -> bool:
    return frame.suggestion.body == f"You said: {question}"


async def test_a_bot_is_set_up_and_tried_beside_it(people: Cast) -> None:
    """What was saved is what it answers with; who goes first is chosen on the channel's page; its troubles show."""
    bot, org = robbie(people), people.org
    olga = Agent(org, "olga")
    await olga.login()
    (made,) = (await olga.get("/api/bots"))["items"]
    running = asyncio.create_task(bot.serve())
    try:
        await _suggestions(people, olga, made["id"])
        await _used(org, made["id"])
        await olga.post("/api/teams", {"name": "Parcels"})
        await olga.post("/api/bots", {"name": "Bill", "type": "billing"})
        told = {"WEB_URL": org.house.url(), "WIDGET_KEY": org.widget_key, "PASSWORD": PASSWORD}
        await tell("bots.js", told | {"LEAD": org.email("olga")})
    finally:
        bot.stop()
        with suppress(asyncio.CancelledError):
            await running
        await olga.leave()
