"""Plays real dialogues as visitors and agents over real sockets, two webs and two workers, and compares every line.

Visitors come through one node and agents through the other; several organizations are interleaved. Some visitors lose
their socket between saying a line and its answer, and come back on the other node. Exit code 1 on any difference.
"""

import argparse
import asyncio
import random
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack
from functools import partial
from uuid import UUID

from bench.corpus import Dialogue, all_dialogues, some_dialogues
from bench.seat import Seat
from bench.verdict import Difference, Line, Performance, Row, compare_all
from server.core.ids import uuid7
from server.core.progress import Progress
from server.protocol import client_frames as say
from tests.people import Agent, Visitor, eventually
from tests.servers import House, Organization, running

VISITORS_NODE, AGENTS_NODE = 0, 1
ORGANIZATIONS = 4
# One visitor in so many loses the socket once.
TUNNEL_EVERY = 8
# What a replay says is faster than people are.
FAST = {
    "FRONTDESK_VISITOR_RATE": "1000", "FRONTDESK_VISITOR_BURST": "1000", "FRONTDESK_MEMBER_RATE": "5000",
    "FRONTDESK_WATCHED": "1000",
}  # fmt: skip
SETTLE = 60.0


class Company:
    """One organization with its two agents at their consoles."""

    def __init__(self, org: Organization, agents: Sequence[Seat]) -> None:
        self.org, self._agents, self._next = org, agents, 0

    @classmethod
    async def founded(cls, house: House, stack: AsyncExitStack) -> "Company":
        """Found it, and seat its agents."""
        org, seats = await house.organization(), []
        for name in ("ada", "ben"):
            agent = Agent(org, name, AGENTS_NODE)
            stack.push_async_callback(agent.leave)
            seat = Seat(agent)
            await seat.connect()
            stack.callback(seat.leave)
            seats.append(seat)
        return cls(org, seats)

    def agent(self) -> Seat:
        """Whose turn it is."""
        self._next += 1
        return self._agents[self._next % len(self._agents)]


async def play(company: Company, dialogue: Dialogue, *, tunnel_at: int | None = None) -> Performance:
    """Play one dialogue to its end, stored on both sides; at line `tunnel_at` its visitor loses the socket."""
    visitor, agent = Seat(Visitor(company.org, VISITORS_NODE)), company.agent()
    await visitor.connect()
    conversation_id = uuid7()
    await visitor.ask(say.StartConversation(conversation_id, dialogue.subject))
    left, right = visitor.transcript(conversation_id), agent.transcript(conversation_id)
    said: list[Line] = []

    async def visitor_says(number: int, draft: say.PostMessage) -> None:
        if number == tunnel_at:
            await visitor.say_through_a_tunnel(draft, AGENTS_NODE)
        else:
            await visitor.ask(draft)

    async def talk() -> None:
        for number, body in enumerate(dialogue.lines):
            draft = say.PostMessage(uuid7(), conversation_id, body)
            said.append(Line(draft.id, body))
            if number % 2 == 0:
                await visitor_says(number, draft)
                await right.until(partial(right.holds, draft.id), "the visitor's line")
            else:
                await agent.ask(draft)
                await left.until(partial(left.holds, draft.id), "the agent's line")

    async def take() -> None:
        resumed = await agent.watch(conversation_id)
        assert resumed.summary is not None
        await agent.ask(say.TakeConversation(uuid7(), conversation_id, resumed.summary.version))

    async with asyncio.TaskGroup() as both:
        # The visitor does not wait until somebody is there.
        both.create_task(take())
        both.create_task(talk())
    await right.until(lambda: any(each.type == "conversation_taken" for each in right.seen), "the taking")
    close = say.CloseConversation(uuid7(), conversation_id, 2, "played")
    closed = await agent.ask(close)
    for side in (left, right):
        await side.until(partial(side.holds, close.id), "the end")
    await right.until(lambda: right.stored >= closed.seq, "stored")
    agent.unwatch(conversation_id)
    visitor.leave()
    return Performance(dialogue, conversation_id, said, left, right)


async def replay(
    house: House, dialogues: Sequence[Dialogue], *, at_once: int, seed: int = 0, progress: Progress | None = None
) -> list[Performance]:
    """Play all dialogues, so many at once, with the organizations interleaved."""
    chance, played = random.Random(seed), list[Performance]()
    async with AsyncExitStack() as stack:
        companies = [await Company.founded(house, stack) for _ in range(ORGANIZATIONS)]
        scenes = iter(
            [
                (companies[number % len(companies)], each, chance.randrange(TUNNEL_EVERY) == 0)
                for number, each in enumerate(dialogues)
            ]
        )

        async def stage() -> None:
            for company, dialogue, has_tunnel in scenes:
                own = range(0, len(dialogue.lines), 2)
                played.append(await play(company, dialogue, tunnel_at=chance.choice(own) if has_tunnel else None))
                if progress is not None:
                    progress.step(dialogue.language.ljust(20))

        async with asyncio.TaskGroup() as stages:
            for _ in range(min(at_once, len(dialogues))):
                stages.create_task(stage())
    return played


async def stored_rows(house: House, played: Iterable[Performance]) -> dict[UUID, list[Row]]:
    """What Postgres holds once every reader has seen everything that was written."""

    async def has_settled() -> bool:
        (row,) = await house.rows(
            """
            select count(*) > 0 and bool_and((r.xid, r.id) >= (e.xid, e.id)) as settled
              from reader r, (select xid, id from event order by xid desc, id desc limit 1) e
            """
        )
        return bool(row["settled"])

    await eventually(has_settled, patience=SETTLE)
    ids = [each.conversation_id for each in played]
    found: dict[UUID, list[Row]] = {each: [] for each in ids}
    for row in await house.rows(
        """
        select conversation_id, epoch, seq, id, 'message_posted' as type, body
          from message
         where conversation_id = any($1)
        union all
        select conversation_id, epoch, seq, id, kind, data ->> 'body'
          from event
         where conversation_id = any($1) and seq is not null
        """,
        ids,
    ):
        conversation_id = row.pop("conversation_id")
        assert isinstance(conversation_id, UUID)
        found[conversation_id].append(Row(**row))
    return found


def told(played: Sequence[Performance], differences: Sequence[Difference]) -> str:
    """What the replay found, for a person."""
    lines = sum(len(each.said) for each in played)
    languages = {each.dialogue.language for each in played}
    cut = sum(each.visitor.was_cut for each in played)
    head = f"{len(played)} conversations, {lines} lines, {len(languages)} languages, {cut} sockets lost on the way: "
    if not differences:
        return head + "0 lost, 0 twice, 0 out of order, none changed; Postgres holds the same, without holes"
    kinds = Counter(each.kind for each in differences)
    body = [f"  {each.kind:8} {each.where:8} {each.conversation_id} {each.told}" for each in differences[:200]]
    return "\n".join([head + ", ".join(f"{count} {kind}" for kind, count in kinds.items()), *body])


async def main() -> int:
    """Read the command line, play and compare."""
    parser = argparse.ArgumentParser(prog="python -m bench.replay", description=__doc__)
    parser.add_argument("--conversations", type=int, default=300)
    parser.add_argument("--all", action="store_true", help="every dialogue of the corpus")
    parser.add_argument("--at-once", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    dialogues = all_dialogues() if asked.all else some_dialogues(asked.conversations, asked.seed)
    async with running(webs=2, workers=2, **FAST) as house:
        progress = Progress(len(dialogues), "replay")
        played = await replay(house, dialogues, at_once=asked.at_once, seed=asked.seed, progress=progress)
        differences = compare_all(played, await stored_rows(house, played))
    print(told(played, differences))
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
