"""The law of the inbox, under whatever people do at once: snapshot + feed = fresh snapshot, cards and counts."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import server_frames as hear
from tests.conftest import Cast
from tests.inbox import Screen, changes, counted, follow, snapshot
from tests.people import Agent, Refused, Visitor, eventually
from tests.servers import House

AGENTS, TEAMS, CONVERSATIONS = 3, 2, 3
# What happens when people are quick: somebody was first, or it is over.
MAY_HAPPEN = {"conflict", "conversation_closed", "too_fast"}
TAGS = st.lists(st.sampled_from(["vip", "billing", "spam"]), max_size=2, unique=True)

assign = st.tuples(st.just("assign"), st.none() | st.integers(0, AGENTS - 1), st.none() | st.integers(0, TEAMS - 1))
steps = st.one_of(
    st.tuples(st.sampled_from(["take", "release", "close", "reopen"])),
    st.tuples(st.sampled_from(["visitor says", "agent says", "note"])),
    assign,
    assign,
    st.tuples(st.just("tag"), TAGS, TAGS),
    st.tuples(st.just("rename"), st.sampled_from(["Zoë", "Yann"])),
    st.tuples(st.just("prioritize"), st.integers(1, 5)),
    st.tuples(st.just("choose"), st.sampled_from(["online", "away", "busy"]), st.sampled_from(["", "Lunch"])),
)
# Who does it, over the socket or REST, and what.
scripts = st.lists(st.tuples(st.integers(0, AGENTS - 1), st.booleans(), steps), min_size=3, max_size=14)


# Within one batch: a holder in the middle, who had others before; a team in the middle; an end and a new beginning.
KNOWN = [
    [(0, True, ("take",)), (1, True, ("assign", 1, None)), (1, True, ("release",))],
    [
        (0, True, ("assign", None, 0)),
        (0, True, ("assign", None, 1)),
        (2, False, ("assign", 1, 0)),
        (1, True, ("close",)),
    ],
    [(1, True, ("assign", 1, 1)), (1, True, ("close",)), (0, True, ("visitor says",)), (2, True, ("take",))],
]


class Office:
    """Three agents, a listener and three visitors, who stay for all examples."""

    def __init__(self, listener: Agent, agents: list[Agent], visitors: list[Visitor], teams: list[UUID]) -> None:
        self.listener, self.agents, self.visitors, self.teams = listener, agents, visitors, teams
        self.bell: UUID

    @property
    def house(self) -> House:
        """Where it all runs."""
        return self.listener.org.house

    async def version(self, conversation: UUID) -> int:
        """What somebody sees who has just looked."""
        async with self.house.db.scope(self.listener.org.id) as tx:
            found = await tx._connection.fetchval("select version from conversation where id = $1", conversation)
        return int(found)

    async def play(self, visitor: Visitor, script: list[Any]) -> UUID:
        """One conversation, step by step, as fast as the answers come."""
        conversation, version = await visitor.start(), 1
        for who, by_socket, (what, *how) in script:
            agent = self.agents[who]
            try:
                if what == "rename":
                    await _patch(agent, f"/api/contacts/{visitor.contact_id}", {"name": how[0]})
                elif what == "choose":
                    await _choose(agent, *how)
                elif what == "visitor says":
                    await visitor.stored(await visitor.say(conversation, f"version {version}"))
                elif what in {"agent says", "note"}:
                    await agent.say(conversation, what, is_internal=what == "note")
                else:
                    await _decide(agent, self._frame(conversation, version, what, how), by_socket=by_socket)
                    version += 1
            except Refused as refused:
                assert refused.frame.code in MAY_HAPPEN, refused
                version = await self.version(conversation)
        return conversation

    def _frame(self, conversation: UUID, version: int, what: str, how: list[Any]) -> Any:
        match what, how:
            case "assign", (agent, team):
                # Neither is refused for its own reason: then it is the first of all.
                agent = 0 if agent is None and team is None else agent
                return say.AssignConversation(
                    uuid7(), conversation, version,
                    None if agent is None else self.agents[agent].id, None if team is None else self.teams[team],
                )  # fmt: skip
            case "tag", (add, remove):
                return say.TagConversation(uuid7(), conversation, add, remove)
            case "prioritize", (priority,):
                return say.PrioritizeConversation(uuid7(), conversation, version, priority)
        kinds: dict[str, Any] = {
            "take": say.TakeConversation, "release": say.ReleaseConversation, "close": say.CloseConversation,
            "reopen": say.ReopenConversation,
        }  # fmt: skip
        return kinds[what](uuid7(), conversation, version)

    async def ring(self, screen: Screen) -> None:
        """Have a decision come through the feed behind everything that was decided and stored before it."""
        version = await self.version(self.bell)
        await self.agents[0].decide(
            say.PrioritizeConversation(uuid7(), self.bell, version, 1 + version % 5)
        )  # fmt: skip

        async def has_come() -> bool:
            for change in changes(self.listener.heard):
                screen.take(change)
            return self.bell in screen.cards and screen.cards[self.bell].version > version

        await eventually(has_come)


async def _decide(agent: Agent, frame: Any, *, by_socket: bool) -> None:
    if by_socket:
        await agent.decide(frame)
        return
    assert agent.http is not None
    body = msgspec.to_builtins(frame)
    verb, url = body.pop("type").partition("_")[0], agent.org.house.url(agent.node)
    path = f"/api/conversations/{body.pop('conversation_id')}/{verb}"
    async with agent.http.post(url + path, json=body, headers={"Origin": url}) as answer:
        told = await answer.json()
        if answer.status >= 400:
            raise Refused(hear.Refused(told["code"], told["message"]))


async def _choose(agent: Agent, availability: str, reason: str) -> None:
    await _patch(
        agent, "/api/me/availability", {"availability": availability, "availability_reason": reason}, method="PUT"
    )


async def _patch(agent: Agent, path: str, body: Any, *, method: str = "PATCH") -> None:
    assert agent.http is not None
    url = agent.org.house.url(agent.node)
    async with agent.http.request(method, url + path, json=body, headers={"Origin": url}) as answer:
        assert answer.status == 200, await answer.text()


@pytest.fixture(scope="module")
async def office(house: House) -> AsyncIterator[Office]:
    """Everybody at work, and one who only looks."""
    org = await house.organization()
    async with AsyncExitStack() as stack:
        cast = Cast(org, stack)
        agents = [await cast.agent(name, node=node) for node, name in ((0, "ada"), (1, "ben"), (0, "olga"))]
        visitors = [await cast.visitor(node=number % 2) for number in range(CONVERSATIONS)]
        teams = [
            (await house.rows("insert into team (org_id, name) values ($1, $2) returning id", org.id, name))[0]["id"]
            for name in ("Billing", "Sales")
        ]
        made = Office(await cast.agent("vera", node=1), agents, visitors, teams)
        made.bell = await visitors[0].start("The bell")
        yield made


# Without shrinking: what depends on time is seldom the same twice.
@settings(
    max_examples=12,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
@example(KNOWN, False)
@given(st.lists(scripts, min_size=CONVERSATIONS, max_size=CONVERSATIONS), st.booleans())
async def test_snapshot_and_feed_are_the_fresh_snapshot_whatever_is_done(
    office: Office, played: list[list[Any]], is_late: bool
) -> None:
    """A console that was loaded before or in the middle of it shows in the end what a reload shows."""
    office.listener.heard.clear()
    at_once = asyncio.gather(*map(office.play, office.visitors, played))
    if is_late:
        await asyncio.sleep(0)
    screen = await follow(office.listener)
    await at_once

    async def is_the_same() -> bool:
        await office.ring(screen)
        fresh = (await snapshot(office.listener)).shown
        return bool(screen.shown == fresh and fresh[1:4] == counted(fresh[0].values()))

    # More than once only where a visitor's last word opens a conversation again a moment later.
    await eventually(is_the_same)


async def test_a_new_name_reaches_the_cards_on_which_it_stands(office: Office) -> None:
    """Of the holder, of the team, of the channel and of the contact."""
    ada, _, olga = office.agents
    conversation = await office.visitors[1].start()
    await ada.decide(say.AssignConversation(uuid7(), conversation, 1, ada.id, office.teams[0]))
    office.listener.heard.clear()
    screen = await follow(office.listener)
    for agent, path, body in (
        (ada, "/api/me", {"name": "Ada Lovelace"}),
        (olga, f"/api/teams/{office.teams[0]}", {"name": "Accounts"}),
        (olga, f"/api/channels/{olga.org.channel_id}", {"name": "Boutique"}),
        (ada, f"/api/contacts/{office.visitors[1].contact_id}", {"email": "new@example.org"}),
    ):
        await _patch(agent, path, body)

    async def is_the_same() -> bool:
        await office.ring(screen)
        return bool(screen.shown == (await snapshot(office.listener)).shown)

    await eventually(is_the_same)
    card = screen.cards[conversation]
    assert (card.assigned_agent_name, card.assigned_team_name) == ("Ada Lovelace", "Accounts")
    assert (card.channel_name, card.contact_email) == ("Boutique", "new@example.org")


async def test_the_team_sees_itself_change(office: Office) -> None:
    """What somebody chose, who comes and goes, what each carries, a new name, and who leaves for good."""
    ada, ben, olga = office.agents
    async with AsyncExitStack() as stack:
        office.listener.heard.clear()
        screen = await follow(office.listener)
        cast = Cast(office.listener.org, stack)
        alma, bot = await cast.agent("alma"), await cast.bot(node=1)
        await _choose(ada, "busy", "On the phone")
        conversation = await office.visitors[2].start()
        held = screen.team[ben.id].conversation_count
        await ben.take(conversation)

        async def shows(who: UUID, **what: Any) -> None:
            async def so() -> bool:
                for change in changes(office.listener.heard):
                    screen.take(change)
                line = screen.team.get(who)
                return line is not None and all(getattr(line, name) == value for name, value in what.items())

            await eventually(so)

        await shows(ada.id, status="busy", availability="busy", reason="On the phone", is_connected=True, role="agent")
        await shows(alma.id, status="online", kind="human")
        await shows(bot.welcome.identity.id, status="online", kind="bot", role="")
        await shows(ben.id, conversation_count=held + 1)
        await ben.close(conversation, 2)
        await shows(ben.id, conversation_count=held)
        await _patch(alma, "/api/me", {"name": "Alma A."})
        await shows(alma.id, name="Alma A.")
        await alma.leave_socket()
        await shows(alma.id, status="offline", availability="online", is_connected=False)
        assert abs((screen.team[alma.id].since or 0) / 1000 - time.time()) < 10
        told = await office.listener.get("/api/presence")
        assert {each["id"]: each["status"] for each in told["agents"]} == {
            str(each.id): each.status for each in screen.team.values()
        }
        await _patch(olga, f"/api/members/{alma.id}", {"is_active": False})

        async def is_gone() -> bool:
            for change in changes(office.listener.heard):
                screen.take(change)
            return alma.id not in screen.team

        await eventually(is_gone)
        assert (await snapshot(office.listener)).team == screen.team
