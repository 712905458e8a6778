"""Asking a bot outside of any conversation: the same handler answers, nobody else hears it, and nothing is kept."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from frontdesk_bot import Bot, Citation, Harness, Turn
from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import server_frames as hear
from tests.bots.conftest import at_work
from tests.browser import Answer, Browser
from tests.knowledge.test_articles import somebody
from tests.machines import Bot as Machine
from tests.people import Refused, eventually
from tests.servers import House, Organization

CHAT = "/api/agents/chat"


@pytest.fixture
def robbie(org: Organization) -> Bot:
    """A bot with something to say about everything that a question may be."""
    bot = Bot(org.house.url(0), org.bot_token, deadline=1.0)

    @bot.tool
    def price_of(plant: str) -> int:
        """What a plant costs."""
        return 12

    @bot.on_message
    async def answer(turn: Turn) -> None:
        if turn.text == "break":
            raise ValueError("it is broken")
        if "person" in turn.text:
            await turn.note("for the team alone")
            await turn.hand_off("wants a person", reason_code="user_request", confidence=1.0)
            return
        before = [f"{each.sender.kind}: {each.body}" for each in await turn.history()]  # type: ignore[union-attr]
        price = await bot.tools.call("price_of", {"plant": turn.text})
        async with turn.typing(), turn.streaming() as out:
            out.write(f"{turn.text} costs {price}")
        await turn.reply(
            f"{turn.text} costs {price}, after {before}, aside: {turn.is_aside}", citations=[Citation("Prices")],
            confidence=0.8, intent="price", model="small", tokens_in=30, tokens_out=4,
        )  # fmt: skip
        await turn.reply("Anything else?", confidence=0.9, intent="more", model="small", tokens_in=1, tokens_out=2)

    return bot


@pytest.fixture
async def olga(house: House, org: Organization) -> Browser:
    """Who owns the company."""
    return await somebody(house, org, "olga")


async def bot_id_of(olga: Browser) -> str:
    return str((await olga.get("/api/bots")).json["items"][0]["id"])


async def asks(who: Browser, message: str, **more: Any) -> Answer:
    """The bot's answer, through the node that it is not connected to; at once, or as soon as it is connected."""
    body = {"agent_id": await bot_id_of(who), "message": message, **more}

    async def answered() -> Answer | None:
        answer = await who.ask("POST", CHAT, body)
        return None if "not connected" in answer.text else answer

    return await eventually(answered, patience=30)  # type: ignore[no-any-return]


@pytest.fixture
async def working(robbie: Bot) -> AsyncIterator[None]:
    """The bot is at work."""
    async with at_work(robbie):
        yield


async def test_it_says_what_it_would_say_and_how_it_came_to_it(org: Organization, olga: Browser, working: None) -> None:
    """With what was said before, its sources and its costs; of several replies all, and no conversation knows of it."""
    history = [{"by": "contact", "body": "Hello"}, {"by": "bot", "body": "Hi"}]
    answer = (await asks(olga, "A fern", history=history)).json
    assert answer.pop("ms") >= 0
    assert answer == {
        "body": "A fern costs 12, after ['contact: Hello', 'bot: Hi'], aside: True\n\nAnything else?",
        "citations": [{"title": "Prices"}],
        "confidence": 0.9,
        "intent": "more",
        "model": "small",
        "tokens_in": 31,
        "tokens_out": 6,
        "tools_used": ["price_of"],
        "hand_off": None,
        "reason": "",
    }
    kept = "select from conversation where org_id = $1 union all select from message where org_id = $1"
    assert await org.house.rows(kept, org.id) == []


async def test_what_it_would_hand_over_it_says(olga: Browser, working: None) -> None:
    """And where its handler fails, that people would be asked because of it; notes are nobody's here."""
    answer = (await asks(olga, "a person please")).json
    assert (answer["body"], answer["hand_off"], answer["reason"]) == ("", "user_request", "wants a person")
    assert (await asks(olga, "break")).json["hand_off"] == "tool_failure"


async def test_another_node_finds_it(house: House, org: Organization, olga: Browser, robbie: Bot) -> None:
    """Wherever the question comes in and wherever the bot is connected."""
    assert len(house.ports) > 1
    for node in range(len(house.ports)):
        away = Bot(house.url(node), org.bot_token)
        away.on_message(_says_node(node))
        async with at_work(away):
            assert (await asks(olga, "where?")).json["body"] == f"at {node}"


def _says_node(node: int) -> Any:
    async def answer(turn: Turn) -> None:
        await turn.reply(f"at {node}")

    return answer


async def test_a_bot_that_is_not_there_or_silent_is_told_apart(org: Organization, olga: Browser) -> None:
    """Within two seconds, and after as long as the bot is given for an answer."""
    bot_id = await bot_id_of(olga)
    body = {"agent_id": bot_id, "message": "hello?"}
    gone = await olga.ask("POST", CHAT, body)
    assert (gone.status, gone.json["code"], gone.json["message"]) == (503, "unavailable", "the bot is not connected")
    await olga.ask("PATCH", f"/api/bots/{bot_id}", {"answer_seconds": 2})
    silent = Machine(org)
    await silent.connect()
    late = await olga.ask("POST", CHAT, body)
    assert (late.status, late.json["code"]) == (504, "unavailable")
    asked = await silent.hears(hear.Question)
    await silent.send(say.AnswerQuestion(asked.id, "too late"))
    await silent.leave()


async def test_nobody_answers_what_somebody_else_was_asked(
    org: Organization, other: Organization, olga: Browser
) -> None:
    """Neither another socket, nor another company's bot, nor twice."""
    asked, idle, stranger = Machine(org), Machine(org), Machine(other)
    for each in (idle, stranger, asked):
        await each.connect()
    await olga.ask("PATCH", f"/api/bots/{await bot_id_of(olga)}", {"answer_seconds": 2})
    await asks(olga, "hello?")
    question = await asked.hears(hear.Question)
    for each in (idle, stranger):
        with pytest.raises(Refused, match="no such question"):
            await each.decide(say.AnswerQuestion(question.id, "me!"))
    await asked.send(say.AnswerQuestion(question.id, "late, and once"))
    with pytest.raises(Refused, match="no such question"):
        await asked.decide(say.AnswerQuestion(question.id, "twice"))
    for each in (idle, stranger, asked):
        await each.leave()


async def test_only_bots_are_asked(org: Organization, other: Organization, olga: Browser) -> None:
    """A member is none, and another company's bot is not there."""
    theirs = await bot_id_of(await somebody(other.house, other, "olga"))
    member_id = (await olga.get("/api/me")).json["agent_id"]
    for agent_id in (member_id, theirs, str(uuid7())):
        answer = await olga.ask("POST", CHAT, {"agent_id": agent_id, "message": "hello?"})
        assert (answer.status, answer.json["code"]) == (404, "not_found")


async def test_the_harness_asks_aside(robbie: Bot) -> None:
    """Without a server, too."""
    async with Harness(robbie) as talk:
        answer = await talk.ask_aside("A fern")
        assert answer.body.startswith("A fern costs 12, after [], aside: True")
        assert talk.entries == []
