"""The inbox as a console keeps it: a snapshot, and on top of it whatever the feed says."""

from collections import Counter
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import msgspec

from server.protocol import entries as told
from server.protocol.agent_values import AgentLine
from server.protocol.server_frames import MarksChanged
from server.protocol.values import Card, Counts, Position
from tests.people import Agent


class Screen(msgspec.Struct):
    """What one console shows beside its lists."""

    cards: dict[UUID, Card]
    totals: tuple[int, int, int, int]
    agents: dict[UUID, int]
    teams: dict[UUID, int]
    position: Position
    reads: dict[UUID, int]
    team: dict[UUID, AgentLine]

    def hear(self, me: UUID, frame: Any) -> None:
        """Whatever comes over the socket: a line of the feed, or what one has read elsewhere."""
        if isinstance(frame, told.AnyFeedEntry):
            self.take(frame)
        elif isinstance(frame, MarksChanged) and frame.marks.by == me and frame.marks.read:
            here = frame.conversation_id
            self.reads[here] = max(frame.marks.read, self.reads.get(here, 0))

    def take(self, change: told.AnyFeedEntry) -> None:
        """One line of the feed, merged as docs/protocol.md says."""
        here = Position(change.epoch, change.seq)
        assert here.epoch == self.position.epoch
        if here.seq <= self.position.seq:
            return
        assert change.after == self.position.seq, "the feed has a hole"
        self.position = here
        if isinstance(change, told.AgentChanged):
            self.team.pop(change.agent.id, None)
            if change.agent.is_active:
                self.team[change.agent.id] = change.agent
            return
        if isinstance(change, told.InboxHidden):
            self.cards.pop(change.conversation_id, None)
            return
        known = self.cards.get(change.card.conversation_id)
        if known is None or (change.card.version >= known.version and change.card.last_seq >= known.last_seq):
            self.cards[change.card.conversation_id] = change.card
        if change.counts is not None:
            self.totals = totals(change.counts)
            self.agents |= {each.agent_id: each.count for each in change.counts.agents}
            self.teams |= {each.team_id: each.count for each in change.counts.teams}

    @property
    def shown(self) -> Any:
        """What must be the same however it came about; nobody is shown a zero."""
        some_agents = {who: count for who, count in self.agents.items() if count}
        some_teams = {who: count for who, count in self.teams.items() if count}
        return self.cards, self.totals, some_agents, some_teams, self.team


def counted(cards: Iterable[Card]) -> Any:
    """The numbers as anybody would count them who has all cards, in the order of `Screen.shown`."""
    live = [each for each in cards if each.status in {"open", "waiting", "assigned"}]
    status = Counter(each.status for each in live)
    agents = Counter(each.assigned_agent_id for each in live)
    teams = Counter(each.assigned_team_id for each in live)
    unassigned = agents.pop(None, 0)
    teams.pop(None, 0)
    return (status["open"], status["waiting"], status["assigned"], unassigned), dict(agents), dict(teams)


def totals(counts: Counts) -> tuple[int, int, int, int]:
    """The numbers that concern everybody."""
    return counts.open, counts.waiting, counts.assigned, counts.unassigned


async def snapshot(agent: Agent) -> Screen:
    """A console that has just been loaded."""
    found = await agent.get("/api/inbox")
    cards, counts = msgspec.convert(found["cards"], list[Card]), msgspec.convert(found["counts"], Counts)
    return Screen(
        {each.conversation_id: each for each in cards},
        totals(counts),
        {each.agent_id: each.count for each in counts.agents},
        {each.team_id: each.count for each in counts.teams},
        msgspec.convert(found["position"], Position),
        {UUID(each["conversation_id"]): each["upto"] for each in found["reads"]},
        {each.id: each for each in msgspec.convert(found["agents"], list[AgentLine])},
    )


async def follow(agent: Agent) -> Screen:
    """A console that has just been loaded, and hears of everything from then on."""
    screen = await snapshot(agent)
    resumed = await agent.watch(None, screen.position)
    assert resumed.recovered
    for change in changes(resumed.entries):
        screen.take(change)
    return screen


def changes(heard: Iterable[Any]) -> list[told.AnyFeedEntry]:
    """The lines of the feed among what somebody heard."""
    return [each for each in heard if isinstance(each, told.AnyFeedEntry)]
