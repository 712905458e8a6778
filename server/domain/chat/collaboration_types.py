"""Rows about several agents on one conversation."""

from typing import Any
from uuid import UUID

from msgspec import Struct

from server.protocol.collaboration_values import Contribution
from server.protocol.values import CollaborationOutcome, CollaborationType


class CollaborationRow(Struct, frozen=True):
    """Who is asked what about a conversation, and what they said. Times are milliseconds."""

    id: UUID
    conversation_id: UUID
    type: CollaborationType
    agent_ids: list[UUID]
    coordinator_id: UUID
    coordinator_name: str
    started_at: int
    deadline_at: int
    ended_at: int | None
    question: str
    # The frame in which a bot said it.
    draft: dict[str, Any] | None
    round: int
    rounds: int
    # Who has not answered yet.
    asked: list[UUID]
    asked_at: int
    due_at: int
    turn: int
    outcome: CollaborationOutcome | None
    consensus_reached: bool | None
    contributions: list[Contribution]
    # Who of the members may decide about the draft; None for whoever may answer.
    verifier_ids: list[UUID] | None
    verifier_team_id: UUID | None


class DueCollaboration(Struct, frozen=True):
    """Where somebody who is asked has not answered in time."""

    org_id: UUID
    id: UUID
    conversation_id: UUID
