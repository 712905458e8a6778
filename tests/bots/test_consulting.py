"""Bots of the package that work together, over real sockets and in the harness."""

from uuid import UUID

from frontdesk_bot import Asked, Bot, Contribution, Harness, NotApproved, Turn
from frontdesk_bot.echo import echo
from server.protocol import client_frames as say
from server.protocol import server_frames as hear
from tests.bots.conftest import at_work
from tests.conftest import Cast
from tests.machines import connected, first_answers
from tests.people import Agent

FIRST, SECOND = (UUID(int=number) for number in (1, 2))
OTHERS = [
    Contribution(FIRST, "Law", body="No.", confidence=0.9), Contribution(SECOND, "Plants", body="Yes.", confidence=0.4),
    Contribution(UUID(int=3), "Asleep", is_skipped=True),
]  # fmt: skip


async def _asks(turn: Turn) -> None:
    result = await turn.consult()
    best = result.best
    assert best is not None
    await turn.reply(f"{best.agent_name} says: {best.body}", confidence=best.confidence)


async def test_bots_consult_each_other(people: Cast, bot: Bot) -> None:
    """One with a handler for that, one with its handler for visitors; the visitor hears the one that is surest."""
    olga, visitor = Agent(people.org, "olga"), await people.visitor()
    await olga.login()
    made = [await olga.post("/api/bots", {"name": name, "type": "support"}) for name in ("Law", "Plants")]
    law, plants = (Bot(people.org.house.url(number), each["token"]) for number, each in enumerate(made))
    bot_id = await first_answers(people.org)
    setup = {"type": "expert_panel", "agent_ids": [each["id"] for each in made]}
    await olga.change(f"/api/bots/{bot_id}", {"collaboration": setup})
    bot.on_message(_asks)
    plants.on_message(echo)

    async def knows(asked: Asked) -> None:
        assert [each.body for each in asked.history] == ["May I return it?"]
        asked.contribute("Not after a year.", confidence=0.8)

    law.on_contribution(knows)
    async with at_work(law), at_work(plants), at_work(bot, people.org):
        for each in made:
            await connected(people.org, UUID(each["id"]))
        conversation_id = await visitor.start()
        await visitor.say(conversation_id, "May I return it?")
        await visitor.hears_line("Law says: Not after a year.")
        found = (await olga.get(f"/api/conversations/{conversation_id}/collaborations"))["collaborations"]
    assert {each["body"] for each in found[0]["contributions"]} == {"Not after a year.", "You said: May I return it?"}
    await olga.leave()


async def test_what_is_rejected_is_said_otherwise(people: Cast, bot: Bot) -> None:
    """The handler for that hears why; what is approved goes its way, and the handler goes on when it is said."""
    ada, visitor = await people.agent(), await people.visitor()
    olga = await people.agent("olga")
    bot_id = await first_answers(people.org)
    await olga.change(f"/api/bots/{bot_id}", {"collaboration": {"type": "verification"}})
    through = []

    async def tries(turn: Turn) -> None:
        await turn.reply("For ever.")

    async def tries_again(turn: Turn, rejected: NotApproved) -> None:
        said = await turn.reply(f"{rejected.reason}!")
        through.append(said)

    bot.on_message(tries)
    bot.on_rejected(tries_again)
    async with at_work(bot, people.org):
        conversation_id = await visitor.start()
        await ada.watch(conversation_id)
        await visitor.say(conversation_id, "Until when?")

        async def waits(body: str) -> UUID:
            def is_it(frame: hear.CollaborationChanged) -> bool:
                draft = frame.collaboration.draft
                return draft is not None and draft.body == body

            return (await ada.hears(hear.CollaborationChanged, is_it)).collaboration.id

        first = await waits("For ever.")
        await ada.send(say.Contribute(first, conversation_id, verdict="reject", body="30 days"))
        second = await waits("30 days!")
        await ada.send(say.Contribute(second, conversation_id, verdict="approve"))
        line = await visitor.hears_line("30 days!")
        assert line.id == second
    assert [each.seq for each in through if each is not None] == [line.seq]
    assert visitor.lines(conversation_id) == ["30 days!"]


async def test_the_harness_has_others_and_a_reviewer() -> None:
    """What they say is said by the test."""
    bot = Bot("http://127.0.0.1", "fdb_none")
    bot.on_message(_asks)
    async with Harness(bot, others=OTHERS) as talk:
        assert (await talk.say("May I?")).text == "Law says: No."
    strict = Bot("http://127.0.0.1", "fdb_none")

    @strict.on_message
    async def tries(turn: Turn) -> None:
        await turn.reply(turn.text)

    @strict.on_rejected
    async def again(turn: Turn, rejected: NotApproved) -> None:
        await turn.reply(f"Sorry: {rejected.reason}")

    async with Harness(strict, reviewer=lambda text: "too rude" if "damn" in text else None) as talk:
        assert (await talk.say("hello")).text == "hello"
        assert (await talk.say("damn")).text == "Sorry: too rude"


async def test_nobody_rewords_what_is_rejected() -> None:
    """Then people get the conversation, who read why."""
    bot = Bot("http://127.0.0.1", "fdb_none")
    bot.on_message(echo)
    async with Harness(bot, reviewer=lambda _: "no") as talk:
        try:
            await talk.say("hello")
        except NotApproved as error:
            assert (error.outcome, error.reason) == ("rejected", "no")
        hand_off = talk.hand_off
    assert hand_off is not None
    assert (hand_off.reason_code, hand_off.reason) == ("policy", "what the bot said was rejected: no")


async def test_a_bot_is_asked() -> None:
    """Its handler answers, or approves; without one the handler for visitors does, and nothing is approved."""
    plain, expert = Bot("http://127.0.0.1", "fdb_none"), Bot("http://127.0.0.1", "fdb_none")
    plain.on_message(echo)

    @expert.on_contribution
    async def judge(asked: Asked) -> None:
        if asked.type != "verification":
            asked.contribute("Me too", agrees=True)
        elif "ever" in asked.text:
            asked.reject("Nothing is for ever")
        else:
            asked.approve()

    async with Harness(plain) as talk:
        assert (await talk.ask_contribution("hello")).body == "You said: hello"
    async with Harness(expert) as talk:
        said = await talk.ask_contribution("A month?", collaboration_type="debate", round=2)
        assert (said.body, said.agrees, said.round) == ("Me too", True, 2)
        rejected = await talk.ask_contribution("For ever", collaboration_type="verification")
        assert (rejected.verdict, rejected.body) == ("reject", "Nothing is for ever")
        assert (await talk.ask_contribution("30 days", collaboration_type="verification")).verdict == "approve"
