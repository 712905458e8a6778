"""A co-pilot suggests answers to whoever holds a conversation, and what became of them is counted."""

from typing import Any
from uuid import UUID

import pytest

from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import entries as told
from server.protocol import server_frames as hear
from server.protocol.values import Answer, Citation
from tests.conftest import Cast
from tests.machines import Bot
from tests.people import Agent, Refused, Visitor, eventually

# The year 2100, in milliseconds.
MUCH_LATER = 4_102_444_800_000
CITED = [Citation("Sending", uuid7(), "Parcels")]


class Flight:
    """Ada holds a visitor's conversation, and a bot is her co-pilot."""

    def __init__(self, visitor: Visitor, ada: Agent, bot: Bot, conversation_id: UUID) -> None:
        self.visitor, self.ada, self.bot, self.conversation_id = visitor, ada, bot, conversation_id

    async def asks(self, text: str = "Where is my parcel?") -> UUID:
        """The visitor says something, and the co-pilot hears of it; the message's id."""
        said = await self.visitor.say(self.conversation_id, text)
        await self.bot.hears(told.MessagePosted, lambda each: each.id == said.id)
        return said.id

    async def suggests(self, message_id: UUID, text: str = "It left today.", **fields: Any) -> UUID:
        """The co-pilot suggests, and hears that it is there; the suggestion's id."""
        frame = say.SuggestAnswer(uuid7(), self.conversation_id, message_id, text, **fields)
        await self.bot.send(frame)
        await self.bot.hears(hear.SuggestionChanged, lambda each: each.suggestion.id == frame.id)
        return frame.id

    async def sends(self, suggestion_id: UUID | None, text: str = "It left today.", by: Agent | None = None) -> None:
        """Ada says something to the visitor, and it is stored."""
        who = by or self.ada
        said = await who.say(self.conversation_id, text, suggestion_id=suggestion_id)
        await who.stored(said)

    async def states(self) -> dict[UUID, str]:
        """What became of the suggestions."""
        found = await self.ada.get(f"/api/conversations/{self.conversation_id}/suggestions")
        return {UUID(each["id"]): each["state"] for each in found["suggestions"]}

    async def becomes(self, suggestion_id: UUID, state: str) -> None:
        """Wait until this has become of a suggestion."""

        async def has() -> bool:
            return (await self.states())[suggestion_id] == state

        await eventually(has)

    async def figures(self, query: str = "") -> dict[str, Any]:
        """The bot's line of the report."""
        (line,) = (await self.ada.get(f"/api/suggestions/report{query}"))["bots"]
        return dict(line)


async def _help(people: Cast, bot: Bot, **whom: Any) -> None:
    olga = Agent(people.org, "olga")
    await olga.login()
    await olga.change(f"/api/bots/{bot.id}", {name: str(value) for name, value in whom.items()})
    await olga.leave()


@pytest.fixture
async def flight(people: Cast) -> Flight:
    """Ada, her co-pilot on another node, and somebody whom she talks to."""
    visitor, ada, bot = await people.visitor(), await people.agent("ada", node=0), await people.bot(node=1)
    await _help(people, bot, copilot="member", copilot_for=ada.id)
    conversation_id = await visitor.start()
    await ada.watch(conversation_id)
    await ada.decide(say.TakeConversation(uuid7(), conversation_id, 1))
    await bot.hears(hear.ConversationAssisted, lambda each: each.conversation_id == conversation_id)
    return Flight(visitor, ada, bot, conversation_id)


async def test_a_suggestion_is_for_the_team_alone(flight: Flight) -> None:
    """With how sure the bot is and what it comes from; the visitor hears nothing, nor that the bot types or reads."""
    message_id = await flight.asks()
    await flight.bot.send(say.SetTyping(flight.conversation_id))
    await flight.bot.send(say.MarkRead(flight.conversation_id, 3))
    suggestion_id = await flight.suggests(message_id, citations=CITED, answer=Answer(0.83))
    shown = (await flight.ada.hears(hear.SuggestionChanged)).suggestion
    assert (shown.id, shown.message_id, shown.body, shown.state) == (
        suggestion_id, message_id, "It left today.", "offered",
    )  # fmt: skip
    assert (shown.citations, shown.answer, shown.bot_name) == (CITED, Answer(0.83), "Robbie")
    await flight.sends(suggestion_id)
    await flight.visitor.hears(told.MessagePosted, lambda each: each.body == "It left today.")
    kinds = (hear.SuggestionChanged, hear.TypingChanged)
    assert not [each for each in flight.visitor.heard if isinstance(each, kinds)]
    assert not [
        each for each in flight.visitor.heard if isinstance(each, hear.MarksChanged) and each.marks.kind == "bot"
    ]
    assert str(suggestion_id) not in str(flight.visitor.heard)


async def test_what_is_sent_is_counted_once(flight: Flight) -> None:
    """As it was, or changed; sent again after a lost answer, or from a second tab, it counts no second time."""
    first = await flight.suggests(await flight.asks())
    draft = flight.ada.draft(flight.conversation_id, "It left today.", suggestion_id=first)
    for _ in range(2):
        await flight.ada.send(draft)
        await flight.ada.stored(await flight.ada.answer(draft.id))
    await flight.becomes(first, "accepted")
    await flight.sends(first, "And it arrives tomorrow.")
    second = await flight.suggests(await flight.asks("When does it arrive?"), "Tomorrow.")
    await flight.sends(second, "Tomorrow before noon.")
    await flight.becomes(second, "edited")
    third = await flight.suggests(await flight.asks("Are you sure?"), "No.")
    await flight.ada.post(f"/api/conversations/{flight.conversation_id}/suggestions/{third}/dismiss", {})
    assert await flight.states() == {first: "accepted", second: "edited", third: "dismissed"}
    found = await flight.figures()
    assert {name: found[name] for name in ("suggested", "accepted", "edited", "dismissed", "outdated", "open")} == {
        "suggested": 3, "accepted": 1, "edited": 1, "dismissed": 1, "outdated": 0, "open": 0,
    }  # fmt: skip
    assert found["acceptance_rate"] == pytest.approx(2 / 3)
    ada = {"agent_id": str(flight.ada.id), "name": flight.ada.welcome.identity.name}
    assert found["members"] == [ada | {"accepted": 1, "edited": 1, "dismissed": 1}]
    assert (await flight.figures(f"?bot_id={flight.bot.id}&until={MUCH_LATER}")) == found
    assert (await flight.ada.get(f"/api/suggestions/report?bot_id={flight.ada.id}")) == {"bots": []}
    assert (await flight.ada.get(f"/api/suggestions/report?since={MUCH_LATER}")) == {"bots": []}
    (row,) = await flight.ada.org.house.rows(
        "select s.final_message_id, s.agent_id from suggestion s where s.org_id = $1 and s.id = $2",
        flight.ada.org.id, first,
    )  # fmt: skip
    assert (row["final_message_id"], row["agent_id"]) == (draft.id, flight.ada.id)


async def test_a_suggestion_is_late_when_somebody_has_spoken(flight: Flight) -> None:
    """The visitor wrote again, or the agent answered without it; sent all the same, it counts as sent."""
    message_id = await flight.asks()
    early = await flight.suggests(message_id)
    await flight.asks("I mean the second one")
    await flight.becomes(early, "outdated")
    late = await flight.suggests(message_id, "It left yesterday.")
    await flight.becomes(late, "outdated")
    await flight.sends(early)
    await flight.becomes(early, "accepted")
    unused = await flight.suggests(await flight.asks("Thanks"), "You are welcome.")
    await flight.sends(None, "Bye")
    await flight.becomes(unused, "outdated")
    assert (await flight.figures())["outdated"] == 2


async def test_whoever_puts_it_away_does_so_for_all(flight: Flight, people: Cast) -> None:
    """A second tab hears of it; what was sent already stays sent."""
    tab = await people.agent("ada", node=1)
    await tab.watch(flight.conversation_id)
    suggestion_id = await flight.suggests(await flight.asks())
    where = f"/api/conversations/{flight.conversation_id}/suggestions/{suggestion_id}/dismiss"
    await flight.ada.post(where, {})
    await tab.hears(hear.SuggestionChanged, lambda each: each.suggestion.state == "dismissed")
    await flight.sends(suggestion_id)
    await flight.becomes(suggestion_id, "accepted")
    assert (await flight.ada.post(where, {}))["state"] == "accepted"


async def test_a_copilot_hears_only_what_its_people_hold(flight: Flight, people: Cast) -> None:
    """Nothing of what waits or is somebody else's; and nothing more once its person holds it no longer."""
    ben = await people.agent("ben")
    other = await people.visitor()
    elsewhere = await other.start()
    await ben.decide(say.TakeConversation(uuid7(), elsewhere, 1))
    said = await other.say(elsewhere, "This is for Ben")
    frame = say.SuggestAnswer(uuid7(), elsewhere, said.id, "No, for me")
    await flight.bot.send(frame)
    with pytest.raises(Refused, match="not_found"):
        await flight.bot.answer(frame.id)
    await flight.ada.decide(say.AssignConversation(uuid7(), flight.conversation_id, 2, agent_id=ben.id))
    await flight.bot.hears(hear.ConversationLeft, lambda each: each.conversation_id == flight.conversation_id)
    frame = say.SuggestAnswer(uuid7(), flight.conversation_id, said.id, "Too late")
    await flight.bot.send(frame)
    with pytest.raises(Refused, match="not_found"):
        await flight.bot.answer(frame.id)
    assert "This is for Ben" not in str(flight.bot.heard)
    # It may not speak to the visitor either, whatever it says.
    with pytest.raises(Refused, match="stale_turn"):
        await flight.bot.say(flight.conversation_id, "Hello?", turn=2)


async def test_a_copilot_of_a_team_or_of_everybody(people: Cast) -> None:
    """Whoever is in the team, and whoever there is; changed at any time."""
    visitor, ben, bot = await people.visitor(), await people.agent("ben"), await people.bot()
    olga = Agent(people.org, "olga")
    await olga.login()
    team = await olga.post("/api/teams", {"name": "Parcels", "member_ids": [str(ben.id)]})
    await _help(people, bot, copilot="team", copilot_team_id=team["id"])
    conversation_id = await visitor.start()
    await ben.decide(say.TakeConversation(uuid7(), conversation_id, 1))
    await bot.hears(hear.ConversationAssisted, lambda each: each.conversation_id == conversation_id)
    await _help(people, bot, copilot="nobody")
    await bot.hears(hear.ConversationLeft, lambda each: each.conversation_id == conversation_id)
    before = len(bot.heard)
    await _help(people, bot, copilot="everybody")
    await bot.hears(hear.ConversationAssisted, lambda each: each in bot.heard[before:])
    await olga.leave()


async def test_suggesting_is_for_copilots_and_sending_for_people(flight: Flight) -> None:
    """A member suggests nothing, and neither visitors nor bots send as somebody's suggestion."""
    message_id = await flight.asks()
    frame = say.SuggestAnswer(uuid7(), flight.conversation_id, message_id, "Let me")
    for person in (flight.ada, flight.visitor):
        await person.send(frame)
        with pytest.raises(Refused, match="unknown_frame"):
            await person.answer(frame.id)
    with pytest.raises(Refused, match="forbidden"):
        await flight.visitor.say(flight.conversation_id, "Me", suggestion_id=uuid7())
    with pytest.raises(Refused, match="forbidden"):
        await flight.ada.say(flight.conversation_id, "A note", is_internal=True, suggestion_id=uuid7())
