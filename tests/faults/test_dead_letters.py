"""What becomes of an entry that Postgres could not take, once somebody has mended the cause."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, redirect_stderr, redirect_stdout
from io import StringIO
from typing import NamedTuple
from uuid import UUID

import pytest

from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import entries as told
from server.protocol import server_frames as hear
from tests.conftest import Cast
from tests.faults.stubborn import bodies
from tests.people import Agent, Visitor, eventually
from tests.processes import ROOT
from tests.servers import House
from workers.mend import main as mend


@asynccontextmanager
async def illness(house: House) -> AsyncIterator[None]:
    """While this lasts, Postgres takes no message that speaks of poison."""
    await house.rows("alter table message add constraint no_poison check (body not like '%poison%') not valid")
    try:
        yield
    finally:
        await house.rows("alter table message drop constraint no_poison")


class Ran(NamedTuple):
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


async def dead_letters(house: House, what: str = "list", *words: str) -> Ran:
    """Run the command as an operator does, beside the running product."""

    def run() -> Ran:
        with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as err:
            ids = [UUID(word) for word in words if not word.startswith("-")]
            code = mend(house.databases.environment, what, ids, is_all="--all" in words, is_sure="--yes" in words)
        return Ran(code, out.getvalue(), err.getvalue())

    return await asyncio.to_thread(run)


async def letter_of(house: House, org_id: UUID) -> str:
    """The id of the one letter of an organization, once it is there."""

    async def found() -> list[dict[str, object]]:
        return await house.rows("select id from dead_letter where org_id = $1 and resolved_at is null", org_id)

    (row,) = await eventually(found)
    return str(row["id"])


async def live(house: House, conversation: UUID) -> dict[str, object]:
    """What a list shows of a conversation."""
    query = "select message_count, last_preview, last_message_seq, preview_seq, last_seq from conversation_live"
    (row,) = await house.rows(f"{query} where conversation_id = $1", conversation)
    return row


async def voids(house: House, conversation: UUID) -> list[dict[str, object]]:
    """The numbers of a conversation that are void in Postgres, and why."""
    query = "select seq, data ->> 'reason' as reason from event where conversation_id = $1 and kind = 'entry_voided'"
    return await house.rows(query, conversation)


def posted(heard: Iterable[object]) -> list[told.MessagePosted]:
    """The messages among what was heard."""
    return [each for each in heard if isinstance(each, told.MessagePosted)]


async def audited(house: House, org_id: UUID) -> list[tuple[object, object]]:
    """What the audit log has of dead letters."""
    rows = await house.rows(
        "select action, event from audit_log where org_id = $1 and entity_type = 'dead_letter' order by id", org_id
    )
    return [(row["action"], row["event"]) for row in rows]


async def watched(people: Cast) -> tuple[Visitor, Agent, UUID]:
    """A visitor's conversation, and an agent at another node who looks at it."""
    visitor, agent = await people.visitor(), await people.agent(node=1)
    conversation = await visitor.start()
    await agent.watch(conversation)
    return visitor, agent, conversation


async def test_a_mended_entry_stands_where_it_was_said(people: Cast, house: House) -> None:
    """Screens lose it while it cannot be stored; replayed it is in its place, on them and in Postgres."""
    visitor, agent, conversation = await watched(people)
    async with illness(house):
        await visitor.say(conversation, "before")
        poison = await visitor.say(conversation, "poison")
        await visitor.stored(await visitor.say(conversation, "after"))
        void = await agent.hears(told.EntryVoided)
        assert (void.voided_id, void.seq, void.reason) == (poison.id, poison.seq, "refused")
        letter = await letter_of(house, people.org.id)
        listed = await dead_letters(house)
        assert listed.code == 0
        (line,) = [each for each in listed.out.splitlines() if letter in each]
        assert people.org.slug in line
        assert "message_posted" in line
        assert "CheckViolationError (no_poison)" in line
        still = await dead_letters(house, "replay", letter)
        assert (still.code, still.out.strip()) == (1, f"{letter}: still refused: CheckViolationError (no_poison)")
        assert await bodies(house, conversation) == ["before", "after"]
    assert "poison\n" not in listed.out + still.out + still.err
    before = await live(house, conversation)
    done = await dead_letters(house, "replay", "--all")
    assert (done.code, f"{letter}: stored at number {poison.seq}" in done.out) == (0, True)

    assert await bodies(house, conversation) == ["before", "poison", "after"]
    assert await live(house, conversation) == before | {"message_count": 3}
    assert not await house.rows(
        "select 1 from event where conversation_id = $1 and kind = 'entry_voided'", conversation
    )
    restored = await agent.hears(told.EntryVoided, lambda each: each.reason == "restored")
    assert (restored.voided_id, restored.seq) == (void.id, poison.seq)
    assert [each.seq for each in agent.heard if isinstance(each, told.MessagePosted) and each.body == "poison"][
        -1
    ] == poison.seq
    newcomer = await people.agent("ben")
    resumed = await newcomer.watch(conversation)
    assert [each.body for each in resumed.entries if isinstance(each, told.MessagePosted)] == [
        "before",
        "poison",
        "after",
    ]
    assert await audited(house, people.org.id) == [("update", "replayed")]

    again = await dead_letters(house, "replay", letter)
    assert (again.code, "mended before" in again.err) == (1, True)
    assert await live(house, conversation) == before | {"message_count": 3}


async def test_the_last_word_of_a_conversation_is_its_preview_when_it_comes_back(people: Cast, house: House) -> None:
    """And its sender, who was told that its place is settled, has it again, too."""
    visitor, _, conversation = await watched(people)
    async with illness(house):
        await visitor.stored(await visitor.say(conversation, "hello"))
        poison = await visitor.say(conversation, "sweet poison")
        # Nothing of this conversation waits any more, so that nobody sends it again for ever.
        await visitor.hears(hear.Stored, lambda each: each.upto >= poison.seq)
        letter = await letter_of(house, people.org.id)
    assert (await dead_letters(house, "replay", letter)).code == 0
    row = await live(house, conversation)
    assert (row["message_count"], row["last_preview"], row["last_message_seq"]) == (2, "sweet poison", poison.seq)
    await visitor.hears_line("sweet poison")


async def test_what_was_said_again_meanwhile_is_not_there_twice(people: Cast, house: House) -> None:
    """Valkey forgot the id, its sender said it again, and that was stored: the first number stays void."""
    visitor, _, conversation = await watched(people)
    draft = visitor.draft(conversation, "poison that comes twice")
    async with illness(house):
        await visitor.send(draft)
        first = await visitor.answer(draft.id)
        letter = await letter_of(house, people.org.id)
    # As if it had been stored under the next number.
    await house.rows(
        "insert into message (org_id, id, conversation_id, epoch, seq, at, sender_kind, sender_contact_id, body)"
        " values ($1, $2, $3, 1, $4, now(), 'contact', $5, 'poison that comes twice')",
        people.org.id, draft.id, conversation, first.seq + 1, visitor.contact_id,
    )  # fmt: skip
    done = await dead_letters(house, "replay", letter)
    assert (done.code, "under a later number already" in done.out) == (0, True)
    assert await bodies(house, conversation) == ["poison that comes twice"]
    (void,) = await voids(house, conversation)
    assert (void["seq"], void["reason"] or "repeated") == (first.seq, "repeated")


async def test_an_old_edit_does_not_undo_a_newer_one(people: Cast, house: House) -> None:
    """It stays a letter, which says why, until somebody drops it."""
    visitor, _, conversation = await watched(people)
    said = await visitor.say(conversation, "first")
    await visitor.stored(said)
    async with illness(house):
        await visitor.send(say.EditMessage(uuid7(), conversation, said.id, "poison"))
        letter = await letter_of(house, people.org.id)
        await visitor.send(say.EditMessage(newer := uuid7(), conversation, said.id, "newest"))
        await visitor.stored(await visitor.answer(newer))
    done = await dead_letters(house, "replay", letter)
    assert (done.code, "a newer edit" in done.out) == (1, True)
    assert await bodies(house, conversation) == ["newest"]
    assert (await dead_letters(house, "drop", letter, "--yes")).code == 0


async def test_a_letter_is_read_and_dropped_on_the_record(people: Cast, house: House) -> None:
    """Only `show` tells what was said; whoever drops has to be sure."""
    visitor, _, conversation = await watched(people)
    async with illness(house):
        await visitor.say(conversation, "poison of a kind")
        letter = await letter_of(house, people.org.id)
    assert "of a kind" not in (await dead_letters(house, "list")).out
    shown = await dead_letters(house, "show", letter)
    assert "poison of a kind" in shown.out
    unsure = await dead_letters(house, "drop", letter)
    assert (unsure.code, "--yes" in unsure.err) == (1, True)
    assert await letter_of(house, people.org.id) == letter
    assert (await dead_letters(house, "drop", letter, "--yes")).out.strip() == f"{letter}: dropped"
    assert not await house.rows("select 1 from dead_letter where org_id = $1", people.org.id)
    assert await audited(house, people.org.id) == [("read", None), ("delete", None)]


@pytest.mark.parametrize("what", ["show", "replay", "drop"])
def test_a_command_says_which_letter_it_needs(house: House, what: str) -> None:
    """Nothing is done to all of them by leaving something out."""
    command = [sys.executable, "-m", "server", "dead-letters", what]
    environment = os.environ | house.databases.environment
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (ran.returncode, "--all" in ran.stderr) == (1, True)
