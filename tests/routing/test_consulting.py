"""Bots that consult others: in turn, at once, in a debate; the visitor hears one answer, of one bot."""

from typing import Any
from uuid import UUID

import pytest

from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import server_frames as hear
from server.protocol.collaboration_values import Collaboration
from tests.conftest import Cast
from tests.machines import Bot
from tests.people import Agent, Refused, Visitor
from tests.routing.bots import hire
from tests.routing.drafts import set_up

QUESTION = "May I return a plant after a year?"


class Panel:
    """A bot holds a visitor's conversation, and others may be asked."""

    def __init__(self, visitor: Visitor, bot: Bot, others: list[Bot], ada: Agent, conversation_id: UUID) -> None:
        self.visitor, self.bot, self.others, self.ada = visitor, bot, others, ada
        self.conversation_id = conversation_id

    async def consults(self, collaboration_id: UUID | None = None) -> UUID:
        """The bot asks the others; under which id."""
        turn = self.bot.draft(self.conversation_id, "").turn or 0
        frame = say.ConsultAgents(collaboration_id or uuid7(), self.conversation_id, turn, QUESTION)
        await self.bot.send(frame)
        return frame.id

    async def asked(self, bot: Bot, round_: int = 1) -> hear.ContributionRequested:
        """One of them hears that it is asked."""
        return await bot.hears(hear.ContributionRequested, lambda each: each.round == round_)

    async def says(self, bot: Bot, body: str, round_: int = 1, **fields: Any) -> hear.ContributionRequested:
        """And says something to it."""
        frame = await self.asked(bot, round_)
        await bot.send(say.Contribute(frame.id, frame.conversation_id, round=round_, body=body, **fields))
        return frame

    async def ends(self, who: Bot | Agent, collaboration_id: UUID) -> Collaboration:
        """What came of it, as somebody hears."""

        def is_it(frame: hear.CollaborationChanged) -> bool:
            return frame.collaboration.id == collaboration_id and frame.collaboration.outcome is not None

        return (await who.hears(hear.CollaborationChanged, is_it)).collaboration


async def convene(people: Cast, kind: str, count: int = 2, **fields: Any) -> Panel:
    """A panel of this kind, each bot on another node than the one before."""
    visitor, ada, bot = await people.visitor(), await people.agent("ada", node=0), await people.bot(node=1)
    others = [await hire(people, f"Expert {number}", node=number % 2) for number in range(count)]
    await set_up(people, bot, {"type": kind, "agent_ids": [str(each.id) for each in others]} | fields)
    conversation_id = await visitor.start()
    await bot.given(conversation_id, ada)
    await ada.watch(conversation_id)
    said = await visitor.say(conversation_id, QUESTION)
    await visitor.stored(said)
    return Panel(visitor, bot, others, ada, conversation_id)


async def test_all_at_once(people: Cast) -> None:
    """Each hears the question and what was said; the team sees who said what, the visitor one answer."""
    panel = await convene(people, "parallel")
    collaboration_id = await panel.consults()
    first, second = panel.others
    asked = await panel.says(first, "No.", confidence=0.9)
    assert (asked.body, [each.body for each in asked.history], asked.coordinator_name) == (
        QUESTION, [QUESTION], "Robbie",
    )  # fmt: skip
    await panel.says(second, "For 30 days.", confidence=0.4)
    for who in (panel.bot, panel.ada):
        ended = await panel.ends(who, collaboration_id)
        assert (ended.outcome, ended.consensus_reached) == ("completed", None)
        assert {(each.agent_name, each.body, each.confidence) for each in ended.contributions} == {
            ("Expert 0", "No.", 0.9), ("Expert 1", "For 30 days.", 0.4),
        }  # fmt: skip
    await panel.bot.say(panel.conversation_id, "No, but for 30 days.")
    await panel.visitor.hears_line("No, but for 30 days.")
    told = str(panel.visitor.heard)
    assert "For 30 days." not in told
    assert "Expert" not in told
    kept = (await panel.ada.get(f"/api/conversations/{panel.conversation_id}/collaborations"))["collaborations"]
    assert [(each["id"], each["outcome"], len(each["contributions"])) for each in kept] == [
        (str(collaboration_id), "completed", 2)
    ]


async def test_one_after_the_other(people: Cast) -> None:
    """Each hears what those before it said."""
    panel = await convene(people, "sequential")
    collaboration_id = await panel.consults()
    first, second = panel.others
    await panel.says(first, "A draft")
    asked = await panel.says(second, "A better draft")
    assert [each.body for each in asked.contributions] == ["A draft"]
    ended = await panel.ends(panel.bot, collaboration_id)
    assert [each.body for each in ended.contributions] == ["A draft", "A better draft"]


async def test_a_debate_to_consensus(people: Cast) -> None:
    """In the second round each hears what the others said in the first."""
    panel = await convene(people, "debate")
    collaboration_id = await panel.consults()
    first, second = panel.others
    await panel.says(first, "A year")
    await panel.says(second, "A month")
    asked = await panel.says(first, "A month", 2, agrees=True)
    assert {each.body for each in asked.contributions} == {"A year", "A month"}
    await panel.says(second, "A month", 2, agrees=True)
    ended = await panel.ends(panel.bot, collaboration_id)
    assert (ended.outcome, ended.consensus_reached, len(ended.contributions)) == ("consensus", True, 4)


async def test_a_debate_without_consensus(people: Cast) -> None:
    """The coordinator decides, who hears all of it."""
    panel = await convene(people, "debate", rounds=2)
    collaboration_id = await panel.consults()
    for round_ in (1, 2):
        for each, position in zip(panel.others, ("A year", "A month"), strict=True):
            await panel.says(each, position, round_, agrees=False)
    ended = await panel.ends(panel.bot, collaboration_id)
    assert (ended.outcome, ended.consensus_reached, len(ended.contributions)) == ("completed", False, 4)
    await panel.bot.say(panel.conversation_id, "A month it is.")
    await panel.visitor.hears_line("A month it is.")


async def test_whoever_is_silent_or_gone_is_skipped(people: Cast) -> None:
    """And noted; the others go on, and the coordinator has its time to answer."""
    panel = await convene(people, "sequential", count=3, seconds=4)
    gone, silent, well = panel.others
    await gone.leave()
    collaboration_id = await panel.consults()
    await panel.asked(silent)
    await panel.says(well, "For 30 days.")
    ended = await panel.ends(panel.bot, collaboration_id)
    assert {each.agent_name: each.is_skipped for each in ended.contributions} == {
        "Expert 0": True, "Expert 1": True, "Expert 2": False,
    }  # fmt: skip
    await silent.send(say.Contribute(collaboration_id, panel.conversation_id, body="Too late"))
    await panel.bot.say(panel.conversation_id, "For 30 days.")
    assert "Too late" not in str(await panel.ada.get(f"/api/conversations/{panel.conversation_id}/collaborations"))


async def test_whoever_comes_back_is_asked_again(people: Cast) -> None:
    """On whichever node; and a coordinator that asks again asks nobody twice."""
    panel = await convene(people, "parallel", count=1)
    (other,) = panel.others
    collaboration_id = await panel.consults()
    await panel.asked(other)
    await other.vanish()
    other.heard.clear()
    await other.connect(node=1)
    await panel.consults(collaboration_id)
    await panel.says(other, "For 30 days.")
    ended = await panel.ends(panel.bot, collaboration_id)
    assert [each.body for each in ended.contributions] == ["For 30 days."]
    panel.bot.heard = [each for each in panel.bot.heard if not isinstance(each, hear.CollaborationChanged)]
    await panel.consults(collaboration_id)
    assert (await panel.ends(panel.bot, collaboration_id)).contributions == ended.contributions


async def test_a_bot_that_loses_the_conversation_consults_nobody(people: Cast) -> None:
    """What goes on is out of date, and what is said to it changes nothing."""
    panel = await convene(people, "parallel", count=1)
    collaboration_id = await panel.consults()
    await panel.ada.take(panel.conversation_id, 2)
    assert (await panel.ends(panel.ada, collaboration_id)).outcome == "outdated"
    with pytest.raises(Refused, match="stale_turn"):
        await panel.bot.answer(await panel.consults())


async def test_consulting_is_for_bots_that_are_set_up_to(people: Cast) -> None:
    """Not for one that works alone; and only whoever was asked contributes."""
    panel = await convene(people, "parallel", count=1)
    collaboration_id = await panel.consults()
    stranger = await hire(people, "Stranger")
    for who, code in ((stranger, "not_found"), (panel.ada, "forbidden")):
        await who.send(say.Contribute(collaboration_id, panel.conversation_id, body="Let me"))
        with pytest.raises(Refused, match=code):
            await who.answer(collaboration_id)
    await set_up(people, panel.bot, None)
    with pytest.raises(Refused, match="invalid"):
        await panel.bot.answer(await panel.consults())


@pytest.mark.parametrize(
    "wrong", [{"type": "parallel"}, {"type": "debate", "agent_ids": 1}, {"type": "parallel", "agent_ids": "itself"}]
)
async def test_a_bot_works_with_bots_that_are_there(people: Cast, wrong: dict[str, Any]) -> None:
    """With one at least, two in a debate; not with itself, nor with a person."""
    bot = await people.bot()
    olga = await people.agent("olga")
    ids = {1: [str(uuid7())], "itself": [str(bot.id)], None: []}[wrong.get("agent_ids")]
    where = f"/api/bots/{bot.id}"
    await olga.change(where, {"collaboration": wrong | {"agent_ids": ids}}, status=422)
    await olga.change(where, {"collaboration": {"type": "parallel", "agent_ids": [str(olga.id)]}}, status=422)


async def test_bots_approve_what_a_bot_says(people: Cast) -> None:
    """All of them have to; the visitor hears it then, and one no is a no."""
    panel = await convene(people, "verification")
    first, second = panel.others
    draft = panel.bot.draft(panel.conversation_id, "For ever.")
    await panel.bot.send(draft)
    asked = await panel.says(first, "", verdict="approve")
    assert (asked.collaboration_type, asked.body) == ("verification", "For ever.")
    await panel.says(second, "Nothing is for ever", verdict="reject")
    assert (await panel.ends(panel.bot, draft.id)).outcome == "rejected"
    for each in panel.others:
        each.heard.clear()
    again = panel.bot.draft(panel.conversation_id, "For 30 days.")
    await panel.bot.send(again)
    for each in panel.others:
        await panel.says(each, "", verdict="approve")
    await panel.visitor.hears_line("For 30 days.")
    assert "For ever" not in str(panel.visitor.heard)
