"""Who has a conversation: taken, given, given back; and what the team alone is told about it."""

from uuid import UUID

import pytest

from server.core.ids import uuid7
from server.protocol import client_frames as say
from server.protocol import entries as told
from server.protocol import server_frames as hear
from server.protocol.codes import RefusalCode
from server.protocol.values import Position
from tests.conftest import Cast
from tests.gateway.cases import answers, refusal
from tests.inbox import snapshot
from tests.people import Agent, Refused, eventually
from tests.servers import House, Organization


async def _team(house: House, org: Organization, name: str = "Billing") -> UUID:
    (row,) = await house.rows("insert into team (org_id, name) values ($1, $2) returning id", org.id, name)
    return UUID(str(row["id"]))


async def _conflict(agent: Agent, frame: say.ClientFrame) -> str:
    refused = await refusal(agent, frame)
    assert refused.code == RefusalCode.CONFLICT
    return refused.message


async def test_a_conversation_goes_from_hand_to_hand(people: Cast, house: House) -> None:
    """Taken, given to a colleague and his team, given back: both sides see it, and the stints say who was when."""
    visitor, ada = await people.visitor(), await people.agent("ada", node=1)
    ben, team = await people.agent("ben"), await _team(house, people.org)
    conversation = await visitor.start()
    await ada.take(conversation, 1)
    await ada.decide(say.AssignConversation(uuid7(), conversation, 2, agent_id=ben.id, team_id=team))
    assigned = await visitor.hears(told.ConversationAssigned)
    assert (assigned.status, assigned.version, assigned.turn) == ("assigned", 3, 2)
    assert (assigned.agent_id, assigned.agent_name, assigned.team_name) == (ben.id, "Ben Agent", "Billing")
    assert assigned.previous_agent_id == ada.id
    await ben.decide(say.ReleaseConversation(uuid7(), conversation, 3))
    released = await visitor.hears(told.ConversationReleased)
    assert (released.status, released.version, released.turn) == ("waiting", 4, 3)
    assert released.previous_agent_id == ben.id
    (row,) = await house.rows(
        "select queued_at is not null as waits, assigned_agent_id, assigned_team_id from conversation where id = $1",
        conversation,
    )
    assert (row["waits"], row["assigned_agent_id"], row["assigned_team_id"]) == (True, None, team)

    async def stints() -> bool:
        rows = await house.rows(
            "select agent_id, left_at is null as present from participant"
            " where conversation_id = $1 and role = 'primary' order by joined_at",
            conversation,
        )
        return [(row["agent_id"], row["present"]) for row in rows] == [(ada.id, False), (ben.id, False)]

    await eventually(stints)
    rows = await house.rows(
        "select state, agent_id from assignment where conversation_id = $1 order by turn", conversation
    )
    assert [tuple(row.values()) for row in rows] == [("taken", ada.id), ("taken", ben.id), ("released", None)]


async def test_a_team_s_queue_gets_a_conversation(people: Cast, house: House) -> None:
    """Without a member it waits, from when it began to wait; and it may be taken out of there."""
    visitor, agent = await people.visitor(), await people.agent()
    team = await _team(house, people.org)
    conversation = await visitor.start()
    queued = "select queued_at from conversation where id = $1"
    before = await house.rows(queued, conversation)
    await agent.decide(say.AssignConversation(uuid7(), conversation, 1, team_id=team))
    assert await house.rows(queued, conversation) == before
    assigned = await visitor.hears(told.ConversationAssigned)
    assert (assigned.status, assigned.agent_id, assigned.team_id) == ("waiting", None, team)
    await agent.take(conversation, 2)
    screen = await snapshot(agent)
    card = screen.cards[conversation]
    assert (card.assigned_team_name, card.assigned_agent_name) == ("Billing", "Ada Agent")
    assert (screen.agents, screen.teams, screen.totals) == ({agent.id: 1}, {team: 1}, (0, 0, 1, 0))


async def test_nobody_is_given_what_cannot_be_answered(people: Cast, house: House, other: Organization) -> None:
    """Neither a closed seat, nor a viewer, nor a stranger, nor nobody at all."""
    visitor, ada = await people.visitor(), await people.agent()
    ben, vera = await people.agent("ben"), await people.agent("vera")
    stranger = await people.agent(org=other)
    conversation = await visitor.start()
    strange_team = await _team(house, other)
    async with house.db.scope(people.org.id) as tx:
        await tx._connection.execute("update agent set is_active = false where id = $1", ben.id)
    for agent_id, team_id, code, word in (
        (ben.id, None, "invalid", "the seat of Ben Agent is closed"),
        (vera.id, None, "invalid", "Vera may not answer"),
        (stranger.id, None, "not_found", "no such member or bot"),
        (None, strange_team, "not_found", "no such team"),
        (None, None, "invalid", "name a member, a bot or a team"),
    ):
        frame = say.AssignConversation(uuid7(), conversation, 1, agent_id=agent_id, team_id=team_id)
        refused = await refusal(ada, frame)
        assert (refused.code, word in refused.message) == (code, True), refused


async def test_what_somebody_held_who_left_waits_for_others(people: Cast) -> None:
    """The queue has it a moment later, and the visitor is told as of any release."""
    visitor, ben, olga = await people.visitor(), await people.agent("ben"), await people.agent("olga")
    conversation = await visitor.start()
    await ben.take(conversation, 1)
    assert olga.http is not None
    url = people.org.house.url(olga.node)
    async with olga.http.delete(f"{url}/api/members/{ben.id}", headers={"Origin": url}) as answer:
        assert answer.status < 300, await answer.text()
    released = await visitor.hears(told.ConversationReleased)
    assert (released.status, released.sender.kind, released.previous_agent_id) == ("waiting", "system", ben.id)
    await olga.take(conversation, released.version)


async def test_who_comes_too_late_is_told_what_happened(people: Cast) -> None:
    """A sentence for a person, about what was done since that person looked."""
    visitor, ada, ben = await people.visitor(), await people.agent("ada"), await people.agent("ben")
    conversation = await visitor.start()
    await ben.take(conversation, 1)
    assert await _conflict(ada, say.TakeConversation(uuid7(), conversation, 1)) == (
        "Ben Agent took the conversation meanwhile"
    )
    assert await _conflict(ben, say.TakeConversation(uuid7(), conversation, 2)) == "you hold the conversation already"
    same = say.AssignConversation(uuid7(), conversation, 2, agent_id=ben.id)
    assert await _conflict(ada, same) == "Ben Agent has the conversation already"
    await ben.decide(say.AssignConversation(uuid7(), conversation, 2, agent_id=ada.id))
    assert await _conflict(ben, say.CloseConversation(uuid7(), conversation, 2)) == (
        "Ben Agent gave the conversation to Ada Agent meanwhile"
    )
    await ada.close(conversation, 3)
    assert await _conflict(ben, say.ReleaseConversation(uuid7(), conversation, 4)) == (
        "the conversation is closed; reopen it first"
    )


async def test_tags_and_priority_are_the_team_s_alone(people: Cast) -> None:
    """A visitor hears nothing of them, live or in the past, and sees no hole in their place."""
    visitor, agent = await people.visitor(), await people.agent(node=1)
    conversation = await visitor.start()
    await agent.watch(conversation)
    first = await visitor.say(conversation, "Before")
    await agent.decide(say.TagConversation(uuid7(), conversation, add=["  VIP ", "Billing"], remove=["absent"]))
    tagged = await agent.hears(told.ConversationTagged)
    assert (tagged.added, tagged.removed, tagged.version, tagged.turn) == (["billing", "vip"], [], 2, 0)
    await agent.decide(say.PrioritizeConversation(uuid7(), conversation, 2, 5))
    prioritized = await agent.hears(told.ConversationPrioritized)
    assert (prioritized.priority, prioritized.previous, prioritized.seq) == (5, 3, 4)
    await agent.decide(say.TagConversation(uuid7(), conversation, remove=["VIP"]))
    after = await visitor.say(conversation, "After")
    assert (after.seq, after.after) == (6, first.seq)
    await visitor.stored(after)
    secret = (told.ConversationTagged, told.ConversationPrioritized)
    assert not [each for each in visitor.heard if isinstance(each, secret)]
    for position in (None, said_at(first)):
        resumed = await visitor.watch(conversation, position)
        assert not [each for each in resumed.entries if isinstance(each, secret)]
        assert [each.body for each in resumed.entries if isinstance(each, told.MessagePosted)][-1] == "After"
    (history,) = await answers(visitor, say.FetchHistory(conversation, said_at(after)))
    assert [type(each) for each in history.entries] == [told.ConversationStarted, told.MessagePosted]
    card = (await snapshot(agent)).cards[conversation]
    assert (card.tags, card.priority) == (["billing"], 5)


async def test_tags_have_their_limits(people: Cast) -> None:
    """Twenty of forty characters; what changes nothing is told so."""
    visitor, agent = await people.visitor(), await people.agent()
    conversation = await visitor.start()
    await agent.decide(say.TagConversation(uuid7(), conversation, add=[f"tag {n}" for n in range(20)]))
    with pytest.raises(Refused) as refused:
        await agent.decide(say.TagConversation(uuid7(), conversation, add=["one more"]))
    assert refused.value.frame.code == RefusalCode.TOO_MANY
    await agent.decide(say.TagConversation(uuid7(), conversation, add=["one more"], remove=["tag 0"]))
    assert (
        await _conflict(agent, say.TagConversation(uuid7(), conversation, add=["Tag 1"])) == "the tags are so already"
    )
    for tag in (" ", "\u202e", "İ" * 40):
        assert (await refusal(agent, say.TagConversation(uuid7(), conversation, add=[tag]))).code == "invalid"
    nul = f'{{"type":"tag_conversation","id":"{uuid7()}","conversation_id":"{conversation}","add":["a\\u0000b"]}}'
    assert (await refusal(agent, nul)).code == "invalid"


def said_at(accepted: hear.Accepted) -> Position:
    """Where an entry stands."""
    return Position(accepted.epoch, accepted.seq)
