"""One example of every frame, entry and credential: shown in docs/protocol.md, decoded by a test."""

from typing import Any

from msgspec import Struct

from server.core.protocol_cast import (
    AGENT,
    ANSWER,
    CARD,
    COMMAND,
    CONVERSATION,
    MEMBER,
    MESSAGE,
    NOW,
    SYSTEM,
    TEAM,
    TOOL,
    TYPE,
    VISITOR,
)
from server.protocol import client_frames as say
from server.protocol import entries as line
from server.protocol.agent_values import AgentLine
from server.protocol.values import (
    PROTOCOL,
    AgentCount,
    Answer,
    ConversationStatus,
    Counts,
    Page,
    Position,
    TeamCount,
)

COMMANDS: tuple[Struct, ...] = (
    say.Hello(
        protocol=PROTOCOL,
        credentials=say.AsVisitor(widget_key="wk_Zk3v", token="vt_eyJhbGciOi"),  # noqa: S106 - an example
        page=Page(url="https://shop.example/lamps", title="Lamps", referrer="https://search.example/"),
        resume=[say.Resume(conversation_id=CONVERSATION, position=Position(epoch=1, seq=7))],
    ),
    say.StartConversation(id=CONVERSATION, page=Page(url="https://shop.example/lamps", title="Lamps")),
    say.PostMessage(id=MESSAGE, conversation_id=CONVERSATION, body="Where is my order?"),
    say.SuggestAnswer(
        id=COMMAND,
        conversation_id=CONVERSATION,
        message_id=MESSAGE,
        body="It left us this morning.",
        answer=Answer(confidence=0.83),
    ),
    say.ConsultAgents(id=COMMAND, conversation_id=CONVERSATION, turn=1, body="May they return it after a year?"),
    say.Contribute(id=ANSWER, conversation_id=CONVERSATION, verdict="approve", body="You can return it for 30 days."),
    say.EditMessage(id=COMMAND, conversation_id=CONVERSATION, message_id=MESSAGE, body="Where is my order 1041?"),
    say.DeleteMessage(id=COMMAND, conversation_id=CONVERSATION, message_id=MESSAGE),
    say.SetTyping(conversation_id=CONVERSATION),
    say.ShowPartial(message_id=ANSWER, conversation_id=CONVERSATION, turn=1, body="You can return"),
    say.MarkDelivered(conversation_id=CONVERSATION, upto=8),
    say.MarkRead(conversation_id=CONVERSATION, upto=8),
    say.Watch(resume=[say.Resume(conversation_id=None, position=Position(epoch=1, seq=311))]),
    say.Unwatch(conversation_id=CONVERSATION),
    say.FetchHistory(conversation_id=CONVERSATION, before=Position(epoch=1, seq=51)),
    say.TakeConversation(id=COMMAND, conversation_id=CONVERSATION, version=2),
    say.AcceptOffer(id=COMMAND, conversation_id=CONVERSATION),
    say.DeclineOffer(id=COMMAND, conversation_id=CONVERSATION, reason="About to go"),
    say.ReleaseConversation(id=COMMAND, conversation_id=CONVERSATION, version=3),
    say.AssignConversation(id=COMMAND, conversation_id=CONVERSATION, version=3, agent_id=AGENT, team_id=TEAM),
    say.JoinConversation(id=COMMAND, conversation_id=CONVERSATION),
    say.LeaveConversation(id=COMMAND, conversation_id=CONVERSATION),
    say.HandOffConversation(
        id=COMMAND,
        conversation_id=CONVERSATION,
        turn=2,
        team_id=TEAM,
        reason_code="low_confidence",
        reason="Wants a refund in cash",
        state={"order": "1041"},
        confidence=0.31,
    ),
    say.TagConversation(id=COMMAND, conversation_id=CONVERSATION, add=["billing"], remove=["spam"]),
    say.SetAttributes(
        id=COMMAND, conversation_id=CONVERSATION, attributes={"order": 1041}, contact_attributes={"plan": "gold"}
    ),
    say.PrioritizeConversation(id=COMMAND, conversation_id=CONVERSATION, version=3, priority=5),
    say.ClassifyConversation(id=COMMAND, conversation_id=CONVERSATION, version=3, interaction_type_id=TYPE),
    say.CloseConversation(id=COMMAND, conversation_id=CONVERSATION, version=3, reason="answered"),
    say.ReopenConversation(id=COMMAND, conversation_id=CONVERSATION, version=4),
    say.DeclareTools(tools=[TOOL]),
    say.RenewToken(),
    say.AnswerQuestion(COMMAND, "A pot as well.", answer=Answer(0.84, tools_used=["search_articles"])),
    say.Pong(),
)

CREDENTIALS: tuple[Struct, ...] = (
    say.AsVisitor(widget_key="wk_Zk3v", token="vt_eyJhbGciOi"),  # noqa: S106 - an example
    say.AsMember(ticket="st_6uQ1"),
    say.AsBot(token="bt_9xW2", capacity=50),  # noqa: S106 - an example
)


def _decided(seq: int, status: ConversationStatus, version: int, turn: int) -> dict[str, Any]:
    return {
        "id": COMMAND, "epoch": 1, "seq": seq, "after": seq - 1, "at": NOW - 40_000 + seq * 1000,
        "conversation_id": CONVERSATION, "sender": MEMBER, "status": status, "version": version, "turn": turn,
    }  # fmt: skip


LINES: tuple[line.Entry, ...] = (
    line.MessagePosted(
        id=MESSAGE,
        epoch=1,
        seq=8,
        after=6,
        at=NOW,
        conversation_id=CONVERSATION,
        sender=VISITOR,
        body="Where is my order?",
    ),
    line.MessageEdited(
        id=COMMAND,
        epoch=1,
        seq=9,
        after=8,
        at=NOW + 900,
        conversation_id=CONVERSATION,
        sender=VISITOR,
        message_id=MESSAGE,
        body="Where is my order 1041?",
    ),
    line.MessageDeleted(
        id=COMMAND,
        epoch=1,
        seq=10,
        after=9,
        at=NOW + 1900,
        conversation_id=CONVERSATION,
        sender=VISITOR,
        message_id=MESSAGE,
    ),
    line.EntryVoided(
        id=COMMAND,
        epoch=1,
        seq=11,
        after=10,
        at=NOW + 2900,
        conversation_id=CONVERSATION,
        sender=SYSTEM,
        voided_id=ANSWER,
    ),
    line.ConversationStarted(
        id=CONVERSATION,
        epoch=1,
        seq=1,
        after=0,
        at=NOW - 60_000,
        conversation_id=CONVERSATION,
        sender=VISITOR,
        status="waiting",
        version=1,
        turn=0,
    ),
    line.ConversationTaken(**_decided(3, "assigned", 2, 1), agent_id=AGENT, agent_name="Ada Byron"),
    line.ConversationOffered(
        **_decided(2, "waiting", 2, 0), is_internal=True, agent_id=AGENT, agent_name="Ada Byron", deadline_at=NOW
    ),
    line.OfferEnded(
        **_decided(3, "waiting", 3, 0), is_internal=True, agent_id=AGENT, agent_name="Ada Byron", outcome="expired"
    ),
    line.ConversationReleased(**_decided(4, "waiting", 3, 2), previous_agent_id=AGENT),
    line.HandoffRequested(
        **_decided(5, "waiting", 3, 2),
        is_internal=True,
        handoff_id=COMMAND,
        reason_code="low_confidence",
        from_agent_id=AGENT,
        to_team_id=TEAM,
        to_team_name="Billing",
        reason="Wants a refund in cash",
        confidence=0.31,
    ),
    line.ConversationAssigned(
        **_decided(5, "assigned", 4, 3), agent_id=AGENT, agent_name="Ada Byron", team_id=TEAM, team_name="Billing"
    ),
    line.AgentJoined(**_decided(6, "assigned", 5, 3), agent_id=AGENT, agent_name="Ada Byron"),
    line.AgentLeft(**_decided(7, "assigned", 6, 3), agent_id=AGENT, agent_name="Ada Byron"),
    line.ConversationTagged(**_decided(6, "assigned", 5, 3), is_internal=True, added=["billing"], removed=["spam"]),
    line.AttributesSet(
        **_decided(6, "assigned", 5, 3),
        is_internal=True,
        attributes={"order": 1041},
        contact_attributes={"plan": "gold"},
    ),
    line.ConversationPrioritized(**_decided(7, "assigned", 6, 3), is_internal=True, priority=5, previous=3),
    line.ConversationClassified(
        **_decided(8, "assigned", 7, 3),
        is_internal=True,
        interaction_type_id=TYPE,
        interaction_type_name="Invoice",
    ),
    line.ConversationClosed(
        id=COMMAND,
        epoch=1,
        seq=12,
        after=11,
        at=NOW + 60_000,
        conversation_id=CONVERSATION,
        sender=MEMBER,
        status="closed",
        version=3,
        turn=2,
        reason="answered",
    ),
    line.ConversationReopened(
        id=COMMAND,
        epoch=1,
        seq=13,
        after=12,
        at=NOW + 90_000,
        conversation_id=CONVERSATION,
        sender=MEMBER,
        status="assigned",
        version=4,
        turn=3,
    ),
    line.InboxChanged(
        id=COMMAND,
        epoch=1,
        seq=312,
        after=311,
        at=NOW,
        card=CARD,
        counts=Counts(
            waiting=2,
            assigned=9,
            unassigned=2,
            agents=[AgentCount(agent_id=AGENT, count=4)],
            teams=[TeamCount(team_id=TEAM, count=6)],
        ),
    ),
    line.InboxHidden(id=COMMAND, epoch=1, seq=313, after=312, at=NOW, conversation_id=CONVERSATION),
    line.AgentChanged(
        id=COMMAND,
        epoch=1,
        seq=313,
        after=312,
        at=NOW,
        agent=AgentLine(
            id=AGENT,
            name="Ada Byron",
            kind="human",
            status="away",
            availability="away",
            is_connected=True,
            max_load=4,
            active_load=2.5,
            conversation_count=3,
            role="agent",
            reason="Lunch",
            since=NOW - 60_000,
        ),
    ),
)
