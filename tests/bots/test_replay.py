"""What was asked long ago is asked of another version of a bot, and nobody notices."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from frontdesk_bot import Bot, Turn
from frontdesk_bot.ids import answer_id, uuid7
from frontdesk_bot.protocol.agent_values import BotConfiguration
from frontdesk_bot.protocol.entries import MessagePosted
from frontdesk_bot.protocol.values import Citation, Sender
from frontdesk_bot.replay import HandedOff, PastTalk, recorded, replay
from tests.bots.conftest import at_work
from tests.conftest import Cast
from tests.people import eventually
from tests.servers import ROOT, House, Organization

# It answers more, is sure of it, says where from, and remembers what was said then.
NEXT = """
import os
from frontdesk_bot import Bot, Citation, Turn
from frontdesk_bot.protocol.entries import MessagePosted

bot = Bot("http://127.0.0.1:1", "fdb_none")

@bot.on_message
async def answer(turn: Turn) -> None:
    assert bot.is_rehearsing
    before = [each.body for each in await turn.history() if isinstance(each, MessagePosted)]
    if turn.text == "break":
        raise ZeroDivisionError("as asked")
    if bot.configuration.handoff_threshold > 0.9:
        await turn.hand_off("unsure", reason_code="low_confidence", confidence=0.9)
    else:
        await turn.reply(f"now, after {before}", citations=[Citation("Returns")], confidence=0.9)
"""


async def replayed(
    house: House, org: Organization, folder: Path, *more: str, target: str = "next_bot"
) -> tuple[int, str, str]:
    """What the command ends with and says."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "server", "bots", "replay", target, "--bot", "Robbie", "--organization", org.slug, *more,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, cwd=folder,
        env={**os.environ, **house.databases.environment, "PYTHONPATH": f"{ROOT}:{ROOT / 'bots' / 'src'}"},
    )  # fmt: skip
    said, complained = await process.communicate()
    assert process.returncode is not None
    return process.returncode, said.decode(), complained.decode()


async def test_another_version_is_held_against_what_was_said_then(people: Cast, bot: Bot, tmp_path: Path) -> None:
    """Answers, handoffs, sources and confidence of both, and not a line more in the conversation."""

    @bot.on_message
    async def answer(turn: Turn) -> None:
        if turn.text == "over":
            await turn.hand_off("asked for", reason_code="user_request")
        else:
            await turn.note("for the team")
            await turn.reply(f"then: {turn.text}", confidence=0.6)

    visitor, house = await people.visitor(), people.org.house
    async with at_work(bot, people.org):
        conversation = await visitor.start()
        for text in ("first", "second"):
            await visitor.say(conversation, text)
            await visitor.hears_line(f"then: {text}")
        await visitor.say(conversation, "over")
        await eventually(lambda: house.rows("select 1 from handoff where org_id = $1", people.org.id))
    count = "select count(*) as n from message where org_id = $1"
    before = await house.rows(count, people.org.id)
    (tmp_path / "next_bot.py").write_text(NEXT)

    code, said, complained = await replayed(house, people.org, tmp_path, "--json")
    assert code == 0, complained
    first, second, over = msgspec.json.decode(said)
    assert (first["question"], first["then"]["replies"], first["then"]["confidence"]) == ("first", ["then: first"], 0.6)
    assert first["now"]["replies"] == ["now, after []"]
    assert second["now"]["replies"] == ["now, after ['first', 'for the team', 'then: first']"]
    assert (second["now"]["confidence"], second["now"]["sources"]) == (0.9, ["Returns"])
    assert (over["then"]["handed_off"], over["now"].get("handed_off", "")) == ("user_request", "")

    code, said, _ = await replayed(house, people.org, tmp_path, "--set", "handoff_threshold=0.95")
    columns = {" ".join(words[:-2]): words[-2:] for words in map(str.split, said.splitlines()) if len(words) > 2}
    assert code == 0
    assert said.startswith("3 questions of 1 conversations")
    assert columns["handed off"] == ["1", "3"]
    assert columns["handed off: low_confidence"] == ["0", "3"]
    assert await house.rows(count, people.org.id) == before


async def test_what_cannot_be_replayed_says_why(people: Cast, tmp_path: Path) -> None:
    """A wrong module, bot, day or setting, and a bot that answered nobody."""
    house, org = people.org.house, people.org
    (tmp_path / "next_bot.py").write_text(NEXT)

    async def complaint(*more: str, target: str = "next_bot") -> str:
        code, said, complained = await replayed(house, org, tmp_path, *more, target=target)
        assert (code, said) == (1, "")
        return complained

    assert "there is no module nowhere" in await complaint(target="nowhere:bot")
    assert "next_bot has no other" in await complaint(target="next_bot:other")
    assert "is no bot" in await complaint(target="next_bot:os")
    assert "there is no bot Nobody" in await complaint("--bot", "Nobody")
    assert "yesterday is no day" in await complaint("--since", "yesterday")
    assert "Robbie answered nobody" in await complaint()
    assert "a name of answer_seconds" in await complaint("--set", "colour=red")
    assert "--set: expected" in await complaint("--set", "handoff_threshold=[]")


async def test_what_was_said_then_is_told_apart_by_its_ids_and_without() -> None:
    """Our ids name the question; what others say belongs to the one before. Notes and people's words are no answers."""
    bot_id, visitor = UUID(int=7), Sender("contact", UUID(int=1), "")
    robot, person = Sender("bot", bot_id, "Robbie"), Sender("member", UUID(int=3), "Ada")

    def line(at: int, sender: Sender, body: str, **fields: Any) -> MessagePosted:
        return MessagePosted(
            id=uuid7(at),
            epoch=1,
            seq=at,
            after=at - 1,
            at=at,
            sender=sender,
            conversation_id=UUID(int=9),
            body=body,
            **fields,
        )

    source = [Citation("Returns")]
    talk = PastTalk(
        UUID(int=9), bot_id,
        [
            line(1, visitor, "one"), line(2, robot, "a", citations=source), line(3, robot, "note", is_internal=True),
            line(4, robot, "b"), line(5, visitor, "two"), line(6, person, "by a person"), line(7, visitor, "three"),
        ],
        [HandedOff(uuid7(8), 8, "keyword")],
    )  # fmt: skip
    found = recorded(talk)
    assert [at for at, _ in found] == [0, 6]
    assert (found[0][1].replies, found[0][1].sources) == (["a", "b"], ["Returns"])
    quick = [line(1, visitor, "one"), line(2, visitor, "two"), line(3, robot, "a"), line(4, robot, "b")]
    ids = [quick[0].id, quick[1].id, *(answer_id(bot_id, each.id, 0) for each in quick[:2])]
    quick = [replace(each, id=known) for each, known in zip(quick, ids, strict=True)]
    assert [told.replies for _, told in recorded(PastTalk(UUID(int=9), bot_id, quick))] == [["a"], ["b"]]
    # The word would be a keyword to whichever bot.
    assert (found[1][1].handed_off, found[1][1].by_rule) == ("keyword", True)


SETTINGS = BotConfiguration("Robbie", "support", "", "", "gpt-4o", 0.7, 4000, "", 0.5, [], 20)


async def test_a_handler_that_fails_is_an_outcome_and_the_rules_are_those_of_the_house(bot: Bot) -> None:
    """The questions after it are asked all the same, and the bot is not left rehearsing; doubt hands over as ever."""

    @bot.on_message
    async def answer(turn: Turn) -> None:
        if turn.text == "break":
            raise ZeroDivisionError("as asked")
        await turn.reply("well", confidence=0.3)

    visitor, robot = Sender("contact", UUID(int=1), ""), Sender("bot", UUID(int=7), "Robbie")
    said = [(visitor, "break"), (robot, "a"), (visitor, "go on"), (robot, "b"), (visitor, "human please")]
    messages = [
        MessagePosted(
            id=uuid7(n), epoch=1, seq=n, after=n - 1, at=n, sender=who, conversation_id=UUID(int=9), body=body
        )
        for n, (who, body) in enumerate(said, 1)
    ]
    talk = PastTalk(UUID(int=9), UUID(int=7), messages, [HandedOff(uuid7(6), 6, "user_request")])
    broken, unsure, asked = [each async for each in replay(bot, [talk], configuration=SETTINGS)]
    assert broken.now.failure == "ZeroDivisionError: as asked"
    assert (unsure.now.replies, unsure.now.handed_off) == (["well"], "low_confidence")
    assert asked.now.handed_off == "user_request"
    assert not bot.is_rehearsing
