"""One conversation of the demo, as the product would have recorded it: each step is the next number of its log, and
leaves the state that the decision leaves (server/domain/chat/actions.py and workers/batch.py are the originals).
"""

import random
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from server.core.ids import uuid7_from
from server.demo.contacts import AGENTS, REFERRERS
from server.demo.minds import Understood
from server.domain.chat.stints import stint_id
from server.protocol import entries as told
from server.protocol.values import Sender

Row = dict[str, Any]
# As workers/batch.py cuts it.
_PREVIEW = 120
_SYSTEM = Sender("system")


class Visit(NamedTuple):
    """Who comes, to which channel, with which words over it."""

    contact: Sender
    customer_id: UUID | None
    channel_id: UUID
    language: str
    subject: str
    page_url: str
    understood: Understood


def moment(ms: int | None) -> str | None:
    """Milliseconds since the epoch as Postgres reads them."""
    return None if ms is None else datetime.fromtimestamp(ms / 1000, UTC).isoformat()


class Story:
    """A conversation that grows by being told."""

    def __init__(self, chance: random.Random, visit: Visit, at: int) -> None:
        self._chance, self.visit = chance, visit
        self.id = uuid7_from(at - chance.randrange(30, 90), chance.getrandbits(74))
        self.at, self.seq, self.public_seq = at, 0, 0
        self.version, self.turn, self.status, self.priority = 1, 0, "waiting", 3
        self.holder: Sender | None = None
        self._bot_id: UUID | None = None
        self.tags: list[str] = []
        self.type_id: UUID | None = None
        self.messages: list[Row] = []
        self.events: list[Row] = []
        self.stints: list[Row] = []
        self.assignments: list[Row] = []
        self._team_id: UUID | None = None
        self._started_at, self._queued_at, self._wait = at, at, 0
        self._assigned_at: int | None = None
        self._first_response_at: int | None = None
        self._closed_at: int | None = None
        self._reason: str | None = None
        self._resolved_by: UUID | None = None
        self._joined: dict[UUID, Row] = {}
        self._decide(told.ConversationStarted, visit.contact, entry_id=self.id, subject=visit.subject)
        self._join(visit.contact, "contact")

    def say(self, sender: Sender, body: str, at: int, *, is_internal: bool = False) -> None:
        """A message, or a note for the team."""
        at = self._next(at, is_public=not is_internal)
        is_contact = sender.kind == "contact"
        self.messages.append({
            "id": self._id(at), "conversation_id": self.id, "seq": self.seq, "at": moment(at),
            "sender_kind": sender.kind, "sender_name": sender.name, "body": body, "is_internal": is_internal,
            "sender_agent_id": None if is_contact else sender.id,
            "sender_contact_id": sender.id if is_contact else None,
            **self._read(sender),
        })  # fmt: skip
        if not is_contact and not is_internal and self._first_response_at is None:
            self._first_response_at = at
        if sender.id in self._joined:
            self._joined[sender.id]["last_read_seq"] = self._joined[sender.id]["last_delivered_seq"] = self.seq

    def _read(self, sender: Sender) -> Row:
        """How sure the bot was of what it says, and what is understood of the visitor's first words."""
        if sender.kind == "bot":
            sure, took = self._chance.randrange(62, 98) / 100, self._chance.randrange(300, 1900)
            return {"confidence": sure, "processing_ms": took}
        if sender.kind != "contact" or any(each["sender_kind"] == "contact" for each in self.messages):
            return {}
        return {"language": self.visit.language, **self.visit.understood}

    def take(self, agent: Sender, at: int) -> None:
        """An agent becomes the holder."""
        assert agent.id is not None
        previous = self.holder.id if self.holder else None
        if self.status == "waiting":
            self._wait += (at - self._queued_at) // 1000
        self.status, self._assigned_at = "assigned", at
        self.version, self.turn = self.version + 1, self.turn + 1
        self._decide(
            told.ConversationTaken, agent, at, agent_id=agent.id, agent_name=agent.name, previous_agent_id=previous
        )
        self._leave()
        self.holder = agent
        if agent.kind == "bot":
            self._bot_id = agent.id
        self._join(agent, "bot" if agent.kind == "bot" else "primary")
        self._note_assignment(at)

    def assign(self, by: Sender, team_id: UUID, team_name: str, at: int) -> None:
        """The holder gives the conversation to a team's queue."""
        previous, previous_team = self.holder.id if self.holder else None, self._team_id
        self._team_id, self.status, self._queued_at = team_id, "waiting", at
        self._assigned_at = None
        self.version, self.turn = self.version + 1, self.turn + 1
        self._decide(
            told.ConversationAssigned, by, at, team_id=team_id, team_name=team_name, previous_agent_id=previous,
            previous_team_id=previous_team,
        )  # fmt: skip
        self._leave()
        self._note_assignment(at)

    def route(self, team_id: UUID) -> None:
        """The channel's own team, from the beginning: no decision, since nobody took one."""
        self._team_id = team_id

    def tag(self, by: Sender, tags: list[str], at: int) -> None:
        """Tags, which only the team sees."""
        self.tags += tags
        self.version += 1
        self._decide(told.ConversationTagged, by, at, is_public=False, is_internal=True, added=tags)

    def prioritize(self, by: Sender, priority: int, at: int) -> None:
        """More or less urgent, which only the team sees."""
        previous, self.priority = self.priority, priority
        self.version += 1
        self._decide(
            told.ConversationPrioritized, by, at, is_public=False, is_internal=True, priority=priority,
            previous=previous,
        )  # fmt: skip

    def classify(self, by: Sender, type_id: UUID, name: str, at: int) -> None:
        """What it is about, which only the team sees."""
        self.type_id = type_id
        self.version += 1
        self._decide(
            told.ConversationClassified, by, at, is_public=False, is_internal=True, interaction_type_id=type_id,
            interaction_type_name=name,
        )  # fmt: skip

    def close(self, by: Sender, reason: str, at: int) -> None:
        """The end, until the visitor writes again."""
        previous = self.holder.id if self.holder else None
        self.status, self._closed_at, self._reason, self._resolved_by = "closed", at, reason, by.id
        self.version, self.turn = self.version + 1, self.turn + 1
        self._decide(told.ConversationClosed, by, at, reason=reason, previous_agent_id=previous)
        self._leave()

    def reopen(self, at: int) -> None:
        """The visitor wrote after the end: it waits again."""
        self.status, self._queued_at = "waiting", at
        self._closed_at = self._assigned_at = None
        self._reason = self._resolved_by = None
        self.version, self.turn = self.version + 1, self.turn + 1
        self._decide(told.ConversationReopened, _SYSTEM, at)

    def rows(self) -> dict[str, list[Row]]:
        """Everything as rows of the tables, by table."""
        last = self.messages[-1]
        heard = next((each for each in reversed(self.messages) if not each["is_internal"]), None)
        conversation = {
            "id": self.id, "session_key": f"widget:{self.id}", "channel_id": self.visit.channel_id,
            "contact_id": self.visit.contact.id, "customer_id": self.visit.customer_id, "status": self.status,
            "priority": self.priority, "interaction_type_id": self.type_id,
            "subject": self.visit.subject or None, "locale": self.visit.language,
            "assigned_agent_id": self.holder.id if self.holder else None, "bot_id": self._bot_id,
            "assigned_team_id": self._team_id,
            "queued_at": moment(self._queued_at) if self.status == "waiting" else None,
            "assigned_at": moment(self._assigned_at), "first_response_at": moment(self._first_response_at),
            "version": self.version, "turn": self.turn, "wait_seconds": self._wait,
            "resolved_by_agent_id": self._resolved_by, "close_reason": self._reason,
            "started_at": moment(self._started_at), "closed_at": moment(self._closed_at),
            "page_url": self.visit.page_url, "referrer": self._chance.choice(REFERRERS),
            "primary_intent": self.visit.understood["intent"], "emotion": self.visit.understood["emotion"],
            "intent_confidence": self.visit.understood["intent_confidence"],
            "sentiment_avg": self.visit.understood["sentiment"],
            "user_agent": self._chance.choice(AGENTS), "ip": f"203.0.113.{self._chance.randrange(1, 255)}",
        }  # fmt: skip
        live = {
            "conversation_id": self.id, "last_seq": self.seq, "public_seq": self.public_seq,
            "last_message_seq": last["seq"], "message_count": len(self.messages), "last_message_at": last["at"],
            "last_sender_id": last["sender_agent_id"] or last["sender_contact_id"],
            "last_activity_at": moment(self.at), "last_preview": heard and heard["body"][:_PREVIEW],
            "preview_seq": heard and heard["seq"],
        }  # fmt: skip
        tags = [
            {"conversation_id": self.id, "tag": tag, "tagged_by": "member", "created_at": moment(self.at)}
            for tag in self.tags
        ]
        return {
            "conversation": [conversation], "conversation_live": [live], "participant": self.stints,
            "message": self.messages, "event": self.events, "assignment": self.assignments, "conversation_tag": tags,
        }  # fmt: skip

    def _note_assignment(self, at: int) -> None:
        self.assignments.append({
            "conversation_id": self.id, "agent_id": self.holder.id if self.holder else None, "team_id": self._team_id,
            "turn": self.turn, "state": "taken", "answered_at": moment(at),
        })  # fmt: skip

    def _join(self, who: Sender, role: str) -> None:
        """A stint that the last decision began."""
        decided = self.events[-1]
        stint = {
            "id": stint_id(decided["id"], None if who.kind == "contact" else who.id), "conversation_id": self.id,
            "agent_id": None if who.kind == "contact" else who.id,
            "contact_id": who.id if who.kind == "contact" else None, "role": role,
            "joined_at": decided["at"], "left_at": None, "last_read_seq": self.seq, "last_delivered_seq": self.seq,
        }  # fmt: skip
        assert who.id is not None
        self._joined[who.id] = stint
        self.stints.append(stint)

    def _leave(self) -> None:
        """The holder's stint ends with the last decision."""
        if self.holder is not None and self.holder.id is not None:
            self._joined.pop(self.holder.id)["left_at"] = self.events[-1]["at"]
        self.holder = None

    def _decide(
        self, shape: Any, by: Sender, at: int | None = None, *, is_public: bool = True, entry_id: UUID | None = None,
        **fields: Any,
    ) -> None:  # fmt: skip
        at = self._next(self.at - 1 if at is None else at, is_public=is_public)
        entry = shape(
            id=entry_id or self._id(at), conversation_id=self.id, sender=by, status=self.status, version=self.version,
            turn=self.turn, **fields,
        )  # fmt: skip
        data = msgspec.to_builtins(entry)
        self.events.append({
            "id": entry.id, "at": moment(at), "kind": data["type"], "actor_kind": by.kind, "actor_id": by.id,
            "conversation_id": self.id, "seq": self.seq, "data": data,
        })  # fmt: skip

    def _next(self, at: int, *, is_public: bool) -> int:
        """The next number, and a time that is later than the last."""
        self.seq += 1
        if is_public:
            self.public_seq = self.seq
        self.at = max(at, self.at + 1)
        return self.at

    def _id(self, at: int) -> UUID:
        # Made by the sender, a moment before the server saw it.
        return uuid7_from(at - self._chance.randrange(15, 90), self._chance.getrandbits(74))
