"""One example of everything that the server says besides the entries of a log."""

from msgspec import Struct

from server.core.protocol_cast import (
    AGENT,
    ANSWER,
    BOT,
    CARD,
    COMMAND,
    CONTACT,
    CONVERSATION,
    MEMBER,
    MESSAGE,
    NOW,
    ORGANIZATION,
    ROBBIE,
    SESSION,
)  # fmt: skip
from server.core.protocol_examples import LINES
from server.protocol import server_frames as answer
from server.protocol.agent_values import BotConfiguration
from server.protocol.codes import RefusalCode
from server.protocol.collaboration_values import Collaboration, Contribution, MessageDraft
from server.protocol.values import (
    Answer,
    Citation,
    Identity,
    Limits,
    Marks,
    Position,
    Suggestion,
    Summary,
)

RESUMED = answer.Resumed(
    conversation_id=CONVERSATION,
    recovered=True,
    position=Position(epoch=1, seq=8),
    entries=[LINES[0]],  # type: ignore[list-item] # the tuple holds lines of every kind, this one is a message
    summary=Summary(status="assigned", turn=1, version=2, stored=6),
    marks=[Marks(by=AGENT, kind="member", delivered=6, read=6)],
)

ANSWERS: tuple[Struct, ...] = (
    answer.Welcome(
        session_id=SESSION,
        identity=Identity(
            kind="contact", id=CONTACT, name="Visitor 2002", organization_id=ORGANIZATION, organization_name="Lamp & Co"
        ),
        server_time=NOW,
        limits=Limits(message_bytes=16384, in_flight=32, rate=5.0, burst=20, watched=200, ping_every=25.0),
        resumed=[RESUMED],
    ),
    answer.ResumedFrame(resumed=[RESUMED]),
    answer.BotConfigured(
        BotConfiguration(
            "Robbie", "support", "", "Be brief.", "gpt-4o", 0.7, 4000, "I do not know.", 0.5, ["lawyer"], 20
        )
    ),
    answer.Question(
        COMMAND, "And a pot?", 20, [answer.Said("contact", "May I return a plant?"), answer.Said("bot", "Yes.")]
    ),
    answer.ConversationHeld(conversation_id=CONVERSATION, turn=1, card=CARD, resumed=RESUMED),
    answer.ConversationAssisted(conversation_id=CONVERSATION, card=CARD, resumed=RESUMED),
    answer.SuggestionChanged(
        Suggestion(
            id=COMMAND,
            conversation_id=CONVERSATION,
            message_id=MESSAGE,
            bot_id=BOT,
            bot_name="Helper",
            body="It left us this morning.",
            state="offered",
            at=NOW,
            citations=[Citation("Where is my parcel?")],
            answer=Answer(confidence=0.83),
        )
    ),
    answer.CollaborationChanged(
        Collaboration(
            id=ANSWER,
            conversation_id=CONVERSATION,
            type="verification",
            agent_ids=[AGENT],
            coordinator_id=BOT,
            coordinator_name="Robbie",
            started_at=NOW,
            deadline_at=NOW + 60_000,
            draft=MessageDraft("You can return it.", [Citation("Returns")]),
            contributions=[Contribution(AGENT, "Ada Byron", body="Say until when.", verdict="reject", ms=9120)],
            ended_at=NOW + 9120,
            outcome="rejected",
        )
    ),
    answer.ContributionRequested(
        COMMAND,
        CONVERSATION,
        "parallel",
        "May they return it after a year?",
        1,
        15,
        "Robbie",
        [answer.Said("contact", "May I return a plant?")],
    ),
    answer.ConversationLeft(conversation_id=CONVERSATION),
    answer.Accepted(id=MESSAGE, conversation_id=CONVERSATION, epoch=1, seq=8, after=6, at=NOW),
    answer.Stored(conversation_id=CONVERSATION, epoch=1, upto=8),
    answer.Refused(
        code=RefusalCode.TOO_FAST,
        message="5 frames a second are allowed",
        id=MESSAGE,
        conversation_id=CONVERSATION,
        retry_after=1.5,
    ),
    answer.History(
        conversation_id=CONVERSATION,
        entries=[LINES[0]],  # type: ignore[list-item] # as above
        has_more=True,
    ),
    answer.TypingChanged(conversation_id=CONVERSATION, sender=MEMBER, is_typing=True),
    answer.PartialShown(ANSWER, CONVERSATION, ROBBIE, turn=1, body="You can return"),
    answer.MarksChanged(conversation_id=CONVERSATION, marks=Marks(by=AGENT, kind="member", delivered=8, read=8)),
    answer.AvailabilityChanged(is_online=True),
    answer.HoursChanged(is_open=False, opens_at=NOW + 3_600_000),
    answer.QueueMoved(conversation_id=CONVERSATION, place=2, seconds=180),
    answer.TokenRenewed(token="vt_eyJhbGciOi", expires_at=NOW + 900_000),  # noqa: S106 - an example
    answer.Ping(at=NOW),
)
